/* SPDX-License-Identifier: Apache-2.0 */
/*
 * working_day - a day moved off weekends and the holidays of a duty station.
 *
 * Weekends are Saturday and Sunday, and holidays those of holidays.h for the zone. What is moved is
 * the day on which somebody is written to, never the day something is due.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CALENDAR_WORKING_DAY_H
#define UPTAKE_CALENDAR_WORKING_DAY_H

#include "holidays.h"

/* Numbers as in proto's WorkingDay. */
enum working_day_rule {
    WORKING_DAY_ANY = 1, /* it stays where it is; so does any other number */
    WORKING_DAY_BEFORE,  /* the last working day before, unless it is one */
    WORKING_DAY_AFTER,   /* the first working day after, unless it is one */
};

/* holidays NULL, or no table for zone and year: only weekends count. */
bool working_day_is(const struct holidays *holidays, const char *zone, struct date day);

struct date working_day(const struct holidays *holidays, const char *zone, struct date day,
                        enum working_day_rule rule);

#endif
