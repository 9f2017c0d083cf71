/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_quoted - recommendations of an older evaluation that a report quotes, each under a label
 * with the year: "2020 evaluation recommendation: ...". They become a document of their own per
 * year.
 */
#ifndef UPTAKE_CLI_OHCHR_QUOTED_H
#define UPTAKE_CLI_OHCHR_QUOTED_H

#include "import/document.h"
#include "import/ohchr_lines.h"

/* Reads lines 0 to end into document->quoted. */
void ohchr_quoted_read(struct document *document, const struct ohchr_lines *lines, int end);

#endif
