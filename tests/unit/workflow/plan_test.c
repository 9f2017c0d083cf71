/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asked at all, and what becomes of what was planned when the register changes. */
#include "plan_world.h"

static void planning_again_changes_nothing(void **state)
{
    struct world *world = *state;

    assert_true(plan_on(world, "2026-02-25") > 0);
    assert_int_equal(plan_on(world, "2026-02-25"), 0);
    send_on(world, "2026-02-25");
    assert_int_equal(plan_on(world, "2026-02-25"), 0);
}

static void leads(struct world *world, const struct plan_responsibility *lead)
{
    world->leads[0] = *lead;
    world->nledger = 0;
    plan_on(world, "2026-02-25");
}

static void only_sure_leads_with_an_address_are_asked(void **state)
{
    struct world *world = *state;
    struct plan_responsibility lead = sure_lead;

    lead.role = ROLE_SUPPORT;
    leads(world, &lead);
    assert_int_equal(world->nledger, 0);
    lead = sure_lead, lead.unit_id = 0, lead.unit_kind = PLAN_UNIT_NONE;
    leads(world, &lead);
    assert_int_equal(world->nledger, 0);
    lead = sure_lead, lead.has_address = false, lead.confirmed = true;
    leads(world, &lead);
    assert_int_equal(world->nledger, 0);
    lead = sure_lead, lead.unit_kind = PLAN_UNIT_EXTERNAL, lead.confirmed = true;
    leads(world, &lead);
    assert_int_equal(world->nledger, 0);
    lead = sure_lead, lead.unit_kind = PLAN_UNIT_CONTAINER;
    leads(world, &lead);
    assert_int_equal(world->nledger, 0);
    lead = sure_lead, lead.unit_kind = PLAN_UNIT_POST;
    leads(world, &lead);
    assert_true(world->nledger > 0);
}

static void an_unsure_reading_is_asked_only_when_confirmed(void **state)
{
    struct world *world = *state;

    for (int flag = 0; flag < 3; flag++) {
        struct plan_responsibility lead = sure_lead;
        lead.inferred = flag == 0;
        lead.ambiguous = flag == 1;
        lead.vague = flag == 2;
        leads(world, &lead);
        assert_int_equal(world->nledger, 0);
        lead.confirmed = true;
        leads(world, &lead);
        assert_true(world->nledger > 0);
    }
}

static void a_unit_named_twice_is_asked_once(void **state)
{
    struct world *world = *state;

    world->leads[0].inferred = true; /* not to be asked on this mention */
    world->leads[1] = sure_lead;
    world->leads[2] = sure_lead;
    world->action.nresponsibilities = 3;
    plan_on(world, "2026-02-28");
    assert_int_equal(send_on(world, "2026-02-28"), 1);
}

static void every_lead_is_asked(void **state)
{
    struct world *world = *state;

    world->leads[1] = sure_lead;
    world->leads[1].unit_id = UNIT + 1;
    world->action.nresponsibilities = 2;
    plan_on(world, "2026-02-28");
    assert_int_equal(send_on(world, "2026-02-28"), 2);
}

static void a_state_is_never_asked(void **state)
{
    struct world *world = *state;

    world->action.binds_state = true;
    assert_int_equal(plan_on(world, "2026-02-28"), 0);
}

static void closing_voids_what_was_not_sent(void **state)
{
    static const enum progress closed[] = {PROGRESS_COMPLETED, PROGRESS_CANCELLED,
                                           PROGRESS_SUPERSEDED, PROGRESS_NO_LONGER_APPLICABLE};
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
        world->nledger = 0;
        world->action.progress = PROGRESS_ONGOING;
        plan_on(world, "2026-02-21");
        send_on(world, "2026-02-21");
        world->action.progress = closed[i];
        plan_on(world, "2026-02-22");
        assert_int_equal(count(world, OBLIGATION_PLANNED), 0);
        assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_SENT);
        assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_RESTED);
        assert_int_equal(row_of(world, 2, 0)->state, OBLIGATION_VOID); /* it never came to that */
        assert_non_null(strstr(row_of(world, 1, 0)->reason, progress_word(closed[i])));
        assert_int_equal(plan_on(world, "2026-02-22"), 0);
    }
}

static void reopening_asks_again_from_the_newest_step(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    world->action.progress = PROGRESS_COMPLETED;
    plan_on(world, "2025-09-02");
    world->action.progress = PROGRESS_ONGOING;
    plan_on(world, "2026-03-01");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
    assert_int_equal(send_on(world, "2026-03-01"), 1);
}

static void a_policy_that_is_switched_off_voids(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    world->versions[0].active = false;
    plan_on(world, "2025-09-02");
    assert_int_equal(count(world, OBLIGATION_PLANNED), 0);
    assert_non_null(strstr(row_of(world, 1, 0)->reason, "not active"));
}

static void a_lead_that_is_replaced_is_not_asked_any_more(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    world->leads[0].unit_id = UNIT + 1;
    plan_on(world, "2025-09-02");
    for (int i = 0; i < world->nledger; i++)
        assert_int_equal(world->ledger[i].state, world->ledger[i].recipient_id == UNIT
                                                     ? OBLIGATION_VOID
                                                     : OBLIGATION_PLANNED);
}

static void a_lead_that_is_replaced_keeps_what_it_was_sent(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-21");
    send_on(world, "2026-02-21");
    world->leads[0].unit_id = UNIT + 1;
    plan_on(world, "2026-02-22");
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_SENT);
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_VOID);
    /* Who took over never heard of it: the newest step that has come is asked now. */
    assert_int_equal(row_for(world, 1, -7, UNIT + 1)->state, OBLIGATION_PLANNED);
    assert_int_equal(send_on(world, "2026-02-22"), 1);
}

static void an_action_that_was_retracted_never_was_a_question(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-20");
    world->action.retracted = true;
    world->action.progress = PROGRESS_NO_LONGER_APPLICABLE;
    plan_on(world, "2026-02-21");
    assert_int_equal(row_of(world, 1, -7)->state, OBLIGATION_VOID);
    assert_string_equal(row_of(world, 1, -7)->reason,
                        "no longer to be asked: the action was retracted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(planning_again_changes_nothing),
        TEST(only_sure_leads_with_an_address_are_asked),
        TEST(an_unsure_reading_is_asked_only_when_confirmed),
        TEST(a_unit_named_twice_is_asked_once),
        TEST(every_lead_is_asked),
        TEST(a_state_is_never_asked),
        TEST(closing_voids_what_was_not_sent),
        TEST(reopening_asks_again_from_the_newest_step),
        TEST(a_policy_that_is_switched_off_voids),
        TEST(a_lead_that_is_replaced_is_not_asked_any_more),
        TEST(a_lead_that_is_replaced_keeps_what_it_was_sent),
        TEST(an_action_that_was_retracted_never_was_a_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
