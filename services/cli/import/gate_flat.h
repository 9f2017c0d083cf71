/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_flat - a file of one row per action, the recommendation's fields repeated in each: cells
 * parted by comma, semicolon or tab, with double quotes around cells that contain one.
 *
 * The first line names the columns, in the words of the page's labels and columns. Rows come out as
 * the lines of a page: the fields of a recommendation, then its table.
 */
#ifndef UPTAKE_CLI_GATE_FLAT_H
#define UPTAKE_CLI_GATE_FLAT_H

#include "import/gate_lines.h"

bool gate_flat_recognise(const char *text);
/* ERR_REJECT CSV_QUOTE (a quote never closed), CSV_ROW (more or fewer cells than columns). */
MUST_CHECK bool gate_flat_read(struct gate_lines *lines, const char *text, struct err *err);

#endif
