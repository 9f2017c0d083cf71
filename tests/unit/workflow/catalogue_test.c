/* SPDX-License-Identifier: Apache-2.0 */
/* A mail in another language than the source's, and what becomes of one that nobody translated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "digest.h"

#include "base/bytes.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

struct world {
    struct catalogues *catalogues;
    const struct catalogue *french;
    struct arena arena;
    struct err err;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    /* What the caller of the program prefers is not what its reader reads. */
    setenv("LANGUAGE", "de:it", 1);
    if (!world || !bytes_init(&world->err))
        return -1;
    world->catalogues = catalogues_open(NULL, &world->err);
    world->french = catalogue_for(world->catalogues, "fr");
    *state = world;
    return world->french ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *world = *state;

    catalogues_close(world->catalogues);
    arena_finish(&world->arena);
    free(world);
    return 0;
}

static void a_language_is_found_by_its_code_alone(void **state)
{
    struct world *world = *state;
    static const char *const same[] = {"FR", "fr-CH", "fr_FR.UTF-8"};
    static const char *const none[] = {"", "en", "f", "fra", "french", "km", "../fr"};

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        assert_ptr_equal(catalogue_for(world->catalogues, same[i]), world->french);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_null(catalogue_for(world->catalogues, none[i]));
    assert_string_equal(catalogue_language(world->french), "fr");
    assert_string_equal(catalogue_language(NULL), "en");
}

static void an_unknown_language_is_english(void **state)
{
    struct world *world = *state;
    const struct catalogue *km = catalogue_for(world->catalogues, "km");

    assert_string_equal(catalogue_text(km, "Overdue"), "Overdue");
    assert_string_equal(catalogue_plural(km, "in %d day", "in %d days", 1), "in %d day");
    assert_string_equal(catalogue_plural(km, "in %d day", "in %d days", 0), "in %d days");
}

/* Nothing is one to English readers and none to French ones: the catalogue's own rule decides. */
static void plurals_follow_the_languages_own_rule(void **state)
{
    struct world *world = *state;
    const struct catalogue *french = world->french;

    assert_string_equal(catalogue_plural(french, "in %d day", "in %d days", 0), "dans %d jour");
    assert_string_equal(catalogue_plural(french, "in %d day", "in %d days", 1), "dans %d jour");
    assert_string_equal(catalogue_plural(french, "in %d day", "in %d days", 2), "dans %d jours");
}

static void a_look_up_leaves_the_locale_as_it_was(void **state)
{
    struct world *world = *state;

    assert_string_equal(catalogue_text(world->french, "Overdue"), "En retard");
    assert_string_equal(setlocale(LC_ALL, NULL), "C");
    assert_ptr_equal(uselocale((locale_t)0), LC_GLOBAL_LOCALE);
}

static void what_is_in_no_catalogue_stays_as_it_is(void **state)
{
    struct world *world = *state;

    assert_string_equal(catalogue_text(world->french, "no message of ours"), "no message of ours");
}

static void a_whole_mail_comes_in_the_second_language(void **state)
{
    struct world *world = *state;
    const struct digest_line lines[] = {
        {.policy = "policy:p",
         .action = "d#1/2",
         .document_title = "Document",
         .text = "Take a step",
         .cycle = 1,
         .cycle_on = {2026, 12, 1},
         .asked_before = 2,
         .asked_since = {2026, 11, 3},
         .overseer = "FOTCD"},
        {.policy = "policy:p",
         .action = "d#1/3",
         .document_title = "Document",
         .text = "Take another",
         .cycle = 1,
         .cycle_on = {2026, 11, 20},
         .is_deadline = true,
         .overseer = ""},
    };
    const struct digest_input input = {.recipient = "unit:U",
                                       .recipient_name = "Bureau",
                                       .address = "u@example.org",
                                       .catalogue = world->french,
                                       .from = "uptake@example.org",
                                       .public_url = "https://uptake.example.org",
                                       .digest_on = {2026, 11, 21},
                                       .lines = lines,
                                       .nlines = 2};
    struct digest mail;

    assert_true(digest(&input, &world->arena, &mail, &world->err));
    assert_string_equal(mail.language, "fr");
    assert_string_equal(mail.text,
                        "À\u00a0: Bureau\n"
                        "Situation au 21 novembre 2026\n"
                        "\n"
                        "En retard (1)\n"
                        "\n"
                        "  1/3  Take another\n"
                        "    Document\n"
                        "    Échéance dépassée\u00a0: 20 novembre 2026 (il y a 1 jour)\n"
                        "    À fournir\u00a0: l’état d’avancement, un texte explicatif, des "
                        "justificatifs\u00a0; ou une prolongation ou la raison du retard.\n"
                        "    https://uptake.example.org/items/d%231%2F3\n"
                        "\n"
                        "Rappel (1)\n"
                        "\n"
                        "  1/2  Take a step\n"
                        "    Document\n"
                        "    Mise à jour attendue\u00a0: 1er décembre 2026 (dans 10 jours)\n"
                        "    Déjà demandé 2 fois pour cette période, pour la première fois le 3 "
                        "novembre 2026.\n"
                        "    À fournir\u00a0: l’état d’avancement, un texte explicatif, des "
                        "justificatifs.\n"
                        "    https://uptake.example.org/items/d%231%2F2\n"
                        "\n"
                        "Les mises à jour sont adressées à\u00a0: FOTCD\n"
                        "\n"
                        "Les rappels cessent dès qu’une mise à jour est soumise ou que l’action "
                        "est close. Les dates figurent aussi dans le calendrier joint.\n");
    assert_non_null(strstr(mail.html, "<html lang=\"fr\">"));
    assert_non_null(strstr(mail.html, ">Donner la mise à jour</a>"));
    assert_non_null(strstr(mail.calendar, "SUMMARY:Échéance\u00a0: d#1/3"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_language_is_found_by_its_code_alone),
        TEST(an_unknown_language_is_english),
        TEST(plurals_follow_the_languages_own_rule),
        TEST(a_look_up_leaves_the_locale_as_it_was),
        TEST(what_is_in_no_catalogue_stays_as_it_is),
        TEST(a_whole_mail_comes_in_the_second_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
