/* SPDX-License-Identifier: Apache-2.0 */
#include "decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct item_state action_at(int64_t revision)
{
    struct item_state item = {.exists = true,
                              .key = "d#1/1",
                              .document = "d",
                              .kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION,
                              .revision = revision};

    item.group_revisions[GROUP_ACTION_WORDING] = 1;
    item.group_revisions[GROUP_TIMEFRAME] = 2;
    item.group_revisions[GROUP_PROGRESS_REPORT] = 3;
    return item;
}

static Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
static Uptake__V1__Timeframe timeframe = UPTAKE__V1__TIMEFRAME__INIT;

static Uptake__V1__Change change_of(uint64_t base)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;

    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = (char *)"d";
    change.subject = (char *)"d#1/1";
    change.base_revision = base;
    return change;
}

static void check(const struct item_state *item, const Uptake__V1__Change *change,
                  Uptake__V1__Outcome outcome, const char *code)
{
    const struct circumstances plain = {0};
    struct verdict verdict = decide(item, change, &plain);

    assert_int_equal(verdict.outcome, outcome);
    if (code)
        assert_string_equal(verdict.why.code, code);
}

static void a_new_item_needs_base_zero(void **state)
{
    const struct item_state none = {.key = "d#1/1"};
    Uptake__V1__Change fresh = change_of(0);
    Uptake__V1__Change later = change_of(1);

    (void)state;
    check(&none, &fresh, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED, NULL);
    check(&none, &later, UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER, "ITEM_UNKNOWN");
}

static void an_existing_item_is_not_created_again(void **state)
{
    struct item_state item = action_at(3);
    Uptake__V1__Change change = change_of(0);

    (void)state;
    change.timeframe = &timeframe;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "ITEM_EXISTS");
}

static void who_decides_about_a_cycle_as_the_second_was_overtaken(void **state)
{
    static Uptake__V1__CycleDecision decision = UPTAKE__V1__CYCLE_DECISION__INIT;
    static Uptake__V1__ReturnMade made = UPTAKE__V1__RETURN_MADE__INIT;
    struct item_state item = {.exists = true,
                              .key = "cycle:six-monthly:2026-12-31",
                              .document = "cycles",
                              .kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE,
                              .revision = 1};
    const struct circumstances same = {.same = GROUP_BIT(GROUP_CYCLE_DECISION)};
    Uptake__V1__Change change = change_of(0);

    (void)state;
    item.group_revisions[GROUP_CYCLE_DECISION] = 1;
    change.kind = item.kind;
    change.document = (char *)"cycles";
    change.cycle_decision = &decision;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, "CONFLICT");
    assert_int_equal(decide(&item, &change, &same).outcome, UPTAKE__V1__OUTCOME__OUTCOME_NO_OP);
    change.return_made = &made;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, "CONFLICT");
}

static void a_key_stays_with_its_kind_and_document(void **state)
{
    struct item_state item = action_at(3);
    Uptake__V1__Change change = change_of(3);

    (void)state;
    change.document = (char *)"other";
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "KEY_TAKEN");
    change = change_of(3);
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "KEY_TAKEN");
}

static void a_change_of_the_current_revision_is_applied(void **state)
{
    struct item_state item = action_at(3);
    Uptake__V1__Change change = change_of(3);

    (void)state;
    change.progress_report = &report;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED, NULL);
}

static void a_base_ahead_of_the_register_waits_for_what_it_builds_on(void **state)
{
    struct item_state item = action_at(3);
    Uptake__V1__Change change = change_of(4);

    (void)state;
    change.progress_report = &report;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER, "BASE_REVISION_AHEAD");
}

static void disjoint_groups_are_merged_and_the_same_group_conflicts(void **state)
{
    struct item_state item = action_at(3);
    Uptake__V1__Change behind = change_of(2);

    (void)state;
    behind.timeframe = &timeframe; /* last touched at 2, the base: untouched since */
    check(&item, &behind, UPTAKE__V1__OUTCOME__OUTCOME_MERGED, NULL);
    behind.progress_report = &report; /* touched at 3 */
    check(&item, &behind, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, "CONFLICT");
    behind.timeframe = NULL;
    check(&item, &behind, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, "CONFLICT");
    assert_string_equal(decide(&item, &behind, &(struct circumstances){0}).why.place,
                        "progress_report");
}

