/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* "ខ្មែរ", three bytes a letter. */
static const char khmer[] = "\xe1\x9e\x81\xe1\x9f\x92\xe1\x9e\x98\xe1\x9f\x82\xe1\x9e\x9a";

static void expect_mended(const char *text, const char *expected)
{
    char mended[64];

    assert_true(strlen(text) < sizeof(mended));
    strcpy(mended, text);
    text_mend(mended);
    assert_string_equal(mended, expected);
}

static void what_is_no_whole_character_becomes_a_question_mark(void **state)
{
    (void)state;
    expect_mended("", "");
    expect_mended(khmer, khmer);
    expect_mended("caf\xe9.yaml", "caf?.yaml");
    expect_mended("'\xe1\x9e': a number", "'?"
                                          "?': a number");
    expect_mended("end \xe1", "end ?");
    expect_mended("\xc0\xaf\xff", "?"
                                  "?"
                                  "?");
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_int_equal(text_fit("", 5), 0);
    assert_int_equal(text_fit("four", 4), 4);
    assert_int_equal(text_fit("four", 9), 4);
    assert_int_equal(text_fit("four", 3), 3);
    assert_int_equal(text_fit(khmer, 3), 3);
    assert_int_equal(text_fit(khmer, 5), 3);
    assert_int_equal(text_fit(khmer, 6), 6);
    assert_int_equal(text_fit(khmer, 2), 0);
    assert_int_equal(text_fit(khmer, 99), (int)strlen(khmer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_whole_character_becomes_a_question_mark),
        cmocka_unit_test(text_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
