/* SPDX-License-Identifier: Apache-2.0 */
/*
 * circumstances - what decide has to know beside an item and a change: what others said meanwhile,
 * whether the present report was returned, how the conflict stands that is to be settled.
 *
 * Asked for only by batches with a change that needs it: one on an older revision, a report on an
 * action that was reviewed, the settlement of a conflict. What the batch itself has done by then
 * counts as well. All memory is the batch's.
 */
#ifndef UPTAKE_INGEST_CIRCUMSTANCES_H
#define UPTAKE_INGEST_CIRCUMSTANCES_H

#include "batch.h"

/* Adds the ids of changes whose bodies are needed to judge this one. */
void circumstances_bodies(const struct item_state *item, const Uptake__V1__Change *change,
                          struct store_array *ids);
/* Adds one statement for each thing somebody asks. */
void circumstances_steps(struct batch *batch, struct steps *steps);
/* Reads their answers and moves *results behind them. False: out of memory. */
MUST_CHECK bool circumstances_take(struct batch *batch, PGresult *const **results);

/* As they are now that what stands before in the batch was applied. */
struct circumstances circumstances_of(struct batch *batch, const struct item_state *item,
                                      const struct submission *s);

/* After the change was applied: what it settled is settled for the rest of the batch. */
void circumstances_settle(struct batch *batch, const struct item_state *item,
                          const struct submission *s);
/* Writes what was decided of conflicts. */
void circumstances_settle_steps(struct batch *batch, struct steps *steps);

#endif
