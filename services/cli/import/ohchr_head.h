/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_head - what a report and its response say of themselves: title, date, office, approval.
 */
#ifndef UPTAKE_CLI_OHCHR_HEAD_H
#define UPTAKE_CLI_OHCHR_HEAD_H

#include "import/directory.h"
#include "import/document.h"
#include "import/ohchr_lines.h"

/* start: the line of the response's first recommendation. Findings TITLE_MISSING, APPROVAL_ASSUMED,
 * ANCHOR_ASSUMED and DATE_MISSING. */
void ohchr_head_read(struct document *document, const struct directory *directory,
                     const struct ohchr_lines *lines, int start);

#endif
