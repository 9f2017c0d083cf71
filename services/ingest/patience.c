/* SPDX-License-Identifier: Apache-2.0 */
#include "patience.h"

#include <string.h>

/* The entry of that sender and key, or the one that makes room for it. */
static struct patience_entry *find(struct patience *patience, int sender_id,
                                   const uint8_t key_sha256[SHA256_BYTES])
{
    struct patience_entry *oldest = &patience->entries[0];

    for (int i = 0; i < PATIENCE_ENTRIES; i++) {
        struct patience_entry *entry = &patience->entries[i];
        if (entry->last_ms && entry->sender_id == sender_id &&
            memcmp(entry->key_sha256, key_sha256, SHA256_BYTES) == 0)
            return entry;
        if (entry->last_ms < oldest->last_ms)
            oldest = entry;
    }
    oldest->last_ms = 0;
    return oldest;
}

bool patience_is_over(struct patience *patience, const struct submission *submission,
                      uint64_t now_ms)
{
    uint8_t key_sha256[SHA256_BYTES];
    struct patience_entry *entry;

    sha256(submission->waits_for, strlen(submission->waits_for), key_sha256);
    entry = find(patience, submission->sender_id, key_sha256);
    if (!entry->last_ms || now_ms - entry->last_ms > PATIENCE_FORGET_MS ||
        entry->revision != submission->revision) {
        entry->sender_id = submission->sender_id;
        memcpy(entry->key_sha256, key_sha256, SHA256_BYTES);
        entry->revision = submission->revision;
        entry->first_ms = now_ms;
    }
    entry->last_ms = now_ms;
    return now_ms - entry->first_ms >= PATIENCE_MS;
}
