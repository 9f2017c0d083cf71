/* SPDX-License-Identifier: Apache-2.0 */
/* Which report answers which cycle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/answer.h"

enum { UNIT = 7, ANOTHER = 8 };

static const struct date none = {0};

/* Two cycles of half a year, the second begins where the first ends. */
static struct answer_span spans[2];
static struct date answered[2];

static int setup(void **state)
{
    const struct answer_rule rule = answer_rule(false, 0, 0, 14);

    (void)state;
    spans[0] = (struct answer_span){{2025, 12, 31}, {2026, 6, 30}, rule};
    spans[1] = (struct answer_span){{2026, 6, 30}, {2026, 12, 31}, rule};
    return 0;
}

static void find(const struct answer_report *reports, int n)
{
    answers_find(spans, 2, reports, n, UNIT, answered);
}

static void assert_day(struct date day, int year, int month, int day_of_month)
{
    const struct date expected = {year, month, day_of_month};

    assert_int_equal(date_compare(day, expected), 0);
}

static void the_rule_says_how_long_an_answer_counts(void **state)
{
    (void)state;
    assert_int_equal(answer_rule(false, 0, 0, 14).late_days, 14);
    assert_int_equal(answer_rule(false, 0, 45, 14).late_days, 45);
    assert_int_equal(answer_rule(false, 0, 0, -7).late_days, 0);
    assert_true(answer_rule(false, 0, 0, 0).takes_reports);
    assert_true(answer_rule(true, 30, 0, 0).takes_reports);
    assert_false(answer_rule(true, 0, 45, 14).takes_reports);
}

static void a_report_answers_the_cycle_it_came_in(void **state)
{
    const struct answer_report reports[] = {{{2025, 12, 31}, none, 0}, {{2026, 1, 1}, none, 0}};

    (void)state;
    find(reports, 1);
    assert_true(date_is_none(answered[0]) && date_is_none(answered[1]));
    find(reports, 2);
    assert_day(answered[0], 2026, 1, 1);
    assert_true(date_is_none(answered[1]));
}

static void a_late_one_answers_what_ended_and_not_the_next(void **state)
{
    const struct answer_report reports[] = {{{2026, 7, 14}, none, 0}, {{2026, 7, 15}, none, 0}};

    (void)state;
    find(reports, 1);
    assert_day(answered[0], 2026, 7, 14);
    assert_true(date_is_none(answered[1]));
    find(reports + 1, 1);
    assert_true(date_is_none(answered[0]));
    assert_day(answered[1], 2026, 7, 15);
    find(reports, 2);
    assert_day(answered[1], 2026, 7, 15);
}

static void what_was_answered_in_time_takes_no_late_one(void **state)
{
    const struct answer_report reports[] = {{{2026, 6, 30}, none, 0}, {{2026, 7, 1}, none, 0}};

    (void)state;
    find(reports, 2);
    assert_day(answered[0], 2026, 6, 30);
    assert_day(answered[1], 2026, 7, 1);
}

static void an_old_update_answers_nothing(void **state)
{
    const struct answer_report reports[] = {{{2026, 3, 1}, {2025, 12, 31}, 0},
                                            {{2026, 3, 2}, {2026, 1, 1}, 0}};

    (void)state;
    find(reports, 1);
    assert_true(date_is_none(answered[0]));
    find(reports, 2);
    assert_day(answered[0], 2026, 3, 2);
}

/* It begins later than the cycle, and does not make what the cycle itself is about old. */
static void a_window_opens_so_many_days_before_the_end(void **state)
{
    const struct answer_report reports[] = {{{2026, 5, 30}, none, 0},
                                            {{2026, 5, 31}, {2026, 2, 1}, 0}};

    (void)state;
    spans[0].rule = answer_rule(false, 30, 0, 14);
    find(reports, 1);
    assert_true(date_is_none(answered[0]));
    find(reports, 2);
    assert_day(answered[0], 2026, 5, 31);
}

static void lateness_ends_where_the_next_cycle_does(void **state)
{
    const struct answer_report report = {{2027, 1, 1}, none, 0};

    (void)state;
    spans[0].rule.late_days = 365;
    find(&report, 1);
    assert_true(date_is_none(answered[0]));
    assert_day(answered[1], 2027, 1, 1);
}

static void only_the_unit_that_is_asked_answers(void **state)
{
    const struct answer_report reports[] = {{{2026, 2, 1}, none, ANOTHER},
                                            {{2026, 2, 2}, none, UNIT}};

    (void)state;
    find(reports, 1);
    assert_true(date_is_none(answered[0]));
    find(reports, 2);
    assert_day(answered[0], 2026, 2, 2);
}

static void a_deadline_without_a_window_takes_no_report(void **state)
{
    const struct answer_report report = {{2026, 6, 30}, none, UNIT};

    (void)state;
    spans[0] = (struct answer_span){none, {2026, 6, 30}, answer_rule(true, 0, 0, 14)};
    answers_find(spans, 1, &report, 1, UNIT, answered);
    assert_true(date_is_none(answered[0]));
    spans[0].rule = answer_rule(true, 30, 0, 14);
    answers_find(spans, 1, &report, 1, UNIT, answered);
    assert_day(answered[0], 2026, 6, 30);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_rule_says_how_long_an_answer_counts),
        TEST(a_report_answers_the_cycle_it_came_in),
        TEST(a_late_one_answers_what_ended_and_not_the_next),
        TEST(what_was_answered_in_time_takes_no_late_one),
        TEST(an_old_update_answers_nothing),
        TEST(a_window_opens_so_many_days_before_the_end),
        TEST(lateness_ends_where_the_next_cycle_does),
        TEST(only_the_unit_that_is_asked_answers),
        TEST(a_deadline_without_a_window_takes_no_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
