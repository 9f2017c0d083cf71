/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch has to know before it can decide. */
#include "batch.h"

#include "references.h"
#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

void batch_init(struct batch *batch, int own_principal, int64_t recorded_at_us)
{
    *batch = (struct batch){.own_principal = own_principal, .recorded_at_us = recorded_at_us};
}

void batch_finish(struct batch *batch)
{
    for (int i = 0; i < batch->n; i++)
        submission_free(batch->submissions[i]);
    batch->n = 0;
    arena_finish(&batch->arena);
}

/* Of an item that exists: who may see it, what it is a part of, whether it counts. */
static bool may_move(const Uptake__V1__Change *c)
{
    if (c->base_revision == 0)
        return false;
    if (c->retraction)
        return !c->retraction->retracted || groups_present(c) != GROUP_BIT(GROUP_RETRACTION);
    return c->responsibilities || c->disclosure_set || c->document_identity || c->unit_identity ||
           c->assessment_made || c->indicator_stated || c->link_drawn ||
           (c->recommendation_text && c->recommendation_text->parent[0]);
}

static enum batch_class class_of(const Uptake__V1__Change *c)
{
    if (may_move(c) || c->redaction || c->dead_letter_decision ||
        c->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL)
        return BATCH_ALONE;
    if (c->retraction)
        return BATCH_RETRACTING;
    return c->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT ? BATCH_UNITS : BATCH_PLAIN;
}

/* A message that came twice waits for its first copy to be settled. */
bool batch_has_room(const struct batch *batch, const struct submission *submission)
{
    if (batch->n == 0)
        return true;
    if (batch->n == BATCH_CAREFUL_MAX || batch->class == BATCH_ALONE ||
        batch->class != class_of(submission->change))
        return false;
    for (int i = 0; i < batch->n; i++)
        if (batch->submissions[i]->sender_id == submission->sender_id &&
            memcmp(batch->submissions[i]->message_id, submission->message_id, MESSAGE_ID_BYTES) ==
                0)
            return false;
    return true;
}

void batch_add(struct batch *batch, struct submission *submission)
{
    if (batch->n == 0)
        batch->class = class_of(submission->change);
    batch->submissions[batch->n++] = submission;
}

struct store_args *steps_add(struct steps *steps, const char *sql)
{
    static struct store_args spare;
    struct store_step *step;

    if (!steps->list)
        steps->list = arena_alloc(steps->arena, STORE_STEPS_MAX * sizeof(*steps->list));
    if (!steps->list || steps->n == STORE_STEPS_MAX) {
        steps->failed = true;
        spare = (struct store_args){.arena = steps->arena};
        return &spare;
    }
    step = &steps->list[steps->n++];
    *step = (struct store_step){.sql = sql, .args = {.arena = steps->arena}};
    return &step->args;
}

/* FNV-1a; the keys are ours or bounded, and a batch lives for milliseconds. */
static unsigned bucket_of(const char *key)
{
    uint32_t hash = 2166136261u;

    for (const unsigned char *c = (const unsigned char *)key; *c; c++)
        hash = (hash ^ *c) * 16777619u;
    return hash % BATCH_BUCKETS;
}

struct item_state *batch_item(struct batch *batch, const char *key, bool make)
{
    struct item_state **bucket;
    struct item_state **items;
    struct item_state *item;

    if (!batch->buckets)
        batch->buckets = arena_zalloc(&batch->arena, BATCH_BUCKETS * sizeof(*batch->buckets));
    if (!batch->buckets) {
        batch->failed = true;
        return NULL;
    }
    bucket = &batch->buckets[bucket_of(key)];
    for (item = *bucket; item; item = item->next_in_bucket)
        if (strcmp(item->key, key) == 0)
            return item;
    if (!make)
        return NULL;
    item = arena_zalloc(&batch->arena, sizeof(*item));
    items = arena_grow(&batch->arena, batch->items, batch->nitems, &batch->room_items,
                       sizeof(struct item_state *));
    if (!item || !items) {
        batch->failed = true;
        return NULL;
    }
    item->key = key;
    item->reported_on = item->completed_on = item->due_on = "";
    item->next_in_bucket = *bucket;
    *bucket = item;
    batch->items = items;
    batch->items[batch->nitems++] = item;
    return item;
}

static bool refer(void *keys, const struct reference *reference)
{
    store_array_text(keys, reference->key);
    return true;
}

/* One for each change, and for an image and a farewell beside one that may be seen elsewhere, or is
 * told anew. */
static int ids_needed(const struct batch *batch)
{
    int n = batch->n;

    for (int i = 0; i < batch->n; i++)
        if (batch->submissions[i]->change->base_revision > 0 &&
            (batch_decides_scopes(batch->submissions[i]->change) ||
             batch->submissions[i]->change->redaction))
            n += 2;
    return n;
}

