/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr - reader of OHCHR management responses, alone or inside the evaluation report they answer.
 *
 * English, French and Spanish. The report's own table of recommendations gives their text, their
 * themes and whom the evaluators hold responsible; recommendations of an older evaluation that the
 * report quotes become a second document; figures of assessments become indicators.
 */
#ifndef UPTAKE_CLI_OHCHR_H
#define UPTAKE_CLI_OHCHR_H

#include "import/directory.h"
#include "import/document.h"

/* Does the text have this layout: a recommendation's label that management's position follows? */
bool ohchr_recognise(const char *text);

/* Reads document->file. The directory is only read. */
MUST_CHECK bool ohchr_read(struct document *document, struct directory *directory, struct err *err);

#endif
