/* SPDX-License-Identifier: Apache-2.0 */
/*
 * about - one item with everything that belongs to it when it is shown: what is derived of it, and
 * the items around it by role (its parts, the actions that answer it, who judged it, figures,
 * links, findings), for JSON and the page alike.
 *
 * Ownership: JSON is a new reference; NULL when out of memory.
 */
#ifndef UPTAKE_REPORTING_ABOUT_H
#define UPTAKE_REPORTING_ABOUT_H

#include "call.h"

/* Results of the steps. */
enum {
    ABOUT_BEGIN,
    ABOUT_ITEM,
    ABOUT_HISTORY,
    ABOUT_SOURCES,
    ABOUT_FACTS,
    ABOUT_RELATED,
    ABOUT_COMMIT,
    ABOUT_STEPS
};

/* The steps for the item of the call's path, judged on the call's day. */
void about_steps(struct call *call, struct store_step steps[ABOUT_STEPS]);

/* {"key", "kind", "document", "revision", "change", "facts", "related": {role: [...]}, "more":
 * {role: how many, where not all are told}, "history": [newest first]}; the item must have been
 * found (rows of ABOUT_ITEM). */
json_t *about_json(PGresult *const *results, struct arena *arena);

#endif
