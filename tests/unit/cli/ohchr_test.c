/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "expected_records.h"
#include "ohchr_reading.h"

/* Synthetic documents ------------------------------------------------------------------------- */

static void expect_records(const char *name)
{
    struct reading reading = {0};
    char path[512];

    load_units(&reading, "ohchr/lagoon-units.jsonl");
    snprintf(path, sizeof(path), "%s/ohchr/%s.txt", sample, name);
    read_path(&reading, path);
    snprintf(path, sizeof(path), "%s/ohchr/%s.expected.jsonl", sample, name);
    expect_file(reading.records, path);
    release(&reading);
}

static void english_report_with_every_case_of_the_layout_gives_its_records(void **state)
{
    (void)state;
    expect_records("lagoon-programme");
}

static void french_response_without_apostrophes_gives_its_records(void **state)
{
    (void)state;
    expect_records("lagune-programme");
}

static void spanish_response_in_a_table_of_bars_gives_its_records(void **state)
{
    (void)state;
    expect_records("laguna-programa");
}

/* Cases ---------------------------------------------------------------------------------------- */

#define ONE "Recommendation 1: Do it\nManagement position: Accepted\nManagement comment:\n"
#define HEADS "Key Action\tResponsibility\tTimeframe\n"

static void what_is_not_a_response_is_not_taken_for_one(void **state)
{
    (void)state;
    assert_false(ohchr_recognise(""));
    assert_false(ohchr_recognise("Recommendation 1: only this\n"));
    assert_false(ohchr_recognise("Management position on recommendation: ACCEPTED\n"));
    assert_false(ohchr_recognise("Recommendation: a\nManagement Response Category: Accepted\n"
                                 "Management Response: a text\nKey Actions\n"));
    assert_true(ohchr_recognise(ONE));
    assert_true(ohchr_recognise("Recomendación 4.\nPostura de la dirección: No aceptada\n"));
    assert_true(
        ohchr_recognise("Recommandation n° 2 - Faire\nRéponse de la direction : Acceptée\n"));
}

static const json_t *unit_at(const struct reading *reading, int action, size_t n)
{
    return json_array_get(json_object_get(record(reading, "action", action), "units"), n);
}

static void blank_cell_takes_over_only_from_its_own_recommendation(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_text(&reading, ONE HEADS "1.1 a\tSEARO\tQ1/2025\n"
                                  "Recommendation 2: Do that\nManagement position: Accepted\n" HEADS
                                  "2.1 b\t\tQ1/2025\n2.2 c\tMETS\tQ2/2025\n2.3 d\t\tQ2/2025\n");
    assert_null(unit_at(&reading, 1, 0));
    assert_non_null(finding(&reading, "UNIT_MISSING", "action 2.1"));
    assert_null(finding(&reading, "UNIT_INFERRED", "action 2.1"));
    assert_true(is(unit_at(&reading, 3, 0), "name", "METS"));
    assert_true(json_is_true(json_object_get(unit_at(&reading, 3, 0), "inferred")));
    release(&reading);
}

static void table_that_is_shifted_as_a_whole_is_not_ambiguous(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_text(&reading, ONE HEADS "1.1 a\t\tSEARO\tQ1/2025\n1.2 b\t\tMETS\tQ1/2025\n");
    assert_true(is(unit_at(&reading, 0, 0), "name", "SEARO"));
    assert_true(is(unit_at(&reading, 1, 0), "name", "METS"));
    assert_null(finding(&reading, "UNIT_AMBIGUOUS", "action 1.1"));
    release(&reading);
}

static void columns_are_told_by_their_headings_in_any_order(void **state)
{
    struct reading reading = {0};
    const json_t *timeframe;

    (void)state;
    read_text(&reading, ONE "No.\tActions\tDeadline\tUnit responsible\tStatus\n"
                            "1.1\tPaint\tend of Q2 2025\tMETS\tCompleted\n"
                            "1.2\tSell\tsoon\tSEARO\tnobody knows\n");
    timeframe = json_object_get(record(&reading, "action", 0), "timeframe");
    assert_true(is(record(&reading, "action", 0), "code", "1.1"));
    assert_true(is(record(&reading, "action", 0), "text", "Paint"));
    assert_true(is(record(&reading, "action", 0), "progress", "completed"));
    assert_true(is(timeframe, "due_on", "2025-06-30"));
    assert_true(is(unit_at(&reading, 0, 0), "name", "METS"));
    assert_true(is(unit_at(&reading, 1, 0), "name", "SEARO"));
    assert_non_null(finding(&reading, "DATE_UNREADABLE", "action 1.2"));
    assert_non_null(finding(&reading, "STATUS_UNKNOWN_WORD", "action 1.2"));
    release(&reading);
}

