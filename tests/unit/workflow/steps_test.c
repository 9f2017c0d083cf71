/* SPDX-License-Identifier: Apache-2.0 */
/* Which steps are sent on which day, and which rest. */
#include "plan_world.h"

static void of_missed_steps_only_the_newest_is_sent(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-28"); /* -30, -7 and 0 have come */
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
    assert_int_equal(row_of(world, 1, -30)->coalesced_cycle, 1);
    assert_int_equal(row_of(world, 1, -30)->coalesced_step, 0);
    assert_string_equal(row_of(world, 1, -7)->reason,
                        "another reminder speaks for it: cycle 1 step +0");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    assert_int_equal(send_on(world, "2026-02-28"), 1);
}

static void missed_cycles_coalesce_into_the_newest(void **state)
{
    struct world *world = *state;

    plan_on(world, "2027-02-20"); /* cycles 1 to 3 were never asked */
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_COALESCED);
    assert_int_equal(row_of(world, 2, 14)->coalesced_cycle, 3);
    assert_int_equal(row_of(world, 2, 14)->coalesced_step, -30);
    assert_int_equal(send_on(world, "2027-02-20"), 1);
}

static void what_rests_on_a_sent_reminder_stays_there(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-22"); /* -30 rests on -7 */
    assert_int_equal(send_on(world, "2026-02-22"), 1);
    plan_on(world, "2026-03-14"); /* 0 was missed, +14 is due */
    assert_int_equal(row_of(world, 1, -30)->coalesced_step, -7);
    assert_int_equal(row_of(world, 1, 0)->coalesced_step, 14);
    assert_int_equal(send_on(world, "2026-03-14"), 1);
}

static void each_step_is_sent_once_on_its_day_in_a_calm_run(void **state)
{
    struct world *world = *state;
    int sent = 0;

    for (struct date today = day("2025-09-01"); date_compare(today, day("2026-12-31")) <= 0;
         today = date_add_days(today, 1)) {
        plan_on(world, text_of(today));
        sent += send_on(world, text_of(today));
    }
    assert_int_equal(sent, 8); /* two cycles of four steps */
    assert_int_equal(count(world, OBLIGATION_COALESCED), 0);
}

static void a_unit_is_asked_no_more_often_than_the_policy_allows(void **state)
{
    struct world *world = *state;
    int sent = 0;

    world->versions[0].most_reminders = 2;
    for (struct date today = day("2025-09-01"); date_compare(today, day("2026-03-31")) <= 0;
         today = date_add_days(today, 1)) {
        plan_on(world, text_of(today));
        sent += send_on(world, text_of(today));
    }
    assert_int_equal(sent, 2);
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_SENT);
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_RESTED);
    assert_non_null(strstr(row_of(world, 1, 0)->reason, "as often"));
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
    assert_int_equal(row_of(world, 2, 0)->state, OBLIGATION_RESTED);
}

static void missed_steps_do_not_count_as_asked(void **state)
{
    struct world *world = *state;

    world->versions[0].most_reminders = 1;
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    assert_int_equal(plan_on(world, "2026-02-28"), 0);
}

static void a_cycle_is_chased_no_longer_than_the_policy_says(void **state)
{
    struct world *world = *state;

    world->versions[0].closes_after_days = 10;
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    assert_string_equal(row_of(world, 1, 14)->reason, "the cycle is chased no more: 2026-03-10");
    plan_on(world, "2026-03-11"); /* nothing was sent, and now it is too late */
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_RESTED);
    assert_int_equal(send_on(world, "2026-03-11"), 0);
}

static void who_asked_to_wait_is_asked_once_on_that_day(void **state)
{
    struct world *world = *state;

    world->action.snoozed_until = day("2026-02-25");
    plan_on(world, "2026-01-20");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
    assert_string_equal(text_of(row_of(world, 1, -7)->send_on), "2026-02-25");
    assert_non_null(strstr(row_of(world, 1, -7)->reason, "asked to wait"));
    for (struct date today = day("2026-01-20"); date_compare(today, day("2026-02-24")) <= 0;
         today = date_add_days(today, 1)) {
        plan_on(world, text_of(today));
        assert_int_equal(send_on(world, text_of(today)), 0);
    }
    plan_on(world, "2026-02-25");
    assert_int_equal(send_on(world, "2026-02-25"), 1);
    plan_on(world, "2026-02-28");
    assert_int_equal(send_on(world, "2026-02-28"), 1);
}

static void what_was_asked_before_is_not_asked_again_after_the_wait(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-21"); /* -30 was missed and rests on -7 */
    send_on(world, "2026-02-21");
    world->action.snoozed_until = day("2026-02-26");
    plan_on(world, "2026-02-22");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
    plan_on(world, "2026-02-26");
    assert_int_equal(send_on(world, "2026-02-26"), 0);
}

