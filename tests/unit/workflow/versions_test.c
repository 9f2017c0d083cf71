/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of a policy: which cycle follows which, how numbers count on, and that what was sent
 * stays. */
#include "plan_world.h"

static struct obligation kept[LEDGER_MAX];
static int nkept;

static void keep_sent(const struct world *world)
{
    nkept = 0;
    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].state == OBLIGATION_SENT)
            kept[nkept++] = world->ledger[i];
}

/* What was sent stands in the ledger as it was, and nothing else was sent. */
static void sent_is_as_kept(const struct world *world)
{
    assert_int_equal(count(world, OBLIGATION_SENT), nkept);
    for (int k = 0; k < nkept; k++) {
        const struct obligation *row = NULL;
        for (int i = 0; i < world->nledger; i++)
            if (world->ledger[i].cycle == kept[k].cycle && world->ledger[i].step == kept[k].step &&
                world->ledger[i].recipient_id == kept[k].recipient_id)
                row = &world->ledger[i];
        assert_non_null(row);
        assert_int_equal(date_compare(row->cycle_on, kept[k].cycle_on), 0);
        assert_int_equal(date_compare(row->send_on, kept[k].send_on), 0);
        assert_int_equal(row->state, OBLIGATION_SENT);
    }
}

static const struct obligation *planned_on(const struct world *world, const char *cycle_on,
                                           int step)
{
    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].state == OBLIGATION_PLANNED && world->ledger[i].step == step &&
            date_compare(world->ledger[i].cycle_on, day(cycle_on)) == 0)
            return &world->ledger[i];
    return NULL;
}

static void cycles_follow_the_version_in_force_on_the_day_they_end(void **state)
{
    struct world *world = *state;
    struct plan_version *second = amend(world, "2026-03-01");

    second->interval_months = 3;
    second->steps[3] = 21;
    plan_on(world, "2025-09-01");
    assert_string_equal(text_of(row_of(world, 1, 14)->cycle_on), "2026-02-28");
    assert_null(row_of(world, 1, 21));
    /* Numbers count on: the third month of the new rule is cycle 2. */
    assert_string_equal(text_of(row_of(world, 2, 21)->cycle_on), "2026-05-31");
    assert_string_equal(text_of(row_of(world, 3, 21)->cycle_on), "2026-08-31");
    assert_null(row_of(world, 2, 14));
}

static void a_version_without_a_day_holds_for_all_cycles(void **state)
{
    struct world *world = *state;
    struct plan_version *second = amend(world, NULL);

    second->interval_months = 12;
    plan_on(world, "2025-09-01");
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_on), "2026-08-31");
}

static void a_later_version_may_take_back_an_earlier_one(void **state)
{
    struct world *world = *state;

    amend(world, "2026-07-01")->interval_months = 1;
    amend(world, "2026-03-01")->interval_months = 12; /* before the other came into force */
    plan_on(world, "2025-09-01");
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_on), "2026-02-28");
    assert_string_equal(text_of(row_of(world, 2, 0)->cycle_on), "2026-08-31");
    assert_null(planned_on(world, "2026-07-31", 0));
}

static void a_new_version_leaves_what_was_sent(void **state)
{
    static const int months[] = {1, 3, 4, 12};
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
        world->nledger = 0;
        world->policy.nversions = 1;
        plan_on(world, "2026-02-21");
        assert_int_equal(send_on(world, "2026-02-21"), 1);
        keep_sent(world);
        amend(world, NULL)->interval_months = months[i];
        plan_on(world, "2026-02-22");
        sent_is_as_kept(world);
        assert_int_equal(plan_on(world, "2026-02-22"), 0);
        /* The reminder of yesterday is not sent again under another number. */
        assert_int_equal(send_on(world, "2026-02-22"), 0);
    }
}

static void an_anchor_that_moves_a_little_keeps_the_cycle(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-21");
    send_on(world, "2026-02-21");
    keep_sent(world);
    world->action.anchor = day("2025-09-10"); /* the approval became known */
    plan_on(world, "2026-02-22");
    sent_is_as_kept(world);
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_on), "2026-03-10");
    assert_string_equal(text_of(row_of(world, 1, -7)->cycle_on), "2026-02-28");
    assert_string_equal(text_of(row_of(world, 2, 0)->cycle_on), "2026-09-10");
    assert_int_equal(send_on(world, "2026-02-22"), 0);
}

