/* SPDX-License-Identifier: Apache-2.0 */
/* A change that was decided for: the item after it, its row of history, and the feeds it concerns.
 */
#include "batch.h"

#include "scopes.h"
#include "wire/wire.h"

#include <string.h>

/* The images and farewells of dependents have ids of their own. */
static int64_t take_change_id(struct batch *batch)
{
    if (batch->used_change_ids < batch->nfresh)
        return batch->fresh_change_ids[batch->used_change_ids++];
    return batch->moved_change_ids[batch->used_moved_ids++];
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
    batch->rows[batch->nrows] = (struct change_row){.change_id = take_change_id(batch)};
    return &batch->rows[batch->nrows++];
}

ProtobufCMessage *batch_current_group(struct batch *batch, const struct item_state *item, int group)
{
    const Uptake__V1__Change *change;

    batch->failed |=
        !bodies_find(&batch->bodies, &batch->arena, item->group_changes[group], &change);
    return change ? group_get(change, group) : NULL;
}

/* The day that counts: the last one granted, else the one first agreed. */
static void take_due_day(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    const Uptake__V1__Timeframe *timeframe = c->timeframe;
    const Uptake__V1__Extensions *granted = c->extensions;

    if (!timeframe && !granted)
        return;
    if (!timeframe)
        timeframe = (void *)batch_current_group(batch, item, GROUP_TIMEFRAME);
    if (!granted)
        granted = (void *)batch_current_group(batch, item, GROUP_EXTENSIONS);
    if (granted && granted->n_extensions)
        item->due_on = granted->extensions[granted->n_extensions - 1]->due_on;
    else
        item->due_on = timeframe ? timeframe->due_on : "";
}

static void take_axes(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    if (c->document_identity)
        item->addressee = c->document_identity->addressee;
    if (c->position_taken)
        item->position = c->position_taken->position;
    if (c->progress_report) {
        item->progress = c->progress_report->progress;
        item->reported_on = c->progress_report->reported_on;
        item->completed_on = c->progress_report->completed_on;
        item->has_evidence = c->progress_report->evidence[0] != '\0';
    }
    if (c->hold_set)
        item->hold = c->hold_set->hold;
    if (c->disclosure_set)
        item->disclosure = c->disclosure_set->disclosure;
    if (c->retraction)
        item->retracted = c->retraction->retracted;
    take_due_day(batch, item, c);
}

/* A part hangs on its recommendation, a reminder on its action, an assessment on its round, the
 * rest on the document. */
static void take_parent(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    const struct item_state *parent = NULL;

    if (c->recommendation_text && c->recommendation_text->parent[0])
        parent = batch_item(batch, c->recommendation_text->parent, false);
    else if (c->reminder_record)
        parent = batch_item(batch, c->reminder_record->action, false);
    else if (c->assessment_made)
        parent = batch_item(batch, c->assessment_made->round, false);
    else if (item->created || c->recommendation_text)
        parent = batch_item(batch, c->document, false);
    if (parent && parent != item)
        item->parent_id = parent->item_id;
}

/* Work among ourselves: not shown to everybody just because the document is. */
static bool is_internal_work(Uptake__V1__ItemKind kind)
{
    return kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_FINDING ||
           kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_LINK ||
           kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_REMINDER;
}

/* What an item has of its document until it is said of the item itself. */
void batch_take_from_document(struct item_state *item, const struct item_state *document)
{
    if (document && document != item)
        item->addressee = document->addressee;
    if (item->group_changes[GROUP_DISCLOSURE_SET])
        return;
    item->disclosure = document && document->disclosure && !is_internal_work(item->kind)
                           ? document->disclosure
                           : UPTAKE__V1__DISCLOSURE__DISCLOSURE_INTERNAL;
}

static void create(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    const struct item_state *document = batch_item(batch, c->document, false);

    item->exists = item->created = true;
    item->item_id = batch->fresh_item_ids[batch->used_item_ids++];
    item->kind = c->kind;
    item->document = c->document;
    batch_take_from_document(item, document);
    if (c->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION)
        item->progress = UPTAKE__V1__PROGRESS__PROGRESS_UNKNOWN;
    if (c->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION)
        item->position = UPTAKE__V1__POSITION__POSITION_NONE_GIVEN;
}

bool batch_decides_scopes(const Uptake__V1__Change *c)
{
    return c->document_identity || c->responsibilities || c->disclosure_set || c->reminder_record ||
           c->link_drawn || c->assessment_made || c->indicator_stated || c->finding_raised;
}

