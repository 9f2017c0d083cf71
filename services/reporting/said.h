/* SPDX-License-Identifier: Apache-2.0 */
/*
 * said - what a change said, for people: one line per field group, the old value beside the new
 * one.
 *
 * A line names the group, the values that matter most and, where the group was there before, only
 * what differs: "Timeframe: 2023-06-30 (was 2022-06-30); as written "June 2023" (was "June 2022")".
 *
 * Threading: loop thread only.   Ownership: texts live in the arena, JSON is a new reference; NULL
 * when out of memory.
 */
#ifndef UPTAKE_REPORTING_SAID_H
#define UPTAKE_REPORTING_SAID_H

#include "base/arena.h"
#include "store/store.h"

#include <jansson.h>

/* What people call the group, e.g. "Progress"; its own name where there is no better one. */
const char *said_title(const char *group);

/* The line of one group; before may be NULL. */
const char *said_line(const char *group, const json_t *now, const json_t *before,
                      struct arena *arena);

/* The title of the group of the change that says most of what it did; NULL: it has none. */
const char *said_most(const json_t *change);

/* Columns that every query of histories begins with. */
enum {
    SAID_REVISION,
    SAID_CHANGE_ID,
    SAID_OPERATION,
    SAID_OUTCOME,
    SAID_SENDER,
    SAID_RECORDED_AT,
    SAID_RECORDED_AT_US,
    SAID_SHA256,
    SAID_PROGRESS,
    SAID_REPORTED_ON,
    SAID_BODY,
};

/* The entries of an item's history, oldest first, from rows in that order or its reverse:
 * {"revision", "change_id", "operation", "outcome", "sender", "recorded_at", "recorded_at_us",
 * "sha256", "reported_on", "change", "said": [{"group", "text"}], "source_name", "place"}. Of the
 * rows up to revision `after` nothing is told, they are what came before. sources are rows of
 * source_names.sql. */
json_t *said_history(const PGresult *rows, int64_t after, const PGresult *sources,
                     struct arena *arena);

#endif
