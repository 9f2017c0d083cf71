/* SPDX-License-Identifier: Apache-2.0 */
#include "principals.h"

#include "groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 6 };

/* As the database would answer; NULL: SQL NULL. */
static PGresult *table(const char *rows[][COLUMNS], int n)
{
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[COLUMNS] = {{.name = (char *)"a"}, {.name = (char *)"b"},
                                     {.name = (char *)"c"}, {.name = (char *)"d"},
                                     {.name = (char *)"e"}, {.name = (char *)"f"}};

    assert_true(PQsetResultAttrs(result, COLUMNS, columns));
    for (int row = 0; row < n; row++)
        for (int column = 0; column < COLUMNS; column++) {
            const char *text = rows[row][column];
            assert_true(PQsetvalue(result, row, column, (char *)(uintptr_t)text,
                                   text ? (int)strlen(text) : -1));
        }
    return result;
}

/* id, name, internal, speaks for others, producer epoch, public key */
static const char *people[][COLUMNS] = {
    {"1", "reporting", "t", "t", "0", "key-r"}, {"2", "office", "f", "f", "7", "key-a"},
    {"2", "office", "f", "f", "7", "key-b"},    {"3", "reader", "f", "f", "0", NULL},
    {"4", "operator", "f", "f", "0", NULL},     {"5", "partner", "f", "f", "0", NULL},
};

/* principal, kind, document, groups, unit, scope of the unit */
static const char *grants[][COLUMNS] = {
    {"2", "action", "d", "progress_report,hold_set", "", "0"},
    {"2", "action", "e", "timeframe", "unit:A", "11"},
    {"2", "action", "e", "progress_report", "unit:A", "11"},
    {"2", "action", "e", "progress_report", "unit:B", "12"},
    {"2", "action", "f", "", "unit:GONE", "0"},
    {"2", "unit", "", "", "", "0"},
    {"2", "policy", "", "policy_rule", "", "0"},
    {"2", "policy", "", "a_group_of_later", "", "0"},
    {"9", "unit", "", "", "", "0"},
    {"5", "action", "", "", "", "0"},
    {"4", "action", "d", "", "", "0"},
    {"4", "principal", "", "", "", "0"},
};

static int load(void **state)
{
    PGresult *who = table(people, (int)(sizeof(people) / sizeof(people[0])));
    PGresult *what = table(grants, (int)(sizeof(grants) / sizeof(grants[0])));
    struct principals *principals;
    struct err err;

    principals = principals_create(&err);
    assert_non_null(principals);
    assert_true(principals_load(principals, who, what, &err));
    PQclear(who);
    PQclear(what);
    *state = principals;
    return 0;
}

static int unload(void **state)
{
    principals_destroy(*state);
    return 0;
}

/* A change of an action of the document with these groups, none of them filled in. */
struct asked {
    struct submission submission;
    Uptake__V1__Change change;
    Uptake__V1__Timeframe timeframe;
    Uptake__V1__ProgressReport report;
};

static void ask(struct asked *asked, int sender, const char *document, bool report, bool timeframe)
{
    memset(asked, 0, sizeof(*asked));
    uptake__v1__change__init(&asked->change);
    uptake__v1__timeframe__init(&asked->timeframe);
    uptake__v1__progress_report__init(&asked->report);
    asked->change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    asked->change.document = (char *)(uintptr_t)document;
    asked->change.progress_report = report ? &asked->report : NULL;
    asked->change.timeframe = timeframe ? &asked->timeframe : NULL;
    asked->submission.sender_id = sender;
    asked->submission.change = &asked->change;
}

static void refuses(const struct principals *principals, struct asked *asked, const char *code,
                    const char *place)
{
    struct err err = {0};

    assert_false(principals_may_push(principals, &asked->submission, &err));
    assert_string_equal(err.code, code);
    assert_string_equal(err.place, place);
    arena_finish(&asked->submission.arena);
}

/* Wiping what was said has to be granted by name, or to be an operator's. */
static void a_grant_of_everything_is_none_of_redaction(void **state)
{
    static Uptake__V1__Redaction redaction = UPTAKE__V1__REDACTION__INIT;
    struct asked asked;
    struct err err;

    ask(&asked, 5, "d", true, false);
    asked.change.redaction = &redaction;
    assert_true(principals_may_push(*state, &asked.submission, &err));
    assert_int_equal(asked.submission.not_owned, GROUP_BIT(GROUP_REDACTION));
    ask(&asked, 4, "d", true, false);
    asked.change.redaction = &redaction;
    assert_true(principals_may_push(*state, &asked.submission, &err));
    assert_int_equal(asked.submission.not_owned, 0);
}

