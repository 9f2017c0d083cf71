/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_header - the head of a GATE page: which evaluation, whose office, what state, how old.
 *
 * Its labels are mostly lost: ": value" lines in the order office, plan period with the office,
 * title, country, state of the response. Where labels are there ("Title: ..."), they go before the
 * order. The overall response follows as text; the site's navigation in front is left out.
 */
#ifndef UPTAKE_CLI_GATE_HEADER_H
#define UPTAKE_CLI_GATE_HEADER_H

#include "import/document.h"

enum { GATE_HEADER_VALUES = 12, GATE_HEADER_LINES = 400 };

struct gate_header {
    const char *values[GATE_HEADER_VALUES]; /* of lines ": value" */
    int nvalues;
    const char *text[GATE_HEADER_LINES];
    int ntext;
    const char *office, *title, *period, *state; /* of labelled lines; NULL: none */
    struct date saved_on;                        /* "Exported on: ..."; none: not said */
    struct date not_before; /* the evaluation's period begins; none: not said */
};

void gate_header_line(struct document *document, struct gate_header *header, const char *line);

/* Fills the document's own fields, with findings ANCHOR_ASSUMED and TITLE_MISSING. */
void gate_header_end(struct document *document, struct gate_header *header);

#endif
