/* SPDX-License-Identifier: Apache-2.0 */
/* Every finding and every refusal of the reader, each from the smallest text that causes it. */
#include "ohchr_reading.h"

#include <dirent.h>

#define TITLE "# Evaluation of the Mill Office\n\n1 March 2025\n\n## Management response\n\n"
#define FIRST "Recommendation 1: Do it\nManagement position: "
#define ONE TITLE FIRST "Accepted\nManagement comment:\n"
#define HEADS "Key Action\tResponsibility\tTimeframe\n"
#define TABLE ONE HEADS
#define REPORT                                                                                     \
    "# Evaluation of the Mill Office\n\n1 March 2025\n\nRecommendations\tActions\tResponsible\n"   \
    "1. Do it\tTurn the wheel seven times.\tMETS\n\n## Management response\n\n"

struct finding_case {
    const char *code;
    const char *subject;
    const char *text;
};

static const struct finding_case cases[] = {
    {"ANCHOR_ASSUMED", "document", ONE},
    {"APPROVAL_ASSUMED", "response", ONE},
    {"BAD_DATE", "action 1.1", TABLE "1.1 a\tMETS\t30/02/2026\n"},
    {"CADENCE_STATED", "action 1.1", TABLE "1.1 a\tMETS\tQuarterly\n"},
    {"CADENCE_STATED", "recommendation 1", TABLE "1.1 Report every six months\tMETS\tQ1/2026\n"},
    {"CODE_GAP", "action 1.3", TABLE "1.1 a\tMETS\tQ1/2026\n1.3 b\tMETS\tQ1/2026\n"},
    {"CODE_GAP", "recommendation 3", ONE "Recommendation 3: x\nManagement position: Noted\n"},
    {"CODE_MISMATCH", "action 1/2.1", TABLE "2.1. a\tMETS\tQ1/2026\n"},
    {"CODE_NORMALISED", "action 1.1", TABLE "I.1. a\tMETS\tQ1/2026\n"},
    {"CODE_NORMALISED", "recommendation 1",
     TITLE "Recommendation I: Do it\nManagement position: Noted\n"},
    {"DATE_AMBIGUOUS", "action 1.1", TABLE "1.1 a\tMETS\t03/04/2026\n"},
    {"DATE_MISSING", "document", FIRST "Noted\n"},
    {"DATE_ORDER", "action 1.1", TABLE "1.1 a\tMETS\tQ1/2024\n"},
    {"DATE_OTHER_IN_TEXT", "action 1.1", TABLE "1.1 Mill (due in 2028)\tMETS\tQ1/2026\n"},
    {"DATE_UNREADABLE", "action 1.1", TABLE "1.1 a\tMETS\tafter the harvest\n"},
    {"DATE_WITH_REMARK", "action 1.1", TABLE "1.1 a\tMETS\tQ1/2026 (if dry)\n"},
    {"DUPLICATE_CODE", "action 1.1", TABLE "1.1 a\tMETS\tQ1/2026\n1.1 b\tMETS\tQ1/2026\n"},
    {"DUPLICATE_CODE", "recommendation 1",
     ONE "Recommendation 2: x\nManagement position: Noted\n"
         "Recommendation 1: y\nManagement position: Noted\n"},
    {"NO_CODE", "action 1/1", TABLE "Mill\tMETS\tQ1/2026\n"},
    {"NO_CODE", "recommendation 1", TITLE "Recommendation: Do it\nManagement position: Noted\n"},
    {"NO_DEADLINE", "action 1.1", TABLE "1.1 a\tMETS\t\n"},
    {"NO_POSITION", "recommendation 2",
     ONE "Recommendation 2: x\nManagement position:\nManagement comment:\n"},
    {"NO_REASON", "recommendation 1", TITLE FIRST "Rejected\nManagement comment: -\n"},
    {"NUMBER_RANGE", "document",
     "In 2024 it records \"good progress\" in 140% of its results.\n\n" ONE},
    {"PART_EXCLUDED", "recommendation 1.2", TITLE FIRST "Accepted, except 1.2 which is done.\n"},
    {"PART_EXCLUDED", "recommendation 1 (ii)",
     TITLE FIRST "Partially accepted: (i) is accepted, (ii) is not accepted.\n"
                 "Management comment:\n" HEADS "Mill (i) rye; (ii) oats.\tMETS\tQ1/2026\n"},
    {"POSITION_PARTIAL_UNDER_ACCEPTED", "recommendation 1",
     TITLE FIRST "Accepted, except 1.2 which is done.\n"},
    {"POSITION_UNKNOWN_WORD", "recommendation 2",
     ONE "Recommendation 2: x\nManagement position: Perhaps\n"},
    {"PROGRESS_ON_RECOMMENDATION_ONLY", "recommendation 1",
     ONE "ONGOING\n" HEADS "1.1 a\tMETS\tQ1/2026\n"},
    {"STATUS_UNKNOWN_WORD", "action 1.1",
     ONE "Key action\tResponsible\tDeadline\tStatus\n1.1 a\tMETS\tQ1/2026\tmilling\n"},
    {"TEXT_DIVERGES", "recommendation 1",
     REPORT FIRST "Accepted\nManagement comment:\n" HEADS
                  "1.1 Turn the wheel nine times.\tMETS\tQ1/2026\n"},
    {"TEXT_IN_UNIT_CELL", "action 1.1", TABLE "1.1 Turn the wheel\tTurn the wheel METS\tQ1/2026\n"},
    {"TEXT_MISSING", "action 1.1", TABLE "1.1\tMETS\tQ1/2026\n"},
    {"TEXT_MISSING", "recommendation 1", TITLE "Recommendation 1:\nManagement position: Noted\n"},
    {"TITLE_MISSING", "document", FIRST "Noted\n"},
    {"UNIT_AMBIGUOUS", "action 1.2",
     TABLE "1.1 a\tMETS\tQ1/2026\t\n1.2 b\t\tSEARO\tQ1/2026\n1.3 c\t\t\tQ1/2026\n"},
    {"UNIT_AMBIGUOUS", "action 1.1", TABLE "1.1 a\tQ1/2026\t\n"},
    {"UNIT_AMBIGUOUS", "action 1.2",
     TABLE "<p>1.1 a</p><p>1.2 b</p>\t<p>METS</p><p>SEARO</p>\tQ1/2026\n"},
    {"UNIT_EXTERNAL", "action 1.1", TABLE "1.1 a\tUNICEF\tQ1/2026\n"},
    {"UNIT_INFERRED", "action 1.2", TABLE "1.1 a\tMETS\tQ1/2026\n1.2 b\t\tQ1/2026\n"},
    {"UNIT_MISSING", "action 1.1", TABLE "1.1 a\t\tQ1/2026\n"},
    {"UNIT_UNKNOWN", "action 1.1", TABLE "1.1 a\tMiller's Section\tQ1/2026\n"},
    {"UNIT_UNKNOWN", "document", TABLE "1.1 a\tCountry Office\tQ1/2026\n"},
    {"UNIT_VAGUE", "action 1.1", TABLE "1.1 a\trelevant sections\tQ1/2026\n"},
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static void each_finding_comes_with_its_place_and_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct reading reading = {0};
        const json_t *found;

        load_units(&reading, "units.jsonl");
        read_text(&reading, cases[i].text);
        found = finding(&reading, cases[i].code, cases[i].subject);
        if (!found)
            fail_msg("no %s on %s in:\n%s", cases[i].code, cases[i].subject, cases[i].text);
        assert_int_equal(strncmp(text_of(found, "place"), "line ", 5), 0);
        assert_true(strlen(text_of(found, "remedy")) > 8);
        assert_true(strlen(text_of(found, "message")) > 8);
        release(&reading);
    }
}

