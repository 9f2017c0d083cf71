/* SPDX-License-Identifier: Apache-2.0 */
#include "import/directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Units in time: OLD was merged into MID and MID into NEW; DESK gave its name to BUREAU. */
static const char units[] =
    "{\"subject\": \"unit:OLD\", \"unit_identity\": {\"code\": \"OLD\", \"name\": \"Old Section\", "
    "\"kind\": \"unit\", \"valid_from\": \"2010-01-01\", \"valid_to\": \"2020-12-31\", "
    "\"merged_into\": \"unit:MID\"}}\n"
    "{\"subject\": \"unit:MID\", \"unit_identity\": {\"code\": \"MID\", \"name\": \"Middle "
    "Section\", "
    "\"kind\": \"unit\", \"valid_to\": \"2022-06-30\", \"merged_into\": \"unit:NEW\"}}\n"
    "{\"subject\": \"unit:NEW\", \"unit_identity\": {\"code\": \"NEW\", \"name\": \"New Section\", "
    "\"kind\": \"unit\", \"aliases\": [\"The section\", \"N.S.\"], \"former_names\": "
    "[{\"name\": \"Young Section\", \"until_on\": \"2021-03-31\"}]}}\n"
    "{\"subject\": \"unit:BUREAU\", \"unit_identity\": {\"code\": \"BUREAU\", "
    "\"name\": \"Country Desk\", \"kind\": \"unit\"}}\n"
    "{\"subject\": \"unit:DESK\", \"unit_identity\": {\"code\": \"DESK\", "
    "\"name\": \"Thematic Desk\", \"kind\": \"unit\", \"former_names\": "
    "[{\"name\": \"Country Desk\", \"until_on\": \"2019-12-31\"}]}}\n"
    "{\"subject\": \"unit:SHUT\", \"unit_identity\": {\"code\": \"SHUT\", "
    "\"name\": \"Thematic Desk\", \"kind\": \"unit\", \"valid_to\": \"2015-12-31\"}}\n"
    "{\"subject\": \"unit:HQ\", \"unit_identity\": {\"code\": \"HQ\", \"name\": \"Head Quarters\", "
    "\"kind\": \"container\"}}\n"
    "{\"subject\": \"unit:WRONG\", \"unit_identity\": {\"code\": \"WRONG\", \"name\": \"Wrong "
    "Unit\", "
    "\"kind\": \"unit\"}, \"retraction\": {\"retracted\": true, \"reason\": \"a mistake\"}}\n";

static int make_directory(void **state)
{
    static struct directory directory;
    struct err err;

    for (const char *at = units; *at; at = strchr(at, '\n') + 1) {
        json_t *unit = json_loadb(at, strcspn(at, "\n"), 0, NULL);
        bool good = unit && directory_add_change(&directory, unit, &err);
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

static const struct directory_name *match(const struct directory *directory, const char *text)
{
    size_t len;

    return directory_match(directory, text, &len);
}

static void expect_unit(const struct directory *directory, const char *text, const char *unit)
{
    const struct directory_name *entry = match(directory, text);

    assert_non_null(entry);
    assert_string_equal(entry->unit, unit);
}

static void aliases_and_former_names_are_recognised(void **state)
{
    const struct directory_name *entry;

    expect_unit(*state, "the SECTION, Geneva", "unit:NEW");
    expect_unit(*state, "N.S.", "unit:NEW");
    expect_unit(*state, "Young section", "unit:NEW");
    entry = match(*state, "Young Section");
    assert_true(entry->former);
    assert_int_equal(entry->borne.year, 2021);
    assert_int_equal(entry->borne.month, 3);
    assert_false(match(*state, "New Section")->former);
}

static void a_text_that_names_a_merged_unit_means_that_unit(void **state)
{
    const struct directory_name *entry = match(*state, "Old Section");

    assert_string_equal(entry->unit, "unit:OLD");
    assert_int_equal(entry->from.year, 2010);
    assert_int_equal(entry->until.year, 2020);
    assert_string_equal(entry->into, "unit:MID");
    assert_string_equal(directory_successor(*state, entry)->unit, "unit:NEW");
    entry = match(*state, "New Section");
    assert_string_equal(directory_successor(*state, entry)->unit, "unit:NEW");
}

static void of_two_bearers_of_a_name_the_present_one_is_meant(void **state)
{
    expect_unit(*state, "Country Desk", "unit:BUREAU");
    expect_unit(*state, "Thematic desk", "unit:DESK");
}

static void a_container_is_told_and_a_retracted_unit_is_unknown(void **state)
{
    assert_int_equal(match(*state, "Head Quarters")->role, ROLE_CONTAINER);
    assert_null(match(*state, "Wrong Unit"));
    assert_null(directory_unit(*state, "unit:WRONG"));
}

static void a_ring_of_mergers_ends(void **state)
{
    static const char *const ring[] = {
        "{\"subject\": \"unit:A\", \"unit_identity\": {\"code\": \"A\", \"name\": \"Unit A\", "
        "\"kind\": \"unit\", \"merged_into\": \"unit:B\"}}",
        "{\"subject\": \"unit:B\", \"unit_identity\": {\"code\": \"B\", \"name\": \"Unit B\", "
        "\"kind\": \"unit\", \"merged_into\": \"unit:A\"}}"};
    struct directory directory = {0};
    struct err err;

    (void)state;
    for (int i = 0; i < 2; i++) {
        json_t *unit = json_loads(ring[i], 0, NULL);
        assert_true(directory_add_change(&directory, unit, &err));
        json_decref(unit);
    }
    assert_non_null(directory_successor(&directory, match(&directory, "Unit A")));
    directory_finish(&directory);
}

static void a_day_that_is_none_is_refused(void **state)
{
    struct directory directory = {0};
    json_t *unit = json_loads("{\"subject\": \"unit:A\", \"unit_identity\": {\"code\": \"A\", "
                              "\"name\": \"Unit A\", \"kind\": \"unit\", \"former_names\": "
                              "[{\"name\": \"Unit O\", \"until_on\": \"soon\"}]}}",
                              0, NULL);
    struct err err;

    (void)state;
    assert_false(directory_add_change(&directory, unit, &err));
    assert_string_equal(err.code, "BAD_DATE");
    json_decref(unit);
    directory_finish(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aliases_and_former_names_are_recognised),
        cmocka_unit_test(a_text_that_names_a_merged_unit_means_that_unit),
        cmocka_unit_test(of_two_bearers_of_a_name_the_present_one_is_meant),
        cmocka_unit_test(a_container_is_told_and_a_retracted_unit_is_unknown),
        cmocka_unit_test(a_ring_of_mergers_ends),
        cmocka_unit_test(a_day_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, make_directory, drop_directory);
}
