/* SPDX-License-Identifier: Apache-2.0 */
/* feed_maker - batches as reporting would send them, for the tests of the follower. */
#ifndef UPTAKE_TESTS_FEED_MAKER_H
#define UPTAKE_TESTS_FEED_MAKER_H

#include "client/follower_check.h"
#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/items.pb-c.h>

enum { MADE_SEGMENTS = 4, MADE_ENTRIES = 4 };

struct made_feed {
    struct arena arena;
    const char *scope;
    uint8_t epoch[FOLLOWER_EPOCH_BYTES];
    uint64_t seq;
    uint8_t chain[SHA256_BYTES];
};

static inline void *must(void *block)
{
    if (!block)
        abort();
    return block;
}

static inline struct made_feed make_feed(const char *scope)
{
    struct made_feed feed = {.scope = scope};

    memset(feed.epoch, 7, sizeof(feed.epoch));
    sha256(scope, strlen(scope), feed.chain);
    return feed;
}

static inline Uptake__V1__Entry *make_entry(struct made_feed *feed, Uptake__V1__Operation operation,
                                            const char *key, const char *text)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    Uptake__V1__ActionWording wording = UPTAKE__V1__ACTION_WORDING__INIT;
    Uptake__V1__Entry *entry = must(arena_alloc(&feed->arena, sizeof(*entry)));

    uptake__v1__entry__init(entry);
    change.operation = entry->operation = operation;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = (char *)(uintptr_t) "d";
    change.subject = (char *)(uintptr_t)key;
    wording.text = (char *)(uintptr_t)text;
    if (text)
        change.action_wording = &wording;
    entry->body.data = must(wire_pack(&change.base, &feed->arena, &entry->body.len));
    entry->body_sha256.data = must(arena_alloc(&feed->arena, SHA256_BYTES));
    entry->body_sha256.len = SHA256_BYTES;
    sha256(entry->body.data, entry->body.len, entry->body_sha256.data);
    entry->revision = 1;
    return entry;
}

/* The next segment, of these entries. */
static inline Uptake__V1__Segment *make_segment(struct made_feed *feed, Uptake__V1__Entry **entries,
                                                size_t n)
{
    Uptake__V1__Segment *segment = must(arena_alloc(&feed->arena, sizeof(*segment)));
    crypto_hash_sha256_state state;

    uptake__v1__segment__init(segment);
    segment->entries = must(arena_memdup(&feed->arena, entries, n * sizeof(*entries)));
    segment->n_entries = n;
    segment->first_seq = feed->seq + 1;
    segment->last_seq = feed->seq += n;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, feed->chain, SHA256_BYTES);
    for (size_t i = 0; i < n; i++)
        crypto_hash_sha256_update(&state, entries[i]->body_sha256.data, SHA256_BYTES);
    crypto_hash_sha256_final(&state, feed->chain);
    segment->chain.data = must(arena_memdup(&feed->arena, feed->chain, SHA256_BYTES));
    segment->chain.len = SHA256_BYTES;
    return segment;
}

static inline Uptake__V1__Batch *make_batch(struct made_feed *feed, Uptake__V1__Segment **segments,
                                            size_t n)
{
    Uptake__V1__Batch *batch = must(arena_alloc(&feed->arena, sizeof(*batch)));

    uptake__v1__batch__init(batch);
    batch->scope = (char *)(uintptr_t)feed->scope;
    batch->epoch.data = must(arena_memdup(&feed->arena, feed->epoch, sizeof(feed->epoch)));
    batch->epoch.len = sizeof(feed->epoch);
    batch->segments = must(arena_memdup(&feed->arena, segments, (n + 1) * sizeof(*segments)));
    batch->n_segments = n;
    batch->head_seq = feed->seq;
    batch->server_time_us = 5;
    return batch;
}

/* Three segments: two items, one of them said again, one that leaves. */
static inline Uptake__V1__Batch *make_small_batch(struct made_feed *feed)
{
    const Uptake__V1__Operation set = UPTAKE__V1__OPERATION__OPERATION_SET;
    Uptake__V1__Entry *first[] = {make_entry(feed, set, "d#1", "one"),
                                  make_entry(feed, set, "d#2", "two")};
    Uptake__V1__Entry *second[] = {make_entry(feed, set, "d#1", "one again")};
    Uptake__V1__Entry *third[] = {
        make_entry(feed, UPTAKE__V1__OPERATION__OPERATION_LEAVE, "d#2", NULL)};
    Uptake__V1__Segment *segments[MADE_SEGMENTS] = {NULL};

    segments[0] = make_segment(feed, first, 2);
    segments[1] = make_segment(feed, second, 1);
    segments[2] = make_segment(feed, third, 1);
    return make_batch(feed, segments, 3);
}

#endif
