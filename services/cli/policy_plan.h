/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_plan - what a policy would ask, and what it would ask if a file were in force.
 *
 * Reads the register and the ledger in one read-only view of the database, runs workflow's own
 * plan() on the policy as it is and as the file has it, and compares what would be sent within the
 * next 400 days. Writes nothing.
 */
#ifndef UPTAKE_CLI_POLICY_PLAN_H
#define UPTAKE_CLI_POLICY_PLAN_H

#include "policy_file.h"

struct policy_plan_options {
    const char *database; /* libpq connection string of a role that may read the schema */
    const char *zone;     /* of the register */
    struct date today;
};

/* {"appear", "vanish": [{"action", "recipient", "asked", "rung", "cycle_on", "step", "send_on"}],
 * "move": [the same, with "send_on_before"], "stay": n}, by day; NULL: err says why. */
MUST_CHECK json_t *policy_plan_compare(const struct policy_plan_options *options,
                                       const struct policy_file *file, struct err *err);

#endif
