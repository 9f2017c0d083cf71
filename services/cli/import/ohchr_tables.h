/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_tables - tables that a file holds as HTML become lines with tabs, one per row, and blocks
 * that share a line get one each.
 *
 * A cell that spans columns is followed by empty ones; one that spans rows is repeated in each, but
 * in the first column, where an empty cell already says that the row above goes on.
 */
#ifndef UPTAKE_CLI_OHCHR_TABLES_H
#define UPTAKE_CLI_OHCHR_TABLES_H

#include "base/arena.h"
#include "base/err.h"

struct ohchr_flat {
    const char *text; /* the text given, if it holds no markup */
    int lines;
    const int *numbers; /* of each line of text: its line in the file */
};

MUST_CHECK bool ohchr_tables_flatten(const char *text, struct arena *arena, struct ohchr_flat *flat,
                                     struct err *err);

#endif