static void outcome_step(struct batch *batch, struct steps *steps)
{
    struct store_array senders, messages;
    struct store_args *args = steps_add(steps, sql_find_outcomes);

    store_array_init(&senders, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&messages, &batch->arena, STORE_UUID_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        store_array_int(&senders, batch->submissions[i]->sender_id);
        store_array_bytes(&messages, batch->submissions[i]->message_id, MESSAGE_ID_BYTES);
    }
    store_arg_array(args, &senders);
    store_arg_array(args, &messages);
}

void batch_load_steps(struct batch *batch, struct steps *steps)
{
    struct store_array subjects, references;

    store_array_init(&subjects, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&references, &batch->arena, STORE_TEXT_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];

        store_array_text(&subjects, s->change->subject);
        references_each(s->change, refer, &references);
    }
    steps_add(steps, sql_begin);
    steps_add(steps, batch->class == BATCH_PLAIN ? sql_lock_moves_shared : sql_lock_moves);
    store_arg_array(steps_add(steps, sql_lock_items), &subjects);
    outcome_step(batch, steps);
    store_arg_array(steps_add(steps, sql_find_references), &references);
    store_arg_int(steps_add(steps, sql_take_ids), ids_needed(batch));
}

static Uptake__V1__Outcome outcome_of(const char *word)
{
    int value = UPTAKE__V1__OUTCOME__OUTCOME_UNSPECIFIED;

    if (!wire_word_value(&uptake__v1__outcome__descriptor, word, &value))
        value = UPTAKE__V1__OUTCOME__OUTCOME_PARKED;
    return (Uptake__V1__Outcome)value;
}

/* err.code must be static text: the stored codes are few, so they are kept once each. */
static const char *keep_code(const char *code)
{
    enum { CODES_MAX = 256 };
    static char *known[CODES_MAX];
    static int n;

    for (int i = 0; i < n; i++)
        if (strcmp(known[i], code) == 0)
            return known[i];
    if (n == CODES_MAX || !(known[n] = strdup(code)))
        return "REFUSED_BEFORE";
    return known[n++];
}

static void take_outcomes(struct batch *batch, const PGresult *found)
{
    for (int row = 0; row < PQntuples(found); row++) {
        struct submission *s = batch->submissions[store_int(found, row, 0) - 1];
        size_t len;
        const uint8_t *hash = store_bytes(found, row, 1, &batch->arena, &len);

        if (!hash || len != SHA256_BYTES || memcmp(hash, s->body_sha256, len) != 0) {
            s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
            err_set(&s->why, ERR_REJECT, "MESSAGE_ID_REUSED", "message_id",
                    "first seen with another body; a new change needs a new id");
            continue;
        }
        s->duplicate = true;
        s->why = (struct err){0};
        s->outcome = outcome_of(store_text(found, row, 2));
        s->revision = store_int(found, row, 3);
        if (store_text(found, row, 4)[0])
            err_set(&s->why, ERR_DUPLICATE, keep_code(store_text(found, row, 4)),
                    store_text(found, row, 5), "%s", store_text(found, row, 6));
    }
}

static int word_or_zero(const ProtobufCEnumDescriptor *type, const PGresult *result, int row,
                        int column)
{
    int value = 0;

    return wire_word_value(type, store_text(result, row, column), &value) ? value : 0;
}

static void take_groups(struct batch *batch, const PGresult *found, int row, int column,
                        int64_t out[GROUP_COUNT + 1])
{
    int n = 0;
    const int64_t *values = store_ints(found, row, column, &batch->arena, &n);

    for (int group = 1; values && group <= n && group <= GROUP_LAST; group++)
        out[group] = values[group - 1];
    batch->failed |= !values;
}

static bool is_true(const PGresult *result, int row, int column)
{
    return store_text(result, row, column)[0] == 't';
}

