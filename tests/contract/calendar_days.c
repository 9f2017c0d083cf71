/* SPDX-License-Identifier: Apache-2.0 */
/* Reads lines "anchor interval n zone rule" and prints the day each comes to. rule: 1 to 3, as in
 * working_day.h. */
#include "calendar/recurrence.h"
#include "calendar/working_day.h"

#include <stdio.h>

int main(void)
{
    struct err err;
    struct holidays *holidays = holidays_open(&err);
    char anchor[DATE_TEXT], zone[64], day[DATE_TEXT];
    struct recurrence recurrence;
    int n, rule;

    if (!holidays) {
        err_print("calendar-days", &err);
        return 1;
    }
    while (scanf("%10s %d %d %63s %d", anchor, &recurrence.interval_months, &n, zone, &rule) == 5) {
        if (!date_parse(anchor, "anchor", &recurrence.anchor, &err)) {
            err_print("calendar-days", &err);
            return 1;
        }
        date_format(working_day(holidays, zone, recurrence_day(&recurrence, n),
                                (enum working_day_rule)rule),
                    day);
        puts(day);
    }
    holidays_close(holidays);
    return 0;
}
