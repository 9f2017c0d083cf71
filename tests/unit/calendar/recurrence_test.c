/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/recurrence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct recurrence every(int months, const char *anchor)
{
    struct recurrence rule = {.interval_months = months};
    struct err err;

    assert_true(date_parse(anchor, "anchor", &rule.anchor, &err));
    return rule;
}

static void expect_day(const struct recurrence *rule, int n, const char *day)
{
    char text[DATE_TEXT];

    date_format(recurrence_day(rule, n), text);
    assert_string_equal(text, day);
}

static void thirty_first_of_august_comes_back_after_february(void **state)
{
    struct recurrence rule = every(6, "2026-08-31");

    (void)state;
    expect_day(&rule, 0, "2026-08-31");
    expect_day(&rule, 1, "2027-02-28");
    expect_day(&rule, 2, "2027-08-31");
    expect_day(&rule, 3, "2028-02-29");
    expect_day(&rule, 4, "2028-08-31");
    expect_day(&rule, 20, "2036-08-31");
}

static void leap_day_is_the_28th_in_common_years_and_the_29th_in_leap_years(void **state)
{
    struct recurrence rule = every(12, "2024-02-29");

    (void)state;
    expect_day(&rule, 1, "2025-02-28");
    expect_day(&rule, 3, "2027-02-28");
    expect_day(&rule, 4, "2028-02-29");
}

static void thirtieth_is_clamped_only_in_february(void **state)
{
    struct recurrence rule = every(1, "2026-11-30");

    (void)state;
    expect_day(&rule, 1, "2026-12-30");
    expect_day(&rule, 2, "2027-01-30");
    expect_day(&rule, 3, "2027-02-28");
    expect_day(&rule, 4, "2027-03-30");
}

static void occurrences_before_the_anchor_are_clamped_from_it_too(void **state)
{
    struct recurrence rule = every(6, "2026-08-31");

    (void)state;
    expect_day(&rule, -1, "2026-02-28");
    expect_day(&rule, -2, "2025-08-31");
}

static void first_occurrence_from_a_day_agrees_with_a_walk_over_all(void **state)
{
    static const char *const anchors[] = {"2023-08-31", "2024-02-29", "2024-01-30", "2023-12-01"};
    static const int intervals[] = {1, 3, 6, 12};

    (void)state;
    for (size_t i = 0; i < 16; i++) {
        struct recurrence rule = every(intervals[i % 4], anchors[i / 4]);
        for (int offset = -40; offset < 1500; offset++) {
            struct date day = date_add_days(rule.anchor, offset);
            int n = 0;
            while (date_compare(recurrence_day(&rule, n), day) < 0)
                n++;
            assert_int_equal(recurrence_first_from(&rule, day), n);
        }
    }
}

static void days_and_dates_convert_both_ways_over_the_whole_range(void **state)
{
    struct date last = {DATE_YEAR_MAX, 12, 31};
    struct date date = {DATE_YEAR_MIN, 1, 1};
    int32_t days = date_to_days(date);

    (void)state;
    assert_int_equal(date_to_days((struct date){1970, 1, 1}), 0);
    assert_int_equal(date_to_days((struct date){2000, 3, 1}), 11017);
    assert_int_equal(date_weekday((struct date){2026, 11, 21}), 6);
    for (;; days++) {
        assert_int_equal(date_to_days(date), days);
        assert_int_equal(date_compare(date_from_days(days), date), 0);
        if (date_compare(date, last) == 0)
            break;
        if (date.day < date_month_length(date.year, date.month))
            date.day++;
        else if (date.month < 12)
            date = (struct date){date.year, date.month + 1, 1};
        else
            date = (struct date){date.year + 1, 1, 1};
    }
}

static void days_that_do_not_exist_are_refused(void **state)
{
    static const char *const bad[] = {"",           "2026-02-30",  "2025-02-29", "2026-13-01",
                                      "2026-00-10", "2026-1-01",   "20260101",   "2026-01-01 ",
                                      " 2026-01-1", "2026-01-0x",  "2026/01/01", "-026-01-01",
                                      "2026-06-31", "2026-01-001", "2026-01-00"};
    struct date date;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(date_parse(bad[i], "due_on", &date, &err));
        assert_string_equal(err.code, "BAD_DATE");
        assert_string_equal(err.place, "due_on");
    }
    assert_false(date_parse("1989-12-31", "due_on", &date, &err));
    assert_string_equal(err.code, "BAD_DATE");
    assert_true(date_parse_optional("", "due_on", &date, &err));
    assert_true(date_is_none(date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thirty_first_of_august_comes_back_after_february),
        cmocka_unit_test(leap_day_is_the_28th_in_common_years_and_the_29th_in_leap_years),
        cmocka_unit_test(thirtieth_is_clamped_only_in_february),
        cmocka_unit_test(occurrences_before_the_anchor_are_clamped_from_it_too),
        cmocka_unit_test(first_occurrence_from_a_day_agrees_with_a_walk_over_all),
        cmocka_unit_test(days_and_dates_convert_both_ways_over_the_whole_range),
        cmocka_unit_test(days_that_do_not_exist_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
