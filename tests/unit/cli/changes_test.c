/* SPDX-License-Identifier: Apache-2.0 */
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

static json_t *fetch_images(void *ctx, const char *kind, struct err *err)
{
    struct planned *planned = ctx;

    (void)kind;
    planned->asked++;
    return planned->images ? json_deep_copy(planned->images)
                           : err_null(err, ERR_RETRY, "REPORTING_AWAY", "test", "not expected");
}

static void read_page(struct planned *planned, const char *page)
{
    struct err err;

    planned->file = (struct source_file){
        .path = "harbour.txt", .name = "harbour.txt", .text = page, .len = strlen(page)};
    sha256(page, strlen(page), planned->file.sha256);
    planned->document.file = &planned->file;
    if (!gate_read(&planned->document, &planned->directory, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

static void plan(struct planned *planned, const json_t *state)
{
    struct err err;

    if (!own_checks(&planned->document, key, &planned->directory) ||
        !present_open(&planned->present, state, fetch_images, planned, &err) ||
        !changes_plan(&planned->document, key, &planned->present, &planned->changes, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

static void plan_text(struct planned *planned, const char *page, const json_t *state)
{
    read_page(planned, page);
    plan(planned, state);
}

static void release(struct planned *planned)
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

static json_t *item_of(json_t *items, const Uptake__V1__Change *change)
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

static void accept_groups(json_t *item, const Uptake__V1__Change *change, struct arena *arena)
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
static json_t *accepted(json_t *state, const struct outbox *outbox)
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

static json_t *state_after(const struct outbox *outbox)
{
    return accepted(NULL, outbox);
}

/* The same state as the register shows items. */
static json_t *images_of(const json_t *state)
{
    json_t *images = json_object();
    size_t index;
    json_t *item;

    json_array_foreach(json_object_get(state, "items"), index, item)
        json_object_set(images, json_string_value(json_object_get(item, "key")), item);
    return images;
}

/* How many changes of the outbox are about such items; finding: or the others. */
static size_t count_findings(const struct outbox *outbox)
{
    size_t n = 0;

    for (const struct outgoing *out = outbox->first; out; out = out->next)
        n += strstr(out->subject, "#finding:") != NULL;
    return n;
}

static void an_empty_register_gets_creates_then_reports_oldest_first(void **state)
{
    static const char *const subjects[] = {
        "harbour-programme",       "harbour-programme#response", "harbour-programme#1",
        "harbour-programme#1/1.1", "harbour-programme#1/1.1",    "harbour-programme#1/1.1",
    };
    const size_t nitems = sizeof(subjects) / sizeof(subjects[0]);
    struct planned planned = {0};
    struct arena arena = {0};
    size_t n = 0;
    const struct outgoing *out;
    Uptake__V1__Change *change;

    (void)state;
    plan_text(&planned, text, NULL);
    assert_int_equal(planned.changes.outbox.n - count_findings(&planned.changes.outbox), nitems);
    assert_int_equal(planned.changes.nguard, 1);
    assert_int_equal(planned.changes.created, 4);
    for (out = planned.changes.outbox.first; n < nitems; out = out->next)
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
    json_t *images;

    (void)state;
    memcpy(later, text, sizeof(text));
    memcpy(strstr(later, "2022/03"), "2022/09", 7);
    plan_text(&first, text, NULL);
    known = state_after(&first.changes.outbox);
    moved.images = images = images_of(known);
    plan_text(&moved, later, known);
    assert_int_equal(moved.changes.outbox.n, 2);
    assert_int_equal(moved.changes.nguard, 1);
    assert_string_equal(moved.changes.outbox.first->subject, key);
    change = unpack(moved.changes.outbox.last, &arena);
    assert_string_equal(change->subject, "harbour-programme#1/1.1");
    assert_int_equal(change->base_revision, 3);
    assert_non_null(change->timeframe);
    assert_null(change->action_wording);
    assert_null(change->responsibilities);
    assert_null(change->progress_report);
    json_decref(images);
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

/* Who is responsible -------------------------------------------------------------------------- */

static json_t *responsibilities_in(json_t *state, const char *subject)
{
    json_t *items = json_object_get(state, "items");
    size_t index;
    json_t *item;

    json_array_foreach(items, index, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "key")), subject) == 0)
            return json_object_get(json_object_get(item, "change"), "responsibilities");
    }
    return NULL;
}

/* A person says that the name means this unit; the group's hash is then another. */
static void say_unit(json_t *state, const char *subject, const char *unit)
{
    json_t *said = responsibilities_in(state, subject);
    json_t *first = json_array_get(json_object_get(said, "units"), 0);
    size_t index;
    json_t *item;

    assert_non_null(first);
    json_object_set_new(first, "unit", json_string(unit));
    json_object_set_new(first, "said_by", json_string("person"));
    json_object_set_new(first, "confirmed", json_true());
    json_array_foreach(json_object_get(state, "items"), index, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "key")), subject) != 0)
            continue;
        json_object_set_new(json_object_get(item, "groups"), "responsibilities",
                            json_string("what a person said"));
        json_object_set_new(
            item, "revision",
            json_integer(json_integer_value(json_object_get(item, "revision")) + 1));
    }
}

