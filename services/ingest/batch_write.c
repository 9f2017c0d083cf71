/* SPDX-License-Identifier: Apache-2.0 */
/* The statements of a decided batch, in the order every writer keeps: items and history, then the
 * hq head, then the other heads with their segments, then the counts, then COMMIT. */
#include "batch.h"

#include "columns.h"
#include "in_hand.h"
#include "letters.h"
#include "redaction.h"
#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum { DELTA_BUCKETS = 1024 };

static void put_axes(struct columns *c, int from, const struct item_state *item)
{
    struct store_array *at = &c->array[from];

    store_array_text(&at[0], word_or_null(&uptake__v1__position__descriptor, item->position));
    store_array_text(&at[1], word_or_null(&uptake__v1__progress__descriptor, item->progress));
    put_date(&at[2], item->reported_on);
    put_date(&at[3], item->due_on);
    put_ints(c, from + 4, item->scopes, item->nscopes);
    store_array_text(&at[5], word_or_null(&uptake__v1__hold__descriptor, item->hold));
    put_date(&at[6], item->completed_on);
    store_array_int(&at[7], (item->retracted ? 1 : 0) | (item->has_evidence ? 2 : 0));
}

/* Groups an item has nothing of at the end are left out: the row is written with every update. An
 * action has room for its progress report, which one statement puts there for a whole batch. */
static void put_groups(struct columns *c, int at, Uptake__V1__ItemKind kind,
                       const int64_t groups[GROUP_COUNT + 1])
{
    const int least = kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION ? GROUP_PROGRESS_REPORT : 0;
    int n = GROUP_COUNT;

    while (n > least && groups[n] == 0)
        n--;
    put_ints(c, at, groups + 1, n);
}

static void put_new_item(struct columns *c, const struct item_state *item)
{
    struct store_array *at = c->array;

    store_array_int(&at[0], item->item_id);
    store_array_text(&at[1], item->key);
    store_array_text(&at[2], word_or_null(&uptake__v1__item_kind__descriptor, item->kind));
    store_array_text(&at[3], item->document);
    put_id(&at[4], item->parent_id);
    store_array_int(&at[5], item->revision);
    put_groups(c, 6, item->kind, item->group_changes);
    put_groups(c, 7, item->kind, item->group_revisions);
    store_array_text(&at[8], word_or_null(&uptake__v1__disclosure__descriptor, item->disclosure));
    store_array_text(&at[9], wire_word(&uptake__v1__addressee__descriptor, item->addressee));
    put_axes(c, 10, item);
}

static void put_changed_item(struct columns *c, const struct item_state *item)
{
    struct store_array *at = c->array;

    store_array_int(&at[0], item->item_id);
    store_array_int(&at[1], item->revision);
    put_groups(c, 2, item->kind, item->group_changes);
    put_groups(c, 3, item->kind, item->group_revisions);
    store_array_text(&at[4], word_or_null(&uptake__v1__disclosure__descriptor, item->disclosure));
    put_axes(c, 5, item);
    put_id(&at[13], item->parent_id);
    store_array_text(&at[14], wire_word(&uptake__v1__addressee__descriptor, item->addressee));
}

static int by_key(const void *a, const void *b)
{
    const struct item_state *const *one = a;
    const struct item_state *const *other = b;

    return strcmp((*one)->key, (*other)->key);
}

/* New items by key: two writers that create the same ones wait for each other in one order. */
static void put_new_items(struct batch *batch, struct columns *c)
{
    const struct item_state **fresh =
        arena_alloc(&batch->arena, (size_t)(batch->nitems + 1) * sizeof(*fresh));
    int n = 0;

    batch->failed |= !fresh;
    for (int i = 0; fresh && i < batch->nitems; i++)
        if (batch->items[i]->created)
            fresh[n++] = batch->items[i];
    if (n > 1)
        qsort(fresh, (size_t)n, sizeof(*fresh), by_key);
    for (int i = 0; i < n; i++)
        put_new_item(c, fresh[i]);
}

static void item_steps(struct batch *batch, struct steps *steps)
{
    struct columns fresh;
    struct columns changed;

    columns_init(&fresh, &batch->arena,
                 "itttii"
                 "ttttttttttt"
                 "i");
    columns_init(&changed, &batch->arena,
                 "ii"
                 "tttttttttt"
                 "iit");
    put_new_items(batch, &fresh);
    for (int i = 0; i < batch->nitems; i++)
        if (batch->items[i]->changed && !batch->items[i]->created)
            put_changed_item(&changed, batch->items[i]);
    if (columns_rows(&fresh) > 0)
        columns_step(steps, sql_insert_items, &fresh);
    if (columns_rows(&changed) > 0)
        columns_step(steps, sql_update_items, &changed);
}

