/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include "actions.h"
#include "html.h"
#include "sql.h"
#include "uptake/v1/words.pb-c.h"

#include <string.h>

enum { PAGE_ROWS = 100, PAGE_ROWS_MAX = 1000 };

static void put_filter(struct text_buffer *page, const char *name, const char *value)
{
    if (value)
        html_put(page, " <span class=\"tag\">%s: %w</span>", name, value);
}

static void put_back(struct text_buffer *page, const struct call *call)
{
    html_put(page,
             "<p class=\"back\"><a href=\"/?scope=%u&amp;on=%u\">Where things stand</a></p>\n",
             call->scope.name, call->on_text);
}

/* The next page keeps every filter that this one has. */
static void put_next(struct text_buffer *page, const struct call *call, const char *path,
                     const char *const *params, const char *next)
{
    if (!next)
        return;
    html_put(page, "<p><a href=\"%s?scope=%u&amp;on=%u&amp;after=%u", path, call->scope.name,
             call->on_text, next);
    for (; *params; params++)
        if (call_param(call, *params))
            html_put(page, "&amp;%s=%u", *params, call_param(call, *params));
    html_put(page, "\">Next page</a></p>\n");
}

/* Actions -------------------------------------------------------------------------------------- */

void page_put_first_due(struct text_buffer *page, const PGresult *rows, int row)
{
    const char *first = store_text(rows, row, ACTION_FIRST_DUE_ON);

    if (!*first || strcmp(first, store_text(rows, row, ACTION_DUE_ON)) == 0)
        return;
    html_put(page, "<small>first agreed: %s", first);
    if (!store_is_null(rows, row, ACTION_DAYS_LATE_FIRST))
        html_put(page, ", %s days ago", store_text(rows, row, ACTION_DAYS_LATE_FIRST));
    html_put(page, "</small>");
}

static void put_action(struct text_buffer *page, const struct call *call, const PGresult *rows,
                       int row)
{
    html_put(page,
             "<tr><td data-label=\"Code\"><a href=\"/items/%u?scope=%u\">%s</a></td>"
             "<td data-label=\"Action\" class=\"text\">%s <small>%s</small></td>"
             "<td data-label=\"Units\">%s</td><td data-label=\"Due\" class=\"day\">%s"
             "<small>%s</small>",
             store_text(rows, row, ACTION_KEY), call->scope.name,
             page_short_key(store_text(rows, row, ACTION_KEY)), store_text(rows, row, ACTION_TEXT),
             store_text(rows, row, ACTION_DOCUMENT_TITLE), store_text(rows, row, ACTION_UNITS),
             store_text(rows, row, ACTION_DUE_ON), store_text(rows, row, ACTION_TIMEFRAME));
    page_put_first_due(page, rows, row);
    html_put(page,
             "</td><td data-label=\"Progress\">%w<small class=\"day\">%s</small></td>"
             "<td data-label=\"Time\" class=\"%s\">%w",
             store_text(rows, row, ACTION_PROGRESS), store_text(rows, row, ACTION_REPORTED_ON),
             store_text(rows, row, ACTION_TIME), store_text(rows, row, ACTION_TIME));
    if (!store_is_null(rows, row, ACTION_DAYS_LATE))
        html_put(page, "<small>%s days late</small>", store_text(rows, row, ACTION_DAYS_LATE));
    html_put(page, "</td></tr>\n");
}

static void on_actions(struct call *call, PGresult *const *results)
{
    static const char *const params[] = {"document", "progress", "time",    "open",
                                         "chased",   "reported", "overdue", "recommendation",
                                         "limit",    NULL};
    const PGresult *rows = results[0];
    struct text_buffer page = {0};

    page_begin(&page, call, "Actions", false);
    put_back(&page, call);
    html_put(&page, "<h1>Actions</h1>\n<p class=\"quiet\">scope %s, as on %s</p>\n<p>",
             call->scope.name, call->on_text);
    put_filter(&page, "Progress", call_param(call, "progress"));
    put_filter(&page, "Time", call_param(call, "time"));
    put_filter(&page, "Document", call_param(call, "document"));
    put_filter(&page, "Answering", call_param(call, "recommendation"));
    html_put(&page,
             "</p>\n<div class=\"card scroll\"><table id=\"actions\"><caption>%d shown</caption>"
             "<thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Action</th>"
             "<th scope=\"col\">Units</th><th scope=\"col\">Due</th>"
             "<th scope=\"col\">Progress</th><th scope=\"col\">Time</th></tr></thead>"
             "<tbody>\n",
             (int64_t)PQntuples(rows));
    for (int row = 0; row < PQntuples(rows); row++)
        put_action(&page, call, rows, row);
    html_put(&page, "</tbody></table></div>\n");
    put_next(&page, call, "/actions", params, actions_next(call, rows));
    page_end(&page);
    call_html(call, 200, &page);
}

