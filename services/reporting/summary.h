/* SPDX-License-Identifier: Apache-2.0 */
/*
 * summary - counts of a scope by position, progress and time on a day, and the rates made of them.
 *
 * From today on the counts come from the rollup, which ingest keeps; for a day that has passed
 * every action is judged by what was reported until then. A rate always carries its formula,
 * numerator and denominator.
 */
#ifndef UPTAKE_REPORTING_SUMMARY_H
#define UPTAKE_REPORTING_SUMMARY_H

#include "call.h"

enum { SUMMARY_WORDS_MAX = 10, SUMMARY_RATES = 4 };

struct summary_count {
    const char *word; /* static storage */
    int64_t n;
};

/* Words in the order people read them; every word of the axis is there, with 0 too. */
struct summary_axis {
    const char *name;
    struct summary_count counts[SUMMARY_WORDS_MAX];
    int ncounts;
    int64_t total;
};

enum { SUMMARY_POSITION, SUMMARY_PROGRESS, SUMMARY_TIME, SUMMARY_AXES };

struct summary_rate {
    const char *name;
    const char *formula;
    int64_t numerator;
    int64_t denominator;
};

struct summary {
    struct summary_axis axes[SUMMARY_AXES];
    struct summary_rate rates[SUMMARY_RATES];
};

/* The query for call's scope and day. */
struct store_step summary_step(struct call *call);
void summary_read(struct summary *summary, const PGresult *rows);

#endif
