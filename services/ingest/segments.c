/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups a batch's change rows by scope into segments: at most 128 entries and 32 KiB each, a
 * larger change alone. One statement adds one segment to each scope it names; scopes that need more
 * get them from further rounds of the same statement, so the chain is always computed from the row
 * before it.
 */
#include "batch.h"

#include "sql.h"

#include <stdlib.h>
#include <string.h>

enum {
    SEGMENT_ENTRIES = 128,
    SEGMENT_BYTES = 32 * 1024,
};

struct entry {
    int64_t scope;
    int row;   /* index of the change row: the order of the feed */
    int round; /* which segment of its scope in this batch, from 0 */
};

static int by_scope(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;

    if (x->scope != y->scope)
        return x->scope < y->scope ? -1 : 1;
    return x->row - y->row;
}

static struct entry *make_entries(struct batch *batch, int *n)
{
    struct entry *entries;
    int most = 0;

    for (int i = 0; i < batch->nrows; i++)
        most += batch->rows[i].nscopes;
    entries = arena_alloc(&batch->arena, (size_t)(most + 1) * sizeof(*entries));
    *n = 0;
    if (!entries)
        return NULL;
    for (int row = 0; row < batch->nrows; row++)
        for (int s = 0; s < batch->rows[row].nscopes; s++)
            entries[(*n)++] = (struct entry){.scope = batch->rows[row].scopes[s], .row = row};
    qsort(entries, (size_t)*n, sizeof(*entries), by_scope);
    return entries;
}

/* Cuts each scope's entries into segments; returns how many rounds there are. */
static int cut(const struct batch *batch, struct entry *entries, int n)
{
    int rounds = 0;
    int count = 0;
    size_t bytes = 0;

    for (int i = 0; i < n; i++) {
        size_t len = batch->rows[entries[i].row].len;
        bool same_scope = i > 0 && entries[i].scope == entries[i - 1].scope;

        if (!same_scope) {
            entries[i].round = 0;
            count = 0;
            bytes = 0;
        } else if (count == SEGMENT_ENTRIES || bytes + len > SEGMENT_BYTES) {
            entries[i].round = entries[i - 1].round + 1;
            count = 0;
            bytes = 0;
        } else {
            entries[i].round = entries[i - 1].round;
        }
        count++;
        bytes += len;
        if (entries[i].round + 1 > rounds)
            rounds = entries[i].round + 1;
    }
    return rounds;
}

static void add_round(struct batch *batch, struct steps *steps, const struct entry *entries, int n,
                      int round)
{
    struct store_array scopes, counts, offsets, hashes, change_ids;
    uint8_t joined[SEGMENT_ENTRIES * SHA256_BYTES];
    struct store_args *args;

    store_array_init(&scopes, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&counts, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&offsets, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&hashes, &batch->arena, STORE_BYTEA_ARRAY);
    store_array_init(&change_ids, &batch->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < n;) {
        int from = i;
        int in_segment = 0;

        for (; i < n && entries[i].scope == entries[from].scope; i++) {
            const struct change_row *row = &batch->rows[entries[i].row];
            if (entries[i].round != round)
                continue;
            memcpy(joined + (size_t)in_segment * SHA256_BYTES, row->body_sha256, SHA256_BYTES);
            store_array_int(&change_ids, row->change_id);
            in_segment++;
        }
        if (in_segment == 0)
            continue;
        store_array_int(&scopes, entries[from].scope);
        store_array_int(&counts, in_segment);
        store_array_int(&offsets, change_ids.n - in_segment);
        store_array_bytes(&hashes, joined, (size_t)in_segment * SHA256_BYTES);
    }
    args = steps_add(steps, sql_advance_feeds);
    store_arg_array(args, &scopes);
    store_arg_array(args, &counts);
    store_arg_array(args, &offsets);
    store_arg_array(args, &hashes);
    store_arg_array(args, &change_ids);
    store_arg_time_us(args, batch->recorded_at_us);
}

void batch_feed_steps(struct batch *batch, struct steps *steps, int *feeds_from, int *feeds_to)
{
    int n = 0;
    struct entry *entries = make_entries(batch, &n);
    int rounds;

    if (!entries) {
        batch->failed = true;
        return;
    }
    rounds = cut(batch, entries, n);
    *feeds_from = steps->n;
    for (int round = 0; round < rounds; round++)
        add_round(batch, steps, entries, n, round);
    *feeds_to = steps->n;
}
