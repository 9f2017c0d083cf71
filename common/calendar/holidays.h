/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holidays - the official holidays of duty stations, by the zone of the unit.
 *
 * The tables are data: holidays/STATION.csv, compiled in. A comment line on top says for which zone
 * and years a table speaks, where it comes from and whether somebody has checked it:
 *
 *     # zone: Europe/Zurich; years: 2024-2027; verified: no; source: ...
 *     date,name
 *     2026-01-01,New Year's Day
 *
 * Rows ascend and lie in those years. A zone or year without a table is not guessed: there only
 * weekends count, and holidays_know says so.
 *
 * Threading: read-only once open.
 */
#ifndef UPTAKE_CALENDAR_HOLIDAYS_H
#define UPTAKE_CALENDAR_HOLIDAYS_H

#include "base/date.h"

struct holidays;

/* One station's table as CSV text. */
struct holidays_table {
    const char *station; /* "geneva"; NULL ends a list */
    const char *csv;
};

/* The tables compiled in. */
MUST_CHECK struct holidays *holidays_open(struct err *err);
/* These tables; their texts stay the caller's and must outlive what is opened. ERR_REJECT
 * HOLIDAYS_BAD with station and line; TWO_TABLES: one zone twice. */
MUST_CHECK struct holidays *holidays_read(const struct holidays_table *tables, struct err *err);
void holidays_close(struct holidays *holidays);

/* Is there a table for the zone that covers the year? */
bool holidays_know(const struct holidays *holidays, const char *zone, int year);
/* ... and has somebody checked it? */
bool holidays_are_verified(const struct holidays *holidays, const char *zone);
bool holidays_has(const struct holidays *holidays, const char *zone, struct date day);

#endif
