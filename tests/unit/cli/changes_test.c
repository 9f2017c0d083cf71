/* SPDX-License-Identifier: Apache-2.0 */
#include "import/changes.h"
#include "import/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char key[] = "harbour-programme";

/* A document and what it would change against a state. */
struct planned {
    struct document document;
    struct source_file file;
    struct directory directory;
    struct changes changes;
};

static void plan_text(struct planned *planned, const char *text, const json_t *state)
{
    struct err err;

    planned->file = (struct source_file){
        .path = "harbour.txt", .name = "harbour.txt", .text = text, .len = strlen(text)};
    planned->document.file = &planned->file;
    if (!gate_read(&planned->document, &planned->directory, &err) ||
        !changes_plan(&planned->document, key, state, &planned->changes, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

static void release(struct planned *planned)
{
    changes_finish(&planned->changes);
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

static Uptake__V1__Change *unpack(const struct outgoing *out, struct arena *arena)
{
    struct err err;
    ProtobufCMessage *message =
        wire_unpack(&uptake__v1__change__descriptor, arena, out->body, out->len, &err);

    assert_non_null(message);
    return (Uptake__V1__Change *)message;
}

static json_t *hash_of(const ProtobufCMessage *group, struct arena *arena)
{
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];
    size_t len;
    const uint8_t *bytes = wire_pack(group, arena, &len);

    sha256(bytes, len, digest);
    bytes_to_hex(digest, sizeof(digest), hex);
    return json_string(hex);
}

static json_t *item_of(json_t *items, const char *subject)
{
    size_t index;
    json_t *item;

    json_array_foreach(items, index, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "key")), subject) == 0)
            return item;
    }
    item = json_pack("{s:s, s:s, s:i, s:{}, s:[]}", "key", subject, "kind", "action", "revision", 0,
                     "groups", "progress_history");
    json_array_append_new(items, item);
    return item;
}

/* The state of a register that has accepted everything in the outbox. */
static json_t *state_after(const struct outbox *outbox)
{
    json_t *items = json_array();
    struct arena arena = {0};

    for (const struct outgoing *out = outbox->first; out; out = out->next) {
        Uptake__V1__Change *change = unpack(out, &arena);
        json_t *item = item_of(items, change->subject);
        json_t *groups = json_object_get(item, "groups");
        json_int_t revision = json_integer_value(json_object_get(item, "revision"));
        assert_int_equal(change->base_revision, revision);
        json_object_set_new(item, "revision", json_integer(revision + 1));
        for (unsigned i = 0; i < change->base.descriptor->n_fields; i++) {
            const ProtobufCFieldDescriptor *field = &change->base.descriptor->fields[i];
            ProtobufCMessage *group = NULL;
            if (field->id < 16)
                continue;
            memcpy(&group, (char *)change + field->offset, sizeof(group));
            if (group)
                json_object_set_new(groups, field->name, hash_of(group, &arena));
        }
        if (change->progress_report)
            json_array_append_new(json_object_get(item, "progress_history"),
                                  hash_of(&change->progress_report->base, &arena));
    }
    arena_finish(&arena);
    return json_pack("{s:s, s:o}", "document", key, "items", items);
}

static void an_empty_register_gets_creates_then_reports_oldest_first(void **state)
{
    static const char *const subjects[] = {
        "harbour-programme",       "harbour-programme#response", "harbour-programme#1",
        "harbour-programme#1/1.1", "harbour-programme#1/1.1",    "harbour-programme#1/1.1",
    };
    struct planned planned = {0};
    struct arena arena = {0};
    size_t n = 0;
    const struct outgoing *out;
    Uptake__V1__Change *change;

    (void)state;
    plan_text(&planned, text, NULL);
    assert_int_equal(planned.changes.outbox.n, 6);
    assert_int_equal(planned.changes.created, 4);
    for (out = planned.changes.outbox.first; out; out = out->next)
        assert_string_equal(out->subject, subjects[n++]);
    out = planned.changes.outbox.first->next->next->next;
    change = unpack(out, &arena);
    assert_null(change->progress_report);
    assert_non_null(change->timeframe);
    assert_string_equal(change->timeframe->due_on, "2022-03-31");
    change = unpack(out->next, &arena);
    assert_int_equal(change->base_revision, 1);
    assert_string_equal(change->progress_report->reported_on, "");
    assert_int_equal(change->progress_report->progress, UPTAKE__V1__PROGRESS__PROGRESS_UNKNOWN);
    change = unpack(out->next->next, &arena);
    assert_int_equal(change->base_revision, 2);
    assert_string_equal(change->progress_report->reported_on, "2022-03-31");
    arena_finish(&arena);
    release(&planned);
}

