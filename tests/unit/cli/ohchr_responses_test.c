/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Responses as different offices publish them, each with the records expected of it, written by
 * hand: ohchr/NAME.txt and NAME.expected. Behind its first, a line of the latter is
 *
 *     units|the file of units under deploy/sample, or none
 *     doc|date|state and day of approval|findings on the document and the response
 *     rec CODE|position|its source|progress in the comment|evaluators' units|findings|text
 *     cav|the caveat           of the recommendation above; expected only where the line stands
 *     com|its comment          likewise
 *     act RECOMMENDATION/CODE|due date and precision|units|progress|findings|text
 */
#include "ohchr_reading.h"

#include <dirent.h>

static const char folder[] = UPTAKE_SOURCE_DIR "/tests/unit/cli/ohchr";

struct digest {
    char lines[256][1024];
    int n;
};

static void add_sorted(const char *words[], int *n, const char *word)
{
    int at = 0;

    while (at < *n && strcmp(words[at], word) < 0)
        at++;
    if (*n == 16 || (at < *n && strcmp(words[at], word) == 0))
        return;
    for (int i = *n; i > at; i--)
        words[i] = words[i - 1];
    words[at] = word;
    ++*n;
}

/* Codes of the findings on a subject; subject NULL: on no action and no recommendation. */
static void put_findings(const struct reading *reading, const char *subject, char *out, size_t room)
{
    const char *codes[16];
    int n = 0;
    const json_t *each;

    for (int i = 0; (each = record(reading, "finding", i)); i++) {
        const char *of = text_of(each, "subject");
        bool whole = strncmp(of, "action ", 7) != 0 && strncmp(of, "recommendation ", 15) != 0;
        if (subject ? strcmp(of, subject) == 0 : whole)
            add_sorted(codes, &n, text_of(each, "code"));
    }
    for (int i = 0; i < n; i++)
        snprintf(out + strlen(out), room - strlen(out), "%s%s", i ? " " : "", codes[i]);
}

static void put_units(const json_t *record, char *out, size_t room)
{
    size_t i;
    const json_t *each;
    const char *comma = "";

    json_array_foreach(json_object_get(record, "units"), i, each)
    {
        snprintf(out + strlen(out), room - strlen(out), "%s%s %s%s%s", comma, text_of(each, "role"),
                 text_of(each, "name"),
                 json_is_true(json_object_get(each, "inferred")) ? " inferred" : "",
                 json_is_true(json_object_get(each, "ambiguous")) ? " ambiguous" : "");
        comma = ", ";
    }
    json_array_foreach(json_object_get(record, "unresolved"), i, each)
    {
        snprintf(out + strlen(out), room - strlen(out), "%s%s (%s)", comma, text_of(each, "name"),
                 text_of(each, "why"));
        comma = ", ";
    }
}

static void put_text(const char *text, char *out, size_t room)
{
    for (; *text; text++)
        snprintf(out + strlen(out), room - strlen(out), *text == '\n' ? " / " : "%c", *text);
}

static void put_words(const json_t *list, char *out, size_t room)
{
    size_t i;
    const json_t *each;

    json_array_foreach(list, i, each) snprintf(out + strlen(out), room - strlen(out), "%s%s",
                                               i ? "," : "", json_string_value(each));
}

static char *next_line(struct digest *digest)
{
    if (digest->n == 256)
        fail_msg("more than 256 lines");
    return digest->lines[digest->n++];
}

static void add_text(struct digest *digest, const char *what, const char *text)
{
    char *line;

    if (!*text)
        return;
    line = next_line(digest);
    snprintf(line, sizeof(digest->lines[0]), "%s|", what);
    put_text(text, line, sizeof(digest->lines[0]));
}

static bool within(const char *code, const char *parent)
{
    size_t len = strlen(parent);

    return strncmp(code, parent, len) == 0 && code[len] == '.';
}

static void add_recommendation(const struct reading *reading, struct digest *digest,
                               const json_t *each)
{
    char *line = next_line(digest);
    size_t room = sizeof(digest->lines[0]);
    const char *code = text_of(each, "code");
    const char *parent = text_of(each, "parent");
    char subject[64];
    char key[48];

    snprintf(key, sizeof(key), *parent && !within(code, parent) ? "%s.%s" : "%.0s%s", parent, code);
    snprintf(subject, sizeof(subject),
             *parent && !within(code, parent) ? "recommendation %s (%s)" : "recommendation %.0s%s",
             parent, code);
    snprintf(line, room, "rec %s|%s|%s|", key, text_of(each, "position"),
             text_of(each, "position_source"));
    put_words(json_object_get(each, "comment_progress"), line, room);
    strcat(line, "|");
    put_units(each, line, room);
    strcat(line, "|");
    put_findings(reading, subject, line, room);
    strcat(line, "|");
    put_text(text_of(each, "text"), line, room);
    add_text(digest, "cav", text_of(each, "caveat"));
    add_text(digest, "com", text_of(each, "comment"));
}

