/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/crosswalk.h"
#include "model/crosswalk_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void known_words_are_mapped_whatever_their_case(void **state)
{
    enum position position;
    enum progress progress;

    (void)state;
    assert_true(crosswalk_position("gate", "PARTIALLY  accepted", &position));
    assert_int_equal(position, POSITION_PARTIALLY_ACCEPTED);
    assert_true(crosswalk_progress("gate", "Not initiated", &progress));
    assert_int_equal(progress, PROGRESS_NOT_STARTED);
    assert_true(crosswalk_progress("gate", "Initiated", &progress));
    assert_int_equal(progress, PROGRESS_INITIATED);
}

static void lateness_is_not_taken_for_progress(void **state)
{
    enum progress progress;

    (void)state;
    assert_true(crosswalk_progress("gate", "Over due", &progress));
    assert_int_equal(progress, PROGRESS_UNKNOWN);
}

static void unknown_words_and_formats_are_not_guessed(void **state)
{
    enum progress progress = PROGRESS_ONGOING;

    (void)state;
    assert_false(crosswalk_progress("gate", "Almost", &progress));
    assert_false(crosswalk_progress("gate", "Completedly", &progress));
    assert_false(crosswalk_progress("gate", "Completed early", &progress));
    assert_false(crosswalk_progress("elsewhere", "Completed", &progress));
    assert_int_equal(progress, PROGRESS_ONGOING);
}

static void the_longest_word_at_the_start_is_found(void **state)
{
    struct crosswalk_row row;
    size_t len;

    (void)state;
    assert_true(crosswalk_find("gate", "progress", "No longer  applicable Since 2021", &len, &row));
    assert_int_equal(len, 21);
    assert_string_equal(row.word, "no_longer_applicable");
    assert_false(crosswalk_find("gate", "position", "Ongoing", &len, &row));
}

static void what_a_wrong_encoding_lost_does_not_hide_a_word(void **state)
{
    struct crosswalk_row row;
    size_t len;

    (void)state;
    assert_true(crosswalk_find("gate", "label", "R?ponse de l?administration :", &len, &row));
    assert_string_equal(row.word, "comment");
    assert_true(crosswalk_whole("gate", "progress",
                                "Achev\xEF\xBF\xBD"
                                "e",
                                &row));
    assert_true(crosswalk_whole("gate", "progress", "N'est plus applicable.", &row));
    assert_true(crosswalk_whole("gate", "progress", "N?est plus applicable", &row));
    assert_false(crosswalk_whole("gate", "progress", "???????", &row));
    assert_false(crosswalk_whole("gate", "progress", "Completed?", &row));
}

static void words_nobody_has_shown_are_marked(void **state)
{
    struct crosswalk_row row;

    (void)state;
    assert_true(crosswalk_whole("gate", "progress", "Ongoing", &row));
    assert_true(row.verified);
    assert_true(crosswalk_whole("gate", "progress", "No longer applicable", &row));
    assert_false(row.verified);
    assert_true(crosswalk_whole("ohchr", "position", "NOT ACCEPTED", &row));
    assert_false(row.verified);
    assert_true(crosswalk_whole("treaty_body", "grade", "B1", &row));
    assert_string_equal(row.word, "B");
}

/* The words of each axis beside position and progress. */
static const struct {
    const char *axis;
    const char *words; /* each with a blank behind it */
} axes[] = {
    {"assessment", "none partial full unassessed "},
    {"rank", "no_progress some_progress good_progress fully_achieved "},
    {"grade", "A B C D E "},
    {"assurance", "self_reported validated evidence_attached assessed_by_others "},
    {"state", "draft approved "},
    {"label", "recommendation comment position theme "},
    {"heading", "actions page "},
    {"column", "action responsible deadline status comments "},
    {"blank", "blank "},
    {"deadline", "none "},
};

static bool exists(const char *axis, const char *word)
{
    char wanted[CROSSWALK_WORD + 1];
    enum position position;
    enum progress progress;

    if (strcmp(axis, "position") == 0)
        return position_from_word(word, &position) && position != POSITION_UNSPECIFIED;
    if (strcmp(axis, "progress") == 0)
        return progress_from_word(word, &progress) && progress != PROGRESS_UNSPECIFIED;
    snprintf(wanted, sizeof(wanted), "%s ", word);
    for (size_t i = 0; i < sizeof(axes) / sizeof(axes[0]); i++)
        if (strcmp(axes[i].axis, axis) == 0)
            return strstr(axes[i].words, wanted) != NULL;
    return false;
}

