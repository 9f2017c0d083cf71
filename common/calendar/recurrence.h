/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recurrence - the days of a rule "every so many months from an anchor".
 *
 * Occurrence n is anchor + n * interval, with the day of the month clamped FROM THE ANCHOR:
 * 31 Aug, 28 Feb, 31 Aug. It is never reached by repeated addition, which would stay at the 28th.
 * Cycle n of a policy (1-based) begins on occurrence n - 1 and ends on occurrence n.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CALENDAR_RECURRENCE_H
#define UPTAKE_CALENDAR_RECURRENCE_H

#include "base/date.h"

/* anchor is a valid day, interval_months at least 1. */
struct recurrence {
    struct date anchor;
    int interval_months;
};

/* The day `months` after (or before) date, clamped to the end of the month. */
struct date date_add_months(struct date date, int months);

/* n may be 0 (the anchor itself) or negative; the day may lie outside the range of date.h. */
struct date recurrence_day(const struct recurrence *rule, int n);

/* The least n >= 0 whose day is on or after `day`. */
int recurrence_first_from(const struct recurrence *rule, struct date day);

#endif
