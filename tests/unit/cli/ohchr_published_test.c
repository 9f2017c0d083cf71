/* SPDX-License-Identifier: Apache-2.0 */
/* The published evaluation against the published facts; skipped where they are not at hand. */
#include "ohchr_reading.h"

#include <strings.h>
#include <time.h>

static FILE *corpus_open(const char *name)
{
    const char *corpus = getenv("UPTAKE_CORPUS");
    char path[512];
    FILE *file;

    if (!corpus)
        skip();
    snprintf(path, sizeof(path), "%s/%s", corpus, name);
    file = fopen(path, "r");
    if (!file)
        skip();
    return file;
}

/* Skips before anything is held that a skipped test would not release. */
static void need_corpus(void)
{
    fclose(corpus_open("ohchr-cambodia-evaluation-2024.txt"));
}

static void read_corpus(struct reading *reading)
{
    char path[512];

    need_corpus();
    snprintf(path, sizeof(path), "%s/ohchr-cambodia-evaluation-2024.txt", getenv("UPTAKE_CORPUS"));
    read_path(reading, path);
}

enum { COLUMNS_MAX = 16 };

/* Cuts a line of a table at its tabs. */
static int cut(char *line, char *cells[COLUMNS_MAX])
{
    int n = 0;

    line[strcspn(line, "\n")] = '\0';
    while (n < COLUMNS_MAX) {
        cells[n++] = line;
        line = strchr(line, '\t');
        if (!line)
            break;
        *line++ = '\0';
    }
    for (int i = n; i < COLUMNS_MAX; i++)
        cells[i] = (char *)(uintptr_t) "";
    return n;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "b;a" and "a;b" are one set. */
static void sort_set(char *set, char *sorted, size_t room)
{
    char *items[32];
    int n = 0;
    char *rest;

    for (char *at = strtok_r(set, ";", &rest); at && n < 32; at = strtok_r(NULL, ";", &rest))
        items[n++] = at;
    qsort(items, (size_t)n, sizeof(items[0]), compare_texts);
    *sorted = '\0';
    for (int i = 0; i < n; i++)
        snprintf(sorted + strlen(sorted), room - strlen(sorted), "%s%s", i ? ";" : "", items[i]);
}

static void units_of(const json_t *action, bool containers, char *set, size_t room)
{
    size_t index;
    json_t *unit;

    *set = '\0';
    json_array_foreach(json_object_get(action, "units"), index, unit)
    {
        if (is(unit, "role", "container") == containers)
            put(set, room, text_of(unit, "name"));
    }
}

static void findings_of(const struct reading *reading, const char *subject, char *set, size_t room)
{
    *set = '\0';
    for (int i = 0; record(reading, "finding", i); i++)
        if (is(record(reading, "finding", i), "subject", subject))
            put(set, room, text_of(record(reading, "finding", i), "code"));
}

static void expect_set(const char *what, const char *subject, char *got, char *expected)
{
    char a[512];
    char b[512];

    sort_set(got, a, sizeof(a));
    sort_set(expected, b, sizeof(b));
    if (strcmp(a, b) != 0)
        fail_msg("%s: %s are \"%s\", not \"%s\"", subject, what, a, b);
}

/* In one row the source may be read as one unit or two: there, what is named must be among them. */
static void expect_units(const json_t *action, const char *subject, char *expected, char *note)
{
    char got[512];
    char *rest;

    units_of(action, false, got, sizeof(got));
    if (!strstr(note, "either is right") && !strstr(note, "taken over from 5.1")) {
        expect_set("units", subject, got, expected);
        return;
    }
    for (char *at = strtok_r(expected, ";", &rest); at; at = strtok_r(NULL, ";", &rest))
        if (!strstr(got, at))
            fail_msg("%s: unit %s is not among %s", subject, at, got);
}

/* recommendation, position, comment_progress, action, responsible, units, containers, deadline,
 * due_on, precision, findings, note */
static void expect_row(const struct reading *reading, const json_t *action, char **cells)
{
    const json_t *answered = json_array_get(json_object_get(action, "recommendations"), 0);
    const json_t *whole = recommendation(reading, "", cells[0]);
    const json_t *timeframe = json_object_get(action, "timeframe");
    char subject[64];
    char got[512];

    snprintf(subject, sizeof(subject), cells[3][0] ? "action %s%s" : "action %s/1",
             cells[3][0] ? cells[3] : cells[0], "");
    assert_string_equal(json_string_value(answered), cells[0]);
    assert_string_equal(text_of(action, "code"), cells[3][0] ? cells[3] : "1");
    assert_string_equal(text_of(whole, "position"), cells[1]);
    words_of(json_object_get(whole, "comment_progress"), got, sizeof(got));
    expect_set("words of progress", subject, got, cells[2]);
    expect_units(action, subject, cells[5], cells[11]);
    units_of(action, true, got, sizeof(got));
    expect_set("containers", subject, got, cells[6]);
    assert_string_equal(text_of(timeframe, "due_on"), cells[8]);
    assert_string_equal(text_of(timeframe, "precision"), cells[9]);
    findings_of(reading, subject, got, sizeof(got));
    expect_set("findings", subject, got, cells[10]);
}

static void expect_rows(const struct reading *reading)
{
    FILE *table = corpus_open("expected/ohchr-management-response.tsv");
    char line[4096];
    char *cells[COLUMNS_MAX];
    int n = 0;

    assert_non_null(fgets(line, sizeof(line), table));
    while (fgets(line, sizeof(line), table)) {
        cut(line, cells);
        assert_non_null(record(reading, "action", n));
        expect_row(reading, record(reading, "action", n++), cells);
    }
    fclose(table);
    assert_int_equal(count(reading, "action"), n);
}

static void published_response_gives_every_published_row(void **state)
{
    struct reading reading = {0};

    (void)state;
    need_corpus();
    load_units(&reading, "units.jsonl");
    read_corpus(&reading);
    expect_rows(&reading);
    release(&reading);
}

static void published_response_gives_the_same_rows_without_a_directory(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_corpus(&reading);
    expect_rows(&reading);
    release(&reading);
}

static void published_report_gives_each_recommendation_once_with_its_parts(void **state)
{
    struct reading reading = {0};
    int whole = 0;

    (void)state;
    need_corpus();
    load_units(&reading, "units.jsonl");
    read_corpus(&reading);
    for (int i = 0; record(&reading, "recommendation", i); i++)
        whole += text_of(record(&reading, "recommendation", i), "parent")[0] == '\0';
    assert_int_equal(whole, 10);
    assert_true(is(recommendation(&reading, "1", "1.1"), "position", "accepted"));
    assert_true(is(recommendation(&reading, "1", "1.3"), "position", "not_accepted"));
    assert_true(is(recommendation(&reading, "10", "ii"), "position", "accepted"));
    assert_true(is(recommendation(&reading, "10", "iii"), "position", "under_consideration"));
    assert_non_null(finding(&reading, "PART_EXCLUDED", "recommendation 1.3"));
    assert_non_null(finding(&reading, "POSITION_PARTIAL_UNDER_ACCEPTED", "recommendation 1"));
    release(&reading);
}

static void expect_divergence(const struct reading *reading, const char *subject,
                              const char *became)
{
    const json_t *found = finding(reading, "TEXT_DIVERGES", subject);

    assert_non_null(found);
    assert_non_null(strstr(text_of(found, "message"), became));
}

static void published_response_is_compared_with_the_report_word_by_word(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_corpus(&reading);
    expect_divergence(&reading, "recommendation 2", "\"Violations\" became \"Case\"");
    expect_divergence(&reading, "recommendation 9", "\"next\" became \"revised\"");
    expect_divergence(&reading, "recommendation 10", "\"seven\" became \"nine\"");
    assert_null(finding(&reading, "TEXT_DIVERGES", "recommendation 8"));
    release(&reading);
}

static void published_report_tells_whom_the_evaluators_hold_responsible(void **state)
{
    struct reading reading = {0};
    const json_t *units;

    (void)state;
    read_corpus(&reading);
    units = json_object_get(recommendation(&reading, "", "1"), "units");
    assert_int_equal(json_array_size(units), 3);
    assert_true(is(json_array_get(units, 0), "role", "lead"));
    assert_true(is(json_array_get(units, 2), "role", "support"));
    assert_true(is(json_array_get(units, 2), "name", "SEARO"));
    assert_true(is(json_array_get(units, 2), "said_by", "evaluator"));
    units = json_object_get(recommendation(&reading, "", "10"), "units");
    assert_true(is(json_array_get(units, 0), "role", "container"));
    assert_true(is(json_array_get(units, 1), "name", "FOTCD"));
    assert_true(is(json_array_get(units, 5), "role", "external"));
    release(&reading);
}

static int count_parts(const struct reading *reading, const char *parent)
{
    int n = 0;

    for (int i = 0; record_of(reading, 1, "recommendation", i); i++)
        n += is(record_of(reading, 1, "recommendation", i), "parent", parent);
    return n;
}

/* line, parts, starts, repeated_in_2024 */
static void published_report_gives_the_recommendations_it_quotes(void **state)
{
    struct reading reading = {0};
    FILE *table = corpus_open("expected/ohchr-2020-recommendations.tsv");
    char line[4096];
    char *cells[COLUMNS_MAX];
    char place[32];
    int at = 0;

    (void)state;
    read_corpus(&reading);
    assert_non_null(fgets(line, sizeof(line), table));
    while (fgets(line, sizeof(line), table)) {
        const json_t *quoted = record_of(&reading, 1, "recommendation", at);
        int parts = quoted ? count_parts(&reading, text_of(quoted, "code")) : 0;
        char *semicolon;

        cut(line, cells);
        assert_non_null(quoted);
        snprintf(place, sizeof(place), "line %s", cells[0]);
        assert_string_equal(text_of(quoted, "place"), place);
        assert_int_equal(parts ? parts : 1, atoi(cells[1]));
        semicolon = strchr(cells[2], ';');
        if (semicolon)
            *semicolon = '\0';
        assert_int_equal(strncmp(text_of(quoted, "text"), cells[2], strlen(cells[2])), 0);
        at += 1 + parts;
    }
    fclose(table);
    assert_null(record_of(&reading, 1, "recommendation", at));
    release(&reading);
}

/* Is there an indicator whose name ends so, with these figures? */
static bool has_indicator(const struct reading *reading, const char *name, int met, int total)
{
    for (int i = 0; record(reading, "indicator", i); i++) {
        const json_t *each = record(reading, "indicator", i);
        const char *text = text_of(each, "name");
        size_t len = strlen(name);
        if (strlen(text) >= len && strcasecmp(text + strlen(text) - len, name) == 0 &&
            json_integer_value(json_object_get(each, total ? "met" : "value")) == met &&
            json_integer_value(json_object_get(each, "total")) == total)
            return true;
    }
    return false;
}

/* document, fact, value, where: "Gender assessment 2024, AREA, markers met", "6 of 10" */
static void published_report_gives_the_published_figures(void **state)
{
    struct reading reading = {0};
    FILE *table = corpus_open("expected/facts.tsv");
    char line[4096];
    char *cells[COLUMNS_MAX];
    int n = 0;

    (void)state;
    read_corpus(&reading);
    while (fgets(line, sizeof(line), table)) {
        char *area;
        int met;
        int total;
        cut(line, cells);
        if (strncmp(cells[0], "ohchr", 5) != 0)
            continue;
        area = strchr(cells[1], ',');
        if (sscanf(cells[2], "%d of %d", &met, &total) == 2 && area) {
            area += 2;
            *strchr(area, ',') = '\0';
            if (!has_indicator(&reading, area, met, total))
                fail_msg("no indicator %s %d of %d", area, met, total);
            n++;
        } else if (sscanf(cells[2], "%d %% / %d %%", &met, &total) == 2) {
            assert_true(has_indicator(&reading, "good progress", met, 0));
            assert_true(has_indicator(&reading, "some progress", total, 0));
            n++;
        }
    }
    fclose(table);
    assert_int_equal(n, 4);
    release(&reading);
}

static void published_report_is_read_in_little_time(void **state)
{
    struct reading reading = {0};
    clock_t start;

    (void)state;
    need_corpus();
    load_units(&reading, "units.jsonl");
    start = clock();
    read_corpus(&reading);
    /* 0.15 s in a normal build; sanitizers and a busy machine take their share. */
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 1.5);
    release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_response_gives_every_published_row),
        cmocka_unit_test(published_response_gives_the_same_rows_without_a_directory),
        cmocka_unit_test(published_report_gives_each_recommendation_once_with_its_parts),
        cmocka_unit_test(published_response_is_compared_with_the_report_word_by_word),
        cmocka_unit_test(published_report_tells_whom_the_evaluators_hold_responsible),
        cmocka_unit_test(published_report_gives_the_recommendations_it_quotes),
        cmocka_unit_test(published_report_gives_the_published_figures),
        cmocka_unit_test(published_report_is_read_in_little_time),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
