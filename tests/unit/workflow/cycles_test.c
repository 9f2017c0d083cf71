/* SPDX-License-Identifier: Apache-2.0 */
/* Which cycles there are, by what they are answered, and how the versions of a policy follow each
 * other. */
#include "plan_world.h"

static void cycles_end_on_the_anchors_day_clamped_to_the_month(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_on), "2026-02-28");
    assert_string_equal(text_of(row_of(world, 2, 0)->cycle_on), "2026-08-31");
    assert_string_equal(text_of(row_of(world, 1, -7)->send_on), "2026-02-21");
    assert_string_equal(text_of(row_of(world, 1, 14)->send_on), "2026-03-14");
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_begin_on), "2025-08-31");
    assert_string_equal(text_of(row_of(world, 2, 0)->cycle_begin_on), "2026-02-28");
}

static void a_leap_february_is_met_from_the_anchor(void **state)
{
    struct world *world = *state;

    plan_on(world, "2027-09-01");
    assert_string_equal(text_of(row_of(world, 5, 0)->cycle_on), "2028-02-29");
    assert_string_equal(text_of(row_of(world, 6, 0)->cycle_on), "2028-08-31");
}

static void obligations_reach_400_days_ahead(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    for (int i = 0; i < world->nledger; i++)
        assert_true(date_compare(world->ledger[i].send_on,
                                 date_add_days(day("2025-09-01"), PLAN_HORIZON_DAYS)) <= 0);
    assert_non_null(row_of(world, 2, 14));
    assert_null(row_of(world, 3, -30));
}

static void cycles_before_go_live_are_not_asked(void **state)
{
    struct world *world = *state;

    world->versions[0].go_live_on = day("2026-03-01");
    plan_on(world, "2026-03-05");
    assert_null(row_of(world, 1, 14)); /* the cycle ended the day before */
    assert_non_null(row_of(world, 2, -30));
}

static void a_cycle_that_ends_on_the_go_live_day_is_asked(void **state)
{
    struct world *world = *state;

    world->versions[0].go_live_on = day("2026-02-28");
    plan_on(world, "2026-02-28");
    assert_non_null(row_of(world, 1, 0));
}

static void a_go_live_day_that_moves_turns_planned_into_not_asked(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    world->versions[0].go_live_on = day("2026-03-01");
    plan_on(world, "2025-09-02");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_NOT_ASKED);
    assert_int_equal(row_of(world, 2, 0)->state, OBLIGATION_PLANNED);
}

static void an_update_meets_the_cycle_it_came_in(void **state)
{
    struct world *world = *state;

    report(world, "2026-01-10", NULL);
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_MET);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_MET);
    assert_string_equal(row_of(world, 1, 0)->reason, "the unit submitted an update: 2026-01-10");
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
    assert_int_equal(send_on(world, "2026-02-28"), 0);
}

static void a_late_update_answers_the_cycle_just_ended_and_not_the_next(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-28");
    send_on(world, "2026-02-28");
    report(world, "2026-03-09", NULL);
    plan_on(world, "2026-03-14");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_SENT);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_MET);
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
}

static void an_old_update_brought_in_by_import_answers_nothing(void **state)
{
    struct world *world = *state;

    report(world, "2026-01-10", "2022-12-31");
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
}

static void only_the_unit_that_was_asked_answers(void **state)
{
    struct world *world = *state;

    world->leads[1] = sure_lead;
    world->leads[1].unit_id = UNIT + 1;
    world->action.nresponsibilities = 2;
    report(world, "2026-01-10", NULL);
    world->reports[0].unit_id = REGION; /* a third one */
    plan_on(world, "2026-01-11");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    report(world, "2026-01-12", NULL);
    world->reports[1].unit_id = UNIT;
    plan_on(world, "2026-01-13");
    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].cycle == 1)
            assert_int_equal(world->ledger[i].state, world->ledger[i].recipient_id == UNIT
                                                         ? OBLIGATION_MET
                                                         : OBLIGATION_PLANNED);
    report(world, "2026-01-14", NULL); /* does not say whose it is */
    plan_on(world, "2026-01-15");
    assert_int_equal(count(world, OBLIGATION_MET), 8);
}

static void cycles_before_an_answered_one_are_not_asked_any_more(void **state)
{
    struct world *world = *state;

    report(world, "2026-06-01", NULL); /* cycle 2 */
    plan_on(world, "2026-06-02");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
    assert_int_equal(send_on(world, "2026-06-02"), 0);
}

static void an_assumed_anchor_is_said(void **state)
{
    struct world *world = *state;

    world->action.anchor_assumed = true;
    plan_on(world, "2025-09-01");
    assert_non_null(strstr(row_of(world, 1, 0)->reason, "ANCHOR_ASSUMED"));
}

static void without_an_anchor_nothing_is_asked(void **state)
{
    struct world *world = *state;

    world->action.anchor = (struct date){0};
    assert_int_equal(plan_on(world, "2026-02-28"), 0);
}

static void deadline(struct world *world, const char *due_on)
{
    world->versions[0].trigger = PLAN_DEADLINE;
    world->versions[0].interval_months = 0;
    world->action.due_on = day(due_on);
}

static void a_deadline_has_one_cycle(void **state)
{
    struct world *world = *state;

    deadline(world, "2026-06-30");
    plan_on(world, "2026-01-01");
    assert_int_equal(world->nledger, 4);
    assert_string_equal(text_of(row_of(world, 1, 14)->send_on), "2026-07-14");
}

