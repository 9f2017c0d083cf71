/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone - instants to civil time in an IANA zone, and back.
 *
 * Reads the system's zone files (TZif, package tzdata) itself, so that many zones can be used at
 * once and the process's own TZ is never touched. Times after a file's last listed change follow
 * the rule in its footer.
 *
 * Threading: a zone is read-only once open.   Instants: microseconds since 1970, UTC.
 */
#ifndef UPTAKE_CALENDAR_ZONE_H
#define UPTAKE_CALENDAR_ZONE_H

#include "base/date.h"

struct zone;

struct zone_time {
    struct date date;
    int second_of_day; /* 0..86399 */
    int offset;        /* seconds east of UTC in force */
};

/* name like "Asia/Phnom_Penh" or "UTC". ERR_REJECT ZONE_UNKNOWN (no such zone, or not a plain
 * name), ERR_FATAL ZONE_FILE_BAD. */
MUST_CHECK struct zone *zone_open(const char *name, struct err *err);
void zone_close(struct zone *zone);

void zone_local(const struct zone *zone, int64_t time_us, struct zone_time *local);
/* The civil day of an instant. */
struct date zone_date(const struct zone *zone, int64_t time_us);
/* The instant of a civil time; in a gap the time an hour later on the clock, of two equal ones the
 * first. */
int64_t zone_instant(const struct zone *zone, struct date date, int second_of_day);

/* The present day in a zone: opens the zone and reads the real-time clock. */
MUST_CHECK bool date_today(const char *zone_name, struct date *today, struct err *err);

#endif
