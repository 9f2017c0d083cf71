/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_indicators - figures that a report's text and footnotes state: "4 of 7 markers", and shares
 * of results by rank of progress ("good progress" in 68%).
 */
#ifndef UPTAKE_CLI_OHCHR_INDICATORS_H
#define UPTAKE_CLI_OHCHR_INDICATORS_H

#include "import/document.h"
#include "import/ohchr_lines.h"

void ohchr_indicators_read(struct document *document, const struct ohchr_lines *lines);

#endif
