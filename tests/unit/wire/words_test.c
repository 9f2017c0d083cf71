/* SPDX-License-Identifier: Apache-2.0 */
#include "model/words.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "uptake/v1/words.pb-c.h"

static void words_are_lower_case_without_the_prefix(void **state)
{
    (void)state;
    assert_string_equal(wire_word(&uptake__v1__position__descriptor, 4), "not_accepted");
    assert_string_equal(wire_word(&uptake__v1__item_kind__descriptor, 3), "recommendation");
    assert_null(wire_word(&uptake__v1__position__descriptor, 99));
}

static void words_are_read_back(void **state)
{
    int value = 0;

    (void)state;
    assert_true(wire_word_value(&uptake__v1__progress__descriptor, "no_longer_applicable", &value));
    assert_int_equal(value, UPTAKE__V1__PROGRESS__PROGRESS_NO_LONGER_APPLICABLE);
    assert_false(wire_word_value(&uptake__v1__progress__descriptor, "overdue", &value));
}

/* Code without protobuf holds the same numbers under the same words. */
static void the_model_has_the_words_of_the_wire(void **state)
{
    (void)state;
    for (int i = 0; i < POSITION_COUNT; i++)
        assert_string_equal(position_word((enum position)i),
                            wire_word(&uptake__v1__position__descriptor, i));
    for (int i = 0; i < PROGRESS_COUNT; i++)
        assert_string_equal(progress_word((enum progress)i),
                            wire_word(&uptake__v1__progress__descriptor, i));
    for (int i = 0; i < PRECISION_COUNT; i++)
        assert_string_equal(precision_word((enum precision)i),
                            wire_word(&uptake__v1__precision__descriptor, i));
    for (int i = 0; i < ROLE_COUNT; i++)
        assert_string_equal(role_word((enum role)i), wire_word(&uptake__v1__role__descriptor, i));
    assert_null(wire_word(&uptake__v1__position__descriptor, POSITION_COUNT));
    assert_null(wire_word(&uptake__v1__progress__descriptor, PROGRESS_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_lower_case_without_the_prefix),
        cmocka_unit_test(words_are_read_back),
        cmocka_unit_test(the_model_has_the_words_of_the_wire),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
