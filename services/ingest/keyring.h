/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyring - what the register knows of the keys and scopes that a change of a principal names, and
 * what follows from it: a key is revoked for ever and belongs to one principal, nobody locks
 * himself out.
 *
 * Asked for only by changes of principals, which stand alone in their batch, so that no other can
 * take a key in between.
 */
#ifndef UPTAKE_INGEST_KEYRING_H
#define UPTAKE_INGEST_KEYRING_H

#include "batch.h"

/* Adds no statement where nobody asks. */
void keyring_steps(struct batch *batch, struct steps *steps);
/* False: out of memory. */
MUST_CHECK bool keyring_take(struct batch *batch, PGresult *const *results);

/* False, with s->why set: KEYS_FORGOTTEN, KEY_REVOKED, KEY_TAKEN_BY_OTHER, LAST_KEY, LAST_GRANT,
 * SPEAKER_NOT_INTERNAL, SCOPE_UNKNOWN. */
MUST_CHECK bool keyring_allows(struct batch *batch, struct submission *s);

#endif
