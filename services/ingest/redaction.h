/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redaction - wipes the bytes of earlier changes of an item for good; their hashes stay.
 *
 * A redaction names revisions. Every field group whose last change is wiped has to be said anew in
 * the same change, so the item never stands on bytes that are gone. With the changes go the images
 * of the item that ingest wrote so far, since they carry the same bytes, and what was kept of
 * changes that were not applied: conflicts, dead letters, the texts of refusals. It stands alone
 * in its batch.
 *
 * Codes: REVISION_UNKNOWN, REVISION_REDACTED, REDACTION_LEAVES_GROUP (place: the group).
 */
#ifndef UPTAKE_INGEST_REDACTION_H
#define UPTAKE_INGEST_REDACTION_H

#include "batch.h"

/* The statement that asks for the changes it names; none where the batch redacts nothing. */
void redaction_load_steps(struct batch *batch, struct steps *steps);
/* False: out of memory. */
MUST_CHECK bool redaction_take(struct batch *batch, PGresult *const *result);

/* False, with s->why set, where it may not be applied. */
MUST_CHECK bool redaction_allows(const struct batch *batch, const struct item_state *item,
                                 struct submission *s);
/* What wipes; before the rows of the batch itself are written. */
void redaction_write_steps(struct batch *batch, struct steps *steps);
/* How much was wiped, once that is committed. */
void redaction_log(const struct batch *batch, PGresult *const *results);

#endif
