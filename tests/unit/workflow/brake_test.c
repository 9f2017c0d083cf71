/* SPDX-License-Identifier: Apache-2.0 */
/* When the brake holds, and which word lets go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "brake.h"

static const struct brake_limits limits = {.most = 200, .least = 20};
static const struct date today = {2026, 11, 22}, yesterday = {2026, 11, 21};

static struct brake_policy due(int n)
{
    return (struct brake_policy){
        .policy_id = 1, .due = n, .waits = n > 0, .newest_on = today, .usual = -1};
}

static bool holds(struct brake_policy policy)
{
    return brake_decide(&policy, &limits, false).holds;
}

static void a_day_beyond_the_limit_is_held(void **state)
{
    struct brake_policy policy = due(150);

    (void)state;
    assert_false(holds(due(200)));
    assert_true(holds(due(201)));
    policy.today = 51; /* what went today counts: a flood in drops is one */
    assert_true(holds(policy));
}

static void three_times_the_usual_day_is_held_once_there_is_a_usual_day(void **state)
{
    struct brake_policy policy = due(31);

    (void)state;
    assert_false(holds(policy));
    policy.usual = 10;
    assert_true(holds(policy));
    policy.due = 30;
    assert_false(holds(policy));
    policy.due = 20; /* so few are no matter, however quiet it was */
    policy.usual = 1;
    assert_false(holds(policy));
}

static void after_a_jump_of_the_clock_nothing_goes_without_a_word(void **state)
{
    struct brake_policy policy = due(1);
    const struct brake_verdict verdict = brake_decide(&policy, &limits, true);

    (void)state;
    assert_true(verdict.holds);
    assert_int_equal(verdict.allowed, 0);
    policy.held_for = verdict.reason;
    assert_true(holds(policy)); /* also in the rounds after, and in another process */
    policy.release = policy.held_before = 7;
    policy.released_on = today;
    policy.released = 1;
    assert_true(holds(policy)); /* a word said before the jump */
    policy.due = 0;             /* its recipients have a digest of another policy today */
    assert_true(holds(policy));
    policy.due = 1;
    policy.release = 8;
    assert_false(holds(policy));
    policy.due = 2; /* more than the person saw */
    assert_true(holds(policy));
    policy.due = 0;
    policy.waits = false;
    assert_false(holds(policy));
}

static void a_word_lets_go_what_it_was_said_of(void **state)
{
    struct brake_policy policy = due(300);

    (void)state;
    policy.release = 7;
    policy.released_on = today;
    policy.released = 300;
    assert_false(holds(policy));
    policy.released = 299;
    assert_true(holds(policy));
    policy.released = 300;
    policy.released_on = yesterday; /* what became due since was not seen */
    assert_true(holds(policy));
    policy.released_on = today;
    policy.due = 250;
    policy.let_go = 51; /* used up */
    policy.today = 51;
    assert_true(holds(policy));
}

static void a_clock_jumps_when_it_moves_otherwise_than_ours(void **state)
{
    const int64_t hour = INT64_C(3600) * 1000000;

    (void)state;
    assert_false(brake_clock_jumped(0, 9 * hour, 0, 1, hour));
    assert_false(brake_clock_jumped(hour, 9 * hour, hour, 9 * hour, hour)); /* asleep that long */
    assert_false(brake_clock_jumped(hour, 2 * hour, 5, 5, hour));
    assert_true(brake_clock_jumped(hour, 2 * hour + 1, 5, 5, hour));
    assert_true(brake_clock_jumped(3 * hour, 2 * hour - 1, 5, 5, hour));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_beyond_the_limit_is_held),
        cmocka_unit_test(three_times_the_usual_day_is_held_once_there_is_a_usual_day),
        cmocka_unit_test(after_a_jump_of_the_clock_nothing_goes_without_a_word),
        cmocka_unit_test(a_word_lets_go_what_it_was_said_of),
        cmocka_unit_test(a_clock_jumps_when_it_moves_otherwise_than_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
