/* SPDX-License-Identifier: Apache-2.0 */
/* Findings of a page, and what people made of them. */
#include "changes_world.h"

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
        cmocka_unit_test(a_finding_goes_and_comes_back_under_the_same_key),
        cmocka_unit_test(rows_that_move_leave_findings_as_they_are),
        cmocka_unit_test(an_older_source_is_told_once_and_before_the_document_changes),
        cmocka_unit_test(what_a_person_retracted_stays_retracted),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
