/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters - what a person decides about a parked change: discarded, or tried again.
 *
 * The decision is a change of its own (kind dead_letter, scope audit) and marks the letter in its
 * transaction. A letter that is to be tried again is then found by replays.h, which hands it to
 * the writer as its sender's change. It stands alone in its batch.
 *
 * Codes: LETTER_UNKNOWN, LETTER_SETTLED, LETTER_REDACTED (nothing is left to be tried again).
 */
#ifndef UPTAKE_INGEST_LETTERS_H
#define UPTAKE_INGEST_LETTERS_H

#include "batch.h"

/* The statement that finds and locks the letter; none where the batch decides about none. */
void letter_load_steps(struct batch *batch, struct steps *steps);
/* False: out of memory. */
MUST_CHECK bool letter_take(struct batch *batch, PGresult *const *result);

/* False, with s->why set, where the decision may not be taken. */
MUST_CHECK bool letter_allows(const struct batch *batch, struct submission *s);
/* Marks the letter. */
void letter_write_steps(struct batch *batch, struct steps *steps);

#endif
