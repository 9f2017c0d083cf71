/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of the OHCHR reader that only look at text: markup, labels, numbers. */
#include "import/ohchr_code.h"
#include "import/ohchr_lines.h"
#include "import/ohchr_markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void markup_leaves_plain_text(void **state)
{
    static const struct {
        const char *text, *plain;
    } cases[] = {
        {"<p>One <b>two</b></p> <p>three</p>", "One two\nthree"},
        {"<ul style=\"x\"> <li>- a</li> <li>- b</li> </ul>", "- a\n- b"},
        {"**One *two* three**", "One two three"},
        {"* a bullet", "* a bullet"},
        {"word <sup>12</sup> and [^3] more", "word and more"},
        {"x<sup>2a</sup>", "x2a"},
        {"R&amp;D &#8217;&#x2019; &eacute;t&eacute;", "R&D \u2019\u2019 été"},
        {"a &lt; b < c &unknown; d", "a < b < c &unknown; d"},
        {"<https://example.org>", "https://example.org"},
        {"a\u00A0b\u200Bc\u00ADd", "a bcd"},
        {"&#0;&#x1F;&#xD800;", "&#0;&#x1F;&#xD800;"},
        {"one\\_two \\* three", "one_two * three"},
        {"  a \t b  ", "a b"},
        {"", ""},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *plain = ohchr_plain(&arena, cases[i].text, strlen(cases[i].text));
        assert_non_null(plain);
        assert_string_equal(plain, cases[i].plain);
    }
    arena_finish(&arena);
}