static void a_persons_word_stands_while_the_source_says_the_same(void **state)
{
    struct planned first = {0};
    struct planned again = {0};
    json_t *known;

    (void)state;
    plan_text(&first, text, NULL);
    known = state_after(&first.changes.outbox);
    say_unit(known, "harbour-programme#1/1.1", "unit:HARBOUR");
    again.images = images_of(known);
    plan_text(&again, text, known);
    assert_int_equal(again.changes.outbox.n, 0);
    assert_int_equal(again.asked, 1);
    json_decref((json_t *)(uintptr_t)again.images);
    json_decref(known);
    release(&first);
    release(&again);
}

static void a_new_source_text_keeps_the_persons_word_for_names_it_still_has(void **state)
{
    static const char before[] = "Count them. Harbour Office 2022/03";
    static const char after[] = "Count them. Harbour Office, City 2022/03";
    struct planned first = {0};
    struct planned changed = {0};
    struct arena arena = {0};
    char *page = malloc(sizeof(text) + sizeof(after));
    const Uptake__V1__Responsibilities *said = NULL;
    const char *at = strstr(text, before);
    bool told = false;
    json_t *known;

    (void)state;
    assert_non_null(page);
    sprintf(page, "%.*s%s%s", (int)(at - text), text, after, at + strlen(before));
    plan_text(&first, text, NULL);
    known = state_after(&first.changes.outbox);
    say_unit(known, "harbour-programme#1/1.1", "unit:HARBOUR");
    changed.images = images_of(known);
    plan_text(&changed, page, known);
    for (const struct outgoing *out = changed.changes.outbox.first; out; out = out->next) {
        const Uptake__V1__Change *change = unpack(out, &arena);
        if (change->responsibilities)
            said = change->responsibilities;
        told |= change->finding_raised &&
                strcmp(change->finding_raised->code, "RESPONSIBILITY_CHANGED") == 0;
    }
    assert_non_null(said);
    assert_true(told);
    assert_string_equal(said->units[0]->unit, "unit:HARBOUR");
    assert_true(said->units[0]->confirmed);
    assert_true(said->n_units > 1);
    json_decref((json_t *)(uintptr_t)changed.images);
    json_decref(known);
    free(page);
    arena_finish(&arena);
    release(&first);
    release(&changed);
}

/* Findings ------------------------------------------------------------------------------------ */

/* The finding of this code among what would be sent; NULL: none. */
static const Uptake__V1__FindingRaised *raised(const struct outbox *outbox, const char *code,
                                               struct arena *arena, const char **subject)
{
    for (const struct outgoing *out = outbox->first; out; out = out->next) {
        const Uptake__V1__Change *change = unpack(out, arena);
        if (!change->finding_raised || strcmp(change->finding_raised->code, code) != 0)
            continue;
        *subject = change->subject;
        return change->finding_raised;
    }
    return NULL;
}

static const char no_deadline[] =
    "1.2. Paint them. Harbour Office No due date Ongoing 2022: Red.\n";

static char *with_row(const char *row)
{
    char *page = malloc(sizeof(text) + strlen(row));

    assert_non_null(page);
    sprintf(page, "%s%s", text, row);
    return page;
}

static void a_finding_goes_and_comes_back_under_the_same_key(void **state)
{
    struct planned first = {0};
    struct planned mended = {0};
    struct planned again = {0};
    struct arena arena = {0};
    char *page = with_row(no_deadline);
    char *whole = with_row("1.2. Paint them. Harbour Office 2022/05 Ongoing 2022: Red.\n");
    const Uptake__V1__FindingRaised *found;
    const char *subject = "";
    const char *later = "";
    json_t *known;

    (void)state;
    plan_text(&first, page, NULL);
    found = raised(&first.changes.outbox, "NO_DEADLINE", &arena, &subject);
    assert_non_null(found);
    assert_string_equal(found->about, "harbour-programme#1/1.2");
    assert_false(found->gone);
    known = state_after(&first.changes.outbox);
    mended.images = images_of(known);
    plan_text(&mended, whole, known);
    found = raised(&mended.changes.outbox, "NO_DEADLINE", &arena, &later);
    assert_non_null(found);
    assert_true(found->gone);
    assert_string_equal(later, subject);
    assert_int_equal(mended.changes.withdrawn, 1);
    accepted(known, &mended.changes.outbox);
    json_decref((json_t *)(uintptr_t)mended.images);
    again.images = images_of(known);
    plan_text(&again, page, known);
    found = raised(&again.changes.outbox, "NO_DEADLINE", &arena, &later);
    assert_non_null(found);
    assert_false(found->gone);
    assert_string_equal(later, subject);
    json_decref((json_t *)(uintptr_t)again.images);
    json_decref(known);
    free(page);
    free(whole);
    arena_finish(&arena);
    release(&first);
    release(&mended);
    release(&again);
}

