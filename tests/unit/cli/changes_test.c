/* SPDX-License-Identifier: Apache-2.0 */
/* What a page changes against what the register holds. */
#include "changes_world.h"

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
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
