/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate - reader of UN Women GATE management responses, as plain text.
 *
 * The page's tables arrive as lines: labelled fields of a recommendation ("Recommendation:",
 * "Management Response:", ...), then "Key Actions" and one row per action that runs text, posts,
 * deadline, status, comments. Long fields and rows may go on over several lines. Labels, headings
 * and status words are data: common/model/crosswalk/gate.csv, in English, French and Spanish.
 */
#ifndef UPTAKE_CLI_GATE_H
#define UPTAKE_CLI_GATE_H

#include "import/directory.h"
#include "import/document.h"

/* Does the text have this layout? */
bool gate_recognise(const char *text);

/* Reads document->file. The directory learns the codes that the document teaches. */
MUST_CHECK bool gate_read(struct document *document, struct directory *directory, struct err *err);

#endif
