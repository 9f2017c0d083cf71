/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patience - how long a change that refers to something unknown may be asked to come again.
 *
 * What it refers to may be on its way on another connection, so for 60 s the answer is retry_later;
 * after that it is refused. Kept in memory: a restart only makes us patient again.
 */
#ifndef UPTAKE_INGEST_PATIENCE_H
#define UPTAKE_INGEST_PATIENCE_H

#include "submission.h"

enum {
    PATIENCE_MS = 60000,
    PATIENCE_ENTRIES = 1024, /* the oldest makes room */
};

struct patience {
    struct {
        int sender_id;
        uint8_t message_id[MESSAGE_ID_BYTES];
        uint64_t first_ms;
    } entries[PATIENCE_ENTRIES];
    unsigned next;
};

/* Notes the message if it is new; true once it has been known for 60 s. */
bool patience_is_over(struct patience *patience, const struct submission *submission,
                      uint64_t now_ms);

#endif
