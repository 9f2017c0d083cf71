/* SPDX-License-Identifier: Apache-2.0 */
/* Settles each submission against the items as this batch has made them so far. */
#include "batch.h"

#include "references.h"
#include "scopes.h"
#include "wire/wire.h"

#include <string.h>

struct search {
    struct batch *batch;
    struct submission *submission;
};

/* Stops at the first reference that leads nowhere, or to an item of another kind. */
static bool leads_somewhere(void *ctx, const struct reference *reference)
{
    const struct search *search = ctx;
    const struct item_state *item = batch_item(search->batch, reference->key, false);
    struct submission *s = search->submission;

    if (item && item->exists && item->kind == reference->kind)
        return true;
    if (item && item->exists) {
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
        return err_set(&s->why, ERR_REJECT, "BAD_REFERENCE", reference->place,
                       "leads to an item of another kind");
    }
    s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER;
    s->waits_for = reference->key;
    return err_set(&s->why, ERR_RETRY, "PARENT_UNKNOWN", reference->place,
                   "refers to an item the register does not have; send that one first");
}

static struct change_row *add_row(struct batch *batch)
{
    struct change_row *rows =
        arena_grow(&batch->arena, batch->rows, batch->nrows, &batch->room_rows, sizeof(*rows));

    if (!rows) {
        batch->failed = true;
        return NULL;
    }
    batch->rows = rows;
    batch->rows[batch->nrows] =
        (struct change_row){.change_id = batch->fresh_change_ids[batch->used_change_ids++]};
    return &batch->rows[batch->nrows++];
}

/* Body of an accepted change: of this batch, or read before. */
static const uint8_t *find_body(const struct batch *batch, int64_t change_id, size_t *len)
{
    for (int i = 0; i < batch->nrows; i++)
        if (batch->rows[i].change_id == change_id) {
            *len = batch->rows[i].len;
            return batch->rows[i].body;
        }
    for (int i = 0; i < batch->nbodies; i++)
        if (batch->bodies[i].change_id == change_id) {
            *len = batch->bodies[i].len;
            return batch->bodies[i].body;
        }
    return NULL;
}

/* The group as the item has it now, from the change that last touched it; NULL: never said. */
static ProtobufCMessage *current_group(struct batch *batch, const struct item_state *item,
                                       int group)
{
    size_t len = 0;
    const uint8_t *body = find_body(batch, item->group_changes[group], &len);
    ProtobufCMessage *change;
    struct err err;

    if (!item->group_changes[group] || !body)
        return NULL;
    change = wire_unpack(&uptake__v1__change__descriptor, &batch->arena, body, len, &err);
    batch->failed |= !change;
    return change ? group_get((Uptake__V1__Change *)change, group) : NULL;
}

static void take_axes(struct item_state *item, const Uptake__V1__Change *c)
{
    if (c->document_identity)
        item->addressee = c->document_identity->addressee;
    if (c->position_taken)
        item->position = c->position_taken->position;
    if (c->timeframe)
        item->due_on = c->timeframe->due_on;
    if (c->progress_report) {
        item->progress = c->progress_report->progress;
        item->reported_on = c->progress_report->reported_on;
    }
    if (c->disclosure_set)
        item->disclosure = c->disclosure_set->disclosure;
}

/* A part hangs on its recommendation, a reminder on its action, the rest on the document. */
static void take_parent(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    const struct item_state *parent = NULL;

    if (c->recommendation_text && c->recommendation_text->parent[0])
        parent = batch_item(batch, c->recommendation_text->parent, false);
    else if (c->reminder_record)
        parent = batch_item(batch, c->reminder_record->action, false);
    else if (item->created || c->recommendation_text)
        parent = batch_item(batch, c->document, false);
    if (parent && parent != item)
        item->parent_id = parent->item_id;
}

static void create(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    const struct item_state *document = batch_item(batch, c->document, false);

    item->exists = item->created = true;
    item->item_id = batch->fresh_item_ids[batch->used_item_ids++];
    item->kind = c->kind;
    item->document = c->document;
    item->addressee = document ? document->addressee : item->addressee;
    item->disclosure = document && document->disclosure
                           ? document->disclosure
                           : UPTAKE__V1__DISCLOSURE__DISCLOSURE_INTERNAL;
    if (c->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION)
        item->progress = UPTAKE__V1__PROGRESS__PROGRESS_UNKNOWN;
    if (c->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION)
        item->position = UPTAKE__V1__POSITION__POSITION_NONE_GIVEN;
}

static bool decides_scopes(const Uptake__V1__Change *c)
{
    return c->document_identity || c->responsibilities || c->disclosure_set || c->reminder_record;
}

static void take_scopes(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    const Uptake__V1__DocumentIdentity *identity = c->document_identity;
    const Uptake__V1__Responsibilities *responsibilities = c->responsibilities;

    if (!item->created && !decides_scopes(c))
        return;
    if (!identity)
        identity = (void *)current_group(batch, item, GROUP_DOCUMENT_IDENTITY);
    if (!responsibilities)
        responsibilities = (void *)current_group(batch, item, GROUP_RESPONSIBILITIES);
    item->scopes =
        scopes_of(batch, item, identity, responsibilities, c->reminder_record, &item->nscopes);
    batch->failed |= !item->scopes;
}

static void fill_row(struct change_row *row, const struct item_state *item,
                     Uptake__V1__Operation operation, Uptake__V1__Outcome outcome)
{
    row->item = item;
    row->operation = operation;
    row->outcome = outcome;
    row->revision = item->revision;
    row->progress = item->progress;
    row->reported_on = item->reported_on;
}

