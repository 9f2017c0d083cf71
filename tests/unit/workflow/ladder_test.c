/* SPDX-License-Identifier: Apache-2.0 */
/* Who is written to above the unit, from which step on, and for whom. */
#include "plan_world.h"

#include <stdio.h>

static void give_ladder(struct world *world)
{
    struct plan_version *version = &world->versions[0];

    version->ladder[0] = (struct plan_ladder_step){0, RUNG_UNIT_HEAD};
    version->ladder[1] = (struct plan_ladder_step){14, RUNG_OVERSEER};
    version->ladder[2] = (struct plan_ladder_step){14, RUNG_OVERSEER_HEAD};
    version->nladder = 3;
}

static int count_for(const struct world *world, int64_t recipient_id)
{
    int n = 0;

    for (int i = 0; i < world->nledger; i++)
        n += world->ledger[i].recipient_id == recipient_id &&
             world->ledger[i].state == OBLIGATION_PLANNED;
    return n;
}

static void each_rung_is_written_to_from_its_step_on(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    plan_on(world, "2025-09-01");
    assert_null(row_for(world, 1, -7, HEAD));
    assert_int_equal(row_for(world, 1, 0, HEAD)->rung, RUNG_UNIT_HEAD);
    assert_int_equal(row_for(world, 1, 0, HEAD)->asked_id, UNIT);
    assert_non_null(row_for(world, 1, 14, HEAD));
    assert_null(row_for(world, 1, 0, OVERSEER));
    assert_int_equal(row_for(world, 1, 14, OVERSEER)->rung, RUNG_OVERSEER);
    assert_int_equal(row_for(world, 1, 14, TOP)->rung, RUNG_OVERSEER_HEAD);
    assert_int_equal(row_of(world, 1, -30)->rung, RUNG_UNIT);
    assert_int_equal(row_of(world, 1, -30)->asked_id, UNIT);
}

static void the_region_is_nobodys_head(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    plan_on(world, "2025-09-01");
    assert_int_equal(count_for(world, REGION), 0);
}

static void nobody_is_escalated_to_himself(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    world->leads[0].unit_id = OVERSEER; /* owns the action and oversees it */
    plan_on(world, "2025-09-01");
    for (int i = 0; i < world->nledger; i++) {
        const struct obligation *row = &world->ledger[i];
        assert_true((row->recipient_id == OVERSEER) == (row->rung == RUNG_UNIT));
    }
    assert_int_equal(row_for(world, 1, 14, TOP)->rung, RUNG_UNIT_HEAD);
}

static void who_stands_on_a_lower_rung_is_not_written_to_on_a_higher_one(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    world->versions[0].overseer_id = HEAD;
    plan_on(world, "2025-09-01");
    assert_int_equal(row_for(world, 1, 0, HEAD)->rung, RUNG_UNIT_HEAD);
    assert_int_equal(row_for(world, 1, 14, HEAD)->rung, RUNG_UNIT_HEAD);
    assert_int_equal(row_for(world, 1, 14, TOP)->rung, RUNG_OVERSEER_HEAD);
    assert_int_equal(count_for(world, OVERSEER), 0);
}

static void the_head_of_two_leads_hears_once_and_a_lead_is_no_head(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    world->leads[1] = world->leads[2] = sure_lead;
    world->leads[1].unit_id = UNIT + 1; /* reports to the same head */
    world->action.nresponsibilities = 2;
    plan_on(world, "2026-02-21");
    assert_int_equal(send_on(world, "2026-02-21"), 2);
    plan_on(world, "2026-02-28");
    assert_int_equal(send_on(world, "2026-02-28"), 3);
    assert_int_equal(row_for(world, 1, 0, HEAD)->asked_id, UNIT);
    world->nledger = 0;
    world->leads[2].unit_id = HEAD;
    world->action.nresponsibilities = 3;
    plan_on(world, "2026-02-28");
    assert_int_equal(row_for(world, 1, 0, HEAD)->rung, RUNG_UNIT);
}

