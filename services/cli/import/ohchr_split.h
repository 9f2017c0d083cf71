/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_split - a row whose cell holds several numbered actions, as one row for each.
 *
 * A deadline, status or unit that stands once holds for all; as many deadlines as actions belong to
 * them in turn. Several units may be meant for each or for all: that stays open.
 */
#ifndef UPTAKE_CLI_OHCHR_SPLIT_H
#define UPTAKE_CLI_OHCHR_SPLIT_H

#include "import/ohchr_lines.h"

enum { OHCHR_SPLIT_MAX = 40 };

struct ohchr_split {
    int n; /* actions; below 2 the line is left as it is */
    int action, unit, time;
    bool shared; /* several units stand for several actions */
    const char *actions[OHCHR_SPLIT_MAX];
    const char *times[OHCHR_SPLIT_MAX];
};

/* columns: where each stands, -1 for none. False: out of memory. */
MUST_CHECK bool ohchr_split_read(struct ohchr_split *split, struct arena *arena,
                                 const struct ohchr_line *line, const int columns[COLUMN_COUNT],
                                 const char *recommendation);
/* The n-th row, with cells in the arena. */
MUST_CHECK bool ohchr_split_row(const struct ohchr_split *split, struct arena *arena,
                                const struct ohchr_line *line, int n, struct ohchr_line *row);

/* "Write it. (Responsible: METS; Timeframe: Q2/2025)": the fields in a bracket that ends a text;
 * NULL where one is not there. */
struct ohchr_bracket {
    size_t text_len; /* without the bracket; 0: there is none, or it holds something else */
    const char *fields[COLUMN_COUNT];
};
/* False: out of memory. */
MUST_CHECK bool ohchr_split_bracket(struct ohchr_bracket *bracket, struct arena *arena,
                                    const char *text);

#endif
