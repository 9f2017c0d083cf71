/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that fall on no working day of the recipient's duty station. Cycle 1 of the small register
 * ends on Saturday, 28 February 2026. */
#include "plan_world.h"

static struct holidays *tables;

static int open_tables(void **state)
{
    struct err err;

    (void)state;
    tables = holidays_open(&err);
    return tables ? 0 : -1;
}

static int close_tables(void **state)
{
    (void)state;
    holidays_close(tables);
    return 0;
}

static struct world *at_work(void **state, enum working_day_rule rule, const char *zone)
{
    struct world *world = *state;

    world->holidays = tables;
    world->versions[0].working_day = rule;
    world->units[0].zone = zone;
    return world;
}

static void expect(struct world *world, int step, const char *send_day)
{
    assert_string_equal(text_of(row_of(world, 1, step)->send_on), send_day);
    assert_string_equal(text_of(row_of(world, 1, step)->cycle_on), "2026-02-28");
}

static void a_weekend_moves_the_mail_and_not_the_day_it_is_due(void **state)
{
    struct world *world = at_work(state, WORKING_DAY_BEFORE, "Europe/Zurich");

    plan_on(world, "2025-10-01");
    expect(world, -30, "2026-01-29");
    expect(world, -7, "2026-02-20");
    expect(world, 0, "2026-02-27");
    expect(world, 14, "2026-03-13");
    assert_string_equal(row_of(world, 1, -30)->reason, "to be asked on its day");
    assert_string_equal(row_of(world, 1, 0)->reason,
                        "to be asked on its day: 2026-02-28 is no working day");
    world->versions[0].working_day = WORKING_DAY_AFTER;
    plan_on(world, "2025-10-02");
    expect(world, 0, "2026-03-02");
    world->versions[0].working_day = WORKING_DAY_ANY;
    plan_on(world, "2025-10-03");
    expect(world, 0, "2026-02-28");
}

static void each_recipient_has_the_holidays_of_its_own_duty_station(void **state)
{
    struct world *world = at_work(state, WORKING_DAY_AFTER, "Asia/Phnom_Penh");

    /* Khmer New Year is work in Geneva. */
    world->action.anchor = day("2025-10-14");
    world->units[2].zone = "Europe/Zurich";
    world->versions[0].ladder[0] = (struct plan_ladder_step){0, RUNG_UNIT_HEAD};
    world->versions[0].nladder = 1;
    plan_on(world, "2026-01-01");
    assert_string_equal(text_of(row_of(world, 1, 0)->send_on), "2026-04-16");
    assert_string_equal(text_of(row_for(world, 1, 0, HEAD)->send_on), "2026-04-14");
}

static void a_year_without_a_table_is_told(void **state)
{
    struct world *world = at_work(state, WORKING_DAY_AFTER, "Africa/Nairobi");

    plan_on(world, "2025-10-01");
    expect(world, 0, "2026-03-02");
    assert_string_equal(row_of(world, 1, -30)->reason,
                        "to be asked on its day: HOLIDAYS_UNKNOWN, weekends count alone");
}

static void a_step_that_moved_behind_the_end_is_acknowledged_and_asked_as_before(void **state)
{
    struct world *world = at_work(state, WORKING_DAY_AFTER, "Europe/Zurich");

    world->versions[0].closes_after_days = 14; /* a Saturday; the last step is asked on Monday */
    plan_on(world, "2025-10-01");
    expect(world, 14, "2026-03-16");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_PLANNED);
    world->action.acknowledged_on = day("2026-02-25");
    plan_on(world, "2026-02-25");
    assert_int_equal(row_of(world, 1, 0)->state, OBLIGATION_RESTED);
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_PLANNED);
    plan_on(world, "2026-03-17");
    assert_int_equal(row_of(world, 1, 14)->state, OBLIGATION_RESTED);
}

static void who_asked_to_wait_until_a_weekend_is_asked_after_it(void **state)
{
    struct world *world = at_work(state, WORKING_DAY_BEFORE, "Europe/Zurich");

    world->action.snoozed_until = day("2026-02-21"); /* a Saturday */
    plan_on(world, "2026-02-01");
    expect(world, -7, "2026-02-23");
}

static void every_step_is_sent_once_on_a_working_day(void **state)
{
    struct world *world = at_work(state, WORKING_DAY_BEFORE, "Europe/Zurich");
    int sent = 0;

    for (struct date today = day("2025-09-01"); date_compare(today, day("2027-10-31")) <= 0;
         today = date_add_days(today, 1)) {
        int n;

        plan_on(world, text_of(today));
        n = send_on(world, text_of(today));
        assert_true(n == 0 || working_day_is(tables, "Europe/Zurich", today));
        sent += n;
    }
    assert_int_equal(sent, 16); /* four cycles of four steps */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_weekend_moves_the_mail_and_not_the_day_it_is_due),
        TEST(each_recipient_has_the_holidays_of_its_own_duty_station),
        TEST(a_year_without_a_table_is_told),
        TEST(a_step_that_moved_behind_the_end_is_acknowledged_and_asked_as_before),
        TEST(who_asked_to_wait_until_a_weekend_is_asked_after_it),
        TEST(every_step_is_sent_once_on_a_working_day),
    };

    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
