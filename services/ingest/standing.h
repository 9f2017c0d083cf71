/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing - what stands on what: an item is retracted last and restored first, and nothing stands
 * on itself.
 *
 * Asked for only by batches of retractions and by changes that stand alone; the relation is the
 * view uptake.standing.
 */
#ifndef UPTAKE_INGEST_STANDING_H
#define UPTAKE_INGEST_STANDING_H

#include "batch.h"

/* Adds no statement where nobody asks, else STANDING_STEPS of them. */
enum { STANDING_STEPS = 3 };
void standing_steps(struct batch *batch, struct steps *steps);
/* False: out of memory. */
MUST_CHECK bool standing_take(struct batch *batch, PGresult *const *results);

/* False, with s->why set: NOT_EMPTY, REFERENCE_RETRACTED, REFERENCE_CYCLE. */
MUST_CHECK bool standing_allows(struct batch *batch, const struct item_state *item,
                                struct submission *s);

#endif
