/* SPDX-License-Identifier: Apache-2.0 */
#include "model/crosswalk.h"
#include "model/crosswalk_csv.h"
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

static void check_found(const struct crosswalk_table *table, const struct crosswalk_row *row)
{
    struct crosswalk_row found;

    if (!crosswalk_whole(table->system, row->axis, row->source, &found) ||
        strcmp(found.word, row->word) != 0 || strcmp(found.source, row->source) != 0 ||
        found.verified != row->verified)
        fail_msg("%s: %s: \"%s\" is not found as written", table->system, row->axis, row->source);
}

static void check_table(const struct crosswalk_table *table)
{
    struct crosswalk_walk walk = {table->csv, 0};
    struct crosswalk_row row;
    struct err err;

    if (!crosswalk_check(table->csv, table->system, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
    while (crosswalk_walk_next(&walk, &row))
        check_found(table, &row);
    assert_true(walk.line > 5);
}

static void every_row_of_every_table_keeps_the_rules(void **state)
{
    static const char *const systems[] = {"gate",          "ohchr",       "erc",         "upr",
                                          "traffic_light", "ohchr_ranks", "treaty_body", "audit",
                                          "wfp",           "impact_oss"};
    struct crosswalk_row row;

    (void)state;
    for (const struct crosswalk_table *table = crosswalk_tables; table->system; table++)
        check_table(table);
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        const struct crosswalk_table *table = crosswalk_tables;
        while (table->system && strcmp(table->system, systems[i]) != 0)
            table++;
        assert_non_null(table->system);
    }
    assert_false(crosswalk_whole("upr", "progress", "Noted", &row));
}

/* The words that the field's trackers use, with a French and a Spanish one of each kind. */
static const struct {
    const char *system;
    const char *axis;
    const char *word;
    const char *sources; /* each ended by a semicolon */
} vocabularies[] = {
    {"ohchr", "position", "accepted", "ACCEPTED;Acceptée;Aceptada;"},
    {"ohchr", "position", "partially_accepted",
     "PARTIALLY ACCEPTED;Partiellement acceptée;Parcialmente aceptada;"},
    {"ohchr", "position", "not_accepted", "NOT ACCEPTED;Non acceptée;No aceptada;"},
    {"ohchr", "progress", "initiated", "INITIATED;Entamée;Iniciada;"},
    {"ohchr", "progress", "ongoing", "ONGOING;En cours;En curso;"},
    {"gate", "state", "approved", "Approved;Approuvée;Aprobada;"},
    {"gate", "progress", "completed", "Completed;Achevée;Completada;"},
    {"gate", "progress", "not_started", "Not initiated;Non initiée;No iniciada;"},
    {"gate", "progress", "unknown", "Overdue;En retard;Atrasada;"},
    {"gate", "progress", "no_longer_applicable",
     "No longer applicable;N'est plus applicable;Ya no es aplicable;"},
    {"erc", "position", "partially_accepted",
     "Partially agree;Partiellement d'accord;Parcialmente de acuerdo;"},
    {"erc", "progress", "unknown", "No deadline established;En retard;Vencida;"},
    {"erc", "progress", "completed", "Completed;Achevée;Completada;"},
    {"erc", "deadline", "none", "No due date;Sans échéance;Sin fecha limite;"},
    {"wfp", "position", "partially_accepted", "Partially agreed;Parcialmente de acuerdo;"},
    {"wfp", "progress", "unknown", "Closed;Clôturée;Cerrada;"},
    {"upr", "position", "accepted", "Supported;Accepted;Appuyée;Apoyada;"},
    {"upr", "position", "noted", "Noted;Notée;Tomada nota;"},
    {"upr", "progress", "not_started", "No action;Aucune mesure;Sin acción;"},
    {"impact_oss", "position", "partially_accepted", "Supported in part;Appuyée en partie;"},
    {"impact_oss", "progress", "initiated", "In preparation;En préparation;En preparación;"},
    {"traffic_light", "assessment", "none", "RED;Rouge;Rojo;"},
    {"traffic_light", "assessment", "partial", "ORANGE;Amber;Naranja;"},
    {"traffic_light", "assessment", "full", "GREEN;Vert;Verde;"},
    {"traffic_light", "assessment", "unassessed", "-;Non évalué;No evaluado;"},
    {"ohchr_ranks", "rank", "some_progress", "Some progress;Quelques progrès;Algún progreso;"},
    {"ohchr_ranks", "rank", "fully_achieved",
     "Fully achieved;Pleinement réalisé;Plenamente logrado;"},
    {"treaty_body", "grade", "A", "A;Largely satisfactory;Largement satisfaisante;"},
    {"treaty_body", "grade", "D", "D;D1;D2;No cooperation;Falta de cooperación;"},
    {"treaty_body", "grade", "E", "E;Rejection;Contraire à la recommandation;Rechazo;"},
    {"audit", "position", "not_relevant", "Not relevant;Non pertinente;No pertinente;"},
    {"audit", "position", "under_consideration", "Under consideration;À l'étude;En estudio;"},
    {"audit", "progress", "cancelled", "Will Not Implement;Closed - not implemented;Canceled;"},
    {"audit", "progress", "ongoing",
     "In Process - Past Due;In Process - Not Due;In Process (Proposed Alternative);Partly "
     "Implemented;"},
    {"audit", "progress", "unknown",
     "Open;On Hold;Outstanding;No Further Action;On time;Approaching due date;Delayed;Closed;"},
    {"audit", "progress", "not_started", "Assigned-Pending Plan;Planned-Pending Acceptance;"},
    {"audit", "progress", "completed", "Implemented;Appliquée;Aplicada;"},
    {"audit", "assurance", "self_reported", "Not Verified;Non vérifiée;No verificada;"},
};

static void check_sources(const char *system, const char *axis, const char *word,
                          const char *sources)
{
    for (const char *at = sources; *at; at = strchr(at, ';') + 1) {
        char source[CROSSWALK_WORD];
        struct crosswalk_row row;

        snprintf(source, sizeof(source), "%.*s", (int)strcspn(at, ";"), at);
        if (!crosswalk_whole(system, axis, source, &row) || strcmp(row.word, word) != 0)
            fail_msg("%s: %s: \"%s\" is not %s", system, axis, source, word);
    }
}

static void the_vocabularies_of_the_field_are_known_in_three_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vocabularies) / sizeof(vocabularies[0]); i++)
        check_sources(vocabularies[i].system, vocabularies[i].axis, vocabularies[i].word,
                      vocabularies[i].sources);
}