void page_actions(struct call *call)
{
    struct action_filter filter;
    struct store_step step;

    if (!actions_filter(call, &filter))
        return;
    step = actions_step(call, &filter);
    call_query(call, call->app->reads, &step, 1, on_actions);
}

/* Recommendations ------------------------------------------------------------------------------ */

static void put_recommendation(struct text_buffer *page, const struct call *call,
                               const PGresult *rows, int row)
{
    html_put(page,
             "<tr><td data-label=\"Code\"><a href=\"/items/%u?scope=%u\">%s</a></td>"
             "<td data-label=\"Recommendation\" class=\"text\">%s <small>%s</small></td>"
             "<td data-label=\"Position\">%w<small>%s</small></td>"
             "<td data-label=\"Actions\" class=\"n\">"
             "<a href=\"/actions?scope=%u&amp;on=%u&amp;recommendation=%u\">%s</a></td></tr>\n",
             store_text(rows, row, 0), call->scope.name, page_short_key(store_text(rows, row, 0)),
             store_text(rows, row, 2), store_text(rows, row, 4), store_text(rows, row, 5),
             store_text(rows, row, 6), call->scope.name, call->on_text, store_text(rows, row, 0),
             store_text(rows, row, 7));
}

static void on_recommendations(struct call *call, PGresult *const *results)
{
    static const char *const params[] = {"document", "position", "answered",
                                         "accepted", "limit",    NULL};
    const PGresult *rows = results[0];
    const int n = PQntuples(rows);
    struct text_buffer page = {0};

    page_begin(&page, call, "Recommendations", false);
    put_back(&page, call);
    html_put(&page, "<h1>Recommendations</h1>\n<p class=\"quiet\">scope %s</p>\n<p>",
             call->scope.name);
    put_filter(&page, "Position", call_param(call, "position"));
    put_filter(&page, "Document", call_param(call, "document"));
    html_put(
        &page,
        "</p>\n<div class=\"card scroll\"><table id=\"recommendations\"><caption>%d shown</caption>"
        "<thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Recommendation</th>"
        "<th scope=\"col\">Position</th><th scope=\"col\" class=\"n\">Actions</th></tr></thead>"
        "<tbody>\n",
        (int64_t)n);
    for (int row = 0; row < n; row++)
        put_recommendation(&page, call, rows, row);
    html_put(&page, "</tbody></table></div>\n");
    put_next(&page, call, "/recommendations", params,
             n > 0 && n == call->limit ? store_text(rows, n - 1, 0) : NULL);
    page_end(&page);
    call_html(call, 200, &page);
}

void page_recommendations(struct call *call)
{
    struct store_step step = call_step(call, sql_recommendations);
    const char *position;

    if (!call_param_on(call) ||
        !call_param_enum(call, "position", &uptake__v1__position__descriptor, &position) ||
        !call_param_int(call, "limit", PAGE_ROWS, 1, PAGE_ROWS_MAX, &call->limit))
        return;
    store_arg_int(&step.args, call->scope.id);
    store_arg_text(&step.args, call_param(call, "document"));
    store_arg_text(&step.args, position);
    store_arg_text(&step.args, call_param(call, "after"));
    store_arg_int(&step.args, call->limit);
    store_arg_bool(&step.args, call_param_set(call, "answered"));
    store_arg_bool(&step.args, call_param_set(call, "accepted"));
    call_query(call, call->app->reads, &step, 1, on_recommendations);
}
