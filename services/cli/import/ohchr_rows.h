/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_rows - the rows of one recommendation's table of key actions, put together from its lines.
 *
 * The table's headings say where the columns stand; where a line does not keep to them, the cell
 * that reads as a period is the deadline. A text may go on behind a page break.
 *
 * Ownership: rows live in the arena given; buffers are released with ohchr_rows_finish.
 */
#ifndef UPTAKE_CLI_OHCHR_ROWS_H
#define UPTAKE_CLI_OHCHR_ROWS_H

#include "base/text.h"
#include "import/directory.h"
#include "import/ohchr_code.h"
#include "import/ohchr_lines.h"

/* Texts that are not there are NULL, columns -1. */
struct ohchr_row {
    struct ohchr_row *next;
    int line;
    struct ohchr_code code; /* code.code "" for none */
    const char *text;       /* "" for none */
    const char *responsible;
    int responsible_column;
    const char *deadline;
    int deadline_column;
    const char *status;
    const char *comment;
    bool shared; /* its units stand in one cell for several actions */
};

enum { OHCHR_ROWS_MAX = 1000 };

struct ohchr_rows {
    struct arena *arena;               /* borrowed */
    const struct directory *directory; /* borrowed */
    int columns[COLUMN_COUNT];         /* where each stands; -1: not there */
    unsigned ignored;                  /* columns with headings that are none of these, as bits */
    struct ohchr_row *first;
    struct ohchr_row *last;
    int n;
    struct text_buffer text;        /* of the last row */
    struct text_buffer responsible; /* of the last row */
    bool bulleted;                  /* the last row began with a bullet */
    bool fresh;                     /* the next line begins a row, whatever it looks like */
    bool shared;                    /* the next row's units stand for several actions */
    bool failed;                    /* an allocation failed */
    bool too_many;                  /* rows were left out */
};

/* Takes the columns from a line of headings. */
void ohchr_rows_head(struct ohchr_rows *rows, const struct ohchr_line *line,
                     const enum ohchr_column *columns);
/* One line of the table under the recommendation of this code. */
void ohchr_rows_line(struct ohchr_rows *rows, const char *recommendation,
                     const struct ohchr_line *line);
/* The table is over; its rows are whole. They stay until rows->first is taken away. */
void ohchr_rows_end(struct ohchr_rows *rows);
void ohchr_rows_finish(struct ohchr_rows *rows);

#endif
