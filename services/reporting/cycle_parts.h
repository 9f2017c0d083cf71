/* SPDX-License-Identifier: Apache-2.0 */
/* cycle_parts - what cycle_asks.c and cycle_reports.c share; nobody else includes it. */
#ifndef UPTAKE_REPORTING_CYCLE_PARTS_H
#define UPTAKE_REPORTING_CYCLE_PARTS_H

#include "cycles.h"

/* A progress report the register accepted. */
struct cycle_report {
    int64_t action_id;
    uint64_t revision;
    struct date recorded_on, reported_on; /* reported_on none: not said */
    const char *unit;                     /* key of whose it is; "": not said, it is of all */
    bool returned;                        /* sent back for correction: no answer */
};

/* In order of action, then as they came in. */
struct cycle_reports {
    struct cycle_report *list;
    int n;
};

/* Keys. into "": the unit's work is its own. */
struct cycle_merger {
    const char *unit, *into;
};

struct cycle_mergers {
    struct cycle_merger *list;
    int n;
};

/* The columns of cycle_reports.sql and cycle_mergers.sql. False: out of memory. */
MUST_CHECK bool cycle_read_reports(const PGresult *rows, struct arena *arena,
                                   struct cycle_reports *reports);
MUST_CHECK bool cycle_read_mergers(const PGresult *rows, struct arena *arena,
                                   struct cycle_mergers *mergers);

/* Those of an action; borrowed from the list. */
struct cycle_reports cycle_reports_of(const struct cycle_reports *reports, int64_t action_id);
/* Does a report of the unit answer for the one that was asked: is it that one, or did that one take
 * over its work? A report that names nobody ("") answers for all. */
bool cycle_answers_for(const struct cycle_mergers *mergers, const char *unit, const char *asked);

#endif