bool batch_take_items(struct batch *batch, const PGresult *found, bool dependent)
{
    for (int row = 0; row < PQntuples(found) && !batch->failed; row++) {
        char *key = arena_strdup(&batch->arena, store_text(found, row, 0));
        struct item_state *item = key ? batch_item(batch, key, true) : NULL;

        if (!item)
            return false;
        item->exists = true;
        item->dependent = dependent;
        item->item_id = store_int(found, row, 1);
        item->kind = word_or_zero(&uptake__v1__item_kind__descriptor, found, row, 2);
        item->document = arena_strdup(&batch->arena, store_text(found, row, 3));
        item->parent_id = store_int(found, row, 4);
        item->revision = store_int(found, row, 5);
        take_groups(batch, found, row, 6, item->group_changes);
        take_groups(batch, found, row, 7, item->group_revisions);
        item->disclosure = word_or_zero(&uptake__v1__disclosure__descriptor, found, row, 8);
        item->addressee = word_or_zero(&uptake__v1__addressee__descriptor, found, row, 9);
        item->position = word_or_zero(&uptake__v1__position__descriptor, found, row, 10);
        item->progress = word_or_zero(&uptake__v1__progress__descriptor, found, row, 11);
        item->reported_on = arena_strdup(&batch->arena, store_text(found, row, 12));
        item->due_on = arena_strdup(&batch->arena, store_text(found, row, 13));
        item->scopes = store_ints(found, row, 14, &batch->arena, &item->nscopes);
        item->hold = word_or_zero(&uptake__v1__hold__descriptor, found, row, 15);
        item->retracted = is_true(found, row, 16);
        item->completed_on = arena_strdup(&batch->arena, store_text(found, row, 17));
        item->has_evidence = is_true(found, row, 18);
        batch->failed |= !item->document || !item->reported_on || !item->due_on || !item->scopes ||
                         !item->completed_on;
    }
    return !batch->failed;
}

/* An item that is both changed and referred to was locked above: its row there is the newer one. */
void batch_take_references(struct batch *batch, const PGresult *found)
{
    for (int row = 0; row < PQntuples(found) && !batch->failed; row++) {
        char *key = arena_strdup(&batch->arena, store_text(found, row, 0));
        struct item_state *item = key ? batch_item(batch, key, true) : NULL;

        if (!item) {
            batch->failed = true;
            return;
        }
        batch->met_newer |= item->is_subject && !item->exists;
        item->unit_scope = store_int(found, row, 7);
        item->region_scope = store_int(found, row, 8);
        item->merged_into_id = store_int(found, row, 9);
        item->successor_unit_scope = store_int(found, row, 10);
        item->successor_region_scope = store_int(found, row, 11);
        if (item->exists)
            continue;
        item->exists = true;
        item->item_id = store_int(found, row, 1);
        item->kind = word_or_zero(&uptake__v1__item_kind__descriptor, found, row, 2);
        item->addressee = word_or_zero(&uptake__v1__addressee__descriptor, found, row, 3);
        item->disclosure = word_or_zero(&uptake__v1__disclosure__descriptor, found, row, 4);
        item->retracted = is_true(found, row, 5);
        item->scopes = store_ints(found, row, 6, &batch->arena, &item->nscopes);
        batch->failed |= !item->scopes;
    }
}

static void take_fresh_ids(struct batch *batch, const PGresult *ids)
{
    batch->nfresh = PQntuples(ids);
    batch->fresh_change_ids = arena_alloc(&batch->arena, (size_t)batch->nfresh * sizeof(int64_t));
    batch->fresh_item_ids = arena_alloc(&batch->arena, (size_t)batch->nfresh * sizeof(int64_t));
    if (!batch->fresh_change_ids || !batch->fresh_item_ids) {
        batch->failed = true;
        return;
    }
    for (int row = 0; row < batch->nfresh; row++) {
        batch->fresh_change_ids[row] = store_int(ids, row, 0);
        batch->fresh_item_ids[row] = store_int(ids, row, 1);
    }
}

/* Outside a transaction of its own: the request is one, and its end waits for the standby. */
void batch_repeat_steps(struct batch *batch, struct steps *steps)
{
    outcome_step(batch, steps);
    steps_add(steps, sql_wait_for_standby);
}

bool batch_take_repeats(struct batch *batch, PGresult *const *results, struct err *err)
{
    (void)err;
    take_outcomes(batch, results[0]);
    for (int i = 0; i < batch->n; i++)
        batch->submissions[i]->looked_up = true;
    return true;
}

/* One that was not there to be locked may have come by the time the references were read. */
static void mark_subjects(struct batch *batch)
{
    for (int i = 0; i < batch->n && !batch->failed; i++) {
        struct item_state *item = batch_item(batch, batch->submissions[i]->change->subject, true);

        if (item)
            item->is_subject = true;
    }
}

bool batch_take_loaded(struct batch *batch, PGresult *const *results, struct err *err)
{
    batch->failed |= !batch_take_items(batch, results[2], false);
    take_outcomes(batch, results[3]);
    mark_subjects(batch);
    batch_take_references(batch, results[4]);
    take_fresh_ids(batch, results[5]);
    if (batch->failed)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot read the items");
    return !batch->met_newer ||
           err_set(err, ERR_RETRY, "ITEM_OVERTAKEN", "batch",
                   "somebody else made an item of this batch just now; it is run again");
}
