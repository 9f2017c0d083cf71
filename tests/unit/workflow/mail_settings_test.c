/* SPDX-License-Identifier: Apache-2.0 */
/* To whom mail may go, and settings that are refused before anything is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct config_row rows[] = {MAIL_CONFIG_ROWS, {NULL, CONFIG_TEXT, NULL, NULL, 0, 0}};

struct world {
    char path[64]; /* of a password file, mode 0600 */
    char password[MAIL_PASSWORD_TEXT];
    struct mail_options options;
    struct err err;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    int fd;

    strcpy(world->path, "/tmp/mail_settings_test.XXXXXX");
    fd = mkstemp(world->path);
    if (fd < 0 || write(fd, "s e cret\n", 9) != 9 || close(fd) != 0)
        return -1;
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    unlink(world->path);
    free(world);
    return 0;
}

/* The code of the refusal, "" if the settings are good. Flags: name, value, ... NULL. */
static const char *read_settings(struct world *world, ...)
{
    struct config config = {.program = "workflow", .summary = "", .rows = rows};
    char *argv[16] = {(char *)(uintptr_t) "test"};
    int argc = 1;
    va_list args;
    bool good;

    va_start(args, world);
    while ((argv[argc] = va_arg(args, char *)))
        argc++;
    va_end(args);
    assert_int_equal(config_load(&config, argc, argv, &world->err), CONFIG_RUN);
    world->err.code = "";
    good = mail_settings(&config, world->password, &world->options, &world->err);
    assert_true(good || world->err.kind == ERR_FATAL);
    config_finish(&config);
    return world->err.code;
}

static void the_defaults_are_good(void **state)
{
    struct world *world = *state;

    assert_string_equal(read_settings(world, NULL), "");
    assert_int_equal(world->options.tls, MAIL_TLS_OPTIONAL);
    assert_int_equal(world->options.connections, 4);
}

static void the_password_is_the_files_line(void **state)
{
    struct world *world = *state;

    assert_string_equal(read_settings(world, "--smtp-user", "uptake", "--smtp-password-file",
                                      world->path, "--smtp-tls", "required", NULL),
                        "");
    assert_string_equal(world->password, "s e cret");
}

static void a_password_others_may_read_is_refused(void **state)
{
    struct world *world = *state;

    assert_int_equal(chmod(world->path, 0640), 0);
    assert_string_equal(
        read_settings(world, "--smtp-user", "u", "--smtp-password-file", world->path, NULL),
        "PASSWORD_FILE_OPEN_TO_OTHERS");
    assert_non_null(strstr(world->err.text, "chmod 600"));
    assert_int_equal(unlink(world->path), 0);
    assert_string_equal(
        read_settings(world, "--smtp-user", "u", "--smtp-password-file", world->path, NULL),
        "PASSWORD_FILE_MISSING");
}

static void an_empty_password_is_refused(void **state)
{
    struct world *world = *state;

    assert_int_equal(truncate(world->path, 0), 0);
    assert_string_equal(
        read_settings(world, "--smtp-user", "u", "--smtp-password-file", world->path, NULL),
        "PASSWORD_FILE_MALFORMED");
}

static void a_password_goes_nowhere_in_clear(void **state)
{
    struct world *world = *state;
    static const char *const hosts[] = {"smtp://mail.example.org:587", "smtp://localhost.evil.org",
                                        "smtp://127.0.0.10"};

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
        assert_string_equal(read_settings(world, "--smtp-url", hosts[i], "--smtp-user", "u",
                                          "--smtp-password-file", world->path, NULL),
                            "PASSWORD_IN_CLEAR");
    assert_string_equal(read_settings(world, "--smtp-url", "smtps://mail.example.org",
                                      "--smtp-user", "u", "--smtp-password-file", world->path,
                                      NULL),
                        "");
    assert_string_equal(read_settings(world, "--smtp-url", "smtp://[::1]:25", "--smtp-user", "u",
                                      "--smtp-password-file", world->path, NULL),
                        "");
}

static void settings_that_cannot_be_meant_are_refused(void **state)
{
    struct world *world = *state;
    static const char *const bad[][2] = {
        {"--smtp-url", "http://mail.example.org"},
        {"--smtp-url", "smtp://"},
        {"--smtp-url", "smtp://u:p@mail.example.org"},
        {"--smtp-tls", "yes"},
        {"--smtp-user", "only the name"},
        {"--smtp-password-file", "/nowhere"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_string_equal(read_settings(world, bad[i][0], bad[i][1], NULL), "CONFIG_BAD_VALUE");
    assert_string_equal(read_settings(world, "--mail-from", "nobody", NULL), "BAD_EMAIL");
}

static bool may_go(const char *domains, const char *address)
{
    struct err err;

    if (mail_domain_check(domains, address, &err))
        return true;
    assert_string_equal(err.code, "RECIPIENT_NOT_ALLOWED");
    assert_int_equal(err.kind, ERR_REJECT);
    return false;
}

static void mail_goes_to_the_named_domains_only(void **state)
{
    (void)state;
    assert_true(may_go("", "a@anywhere.org"));
    assert_true(may_go("example.org", "a@example.org"));
    assert_true(may_go("un.org, Example.ORG", "a@eXample.org"));
    assert_true(may_go(".example.org", "a@field.example.org"));
    assert_false(may_go("example.org", "a@field.example.org"));
    assert_false(may_go(".example.org", "a@example.org"));
    assert_false(may_go("example.org", "a@badexample.org"));
    assert_false(may_go("example.org", "a@example.org.evil.net"));
    assert_false(may_go("example.org", "example.org"));
    assert_false(may_go("un.org,example.org", "a@example.com"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_defaults_are_good),
        TEST(the_password_is_the_files_line),
        TEST(a_password_others_may_read_is_refused),
        TEST(an_empty_password_is_refused),
        TEST(a_password_goes_nowhere_in_clear),
        TEST(settings_that_cannot_be_meant_are_refused),
        TEST(mail_goes_to_the_named_domains_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