static void change_steps(struct batch *batch, struct steps *steps)
{
    struct columns c;

    columns_init(&c, &batch->arena, "iiubtttiibtttt");
    for (int i = 0; i < batch->nrows; i++) {
        const struct change_row *row = &batch->rows[i];

        store_array_int(&c.array[0], row->change_id);
        store_array_int(&c.array[1], row->sender_id);
        store_array_bytes(&c.array[2], row->message_id, MESSAGE_ID_BYTES);
        store_array_bytes(&c.array[3], row->body_sha256, SHA256_BYTES);
        store_array_text(&c.array[4],
                         word_or_null(&uptake__v1__operation__descriptor, row->operation));
        store_array_text(&c.array[5],
                         word_or_null(&uptake__v1__item_kind__descriptor, row->item->kind));
        store_array_text(&c.array[6], row->item->document);
        store_array_int(&c.array[7], row->item->item_id);
        store_array_int(&c.array[8], row->revision);
        store_array_bytes(&c.array[9], row->body, row->len);
        store_array_text(&c.array[10],
                         word_or_null(&uptake__v1__outcome__descriptor, row->outcome));
        store_array_text(&c.array[11],
                         word_or_null(&uptake__v1__progress__descriptor, row->progress));
        put_date(&c.array[12], row->reported_on);
        put_ints(&c, 13, row->scopes, row->nscopes);
    }
    if (batch->nrows > 0)
        store_arg_time_us(columns_step(steps, sql_insert_changes, &c), batch->recorded_at_us);
}

static const char *uuid_text(struct batch *batch, const uint8_t id[MESSAGE_ID_BYTES])
{
    char *text = arena_alloc(&batch->arena, UUID_TEXT);

    batch->failed |= !text;
    if (text)
        uuid_format(id, text);
    return text;
}

static bool is_kept_refusal(const struct submission *s)
{
    if (s->duplicate || !s->why.code || strcmp(s->why.code, "MESSAGE_ID_REUSED") == 0)
        return false;
    return s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_REFUSED ||
           s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_NO_OP ||
           s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT ||
           s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_PARKED;
}

static void keep_conflict(struct batch *batch, struct steps *steps, const struct submission *s)
{
    const struct item_state *item = batch_item(batch, s->change->subject, false);
    struct store_args *args = steps_add(steps, sql_insert_conflict);

    store_arg_int(args, s->sender_id);
    store_arg_text(args, uuid_text(batch, s->message_id));
    store_arg_int(args, item->item_id);
    store_arg_int(args, (long long)s->change->base_revision);
    store_arg_int(args, item->revision);
    store_arg_bytes(args, s->body, s->len);
    store_arg_time_us(args, batch->recorded_at_us);
}

static void keep_dead_letter(struct batch *batch, struct steps *steps, const struct submission *s)
{
    struct store_args *args = steps_add(steps, sql_insert_dead_letter);

    store_arg_int(args, s->sender_id);
    store_arg_text(args, uuid_text(batch, s->message_id));
    store_arg_bytes(args, s->body, s->len);
    store_arg_text(args, s->why.place);
    store_arg_time_us(args, batch->recorded_at_us);
    store_arg_text(args, s->change->subject);
    store_arg_text(args, s->why.text);
    store_arg_int(args, s->attempts == 0              ? 1
                        : s->attempts > ATTEMPTS_MOST ? ATTEMPTS_MOST
                                                      : s->attempts);
}

static void refusal_steps(struct batch *batch, struct steps *steps)
{
    struct columns r;

    columns_init(&r, &batch->arena, "itbttttit");
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];
        char uuid[UUID_TEXT];

        if (!is_kept_refusal(s))
            continue;
        uuid_format(s->message_id, uuid);
        store_array_int(&r.array[0], s->sender_id);
        store_array_text(&r.array[1], uuid);
        store_array_bytes(&r.array[2], s->body_sha256, SHA256_BYTES);
        store_array_text(&r.array[3], word_or_null(&uptake__v1__outcome__descriptor, s->outcome));
        store_array_text(&r.array[4], s->why.code);
        store_array_text(&r.array[5], s->why.place);
        store_array_text(&r.array[6], s->why.text);
        store_array_int(&r.array[7], s->revision);
        store_array_text(&r.array[8], s->change->subject);
        if (s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT)
            keep_conflict(batch, steps, s);
        if (s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_PARKED)
            keep_dead_letter(batch, steps, s);
    }
    if (columns_rows(&r) > 0)
        store_arg_time_us(columns_step(steps, sql_insert_refusals, &r), batch->recorded_at_us);
}

