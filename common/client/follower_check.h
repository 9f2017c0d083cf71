/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower_check - is a batch what comes next, and is it whole? Pure.
 *
 * The chain of a feed begins with the SHA-256 of its scope's name; each segment's chain is the
 * SHA-256 of the chain before it and the hashes of its entries in order. Hashes are taken over the
 * exact bytes that came, never over a re-encoding. An entry without a body was redacted: its hash
 * stands for it.
 *
 * Threading: any.
 */
#ifndef UPTAKE_CLIENT_FOLLOWER_CHECK_H
#define UPTAKE_CLIENT_FOLLOWER_CHECK_H

#include "base/bytes.h"
#include "base/err.h"

#include <uptake/v1/envelope.pb-c.h>

enum { FOLLOWER_EPOCH_BYTES = 16 };

/* Where a copy stands: on the end of a segment, or at 0. */
struct follower_cursor {
    bool has_epoch; /* false only at 0: whatever it is now */
    uint8_t epoch[FOLLOWER_EPOCH_BYTES];
    uint64_t seq;
    uint8_t chain[SHA256_BYTES];
};

struct follower_cursor follower_start(const char *scope);

/* *first is the first segment that is new (all of them may be known), *after the cursor behind the
 * last. ERR_RETRY: BATCH_OTHER (scope or epoch), BATCH_GAP (not contiguous with the cursor, or in
 * itself), BATCH_DAMAGED (a hash or the chain does not match): nothing of it may be applied. */
MUST_CHECK bool follower_check(const char *scope, const struct follower_cursor *at,
                               const Uptake__V1__Batch *batch, size_t *first,
                               struct follower_cursor *after, struct err *err);

#endif