static void labels_are_told_by_their_words(void **state)
{
    static const struct {
        const char *text;
        enum ohchr_label kind;
        const char *code, *rest;
    } cases[] = {
        {"Recommendation 1: Do", LABEL_RECOMMENDATION, "1", "Do"},
        {"RECOMMENDATION NO. 12 \u2013 Do", LABEL_RECOMMENDATION, "12", "Do"},
        {"Recommandation n° 3 :", LABEL_RECOMMENDATION, "3", ""},
        {"Recomendación IV. Hacer", LABEL_RECOMMENDATION, "IV", "Hacer"},
        {"Recommendation 7", LABEL_RECOMMENDATION, "7", ""},
        {"Recommendation: Do", LABEL_RECOMMENDATION, "", "Do"},
        {"Recommendation 4 (continued): Do", LABEL_RECOMMENDATION, "4", "Do"},
        {"Recommendation 1.3 has been omitted", LABEL_NONE, "", ""},
        {"Recommendation 2 was easy", LABEL_NONE, "", ""},
        {"Recommendations: many", LABEL_NONE, "", ""},
        {"Management position on recommendation: ACCEPTED", LABEL_POSITION, "", "ACCEPTED"},
        {"Management position", LABEL_POSITION, "", ""},
        {"Position de l\u2019administration :", LABEL_POSITION, "", ""},
        {"Position de ladministration :", LABEL_POSITION, "", ""},
        {"Posición de la dirección (aceptada o no): ACEPTADA", LABEL_POSITION, "", "ACEPTADA"},
        {"Management comments: none", LABEL_COMMENT, "", "none"},
        {"Management response: Accepted", LABEL_RESPONSE, "", "Accepted"},
        {"Management response", LABEL_NONE, "", ""},
        {"The position of the sun: high", LABEL_NONE, "", ""},
        {"", LABEL_NONE, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct label label = words_label(cases[i].text);
        if (label.kind != cases[i].kind)
            fail_msg("\"%s\" is label %d", cases[i].text, (int)label.kind);
        if (label.kind == LABEL_NONE)
            continue;
        assert_string_equal(label.rest, cases[i].rest);
        if (label.kind != LABEL_RECOMMENDATION)
            continue;
        assert_int_equal(label.code_len, strlen(cases[i].code));
        assert_memory_equal(label.code, cases[i].code, label.code_len);
    }
}

static void numbers_of_actions_are_put_right(void **state)
{
    static const struct {
        const char *text, *recommendation, *source, *code, *rest;
        bool foreign;
    } cases[] = {
        {"1.2. Do", "1", "1.2", "1.2", "Do", false},
        {"I.1. Do", "1", "I.1", "1.1", "Do", false},
        {"l.2 Do", "1", "l.2", "1.2", "Do", false},
        {"II.3) Do", "2", "II.3", "2.3", "Do", false},
        {"IO.1. Do", "10", "", "", "", false},
        {"10.01 Do", "10", "10.01", "10.1", "Do", false},
        {"3.a) Do", "3", "3.a", "3.a", "Do", false},
        {"3.1.2: Do", "3", "3.1.2", "3.1.2", "Do", false},
        {"Action 4.1: Do", "4", "4.1", "4.1", "Do", false},
        {"(b) Do", "4", "b", "b", "Do", false},
        {"ii. Do", "4", "ii", "ii", "Do", false},
        {"2. Do", "4", "2", "2", "Do", false},
        {"2.1. 5 days", "2", "2.1", "2.1", "5 days", false},
        {"2.1. Do", "3", "2.1", "2.1", "Do", true},
        {"5.1 million people", "2", "", "", "", false},
        {"2-3 days", "2", "", "", "", false},
        {"2012 work plan", "2", "", "", "", false},
        {"Do it", "2", "", "", "", false},
        {"", "2", "", "", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ohchr_code code = {0};
        size_t len = ohchr_code_read(cases[i].text, cases[i].recommendation, &code);
        if ((len > 0) != (cases[i].code[0] != '\0'))
            fail_msg("\"%s\": number \"%s\"", cases[i].text, len ? code.code : "");
        if (!len)
            continue;
        assert_string_equal(code.source, cases[i].source);
        assert_string_equal(code.code, cases[i].code);
        assert_string_equal(cases[i].text + len, cases[i].rest);
        assert_int_equal(code.foreign, cases[i].foreign);
    }
}

static void lines_are_told_apart(void **state)
{
    static const char text[] = "# Heading\n"
                               "\n"
                               "a\tb\t\n"
                               "| c | d |\n"
                               "| --- | --- |\n"
                               "<sup>4</sup> note\n"
                               "goes on\n"
                               "Page 3 of 12\n"
                               "\n"
                               "12\n"
                               "**bold text**\n"
                               "![](picture.png)\n"
                               "Key action\tBy whom\tWhen";
    static const enum ohchr_line_kind kinds[] = {
        LINE_HEADING,  LINE_BLANK,     LINE_TEXT,      LINE_TEXT,  LINE_FURNITURE,
        LINE_FOOTNOTE, LINE_FOOTNOTE,  LINE_FURNITURE, LINE_BLANK, LINE_FURNITURE,
        LINE_TEXT,     LINE_FURNITURE, LINE_TEXT};
    struct arena arena = {0};
    struct ohchr_lines lines;
    enum ohchr_column columns[OHCHR_CELLS_MAX];
    struct err err;

    (void)state;
    assert_true(ohchr_lines_cut(text, &arena, &lines, &err));
    assert_int_equal(lines.n, sizeof(kinds) / sizeof(kinds[0]));
    for (int i = 0; i < lines.n; i++)
        if (lines.list[i].kind != kinds[i])
            fail_msg("line %d is of kind %d", i + 1, (int)lines.list[i].kind);
    assert_int_equal(lines.list[2].ncells, 3);
    assert_string_equal(lines.list[3].cells[1], "d");
    assert_true(lines.list[10].bold);
    assert_true(ohchr_line_heads(&lines.list[12], columns));
    assert_int_equal(columns[0], COLUMN_ACTION);
    assert_int_equal(columns[1], COLUMN_UNIT);
    assert_int_equal(columns[2], COLUMN_TIME);
    assert_false(ohchr_line_heads(&lines.list[2], columns));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_leaves_plain_text),
        cmocka_unit_test(labels_are_told_by_their_words),
        cmocka_unit_test(numbers_of_actions_are_put_right),
        cmocka_unit_test(lines_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
