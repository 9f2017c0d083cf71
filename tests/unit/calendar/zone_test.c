/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/zone.h"
#include "calendar/zone_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct zone *open_zone(const char *name)
{
    struct err err;
    struct zone *zone = zone_open(name, &err);

    assert_non_null(zone);
    return zone;
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    int64_t days = date_to_days((struct date){year, month, day});

    return (days * 86400 + hour * 3600 + minute * 60) * 1000000;
}

static void the_day_changes_at_local_midnight(void **state)
{
    struct zone *zurich = open_zone("Europe/Zurich");
    struct zone *phnom_penh = open_zone("Asia/Phnom_Penh");

    (void)state;
    assert_int_equal(zone_date(zurich, utc(2026, 6, 30, 21, 59)).day, 30);
    assert_int_equal(zone_date(zurich, utc(2026, 6, 30, 22, 0)).day, 1);
    assert_int_equal(zone_date(zurich, utc(2026, 12, 31, 22, 59)).day, 31);
    assert_int_equal(zone_date(zurich, utc(2026, 12, 31, 23, 0)).day, 1);
    assert_int_equal(zone_date(phnom_penh, utc(2026, 12, 31, 17, 0)).year, 2027);
    zone_close(zurich);
    zone_close(phnom_penh);
}

static void offsets_follow_summer_time_also_beyond_the_listed_changes(void **state)
{
    struct zone *zurich = open_zone("Europe/Zurich");
    struct zone_time local;

    (void)state;
    zone_local(zurich, utc(2026, 3, 29, 0, 59), &local);
    assert_int_equal(local.offset, 3600);
    zone_local(zurich, utc(2026, 3, 29, 1, 0), &local);
    assert_int_equal(local.offset, 7200);
    zone_local(zurich, utc(2090, 7, 1, 12, 0), &local);
    assert_int_equal(local.offset, 7200);
    zone_local(zurich, utc(2090, 12, 1, 12, 0), &local);
    assert_int_equal(local.offset, 3600);
    zone_close(zurich);
}

static void nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change(void **state)
{
    struct zone *zurich = open_zone("Europe/Zurich");

    (void)state;
    assert_int_equal(zone_instant(zurich, (struct date){2026, 3, 28}, 9 * 3600),
                     utc(2026, 3, 28, 8, 0));
    assert_int_equal(zone_instant(zurich, (struct date){2026, 3, 29}, 9 * 3600),
                     utc(2026, 3, 29, 7, 0));
    /* 02:30 does not exist on that day; the clock then shows 03:30. */
    assert_int_equal(zone_instant(zurich, (struct date){2026, 3, 29}, 9000),
                     utc(2026, 3, 29, 1, 30));
    /* 02:30 comes twice on that day; the first one is meant. */
    assert_int_equal(zone_instant(zurich, (struct date){2026, 10, 25}, 9000),
                     utc(2026, 10, 25, 0, 30));
    zone_close(zurich);
}

static void local_time_and_instant_are_inverse_all_year(void **state)
{
    static const char *const names[] = {"Europe/Zurich", "America/New_York", "Australia/Sydney",
                                        "Asia/Kathmandu", "UTC"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct zone *zone = open_zone(names[i]);
        for (int day = 0; day < 366; day++) {
            int64_t noon = utc(2028, 1, 1, 12, 0) + (int64_t)day * 86400 * 1000000;
            struct zone_time local;
            zone_local(zone, noon, &local);
            assert_int_equal(zone_instant(zone, local.date, local.second_of_day), noon);
        }
        zone_close(zone);
    }
}

static void zones_that_do_not_exist_or_name_a_path_are_refused(void **state)
{
    static const char *const bad[] = {"Europe/Genf", "", "/etc/passwd", "../../etc/passwd",
                                      "Europe/Zurich\n"};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(zone_open(bad[i], &err));
        assert_string_equal(err.code, "ZONE_UNKNOWN");
    }
}

static void footer_rules_of_every_form_are_read(void **state)
{
    struct zone_rule rule;

    (void)state;
    assert_true(zone_rule_parse("<+07>-7", &rule));
    assert_int_equal(rule.standard, 7 * 3600);
    assert_false(rule.has_summer);
    assert_true(zone_rule_parse("CET-1CEST,M3.5.0,M10.5.0/3", &rule));
    assert_int_equal(rule.summer, 7200);
    assert_true(zone_rule_parse("EST5EDT,J60/1:30,300", &rule));
    assert_false(zone_rule_parse("CET-1CEST,M3.5.0", &rule));
    assert_false(zone_rule_parse("", &rule));
    assert_false(zone_rule_parse("CET-1CEST,M13.5.0,M10.5.0/3", &rule));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_changes_at_local_midnight),
        cmocka_unit_test(offsets_follow_summer_time_also_beyond_the_listed_changes),
        cmocka_unit_test(nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change),
        cmocka_unit_test(local_time_and_instant_are_inverse_all_year),
        cmocka_unit_test(zones_that_do_not_exist_or_name_a_path_are_refused),
        cmocka_unit_test(footer_rules_of_every_form_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
