/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/answer_link.h"

#include <string.h>

static const uint8_t key[LINK_KEY_BYTES] = {4, 5, 6};
static const struct answer_link asked = {.unit = "unit:CAM",
                                         .action = "plan-2020#1/2",
                                         .policy = "policy:half-yearly",
                                         .cycle = 3,
                                         .mail = "<1@example.org>",
                                         .expires_at_s = 1000};

static const char *token_of(const struct answer_link *link, struct arena *arena)
{
    const char *url = answer_link_url(key, "https://uptake.example.org", link, arena);

    assert_non_null(url);
    assert_int_equal(strncmp(url, "https://uptake.example.org/a/", 29), 0);
    return url + 29;
}

static void link_names_unit_action_and_cycle(void **state)
{
    struct arena arena = {0};
    struct answer_link read;
    struct err err;

    (void)state;
    assert_true(answer_link_read(key, token_of(&asked, &arena), 999, &read, &arena, &err));
    assert_string_equal(read.unit, asked.unit);
    assert_string_equal(read.action, asked.action);
    assert_string_equal(read.policy, asked.policy);
    assert_int_equal(read.cycle, 3);
    assert_int_equal(read.expires_at_s, 1000);
    arena_finish(&arena);
}

static void a_repeated_mail_has_the_same_link_and_another_mail_another(void **state)
{
    struct answer_link other = asked;
    struct arena arena = {0};

    (void)state;
    other.mail = "<2@example.org>";
    assert_string_equal(token_of(&asked, &arena), token_of(&asked, &arena));
    assert_string_not_equal(token_of(&asked, &arena), token_of(&other, &arena));
    arena_finish(&arena);
}

static void what_is_no_question_is_refused(void **state)
{
    static const char *const abouts[] = {"", "unit:CAM", "unit:CAM\nkey\npolicy:p", "\nkey\np\n1",
                                         "unit:CAM\nkey\npolicy:p\n0"};
    struct arena arena = {0};
    struct answer_link read;
    char token[LINK_TEXT];
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(abouts) / sizeof(*abouts); i++) {
        struct link link = {.purpose = "answer", .expires_at_s = 1000};
        strcpy(link.about, abouts[i]);
        link_sign(key, &link, token);
        assert_false(answer_link_read(key, token, 999, &read, &arena, &err));
        assert_string_equal(err.code, "TOKEN_INVALID");
    }
    assert_false(answer_link_read(key, token_of(&asked, &arena), 1000, &read, &arena, &err));
    assert_string_equal(err.code, "TOKEN_EXPIRED");
    arena_finish(&arena);
}

static void keys_that_are_too_long_get_no_link(void **state)
{
    struct answer_link link = asked;
    struct arena arena = {0};
    char text[LINK_ABOUT];

    (void)state;
    memset(text, 'k', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    link.action = text;
    assert_null(answer_link_url(key, "", &link, &arena));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link_names_unit_action_and_cycle),
        cmocka_unit_test(a_repeated_mail_has_the_same_link_and_another_mail_another),
        cmocka_unit_test(what_is_no_question_is_refused),
        cmocka_unit_test(keys_that_are_too_long_get_no_link),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
