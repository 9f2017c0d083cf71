/* SPDX-License-Identifier: Apache-2.0 */
#include "model/crosswalk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void known_words_are_mapped_whatever_their_case(void **state)
{
    enum position position;
    enum progress progress;

    (void)state;
    assert_true(crosswalk_position("gate", "PARTIALLY  accepted", &position));
    assert_int_equal(position, POSITION_PARTIALLY_ACCEPTED);
    assert_true(crosswalk_progress("gate", "Not initiated", &progress));
    assert_int_equal(progress, PROGRESS_NOT_STARTED);
    assert_true(crosswalk_progress("gate", "Initiated", &progress));
    assert_int_equal(progress, PROGRESS_INITIATED);
}

static void lateness_is_not_taken_for_progress(void **state)
{
    enum progress progress;

    (void)state;
    assert_true(crosswalk_progress("gate", "Over due", &progress));
    assert_int_equal(progress, PROGRESS_UNKNOWN);
}

static void unknown_words_and_formats_are_not_guessed(void **state)
{
    enum progress progress = PROGRESS_ONGOING;

    (void)state;
    assert_false(crosswalk_progress("gate", "Almost", &progress));
    assert_false(crosswalk_progress("gate", "Completedly", &progress));
    assert_false(crosswalk_progress("gate", "Completed early", &progress));
    assert_false(crosswalk_progress("elsewhere", "Completed", &progress));
    assert_int_equal(progress, PROGRESS_ONGOING);
}

static void the_longest_word_at_the_start_is_found(void **state)
{
    struct crosswalk_row row;
    size_t len;

    (void)state;
    assert_true(crosswalk_find("gate", "progress", "No longer  applicable Since 2021", &len, &row));
    assert_int_equal(len, 21);
    assert_string_equal(row.word, "no_longer_applicable");
    assert_false(crosswalk_find("gate", "position", "Ongoing", &len, &row));
}

static void every_row_maps_to_a_word_of_the_register(void **state)
{
    static const char *const sources[] = {"Completed",           "Ongoing", "Initiated",
                                          "Not Initiated",       "Overdue", "Over due",
                                          "No Longer Applicable"};
    enum progress progress;

    (void)state;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        assert_true(crosswalk_progress("gate", sources[i], &progress));
}

static void only_four_words_close_an_action(void **state)
{
    int closed = 0;

    (void)state;
    for (int word = 0; word < PROGRESS_COUNT; word++)
        closed += progress_is_open((enum progress)word) ? 0 : 1;
    assert_int_equal(closed, 4);
    assert_true(progress_is_open(PROGRESS_UNKNOWN));
    assert_false(progress_is_open(PROGRESS_NO_LONGER_APPLICABLE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_words_are_mapped_whatever_their_case),
        cmocka_unit_test(lateness_is_not_taken_for_progress),
        cmocka_unit_test(unknown_words_and_formats_are_not_guessed),
        cmocka_unit_test(the_longest_word_at_the_start_is_found),
        cmocka_unit_test(every_row_maps_to_a_word_of_the_register),
        cmocka_unit_test(only_four_words_close_an_action),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
