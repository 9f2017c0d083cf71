/* SPDX-License-Identifier: Apache-2.0 */
#include "expected_records.h"
#include "gate_reading.h"

#include <stdio.h>

static void read_records(struct reading *reading, const char *path)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    struct err err;
    char *line;
    char *rest;

    assert_non_null(stream);
    read_path(reading, path);
    if (!records_write(&reading->document, stream, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
    fclose(stream);
    reading->records = json_array();
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        json_array_append_new(reading->records, json_loads(line, 0, NULL));
    free(text);
}

static const char *text_of(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));

    return text ? text : "";
}

/* The n-th (from 0) record of a type. */
static json_t *record(const struct reading *reading, const char *type, int n)
{
    size_t index;
    json_t *each;

    json_array_foreach(reading->records, index, each)
    {
        if (strcmp(text_of(each, "type"), type) == 0 && n-- == 0)
            return each;
    }
    return NULL;
}

static int count(const struct reading *reading, const char *type)
{
    int n = 0;

    while (record(reading, type, n))
        n++;
    return n;
}

static bool has_finding(const struct reading *reading, const char *code, const char *subject)
{
    for (int i = 0; record(reading, "finding", i); i++) {
        const json_t *finding = record(reading, "finding", i);
        if (strcmp(text_of(finding, "code"), code) == 0 &&
            strcmp(text_of(finding, "subject"), subject) == 0)
            return true;
    }
    return false;
}

/* "DRD lead; RD overseer" */
static void expect_units(const json_t *action, const char *expected)
{
    char text[256] = "";
    size_t index;
    json_t *unit;

    json_array_foreach(json_object_get(action, "units"), index, unit)
    {
        size_t len = strlen(text);
        snprintf(text + len, sizeof(text) - len, "%s%s %s", index ? "; " : "",
                 text_of(unit, "name"), text_of(unit, "role"));
    }
    assert_string_equal(text, expected);
}

struct expected_action {
    const char *recommendation, *code, *due_on, *progress, *units;
    const char *updates; /* oldest first; "-": undated */
};

static void expect_updates(const struct reading *reading, const struct expected_action *expected)
{
    char text[256] = "";

    for (int i = 0; record(reading, "update", i); i++) {
        const json_t *update = record(reading, "update", i);
        const char *on = text_of(update, "reported_on");
        size_t len = strlen(text);
        if (strcmp(text_of(update, "recommendation"), expected->recommendation) != 0 ||
            strcmp(text_of(update, "action"), expected->code) != 0)
            continue;
        snprintf(text + len, sizeof(text) - len, "%s%s %s", len ? "; " : "", *on ? on : "-",
                 text_of(update, "progress"));
    }
    assert_string_equal(text, expected->updates);
}

static void expect_actions(const struct reading *reading, const struct expected_action *expected,
                           int n)
{
    assert_int_equal(count(reading, "action"), n);
    for (int i = 0; i < n; i++) {
        const json_t *action = record(reading, "action", i);
        const json_t *answered = json_array_get(json_object_get(action, "recommendations"), 0);
        const json_t *timeframe = json_object_get(action, "timeframe");
        assert_string_equal(json_string_value(answered), expected[i].recommendation);
        assert_string_equal(text_of(action, "code"), expected[i].code);
        assert_string_equal(text_of(timeframe, "due_on"), expected[i].due_on);
        assert_string_equal(text_of(timeframe, "precision"), "month");
        assert_string_equal(text_of(action, "progress"), expected[i].progress);
        expect_units(action, expected[i].units);
        expect_updates(reading, &expected[i]);
    }
}

static const struct expected_action cambodia[] = {
    {"1", "1", "2022-12-31", "completed", "DRD lead", "- unknown; 2022-12 completed"},
    {"1", "2", "2022-12-31", "completed", "DRD lead; RD lead", "- unknown; 2022-12 completed"},
    {"1", "3", "2022-12-31", "completed",
     "DRD lead; POs lead; ROM support; HRBP support; RD overseer", "- unknown; 2022-12 completed"},
    {"2", "1", "2021-02-28", "completed", "DRD lead; PO lead; Regional P&C Lead lead",
     "- unknown; 2022-12 completed"},
    {"2", "2", "2021-07-31", "completed", "DRD lead", "- unknown; 2022-12 completed"},
    {"2", "3", "2022-06-30", "ongoing", "POs lead; CPC lead; DRD lead", "2022-12 ongoing"},
    {"2", "4", "2021-12-31", "ongoing", "CPC lead; POs lead; DRD lead",
     "- unknown; 2022-12 ongoing"},
    {"3", "1", "2021-09-30", "ongoing", "DRD lead; CPC lead; POs lead",
     "- unknown; 2022-12 ongoing"},
    {"3", "2", "2021-11-30", "ongoing", "DRD lead; CPC lead; POs lead",
     "- unknown; 2022-12 ongoing"},
    {"3", "3", "2022-06-30", "ongoing", "DRD lead; CPC lead; POs lead", "- ongoing"},
    {"3", "4", "2021-12-31", "completed", "CPC lead; POs lead; SSA lead",
     "- unknown; 2022-12 completed"},
};