static void the_same_file_again_sends_nothing(void **state)
{
    struct planned first = {0};
    struct planned again = {0};
    json_t *known;

    (void)state;
    plan_text(&first, text, NULL);
    known = state_after(&first.changes.outbox);
    plan_text(&again, text, known);
    assert_int_equal(again.changes.outbox.n, 0);
    assert_int_equal(again.changes.unchanged, 4);
    assert_int_equal(json_array_size(again.changes.vanished), 0);
    json_decref(known);
    release(&first);
    release(&again);
}

/* Cut off after n changes: the next run sends exactly the rest, with the ids of the first run. */
static void a_run_cut_off_anywhere_is_completed_with_the_same_ids(void **state)
{
    struct planned first = {0};

    (void)state;
    plan_text(&first, text, NULL);
    for (size_t n = 1; n < first.changes.outbox.n; n++) {
        struct planned again = {0};
        struct outbox taken = first.changes.outbox;
        struct outgoing *last = taken.first;
        struct outgoing *rest;
        const struct outgoing *out;
        json_t *known;
        for (size_t i = 1; i < n; i++)
            last = last->next;
        rest = last->next;
        last->next = NULL;
        known = state_after(&taken);
        last->next = rest;
        plan_text(&again, text, known);
        assert_int_equal(again.changes.outbox.n, first.changes.outbox.n - n);
        for (out = again.changes.outbox.first; out; out = out->next, rest = rest->next)
            assert_memory_equal(out->id, rest->id, MESSAGE_ID_BYTES);
        json_decref(known);
        release(&again);
    }
    release(&first);
}

static void a_moved_deadline_sends_that_group_alone(void **state)
{
    struct planned first = {0};
    struct planned moved = {0};
    struct arena arena = {0};
    char later[sizeof(text)];
    Uptake__V1__Change *change;
    json_t *known;

    (void)state;
    memcpy(later, text, sizeof(text));
    memcpy(strstr(later, "2022/03"), "2022/09", 7);
    plan_text(&first, text, NULL);
    known = state_after(&first.changes.outbox);
    plan_text(&moved, later, known);
    assert_int_equal(moved.changes.outbox.n, 1);
    change = unpack(moved.changes.outbox.first, &arena);
    assert_string_equal(change->subject, "harbour-programme#1/1.1");
    assert_int_equal(change->base_revision, 3);
    assert_non_null(change->timeframe);
    assert_null(change->action_wording);
    assert_null(change->responsibilities);
    assert_null(change->progress_report);
    json_decref(known);
    arena_finish(&arena);
    release(&first);
    release(&moved);
}

static void a_row_that_vanished_is_named_and_left_alone(void **state)
{
    struct planned planned = {0};
    json_t *known = json_pack("{s:[{s:s, s:s, s:i}, {s:s, s:s, s:i}]}", "items", "key",
                              "harbour-programme#1/1.7", "kind", "action", "revision", 4, "key",
                              "reminder:x", "kind", "reminder", "revision", 1);

    (void)state;
    plan_text(&planned, text, known);
    assert_int_equal(json_array_size(planned.changes.vanished), 1);
    assert_string_equal(json_string_value(json_array_get(planned.changes.vanished, 0)),
                        "harbour-programme#1/1.7");
    for (const struct outgoing *out = planned.changes.outbox.first; out; out = out->next)
        assert_string_not_equal(out->subject, "harbour-programme#1/1.7");
    json_decref(known);
    release(&planned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_register_gets_creates_then_reports_oldest_first),
        cmocka_unit_test(the_same_file_again_sends_nothing),
        cmocka_unit_test(a_run_cut_off_anywhere_is_completed_with_the_same_ids),
        cmocka_unit_test(a_moved_deadline_sends_that_group_alone),
        cmocka_unit_test(a_row_that_vanished_is_named_and_left_alone),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
