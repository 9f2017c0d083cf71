/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_report - the recommendations as the evaluation report itself states them: a table of
 * recommendations, actions and, mostly, whom the evaluators hold responsible.
 *
 * A summary may repeat the table without the responsible; the fuller one is read, once. Headings
 * inside the table become themes. Without a table, a numbered list is read.
 *
 * Ownership: everything lives in the arena given.
 */
#ifndef UPTAKE_CLI_OHCHR_REPORT_H
#define UPTAKE_CLI_OHCHR_REPORT_H

#include "import/ohchr_lines.h"

struct ohchr_report_row {
    struct ohchr_report_row *next;
    const char *code;
    const char *title;
    const char *body;        /* "" when the table has none */
    const char *responsible; /* "" for an empty cell */
    const char *theme;       /* NULL: none */
    int line;
};

struct ohchr_report {
    struct ohchr_report_row *rows;
    struct ohchr_report_row *last;
    int n;
    bool listed; /* read from a list: only where the response repeats a text is it surely the one */
};

/* Reads lines start to end; no table there is no error. */
MUST_CHECK bool ohchr_report_read(const struct ohchr_lines *lines, int start, int end,
                                  struct arena *arena, struct ohchr_report *report,
                                  struct err *err);

/* Do most words of one text stand in the other? */
bool ohchr_report_alike(const char *a, const char *b);

/* NULL: the report has no such number. */
const struct ohchr_report_row *ohchr_report_find(const struct ohchr_report *report,
                                                 const char *code);

#endif