static void an_overseer_named_on_the_action_comes_before_the_policys(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    world->leads[1] = sure_lead;
    world->leads[1].role = ROLE_OVERSEER;
    world->leads[1].unit_id = REGION;
    world->action.nresponsibilities = 2;
    plan_on(world, "2025-09-01");
    assert_int_equal(row_for(world, 1, 14, REGION)->rung, RUNG_OVERSEER);
    assert_int_equal(count_for(world, OVERSEER), 0);
    world->leads[1].vague = true;
    plan_on(world, "2025-09-02");
    assert_int_equal(count_for(world, REGION), 0);
    assert_non_null(row_for(world, 1, 14, OVERSEER));
}

static void a_head_without_an_address_is_passed_over(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    world->units[2].has_address = false;
    plan_on(world, "2025-09-01");
    assert_int_equal(count_for(world, HEAD), 0);
    assert_non_null(row_for(world, 1, 14, OVERSEER));
}

static void an_answer_ends_it_on_every_rung(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    plan_on(world, "2026-02-28");
    send_on(world, "2026-02-28");
    report(world, "2026-03-01", NULL);
    plan_on(world, "2026-03-14");
    assert_int_equal(row_for(world, 1, 14, HEAD)->state, OBLIGATION_MET);
    assert_int_equal(row_for(world, 1, 14, TOP)->state, OBLIGATION_MET);
    assert_int_equal(send_on(world, "2026-03-14"), 0);
}

static void a_unit_that_reports_to_another_changes_what_is_unsent(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    plan_on(world, "2026-02-21");
    send_on(world, "2026-02-21");
    plan_on(world, "2026-02-28");
    send_on(world, "2026-02-28");
    world->units[0].reports_to_id = REGION;
    plan_on(world, "2026-03-01");
    assert_int_equal(row_for(world, 1, 0, HEAD)->state, OBLIGATION_SENT);
    assert_int_equal(row_for(world, 1, 14, HEAD)->state, OBLIGATION_VOID);
    assert_int_equal(row_for(world, 1, 14, REGION)->state, OBLIGATION_PLANNED);
    assert_int_equal(plan_on(world, "2026-03-01"), 0);
}

static void a_head_hears_days_after_the_unit_was_first_asked(void **state)
{
    struct world *world = *state;

    world->versions[0].ladder[0] = (struct plan_ladder_step){14, RUNG_UNIT_HEAD};
    world->versions[0].nladder = 1;
    plan_on(world, "2026-03-20"); /* the cycle ended on 2026-02-28, and nobody ran before */
    assert_string_equal(text_of(row_for(world, 1, 14, HEAD)->send_on), "2026-03-27");
    assert_int_equal(send_on(world, "2026-03-20"), 1); /* the unit */
    plan_on(world, "2026-03-21");
    assert_string_equal(text_of(row_for(world, 1, 14, HEAD)->send_on), "2026-03-27");
    assert_non_null(strstr(row_for(world, 1, 14, HEAD)->reason, "time to answer"));
    assert_int_equal(send_on(world, "2026-03-26"), 0);
    assert_int_equal(send_on(world, "2026-03-27"), 1);
}

static void what_a_later_cycle_spoke_for_was_asked_with_it(void **state)
{
    struct world *world = *state;

    world->versions[0].ladder[0] = (struct plan_ladder_step){14, RUNG_UNIT_HEAD};
    world->versions[0].nladder = 1;
    plan_on(world, "2026-08-05"); /* the unit is asked in cycle 2, its head stands in cycle 1 */
    assert_int_equal(row_for(world, 1, 14, UNIT)->coalesced_cycle, 2);
    assert_int_equal(send_on(world, "2026-08-05"), 1);
    for (int i = 6; i < 12; i++) {
        char today[DATE_TEXT + 8];
        snprintf(today, sizeof(today), "2026-08-%02d", i);
        plan_on(world, today);
        assert_string_equal(text_of(row_for(world, 1, 14, HEAD)->send_on), "2026-08-12");
    }
    assert_int_equal(send_on(world, "2026-08-12"), 1);
}

