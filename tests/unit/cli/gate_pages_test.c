/* SPDX-License-Identifier: Apache-2.0 */
/* Pages as other offices would save them: tests/unit/cli/gate/NAME, each with NAME.expected. */
#include "gate_reading.h"

#include <stdio.h>

static const char folder[] = UPTAKE_SOURCE_DIR "/tests/unit/cli/gate";

/* What stands in front of the last dot is the name of the expectation. */
static FILE *open_expected(const char *page)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%.*s.expected", folder, (int)strcspn(page, "."), page);
    file = fopen(path, "r");
    if (!file)
        fail_msg("%s: no such file", path);
    return file;
}

/* Line by line; a first line that begins with '#' is the licence. */
static void compare(const char *page, const char *text)
{
    FILE *file = open_expected(page);
    char expected[8192];
    int number = 0;

    while (fgets(expected, sizeof(expected), file)) {
        size_t len = strcspn(text, "\n");
        number++;
        expected[strcspn(expected, "\n")] = '\0';
        if (*expected == '#')
            continue;
        if (strlen(expected) != len || strncmp(expected, text, len) != 0)
            fail_msg("%s: line %d of what is expected:\n  %s\nread:\n  %.*s", page, number,
                     expected, (int)len, text);
        text += len + (text[len] == '\n');
    }
    fclose(file);
    if (*text)
        fail_msg("%s: read beyond what is expected:\n%s", page, text);
}

/* The page as read on a day; none: its age is not judged. */
static void expect_page_on(const char *page, struct date day)
{
    struct reading reading = {.document.read_on = day};
    struct text_buffer text = {0};
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder, page);
    read_path(&reading, path);
    assert_true(gate_recognise(reading.file.text));
    put_document(&text, &reading.document);
    assert_false(text.failed);
    if (getenv("GATE_PRINT"))
        printf("%s\n%s", page, text.text);
    else
        compare(page, text.text);
    text_buffer_finish(&text);
    release(&reading);
}

static void expect_page(const char *page)
{
    expect_page_on(page, (struct date){0});
}

static void unnumbered_actions_in_small_letters_end_before_the_posts(void **state)
{
    (void)state;
    expect_page("hilland-libraries.txt");
}

static void navigation_and_lost_letters_of_a_french_page_are_read_over(void **state)
{
    (void)state;
    expect_page("littoral-pecheries.txt");
}

static void repeated_labels_and_actions_of_a_spanish_page_are_told_from_text(void **state)
{
    (void)state;
    expect_page("valle-regional.txt");
}

static void cells_between_bars_go_over_several_lines(void **state)
{
    (void)state;
    expect_page("policy-section.txt");
}

static void columns_in_another_order_are_told_by_their_heads(void **state)
{
    (void)state;
    expect_page("delta-countries.txt");
}

static void a_page_with_its_markup_is_read_like_text(void **state)
{
    (void)state;
    expect_page("lakeside.html");
}

static void cells_between_tabs_are_read(void **state)
{
    (void)state;
    expect_page("orchard.txt");
}

static void a_file_of_one_row_per_action_is_read(void **state)
{
    (void)state;
    expect_page("weavers.csv");
}

static void rows_cut_by_lines_and_pages_are_put_together(void **state)
{
    (void)state;
    expect_page("page-breaks.txt");
}

static void updates_are_dated_in_many_styles(void **state)
{
    (void)state;
    expect_page("comment-styles.txt");
}

static void deadlines_are_read_or_asked_about(void **state)
{
    (void)state;
    expect_page("deadline-words.txt");
}

static void status_words_are_known_or_asked_about(void **state)
{
    (void)state;
    expect_page("status-words.txt");
}

static void numbers_missing_and_numbers_given_twice_are_reported(void **state)
{
    (void)state;
    expect_page("numbers.txt");
}

static void french_labels_without_accents_are_known(void **state)
{
    (void)state;
    expect_page("moulins.txt");
}

static void spanish_labels_with_cells_between_bars_are_known(void **state)
{
    (void)state;
    expect_page("faros.txt");
}

static void a_page_that_says_when_it_was_saved_is_read(void **state)
{
    (void)state;
    expect_page_on("archive.txt", (struct date){2023, 7, 16});
}

static void numbers_and_dates_in_mixed_styles_are_read(void **state)
{
    (void)state;
    expect_page("mixed-styles.txt");
}

static void posts_and_status_words_of_a_french_page_are_read(void **state)
{
    (void)state;
    expect_page("cooperatives.txt");
}

static void names_in_brackets_and_inside_sentences_are_asked_about(void **state)
{
    (void)state;
    expect_page("headquarters.txt");
}

static void posts_behind_dashes_and_slashes_are_told_apart(void **state)
{
    (void)state;
    expect_page("east-lakes.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unnumbered_actions_in_small_letters_end_before_the_posts),
        cmocka_unit_test(navigation_and_lost_letters_of_a_french_page_are_read_over),
        cmocka_unit_test(repeated_labels_and_actions_of_a_spanish_page_are_told_from_text),
        cmocka_unit_test(cells_between_bars_go_over_several_lines),
        cmocka_unit_test(columns_in_another_order_are_told_by_their_heads),
        cmocka_unit_test(a_page_with_its_markup_is_read_like_text),
        cmocka_unit_test(cells_between_tabs_are_read),
        cmocka_unit_test(a_file_of_one_row_per_action_is_read),
        cmocka_unit_test(rows_cut_by_lines_and_pages_are_put_together),
        cmocka_unit_test(updates_are_dated_in_many_styles),
        cmocka_unit_test(deadlines_are_read_or_asked_about),
        cmocka_unit_test(status_words_are_known_or_asked_about),
        cmocka_unit_test(numbers_missing_and_numbers_given_twice_are_reported),
        cmocka_unit_test(french_labels_without_accents_are_known),
        cmocka_unit_test(spanish_labels_with_cells_between_bars_are_known),
        cmocka_unit_test(a_page_that_says_when_it_was_saved_is_read),
        cmocka_unit_test(numbers_and_dates_in_mixed_styles_are_read),
        cmocka_unit_test(posts_and_status_words_of_a_french_page_are_read),
        cmocka_unit_test(names_in_brackets_and_inside_sentences_are_asked_about),
        cmocka_unit_test(posts_behind_dashes_and_slashes_are_told_apart),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
