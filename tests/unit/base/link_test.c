/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t key[LINK_KEY_BYTES] = {1, 2, 3};
static const uint8_t other_key[LINK_KEY_BYTES] = {1, 2, 4};

static void sign(char text[LINK_TEXT])
{
    const struct link link = {
        .purpose = "signin", .about = "unit:CAM\nkey#1/2", .expires_at_s = 1000, .nonce = {9, 8}};

    link_sign(key, &link, text);
}

static void expect_refusal(const uint8_t *with, const char *text, const char *purpose,
                           int64_t now_s, const char *code)
{
    struct link link = {.purpose = purpose};
    struct err err = {0};

    assert_false(link_check(with, text, now_s, &link, &err));
    assert_string_equal(err.code, code);
    assert_int_equal(err.kind, ERR_REJECT);
}

static void signed_link_gives_back_what_was_signed(void **state)
{
    struct link link = {.purpose = "signin"};
    char text[LINK_TEXT];
    struct err err;

    (void)state;
    sign(text);
    assert_true(link_check(key, text, 999, &link, &err));
    assert_string_equal(link.about, "unit:CAM\nkey#1/2");
    assert_int_equal(link.expires_at_s, 1000);
    assert_int_equal(link.nonce[0], 9);
    assert_int_equal(link.nonce[1], 8);
}

static void longest_link_fits_its_room(void **state)
{
    struct link link = {.purpose = "aaaaaaaaaaaaaaaaaaaa", .expires_at_s = INT64_MAX};
    struct link read = {.purpose = link.purpose};
    char text[LINK_TEXT];
    struct err err;

    (void)state;
    memset(link.about, 'k', LINK_ABOUT - 1);
    link_sign(key, &link, text);
    assert_true(link_check(key, text, 999, &read, &err));
    assert_string_equal(read.about, link.about);
    link.about[0] = '\0';
    link_sign(key, &link, text);
    assert_true(link_check(key, text, 999, &read, &err));
    assert_string_equal(read.about, "");
}

static void link_has_letters_digits_and_dots_alone(void **state)
{
    char text[LINK_TEXT];

    (void)state;
    sign(text);
    assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789."), strlen(text));
}

static void every_altered_character_is_refused(void **state)
{
    char text[LINK_TEXT];

    (void)state;
    sign(text);
    for (size_t i = 0; i < strlen(text); i++) {
        char altered[LINK_TEXT];

        strcpy(altered, text);
        altered[i] = altered[i] == '1' ? '2' : '1';
        expect_refusal(key, altered, "signin", 999, "TOKEN_INVALID");
    }
}

static void cut_or_lengthened_link_is_refused(void **state)
{
    char text[2 * LINK_TEXT];

    (void)state;
    sign(text);
    strcat(text, "0");
    expect_refusal(key, text, "signin", 999, "TOKEN_INVALID");
    text[strlen(text) - 2] = '\0';
    expect_refusal(key, text, "signin", 999, "TOKEN_INVALID");
    expect_refusal(key, "", "signin", 999, "TOKEN_INVALID");
    expect_refusal(key, "....", "signin", 999, "TOKEN_INVALID");
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    expect_refusal(key, text, "signin", 999, "TOKEN_INVALID");
}

static void expired_link_is_refused(void **state)
{
    char text[LINK_TEXT];

    (void)state;
    sign(text);
    expect_refusal(key, text, "signin", 1000, "TOKEN_EXPIRED");
}

static void link_of_another_purpose_or_key_is_refused(void **state)
{
    char text[LINK_TEXT];

    (void)state;
    sign(text);
    expect_refusal(key, text, "answer", 999, "TOKEN_INVALID");
    expect_refusal(key, text, "sign", 999, "TOKEN_INVALID");
    expect_refusal(key, text, "signing", 999, "TOKEN_INVALID");
    expect_refusal(other_key, text, "signin", 999, "TOKEN_INVALID");
}

static void key_file_that_others_may_read_is_refused(void **state)
{
    char path[] = "/tmp/uptake_link_test_XXXXXX";
    const int fd = mkstemp(path);
    uint8_t read_key[LINK_KEY_BYTES];
    struct err err;

    (void)state;
    assert_true(fd >= 0);
    for (int i = 0; i < LINK_KEY_BYTES; i++)
        assert_int_equal(write(fd, "0a", 2), 2);
    assert_true(link_key_read(path, read_key, &err));
    assert_int_equal(read_key[31], 10);
    fchmod(fd, 0644);
    assert_false(link_key_read(path, read_key, &err));
    assert_string_equal(err.code, "KEY_FILE_OPEN_TO_OTHERS");
    fchmod(fd, 0600);
    assert_int_equal(ftruncate(fd, 10), 0);
    assert_false(link_key_read(path, read_key, &err));
    assert_string_equal(err.code, "KEY_FILE_BAD");
    close(fd);
    unlink(path);
    assert_false(link_key_read(path, read_key, &err));
    assert_string_equal(err.code, "KEY_FILE_UNREADABLE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_link_gives_back_what_was_signed),
        cmocka_unit_test(longest_link_fits_its_room),
        cmocka_unit_test(link_has_letters_digits_and_dots_alone),
        cmocka_unit_test(every_altered_character_is_refused),
        cmocka_unit_test(cut_or_lengthened_link_is_refused),
        cmocka_unit_test(expired_link_is_refused),
        cmocka_unit_test(link_of_another_purpose_or_key_is_refused),
        cmocka_unit_test(key_file_that_others_may_read_is_refused),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
