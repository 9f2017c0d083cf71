/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups a batch's change rows by scope into segments: at most 128 entries and 32 KiB each, a
 * larger change alone. One statement adds all segments to all scopes.
 */
#include "batch.h"

#include "columns.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

enum {
    SEGMENT_ENTRIES = 128,
    SEGMENT_BYTES = 32 * 1024,
};

struct entry {
    int64_t scope;
    int row; /* index of the change row: the order of the feed */
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

/* Would this entry be one too many for the segment? */
static bool is_full(int entries, size_t bytes, size_t more)
{
    return entries == SEGMENT_ENTRIES || (entries > 0 && bytes + more > SEGMENT_BYTES);
}

/* The entries from `from` on that make one segment, put into the columns; returns how many. */
static int add_segment(struct batch *batch, struct columns *c, struct store_array *change_ids,
                       const struct entry *entries, int from, int n)
{
    uint8_t hashes[SEGMENT_ENTRIES * SHA256_BYTES];
    size_t bytes = 0;
    int count = 0;

    for (; from + count < n && entries[from + count].scope == entries[from].scope; count++) {
        const struct change_row *row = &batch->rows[entries[from + count].row];

        if (is_full(count, bytes, row->len))
            break;
        memcpy(hashes + (size_t)count * SHA256_BYTES, row->body_sha256, SHA256_BYTES);
        store_array_int(change_ids, row->change_id);
        bytes += row->len;
    }
    store_array_int(&c->array[0], entries[from].scope);
    store_array_int(&c->array[1], count);
    store_array_int(&c->array[2], change_ids->n - count);
    store_array_bytes(&c->array[3], hashes, (size_t)count * SHA256_BYTES);
    return count;
}

/* All segments of one scope, each told how many they are; returns how many entries that was. */
static int add_scope(struct batch *batch, struct columns *c, struct store_array *change_ids,
                     struct store_array *together, const struct entry *entries, int from, int n)
{
    const int first = columns_rows(c);
    int at = from;

    while (at < n && entries[at].scope == entries[from].scope)
        at += add_segment(batch, c, change_ids, entries, at, n);
    for (int i = first; i < columns_rows(c); i++)
        store_array_int(together, columns_rows(c) - first);
    return at - from;
}

void batch_feed_step(struct batch *batch, struct steps *steps, int *feed)
{
    int n = 0;
    struct entry *entries = make_entries(batch, &n);
    struct store_array change_ids, together;
    struct store_args *args;
    struct columns c;

    if (!entries) {
        batch->failed = true;
        return;
    }
    columns_init(&c, &batch->arena, "iiib");
    store_array_init(&change_ids, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&together, &batch->arena, STORE_INT8_ARRAY);
    for (int from = 0; from < n;)
        from += add_scope(batch, &c, &change_ids, &together, entries, from, n);
    *feed = steps->n;
    args = columns_step(steps, sql_advance_feeds, &c);
    store_arg_array(args, &change_ids);
    store_arg_time_us(args, batch->recorded_at_us);
    store_arg_array(args, &together);
}