static bool is_covered(const char *code, size_t len)
{
    for (size_t i = 0; i < CASES; i++)
        if (strlen(cases[i].code) == len && strncmp(cases[i].code, code, len) == 0)
            return true;
    return strncmp(code, "TOO_MANY_RECORDS", len) == 0; /* below */
}

/* Codes stand behind the severity in the call that reports them. */
static void expect_codes_covered(const char *path)
{
    static char text[64 * 1024];
    FILE *file = fopen(path, "r");
    size_t len;

    assert_non_null(file);
    len = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[len] = '\0';
    for (const char *at = text; (at = strstr(at, "SEVERITY_")); at++) {
        const char *code = at + strcspn(at, ",\"");
        code += strspn(code, ", \n");
        if (*code == '"' && !is_covered(code + 1, strcspn(code + 1, "\"")))
            fail_msg("%s: no case for %.40s", path, code);
    }
}

static void every_finding_the_reader_can_give_has_a_case(void **state)
{
    static const char folder[] = UPTAKE_SOURCE_DIR "/services/cli/import";
    DIR *files = opendir(folder);
    const struct dirent *each;
    int n = 0;

    (void)state;
    assert_non_null(files);
    while ((each = readdir(files))) {
        const char *dot = strrchr(each->d_name, '.');
        char path[512];
        if (strncmp(each->d_name, "ohchr", 5) != 0 || !dot || strcmp(dot, ".c") != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, each->d_name);
        expect_codes_covered(path);
        n++;
    }
    closedir(files);
    assert_true(n > 10);
}

