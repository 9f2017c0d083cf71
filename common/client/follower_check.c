/* SPDX-License-Identifier: Apache-2.0 */
#include "follower_check.h"

#include <sodium.h>
#include <string.h>

struct follower_cursor follower_start(const char *scope)
{
    struct follower_cursor cursor = {0};

    sha256(scope, strlen(scope), cursor.chain);
    return cursor;
}

static bool check_entry(const Uptake__V1__Entry *entry, uint64_t seq, struct err *err)
{
    uint8_t hash[SHA256_BYTES];

    if (entry->body_sha256.len != SHA256_BYTES)
        return err_set(err, ERR_RETRY, "BATCH_DAMAGED", "body_sha256", "entry %llu has no hash",
                       (unsigned long long)seq);
    if (!entry->body.len)
        return true; /* redacted */
    sha256(entry->body.data, entry->body.len, hash);
    return memcmp(hash, entry->body_sha256.data, SHA256_BYTES) == 0 ||
           err_set(err, ERR_RETRY, "BATCH_DAMAGED", "body", "entry %llu is not what was hashed",
                   (unsigned long long)seq);
}

/* Moves the cursor behind the segment. */
static bool check_segment(const Uptake__V1__Segment *segment, struct follower_cursor *cursor,
                          struct err *err)
{
    crypto_hash_sha256_state state;

    if (segment->first_seq != cursor->seq + 1 || segment->last_seq < segment->first_seq ||
        segment->last_seq - segment->first_seq + 1 != segment->n_entries)
        return err_set(err, ERR_RETRY, "BATCH_GAP", "segments",
                       "%llu to %llu with %zu entries does not follow %llu",
                       (unsigned long long)segment->first_seq,
                       (unsigned long long)segment->last_seq, segment->n_entries,
                       (unsigned long long)cursor->seq);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, cursor->chain, SHA256_BYTES);
    for (size_t i = 0; i < segment->n_entries; i++) {
        if (!check_entry(segment->entries[i], segment->first_seq + i, err))
            return false;
        crypto_hash_sha256_update(&state, segment->entries[i]->body_sha256.data, SHA256_BYTES);
    }
    crypto_hash_sha256_final(&state, cursor->chain);
    if (segment->chain.len != SHA256_BYTES ||
        memcmp(segment->chain.data, cursor->chain, SHA256_BYTES) != 0)
        return err_set(err, ERR_RETRY, "BATCH_DAMAGED", "chain", "the chain breaks at %llu",
                       (unsigned long long)segment->last_seq);
    cursor->seq = segment->last_seq;
    return true;
}

bool follower_check(const char *scope, const struct follower_cursor *at,
                    const Uptake__V1__Batch *batch, size_t *first, struct follower_cursor *after,
                    struct err *err)
{
    size_t i = 0;

    if (strcmp(batch->scope, scope) != 0 || batch->epoch.len != FOLLOWER_EPOCH_BYTES ||
        (at->has_epoch && memcmp(batch->epoch.data, at->epoch, FOLLOWER_EPOCH_BYTES) != 0))
        return err_set(err, ERR_RETRY, "BATCH_OTHER", "batch", "of another feed or epoch");
    *after = *at;
    after->has_epoch = true;
    memcpy(after->epoch, batch->epoch.data, FOLLOWER_EPOCH_BYTES);
    while (i < batch->n_segments && batch->segments[i]->last_seq <= at->seq)
        i++;
    *first = i;
    for (; i < batch->n_segments; i++)
        if (!check_segment(batch->segments[i], after, err))
            return false;
    return true;
}