static void expect_cambodia(const struct reading *reading)
{
    assert_int_equal(count(reading, "recommendation"), 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(text_of(record(reading, "recommendation", i), "position"), "accepted");
    expect_actions(reading, cambodia, sizeof(cambodia) / sizeof(cambodia[0]));
    assert_true(has_finding(reading, "MILESTONE_IN_COMMENT", "action 1/1"));
    assert_true(has_finding(reading, "CADENCE_STATED", "action 1/3"));
    assert_true(has_finding(reading, "NO_CODE", "action 3/4"));
}

/* units may be NULL: posts are told by the document alone. */
static void expect_records(const char *name, const char *units)
{
    struct reading reading = {0};
    char path[512];

    if (units) {
        snprintf(path, sizeof(path), "%s/gate/%s", sample, units);
        load_units(&reading, path);
    }
    snprintf(path, sizeof(path), "%s/gate/%s.txt", sample, name);
    read_records(&reading, path);
    snprintf(path, sizeof(path), "%s/gate/%s.expected.jsonl", sample, name);
    expect_file(reading.records, path);
    release(&reading);
}

static void synthetic_document_gives_its_expected_records(void **state)
{
    (void)state;
    expect_records("harbour-programme", "harbour-units.jsonl");
}

static void french_page_with_lost_letters_gives_its_expected_records(void **state)
{
    (void)state;
    expect_records("jardins-scolaires", "jardins-units.jsonl");
}

static void spanish_page_without_a_directory_gives_its_expected_records(void **state)
{
    (void)state;
    expect_records("mercados-rurales", NULL);
}

static void odd_deadlines_are_kept_and_reported(void **state)
{
    static const struct {
        const char *row, *source, *code;
    } rows[] = {
        {"1.1. Do it. Desk 2021/13 Completed", "2021/13", "BAD_DATE"},
        {"1.1. Do it. Desk 30 Feb 2021 Completed", "30 Feb 2021", "BAD_DATE"},
        {"1.1. Do it. Desk 2150/01 Completed", "2150/01", "BAD_DATE"},
        {"1.1. Do it. Desk 2019/12 Completed", "2019/12", "DATE_ORDER"},
        {"1.1. Do it. Desk 03/04/2021 Completed", "03/04/2021", "DATE_AMBIGUOUS"},
        {"1.1. Do it. Desk No due date Completed", "No due date", "NO_DEADLINE"},
        {"1.1. Do it. Desk Completed Done in 2020.", NULL, "NO_DEADLINE"},
        {"1.1. Do it. Desk 1.2. Do it. 2021/12 Mislaid", "2021/12", "STATUS_UNKNOWN_WORD"},
        {"1.1. Do it. Desk Q4 2021 Mislaid", "Q4 2021", "STATUS_UNKNOWN_WORD"},
        {"DO IT WITH CARE DRD, OPS December 2021 Mislaid", "December 2021", "STATUS_UNKNOWN_WORD"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading reading = {0};
        const struct action *action;

        read_rows(&reading, rows[i].row);
        action = reading.document.recommendations->actions;
        if (!action || findings(&reading, rows[i].code) != 1)
            fail_msg("%s: no %s", rows[i].row, rows[i].code);
        if (rows[i].source)
            assert_string_equal(action->timeframe_source, rows[i].source);
        else
            assert_null(action->timeframe_source);
        release(&reading);
    }
}

static void a_period_in_a_comment_begins_no_row(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_rows(&reading, "1.1. Do it. Desk 2021/12 Ongoing The plan of\n"
                        "December 2021 completed the work, and in\n"
                        "2020 Ongoing work was stopped.\n");
    assert_int_equal(document_count_actions(&reading.document), 1);
    release(&reading);
}

static void sample_register_has_the_facts_of_the_cambodia_response(void **state)
{
    struct reading reading = {0};
    char path[512];

    (void)state;
    snprintf(path, sizeof(path), "%s/units.jsonl", sample);
    load_units(&reading, path);
    snprintf(path, sizeof(path), "%s/unwomen-cambodia-2020.txt", sample);
    read_records(&reading, path);
    expect_cambodia(&reading);
    for (int i = 0; record(&reading, "finding", i); i++)
        assert_string_not_equal(text_of(record(&reading, "finding", i), "code"), "UNIT_UNKNOWN");
    release(&reading);
}

static void posts_are_told_by_the_document_alone_when_no_directory_is_known(void **state)
{
    struct reading reading = {0};
    char path[512];

    (void)state;
    snprintf(path, sizeof(path), "%s/unwomen-cambodia-2020.txt", sample);
    read_records(&reading, path);
    expect_cambodia(&reading);
    assert_true(has_finding(&reading, "UNIT_UNKNOWN", "action 2/1"));
    release(&reading);
}

/* A document's path in the corpus; skips the test by name when it is not at hand. */
static void corpus_path(const char *name, char *path, size_t room)
{
    const char *corpus = getenv("UPTAKE_CORPUS");
    FILE *file;

    if (!corpus)
        skip();
    snprintf(path, room, "%s/%s", corpus, name);
    file = fopen(path, "r");
    if (!file)
        skip();
    fclose(file);
}

static void published_cambodia_response_gives_the_published_facts(void **state)
{
    struct reading reading = {0};
    char path[512];

    (void)state;
    corpus_path("unwomen-cambodia-management-response-2020.txt", path, sizeof(path));
    read_records(&reading, path);
    expect_cambodia(&reading);
    release(&reading);
}

static void published_cambodia_response_gives_the_same_facts_with_a_directory(void **state)
{
    struct reading reading = {0};
    char units[512];
    char path[512];

    (void)state;
    corpus_path("unwomen-cambodia-management-response-2020.txt", path, sizeof(path));
    snprintf(units, sizeof(units), "%s/units.jsonl", sample);
    load_units(&reading, units);
    read_records(&reading, path);
    expect_cambodia(&reading);
    assert_int_equal(findings(&reading, "UNIT_UNKNOWN"), 0);
    release(&reading);
}

static void published_liberia_response_keeps_over_due_as_unknown_progress(void **state)
{
    static const struct expected_action liberia[] = {
        {"1", "1.1", "2011-12-31", "completed", "UN Women Liberia Programme Staff lead",
         "- completed"},
        {"1", "1.2", "2013-12-31", "unknown", "SRO lead", "- unknown"},
    };
    struct reading reading = {0};
    char path[512];

    (void)state;
    corpus_path("more/gate-4979-liberia.rw.txt", path, sizeof(path));
    read_records(&reading, path);
    assert_int_equal(count(&reading, "recommendation"), 1);
    assert_string_equal(text_of(record(&reading, "recommendation", 0), "position"), "none_given");
    expect_actions(&reading, liberia, 2);
    assert_true(has_finding(&reading, "STATUS_UNKNOWN_WORD", "action 1/1.2"));
    release(&reading);
}

static void text_of_another_layout_is_not_taken_for_this_one(void **state)
{
    (void)state;
    assert_false(gate_recognise("Recommendation: only this\n"));
    assert_false(gate_recognise("Key Actions\nManagement Response Category: Accepted\n"));
    assert_false(gate_recognise(""));
    assert_true(gate_recognise("Recommendation: a\nManagement Response Category:\nKey Actions\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(synthetic_document_gives_its_expected_records),
        cmocka_unit_test(french_page_with_lost_letters_gives_its_expected_records),
        cmocka_unit_test(spanish_page_without_a_directory_gives_its_expected_records),
        cmocka_unit_test(odd_deadlines_are_kept_and_reported),
        cmocka_unit_test(a_period_in_a_comment_begins_no_row),
        cmocka_unit_test(sample_register_has_the_facts_of_the_cambodia_response),
        cmocka_unit_test(posts_are_told_by_the_document_alone_when_no_directory_is_known),
        cmocka_unit_test(published_cambodia_response_gives_the_published_facts),
        cmocka_unit_test(published_cambodia_response_gives_the_same_facts_with_a_directory),
        cmocka_unit_test(published_liberia_response_keeps_over_due_as_unknown_progress),
        cmocka_unit_test(text_of_another_layout_is_not_taken_for_this_one),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
