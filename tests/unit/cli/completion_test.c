/* SPDX-License-Identifier: Apache-2.0 */
#include "import/completion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(const char *text, const char *day)
{
    char got[DATE_TEXT];

    date_format(completion_day(text), got);
    assert_string_equal(got, day);
}

static void a_stated_day_of_completion_is_read_in_three_languages(void **state)
{
    (void)state;
    expect("Completed on 12 March 2022.", "2022-03-12");
    expect("The boats were\ncompleted on 12 March 2022, all of them.", "2022-03-12");
    expect("Termin\xC3\xA9"
           "e le 12 mars 2022",
           "2022-03-12");
    expect("ACHEV\xC3\x89 LE 12 mars 2022 (trois navires)", "2022-03-12");
    expect("Actividad finalizada el 12 de marzo de 2022; gracias", "2022-03-12");
    expect("Done on 2022-03-12", "2022-03-12");
}

static void what_is_no_single_day_is_none(void **state)
{
    (void)state;
    expect("Completed.", "");
    expect("Completed on time", "");
    expect("Completed on March 2022", "");
    expect("Completed on 03/04/2022", "");
    expect("Completed on 30 February 2022", "");
    expect("Uncompleted on 12 March 2022", "");
    expect("12 March 2022: Completed", "");
    expect("", "");
    expect(NULL, "");
}

static void only_updates_that_say_completed_have_the_day(void **state)
{
    struct document document = {0};
    struct recommendation *recommendation = document_add_recommendation(&document, 1);
    struct action *action = document_add_action(&document, recommendation, 2);
    struct progress_update updates[] = {
        {.progress = PROGRESS_ONGOING, .text = "To be completed on 12 March 2022"},
        {.progress = PROGRESS_COMPLETED, .source = "Completed on 12 March 2022", .text = "Red."},
    };

    (void)state;
    updates[0].next = &updates[1];
    action->updates = updates;
    completion_read(&document);
    assert_true(date_is_none(updates[0].completed_on));
    assert_int_equal(updates[1].completed_on.day, 12);
    document_finish(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stated_day_of_completion_is_read_in_three_languages),
        cmocka_unit_test(what_is_no_single_day_is_none),
        cmocka_unit_test(only_updates_that_say_completed_have_the_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
