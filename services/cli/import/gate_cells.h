/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_cells - tables of actions whose cells are still parted: by bars, tabs or GATE_CELL.
 *
 * A row may stand on one line, or have its cells on lines of their own. The heads tell the columns'
 * order; without heads it is the page's own: action, responsible, deadline, status, comments. A
 * table whose heads do not name the action has it in front.
 */
#ifndef UPTAKE_CLI_GATE_CELLS_H
#define UPTAKE_CLI_GATE_CELLS_H

#include "base/text.h"
#include "import/gate_labels.h"
#include "import/gate_rows.h"

enum { GATE_CELLS_MAX = 16 };

/* One cell of rows that go over several lines. */
struct gate_cell {
    struct gate_cell *next;
    const char *text; /* NULL: blank */
    int line;
};

struct gate_cells {
    struct gate_rows *rows; /* borrowed; gets the rows */
    enum gate_column columns[GATE_CELLS_MAX];
    int ncolumns; /* 0: no heads seen */
    struct gate_cell *first;
    struct gate_cell *last;
    struct text_buffer cell; /* being collected */
    int cell_line;
    bool open; /* cells go on over the next lines */
};

/* Takes a line of such a table. False: it is none. */
bool gate_cells_line(struct gate_cells *cells, struct recommendation *recommendation,
                     const char *line, int number);
/* The table under this recommendation is over. */
void gate_cells_end(struct gate_cells *cells, struct recommendation *recommendation);
void gate_cells_finish(struct gate_cells *cells);

#endif
