/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include "html.h"
#include "image.h"
#include "sql.h"

/* Values as people read them: text as it is, lists one below the other, objects name by name. */
static void put_plain(struct text_buffer *page, const json_t *value)
{
    if (json_is_string(value))
        html_put(page, "%s", json_string_value(value));
    else if (json_is_integer(value))
        html_put(page, "%d", (int64_t)json_integer_value(value));
    else if (json_is_boolean(value))
        html_put(page, json_is_true(value) ? "yes" : "no");
}

static void put_fields(struct text_buffer *page, json_t *object)
{
    const char *name;
    json_t *value;
    int n = 0;

    json_object_foreach(object, name, value)
    {
        html_put(page,
                 n++ ? "<br><small class=\"name\">%w</small> "
                     : "<small class=\"name\">%w</small> ",
                 name);
        put_plain(page, value);
    }
}

/* Messages nest two deep at most: a group, and the elements of its lists. */
static void put_value(struct text_buffer *page, json_t *value)
{
    size_t i;
    json_t *element;

    if (!json_is_array(value)) {
        put_plain(page, value);
        return;
    }
    html_put(page, "<ul>");
    json_array_foreach(value, i, element)
    {
        html_put(page, "<li>");
        if (json_is_object(element))
            put_fields(page, element);
        else
            put_plain(page, element);
        html_put(page, "</li>");
    }
    html_put(page, "</ul>");
}

static void put_group(struct text_buffer *page, const char *group, json_t *fields)
{
    const char *name;
    json_t *value;

    html_put(page, "<section class=\"card\"><h2>%w</h2>\n<table class=\"fields\"><tbody>\n", group);
    json_object_foreach(fields, name, value)
    {
        html_put(page, "<tr><th scope=\"row\">%w</th><td class=\"text\">", name);
        put_value(page, value);
        html_put(page, "</td></tr>\n");
    }
    html_put(page, "</tbody></table></section>\n");
}

static void put_history(struct text_buffer *page, struct call *call, const PGresult *rows)
{
    html_put(page, "<section class=\"card\"><h2>History</h2>\n<div class=\"scroll\">"
                   "<table id=\"history\"><thead><tr><th scope=\"col\">When</th>"
                   "<th scope=\"col\">What</th><th scope=\"col\">For the period to</th>"
                   "<th scope=\"col\">Who</th><th scope=\"col\" class=\"n\">Revision</th>"
                   "</tr></thead><tbody>\n");
    for (int row = 0; row < PQntuples(rows); row++) {
        html_put(page, "<tr><td data-label=\"When\" class=\"day\">");
        page_put_time(page, call, store_int(rows, row, 6));
        html_put(page,
                 "</td><td data-label=\"What\">%w</td><td data-label=\"For the period to\">%s</td>"
                 "<td data-label=\"Who\">%s</td><td data-label=\"Revision\" class=\"n\">%s</td>"
                 "</tr>\n",
                 image_what(rows, row, 10, &call->arena), store_text(rows, row, 9),
                 store_text(rows, row, 4), store_text(rows, row, 0));
    }
    html_put(page, "</tbody></table></div></section>\n");
}

static void on_item(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[1];
    struct text_buffer page = {0};
    json_t *image, *group;
    const char *name;
    int next = 0;

    if (PQntuples(rows) == 0) {
        call_not_found(call);
        return;
    }
    image = image_next(rows, &next, &call->arena);
    page_begin(&page, call, store_text(rows, 0, IMAGE_KEY), false);
    html_put(&page,
             "<p class=\"back\"><a href=\"/?scope=%u\">Where things stand</a></p>\n"
             "<h1>%s</h1>\n<p class=\"quiet\">%w of <a href=\"/items/%u?scope=%u\">%s</a>, "
             "revision %s</p>\n",
             call->scope.name, store_text(rows, 0, IMAGE_KEY), store_text(rows, 0, IMAGE_KIND),
             store_text(rows, 0, IMAGE_DOCUMENT), call->scope.name,
             store_text(rows, 0, IMAGE_DOCUMENT), store_text(rows, 0, IMAGE_REVISION));
    json_object_foreach(image, name, group)
    {
        if (json_is_object(group))
            put_group(&page, name, group);
    }
    put_history(&page, call, results[2]);
    json_decref(image);
    page_end(&page);
    call_html(call, 200, &page);
}

void page_item(struct call *call)
{
    struct store_step steps[] = {call_step(call, sql_begin_snapshot), call_step(call, sql_item),
                                 call_step(call, sql_item_history), call_step(call, sql_commit)};

    for (int i = 1; i <= 2; i++) {
        store_arg_text(&steps[i].args, call->wild);
        store_arg_int(&steps[i].args, call->reader.principal_id);
    }
    call_query(call, call->app->reads, steps, 4, on_item);
}