static void a_rule_with_closer_cycles_uses_no_number_twice(void **state)
{
    struct world *world = *state;

    for (struct date today = day("2025-09-01"); date_compare(today, day("2026-09-14")) <= 0;
         today = date_add_days(today, 1)) {
        plan_on(world, text_of(today));
        send_on(world, text_of(today));
    }
    keep_sent(world);
    amend(world, NULL)->interval_months = 3;
    plan_on(world, "2026-09-15");
    sent_is_as_kept(world);
    /* 2026-08-31 was cycle 2 and stays it, though it is the fourth of the new rule. */
    assert_string_equal(text_of(row_of(world, 2, 0)->cycle_on), "2026-08-31");
    assert_non_null(planned_on(world, "2026-11-30", 0));
    assert_true(planned_on(world, "2026-11-30", 0)->cycle > 2);
    assert_int_equal(send_on(world, "2026-09-15"), 0);
    assert_int_equal(plan_on(world, "2026-09-15"), 0);
}

static void a_step_that_is_new_and_past_does_not_ask_again(void **state)
{
    struct world *world = *state;

    plan_on(world, "2026-02-21");
    send_on(world, "2026-02-21"); /* -7 */
    amend(world, NULL)->steps[1] = -10;
    plan_on(world, "2026-02-22");
    assert_int_equal(row_of(world, 1, -10)->state, OBLIGATION_COALESCED);
    assert_int_equal(row_of(world, 1, -10)->coalesced_step, -7);
    assert_int_equal(send_on(world, "2026-02-22"), 0);
}

static void a_policy_may_name_the_anchor(void **state)
{
    struct world *world = *state;

    world->versions[0].anchor_on = day("2025-12-31");
    world->action.anchor_assumed = true;
    plan_on(world, "2026-01-01");
    assert_string_equal(text_of(row_of(world, 1, 0)->cycle_on), "2026-06-30");
    assert_null(strstr(row_of(world, 1, 0)->reason, "ANCHOR_ASSUMED"));
}

static void a_policy_speaks_to_what_it_names(void **state)
{
    static const char *others[] = {"elsewhere"}, *this[] = {"elsewhere", "drill"};
    static const int64_t offices[] = {REGION};
    static const int instruments[] = {2};
    struct world *world = *state;
    struct plan_version *version = &world->versions[0];

    plan_on(world, "2025-09-01");
    version->documents = others, version->ndocuments = 1;
    plan_on(world, "2025-09-02");
    assert_int_equal(count(world, OBLIGATION_PLANNED), 0);
    assert_non_null(strstr(row_of(world, 1, 0)->reason, "does not speak to it"));
    version->documents = this, version->ndocuments = 2;
    plan_on(world, "2025-09-02");
    assert_true(count(world, OBLIGATION_PLANNED) > 0);
    version->offices = offices, version->noffices = 1;
    plan_on(world, "2025-09-02");
    assert_int_equal(count(world, OBLIGATION_PLANNED), 0);
    world->action.office_id = REGION;
    version->instruments = instruments, version->ninstruments = 1;
    plan_on(world, "2025-09-02");
    assert_int_equal(count(world, OBLIGATION_PLANNED), 0);
    world->action.instrument = 2;
    plan_on(world, "2025-09-02");
    assert_true(count(world, OBLIGATION_PLANNED) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cycles_follow_the_version_in_force_on_the_day_they_end),
        TEST(a_version_without_a_day_holds_for_all_cycles),
        TEST(a_later_version_may_take_back_an_earlier_one),
        TEST(a_new_version_leaves_what_was_sent),
        TEST(an_anchor_that_moves_a_little_keeps_the_cycle),
        TEST(a_rule_with_closer_cycles_uses_no_number_twice),
        TEST(a_step_that_is_new_and_past_does_not_ask_again),
        TEST(a_policy_may_name_the_anchor),
        TEST(a_policy_speaks_to_what_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
