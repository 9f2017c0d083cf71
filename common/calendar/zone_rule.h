/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_rule - the rule in a zone file's footer, e.g. "CET-1CEST,M3.5.0,M10.5.0/3".
 *
 * It says which offset holds after the last change the file lists. Forms: a fixed offset, or two
 * offsets with changes given as Mm.w.d, Jn or n, each with a time of day.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CALENDAR_ZONE_RULE_H
#define UPTAKE_CALENDAR_ZONE_RULE_H

#include "base/date.h"

/* A yearly day: 'M' month, week (5 = last), weekday; 'J' day 1..365 without leap days; '0' day
 * 0..365 counted with them. */
struct zone_rule_day {
    char form;
    int month, week, day;
    int second; /* of that day, local time; may be negative or beyond 24 h */
};

/* Offsets are seconds east of UTC. Without summer time both are equal and has_summer is false. */
struct zone_rule {
    int standard;
    int summer;
    bool has_summer;
    struct zone_rule_day begins;
    struct zone_rule_day ends;
};

/* False: not a rule. */
MUST_CHECK bool zone_rule_parse(const char *text, struct zone_rule *rule);

/* The offset in force at an instant, in seconds since 1970. */
int zone_rule_offset(const struct zone_rule *rule, int64_t at);

#endif
