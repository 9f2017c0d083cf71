/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small register on the stack, planned for a day; the changes are written into a ledger in memory
 * as SQL would, and the next day is planned on top of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan.h"

#include <stdlib.h>
#include <string.h>

enum { UNIT = 7, POLICY = 100, ACTION = 200, LEDGER_MAX = 2000 };

struct world {
    struct arena arena;
    struct plan_responsibility leads[4];
    struct plan_report reports[8];
    struct plan_action action;
    struct plan_policy policy;
    struct obligation ledger[LEDGER_MAX];
    int nledger;
};

static struct date day(const char *text)
{
    struct date date;
    struct err err;

    assert_true(date_parse(text, "test", &date, &err));
    return date;
}

static const char *text_of(struct date date)
{
    static char texts[4][DATE_TEXT];
    static int next;

    next = (next + 1) % 4;
    date_format(date, texts[next]);
    return texts[next];
}

static const struct plan_responsibility sure_lead = {
    .unit_id = UNIT, .unit_kind = PLAN_UNIT_UNIT, .has_address = true, .role = ROLE_LEAD};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    if (!world)
        return -1;
    world->leads[0] = sure_lead;
    world->action = (struct plan_action){.action_id = ACTION,
                                         .progress = PROGRESS_ONGOING,
                                         .anchor = {2025, 8, 31},
                                         .responsibilities = world->leads,
                                         .nresponsibilities = 1,
                                         .reports = world->reports};
    world->policy = (struct plan_policy){.policy_id = POLICY,
                                         .trigger = PLAN_INTERVAL,
                                         .interval_months = 6,
                                         .go_live_on = {2025, 9, 1},
                                         .steps = {-30, -7, 0, 14},
                                         .nsteps = 4,
                                         .active = true};
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    arena_finish(&world->arena);
    free(world);
    return 0;
}

static struct obligation *row_of(struct world *world, int cycle, int step)
{
    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].cycle == cycle && world->ledger[i].step == step)
            return &world->ledger[i];
    return NULL;
}

static void write_row(struct world *world, const struct obligation *change)
{
    for (int i = 0; i < world->nledger; i++) {
        struct obligation *row = &world->ledger[i];
        if (row->policy_id == change->policy_id && row->subject_id == change->subject_id &&
            row->cycle == change->cycle && row->step == change->step &&
            row->recipient_id == change->recipient_id) {
            assert_true(row->state != OBLIGATION_CLAIMED && row->state != OBLIGATION_SENT);
            *row = *change;
            return;
        }
    }
    assert_true(world->nledger < LEDGER_MAX);
    world->ledger[world->nledger++] = *change;
}

/* Plans and writes; the number of changes. */
static int plan_on(struct world *world, const char *today)
{
    struct plan_input input = {.today = day(today),
                               .policies = &world->policy,
                               .npolicies = 1,
                               .actions = &world->action,
                               .nactions = 1,
                               .ledger = world->ledger,
                               .nledger = world->nledger};
    struct plan_changes changes;
    struct err err;

    assert_true(plan(&input, &world->arena, &changes, &err));
    for (int i = 0; i < changes.n; i++)
        write_row(world, &changes.rows[i]);
    return changes.n;
}

/* What the claim takes on that day is sent; the number of mails' worth. */
static int send_on(struct world *world, const char *today)
{
    int n = 0;

    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].state == OBLIGATION_PLANNED &&
            date_compare(world->ledger[i].send_on, day(today)) <= 0) {
            world->ledger[i].state = OBLIGATION_SENT;
            world->ledger[i].reason = "the mail server accepted it";
            n++;
        }
    return n;
}

static int count(const struct world *world, enum obligation_state state)
{
    int n = 0;

    for (int i = 0; i < world->nledger; i++)
        n += world->ledger[i].state == state;
    return n;
}

static void cycles_end_on_the_anchors_day_clamped_to_the_month(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_on), "2026-02-28");
    assert_string_equal(text_of(row_of(world, 2, 0)->cycle_on), "2026-08-31");
    assert_string_equal(text_of(row_of(world, 1, -7)->send_on), "2026-02-21");
    assert_string_equal(text_of(row_of(world, 1, 14)->send_on), "2026-03-14");
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

static void planning_again_changes_nothing(void **state)
{
    struct world *world = *state;

    assert_true(plan_on(world, "2026-02-25") > 0);
    assert_int_equal(plan_on(world, "2026-02-25"), 0);
    send_on(world, "2026-02-25");
    assert_int_equal(plan_on(world, "2026-02-25"), 0);
}