static void line_that_lost_its_columns_is_cut_at_deadline_and_known_names(void **state)
{
    struct reading reading = {0};
    const json_t *action;

    (void)state;
    read_text(&reading,
              ONE HEADS "1.1. Plan the year with all Country Office, HQ (METS) Q4 2025\n");
    action = record(&reading, "action", 0);
    assert_true(is(json_object_get(action, "timeframe"), "due_on", "2025-12-31"));
    assert_true(is(action, "text", "Plan the year with all Country Office, HQ (METS)") ||
                is(action, "text", "Plan the year with all"));
    release(&reading);
}

static void text_goes_on_behind_page_numbers_footnotes_and_headings(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_text(&reading,
              ONE HEADS "1.1 Paint the pier (and the boat)\tMETS\tQ1/2025\n\nPage 3 of 9\n\n"
                        "<sup>4</sup> Of wood.\nhttps://example.org/boat\n\n## The office\n\n"
                        "blue or green;\t\t\nwhite. <sup>4</sup>\t and SEARO\t\n---\n"
                        "Sell the rest.\tMETS\tQ2/2025\n");
    assert_true(is(record(&reading, "action", 0), "text",
                   "Paint the pier (and the boat) blue or green; white."));
    assert_true(is(unit_at(&reading, 0, 1), "name", "SEARO"));
    assert_true(is(record(&reading, "action", 1), "text", "Sell the rest."));
    assert_int_equal(count(&reading, "action"), 2);
    release(&reading);
}

static void same_number_twice_and_a_missing_one_are_found(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_text(&reading, ONE HEADS "1.1 a\tMETS\tQ1/2025\n1.3 b\tMETS\tQ1/2025\n"
                                  "1.3 c\tMETS\tQ1/2025\n2.4. d\tMETS\tQ1/2025\n"
                                  "Recommendation 3: x\nManagement position: Noted\n"
                                  "Recommendation 3. y\n");
    assert_non_null(finding(&reading, "CODE_GAP", "action 1.3"));
    assert_non_null(finding(&reading, "DUPLICATE_CODE", "action 1.3"));
    assert_non_null(finding(&reading, "CODE_MISMATCH", "action 1/2.4"));
    assert_non_null(finding(&reading, "CODE_GAP", "recommendation 3"));
    assert_int_equal(count(&reading, "recommendation"), 2);
    release(&reading);
}

struct position_case {
    const char *text;
    const char *position;
    const char *source;
    const char *found; /* a finding on the recommendation; "": none */
};

