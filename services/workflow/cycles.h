/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cycles - the periods of an interval policy for one action, and which of them were answered.
 *
 * Cycle n ends at anchor + n x interval and begins after the end of the one before. A report
 * answers the cycle in which the register accepted it; one that comes late, while the cycle just
 * ended is still being chased, answers that one and not the next. A report that speaks only of a
 * time before the cycle (old updates brought in by an import) answers nothing.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_WORKFLOW_CYCLES_H
#define UPTAKE_WORKFLOW_CYCLES_H

#include "plan.h"

struct cycle {
    int number;
    struct date end_on;
    struct date answered_on; /* none: not answered */
};

/* Cycles from the go-live day to the horizon, in order; NULL with *n 0 when there are none.
 * False: out of memory. */
MUST_CHECK bool cycles_of(const struct plan_policy *policy, const struct plan_action *action,
                          struct date today, struct arena *arena, struct cycle **cycles, int *n);

#endif
