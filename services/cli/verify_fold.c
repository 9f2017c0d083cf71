/* SPDX-License-Identifier: Apache-2.0 */
#include "verify.h"

#include "base/arena.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/items.pb-c.h>

enum {
    GROUP_FIRST = 16, /* field numbers of Change from here on are field groups */
    GROUPS_MAX = 64,
    KEY_BYTES = 201,
    WORD_BYTES = 40,
    DIFFERS_BYTES = 400,
};

/* The axes of an item, in the order of the columns from FOLD_AXES on. */
enum axis {
    AXIS_POSITION,
    AXIS_PROGRESS,
    AXIS_REPORTED_ON,
    AXIS_COMPLETED_ON,
    AXIS_DUE_ON,
    AXIS_HOLD,
    AXIS_DISCLOSURE,
    AXIS_RETRACTED,
    AXIS_EVIDENCE,
    AXES,
};

static const char *const axis_names[AXES] = {"position",     "progress",  "reported_on",
                                             "completed_on", "due_on",    "hold",
                                             "disclosure",   "retracted", "has_evidence"};

/* An item as its changes so far made it. */
struct fold {
    struct found *found;
    struct arena arena; /* of one page */
    int64_t item_id;    /* 0: none yet */
    char key[KEY_BYTES];
    int64_t revision;
    int64_t groups[GROUPS_MAX], revisions[GROUPS_MAX]; /* by field number less 16 */
    char axes[AXES][WORD_BYTES];
    char agreed_on[WORD_BYTES], extended_to[WORD_BYTES];
    bool progress_known; /* no wiped change may have said it since */
    /* As the register has it: */
    int64_t stored_revision;
    int64_t stored_groups[GROUPS_MAX], stored_revisions[GROUPS_MAX];
    char stored_axes[AXES][WORD_BYTES];
};

struct fold *fold_create(struct found *found)
{
    struct fold *fold = calloc(1, sizeof(*fold));

    if (fold)
        fold->found = found;
    return fold;
}

void fold_destroy(struct fold *fold)
{
    if (!fold)
        return;
    arena_finish(&fold->arena);
    free(fold);
}

static void put(char out[WORD_BYTES], const char *word)
{
    snprintf(out, WORD_BYTES, "%s", word ? word : "");
}

/* Comparing ------------------------------------------------------------------------------------ */

static void compare_groups(struct fold *fold)
{
    char differs[DIFFERS_BYTES];

    for (int i = 0; i < GROUPS_MAX; i++) {
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
            &uptake__v1__change__descriptor, (unsigned)(GROUP_FIRST + i));

        if (fold->groups[i] == fold->stored_groups[i] &&
            fold->revisions[i] == fold->stored_revisions[i])
            continue;
        snprintf(differs, sizeof(differs),
                 "%s was last said by change %lld, revision %lld; its history says %lld, "
                 "revision %lld",
                 field ? field->name : "an unknown group", (long long)fold->stored_groups[i],
                 (long long)fold->stored_revisions[i], (long long)fold->groups[i],
                 (long long)fold->revisions[i]);
        found_add(fold->found, "I9", fold->key, differs);
    }
}

static void compare_axes(struct fold *fold)
{
    char differs[DIFFERS_BYTES];

    for (int axis = 0; axis < AXES; axis++) {
        /* Until it is said of the item itself, its document says who may see it. */
        if (axis == AXIS_DISCLOSURE && !fold->axes[axis][0])
            continue;
        if (strcmp(fold->axes[axis], fold->stored_axes[axis]) == 0)
            continue;
        snprintf(differs, sizeof(differs), "%s is \"%s\", its history says \"%s\"",
                 axis_names[axis], fold->stored_axes[axis], fold->axes[axis]);
        found_add(fold->found, "I9", fold->key, differs);
    }
}

static void compare(struct fold *fold)
{
    char differs[DIFFERS_BYTES];

    if (!fold->item_id)
        return;
    if (fold->revision != fold->stored_revision) {
        snprintf(differs, sizeof(differs), "stands at revision %lld, its history ends at %lld",
                 (long long)fold->stored_revision, (long long)fold->revision);
        found_add(fold->found, "I9", fold->key, differs);
    }
    compare_groups(fold);
    compare_axes(fold);
}

/* Folding -------------------------------------------------------------------------------------- */

static void read_stored(struct fold *fold, const PGresult *rows, int row, int column,
                        int64_t out[GROUPS_MAX])
{
    int n = 0;
    const int64_t *values = store_ints(rows, row, column, &fold->arena, &n);

    fold->found->failed |= !values;
    for (int i = 0; values && i < n && i < GROUPS_MAX; i++)
        out[i] = values[i];
}

