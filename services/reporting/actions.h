/* SPDX-License-Identifier: Apache-2.0 */
/* actions - the one query for actions as they stand on a day, for JSON and pages alike. */
#ifndef UPTAKE_REPORTING_ACTIONS_H
#define UPTAKE_REPORTING_ACTIONS_H

#include "call.h"

/* NULL and false leave a filter out. */
struct action_filter {
    const char *document;
    const char *progress;
    const char *time_word;
    const char *after_key;
    const char *recommendation; /* that they answer */
    bool only_open;
    bool chased;   /* open, and no State's */
    bool reported; /* with a known progress */
    bool by_due;   /* the longest overdue first; not together with after_key */
    int64_t limit;
};

/* Columns of the rows. */
enum {
    ACTION_KEY,
    ACTION_CODE,
    ACTION_TEXT,
    ACTION_DOCUMENT,
    ACTION_DOCUMENT_TITLE,
    ACTION_UNITS,
    ACTION_DUE_ON,
    ACTION_TIMEFRAME,
    ACTION_PROGRESS,
    ACTION_TIME,
    ACTION_REPORTED_ON,
    ACTION_DAYS_LATE,
    ACTION_FIRST_DUE_ON,
    ACTION_DAYS_LATE_FIRST,
    ACTION_JSON,
};

/* Reads ?document= ?progress= ?time= ?recommendation= ?open=1 ?chased=1 ?reported=1 ?overdue=1
 * ?after= ?limit= and ?on=; false: answered. */
MUST_CHECK bool actions_filter(struct call *call, struct action_filter *filter);
/* The words of the time axis, ended by NULL. */
extern const char *const action_times[];

/* The key to go on after, or NULL: these rows are the last. */
const char *actions_next(const struct call *call, const PGresult *rows);
/* The query for call's scope and day. */
struct store_step actions_step(struct call *call, const struct action_filter *filter);

#endif
