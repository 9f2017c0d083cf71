/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html.h"

#include <string.h>

static void expect(struct text_buffer *page, const char *text)
{
    assert_false(page->failed);
    assert_string_equal(page->text, text);
    text_buffer_finish(page);
    *page = (struct text_buffer){0};
}

static void text_cannot_become_markup(void **state)
{
    struct text_buffer page = {0};

    (void)state;
    html_put(&page, "<td title=\"%s\">%s</td>", "\"><script>", "<b>'a' & b</b>");
    expect(&page, "<td title=\"&quot;&gt;&lt;script&gt;\">"
                  "&lt;b&gt;&#39;a&#39; &amp; b&lt;/b&gt;</td>");
}

static void url_parts_are_coded(void **state)
{
    struct text_buffer page = {0};

    (void)state;
    html_put(&page, "<a href=\"/item?key=%u\">", "a-1#2/3&x=\"\xc3\xa9 %");
    expect(&page, "<a href=\"/item?key=a-1%232%2F3%26x%3D%22%C3%A9%20%25\">");
}

static void words_are_shown_as_people_read_them(void **state)
{
    struct text_buffer page = {0};

    (void)state;
    html_put(&page, "%w %d %% %w", "not_started", INT64_C(-3), "<x>");
    expect(&page, "Not started -3 % &lt;x&gt;");
}

static void template_without_values_is_copied(void **state)
{
    struct text_buffer page = {0};

    (void)state;
    html_put(&page, "<p>&amp;</p>");
    html_put(&page, "%s", "");
    expect(&page, "<p>&amp;</p>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cannot_become_markup),
        cmocka_unit_test(url_parts_are_coded),
        cmocka_unit_test(words_are_shown_as_people_read_them),
        cmocka_unit_test(template_without_values_is_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
