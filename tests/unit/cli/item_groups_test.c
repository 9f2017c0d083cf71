/* SPDX-License-Identifier: Apache-2.0 */
#include "import/item_groups.h"

#include "import/item_keys.h"
#include "import/own_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_name_the_register_would_not_take_is_cut_or_cleaned(void **state)
{
    struct arena arena = {0};
    char longer[ITEM_NAME_MOST + 40];
    bool changed;

    (void)state;
    assert_string_equal(item_line(&arena, "Harbour", 10, &changed), "Harbour");
    assert_false(changed);
    assert_string_equal(item_line(&arena, "Harbour\nOffice", 20, &changed), "Harbour Office");
    assert_true(changed);
    assert_string_equal(item_line(&arena,
                                  "Har\xE2\x80\x8B"
                                  "bour",
                                  20, &changed),
                        "Harbour");
    /* Never half a character. */
    assert_string_equal(item_line(&arena, "ab\xC3\xA9", 3, &changed), "ab");
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_int_equal(strlen(item_line(&arena, longer, ITEM_NAME_MOST, &changed)), ITEM_NAME_MOST);
    assert_string_equal(item_line(&arena, NULL, 5, &changed), "");
    arena_finish(&arena);
}

static void caveat_comment_and_reason_stand_apart(void **state)
{
    struct arena arena = {0};
    struct recommendation record = {.position = POSITION_ACCEPTED,
                                    .position_source = "ACCEPTED",
                                    .caveat = "from next year",
                                    .comment = "It is under way.",
                                    .comment_progress = {PROGRESS_ONGOING},
                                    .ncomment_progress = 1};
    Uptake__V1__PositionTaken group;

    (void)state;
    assert_true(item_position(&arena, &record, &group));
    assert_string_equal(group.caveat, "from next year");
    assert_string_equal(group.comment, "It is under way.");
    assert_string_equal(group.reason, "");
    assert_int_equal(group.n_comment_progress, 1);
    assert_int_equal(group.comment_progress[0], UPTAKE__V1__PROGRESS__PROGRESS_ONGOING);
    record.position = POSITION_NOT_ACCEPTED;
    assert_true(item_position(&arena, &record, &group));
    assert_string_equal(group.reason, "It is under way.");
    assert_string_equal(group.comment, "");
    arena_finish(&arena);
}

static void evaluators_and_management_are_told_apart(void **state)
{
    struct arena arena = {0};
    struct responsible unit = {.name = "Harbour Office", .unit = "unit:HARBOUR", .role = ROLE_LEAD};
    Uptake__V1__Responsibilities group;

    (void)state;
    assert_true(item_responsibilities(&arena, "Harbour Office", &unit, "evaluator", &group));
    assert_int_equal(group.n_units, 1);
    assert_string_equal(group.units[0]->said_by, "evaluator");
    assert_string_equal(group.units[0]->unit, "unit:HARBOUR");
    arena_finish(&arena);
}

static void two_figures_of_one_name_have_two_keys(void **state)
{
    struct arena arena = {0};
    struct indicator first = {.name = "Mark\xC3\xA9 \"A\": boats", .dated = {2023, 12, 31}};
    struct indicator second = {.name = "Mark\xC3\xA9 \"A\": boats", .dated = {2024, 12, 31}};
    json_t *taken = json_object();

    (void)state;
    assert_string_equal(item_key_indicator(&arena, "d", &first, taken),
                        "d#indicator:marke-a-boats");
    assert_string_equal(item_key_indicator(&arena, "d", &second, taken),
                        "d#indicator:marke-a-boats-2024-12-31");
    assert_string_equal(item_key_indicator(&arena, "d", &second, taken),
                        "d#indicator:marke-a-boats-2");
    json_decref(taken);
    arena_finish(&arena);
}

static void names_in_findings_lead_to_items(void **state)
{
    struct document document = {.response_state = "Approved"};
    struct recommendation *whole = document_add_recommendation(&document, 1);
    struct recommendation *part = document_add_recommendation(&document, 2);
    struct action *action = document_add_action(&document, whole, 3);
    json_t *names;

    (void)state;
    whole->code = "10";
    part->code = "ii";
    part->parent = "10";
    action->code = "10.2";
    names = item_keys_by_name(&document, "d");
    assert_string_equal(item_key_about(names, "d", "action 10/10.2"), "d#10/10.2");
    assert_string_equal(item_key_about(names, "d", "action 10.2"), "d#10/10.2");
    assert_string_equal(item_key_about(names, "d", "recommendation 10 (ii)"), "d#10.ii");
    assert_string_equal(item_key_about(names, "d", "10"), "d#10");
    assert_string_equal(item_key_about(names, "d", "response"), "d#response");
    assert_string_equal(item_key_about(names, "d", NULL), "d");
    assert_string_equal(item_key_about(names, "d", "key actions"), "key actions");
    json_decref(names);
    document_finish(&document);
}

static void more_met_than_there_are_is_no_figure(void **state)
{
    (void)state;
    assert_true(own_checks_counts(&(struct indicator){.met = 4, .total = 7}));
    assert_true(own_checks_counts(&(struct indicator){.value = -3}));
    assert_false(own_checks_counts(&(struct indicator){.met = 8, .total = 7}));
    assert_false(own_checks_counts(&(struct indicator){.met = -1, .total = 7}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_the_register_would_not_take_is_cut_or_cleaned),
        cmocka_unit_test(caveat_comment_and_reason_stand_apart),
        cmocka_unit_test(evaluators_and_management_are_told_apart),
        cmocka_unit_test(two_figures_of_one_name_have_two_keys),
        cmocka_unit_test(names_in_findings_lead_to_items),
        cmocka_unit_test(more_met_than_there_are_is_no_figure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
