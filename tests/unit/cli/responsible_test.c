/* SPDX-License-Identifier: Apache-2.0 */
#include "import/responsible.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int make_directory(void **state)
{
    static struct directory directory;
    static const char *const units[][3] = {{"unit:OPS", "OPS", "Operations Team"},
                                           {"unit:HQS", "HQS", "Head of Quality & Safety"},
                                           {"unit:RX", "RX", "Regional Executive"},
                                           {"unit:DSB", "DSB", "Dams and Sluices Branch"}};
    struct err err;

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        json_t *unit =
            json_pack("{s:s, s:{s:s, s:s, s:s}}", "subject", units[i][0], "unit_identity", "code",
                      units[i][1], "name", units[i][2], "kind", "unit");
        bool good = directory_add_change(&directory, unit, &err);
        json_decref(unit);
        if (!good)
            return -1;
    }
    *state = &directory;
    return 0;
}

static int drop_directory(void **state)
{
    directory_finish(*state);
    return 0;
}

static void expect_posts(const struct directory *directory, const char *text, const char *posts)
{
    bool unsure;

    assert_string_equal(text + responsible_start(directory, text, &unsure), posts);
}

static void posts_end_an_action_in_capitals(void **state)
{
    const struct directory *directory = *state;

    expect_posts(directory, "CLEAN THE CHANNELS, BOTH OF THEM OPS", "OPS");
    expect_posts(directory, "CLEAN THE CHANNELS OPS, RX", "OPS, RX");
    expect_posts(directory, "CLEAN THE CHANNELS OPS and RX with HQS Reporting to RX",
                 "OPS and RX with HQS Reporting to RX");
    expect_posts(directory, "CLEAN THE CHANNELS OPS XYZ, RX and PQs", "OPS XYZ, RX and PQs");
    expect_posts(directory, "CLEAN CHANNELS AND SLUICES OPS Regional Water Lead",
                 "OPS Regional Water Lead");
    expect_posts(directory, "CLEAN THE CHANNELS OF THE NORTH", "");
}

static void posts_end_a_sentence(void **state)
{
    const struct directory *directory = *state;

    expect_posts(directory, "Clean both channels. Dams and Sluices Branch",
                 "Dams and Sluices Branch");
    expect_posts(directory, "Clean both channels. Northern Water Staff", "Northern Water Staff");
    expect_posts(directory, "Ask OPS to clean both channels Operations Team", "Operations Team");
    expect_posts(directory, "clean both channels and report", "");
}

static void posts_end_a_sentence_without_a_full_stop(void **state)
{
    const struct directory *directory = *state;

    expect_posts(directory, "Clean both channels Northern Water Staff", "Northern Water Staff");
    expect_posts(directory, "Nettoyer les canaux Équipe de l'Eau", "Équipe de l'Eau");
    expect_posts(directory, "Follow the partners? advice. Water Desk", "Water Desk");
    expect_posts(directory, "Clean it. Water Desk with the support of Head of Dams and Sluices",
                 "Water Desk with the support of Head of Dams and Sluices");
}

static void text_repeated_by_the_responsible_field_is_cut_off(void **state)
{
    size_t repeated;
    const char *whole = "Clean both channels. Clean both channels. OPS";
    const char *part = "Clean both channels every year Clean both channels";

    (void)state;
    assert_int_equal(responsible_repeat(whole, &repeated), 21);
    assert_string_equal(whole + 21 + repeated, " OPS");
    assert_int_equal(responsible_repeat(part, &repeated), 31);
    assert_string_equal(part + 31 + repeated, "");
    responsible_repeat("Clean the channels and the sluices OPS", &repeated);
    assert_int_equal(repeated, 0);
}

static void a_longer_name_goes_before_a_shorter_one(void **state)
{
    const struct directory *directory = *state;
    size_t len;
    const struct directory_name *entry =
        directory_match(directory, "head of quality & safety", &len);

    assert_non_null(entry);
    assert_string_equal(entry->unit, "unit:HQS");
    assert_int_equal(len, 24);
    assert_null(directory_match(directory, "ops", &len));
    assert_null(directory_match(directory, "OPSX", &len));
}

struct expected {
    const char *name, *unit;
    enum role role;
};

static void expect_list(const struct directory *directory, const char *list,
                        const struct expected *expected, int n)
{
    struct document document = {0};
    struct recommendation recommendation = {.code = "1"};
    struct action *action = document_add_action(&document, &recommendation, 1);
    const struct responsible *each;

    responsible_read(&document, directory, action, "action 1/1", list);
    each = action->responsible;
    for (int i = 0; i < n; i++, each = each->next) {
        assert_non_null(each);
        assert_string_equal(each->name, expected[i].name);
        assert_int_equal(each->role, expected[i].role);
        if (expected[i].unit)
            assert_string_equal(each->unit, expected[i].unit);
        else
            assert_null(each->unit);
    }
    assert_null(each);
    document_finish(&document);
}

static void words_between_posts_give_their_roles(void **state)
{
    const struct expected roles[] = {{"OPS", "unit:OPS", ROLE_LEAD},
                                     {"PQs", NULL, ROLE_LEAD},
                                     {"HQS", "unit:HQS", ROLE_SUPPORT},
                                     {"Northern Staff", NULL, ROLE_SUPPORT},
                                     {"RX", "unit:RX", ROLE_OVERSEER}};

    expect_list(*state, "OPS and PQs with HQS, Northern Staff Reporting to RX", roles, 5);
}

static void names_holding_a_joining_word_stay_whole(void **state)
{
    const struct expected names[] = {{"OPS", "unit:OPS", ROLE_LEAD},
                                     {"Dams and Sluices Branch", "unit:DSB", ROLE_LEAD},
                                     {"Water Desk", NULL, ROLE_LEAD}};

    expect_list(*state, "OPS/Dams and Sluices Branch/ Water Desk", names, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_end_an_action_in_capitals),
        cmocka_unit_test(posts_end_a_sentence),
        cmocka_unit_test(posts_end_a_sentence_without_a_full_stop),
        cmocka_unit_test(text_repeated_by_the_responsible_field_is_cut_off),
        cmocka_unit_test(a_longer_name_goes_before_a_shorter_one),
        cmocka_unit_test(words_between_posts_give_their_roles),
        cmocka_unit_test(names_holding_a_joining_word_stay_whole),
    };

    return cmocka_run_group_tests(tests, make_directory, drop_directory);
}
