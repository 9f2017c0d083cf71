/* SPDX-License-Identifier: Apache-2.0 */
/* Every state meets every event: the table says what happens, and says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lifecycle.h"

#include <string.h>

static void was_asked_is_never_planned_again(void **state)
{
    (void)state;
    for (int e = 0; e < OBLIGATION_EVENT_COUNT; e++)
        assert_null(obligation_next(OBLIGATION_SENT, (enum obligation_event)e));
}

static void claimed_leaves_only_by_the_mail_server_or_a_corrected_address(void **state)
{
    (void)state;
    for (int e = 0; e < OBLIGATION_EVENT_COUNT; e++) {
        const struct obligation_step *step =
            obligation_next(OBLIGATION_CLAIMED, (enum obligation_event)e);
        if (e == OBLIGATION_EV_ACCEPTED)
            assert_int_equal(step->to, OBLIGATION_SENT);
        else if (e == OBLIGATION_EV_READDRESSED)
            assert_int_equal(step->to, OBLIGATION_PLANNED);
        else
            assert_null(step);
    }
}

static void every_row_has_a_reason_and_reaches_a_state(void **state)
{
    int moves[OBLIGATION_STATE_COUNT] = {0}, reached[OBLIGATION_STATE_COUNT] = {0};

    (void)state;
    for (int s = 0; s < OBLIGATION_STATE_COUNT; s++)
        for (int e = 0; e < OBLIGATION_EVENT_COUNT; e++) {
            const struct obligation_step *step =
                obligation_next((enum obligation_state)s, (enum obligation_event)e);
            if (!step)
                continue;
            assert_true(strlen(step->reason) > 5);
            assert_int_not_equal(step->to, OBLIGATION_NEW);
            moves[s]++;
            reached[step->to]++;
        }
    for (int s = 0; s < OBLIGATION_STATE_COUNT; s++) {
        assert_true(s == OBLIGATION_SENT || moves[s] > 0);
        assert_true(s == OBLIGATION_NEW || reached[s] > 0);
    }
}

static void every_event_moves_something(void **state)
{
    (void)state;
    for (int e = 0; e < OBLIGATION_EVENT_COUNT; e++) {
        int n = 0;
        for (int s = 0; s < OBLIGATION_STATE_COUNT; s++)
            n += obligation_next((enum obligation_state)s, (enum obligation_event)e) != NULL;
        assert_true(n > 0);
    }
}

static void words_go_there_and_back(void **state)
{
    enum obligation_state found;

    (void)state;
    for (int s = 0; s < OBLIGATION_STATE_COUNT; s++) {
        assert_true(
            obligation_state_from_word(obligation_state_word((enum obligation_state)s), &found));
        assert_int_equal(found, s);
    }
    assert_false(obligation_state_from_word("forgotten", &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(was_asked_is_never_planned_again),
        cmocka_unit_test(claimed_leaves_only_by_the_mail_server_or_a_corrected_address),
        cmocka_unit_test(every_row_has_a_reason_and_reaches_a_state),
        cmocka_unit_test(every_event_moves_something),
        cmocka_unit_test(words_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
