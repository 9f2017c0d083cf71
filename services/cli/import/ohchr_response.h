/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_response - the management response inside a report (or alone): for each recommendation its
 * title, management's position and comment, and a table of key actions.
 *
 * Fields are told by their labels, wherever conversion has put them: in a line of their own, in a
 * cell, in front of their value, several in one cell.
 */
#ifndef UPTAKE_CLI_OHCHR_RESPONSE_H
#define UPTAKE_CLI_OHCHR_RESPONSE_H

#include "import/directory.h"
#include "import/document.h"
#include "import/ohchr_lines.h"
#include "import/ohchr_report.h"

/* Reads lines start to end. */
MUST_CHECK bool ohchr_response_read(struct document *document, const struct directory *directory,
                                    const struct ohchr_lines *lines, int start, int end,
                                    const struct ohchr_report *report, struct err *err);

#endif
