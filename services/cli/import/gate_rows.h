/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_rows - the rows of all key actions tables of one document.
 *
 * First the lines are put together to rows; when the last one is in, the rows teach the directory
 * the codes they use; then each becomes an action of its recommendation.
 *
 * Ownership: rows live in the document's arena; the buffers are released with gate_rows_finish.
 */
#ifndef UPTAKE_CLI_GATE_ROWS_H
#define UPTAKE_CLI_GATE_ROWS_H

#include "base/text.h"
#include "import/directory.h"
#include "import/document.h"
#include "import/gate_labels.h"
#include "import/gate_row.h"

struct gate_raw_row;

struct gate_rows {
    struct document *document;   /* borrowed */
    struct directory *directory; /* borrowed */
    struct gate_raw_row *rows;
    struct gate_raw_row *last;
    int nrows;
    struct text_buffer row; /* being collected */
    int row_line;
    struct text_buffer pending; /* lines that may begin the next row */
    int pending_line;
    enum gate_row_kind pending_kind;
    struct date not_before; /* the evaluation's period begins; none: not said */
};

/* One line of the table under this recommendation. */
void gate_rows_line(struct gate_rows *rows, struct recommendation *recommendation, const char *line,
                    int number);
/* A row whose cells are known, one for each column; NULL: blank. */
void gate_rows_cells(struct gate_rows *rows, struct recommendation *recommendation,
                     const char *const cells[GATE_COLUMN_NONE], int line);
/* The table under this recommendation is over. */
void gate_rows_end(struct gate_rows *rows, struct recommendation *recommendation);
/* Makes the actions. */
MUST_CHECK bool gate_rows_read(struct gate_rows *rows, struct err *err);
void gate_rows_finish(struct gate_rows *rows);

#endif
