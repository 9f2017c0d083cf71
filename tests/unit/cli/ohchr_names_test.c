/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_names.h"

#include "import/ohchr_guess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct directory *directory)
{
    static const char units[] = UPTAKE_SOURCE_DIR "/deploy/sample/units.jsonl";
    struct err err;

    if (!directory_read_file(directory, units, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

/* "Country Office own; METS unit:METS; Geneva HQ unit:GENEVA-HQ container" */
static void describe(const struct ohchr_names *names, char *text, size_t room)
{
    static const char *const kinds[] = {"own",   "unit",    "container", "external",
                                        "vague", "unknown", "damaged"};

    *text = '\0';
    for (int i = 0; i < names->n; i++) {
        const struct ohchr_name *name = &names->list[i];
        size_t len = strlen(text);
        snprintf(text + len, room - len, "%s%.*s %s %s", i ? "; " : "", (int)name->len, name->at,
                 name->entry ? name->entry->unit : kinds[name->kind], role_word(name->role));
    }
}

struct example {
    const char *cell;
    const char *names;
};

static void expect(const struct directory *directory, const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct ohchr_names names;
        char text[1024];

        ohchr_names_read(directory, examples[i].cell, &names);
        describe(&names, text, sizeof(text));
        if (strcmp(text, examples[i].names) != 0)
            fail_msg("\"%s\" is read as \"%s\"", examples[i].cell, text);
    }
}

static void names_end_where_known_ones_begin(void **state)
{
    static const struct example examples[] = {
        {"Country Office METS", "Country Office own lead; METS unit:METS lead"},
        {"Country Office/FOTCD, PSMS and SEARO",
         "Country Office own lead; FOTCD unit:FOTCD lead; PSMS unit:PSMS lead; SEARO unit:SEARO "
         "lead"},
        {"development and economic and social rights branch",
         "development and economic and social rights branch unit:DESRB lead"},
        {"Comms \u2013 HQ", "Comms \u2013 HQ unit:COMMS lead"},
        {"UNCG- UNCT", "UNCG unit:UNCG external; UNCT unit:UNCT external"},
        {"Country Office in Cambodia / METS", "Country Office in Cambodia own lead; METS unit:METS "
                                              "lead"},
        {"FOTCD colleagues", "FOTCD unit:FOTCD lead"},
        {"Director of FOTCD", "Director of FOTCD unknown lead"},
        {"Co-chair", "Co-chair unknown lead"},
        {"METS, METS", "METS unit:METS lead"},
        {"", ""},
        {" ;,/ - ()", ""},
    };
    struct directory directory = {0};

    (void)state;
    fill(&directory);
    expect(&directory, examples, sizeof(examples) / sizeof(examples[0]));
    directory_finish(&directory);
}

static void brackets_and_slashes_tell_where_units_sit(void **state)
{
    static const struct example examples[] = {
        {"Geneva HQ (SPECS)", "Geneva HQ unit:GENEVA-HQ container; SPECS unit:SPECS lead"},
        {"METS/Geneva HQ", "METS unit:METS lead; Geneva HQ unit:GENEVA-HQ container"},
        {"METS (HQ)", "METS unit:METS lead; HQ container container"},
        {"Gender Section/Geneva", "Gender Section unit:GENDER lead; Geneva container container"},
        {"Country Office Geneva HQ SEARO",
         "Country Office own lead; Geneva HQ unit:GENEVA-HQ lead; "
         "SEARO unit:SEARO lead"},
        {"Country Office/Geneva HQ", "Country Office own lead; Geneva HQ unit:GENEVA-HQ lead"},
        {"SEARO/Geneva HQ", "SEARO unit:SEARO lead; Geneva HQ unit:GENEVA-HQ lead"},
        {"FOTCD/NIRMS", "FOTCD unit:FOTCD lead; NIRMS unit:NIRMS lead"},
        {"Siège (DTE)", "Siège container container; DTE unknown lead"},
    };
    struct directory directory = {0};

    (void)state;
    fill(&directory);
    expect(&directory, examples, sizeof(examples) / sizeof(examples[0]));
    directory_finish(&directory);
}

static void roles_follow_from_words_between_names(void **state)
{
    static const struct example examples[] = {
        {"Country Office with HQ and SEARO support",
         "Country Office own lead; HQ container support; SEARO unit:SEARO support"},
        {"METS (lead), FOTCD, reporting to SEARO",
         "METS unit:METS lead; FOTCD unit:FOTCD lead; SEARO unit:SEARO overseer"},
        {"Lead: METS; Support: FOTCD", "METS unit:METS lead; FOTCD unit:FOTCD support"},
        {"Bureau de pays avec l\u2019appui de FOTCD",
         "Bureau de pays own lead; FOTCD unit:FOTCD support"},
        {"Bureau de pays avec lappui de FOTCD",
         "Bureau de pays own lead; FOTCD unit:FOTCD support"},
        {"Oficina de país en coordinación con METS",
         "Oficina de país own lead; METS unit:METS support"},
        {"Programme Support Section", "Programme Support Section unknown lead"},
    };
    struct directory directory = {0};

    (void)state;
    fill(&directory);
    expect(&directory, examples, sizeof(examples) / sizeof(examples[0]));
    directory_finish(&directory);
}

static void what_names_nobody_or_is_damaged_is_no_name(void **state)
{
    static const struct example examples[] = {
        {"Country Office  Relevant departments in Geneva HQ",
         "Country Office own lead; Relevant departments in Geneva HQ vague lead"},
        {"services compétents du siège, METS",
         "services compétents du siège vague lead; METS unit:METS lead"},
        {"All sections", "All sections vague lead"},
        {"FOTCD/COMMSP SMS", "FOTCD unit:FOTCD lead; COMMSP SMS damaged lead"},
        {"HRMMU", "HRMMU unknown lead"},
        {"Finance Section and Gender Section",
         "Finance Section unknown lead; Gender Section unit:GENDER lead"},
        {"Section des finances et du budget", "Section des finances et du budget unknown lead"},
    };
    struct directory directory = {0};

    (void)state;
    fill(&directory);
    expect(&directory, examples, sizeof(examples) / sizeof(examples[0]));
    directory_finish(&directory);
}

static void expect_guess(const struct directory *directory, const char *name, const char *first,
                         const char *second)
{
    const char *got_first;
    const char *got_second;

    ohchr_guess(directory, name, strlen(name), &got_first, &got_second);
    assert_string_equal(got_first ? got_first : "", first);
    assert_string_equal(got_second ? got_second : "", second);
}

static void damaged_names_are_guessed_for_the_person_who_decides(void **state)
{
    struct directory directory = {0};

    (void)state;
    fill(&directory);
    expect_guess(&directory, "COMMSP SMS", "COMMS", "PSMS");
    expect_guess(&directory, "FOTDC", "FOTCD", "");
    expect_guess(&directory, "SE ARO", "SEARO", "");
    expect_guess(&directory, "DEXRELL", "DEXREL", "");
    expect_guess(&directory, "XYZ", "", "");
    expect_guess(&directory, "", "", "");
    directory_finish(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_end_where_known_ones_begin),
        cmocka_unit_test(brackets_and_slashes_tell_where_units_sit),
        cmocka_unit_test(roles_follow_from_words_between_names),
        cmocka_unit_test(what_names_nobody_or_is_damaged_is_no_name),
        cmocka_unit_test(damaged_names_are_guessed_for_the_person_who_decides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
