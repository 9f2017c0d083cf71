/* SPDX-License-Identifier: Apache-2.0 */
/* A page of one document, read and planned against a state of the register: what the tests of
 * changes share. */
#ifndef UPTAKE_TESTS_CHANGES_WORLD_H
#define UPTAKE_TESTS_CHANGES_WORLD_H

#include "import/changes.h"

#include "import/gate.h"
#include "import/own_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char key[] = "harbour-programme";

/* A document and what it would change against a state. */
struct planned {
    struct document document;
    struct source_file file;
    struct directory directory;
    struct present present;
    struct changes changes;
    const json_t *images; /* items as the register shows them: {key: {"revision", "change"}} */
    int asked;            /* how often for those */
};

static inline json_t *fetch_images(void *ctx, const char *kind, struct err *err)
{
    struct planned *planned = ctx;

    (void)kind;
    planned->asked++;
    return planned->images ? json_deep_copy(planned->images)
                           : err_null(err, ERR_RETRY, "REPORTING_AWAY", "test", "not expected");
}

static inline void read_page(struct planned *planned, const char *page)
{
    struct err err;

    planned->file = (struct source_file){
        .path = "harbour.txt", .name = "harbour.txt", .text = page, .len = strlen(page)};
    sha256(page, strlen(page), planned->file.sha256);
    planned->document.file = &planned->file;
    if (!gate_read(&planned->document, &planned->directory, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

static inline void plan(struct planned *planned, const json_t *state)
{
    struct err err;

    if (!own_checks(&planned->document, key, &planned->directory) ||
        !present_open(&planned->present, state, fetch_images, planned, &err) ||
        !changes_plan(&planned->document, key, &planned->present, &planned->changes, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

static inline void plan_text(struct planned *planned, const char *page, const json_t *state)
{
    read_page(planned, page);
    plan(planned, state);
}

static inline void release(struct planned *planned)
{
    changes_finish(&planned->changes);
    present_close(&planned->present);
    document_finish(&planned->document);
    directory_finish(&planned->directory);
}

static const char text[] = "Management Response\n"
                           ": Harbour Office\n"
                           ": 2021 - 2023 , Harbour Office (CO)\n"
                           ": Harbour programme\n"
                           ": Approved\n"
                           "Recommendation: 1. Count the pupils.\n"
                           "Management Response: Agreed.\n"
                           "Management Response Category: Accepted\n"
                           "Key Actions\n"
                           "1.1. Count them. Harbour Office 2022/03 Completed Mar 2022: Counted. "
                           "Previous update: Begun.\n";

static inline Uptake__V1__Change *unpack(const struct outgoing *out, struct arena *arena)
{
    struct err err;
    ProtobufCMessage *message =
        wire_unpack(&uptake__v1__change__descriptor, arena, out->body, out->len, &err);

    assert_non_null(message);
    return (Uptake__V1__Change *)message;
}

static inline json_t *hash_of(const ProtobufCMessage *group, struct arena *arena)
{
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];
    size_t len;
    const uint8_t *bytes = wire_pack(group, arena, &len);

    sha256(bytes, len, digest);
    bytes_to_hex(digest, sizeof(digest), hex);
    return json_string(hex);
}

static inline json_t *item_of(json_t *items, const Uptake__V1__Change *change)
{
    size_t index;
    json_t *item;

    json_array_foreach(items, index, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "key")), change->subject) == 0)
            return item;
    }
    item = json_pack("{s:s, s:s, s:i, s:{}, s:[], s:{}}", "key", change->subject, "kind",
                     wire_word(&uptake__v1__item_kind__descriptor, (int)change->kind), "revision",
                     0, "groups", "progress_history", "change");
    json_array_append_new(items, item);
    return item;
}

static inline void accept_groups(json_t *item, const Uptake__V1__Change *change,
                                 struct arena *arena)
{
    for (unsigned i = 0; i < change->base.descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &change->base.descriptor->fields[i];
        ProtobufCMessage *group = NULL;
        if (field->id < 16)
            continue;
        memcpy(&group, (const char *)change + field->offset, sizeof(group));
        if (!group)
            continue;
        json_object_set_new(json_object_get(item, "groups"), field->name, hash_of(group, arena));
        json_object_set_new(json_object_get(item, "change"), field->name, wire_to_json(group));
    }
    if (change->progress_report)
        json_array_append_new(json_object_get(item, "progress_history"),
                              hash_of(&change->progress_report->base, arena));
}

/* The register accepts everything in the outbox; state is what it had before, or NULL. */
static inline json_t *accepted(json_t *state, const struct outbox *outbox)
{
    json_t *items = state ? json_object_get(state, "items") : json_array();
    struct arena arena = {0};

    for (const struct outgoing *out = outbox->first; out; out = out->next) {
        Uptake__V1__Change *change = unpack(out, &arena);
        json_t *item = item_of(items, change);
        json_int_t revision = json_integer_value(json_object_get(item, "revision"));
        assert_int_equal(change->base_revision, revision);
        json_object_set_new(item, "revision", json_integer(revision + 1));
        accept_groups(item, change, &arena);
    }
    arena_finish(&arena);
    return state ? state : json_pack("{s:s, s:o}", "document", key, "items", items);
}

static inline json_t *state_after(const struct outbox *outbox)
{
    return accepted(NULL, outbox);
}

/* The same state as the register shows items. */
static inline json_t *images_of(const json_t *state)
{
    json_t *images = json_object();
    size_t index;
    json_t *item;

    json_array_foreach(json_object_get(state, "items"), index, item)
        json_object_set(images, json_string_value(json_object_get(item, "key")), item);
    return images;
}

/* How many changes of the outbox are about such items; finding: or the others. */
static inline size_t count_findings(const struct outbox *outbox)
{
    size_t n = 0;

    for (const struct outgoing *out = outbox->first; out; out = out->next)
        n += strstr(out->subject, "#finding:") != NULL;
    return n;
}

#endif
