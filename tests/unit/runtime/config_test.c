/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct config_row rows[] = {
    {"listen", CONFIG_TEXT, "127.0.0.1:0", "where to listen", 0, 0},
    {"workers", CONFIG_INT, "2", "how many", 1, 8},
    {"asked_from", CONFIG_DATE, "", "first day", 0, 0},
    {"database", CONFIG_TEXT, NULL, "connection string", 0, 0},
    {NULL, CONFIG_TEXT, NULL, NULL, 0, 0},
};

static char path[] = "/tmp/uptake_config_test_XXXXXX";

static int make_file(void **state)
{
    const int fd = mkstemp(path);

    (void)state;
    if (fd < 0)
        return -1;
    return close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static enum config_outcome load(struct config *config, struct err *err, const char *flag,
                                const char *value)
{
    char program[] = "uptake-reporting", config_flag[] = "--config";
    char *argv[] = {program, config_flag, path, (char *)(uintptr_t)flag, (char *)(uintptr_t)value,
                    NULL};

    *config = (struct config){.program = "reporting", .summary = "test", .rows = rows};
    return config_load(config, flag ? (value ? 5 : 4) : 3, argv, err);
}

static void expect_refusal(const char *text, const char *code, int line)
{
    struct config config;
    struct err err = {0};
    char place[96];

    write_file(text);
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_BAD);
    assert_string_equal(err.code, code);
    snprintf(place, sizeof(place), "%s:%d", path, line);
    assert_string_equal(err.place, place);
    assert_int_equal(err_exit_code(&err), EXIT_BAD_CONFIG);
}

static void last_of_file_environment_and_flag_wins(void **state)
{
    struct config config;
    struct err err = {0};

    (void)state;
    write_file("[uptake]\nworkers = 3\n[reporting]\ndatabase = dbname=a ; note\nlisten = file\n");
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_RUN);
    assert_string_equal(config_text(&config, "database"), "dbname=a");
    assert_string_equal(config_text(&config, "listen"), "file");
    assert_int_equal(config_int(&config, "workers"), 3);
    config_finish(&config);

    setenv("UPTAKE_WORKERS", "4", 1);
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_RUN);
    assert_int_equal(config_int(&config, "workers"), 4);
    config_finish(&config);
    assert_int_equal(load(&config, &err, "--workers", "5"), CONFIG_RUN);
    assert_int_equal(config_int(&config, "workers"), 5);
    config_finish(&config);
    assert_int_equal(load(&config, &err, "--workers=6", NULL), CONFIG_RUN);
    assert_int_equal(config_int(&config, "workers"), 6);
    config_finish(&config);
    unsetenv("UPTAKE_WORKERS");
}

static void fallback_fills_what_nobody_set(void **state)
{
    struct config config;
    struct err err = {0};

    (void)state;
    write_file("[reporting]\ndatabase = x\n");
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_RUN);
    assert_string_equal(config_text(&config, "listen"), "127.0.0.1:0");
    assert_string_equal(config_text(&config, "asked_from"), "");
    config_finish(&config);
}

static void unknown_key_is_refused_with_its_line(void **state)
{
    (void)state;
    expect_refusal("# one\n[reporting]\ndatabase = x\nlisten_on = y\n", "CONFIG_UNKNOWN_KEY", 4);
    expect_refusal("[uptake]\npush_endpoint = known to others\nno_such = 1\n", "CONFIG_UNKNOWN_KEY",
                   3);
}

static void keys_of_other_programs_are_passed_over(void **state)
{
    struct config config;
    struct err err = {0};

    (void)state;
    write_file(
        "[ingest]\nanything = 1\n[reporting]\ndatabase = x\n[uptake]\nregister_zone = UTC\n");
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_RUN);
    config_finish(&config);
}

static void malformed_lines_are_refused_with_their_line(void **state)
{
    (void)state;
    expect_refusal("[reporting]\n\njust words\n", "CONFIG_BAD_LINE", 3);
    expect_refusal("[reporting\n", "CONFIG_BAD_LINE", 1);
    expect_refusal("[reports]\n", "CONFIG_UNKNOWN_SECTION", 1);
    expect_refusal("database = x\n", "CONFIG_BAD_LINE", 1);
    expect_refusal("[reporting]\ndatabase = \xff\xfe\n", "CONFIG_BAD_LINE", 2);
}

static void values_of_the_wrong_form_are_refused(void **state)
{
    (void)state;
    expect_refusal("[reporting]\nworkers = 9\n", "CONFIG_BAD_VALUE", 2);
    expect_refusal("[reporting]\nworkers = two\n", "CONFIG_BAD_VALUE", 2);
    expect_refusal("[reporting]\nasked_from = 2023-02-29\n", "CONFIG_BAD_VALUE", 2);
    expect_refusal("[reporting]\nasked_from = 2023-2-28\n", "CONFIG_BAD_VALUE", 2);
}

static void missing_required_setting_is_named(void **state)
{
    struct config config;
    struct err err = {0};

    (void)state;
    write_file("");
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_BAD);
    assert_string_equal(err.code, "CONFIG_MISSING");
    assert_string_equal(err.place, "database");
}

static void unknown_flag_is_a_usage_error(void **state)
{
    struct config config;
    struct err err = {0};

    (void)state;
    write_file("[reporting]\ndatabase = x\n");
    assert_int_equal(load(&config, &err, "--no-such", "1"), CONFIG_BAD);
    assert_string_equal(err.code, "UNKNOWN_FLAG");
    assert_int_equal(err_exit_code(&err), EXIT_BAD_USAGE);
    assert_int_equal(load(&config, &err, "--workers", NULL), CONFIG_BAD);
    assert_string_equal(err.code, "UNKNOWN_FLAG");
}

static void value_longer_than_200_bytes_is_kept_whole(void **state)
{
    struct config config;
    struct err err = {0};
    char text[1024] = "[reporting]\ndatabase = ";
    const size_t before = strlen(text);

    (void)state;
    memset(text + before, 'y', 700);
    write_file(text);
    assert_int_equal(load(&config, &err, NULL, NULL), CONFIG_RUN);
    assert_int_equal(strlen(config_text(&config, "database")), 700);
    config_finish(&config);
}

static void directory_as_file_is_refused(void **state)
{
    struct config config = {.program = "cli", .summary = "test", .rows = rows};
    struct err err = {0};

    (void)state;
    assert_false(config_load_file(&config, "/tmp", &err));
    assert_string_equal(err.code, "CONFIG_UNREADABLE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_of_file_environment_and_flag_wins),
        cmocka_unit_test(fallback_fills_what_nobody_set),
        cmocka_unit_test(unknown_key_is_refused_with_its_line),
        cmocka_unit_test(keys_of_other_programs_are_passed_over),
        cmocka_unit_test(malformed_lines_are_refused_with_their_line),
        cmocka_unit_test(values_of_the_wrong_form_are_refused),
        cmocka_unit_test(missing_required_setting_is_named),
        cmocka_unit_test(unknown_flag_is_a_usage_error),
        cmocka_unit_test(value_longer_than_200_bytes_is_kept_whole),
        cmocka_unit_test(directory_as_file_is_refused),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
