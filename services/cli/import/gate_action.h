/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_action - one row of a table, as strings, to an action with its responsible, deadline, status
 * and updates, and the findings of each.
 */
#ifndef UPTAKE_CLI_GATE_ACTION_H
#define UPTAKE_CLI_GATE_ACTION_H

#include "import/directory.h"
#include "import/document.h"

struct gate_raw_row {
    struct gate_raw_row *next;
    struct recommendation *recommendation;
    int line;
    bool cells;              /* the columns were not lost */
    const char *front;       /* action and posts; only the action where the columns are there */
    const char *responsible; /* where the columns are there; NULL: blank */
    const char *deadline;
    const char *status;
    const char *comment;
};

struct gate_actions {
    struct document *document;         /* borrowed */
    const struct directory *directory; /* borrowed */
    struct date not_before;            /* the evaluation's period begins; none: not said */
};

/* position: of the row under its recommendation, from 1. */
void gate_action_read(const struct gate_actions *actions, const struct gate_raw_row *raw,
                      int position);

#endif
