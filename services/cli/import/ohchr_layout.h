/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_layout - where the cells of a line stand: between tabs, between bars, or in columns that
 * only blanks keep apart.
 *
 * Tabs and bars at a line's start show themselves. Bars inside lines and columns of blanks count
 * only below headings of a table that stand in the same way, until a field of the response begins.
 *
 * Ownership: cells are copied into the arena given.
 */
#ifndef UPTAKE_CLI_OHCHR_LAYOUT_H
#define UPTAKE_CLI_OHCHR_LAYOUT_H

#include "import/ohchr_lines.h"

enum ohchr_layout_kind { LAYOUT_PLAIN, LAYOUT_BARS, LAYOUT_BLANKS };

/* Zeroed before the first line. */
struct ohchr_layout {
    enum ohchr_layout_kind kind;
    int ncolumns;
    size_t columns[OHCHR_CELLS_MAX]; /* where each begins, in characters */
};

/* Cuts one line into line->cells. False: out of memory. */
MUST_CHECK bool ohchr_layout_cut(struct ohchr_layout *layout, struct arena *arena, const char *text,
                                 size_t len, struct ohchr_line *line);

#endif
