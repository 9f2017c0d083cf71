/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_lines - a GATE page as lines of text, whatever form it was saved in.
 *
 * Plain text is taken line by line. A page with markup (gate_html.h) and a file of one row per
 * action (gate_flat.h) become the same lines, their tables' rows with GATE_CELL between the cells.
 * Lines without text are left out; page numbers and other marks of a printed page, too.
 *
 * Ownership: lines live in the document's arena.
 */
#ifndef UPTAKE_CLI_GATE_LINES_H
#define UPTAKE_CLI_GATE_LINES_H

#include "base/err.h"
#include "import/document.h"

/* Between the cells of a row; no file that is read contains it. */
enum { GATE_CELL = '\x1f' };

struct gate_line {
    struct gate_line *next;
    const char *text;
    int number; /* of the source's line it begins on */
};

struct gate_lines {
    struct document *document; /* borrowed */
    struct gate_line *first;
    struct gate_line *last;
    int pages; /* page numbers seen so far */
};

/* Fills lines->first. ERR_REJECT CSV_QUOTE or CSV_ROW for a file of rows that are not whole. */
MUST_CHECK bool gate_lines_read(struct gate_lines *lines, struct err *err);

/* For the forms: one more line, without the blanks around it. */
void gate_lines_add(struct gate_lines *lines, const char *text, size_t len, int number);

#endif
