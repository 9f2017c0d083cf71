/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transitions - which word of progress may follow which, and why.
 *
 * A table of every pair. It refuses one thing only: that work which was begun is said not to have
 * been started. Whatever else is reported may be true of real work: it is reopened, called off,
 * overtaken, or reported without a word of its own. Where the present report was returned for
 * correction, or a person settles a conflict, any word may follow; ingest looks at that when it
 * decides.
 *
 * Pure functions; any thread.
 */
#ifndef UPTAKE_MODEL_TRANSITIONS_H
#define UPTAKE_MODEL_TRANSITIONS_H

#include "words.h"

/* from UNSPECIFIED: the item has no progress yet, so that every word may be the first. */
bool transition_allowed(enum progress from, enum progress to);
/* Why it is allowed or refused, as people read it. Static; never NULL. */
const char *transition_reason(enum progress from, enum progress to);

#endif