static void begin(struct fold *fold, const PGresult *rows, int row)
{
    const char *kind = store_text(rows, row, FOLD_KIND);
    struct found *found = fold->found;
    struct arena arena = fold->arena;

    *fold = (struct fold){.found = found, .arena = arena, .progress_known = true};
    fold->item_id = store_int(rows, row, FOLD_ITEM_ID);
    snprintf(fold->key, sizeof(fold->key), "%s", store_text(rows, row, FOLD_KEY));
    fold->stored_revision = store_int(rows, row, FOLD_ITEM_REVISION);
    read_stored(fold, rows, row, FOLD_GROUP_CHANGES, fold->stored_groups);
    read_stored(fold, rows, row, FOLD_GROUP_REVISIONS, fold->stored_revisions);
    for (int axis = 0; axis < AXES; axis++)
        put(fold->stored_axes[axis], store_text(rows, row, FOLD_AXES + axis));
    put(fold->axes[AXIS_PROGRESS], strcmp(kind, "action") == 0 ? "unknown" : "");
    put(fold->axes[AXIS_POSITION], strcmp(kind, "recommendation") == 0 ? "none_given" : "");
    put(fold->axes[AXIS_RETRACTED], "0");
    put(fold->axes[AXIS_EVIDENCE], "0");
}

static void take_progress(struct fold *fold, const Uptake__V1__ProgressReport *p)
{
    fold->progress_known = true;
    put(fold->axes[AXIS_PROGRESS], wire_word(&uptake__v1__progress__descriptor, (int)p->progress));
    put(fold->axes[AXIS_REPORTED_ON], p->reported_on);
    put(fold->axes[AXIS_COMPLETED_ON], p->completed_on);
    put(fold->axes[AXIS_EVIDENCE], p->evidence[0] ? "1" : "0");
}

static void take_axes(struct fold *fold, const Uptake__V1__Change *c)
{
    if (c->progress_report)
        take_progress(fold, c->progress_report);
    if (c->position_taken)
        put(fold->axes[AXIS_POSITION],
            wire_word(&uptake__v1__position__descriptor, (int)c->position_taken->position));
    if (c->hold_set)
        put(fold->axes[AXIS_HOLD],
            wire_word(&uptake__v1__hold__descriptor, (int)c->hold_set->hold));
    if (c->disclosure_set)
        put(fold->axes[AXIS_DISCLOSURE],
            wire_word(&uptake__v1__disclosure__descriptor, (int)c->disclosure_set->disclosure));
    if (c->retraction)
        put(fold->axes[AXIS_RETRACTED], c->retraction->retracted ? "1" : "0");
    if (c->timeframe)
        put(fold->agreed_on, c->timeframe->due_on);
    if (c->extensions)
        put(fold->extended_to,
            c->extensions->n_extensions
                ? c->extensions->extensions[c->extensions->n_extensions - 1]->due_on
                : "");
    put(fold->axes[AXIS_DUE_ON], fold->extended_to[0] ? fold->extended_to : fold->agreed_on);
}

static void take_groups(struct fold *fold, const Uptake__V1__Change *c, int64_t change_id)
{
    const ProtobufCMessageDescriptor *type = &uptake__v1__change__descriptor;

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        if (field->id < GROUP_FIRST || field->id >= GROUP_FIRST + GROUPS_MAX ||
            !*(ProtobufCMessage *const *)((const char *)c + field->offset))
            continue;
        fold->groups[field->id - GROUP_FIRST] = change_id;
        fold->revisions[field->id - GROUP_FIRST] = fold->revision;
    }
}

/* A wiped change said something once; what of that still held was said anew with the redaction. */
static void take_body(struct fold *fold, const PGresult *rows, int row)
{
    size_t len = 0;
    const uint8_t *body = store_bytes(rows, row, FOLD_BODY, &fold->arena, &len);
    const Uptake__V1__Change *change;
    struct err err;

    if (!body) {
        fold->found->failed |= !store_is_null(rows, row, FOLD_BODY);
        fold->progress_known = false;
        return;
    }
    change = (const Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &fold->arena,
                                                     body, len, &err);
    if (!change) {
        found_add(fold->found, "I9", fold->key, "the bytes of a change cannot be read");
        return;
    }
    take_groups(fold, change, store_int(rows, row, FOLD_CHANGE_ID));
    take_axes(fold, change);
}

static void take_change(struct fold *fold, const PGresult *rows, int row)
{
    const int64_t revision = store_int(rows, row, FOLD_REVISION);
    const char *progress = store_text(rows, row, FOLD_PROGRESS);
    char differs[DIFFERS_BYTES];

    if (revision != fold->revision + 1) {
        snprintf(differs, sizeof(differs), "revision %lld follows %lld in its history",
                 (long long)revision, (long long)fold->revision);
        found_add(fold->found, "I9", fold->key, differs);
    }
    fold->revision = revision;
    take_body(fold, rows, row);
    if (!fold->progress_known || strcmp(progress, fold->axes[AXIS_PROGRESS]) == 0)
        return;
    snprintf(differs, sizeof(differs), "progress after revision %lld is \"%s\", was \"%s\"",
             (long long)revision, progress, fold->axes[AXIS_PROGRESS]);
    found_add(fold->found, "I9", fold->key, differs);
}

void fold_take(struct fold *fold, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        if (store_int(rows, row, FOLD_ITEM_ID) != fold->item_id) {
            compare(fold);
            begin(fold, rows, row);
        }
        take_change(fold, rows, row);
    }
    arena_reset(&fold->arena);
}

void fold_end(struct fold *fold)
{
    compare(fold);
}
