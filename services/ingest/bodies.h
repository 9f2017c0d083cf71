/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bodies - the accepted changes a batch knows: its own, and those it has read, by id.
 *
 * A move may need some hundred thousand look-ups among as many bodies, so they stand in a hash
 * table and each is unpacked once. Zeroed is empty; all memory is the batch's arena.
 */
#ifndef UPTAKE_INGEST_BODIES_H
#define UPTAKE_INGEST_BODIES_H

#include "base/arena.h"

#include <stdint.h>
#include <uptake/v1/items.pb-c.h>

struct body {
    struct body *next;
    int64_t change_id;
    const uint8_t *bytes; /* NULL: redacted */
    size_t len;
    const Uptake__V1__Change *change; /* NULL: not unpacked yet */
};

struct bodies {
    struct body **buckets;
    int nbuckets;
    int n;
};

/* The bytes are borrowed; change: the same unpacked, or NULL. False: out of memory. */
MUST_CHECK bool bodies_put(struct bodies *bodies, struct arena *arena, int64_t change_id,
                           const uint8_t *bytes, size_t len, const Uptake__V1__Change *change);
/* The change with that id, unpacked; NULL: not known, or redacted. False: it cannot be unpacked. */
MUST_CHECK bool bodies_find(struct bodies *bodies, struct arena *arena, int64_t change_id,
                            const Uptake__V1__Change **change);

#endif
