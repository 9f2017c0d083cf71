/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_diverge - where the wording of a recommendation in the report and its copy in the response
 * part, word by word.
 */
#ifndef UPTAKE_CLI_OHCHR_DIVERGE_H
#define UPTAKE_CLI_OHCHR_DIVERGE_H

#include "import/document.h"
#include "import/ohchr_report.h"

/* Finding TEXT_DIVERGES, with the differences. title: that of the response. */
void ohchr_diverge_find(struct document *document, const struct recommendation *recommendation,
                        const char *subject, const char *title, const struct ohchr_report_row *row);

#endif