static void positions_are_read_with_what_stands_beside_them(void **state)
{
    static const struct position_case cases[] = {
        {"ACCEPTED", "accepted", "ACCEPTED", ""},
        {"Accepted, subject to funding", "accepted", "Accepted", ""},
        {"ACCEPTED with a small edit to the title", "accepted_with_changes", "ACCEPTED", ""},
        {"The recommendation is accepted.", "accepted", "accepted", ""},
        {"It is not fully accepted.", "none_given", "It is not fully accepted.",
         "POSITION_UNKNOWN_WORD"},
        {"Accepted / Partially accepted / Not accepted", "none_given",
         "Accepted / Partially accepted / Not accepted", "POSITION_UNKNOWN_WORD"},
        {"☐ Accepted ☒ Partially accepted ☐ Not accepted", "partially_accepted",
         "Partially accepted", "NO_REASON"},
        {"Accepted, with the exception of 1.2", "partially_accepted", "Accepted", "PART_EXCLUDED"},
        {"Accepted, except the second half", "partially_accepted", "Accepted", "PART_EXCLUDED"},
        {"NOT ACCEPTED", "not_accepted", "NOT ACCEPTED", "NO_REASON"},
        {"perhaps", "none_given", "perhaps", "POSITION_UNKNOWN_WORD"},
        {"", "none_given", "", "NO_POSITION"},
        {"NON ACCEPTÉE : trop cher", "not_accepted", "NON ACCEPTÉE", ""},
        {"Parcialmente aceptada: falta dinero", "partially_accepted", "Parcialmente aceptada", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct reading reading = {0};
        char text[512];
        const json_t *whole;
        bool found;

        snprintf(text, sizeof(text),
                 "Recommendation 1: Do it\nManagement position:\n%s\nManagement comment:\n",
                 cases[i].text);
        read_text(&reading, text);
        whole = recommendation(&reading, "", "1");
        if (!is(whole, "position", cases[i].position))
            fail_msg("\"%s\" is %s", cases[i].text, text_of(whole, "position"));
        assert_string_equal(text_of(whole, "position_source"), cases[i].source);
        found = finding(&reading, cases[i].found, "recommendation 1") ||
                finding(&reading, cases[i].found, "recommendation 1.2");
        if (!found && cases[i].found[0])
            fail_msg("\"%s\": no finding %s", cases[i].text, cases[i].found);
        release(&reading);
    }
}

static void progress_is_taken_from_words_that_stand_alone(void **state)
{
    struct reading reading = {0};
    char words[128];

    (void)state;
    read_text(&reading, "Recommendation 1: Do it\nManagement position: Accepted\n"
                        "Management comment: Initiated talks with all.\n- ONGOING since May\n"
                        "Completed. All is done.\nEn cours de route\n");
    words_of(json_object_get(recommendation(&reading, "", "1"), "comment_progress"), words,
             sizeof(words));
    assert_string_equal(words, "ongoing;completed");
    release(&reading);
}

/* Damage --------------------------------------------------------------------------------------- */

static unsigned next_random(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % below;
}

/* Takes out, repeats and overwrites stretches; the result is text again. */
static void damage(char *text, size_t room, unsigned *seed)
{
    for (int i = 0; i < 4; i++) {
        size_t len = strlen(text);
        size_t at = next_random(seed, (unsigned)len + 1);
        size_t n = next_random(seed, 200);
        if (at + n > len)
            n = len - at;
        switch (next_random(seed, 4)) {
        case 0:
            memmove(text + at, text + at + n, len - at - n + 1);
            break;
        case 1:
            if (len + n + 1 < room)
                memmove(text + at + n, text + at, len - at + 1);
            break;
        case 2:
            if (at < len)
                text[at] = "\t\n 0(1).|/<>*&-"[next_random(seed, 15)];
            break;
        default:
            if (next_random(seed, 10) == 0)
                text[at] = '\0';
            break;
        }
    }
    for (size_t bad; (bad = text_utf8_check(text, strlen(text))) < strlen(text);)
        text[bad] = '?';
}

static void damaged_documents_are_read_or_refused_and_never_break(void **state)
{
    static char text[32 * 1024];
    static const char *const names[] = {"lagoon-programme", "lagune-programme", "laguna-programa"};
    unsigned seed = 7;

    (void)state;
    for (int i = 0; i < 600; i++) {
        struct reading reading = {0};
        struct source_file file;
        char path[512];
        struct err err;

        snprintf(path, sizeof(path), "%s/ohchr/%s.txt", sample, names[i % 3]);
        assert_true(source_file_read(path, &reading.document.arena, &file, &err));
        assert_true(file.len < sizeof(text) / 2);
        memcpy(text, file.text, file.len + 1);
        damage(text, sizeof(text), &seed);
        if (i % 2)
            load_units(&reading, "ohchr/lagoon-units.jsonl");
        if (ohchr_recognise(text))
            read_text(&reading, text);
        release(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_report_with_every_case_of_the_layout_gives_its_records),
        cmocka_unit_test(french_response_without_apostrophes_gives_its_records),
        cmocka_unit_test(spanish_response_in_a_table_of_bars_gives_its_records),
        cmocka_unit_test(what_is_not_a_response_is_not_taken_for_one),
        cmocka_unit_test(blank_cell_takes_over_only_from_its_own_recommendation),
        cmocka_unit_test(table_that_is_shifted_as_a_whole_is_not_ambiguous),
        cmocka_unit_test(columns_are_told_by_their_headings_in_any_order),
        cmocka_unit_test(line_that_lost_its_columns_is_cut_at_deadline_and_known_names),
        cmocka_unit_test(text_goes_on_behind_page_numbers_footnotes_and_headings),
        cmocka_unit_test(same_number_twice_and_a_missing_one_are_found),
        cmocka_unit_test(positions_are_read_with_what_stands_beside_them),
        cmocka_unit_test(progress_is_taken_from_words_that_stand_alone),
        cmocka_unit_test(damaged_documents_are_read_or_refused_and_never_break),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