void batch_find_scopes(struct batch *batch, struct item_state *item)
{
    const struct sayings said = {
        .identity = (void *)batch_current_group(batch, item, GROUP_DOCUMENT_IDENTITY),
        .responsibilities = (void *)batch_current_group(batch, item, GROUP_RESPONSIBILITIES),
        .reminder = (void *)batch_current_group(batch, item, GROUP_REMINDER_RECORD),
        .link = (void *)batch_current_group(batch, item, GROUP_LINK_DRAWN),
        .assessment = (void *)batch_current_group(batch, item, GROUP_ASSESSMENT_MADE),
        .indicator = (void *)batch_current_group(batch, item, GROUP_INDICATOR_STATED),
        .finding = (void *)batch_current_group(batch, item, GROUP_FINDING_RAISED),
    };

    item->scopes = scopes_of(batch, item, &said, &item->nscopes);
    batch->failed |= !item->scopes;
}

static void take_scopes(struct batch *batch, struct item_state *item, const Uptake__V1__Change *c)
{
    if (item->created || batch_decides_scopes(c))
        batch_find_scopes(batch, item);
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

/* What an item says now: every group as it was last said. */
static void fill_image(struct batch *batch, const struct item_state *item,
                       Uptake__V1__Change *image)
{
    for (int group = 1; group <= GROUP_LAST; group++)
        group_set(image, group, batch_current_group(batch, item, group));
}

static void fill_head(const struct item_state *item, Uptake__V1__Change *change)
{
    change->kind = item->kind;
    change->document = (char *)(uintptr_t)item->document;
    change->subject = (char *)(uintptr_t)item->key;
    change->base_revision = (uint64_t)item->revision;
}

size_t batch_image_bytes(struct batch *batch, const struct item_state *item,
                         const Uptake__V1__Change *next)
{
    Uptake__V1__Change image = UPTAKE__V1__CHANGE__INIT;

    fill_head(item, &image);
    fill_image(batch, item, &image);
    for (int group = 1; next && group <= GROUP_LAST; group++)
        if (group_get(next, group))
            group_set(&image, group, group_get(next, group));
    return protobuf_c_message_get_packed_size(&image.base);
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
    fill_head(item, &change);
    if (operation == UPTAKE__V1__OPERATION__OPERATION_ENTER)
        fill_image(batch, item, &change);
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

/* To the feeds the item came into and those it left; the counts follow. */
void batch_tell_difference(struct batch *batch, const struct item_state *before,
                           const struct item_state *item)
{
    const int64_t *entered, *left;
    int nentered, nleft;

    entered = select_scopes(batch, item->scopes, item->nscopes, before->scopes, before->nscopes,
                            false, &nentered);
    left = select_scopes(batch, before->scopes, before->nscopes, item->scopes, item->nscopes, false,
                         &nleft);
    add_own_row(batch, item, UPTAKE__V1__OPERATION__OPERATION_ENTER, entered, nentered);
    add_own_row(batch, item, UPTAKE__V1__OPERATION__OPERATION_LEAVE, left, nleft);
    batch_count(batch, before, -1);
}

/* Wiped wherever it was seen, then told as it is now. */
static void tell_anew(struct batch *batch, const struct item_state *before,
                      const struct item_state *item)
{
    add_own_row(batch, item, UPTAKE__V1__OPERATION__OPERATION_LEAVE, before->scopes,
                before->nscopes);
    add_own_row(batch, item, UPTAKE__V1__OPERATION__OPERATION_ENTER, item->scopes, item->nscopes);
    batch_count(batch, before, -1);
}

static void fill_own(struct change_row *row, const struct submission *s)
{
    row->sender_id = s->sender_id;
    memcpy(row->message_id, s->message_id, MESSAGE_ID_BYTES);
    memcpy(row->body_sha256, s->body_sha256, SHA256_BYTES);
    row->body = s->body;
    row->len = s->len;
}

void batch_apply(struct batch *batch, struct item_state *item, struct submission *s)
{
    const struct item_state before = *item;
    const Uptake__V1__Change *c = s->change;
    struct change_row *row = add_row(batch);

    if (!row)
        return;
    fill_own(row, s);
    batch->failed |= !bodies_put(&batch->bodies, &batch->arena, row->change_id, s->body, s->len, c);
    if (!before.exists)
        create(batch, item, c);
    item->changed = true;
    item->revision = before.revision + 1;
    for (int group = 1; group <= GROUP_LAST; group++)
        if (group_get(c, group)) {
            item->group_changes[group] = row->change_id;
            item->group_revisions[group] = item->revision;
        }
    take_axes(batch, item, c);
    take_parent(batch, item, c);
    take_scopes(batch, item, c);
    if (batch->failed)
        return;
    fill_row(row, item, UPTAKE__V1__OPERATION__OPERATION_SET, s->outcome);
    row->scopes = item->scopes;
    row->nscopes = item->nscopes;
    if (before.exists) {
        row->scopes = select_scopes(batch, item->scopes, item->nscopes, before.scopes,
                                    before.nscopes, true, &row->nscopes);
        if (c->redaction)
            tell_anew(batch, &before, item);
        else
            batch_tell_difference(batch, &before, item);
    }
    batch_count(batch, item, +1);
    batch_add_details(batch, item, c);
    s->revision = item->revision;
}
