/* SPDX-License-Identifier: Apache-2.0 */
/*
 * details - what only some kinds of item have, as columns of set-based statements.
 */
#ifndef UPTAKE_INGEST_DETAILS_H
#define UPTAKE_INGEST_DETAILS_H

#include "batch.h"
#include "columns.h"

/* The id of the item with that key, which the batch knows; 0 for none. */
int64_t detail_id(struct batch *batch, const char *key);

/* The columns behind item_id of one value of a group that has a statement. */
void detail_put(struct batch *batch, struct columns *columns, int group, const void *value);

/* Five columns: as written, start, due, precision, flags. */
void detail_put_timeframe(struct columns *columns, int from,
                          const Uptake__V1__Timeframe *timeframe);

/* The rows of every list that hangs on a group: cleared, then written anew. */
void detail_list_steps(struct batch *batch, struct steps *steps);

#endif
