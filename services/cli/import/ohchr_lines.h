/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_lines - a report's text as lines of cells, in plain words.
 *
 * Rows of a table are lines with tabs or with bars ("| a | b |"). Footnotes, page numbers, rules
 * and headings, which conversion leaves in the midst of sentences, are told apart from text.
 *
 * Ownership: everything lives in the arena given.
 */
#ifndef UPTAKE_CLI_OHCHR_LINES_H
#define UPTAKE_CLI_OHCHR_LINES_H

#include "base/arena.h"
#include "import/ohchr_words.h"

enum { OHCHR_CELLS_MAX = 10 };

enum ohchr_line_kind {
    LINE_BLANK,
    LINE_TEXT,
    LINE_HEADING,
    LINE_FOOTNOTE,
    LINE_FURNITURE, /* rules and page numbers */
};

struct ohchr_line {
    int number; /* in the file, from 1 */
    enum ohchr_line_kind kind;
    bool bold; /* all of it */
    int ncells;
    const char **cells; /* plain text, "" for an empty one */
};

struct ohchr_lines {
    int n;
    struct ohchr_line *list;
};

MUST_CHECK bool ohchr_lines_cut(const char *text, struct arena *arena, struct ohchr_lines *lines,
                                struct err *err);

/* Which column each cell heads; false: this is no heading of a table (two different columns). */
bool ohchr_line_heads(const struct ohchr_line *line, enum ohchr_column columns[OHCHR_CELLS_MAX]);

/* Is every cell but this one empty? */
bool ohchr_line_is_only(const struct ohchr_line *line, int cell);

#endif