/* The part of `scopes` that does (or does not) also stand in `others`. */
static const int64_t *select_scopes(struct batch *batch, const int64_t *scopes, int n,
                                    const int64_t *others, int nothers, bool in_both,
                                    int *nselected)
{
    int64_t *selected = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*selected));

    *nselected = 0;
    batch->failed |= !selected;
    for (int i = 0; selected && i < n; i++)
        if (scopes_contain(others, nothers, scopes[i]) == in_both)
            selected[(*nselected)++] = scopes[i];
    return selected;
}

/* A row that ingest itself writes: the image of an item that comes into a scope, or the word that
 * it left. */
static void add_own_row(struct batch *batch, const struct item_state *item,
                        Uptake__V1__Operation operation, const int64_t *scopes, int nscopes)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    struct change_row *row;

    if (nscopes == 0)
        return;
    change.operation = operation;
    change.kind = item->kind;
    change.document = (char *)(uintptr_t)item->document;
    change.subject = (char *)(uintptr_t)item->key;
    change.base_revision = (uint64_t)item->revision;
    for (int group = 1; operation == UPTAKE__V1__OPERATION__OPERATION_ENTER && group <= GROUP_LAST;
         group++)
        group_set(&change, group, current_group(batch, item, group));
    row = add_row(batch);
    if (!row)
        return;
    fill_row(row, item, operation, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED);
    row->sender_id = batch->own_principal;
    bytes_random(row->message_id, MESSAGE_ID_BYTES);
    row->body = wire_pack(&change.base, &batch->arena, &row->len);
    batch->failed |= !row->body;
    if (row->body)
        sha256(row->body, row->len, row->body_sha256);
    row->scopes = scopes;
    row->nscopes = nscopes;
}

static void apply(struct batch *batch, struct item_state *item, struct submission *s)
{
    const struct item_state before = *item;
    const Uptake__V1__Change *c = s->change;
    struct change_row *row = add_row(batch);
    const int64_t *entered, *left;
    int nentered, nleft;

    if (!row)
        return;
    if (!before.exists)
        create(batch, item, c);
    item->changed = true;
    item->revision = before.revision + 1;
    for (int group = 1; group <= GROUP_LAST; group++)
        if (group_get(c, group)) {
            item->group_changes[group] = row->change_id;
            item->group_revisions[group] = item->revision;
        }
    take_axes(item, c);
    take_parent(batch, item, c);
    take_scopes(batch, item, c);
    if (batch->failed)
        return;

    fill_row(row, item, UPTAKE__V1__OPERATION__OPERATION_SET, s->outcome);
    row->sender_id = s->sender_id;
    memcpy(row->message_id, s->message_id, MESSAGE_ID_BYTES);
    memcpy(row->body_sha256, s->body_sha256, SHA256_BYTES);
    row->body = s->body;
    row->len = s->len;
    row->scopes = item->scopes;
    row->nscopes = item->nscopes;
    if (before.exists) {
        row->scopes = select_scopes(batch, item->scopes, item->nscopes, before.scopes,
                                    before.nscopes, true, &row->nscopes);
        entered = select_scopes(batch, item->scopes, item->nscopes, before.scopes, before.nscopes,
                                false, &nentered);
        left = select_scopes(batch, before.scopes, before.nscopes, item->scopes, item->nscopes,
                             false, &nleft);
        add_own_row(batch, item, UPTAKE__V1__OPERATION__OPERATION_ENTER, entered, nentered);
        add_own_row(batch, item, UPTAKE__V1__OPERATION__OPERATION_LEAVE, left, nleft);
        batch_count(batch, &before, -1);
    }
    batch_count(batch, item, +1);
    batch_add_details(batch, item, c);
    s->revision = item->revision;
}

/* What cannot be changed without moving everything that hangs on it. */
static bool moves_too_much(struct batch *batch, const struct item_state *item,
                           const Uptake__V1__Change *c, struct err *err)
{
    const Uptake__V1__DocumentIdentity *identity = NULL;
    const Uptake__V1__UnitIdentity *unit = NULL;

    if (!item->exists)
        return false;
    if (c->document_identity)
        identity = (void *)current_group(batch, item, GROUP_DOCUMENT_IDENTITY);
    if (identity && strcmp(identity->office_unit, c->document_identity->office_unit) != 0)
        return !err_set(err, ERR_REJECT, "OFFICE_FIXED", "document_identity.office_unit",
                        "a document stays with its office; register it anew under another key");
    if (c->unit_identity)
        unit = (void *)current_group(batch, item, GROUP_UNIT_IDENTITY);
    if (unit && strcmp(unit->region, c->unit_identity->region) != 0)
        return !err_set(err, ERR_REJECT, "REGION_FIXED", "unit_identity.region",
                        "a unit stays in its region; register it anew under another code");
    return false;
}

static void settle(struct batch *batch, struct submission *s)
{
    struct item_state *item = batch_item(batch, s->change->subject, true);
    struct search search = {batch, s};
    struct verdict verdict;

    if (!item || !references_each(s->change, leads_somewhere, &search))
        return;
    verdict = decide(item, s->change);
    s->outcome = verdict.outcome;
    s->why = verdict.why;
    s->revision = item->revision;
    s->waits_for = s->change->subject;
    if (verdict.outcome != UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED &&
        verdict.outcome != UPTAKE__V1__OUTCOME__OUTCOME_MERGED)
        return;
    if (moves_too_much(batch, item, s->change, &s->why)) {
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
        return;
    }
    apply(batch, item, s);
}

bool batch_decide(struct batch *batch, struct err *err)
{
    for (int i = 0; i < batch->n && !batch->failed; i++)
        if (!batch->submissions[i]->outcome)
            settle(batch, batch->submissions[i]);
    if (batch->failed)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot settle the changes");
    return true;
}