static void expect_refused(const char *rows, const char *code, const char *place)
{
    char csv[1000];
    struct err err;

    snprintf(csv, sizeof(csv), "# Words of a trial. Version 3.\n%s", rows);
    assert_false(crosswalk_check(csv, "trial.csv", &err));
    assert_string_equal(err.code, code);
    assert_string_equal(err.place, place);
}

#define HEAD CROSSWALK_HEADER "\n"

static void a_table_that_breaks_a_rule_is_refused_with_its_line(void **state)
{
    struct err err;

    (void)state;
    assert_true(crosswalk_check("# Version 12.\n" HEAD "progress,Done,completed,\n", "t", &err));
    assert_int_equal(crosswalk_version("# Of 1999.\n# It. Version 12.\n"), 12);
    assert_false(crosswalk_check(HEAD "progress,Done,completed,\n", "t", &err));
    assert_string_equal(err.code, "VERSION_MISSING");
    expect_refused("progress,Done,completed,\n", "HEADER_MISSING", "trial.csv");
    expect_refused(HEAD "progress,Done,completed\n", "ROW_BAD", "trial.csv line 3");
    expect_refused(HEAD "\nprogress,,completed,\n", "ROW_BAD", "trial.csv line 4");
    expect_refused(HEAD "progress,Done ,completed,\n", "ROW_BAD", "trial.csv line 3");
    expect_refused(HEAD "progress,Done,completed,it is, so,\n", "ROW_BAD", "trial.csv line 3");
    expect_refused(HEAD "progress,Done,completed,,unverified,\n", "MARK_UNKNOWN",
                   "trial.csv line 3");
    expect_refused(HEAD "speed,Fast,completed,\n", "AXIS_UNKNOWN", "trial.csv line 3");
    expect_refused(HEAD "progress,Done,finished,\n", "WORD_UNKNOWN", "trial.csv line 3");
    expect_refused(HEAD "assessment,Red,one,\n", "WORD_UNKNOWN", "trial.csv line 3");
    expect_refused(HEAD "progress,Late,unknown,\n", "NOTE_MISSING", "trial.csv line 3");
    expect_refused(HEAD "progress,Done,completed,,sure\n", "MARK_UNKNOWN", "trial.csv line 3");
    expect_refused(HEAD "progress,Achevee,completed,\n# more\nprogress,ACHEV\xC3\x89"
                        "E,completed,\n",
                   "WORD_TWICE", "trial.csv line 5");
}

static void a_newer_table_goes_before_the_one_compiled_in(void **state)
{
    static const struct crosswalk_table tables[] = {
        {"gate", "# Version 99.\n" HEAD "progress,Nearly there,ongoing,\n"},
        {"own", "# Version 1.\n" HEAD "position,Yes,accepted,\n"},
        {NULL, NULL}};
    struct crosswalk_row row;

    (void)state;
    assert_false(crosswalk_whole("gate", "progress", "Nearly there", &row));
    crosswalk_use(tables);
    assert_true(crosswalk_whole("gate", "progress", "NEARLY  there.", &row));
    assert_string_equal(row.word, "ongoing");
    assert_false(crosswalk_whole("gate", "progress", "Completed", &row));
    assert_true(crosswalk_whole("own", "position", "Yes", &row));
    assert_true(crosswalk_whole("ohchr", "position", "Accepted", &row));
    crosswalk_use(NULL);
    assert_true(crosswalk_whole("gate", "progress", "Completed", &row));
    assert_null(crosswalk_text("own"));
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
        cmocka_unit_test(the_vocabularies_of_the_field_are_known_in_three_languages),
        cmocka_unit_test(a_table_that_breaks_a_rule_is_refused_with_its_line),
        cmocka_unit_test(a_newer_table_goes_before_the_one_compiled_in),
        cmocka_unit_test(only_four_words_close_an_action),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
