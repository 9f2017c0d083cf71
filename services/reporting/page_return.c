/* SPDX-License-Identifier: Apache-2.0 */
/* /cycles/NAME/DAY/return: the stored return, to be printed. */
#include "pages.h"

#include "cycles.h"
#include "html.h"

#include <string.h>

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static void put_rows(struct text_buffer *page, const json_t *rows)
{
    json_t *row;
    size_t i;

    html_put(
        page,
        "<div class=\"card scroll\"><table id=\"rows\"><caption>Who was asked, and who answered"
        "</caption><thead><tr><th scope=\"col\">Unit</th><th scope=\"col\">Office</th>"
        "<th scope=\"col\" class=\"n\">Asked</th><th scope=\"col\" class=\"n\">Answered</th>"
        "<th scope=\"col\" class=\"n\">of them late</th>"
        "<th scope=\"col\" class=\"n\">Not answered</th></tr></thead><tbody>\n");
    json_array_foreach(rows, i, row) html_put(
        page,
        "<tr><td data-label=\"Unit\">%s</td><td data-label=\"Office\" class=\"text\">%s</td>"
        "<td data-label=\"Asked\" class=\"n\">%d</td><td data-label=\"Answered\" "
        "class=\"n\">%d</td>"
        "<td data-label=\"Late\" class=\"n\">%d</td>"
        "<td data-label=\"Not answered\" class=\"n\">%d</td></tr>\n",
        page_text(row, "unit"), page_text(row, "office"), number(row, "asked"),
        number(row, "answered"), number(row, "late"), number(row, "not_answered"));
    html_put(page, "</tbody></table></div>\n");
}

static void put_figures(struct text_buffer *page, const json_t *figures)
{
    json_t *figure;
    size_t i;

    html_put(page,
             "<div class=\"card scroll\"><table id=\"figures\"><caption>Figures, each with what it "
             "is made of</caption><thead><tr><th scope=\"col\">Figure</th>"
             "<th scope=\"col\" class=\"n\">Number</th><th scope=\"col\" class=\"n\">of</th>"
             "<th scope=\"col\">Formula</th></tr></thead><tbody>\n");
    json_array_foreach(figures, i, figure) html_put(
        page,
        "<tr><td data-label=\"Figure\">%w</td><td data-label=\"Number\" class=\"n\">%d</td>"
        "<td data-label=\"of\" class=\"n\">%d</td><td data-label=\"Formula\" class=\"text\">%s</td>"
        "</tr>\n",
        page_text(figure, "name"), number(figure, "numerator"), number(figure, "denominator"),
        page_text(figure, "formula"));
    html_put(page, "</tbody></table></div>\n");
}

static void put_return(struct text_buffer *page, const struct cycle *cycle, const char *ends_on)
{
    const json_t *made = cycle->made;

    html_put(page,
             "<p class=\"back\"><a href=\"/cycles/%u/%s\">The cycle</a></p>\n<h1>Return: %s</h1>\n"
             "<p class=\"quiet\">%s, cycle ending %s. Made on %s by %s, as known at %s.</p>\n",
             cycle->policy + strlen("policy:"), ends_on, cycle->title, cycle->policy, ends_on,
             page_text(made, "made_on"), page_text(cycle->decision, "decided_by"),
             page_text(made, "known_at"));
    put_rows(page, json_object_get(made, "rows"));
    put_figures(page, json_object_get(made, "figures"));
    html_put(
        page,
        "<p>Recommendations or parts that were not accepted, about which nobody is asked: "
        "<strong>%d</strong></p>\n<p class=\"quiet text\">SHA-256 of the rows it was counted from: "
        "%s</p>\n",
        number(made, "parts_not_accepted"), page_text(made, "rows_sha256"));
}

static void on_cycle(struct call *call, struct cycle_one *one)
{
    struct text_buffer page = {0};
    char ends_on[DATE_TEXT];

    if (!one->cycle.made) {
        cycle_finish(&one->cycle);
        call_not_found(call);
        return;
    }
    date_format(one->ends_on, ends_on);
    page_begin(&page, call, "Return", false);
    put_return(&page, &one->cycle, ends_on);
    page_end(&page);
    cycle_finish(&one->cycle);
    call_html(call, 200, &page);
}

void page_return(struct call *call)
{
    cycle_fetch(call, -1, on_cycle);
}