static void cycles_before_go_live_are_not_asked(void **state)
{
    struct world *world = *state;

    world->policy.go_live_on = day("2026-03-01");
    plan_on(world, "2026-03-05");
    assert_null(row_of(world, 1, 14)); /* the cycle ended the day before */
    assert_non_null(row_of(world, 2, -30));
}

static void a_cycle_that_ends_on_the_go_live_day_is_asked(void **state)
{
    struct world *world = *state;

    world->policy.go_live_on = day("2026-02-28");
    plan_on(world, "2026-02-28");
    assert_non_null(row_of(world, 1, 0));
}

static void a_go_live_day_that_moves_turns_planned_into_not_asked(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    world->policy.go_live_on = day("2026-03-01");
    plan_on(world, "2025-09-02");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_NOT_ASKED);
    assert_int_equal(row_of(world, 2, 0)->state, OBLIGATION_PLANNED);
}

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
        assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_VOID);
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

static void an_update_meets_the_cycle_it_came_in(void **state)
{
    struct world *world = *state;

    world->reports[0] = (struct plan_report){day("2026-01-10"), {0}};
    world->action.nreports = 1;
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
    world->reports[0] = (struct plan_report){day("2026-03-09"), {0}};
    world->action.nreports = 1;
    plan_on(world, "2026-03-14");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_SENT);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_MET);
    assert_int_equal(row_of(world, 2, -30)->state, OBLIGATION_PLANNED);
}

static void an_old_update_brought_in_by_import_answers_nothing(void **state)
{
    struct world *world = *state;

    world->reports[0] = (struct plan_report){day("2026-01-10"), day("2022-12-31")};
    world->action.nreports = 1;
    plan_on(world, "2026-02-28");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_PLANNED);
}

static void cycles_before_an_answered_one_are_not_asked_any_more(void **state)
{
    struct world *world = *state;

    world->reports[0] = (struct plan_report){day("2026-06-01"), {0}}; /* cycle 2 */
    world->action.nreports = 1;
    plan_on(world, "2026-06-02");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_VOID);
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
    world->policy.trigger = PLAN_DEADLINE;
    world->policy.interval_months = 0;
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

static void a_policy_that_is_switched_off_voids(void **state)
{
    struct world *world = *state;

    plan_on(world, "2025-09-01");
    world->policy.active = false;
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cycles_end_on_the_anchors_day_clamped_to_the_month),
        TEST(a_leap_february_is_met_from_the_anchor),
        TEST(obligations_reach_400_days_ahead),
        TEST(planning_again_changes_nothing),
        TEST(cycles_before_go_live_are_not_asked),
        TEST(a_cycle_that_ends_on_the_go_live_day_is_asked),
        TEST(a_go_live_day_that_moves_turns_planned_into_not_asked),
        TEST(of_missed_steps_only_the_newest_is_sent),
        TEST(missed_cycles_coalesce_into_the_newest),
        TEST(what_rests_on_a_sent_reminder_stays_there),
        TEST(each_step_is_sent_once_on_its_day_in_a_calm_run),
        TEST(only_sure_leads_with_an_address_are_asked),
        TEST(an_unsure_reading_is_asked_only_when_confirmed),
        TEST(a_unit_named_twice_is_asked_once),
        TEST(every_lead_is_asked),
        TEST(a_state_is_never_asked),
        TEST(closing_voids_what_was_not_sent),
        TEST(reopening_asks_again_from_the_newest_step),
        TEST(an_update_meets_the_cycle_it_came_in),
        TEST(a_late_update_answers_the_cycle_just_ended_and_not_the_next),
        TEST(an_old_update_brought_in_by_import_answers_nothing),
        TEST(cycles_before_an_answered_one_are_not_asked_any_more),
        TEST(an_assumed_anchor_is_said),
        TEST(without_an_anchor_nothing_is_asked),
        TEST(a_deadline_has_one_cycle),
        TEST(a_deadline_before_go_live_is_not_asked),
        TEST(a_deadline_that_moves_unasked_moves_its_obligations),
        TEST(a_deadline_that_moves_after_a_reminder_opens_the_next_cycle),
        TEST(a_policy_that_is_switched_off_voids),
        TEST(a_lead_that_is_replaced_is_not_asked_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
