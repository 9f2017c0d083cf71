/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patience - how long a sender may be asked to come again for want of an item.
 *
 * What a change needs may be on its way on another connection, so for 60 s the answer is
 * retry_later; after that it is refused. Counted per sender and missing item, so that a thousand
 * changes which wait for one document are one entry. Kept in memory: a restart only makes us
 * patient again.
 */
#ifndef UPTAKE_INGEST_PATIENCE_H
#define UPTAKE_INGEST_PATIENCE_H

#include "submission.h"

enum {
    PATIENCE_MS = 60000,
    PATIENCE_FORGET_MS = 10000, /* not asked for this long: it came, or nobody wants it */
    PATIENCE_ENTRIES = 1024,    /* the one not asked for longest makes room */
};

struct patience {
    struct patience_entry {
        int sender_id;
        uint8_t key_sha256[SHA256_BYTES];
        int64_t revision; /* of the item, where it is there: patience begins anew as it moves on */
        uint64_t first_ms;
        uint64_t last_ms; /* 0: free */
    } entries[PATIENCE_ENTRIES];
};

/* Notes what the submission waits for; true once that has been missing for 60 s. now_ms > 0. */
bool patience_is_over(struct patience *patience, const struct submission *submission,
                      uint64_t now_ms);

#endif