static void a_deadline_before_go_live_is_not_asked(void **state)
{
    struct world *world = *state;

    deadline(world, "2022-12-31");
    assert_int_equal(plan_on(world, "2026-01-01"), 0);
}

static void a_deadline_that_moves_unasked_moves_its_obligations(void **state)
{
    struct world *world = *state;

    deadline(world, "2026-06-30");
    plan_on(world, "2026-01-01");
    deadline(world, "2026-09-30");
    plan_on(world, "2026-01-02");
    assert_int_equal(world->nledger, 4);
    assert_string_equal(text_of(row_of(world, 1, 0)->send_on), "2026-09-30");
}

static void a_deadline_that_moves_after_a_reminder_opens_the_next_cycle(void **state)
{
    struct world *world = *state;

    deadline(world, "2026-06-30");
    plan_on(world, "2026-06-23");
    assert_int_equal(send_on(world, "2026-06-23"), 1);
    deadline(world, "2026-12-31");
    plan_on(world, "2026-06-24");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_VOID);
    assert_string_equal(text_of(row_of(world, 2, -7)->send_on), "2026-12-24");
    assert_int_equal(plan_on(world, "2026-06-24"), 0);
}

static void a_report_counts_only_in_the_policys_window(void **state)
{
    struct world *world = *state;

    world->versions[0].window_days = 60; /* from 2025-12-30 on */
    report(world, "2025-12-29", NULL);
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    world->action.nreports = 0;
    report(world, "2025-12-30", NULL);
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_MET);
    assert_int_equal(row_of(world, 2, 0)->state, OBLIGATION_PLANNED);
}

static void an_answer_to_a_deadline_needs_a_window(void **state)
{
    struct world *world = *state;

    deadline(world, "2026-06-30");
    report(world, "2026-06-10", NULL);
    plan_on(world, "2026-06-11");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    assert_true(date_is_none(row_of(world, 1, 0)->cycle_begin_on));
    world->versions[0].window_days = 20;
    plan_on(world, "2026-06-11");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_MET);
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_begin_on), "2026-06-09");
    world->versions[0].window_days = 19;
    plan_on(world, "2026-06-11");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
}

static void an_answer_is_late_until_the_policy_closes_the_cycle(void **state)
{
    struct world *world = *state;

    world->versions[0].closes_after_days = 45;
    report(world, "2026-04-10", NULL); /* 41 days after the end of cycle 1 */
    plan_on(world, "2026-04-11");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_MET);
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
}

static void an_extension_leaves_what_was_sent_and_moves_the_rest(void **state)
{
    struct world *world = *state;

    deadline(world, "2026-06-30");
    plan_on(world, "2026-05-31");
    assert_int_equal(send_on(world, "2026-05-31"), 1);
    world->action.due_on = day("2026-09-30");
    plan_on(world, "2026-06-01");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_SENT);
    assert_string_equal(text_of(row_of(world, 1, -30)->cycle_on), "2026-06-30");
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_VOID);
    assert_string_equal(text_of(row_of(world, 2, -30)->send_on), "2026-08-31");
}

static void a_hold_rests_the_deadline_and_not_the_update(void **state)
{
    struct world *world = *state;

    deadline(world, "2026-06-30");
    plan_on(world, "2026-05-31");
    send_on(world, "2026-05-31");
    world->action.on_hold = true;
    plan_on(world, "2026-06-01");
    assert_int_equal(row_of(world, 1, -30)->state, OBLIGATION_SENT);
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_VOID);
    assert_string_equal(row_of(world, 1, -7)->reason,
                        "no longer to be asked: the action is on hold");
    world->action.on_hold = false;
    plan_on(world, "2026-06-02");
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_PLANNED);
    world->nledger = 0;
    world->versions[0].trigger = PLAN_INTERVAL;
    world->versions[0].interval_months = 6;
    world->action.on_hold = true;
    plan_on(world, "2026-02-01");
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_PLANNED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cycles_end_on_the_anchors_day_clamped_to_the_month),
        TEST(a_leap_february_is_met_from_the_anchor),
        TEST(obligations_reach_400_days_ahead),
        TEST(cycles_before_go_live_are_not_asked),
        TEST(a_cycle_that_ends_on_the_go_live_day_is_asked),
        TEST(a_go_live_day_that_moves_turns_planned_into_not_asked),
        TEST(an_update_meets_the_cycle_it_came_in),
        TEST(a_late_update_answers_the_cycle_just_ended_and_not_the_next),
        TEST(an_old_update_brought_in_by_import_answers_nothing),
        TEST(only_the_unit_that_was_asked_answers),
        TEST(cycles_before_an_answered_one_are_not_asked_any_more),
        TEST(an_assumed_anchor_is_said),
        TEST(without_an_anchor_nothing_is_asked),
        TEST(a_deadline_has_one_cycle),
        TEST(a_deadline_before_go_live_is_not_asked),
        TEST(a_deadline_that_moves_unasked_moves_its_obligations),
        TEST(a_deadline_that_moves_after_a_reminder_opens_the_next_cycle),
        TEST(a_report_counts_only_in_the_policys_window),
        TEST(an_answer_to_a_deadline_needs_a_window),
        TEST(an_answer_is_late_until_the_policy_closes_the_cycle),
        TEST(an_extension_leaves_what_was_sent_and_moves_the_rest),
        TEST(a_hold_rests_the_deadline_and_not_the_update),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