/* What cannot be read at all gives a code, a place, a remedy, and nothing else. */
static void expect_refusal(const char *text, const char *code)
{
    struct reading reading = {0};
    struct err err = {0};

    reading.file =
        (struct source_file){.path = "text", .name = "text", .text = text, .len = strlen(text)};
    reading.document.file = &reading.file;
    assert_false(ohchr_read(&reading.document, &reading.directory, &err));
    assert_string_equal(err.code, code);
    assert_int_equal(err.kind, ERR_REJECT);
    assert_true(*err.place && strlen(err.text) > 8);
    release(&reading);
}

static char *repeat(const char *start, const char *piece, int n)
{
    size_t len = strlen(piece);
    char *text = malloc(strlen(start) + len * (size_t)n + 1);
    char *at = text;

    assert_non_null(text);
    at += sprintf(at, "%s", start);
    for (int i = 0; i < n; i++) {
        memcpy(at, piece, len + 1);
        at += len;
    }
    return text;
}

static void what_is_too_much_is_refused_with_a_remedy(void **state)
{
    char *lines = repeat(ONE, "\n", 400001);
    char *many = repeat(ONE, "Recommendation: x\nManagement position: Noted\n", 1000);

    (void)state;
    expect_refusal("", "FORMAT_UNKNOWN");
    expect_refusal("Management response\n\nNothing to say.\n", "FORMAT_UNKNOWN");
    expect_refusal(lines, "TOO_MANY_LINES");
    expect_refusal(many, "TOO_MANY_RECORDS");
    free(lines);
    free(many);
}

static void actions_beyond_the_limit_are_left_out_with_an_error(void **state)
{
    char *text = repeat(TABLE, "Mill\tMETS\tQ1/2026\n", 1001);
    struct reading reading = {0};
    const json_t *found;

    (void)state;
    read_text(&reading, text);
    found = finding(&reading, "TOO_MANY_RECORDS", "key actions");
    assert_non_null(found);
    assert_true(is(found, "severity", "error"));
    assert_int_equal(count(&reading, "action"), 1000);
    release(&reading);
    free(text);
}

static void numbers_too_large_are_no_codes(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_text(&reading, TABLE "1.99999999999999999999 a\tMETS\tQ1/2026\n"
                              "99999999999.1. b\tMETS\tQ1/99999999999\n");
    assert_int_equal(count(&reading, "action"), 2);
    assert_non_null(finding(&reading, "NO_CODE", "action 1/1"));
    assert_non_null(finding(&reading, "NO_CODE", "action 1/2"));
    assert_non_null(finding(&reading, "DATE_UNREADABLE", "action 1/2"));
    release(&reading);
}

static void no_part_is_its_own_whole(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_text(&reading, TITLE "Recommendation 1.1: Do it\n"
                              "Management position: Accepted, except 1.1 and 1.1.1 and (1.1).\n");
    for (int i = 0; record(&reading, "recommendation", i); i++) {
        const json_t *each = record(&reading, "recommendation", i);
        assert_string_not_equal(text_of(each, "code"), text_of(each, "parent"));
    }
    release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_comes_with_its_place_and_remedy),
        cmocka_unit_test(every_finding_the_reader_can_give_has_a_case),
        cmocka_unit_test(what_is_too_much_is_refused_with_a_remedy),
        cmocka_unit_test(actions_beyond_the_limit_are_left_out_with_an_error),
        cmocka_unit_test(numbers_too_large_are_no_codes),
        cmocka_unit_test(no_part_is_its_own_whole),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
