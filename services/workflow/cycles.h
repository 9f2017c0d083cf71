/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cycles - the periods in which a policy asks about one action, and which of them were answered.
 *
 * Cycle n of an interval policy ends at anchor + n x interval and begins after the end of the one
 * before. Which version of the policy a cycle follows is said by the day it ends; numbers count on
 * from one version to the next. A deadline has one cycle, which ends on the due day.
 *
 * Somebody who was asked keeps the cycle in which it was: where a version or an anchor has moved
 * its end by less than half an interval, the number stays; what lies after the newest asked cycle
 * gets numbers that were not used.
 *
 * Which report answers which of them is said by model/answer.h.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_WORKFLOW_CYCLES_H
#define UPTAKE_WORKFLOW_CYCLES_H

#include "plan.h"

struct cycle {
    int number;
    struct date begin_on; /* the day before its first; none: no beginning */
    struct date end_on;
    struct date answered_on; /* none: not answered; see cycles_answered */
    const struct plan_version *version;
    bool held, closed; /* by the desk */
};

/* What is asked: a policy about an action, and the rows that the ledger has of it. */
struct cycles_input {
    const struct plan_policy *policy;
    const struct plan_action *action;
    const struct obligation *ledger;
    int nledger;
    struct date today;
};

/* The version that a cycle ending on the day follows; NULL: none. */
const struct plan_version *cycles_version(const struct plan_policy *policy, struct date end_on);

/* Does the version speak to the action? */
bool cycles_reach(const struct plan_version *version, const struct plan_action *action);
/* The deadline of what is on hold is not chased; updates are asked for all the same, so that the
 * hold is looked at again. */
bool cycles_rest(const struct plan_version *version, const struct plan_action *action);

/* Cycles from the go-live day to the horizon, in order; *n 0 when there are none. False: out of
 * memory. */
MUST_CHECK bool cycles_of(const struct cycles_input *input, struct arena *arena,
                          struct cycle **cycles, int *n);

/* Notes in each cycle on which day the unit answered it. False: out of memory. */
MUST_CHECK bool cycles_answered(const struct plan_action *action, int64_t unit_id,
                                struct cycle *cycles, int n, struct arena *arena);

#endif
