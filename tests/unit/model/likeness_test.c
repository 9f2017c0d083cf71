/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as the same, what a score is told to rest on, and which of many is the nearest. */
#include "model/likeness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_BYTES = 600 };

static struct likeness *create(void)
{
    struct likeness *set = likeness_create();

    assert_non_null(set);
    return set;
}

static int add(struct likeness *set, const char *text, int group)
{
    const int number = likeness_add(set, &(struct likeness_text){.text = text, .group = group});

    assert_true(number >= 0);
    return number;
}

/* Words ---------------------------------------------------------------------------------------- */

static void accents_set_apart_are_accents(void **state)
{
    struct likeness *set = create();

    (void)state;
    add(set, "Rouvrir le marché aux poissons de la presqu'île", 0);
    add(set, "rouvrir le marche\xCC\x81 aux poissons de la presqu\xE2\x80\x99i\xCC\x82le", 1);
    add(set, "Repeindre la gare", 2);
    assert_int_equal(likeness_score(set, 0, 1), LIKENESS_SAME);
    likeness_destroy(set);
}

static void nothing_shared_is_nothing(void **state)
{
    static const char *const pairs[][2] = {
        {"Repaint the lighthouse", "Vaccinate goats"},
        {"", ""},
        {"", "Repaint the lighthouse"},
        {"the of and to", "the of and to"},
        {"...", "!!!"},
        {"Repaint the lighthouse of the port", "Vaccinate the goats of the valley"},
        {"Le phare de la baie", "La chèvre de la montagne"},
        {"El faro de la isla", "La cabra de la montaña"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct likeness *set = create();
        struct likeness_match match;
        add(set, pairs[i][0], 0);
        add(set, pairs[i][1], 1);
        assert_int_equal(likeness_score(set, 0, 1), 0);
        assert_int_equal(likeness_nearest(set, 0, &match, 1), 0);
        likeness_destroy(set);
    }
}

static void forms_of_a_word_are_one_word(void **state)
{
    static const char *const pairs[][2] = {
        {"clinic", "clinics"},
        {"vaccinating ferries", "vaccinated ferry"},
        {"digitise", "digitization"},
        {"disability", "disabilities"},
        {"régional", "régionaux"},
        {"vaccinée", "vaccinées"},
        {"capacité", "capacités"},
        {"digitaliser", "digitalisation"},
        {"fortalecer", "fortalecimiento"},
        {"ciudades", "ciudad"},
        {"indígena", "indígenas"},
        {"publicación", "publicaciones"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct likeness *set = create();
        add(set, pairs[i][0], 0);
        add(set, pairs[i][1], 1);
        if (likeness_score(set, 0, 1) != LIKENESS_SAME)
            fail_msg("%s is not %s", pairs[i][0], pairs[i][1]);
        likeness_destroy(set);
    }
}

static void words_that_only_look_alike_are_two(void **state)
{
    static const char *const pairs[][2] = {
        {"violation", "violence"}, {"culture", "cultural"}, {"bus", "busy"}, {"port", "sport"}};

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct likeness *set = create();
        add(set, pairs[i][0], 0);
        add(set, pairs[i][1], 1);
        if (likeness_score(set, 0, 1) != 0)
            fail_msg("%s is taken for %s", pairs[i][0], pairs[i][1]);
        likeness_destroy(set);
    }
}

static void group_is_not_proposed_to_itself_nor_what_stands_aside(void **state)
{
    struct likeness *set = create();
    struct likeness_match matches[8];
    const char *text = "Dredge the northern canal";

    (void)state;
    add(set, text, 0);
    add(set, text, 0);
    assert_int_equal(
        likeness_add(set, &(struct likeness_text){.text = text, .group = 1, .aside = true}), 2);
    add(set, "Dredge the harbour", 1);
    add(set, "Feed the pelicans", 1);
    assert_int_equal(likeness_nearest(set, 0, matches, 8), 1);
    assert_int_equal(matches[0].text, 3);
    assert_int_equal(likeness_score(set, 0, 2), LIKENESS_SAME);
    likeness_destroy(set);
}

/* Reasons -------------------------------------------------------------------------------------- */

static void assert_reason(const char *const *reasons, int n, const char *expected)
{
    for (int i = 0; i < n; i++)
        if (strcmp(reasons[i], expected) == 0)
            return;
    for (int i = 0; i < n; i++)
        print_message("%s\n", reasons[i]);
    fail_msg("no reason: %s", expected);
}

static void reasons_name_passage_words_names_numbers_and_themes(void **state)
{
    const char *const themes[] = {"Safety at sea", "Fish"};
    struct likeness *set = create();
    struct arena arena = {0};
    const char *reasons[LIKENESS_REASONS];
    int n;

    (void)state;
    assert_int_equal(
        likeness_add(set,
                     &(struct likeness_text){
                         .text = "Give the 340 ferries of Marivelle solid\n life  jackets, and "
                                 "inspect jetties.",
                         .themes = themes,
                         .nthemes = 2}),
        0);
    assert_int_equal(
        likeness_add(set,
                     &(struct likeness_text){
                         .text = "A ferry of Marivelle needs solid life jackets; 340 are "
                                 "without. Every jetty is unsafe.",
                         .themes = themes,
                         .nthemes = 1,
                         .group = 1}),
        1);
    add(set, "Feed the pelicans", 1);
    n = likeness_explain(set, 0, 1, &arena, reasons);
    assert_int_equal(n, 5);
    assert_reason(reasons, n, "same passage: \"solid life jackets\"; \"ferries of Marivelle\"");
    assert_reason(reasons, n, "words in both: ferries, solid, life, jackets, jetties");
    assert_reason(reasons, n, "names in both: Marivelle");
    assert_reason(reasons, n, "numbers in both: 340");
    assert_reason(reasons, n, "same theme: Safety at sea");
    arena_finish(&arena);
    likeness_destroy(set);
}

static void theme_in_common_brings_texts_nearer(void **state)
{
    const char *const theme[] = {"Accès à la justice"};
    const char *const shouted[] = {"ACCES A LA JUSTICE"};
    int scores[2];

    (void)state;
    for (int with = 0; with < 2; with++) {
        struct likeness *set = create();
        assert_int_equal(likeness_add(set, &(struct likeness_text){.text = "Rénover le palais",
                                                                   .themes = theme,
                                                                   .nthemes = with}),
                         0);
        assert_int_equal(likeness_add(set, &(struct likeness_text){.text = "Recruter des greffiers",
                                                                   .themes = shouted,
                                                                   .nthemes = with,
                                                                   .group = 1}),
                         1);
        add(set, "Curer les canaux", 1);
        scores[with] = likeness_score(set, 0, 1);
        likeness_destroy(set);
    }
    assert_int_equal(scores[0], 0);
    assert_true(scores[1] > 200);
}

static void purpose_counts_less_than_what_is_asked(void **state)
{
    struct likeness *set = create();

    (void)state;
    add(set, "Buy two lifeboats in order to lower drownings among crab fishers.", 0);
    add(set, "Teach swimming with a view to lower drownings among crab fishers.", 1);
    add(set, "Lifeboats should be bought: two.", 1);
    assert_true(likeness_score(set, 0, 2) > likeness_score(set, 0, 1));
    likeness_destroy(set);
    /* "measures to ..." is no purpose but the ask itself. */
    set = create();
    add(set, "Adopt measures to facilitate adoption of orphaned otters.", 0);
    add(set, "Facilitate adoption of orphaned otters.", 1);
    add(set, "Count pelicans.", 1);
    assert_true(likeness_score(set, 0, 1) > 900);
    likeness_destroy(set);
}

/* Ranks ---------------------------------------------------------------------------------------- */

/* What was asked later, and before: the same in other words. */
static const char *const repeated[][2] = {
    {"Patients still have nowhere safe to complain about informal payments; open complaint desks "
     "in district hospitals and publish what they receive.",
     "Set up a complaints desk in every district hospital, where patients can report informal "
     "payments without fear of reprisal."},
    {"Flood warnings should reach delta villages in their own languages, by radio as well as by "
     "telephone.",
     "Translate early warning messages on floods into the three languages spoken along the delta "
     "and broadcast them by radio."},
    {"The survey of fishing households remains in the hands of consultants: create a permanent "
     "post of statistician.",
     "Recruit a permanent statistician so that the survey of fishing households no longer depends "
     "on consultants."},
    {"In remand prisons, hold juveniles apart from adults and offer schooling to every juvenile "
     "detainee.",
     "Give juvenile detainees access to schooling and separate them from adults in the Northbridge "
     "remand prison."},
    {"Boats for island stations should be leased, and the fleet of vehicles kept at 25.",
     "Reduce the vehicle fleet from 40 to 25 and lease boats for the stations on the islands."},
    {"Les écoles rurales manquent toujours d'eau potable : équiper celles du plateau et confier "
     "l'entretien des points d'eau à des comités de village formés.",
     "Installer des points d'eau potable dans les écoles rurales du plateau et former les comités "
     "villageois à leur entretien."},
    {"Rendre publics le barème des bourses universitaires et la liste annuelle des boursières.",
     "Adopter un barème transparent pour les bourses universitaires et publier chaque année la "
     "liste des boursières."},
    {"Les gardes forestiers restent menacés par des exploitants illégaux ; leur protection doit "
     "être renforcée sans délai.",
     "Renforcer la protection des gardes forestiers contre les menaces des exploitants illégaux."},
    {"Las vendedoras de los mercados municipales siguen sin guardería nocturna; reabrirla con "
     "fondos propios.",
     "Reabrir la guardería de los mercados municipales con horario nocturno para las vendedoras."},
    {"En los juzgados de paz debe pagarse a los intérpretes de lenguas indígenas por cada "
     "audiencia y ofrecerles formación.",
     "Capacitar a los intérpretes de lenguas indígenas que trabajan en los juzgados de paz y "
     "pagarles por audiencia."},
    {"Entregar a las asambleas copias certificadas del registro de tierras comunales, cuya "
     "digitalización en el valle está pendiente.",
     "Digitalizar el registro de tierras comunales del valle y entregar copias certificadas a las "
     "asambleas."},
};

/* Earlier asks that nobody repeated, full of the words that all share. */
static const char *const distractors[] = {
    "Continue to strengthen the capacity of the country office to report on results in order to "
    "ensure effective implementation of the programme.",
    "Ensure that the national plan takes into account the recommendations of human rights "
    "mechanisms and sets clear indicators.",
    "Develop a strategy for partnership with government and other stakeholders at national and "
    "local level, and publish it.",
    "Prioritise training for staff on monitoring and evaluation so that lessons are used in every "
    "district.",
    "Create a permanent post for communication and offer consultants shorter contracts.",
    "Open access to hospitals for civil society and report every year.",
    "Continuer à renforcer les capacités du bureau de pays afin de garantir une mise en œuvre "
    "efficace du programme.",
    "Veiller à ce que le plan national tienne compte des recommandations et publier chaque année "
    "la liste des indicateurs.",
    "Élaborer une stratégie de partenariat avec le gouvernement et former les comités au niveau "
    "local.",
    "Seguir fortaleciendo la capacidad de la oficina en el país con el fin de garantizar la "
    "ejecución del programa.",
    "Velar por que el plan nacional tenga en cuenta las recomendaciones y ofrecer formación sobre "
    "indicadores.",
    "Elaborar una estrategia de cooperación con el gobierno y los municipios, con fondos propios.",
};

enum {
    NREPEATED = sizeof(repeated) / sizeof(repeated[0]),
    NDISTRACTORS = sizeof(distractors) / sizeof(distractors[0]),
};

static void paraphrase_is_the_nearest_of_all(void **state)
{
    struct likeness *set = create();

    (void)state;
    for (int i = 0; i < NREPEATED; i++)
        add(set, repeated[i][0], 0);
    for (int i = 0; i < NREPEATED; i++)
        add(set, repeated[i][1], 1);
    for (int i = 0; i < NDISTRACTORS; i++)
        add(set, distractors[i], 2);
    for (int i = 0; i < NREPEATED; i++) {
        struct likeness_match matches[2] = {0};
        const int n = likeness_nearest(set, i, matches, 2);
        if (n < 1 || matches[0].text != NREPEATED + i)
            fail_msg("%d: the nearest is %d (%u), not %d (%d)", i, matches[0].text,
                     matches[0].score, NREPEATED + i, likeness_score(set, i, NREPEATED + i));
        /* And far enough from the next that the order is no accident. */
        if (n > 1 && matches[0].score <= matches[1].score + 50)
            fail_msg("%d: %u, and then %d with %u", i, matches[0].score, matches[1].text,
                     matches[1].score);
    }
    likeness_destroy(set);
}

static void one_that_joins_two_earlier_ones_has_both_first(void **state)
{
    struct likeness *set = create();
    struct likeness_match matches[2];

    (void)state;
    for (int a = 0; a < NREPEATED; a++) {
        char joined[2 * TEXT_BYTES];
        snprintf(joined, sizeof(joined), "%s %s", repeated[a][0], repeated[(a + 1) % NREPEATED][0]);
        add(set, joined, 0);
    }
    for (int i = 0; i < NREPEATED; i++)
        add(set, repeated[i][1], 1);
    for (int i = 0; i < NDISTRACTORS; i++)
        add(set, distractors[i], 2);
    for (int a = 0; a < NREPEATED; a++) {
        const int first = NREPEATED + a;
        const int second = NREPEATED + (a + 1) % NREPEATED;
        assert_int_equal(likeness_nearest(set, a, matches, 2), 2);
        if (matches[0].text + matches[1].text != first + second ||
            (matches[0].text != first && matches[0].text != second))
            fail_msg("%d: %d (%u) %d (%u), not %d (%d), %d (%d)", a, matches[0].text,
                     matches[0].score, matches[1].text, matches[1].score, first,
                     likeness_score(set, a, first), second, likeness_score(set, a, second));
    }
    likeness_destroy(set);
}

static void rare_words_count_more_than_common_ones(void **state)
{
    struct likeness *set = create();
    char text[TEXT_BYTES];

    (void)state;
    add(set, "Reserve berths for oyster boats", 0);
    add(set, "Reserve berths near markets", 1); /* two words that twenty texts have */
    add(set, "Oyster farming is to be taxed", 1);
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof(text), "Reserve berths number%d", i);
        add(set, text, 2);
    }
    assert_true(likeness_score(set, 0, 2) > likeness_score(set, 0, 1));
    likeness_destroy(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accents_set_apart_are_accents),
        cmocka_unit_test(nothing_shared_is_nothing),
        cmocka_unit_test(forms_of_a_word_are_one_word),
        cmocka_unit_test(words_that_only_look_alike_are_two),
        cmocka_unit_test(group_is_not_proposed_to_itself_nor_what_stands_aside),
        cmocka_unit_test(reasons_name_passage_words_names_numbers_and_themes),
        cmocka_unit_test(theme_in_common_brings_texts_nearer),
        cmocka_unit_test(purpose_counts_less_than_what_is_asked),
        cmocka_unit_test(paraphrase_is_the_nearest_of_all),
        cmocka_unit_test(one_that_joins_two_earlier_ones_has_both_first),
        cmocka_unit_test(rare_words_count_more_than_common_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