static void put_timeframe(const json_t *timeframe, char *out, size_t room)
{
    const char *due_on = text_of(timeframe, "due_on");

    snprintf(out + strlen(out), room - strlen(out), "%s%s%s%s%s|", due_on, *due_on ? " " : "",
             text_of(timeframe, "precision"),
             json_is_true(json_object_get(timeframe, "open")) ? " open" : "",
             json_is_true(json_object_get(timeframe, "progressive")) ? " progressive" : "");
}

static void add_action(const struct reading *reading, struct digest *digest, const json_t *each)
{
    char *line = next_line(digest);
    size_t room = sizeof(digest->lines[0]);
    const char *code = text_of(each, "code");
    const char *of = json_string_value(json_array_get(json_object_get(each, "recommendations"), 0));
    char subject[64];

    snprintf(subject, sizeof(subject), within(code, of) ? "action %.0s%s" : "action %s/%s", of,
             code);
    snprintf(line, room, "act %s/%s|", of, code);
    put_timeframe(json_object_get(each, "timeframe"), line, room);
    put_units(each, line, room);
    snprintf(line + strlen(line), room - strlen(line), "|%s|", text_of(each, "progress"));
    put_findings(reading, subject, line, room);
    strcat(line, "|");
    put_text(text_of(each, "text"), line, room);
}

static void make_digest(const struct reading *reading, struct digest *digest)
{
    const json_t *document = json_array_get(reading->records, 0);
    const json_t *response = record(reading, "response", 0);
    const char *approved_on = text_of(response, "approved_on");
    char *line = next_line(digest);
    size_t i;
    const json_t *each;

    snprintf(line, sizeof(digest->lines[0]), "doc|%s|%s%s%s|", text_of(document, "date"),
             text_of(response, "state"), *approved_on ? " " : "", approved_on);
    put_findings(reading, NULL, line, sizeof(digest->lines[0]));
    json_array_foreach(reading->records, i, each)
    {
        if (i && is(each, "type", "document"))
            return;
        if (is(each, "type", "recommendation"))
            add_recommendation(reading, digest, each);
        if (is(each, "type", "action"))
            add_action(reading, digest, each);
    }
}

static bool is_optional(const char *line)
{
    return strncmp(line, "cav|", 4) == 0 || strncmp(line, "com|", 4) == 0;
}

/* Lines that differ; both sides are printed. */
static int compare(const char *name, struct digest *digest, FILE *expected)
{
    char line[1024];
    int wrong = 0;
    int at = 0;

    while (fgets(line, sizeof(line), expected)) {
        line[strcspn(line, "\n")] = '\0';
        while (at < digest->n && is_optional(digest->lines[at]) && !is_optional(line))
            at++;
        while (at < digest->n && is_optional(digest->lines[at]) && is_optional(line) &&
               strncmp(digest->lines[at], line, 4) != 0)
            at++;
        if (at < digest->n && strcmp(digest->lines[at], line) == 0) {
            at++;
            continue;
        }
        wrong++;
        print_error("%s\n  - %s\n  + %s\n", name, line, at < digest->n ? digest->lines[at] : "");
        at++;
    }
    for (; at < digest->n; at++)
        if (!is_optional(digest->lines[at])) {
            wrong++;
            print_error("%s\n  + %s\n", name, digest->lines[at]);
        }
    return wrong;
}

static bool is_response(struct reading *reading, const char *path)
{
    struct err err;

    if (!source_file_read(path, &reading->document.arena, &reading->file, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
    return ohchr_recognise(reading->file.text);
}

static int check(const char *name)
{
    static struct digest digest;
    struct reading reading = {0};
    char path[512];
    char units[128];
    FILE *expected;
    int wrong;

    snprintf(path, sizeof(path), "%s/%.*s.expected", folder, (int)(strlen(name) - 4), name);
    expected = fopen(path, "r");
    if (!expected || fscanf(expected, "#%*[^\n]\nunits|%127s\n", units) != 1)
        fail_msg("%s: no line of units", path);
    if (strcmp(units, "none") != 0)
        load_units(&reading, units);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (!is_response(&reading, path)) {
        print_error("%s is not taken for a response\n", name);
        fclose(expected);
        release(&reading);
        return 1;
    }
    read_records(&reading);
    memset(&digest, 0, sizeof(digest));
    make_digest(&reading, &digest);
    wrong = compare(name, &digest, expected);
    fclose(expected);
    release(&reading);
    return wrong;
}

static void responses_of_many_offices_give_what_is_expected_of_each(void **state)
{
    DIR *files = opendir(folder);
    const struct dirent *each;
    int wrong = 0;
    int read = 0;

    (void)state;
    assert_non_null(files);
    while ((each = readdir(files))) {
        const char *dot = strrchr(each->d_name, '.');
        if (dot && strcmp(dot, ".txt") == 0) {
            wrong += check(each->d_name);
            read++;
        }
    }
    closedir(files);
    assert_true(read >= 12);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_of_many_offices_give_what_is_expected_of_each),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
