/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of plan share. */
#ifndef UPTAKE_WORKFLOW_PLAN_PARTS_H
#define UPTAKE_WORKFLOW_PLAN_PARTS_H

#include "cycles.h"
#include "ladder.h"

struct planning {
    const struct plan_input *input;
    struct arena *arena;  /* of the changes */
    struct arena scratch; /* of the question under way */
    struct plan_changes *changes;
};

/* The places of the ladder as one version has it. */
struct question_ladder {
    const struct plan_version *version;
    struct ladder_place *places;
    int n;
};

/* One policy asking about one action. */
struct question {
    struct cycles_input of;
    const struct obligation *ledger; /* the rows of this pair, in order */
    bool *planned_again;             /* parallel: the plan still knows this row */
    int nledger;
    struct cycle *cycles;
    int ncycles;
    struct question_ladder *ladders; /* of the versions that the cycles follow */
    int nladders;
};

/* That of the cycle's version. */
const struct question_ladder *question_ladder_of(const struct question *question,
                                                 const struct cycle *cycle);

/* NULL: the recipient has no place in the cycle. */
const struct ladder_place *question_place(const struct question *question,
                                          const struct cycle *cycle, int64_t recipient_id);

/* Moves the row as the life cycle says; particulars are appended to the reason. before: the row in
 * the ledger, or NULL. */
MUST_CHECK bool plan_apply(struct planning *planning, const struct obligation *before,
                           struct obligation row, enum obligation_event event,
                           const char *particulars);

/* The row (cycle, step, recipient) of the question's ledger, or -1. */
int plan_find_row(const struct question *question, int cycle, int step, int64_t recipient_id);

/* steps.c: all steps of the question to one recipient. */
MUST_CHECK bool plan_steps(struct planning *planning, struct question *question,
                           int64_t recipient_id);

#endif