static void rows_that_move_leave_findings_as_they_are(void **state)
{
    struct planned first = {0};
    struct planned moved = {0};
    struct arena arena = {0};
    char *page = with_row(no_deadline);
    char *lower = malloc(strlen(page) + 8);
    const char *subject = "";
    const char *later = "";
    json_t *known;

    (void)state;
    assert_non_null(lower);
    sprintf(lower, "%.*s\n\n%s", (int)(strstr(page, "Key Actions") - page), page,
            strstr(page, "Key Actions"));
    plan_text(&first, page, NULL);
    raised(&first.changes.outbox, "NO_DEADLINE", &arena, &subject);
    known = state_after(&first.changes.outbox);
    moved.images = images_of(known);
    plan_text(&moved, lower, known);
    /* Its place is another now; it is the same finding. */
    assert_non_null(raised(&moved.changes.outbox, "NO_DEADLINE", &arena, &later));
    assert_string_equal(later, subject);
    assert_int_equal(moved.changes.withdrawn, 0);
    json_decref((json_t *)(uintptr_t)moved.images);
    json_decref(known);
    free(page);
    free(lower);
    arena_finish(&arena);
    release(&first);
    release(&moved);
}

static void an_older_source_is_told_once_and_before_the_document_changes(void **state)
{
    struct planned newer = {0};
    struct planned older = {0};
    struct planned again = {0};
    struct arena arena = {0};
    char earlier[sizeof(text)];
    const char *subject = "";
    json_t *known;

    (void)state;
    memcpy(earlier, text, sizeof(text));
    memcpy(strstr(earlier, "2021 - 2023"), "2019 - 2021", 11);
    plan_text(&newer, text, NULL);
    known = state_after(&newer.changes.outbox);
    older.images = images_of(known);
    plan_text(&older, earlier, known);
    assert_non_null(raised(&older.changes.outbox, "STALE_SOURCE", &arena, &subject));
    assert_string_equal(older.changes.outbox.first->subject, subject);
    assert_true(older.changes.nguard >= 2);
    accepted(known, &older.changes.outbox);
    json_decref((json_t *)(uintptr_t)older.images);
    again.images = images_of(known);
    plan_text(&again, earlier, known);
    assert_int_equal(again.changes.outbox.n, 0);
    json_decref((json_t *)(uintptr_t)again.images);
    json_decref(known);
    arena_finish(&arena);
    release(&newer);
    release(&older);
    release(&again);
}

static void what_a_person_retracted_stays_retracted(void **state)
{
    struct planned first = {0};
    struct planned again = {0};
    struct arena arena = {0};
    const char *subject = "";
    json_t *known;
    json_t *item;

    (void)state;
    plan_text(&first, text, NULL);
    known = state_after(&first.changes.outbox);
    item = json_array_get(json_object_get(known, "items"), 3);
    assert_string_equal(json_string_value(json_object_get(item, "key")), "harbour-programme#1/1.1");
    json_object_set_new(json_object_get(item, "groups"), "retraction", json_string("any"));
    json_object_set_new(json_object_get(item, "groups"), "timeframe", json_string("any"));
    json_object_set_new(json_object_get(item, "change"), "retraction",
                        json_pack("{s:b}", "retracted", 1));
    again.images = images_of(known);
    plan_text(&again, text, known);
    for (const struct outgoing *out = again.changes.outbox.first; out; out = out->next)
        assert_string_not_equal(out->subject, "harbour-programme#1/1.1");
    assert_non_null(raised(&again.changes.outbox, "ITEM_RETRACTED", &arena, &subject));
    json_decref((json_t *)(uintptr_t)again.images);
    json_decref(known);
    arena_finish(&arena);
    release(&first);
    release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_register_gets_creates_then_reports_oldest_first),
        cmocka_unit_test(the_same_file_again_sends_nothing),
        cmocka_unit_test(a_run_cut_off_anywhere_is_completed_with_the_same_ids),
        cmocka_unit_test(a_moved_deadline_sends_that_group_alone),
        cmocka_unit_test(a_row_that_vanished_is_named_and_left_alone),
        cmocka_unit_test(a_persons_word_stands_while_the_source_says_the_same),
        cmocka_unit_test(a_new_source_text_keeps_the_persons_word_for_names_it_still_has),
        cmocka_unit_test(a_finding_goes_and_comes_back_under_the_same_key),
        cmocka_unit_test(rows_that_move_leave_findings_as_they_are),
        cmocka_unit_test(an_older_source_is_told_once_and_before_the_document_changes),
        cmocka_unit_test(what_a_person_retracted_stays_retracted),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