/* A tombstone, and what is sent to it on its present revision. */
static void a_tombstone_takes_only_what_is_about_its_retraction(void **state)
{
    enum { NONE, RETRACT, RESTORE };
    static const struct {
        int retraction;
        bool reports;
        uint64_t base;
        Uptake__V1__Outcome outcome;
        const char *code;
    } rows[] = {
        {NONE, true, 3, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "ITEM_RETRACTED"},
        {NONE, true, 4, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "ITEM_RETRACTED"},
        {NONE, true, 0, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "ITEM_RETRACTED"},
        {RETRACT, true, 4, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "ITEM_RETRACTED"},
        {RETRACT, false, 4, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED, NULL},
        {RETRACT, false, 3, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, "CONFLICT"},
        {RESTORE, false, 4, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED, NULL},
        {RESTORE, true, 4, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED, NULL},
        {RESTORE, false, 3, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, "CONFLICT"},
        {RESTORE, false, 5, UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER, "BASE_REVISION_AHEAD"},
    };
    Uptake__V1__Retraction retraction = UPTAKE__V1__RETRACTION__INIT;
    struct item_state item = action_at(4);

    (void)state;
    item.retracted = true;
    item.group_revisions[GROUP_RETRACTION] = 4;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        Uptake__V1__Change change = change_of(rows[i].base);

        retraction.retracted = rows[i].retraction == RETRACT;
        change.retraction = rows[i].retraction == NONE ? NULL : &retraction;
        change.progress_report = rows[i].reports ? &report : NULL;
        check(&item, &change, rows[i].outcome, rows[i].code);
    }
}

static void what_is_no_tombstone_may_be_retracted_on_an_older_revision(void **state)
{
    Uptake__V1__Retraction retraction = UPTAKE__V1__RETRACTION__INIT;
    struct item_state item = action_at(3);
    Uptake__V1__Change change = change_of(2);

    (void)state;
    retraction.retracted = true;
    change.retraction = &retraction;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_MERGED, NULL);
}

static void a_review_speaks_of_the_report_that_stands(void **state)
{
    static const struct {
        uint64_t of_revision, base;
        Uptake__V1__Outcome outcome;
        const char *code;
    } rows[] = {
        {3, 3, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED, NULL},
        {3, 2, UPTAKE__V1__OUTCOME__OUTCOME_MERGED, NULL},
        {2, 3, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "REVIEW_OF_ANOTHER_REPORT"},
        {4, 3, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "REVIEW_OF_ANOTHER_REPORT"},
        {1, 2, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "REVIEW_OF_ANOTHER_REPORT"},
    };
    Uptake__V1__ProgressReview review = UPTAKE__V1__PROGRESS_REVIEW__INIT;
    struct item_state item = action_at(3);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        Uptake__V1__Change change = change_of(rows[i].base);

        review.of_revision = rows[i].of_revision;
        change.progress_review = &review;
        check(&item, &change, rows[i].outcome, rows[i].code);
    }
    item.group_revisions[GROUP_PROGRESS_REPORT] = 0; /* nothing was reported */
    review.of_revision = 1;
    Uptake__V1__Change change = change_of(3);
    change.progress_review = &review;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "REVIEW_OF_ANOTHER_REPORT");
}

static void a_refused_transition_names_both_words_and_the_reason(void **state)
{
    struct item_state item = action_at(3);
    Uptake__V1__ProgressReport back = UPTAKE__V1__PROGRESS_REPORT__INIT;
    Uptake__V1__Change change = change_of(3);
    struct verdict verdict;

    (void)state;
    item.progress = UPTAKE__V1__PROGRESS__PROGRESS_COMPLETED;
    back.progress = UPTAKE__V1__PROGRESS__PROGRESS_NOT_STARTED;
    change.progress_report = &back;
    check(&item, &change, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, "TRANSITION_NOT_ALLOWED");
    verdict = decide(&item, &change, &(struct circumstances){0});
    assert_non_null(strstr(verdict.why.text, "completed -> not_started: "));
    verdict = decide(&item, &change, &(struct circumstances){.returned = true});
    assert_int_equal(verdict.outcome, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED);
}

int main(void)
{
    report.progress = UPTAKE__V1__PROGRESS__PROGRESS_ONGOING;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_item_needs_base_zero),
        cmocka_unit_test(an_existing_item_is_not_created_again),
        cmocka_unit_test(who_decides_about_a_cycle_as_the_second_was_overtaken),
        cmocka_unit_test(a_key_stays_with_its_kind_and_document),
        cmocka_unit_test(a_change_of_the_current_revision_is_applied),
        cmocka_unit_test(a_base_ahead_of_the_register_waits_for_what_it_builds_on),
        cmocka_unit_test(disjoint_groups_are_merged_and_the_same_group_conflicts),
        cmocka_unit_test(a_tombstone_takes_only_what_is_about_its_retraction),
        cmocka_unit_test(what_is_no_tombstone_may_be_retracted_on_an_older_revision),
        cmocka_unit_test(a_review_speaks_of_the_report_that_stands),
        cmocka_unit_test(a_refused_transition_names_both_words_and_the_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
