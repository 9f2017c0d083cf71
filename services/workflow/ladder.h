/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ladder - whom a version of a policy writes to about an action, and from which step on.
 *
 * The leads are asked at every step. The ladder adds, from its steps on: the unit that a lead
 * REPORTS TO, the overseer (named on the action, else by the policy), and the unit that the
 * overseer REPORTS TO; where units lie, their region, says nothing about that. Nobody stands on two
 * rungs: who is asked lower is not written to again further up, so nobody hears about himself.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_WORKFLOW_LADDER_H
#define UPTAKE_WORKFLOW_LADDER_H

#include "plan.h"

struct ladder_place {
    int64_t recipient_id;
    int64_t asked_id; /* the lead for whom it is; the first, where there are several */
    enum obligation_rung rung;
    int from_step;
};

/* NULL: not in the directory. */
const struct plan_unit *ladder_unit(const struct plan_input *input, int64_t unit_id);

/* Does the place stand above the lead, or is it its own? */
bool ladder_is_of(const struct plan_input *input, const struct ladder_place *place,
                  int64_t lead_id);

/* One place per recipient. False: out of memory. */
MUST_CHECK bool ladder_places(const struct plan_input *input, const struct plan_version *version,
                              const struct plan_action *action, struct arena *arena,
                              struct ladder_place **places, int *n);

#endif
