/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate - reader of UN Women GATE management responses.
 *
 * A page is labelled fields of a recommendation ("Recommendation:", "Management Response:", ...),
 * then "Key Actions" and one row per action: text, posts, deadline, status, comments. It may be
 * plain text whose columns were lost, rows with bars or tabs between the cells, markup, or a file
 * of one row per action (gate_lines.h). Labels, headings and status words are data:
 * common/model/crosswalk/gate.csv, in English, French and Spanish.
 */
#ifndef UPTAKE_CLI_GATE_H
#define UPTAKE_CLI_GATE_H

#include "import/directory.h"
#include "import/document.h"

/* Does the text have this layout? */
bool gate_recognise(const char *text);

/* Reads document->file. The directory learns the codes that the document teaches. With
 * document->read_on a page older than half a year is reported. ERR_REJECT: FIELD_MISPLACED,
 * NUMBER_RANGE, TOO_MANY_RECORDS, CSV_QUOTE, CSV_ROW; nothing of the document may then be used. */
MUST_CHECK bool gate_read(struct document *document, struct directory *directory, struct err *err);

#endif
