/* SPDX-License-Identifier: Apache-2.0 */
/* Every pair of words against the rules stated another way round. */
#include "model/transitions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const int NOT_STARTED = PROGRESS_NOT_STARTED;
static const int INITIATED = PROGRESS_INITIATED;
static const int ONGOING = PROGRESS_ONGOING;
static const int COMPLETED = PROGRESS_COMPLETED;
static const int UNKNOWN = PROGRESS_UNKNOWN;

static bool has_begun(int word)
{
    return word == INITIATED || word == ONGOING || word == COMPLETED;
}

static void only_what_was_begun_cannot_be_unstarted(void **state)
{
    int refused = 0;

    (void)state;
    for (int from = NOT_STARTED; from <= UNKNOWN; from++)
        for (int to = NOT_STARTED; to <= UNKNOWN; to++) {
            bool allowed = transition_allowed(from, to);
            assert_int_equal(allowed, !(has_begun(from) && to == NOT_STARTED));
            refused += !allowed;
        }
    assert_int_equal(refused, 3);
}

static void the_table_has_every_word(void **state)
{
    (void)state;
    assert_int_equal(PROGRESS_COUNT, UNKNOWN + 1);
}

static void every_pair_has_a_reason(void **state)
{
    (void)state;
    for (int from = 0; from <= UNKNOWN + 1; from++)
        for (int to = 0; to <= UNKNOWN + 1; to++) {
            const char *reason = transition_reason(from, to);
            assert_non_null(reason);
            assert_in_range(strlen(reason), 4, 120); /* fits the text of a receipt */
        }
}

static void a_further_report_may_say_the_same_or_nothing(void **state)
{
    (void)state;
    for (int word = NOT_STARTED; word <= UNKNOWN; word++) {
        assert_true(transition_allowed(word, word));
        assert_true(transition_allowed(word, UNKNOWN));
        assert_true(transition_allowed(UNKNOWN, word));
    }
}

static void any_word_may_be_the_first_and_no_other_number_is_one(void **state)
{
    (void)state;
    for (int word = NOT_STARTED; word <= UNKNOWN; word++) {
        assert_true(transition_allowed(PROGRESS_UNSPECIFIED, word));
        assert_false(transition_allowed(word, PROGRESS_UNSPECIFIED));
        assert_false(transition_allowed(word, UNKNOWN + 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_begun_cannot_be_unstarted),
        cmocka_unit_test(the_table_has_every_word),
        cmocka_unit_test(every_pair_has_a_reason),
        cmocka_unit_test(a_further_report_may_say_the_same_or_nothing),
        cmocka_unit_test(any_word_may_be_the_first_and_no_other_number_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