enum { CELLS = 5, ROWS_MAX = 1000, ROW_BYTES = 512 };

/* Letter case and accents aside: what the lookup cannot tell apart. */
static void put_folded(char *folded, size_t room, const char *axis, const char *source)
{
    size_t len = (size_t)snprintf(folded, room, "%s,", axis);

    for (unsigned c = text_fold_next(&source); c && len + 1 < room; c = text_fold_next(&source))
        folded[len++] = (char)c;
    folded[len] = '\0';
}

static void check_row(const char *format, char *line, char seen[][ROW_BYTES], int n)
{
    struct crosswalk_row row;
    char *cells[CELLS] = {line, NULL, NULL, NULL, NULL};

    for (int i = 1; i < CELLS && cells[i - 1]; i++) {
        cells[i] = strchr(cells[i - 1], ',');
        if (cells[i])
            *cells[i]++ = '\0';
    }
    if (!cells[3] || strlen(cells[1]) >= CROSSWALK_WORD || strlen(cells[2]) >= CROSSWALK_WORD)
        fail_msg("%s: \"%s\" has too few or too long cells", format, cells[1] ? cells[1] : line);
    if (!exists(cells[0], cells[2]))
        fail_msg("%s: %s: \"%s\" is no word of the register", format, cells[0], cells[2]);
    if (strcmp(cells[2], "unknown") == 0 && !*cells[3])
        fail_msg("%s: \"%s\" is unknown and its note does not say why", format, cells[1]);
    if (cells[4] && *cells[4] && strcmp(cells[4], "unverified") != 0)
        fail_msg("%s: \"%s\": no such mark: %s", format, cells[1], cells[4]);
    if (!crosswalk_whole(format, cells[0], cells[1], &row) || strcmp(row.word, cells[2]) != 0 ||
        strcmp(row.source, cells[1]) != 0 || row.verified != !(cells[4] && *cells[4]))
        fail_msg("%s: %s: \"%s\" is not found as written", format, cells[0], cells[1]);
    put_folded(seen[n], ROW_BYTES, cells[0], cells[1]);
    for (int i = 0; i < n; i++)
        if (strcmp(seen[i], seen[n]) == 0)
            fail_msg("%s: \"%s\" stands twice", format, cells[1]);
}

static void check_table(const struct crosswalk_table *table)
{
    static char seen[ROWS_MAX][ROW_BYTES];
    bool versioned = false;
    bool headed = false;
    int n = 0;

    for (const char *at = table->csv; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        char line[ROW_BYTES];

        snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
        if (*line == '#') {
            versioned |= strstr(line, "Version ") != NULL;
        } else if (!headed) {
            assert_string_equal(line, "axis,source,word,note,mark");
            headed = true;
        } else {
            assert_true(n < ROWS_MAX);
            check_row(table->format, line, seen, n++);
        }
    }
    assert_true(versioned);
    assert_true(n > 0);
}

static void every_row_of_every_table_keeps_the_rules(void **state)
{
    static const char *const systems[] = {"gate",          "ohchr",       "erc",         "upr",
                                          "traffic_light", "ohchr_ranks", "treaty_body", "audit"};
    struct crosswalk_row row;

    (void)state;
    for (const struct crosswalk_table *table = crosswalk_tables; table->format; table++)
        check_table(table);
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        const struct crosswalk_table *table = crosswalk_tables;
        while (table->format && strcmp(table->format, systems[i]) != 0)
            table++;
        assert_non_null(table->format);
    }
    assert_false(crosswalk_whole("upr", "progress", "Noted", &row));
}

static void only_four_words_close_an_action(void **state)
{
    int closed = 0;

    (void)state;
    for (int word = 0; word < PROGRESS_COUNT; word++)
        closed += progress_is_open((enum progress)word) ? 0 : 1;
    assert_int_equal(closed, 4);
    assert_true(progress_is_open(PROGRESS_UNKNOWN));
    assert_false(progress_is_open(PROGRESS_NO_LONGER_APPLICABLE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_words_are_mapped_whatever_their_case),
        cmocka_unit_test(lateness_is_not_taken_for_progress),
        cmocka_unit_test(unknown_words_and_formats_are_not_guessed),
        cmocka_unit_test(the_longest_word_at_the_start_is_found),
        cmocka_unit_test(what_a_wrong_encoding_lost_does_not_hide_a_word),
        cmocka_unit_test(words_nobody_has_shown_are_marked),
        cmocka_unit_test(every_row_of_every_table_keeps_the_rules),
        cmocka_unit_test(only_four_words_close_an_action),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