static void rollup_steps(struct batch *batch, struct steps *steps)
{
    struct columns d;

    columns_init(&d, &batch->arena, "ittttti");
    for (int i = 0; i < batch->ndeltas; i++) {
        const struct rollup_delta *delta = &batch->deltas[i];
        const char *position = word_or_null(&uptake__v1__position__descriptor, delta->position);
        const char *progress = word_or_null(&uptake__v1__progress__descriptor, delta->progress);

        if (delta->n == 0)
            continue;
        store_array_int(&d.array[0], delta->scope);
        store_array_text(&d.array[1],
                         word_or_null(&uptake__v1__item_kind__descriptor, delta->kind));
        store_array_text(&d.array[2],
                         wire_word(&uptake__v1__addressee__descriptor, delta->addressee));
        store_array_text(&d.array[3], position ? position : "");
        store_array_text(&d.array[4], progress ? progress : "");
        store_array_text(&d.array[5], delta->due_on[0] ? delta->due_on : "infinity");
        store_array_int(&d.array[6], delta->n);
    }
    if (columns_rows(&d) > 0)
        columns_step(steps, sql_move_rollups, &d);
}

static bool is_counted(const struct item_state *item)
{
    return item->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION ||
           item->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
}

static uint32_t mix(uint32_t hash, uint32_t value)
{
    return (hash ^ value) * 16777619u;
}

static unsigned delta_bucket(const struct item_state *item, int64_t scope)
{
    uint32_t hash = mix(2166136261u, (uint32_t)scope);

    hash = mix(mix(hash, item->progress), item->position);
    for (const char *c = item->due_on; *c; c++)
        hash = mix(hash, (unsigned char)*c);
    return hash % DELTA_BUCKETS;
}

static bool is_delta_of(const struct rollup_delta *d, const struct item_state *item, int64_t scope)
{
    return d->scope == scope && d->kind == item->kind && d->addressee == item->addressee &&
           d->position == item->position && d->progress == item->progress &&
           strcmp(d->due_on, item->due_on) == 0;
}

static struct rollup_delta *find_delta(struct batch *batch, const struct item_state *item,
                                       int64_t scope)
{
    struct rollup_delta *deltas;
    int *bucket;

    if (!batch->delta_buckets)
        batch->delta_buckets = arena_zalloc(&batch->arena, DELTA_BUCKETS * sizeof(int));
    deltas = arena_grow(&batch->arena, batch->deltas, batch->ndeltas, &batch->room_deltas,
                        sizeof(*deltas));
    if (!deltas || !batch->delta_buckets) {
        batch->failed = true;
        return NULL;
    }
    batch->deltas = deltas;
    bucket = &batch->delta_buckets[delta_bucket(item, scope)];
    for (int at = *bucket; at; at = deltas[at - 1].next_in_bucket)
        if (is_delta_of(&deltas[at - 1], item, scope))
            return &deltas[at - 1];
    deltas[batch->ndeltas] = (struct rollup_delta){.scope = scope,
                                                   .kind = item->kind,
                                                   .addressee = item->addressee,
                                                   .position = item->position,
                                                   .progress = item->progress,
                                                   .due_on = item->due_on,
                                                   .next_in_bucket = *bucket};
    *bucket = ++batch->ndeltas;
    return &deltas[batch->ndeltas - 1];
}

void batch_count(struct batch *batch, const struct item_state *item, int sign)
{
    for (int i = 0; is_counted(item) && !item->retracted && i < item->nscopes; i++) {
        struct rollup_delta *delta = find_delta(batch, item, item->scopes[i]);
        if (delta)
            delta->n += sign;
    }
}

static bool answers_a_repeat(const struct batch *batch)
{
    for (int i = 0; i < batch->n; i++)
        if (batch->submissions[i]->duplicate)
            return true;
    return false;
}

/* Everything but the feeds was written by the statement that took them. */
static void write_reports(struct batch *batch, struct steps *steps, int *feed)
{
    if (batch->nrows > 0 && !batch->taken_back) {
        steps_add(steps, sql_lock_hq);
        batch_feed_step(batch, steps, feed);
        steps_add(steps, sql_commit);
    } else {
        steps_add(steps, sql_rollback);
    }
    steps->failed |= batch->failed;
}

void batch_write_steps(struct batch *batch, struct steps *steps, int *feed)
{
    *feed = -1;
    if (batch->class == BATCH_REPORTS) {
        write_reports(batch, steps, feed);
        return;
    }
    if (batch->read_dependents && batch->nrows == 0)
        steps_add(steps, sql_undo_move);
    redaction_write_steps(batch, steps);
    letter_write_steps(batch, steps);
    item_steps(batch, steps);
    batch_detail_steps(batch, steps);
    change_steps(batch, steps);
    refusal_steps(batch, steps);
    if (batch->nrows > 0) {
        steps_add(steps, sql_lock_hq);
        batch_feed_step(batch, steps, feed);
        rollup_steps(batch, steps);
    }
    if (steps->n == 0 && answers_a_repeat(batch))
        steps_add(steps, sql_wait_for_standby);
    steps_add(steps, steps->n > 0 ? sql_commit : sql_rollback);
    steps->failed |= batch->failed;
}
