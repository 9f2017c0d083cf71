/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what a follower and reporting say to each other: as a FETCH, as a BATCH, and as the
 * bodies of a feed whose hashes and chain are right, which is what a copy is made of. */
#include "client/follower_store.h"
#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/envelope.pb-c.h>

enum { MEMORY = 8 * 1024 * 1024, ENTRIES_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

/* Applies what passes the check; a refusal has a code and writes nothing. */
static void follow(const Uptake__V1__Batch *batch)
{
    const struct follower_cursor start = follower_start("hq");
    struct follower_cursor after, stored;
    static struct follower_store *store; /* one for all: making one is slow */
    static FILE *nowhere;
    struct err err = {0};
    int64_t as_of_us;
    size_t first;

    if (!follower_check("hq", &start, batch, &first, &after, &err)) {
        must(err.code && err.kind == ERR_RETRY);
        return;
    }
    if (!store) {
        store = follower_store_open(NULL, "hq", &err);
        nowhere = fopen("/dev/null", "w");
        must(store && nowhere);
    }
    if (follower_store_apply(store, batch, first, &start, &after, &err))
        must(follower_store_position(store, &stored, &as_of_us, &err) && stored.seq == after.seq);
    else
        must(err.kind == ERR_RETRY && follower_store_position(store, &stored, &as_of_us, &err) &&
             stored.seq == 0);
    must(follower_dump(store, nowhere, &err));
    must(follower_store_wipe(store, "fuzz", 0, &err));
}

static void as_messages(const uint8_t *data, size_t size)
{
    struct arena arena = {.cap = MEMORY};
    struct err err = {0};
    const ProtobufCMessage *batch;

    if (!wire_unpack(&uptake__v1__fetch__descriptor, &arena, data, size, &err))
        must(err.code && *err.code);
    batch = wire_unpack(&uptake__v1__batch__descriptor, &arena, data, size, &err);
    if (batch)
        follow((const Uptake__V1__Batch *)batch);
    arena_finish(&arena);
}

/* Pieces of the input, each behind two bytes of length, as the bodies of one segment. */
static size_t cut(const uint8_t *data, size_t size, Uptake__V1__Entry *entries,
                  uint8_t (*hashes)[SHA256_BYTES])
{
    size_t n = 0;

    while (size > 2 && n < ENTRIES_MAX) {
        size_t len = ((size_t)data[0] << 8 | data[1]) % 2048;

        data += 2;
        size -= 2;
        len = len < size ? len : size;
        uptake__v1__entry__init(&entries[n]);
        sha256(data, len, hashes[n]);
        entries[n].body = (ProtobufCBinaryData){len, (uint8_t *)(uintptr_t)data};
        entries[n].body_sha256 = (ProtobufCBinaryData){SHA256_BYTES, hashes[n]};
        data += len;
        size -= len;
        n++;
    }
    return n;
}

static void as_bodies(const uint8_t *data, size_t size)
{
    Uptake__V1__Batch batch = UPTAKE__V1__BATCH__INIT;
    Uptake__V1__Segment segment = UPTAKE__V1__SEGMENT__INIT;
    Uptake__V1__Segment *segments[] = {&segment};
    Uptake__V1__Entry entries[ENTRIES_MAX];
    Uptake__V1__Entry *list[ENTRIES_MAX];
    uint8_t hashes[ENTRIES_MAX][SHA256_BYTES];
    struct follower_cursor start = follower_start("hq");
    uint8_t epoch[FOLLOWER_EPOCH_BYTES] = {1};
    crypto_hash_sha256_state state;

    segment.n_entries = cut(data, size, entries, hashes);
    if (!segment.n_entries)
        return;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, start.chain, SHA256_BYTES);
    for (size_t i = 0; i < segment.n_entries; i++) {
        list[i] = &entries[i];
        crypto_hash_sha256_update(&state, hashes[i], SHA256_BYTES);
    }
    crypto_hash_sha256_final(&state, start.chain);
    segment.entries = list;
    segment.first_seq = 1;
    segment.last_seq = segment.n_entries;
    segment.chain = (ProtobufCBinaryData){SHA256_BYTES, start.chain};
    batch.scope = (char *)(uintptr_t) "hq";
    batch.epoch = (ProtobufCBinaryData){sizeof(epoch), epoch};
    batch.segments = segments;
    batch.n_segments = 1;
    follow(&batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;

    must(bytes_init(&err));
    as_messages(data, size);
    as_bodies(data, size);
    return 0;
}