static void every_key_leads_to_its_principal(void **state)
{
    const struct principal *office = principals_find(*state, "key-a");

    assert_non_null(office);
    assert_int_equal(office->id, 2);
    assert_int_equal(office->producer_epoch, 7);
    assert_ptr_equal(principals_find(*state, "key-b"), office);
    assert_null(principals_find(*state, "key-c"));
    assert_null(principals_find(*state, NULL));
}

static void a_name_leads_to_one_without_keys_too(void **state)
{
    const struct principal *reporting = principals_by_name(*state, "reporting");

    assert_true(reporting->internal && reporting->speaks_for_others);
    assert_int_equal(principals_by_name(*state, "reader")->id, 3);
    assert_null(principals_by_name(*state, "nobody"));
}

static void nothing_loaded_admits_nobody(void **state)
{
    struct err err;
    struct principals *empty = principals_create(&err);
    struct asked asked;

    (void)state;
    assert_null(principals_find(empty, "key-a"));
    assert_null(principals_by_name(empty, "office"));
    ask(&asked, 2, "d", true, false);
    refuses(empty, &asked, "NOT_GRANTED", "kind");
    principals_destroy(empty);
}

/* Such a change is judged by the batch, which knows whether it was accepted before. */
static void owes(const struct principals *principals, struct asked *asked, uint64_t groups)
{
    struct err err = {0};

    assert_true(principals_may_push(principals, &asked->submission, &err));
    assert_int_equal(asked->submission.not_owned, groups);
    arena_finish(&asked->submission.arena);
}

static void a_grant_covers_its_groups_alone(void **state)
{
    struct asked asked;

    ask(&asked, 2, "d", true, false);
    owes(*state, &asked, 0);
    assert_int_equal(asked.submission.nwithin, 0);
    ask(&asked, 2, "d", false, true);
    owes(*state, &asked, GROUP_BIT(GROUP_TIMEFRAME));
    ask(&asked, 2, "d", true, true);
    owes(*state, &asked, GROUP_BIT(GROUP_TIMEFRAME));
}

static void another_document_kind_or_sender_is_not_granted(void **state)
{
    struct asked asked;

    ask(&asked, 2, "x", true, false);
    refuses(*state, &asked, "NOT_GRANTED", "document");
    ask(&asked, 2, "d", true, false);
    asked.change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION;
    refuses(*state, &asked, "NOT_GRANTED", "kind");
    ask(&asked, 3, "d", true, false);
    refuses(*state, &asked, "NOT_GRANTED", "kind");
    ask(&asked, 8, "d", true, false);
    refuses(*state, &asked, "NOT_GRANTED", "kind");
}

static void a_unit_limits_to_the_scopes_where_all_groups_are_granted(void **state)
{
    struct asked asked;
    struct err err = {0};

    ask(&asked, 2, "e", true, false);
    assert_true(principals_may_push(*state, &asked.submission, &err));
    assert_int_equal(asked.submission.nwithin, 2);
    assert_int_equal(asked.submission.within[0], 11);
    assert_int_equal(asked.submission.within[1], 12);
    arena_finish(&asked.submission.arena);
    ask(&asked, 2, "e", true, true);
    assert_true(principals_may_push(*state, &asked.submission, &err));
    assert_int_equal(asked.submission.nwithin, 1);
    assert_int_equal(asked.submission.within[0], 11);
    arena_finish(&asked.submission.arena);
}

static void a_unit_that_is_not_there_grants_nothing(void **state)
{
    struct asked asked;

    ask(&asked, 2, "f", true, false);
    refuses(*state, &asked, "NOT_GRANTED", "subject");
}

static void a_group_nobody_knows_yet_widens_nothing(void **state)
{
    struct asked asked;

    ask(&asked, 2, "policies", true, false);
    asked.change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_POLICY;
    owes(*state, &asked, GROUP_BIT(GROUP_PROGRESS_REPORT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_grant_of_everything_is_none_of_redaction, load, unload),
        cmocka_unit_test_setup_teardown(every_key_leads_to_its_principal, load, unload),
        cmocka_unit_test_setup_teardown(a_name_leads_to_one_without_keys_too, load, unload),
        cmocka_unit_test(nothing_loaded_admits_nobody),
        cmocka_unit_test_setup_teardown(a_grant_covers_its_groups_alone, load, unload),
        cmocka_unit_test_setup_teardown(another_document_kind_or_sender_is_not_granted, load,
                                        unload),
        cmocka_unit_test_setup_teardown(a_unit_limits_to_the_scopes_where_all_groups_are_granted,
                                        load, unload),
        cmocka_unit_test_setup_teardown(a_unit_that_is_not_there_grants_nothing, load, unload),
        cmocka_unit_test_setup_teardown(a_group_nobody_knows_yet_widens_nothing, load, unload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
