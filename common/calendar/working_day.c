/* SPDX-License-Identifier: Apache-2.0 */
#include "working_day.h"

bool working_day_is(const struct holidays *holidays, const char *zone, struct date day)
{
    int weekday = date_weekday(day);

    return weekday != 0 && weekday != 6 && !holidays_has(holidays, zone, day);
}

/* No table can make it run for ever: days outside every table are weekends or work. */
struct date working_day(const struct holidays *holidays, const char *zone, struct date day,
                        enum working_day_rule rule)
{
    int by = rule == WORKING_DAY_BEFORE ? -1 : rule == WORKING_DAY_AFTER ? 1 : 0;

    while (by && !working_day_is(holidays, zone, day))
        day = date_add_days(day, by);
    return day;
}