static void a_head_hears_before_the_cycle_is_closed(void **state)
{
    struct world *world = *state;

    world->versions[0].ladder[0] = (struct plan_ladder_step){14, RUNG_UNIT_HEAD};
    world->versions[0].nladder = 1;
    world->versions[0].closes_after_days = 14;
    plan_on(world, "2026-03-10"); /* ten days after its end */
    assert_int_equal(send_on(world, "2026-03-10"), 1);
    plan_on(world, "2026-03-11");
    assert_string_equal(text_of(row_for(world, 1, 14, HEAD)->send_on), "2026-03-14");
    plan_on(world, "2026-03-14");
    assert_int_equal(send_on(world, "2026-03-14"), 2); /* and the unit's last step */
}

static void a_head_hears_before_the_cycle_is_closed_on_a_weekend(void **state)
{
    struct world *world = *state;

    world->versions[0].ladder[0] = (struct plan_ladder_step){0, RUNG_UNIT_HEAD};
    world->versions[0].nladder = 1;
    world->versions[0].nsteps = 3;             /* the last on the end, 2026-02-28 */
    world->versions[0].closes_after_days = 14; /* a Saturday */
    world->versions[0].working_day = WORKING_DAY_BEFORE;
    plan_on(world, "2026-03-11");
    assert_int_equal(send_on(world, "2026-03-11"), 1);
    plan_on(world, "2026-03-12");
    assert_string_equal(text_of(row_for(world, 1, 0, HEAD)->send_on), "2026-03-14");
    plan_on(world, "2026-03-14");
    assert_int_equal(send_on(world, "2026-03-14"), 1);
}

static void the_head_of_two_leads_hears_until_both_have_answered(void **state)
{
    struct world *world = *state;

    give_ladder(world);
    world->leads[1] = sure_lead;
    world->leads[1].unit_id = UNIT + 1;
    world->action.nresponsibilities = 2;
    plan_on(world, "2026-02-21");
    send_on(world, "2026-02-21");
    assert_string_equal(row_for(world, 1, 0, HEAD)->awaited, "{7,8}");
    report(world, "2026-02-22", NULL);
    world->reports[0].unit_id = UNIT;
    plan_on(world, "2026-02-23");
    assert_int_equal(row_for(world, 1, 0, UNIT)->state, OBLIGATION_MET);
    assert_int_equal(row_for(world, 1, 0, HEAD)->state, OBLIGATION_PLANNED);
    assert_int_equal(row_for(world, 1, 0, HEAD)->asked_id, UNIT + 1);
    assert_string_equal(row_for(world, 1, 0, HEAD)->awaited, "");
    assert_int_equal(row_for(world, 1, 14, OVERSEER)->asked_id, UNIT + 1);
    report(world, "2026-02-24", NULL);
    world->reports[1].unit_id = UNIT + 1;
    plan_on(world, "2026-02-25");
    assert_int_equal(row_for(world, 1, 0, HEAD)->state, OBLIGATION_MET);
    assert_int_equal(row_for(world, 1, 14, OVERSEER)->state, OBLIGATION_MET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_rung_is_written_to_from_its_step_on),
        TEST(the_region_is_nobodys_head),
        TEST(nobody_is_escalated_to_himself),
        TEST(who_stands_on_a_lower_rung_is_not_written_to_on_a_higher_one),
        TEST(the_head_of_two_leads_hears_once_and_a_lead_is_no_head),
        TEST(a_head_hears_days_after_the_unit_was_first_asked),
        TEST(what_a_later_cycle_spoke_for_was_asked_with_it),
        TEST(a_head_hears_before_the_cycle_is_closed),
        TEST(a_head_hears_before_the_cycle_is_closed_on_a_weekend),
        TEST(the_head_of_two_leads_hears_until_both_have_answered),
        TEST(an_overseer_named_on_the_action_comes_before_the_policys),
        TEST(a_head_without_an_address_is_passed_over),
        TEST(an_answer_ends_it_on_every_rung),
        TEST(a_unit_that_reports_to_another_changes_what_is_unsent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
