/* SPDX-License-Identifier: Apache-2.0 */
/* Walks golden.csv, whose days were worked out and argued without this code. */
#include "calendar/recurrence.h"
#include "calendar/working_day.h"
#include "calendar/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ANCHOR, INTERVAL, NUMBER, ZONE, RULE, EXPECTED, WHY, COLUMNS, LINE_BYTES = 512 };

/* Cuts the line at its commas; why is the last column and may hold more of them. */
static void cut(char *line, char *cells[COLUMNS])
{
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < COLUMNS; i++) {
        cells[i] = line;
        if (i < WHY) {
            line = strchr(line, ',');
            assert_non_null(line);
            *line++ = '\0';
        }
    }
}

static enum working_day_rule rule_of(const char *word)
{
    static const char *const words[] = {"", "any", "before", "after"};

    for (int i = WORKING_DAY_ANY; i <= WORKING_DAY_AFTER; i++)
        if (strcmp(words[i], word) == 0)
            return (enum working_day_rule)i;
    fail_msg("no such rule: %s", word);
    return WORKING_DAY_ANY;
}

/* The day begins and ends in the zone where it says, however many hours it has. */
static void expect_whole_day(const char *zone_name, struct date day)
{
    struct err err;
    struct zone *zone = zone_open(zone_name, &err);
    int64_t begin, next;

    assert_non_null(zone);
    begin = zone_instant(zone, day, 0);
    next = zone_instant(zone, date_add_days(day, 1), 0);
    assert_int_equal(date_compare(zone_date(zone, begin), day), 0);
    assert_int_equal(date_compare(zone_date(zone, next - 1000000), day), 0);
    assert_int_equal(date_compare(zone_date(zone, next), date_add_days(day, 1)), 0);
    zone_close(zone);
}

static void check_row(const struct holidays *holidays, char *cells[COLUMNS], int number)
{
    struct recurrence rule = {.interval_months = atoi(cells[INTERVAL])};
    struct date day;
    char text[DATE_TEXT];
    struct err err;

    assert_true(date_parse(cells[ANCHOR], "anchor", &rule.anchor, &err));
    day = working_day(holidays, cells[ZONE], recurrence_day(&rule, atoi(cells[NUMBER])),
                      rule_of(cells[RULE]));
    date_format(day, text);
    if (strcmp(text, cells[EXPECTED]) != 0)
        fail_msg("golden.csv line %d: %s, and expected is %s: %s", number, text, cells[EXPECTED],
                 cells[WHY]);
    expect_whole_day(cells[ZONE], day);
}

static void every_golden_day_comes_out(void **state)
{
    FILE *file = fopen(UPTAKE_SOURCE_DIR "/tests/unit/calendar/golden.csv", "r");
    struct err err;
    struct holidays *holidays = holidays_open(&err);
    char line[LINE_BYTES], *cells[COLUMNS];
    int n = 0;

    (void)state;
    assert_non_null(file);
    assert_non_null(holidays);
    for (int number = 1; fgets(line, sizeof(line), file); number++) {
        if (line[0] < '0' || line[0] > '9')
            continue;
        cut(line, cells);
        check_row(holidays, cells, number);
        n++;
    }
    assert_true(n >= 500);
    holidays_close(holidays);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_golden_day_comes_out)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
