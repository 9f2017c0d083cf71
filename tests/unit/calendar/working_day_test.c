/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/working_day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct holidays *open_tables(void)
{
    struct err err;
    struct holidays *holidays = holidays_open(&err);

    assert_non_null(holidays);
    return holidays;
}

static void expect(const struct holidays *holidays, const char *zone, const char *day,
                   enum working_day_rule rule, const char *moved)
{
    struct date date;
    struct err err;
    char text[DATE_TEXT];

    assert_true(date_parse(day, "day", &date, &err));
    date_format(working_day(holidays, zone, date, rule), text);
    assert_string_equal(text, moved);
}

static void a_weekend_moves_to_friday_or_monday_and_any_leaves_it(void **state)
{
    (void)state;
    expect(NULL, "Asia/Tokyo", "2026-11-21", WORKING_DAY_BEFORE, "2026-11-20");
    expect(NULL, "Asia/Tokyo", "2026-11-22", WORKING_DAY_AFTER, "2026-11-23");
    expect(NULL, "Asia/Tokyo", "2026-11-22", WORKING_DAY_ANY, "2026-11-22");
    expect(NULL, "Asia/Tokyo", "2026-11-22", (enum working_day_rule)0, "2026-11-22");
    expect(NULL, "Asia/Tokyo", "2026-11-23", WORKING_DAY_BEFORE, "2026-11-23");
}

static void holidays_are_those_of_the_zone(void **state)
{
    struct holidays *holidays = open_tables();

    (void)state;
    /* Good Friday and Easter Monday, with the weekend between. */
    expect(holidays, "Europe/Zurich", "2026-04-05", WORKING_DAY_BEFORE, "2026-04-02");
    expect(holidays, "Europe/Zurich", "2026-04-03", WORKING_DAY_AFTER, "2026-04-07");
    expect(holidays, "Asia/Bangkok", "2026-04-05", WORKING_DAY_BEFORE, "2026-04-03");
    /* Water Festival. */
    expect(holidays, "Asia/Phnom_Penh", "2026-11-23", WORKING_DAY_AFTER, "2026-11-25");
    expect(holidays, "America/New_York", "2026-11-23", WORKING_DAY_AFTER, "2026-11-23");
    /* Thanksgiving. */
    expect(holidays, "America/New_York", "2026-11-26", WORKING_DAY_BEFORE, "2026-11-25");
    holidays_close(holidays);
}

static void a_year_or_zone_without_a_table_says_so_and_has_weekends(void **state)
{
    struct holidays *holidays = open_tables();

    (void)state;
    assert_true(holidays_know(holidays, "Europe/Zurich", 2024));
    assert_true(holidays_know(holidays, "Asia/Phnom_Penh", 2027));
    assert_false(holidays_know(holidays, "Europe/Zurich", 2023));
    assert_false(holidays_know(holidays, "Europe/Zurich", 2028));
    assert_false(holidays_know(holidays, "Europe/Paris", 2026));
    assert_false(holidays_know(NULL, "Europe/Zurich", 2026));
    expect(holidays, "Europe/Zurich", "2028-01-01", WORKING_DAY_AFTER, "2028-01-03");
    expect(holidays, "Europe/Zurich", "2029-01-01", WORKING_DAY_AFTER, "2029-01-01");
    holidays_close(holidays);
}

static void nobody_has_checked_the_shipped_tables_yet(void **state)
{
    struct holidays *holidays = open_tables();

    (void)state;
    assert_false(holidays_are_verified(holidays, "Europe/Zurich"));
    holidays_close(holidays);
}

static void refuse(const char *csv, const char *place)
{
    const struct holidays_table tables[] = {{"station", csv}, {NULL, NULL}};
    struct err err;

    assert_null(holidays_read(tables, &err));
    assert_string_equal(err.code, "HOLIDAYS_BAD");
    assert_string_equal(err.place, place);
}

#define HEAD "# zone: Europe/Zurich; years: 2026-2027; verified: yes; source: s\n"

static void a_table_that_breaks_a_rule_is_refused_with_its_line(void **state)
{
    (void)state;
    refuse("", "holidays/station.csv line 1");
    refuse(HEAD, "holidays/station.csv line 1");
    refuse("date,name\n", "holidays/station.csv line 1");
    refuse("# zone: Europe/Zurich; years: 2026; verified: yes; source: s\n",
           "holidays/station.csv line 1");
    refuse("# zone: Europe/Zurich; years: 2026-2027; verified: perhaps; source: s\n",
           "holidays/station.csv line 1");
    refuse(HEAD "day,name\n", "holidays/station.csv line 2");
    refuse(HEAD "date,name\n2026-02-30,Never\n", "holidays/station.csv line 3");
    refuse(HEAD "date,name\n2025-12-31,Before\n", "holidays/station.csv line 3");
    refuse(HEAD "date,name\n2026-01-01\n", "holidays/station.csv line 3");
    refuse(HEAD "date,name\n2026-01-02,B\n2026-01-01,A\n", "holidays/station.csv line 4");
}

static void two_tables_for_one_zone_are_refused_and_one_checked_table_is_read(void **state)
{
    static const char csv[] = HEAD "date,name\n2026-01-02,B\n";
    const struct holidays_table two[] = {{"a", csv}, {"b", csv}, {NULL, NULL}};
    const struct holidays_table one[] = {{"a", csv}, {NULL, NULL}};
    struct holidays *holidays;
    struct err err;

    (void)state;
    assert_null(holidays_read(two, &err));
    assert_string_equal(err.code, "TWO_TABLES");
    holidays = holidays_read(one, &err);
    assert_non_null(holidays);
    assert_true(holidays_are_verified(holidays, "Europe/Zurich"));
    assert_true(holidays_has(holidays, "Europe/Zurich", (struct date){2026, 1, 2}));
    assert_false(holidays_has(holidays, "Europe/Zurich", (struct date){2026, 1, 1}));
    holidays_close(holidays);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weekend_moves_to_friday_or_monday_and_any_leaves_it),
        cmocka_unit_test(holidays_are_those_of_the_zone),
        cmocka_unit_test(a_year_or_zone_without_a_table_says_so_and_has_weekends),
        cmocka_unit_test(nobody_has_checked_the_shipped_tables_yet),
        cmocka_unit_test(a_table_that_breaks_a_rule_is_refused_with_its_line),
        cmocka_unit_test(two_tables_for_one_zone_are_refused_and_one_checked_table_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