static void who_knows_is_left_alone_until_the_end_and_not_after(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-01-29");
    assert_int_equal(send_on(world, "2026-01-29"), 1);
    world->action.acknowledged_on = day("2026-02-01");
    plan_on(world, "2026-02-02");
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_RESTED);
    assert_string_equal(row_of(world, 1, 0)->reason, "the unit knows and will answer: 2026-02-01");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_PLANNED);
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
    plan_on(world, "2026-03-14");
    assert_int_equal(send_on(world, "2026-03-14"), 1);
}

static void to_know_about_a_cycle_that_ended_silences_no_other(void **state)
{
    struct world *world = *state;

    world->action.acknowledged_on = day("2026-03-09");
    plan_on(world, "2026-03-10");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_PLANNED);
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
}

static void decide(struct world *world, const char *ends_on, bool held, bool closed)
{
    world->decisions[0] = (struct plan_decision){day(ends_on), held, closed};
    world->policy.ndecisions = 1;
}

static void a_held_cycle_is_planned_and_not_sent_until_it_is_opened(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-01-20");
    decide(world, "2026-02-28", true, false);
    plan_on(world, "2026-01-29");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_PLANNED);
    assert_true(row_of(world, 1, -30)->held);
    assert_non_null(strstr(row_of(world, 1, -30)->reason, "the desk holds the cycle"));
    assert_false(row_of(world, 2, -30)->held);
    assert_int_equal(send_on(world, "2026-01-29"), 0);
    plan_on(world, "2026-02-22");
    assert_int_equal(send_on(world, "2026-02-22"), 0);
    decide(world, "2026-02-28", false, false);
    plan_on(world, "2026-02-22");
    assert_int_equal(send_on(world, "2026-02-22"), 1);
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
}

static void a_held_cycle_speaks_for_no_other(void **state)
{
    struct world *world = *state;

    decide(world, "2026-08-31", true, false);
    plan_on(world, "2026-08-01"); /* cycle 1 was missed whole, the first step of 2 has come */
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_PLANNED);
    assert_int_equal(send_on(world, "2026-08-01"), 1);
}

static void a_cycle_that_the_desk_closed_is_chased_no_more(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-28");
    send_on(world, "2026-02-28");
    decide(world, "2026-02-28", false, true);
    plan_on(world, "2026-03-01");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_SENT);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
}

/* Its return was counted: what was a question stays one, and no other comes in. */
static void nothing_is_added_to_a_cycle_that_the_desk_closed(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-28");
    send_on(world, "2026-02-28");
    decide(world, "2026-02-28", false, true);
    world->leads[0].unit_id = UNIT + 1;
    plan_on(world, "2026-03-01");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    assert_int_equal(row_for(world, 1, 0, UNIT + 1)->state, OBLIGATION_VOID);
    assert_string_equal(row_for(world, 1, 0, UNIT + 1)->reason,
                        "no longer to be asked: the desk closed the cycle");
    assert_int_equal(row_for(world, 2, -30, UNIT + 1)->state, OBLIGATION_PLANNED);
    assert_int_equal(plan_on(world, "2026-03-01"), 0);
    world->leads[0].unit_id = UNIT;
    report(world, "2026-03-01", NULL);
    plan_on(world, "2026-03-02");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_COALESCED);
}

static void what_rests_is_asked_again_when_nothing_keeps_it(void **state)
{
    struct world *world = *state;

    world->versions[0].most_reminders = 1;
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    world->versions[0].most_reminders = 0;
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_PLANNED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_missed_steps_only_the_newest_is_sent),
        TEST(missed_cycles_coalesce_into_the_newest),
        TEST(what_rests_on_a_sent_reminder_stays_there),
        TEST(each_step_is_sent_once_on_its_day_in_a_calm_run),
        TEST(a_unit_is_asked_no_more_often_than_the_policy_allows),
        TEST(missed_steps_do_not_count_as_asked),
        TEST(a_cycle_is_chased_no_longer_than_the_policy_says),
        TEST(who_asked_to_wait_is_asked_once_on_that_day),
        TEST(what_was_asked_before_is_not_asked_again_after_the_wait),
        TEST(who_knows_is_left_alone_until_the_end_and_not_after),
        TEST(to_know_about_a_cycle_that_ended_silences_no_other),
        TEST(a_held_cycle_is_planned_and_not_sent_until_it_is_opened),
        TEST(a_held_cycle_speaks_for_no_other),
        TEST(a_cycle_that_the_desk_closed_is_chased_no_more),
        TEST(nothing_is_added_to_a_cycle_that_the_desk_closed),
        TEST(what_rests_is_asked_again_when_nothing_keeps_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
