/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_actions - the key actions of a recommendation, from the rows of its table: codes put right,
 * deadlines and units read, and what cannot be told for sure found.
 */
#ifndef UPTAKE_CLI_OHCHR_ACTIONS_H
#define UPTAKE_CLI_OHCHR_ACTIONS_H

#include "import/ohchr_rows.h"
#include "import/ohchr_units.h"

struct ohchr_actions {
    struct ohchr_units units;
    struct ohchr_rows rows; /* of the recommendation at hand */
};

/* Makes actions of the rows, and takes the rows away. */
void ohchr_actions_end(struct ohchr_actions *actions, struct recommendation *recommendation);

/* "action 1.2", or "action 10/1" for one whose code does not name its recommendation. */
const char *ohchr_action_name(struct document *document,
                              const struct recommendation *recommendation, const char *code);

#endif
