/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include "html.h"
#include "sql.h"
#include "uptake/v1/words.pb-c.h"

enum { PAGE_FINDINGS = 100, PAGE_FINDINGS_MAX = 1000, OFFSET_MAX = 1000000 };

/* Columns of sql_findings. */
enum {
    FINDING_KEY,
    FINDING_SEVERITY,
    FINDING_CODE,
    FINDING_MESSAGE,
    FINDING_REMEDY,
    FINDING_PLACE,
    FINDING_DOCUMENT,
    FINDING_TITLE,
    FINDING_ABOUT,
    FINDING_ABOUT_ITEM,
    FINDING_STATE,
    FINDING_ASSIGNED_TO,
    FINDING_RESOLUTION,
};

/* "waiting": open or assigned; "gone": the last import no longer met it. */
static const char *const states[] = {"waiting",   "open", "assigned", "resolved",
                                     "dismissed", "gone", "any",      NULL};

struct wanted {
    const char *state;
    const char *severity;
    int64_t after; /* rows that were shown before */
};

static bool read_wanted(struct call *call, struct wanted *wanted)
{
    if (!call_param_word(call, "state", states, &wanted->state) ||
        !call_param_enum(call, "severity", &uptake__v1__severity__descriptor, &wanted->severity) ||
        !call_param_int(call, "after", 0, 0, OFFSET_MAX, &wanted->after) ||
        !call_param_int(call, "limit", PAGE_FINDINGS, 1, PAGE_FINDINGS_MAX, &call->limit))
        return false;
    if (!wanted->state)
        wanted->state = states[0];
    return true;
}

static void put_about(struct text_buffer *page, const struct call *call, const PGresult *rows,
                      int row)
{
    const char *about = store_text(rows, row, FINDING_ABOUT);

    if (store_bool(rows, row, FINDING_ABOUT_ITEM))
        html_put(page, "<a href=\"/items/%u?scope=%u\">%s</a>", about, call->scope.name, about);
    else
        html_put(page, "%s", about);
}

static void put_finding(struct text_buffer *page, const struct call *call, const PGresult *rows,
                        int row)
{
    html_put(page,
             "<tr><td data-label=\"Severity\" class=\"%s\">%w</td>"
             "<td data-label=\"Finding\" class=\"text\"><a href=\"/items/%u?scope=%u\">%s</a> "
             "%s <small>%s</small></td><td data-label=\"About\">",
             store_text(rows, row, FINDING_SEVERITY), store_text(rows, row, FINDING_SEVERITY),
             store_text(rows, row, FINDING_KEY), call->scope.name,
             store_text(rows, row, FINDING_CODE), store_text(rows, row, FINDING_MESSAGE),
             store_text(rows, row, FINDING_REMEDY));
    put_about(page, call, rows, row);
    html_put(page,
             "</td><td data-label=\"Where\">%s<small>%s</small></td>"
             "<td data-label=\"State\">%w<small>%s %s</small></td></tr>\n",
             store_text(rows, row, FINDING_TITLE), store_text(rows, row, FINDING_PLACE),
             store_text(rows, row, FINDING_STATE), store_text(rows, row, FINDING_ASSIGNED_TO),
             store_text(rows, row, FINDING_RESOLUTION));
}

static void put_head(struct text_buffer *page, const struct call *call, const struct wanted *wanted)
{
    html_put(page,
             "<p class=\"back\"><a href=\"/?scope=%u\">Where things stand</a></p>\n"
             "<h1>Findings</h1>\n<p class=\"quiet\">scope %s</p>\n"
             "<form class=\"choose\" method=\"get\" action=\"/findings\">"
             "<input type=\"hidden\" name=\"scope\" value=\"%s\">"
             "<label>State <select name=\"state\">",
             call->scope.name, call->scope.name, call->scope.name);
    for (int i = 0; states[i]; i++)
        html_put(page,
                 states[i] == wanted->state ? "<option value=\"%s\" selected>%w</option>"
                                            : "<option value=\"%s\">%w</option>",
                 states[i], states[i]);
    html_put(page, "</select></label> <button>Show</button></form>\n<p>");
    if (wanted->severity)
        html_put(page, " <span class=\"tag\">Severity: %w</span>", wanted->severity);
    for (const char *const *name =
             (const char *const[]){"code", "document", "about", "assigned", NULL};
         *name; name++)
        if (call_param(call, *name))
            html_put(page, " <span class=\"tag\">%w: %s</span>", *name, call_param(call, *name));
    html_put(page, "</p>\n");
}

/* The gravest come first, so a page goes on by how many rows were shown. */
static void put_next(struct text_buffer *page, const struct call *call, int64_t shown)
{
    static const char *const kept[] = {"state", "severity", "code", "document",
                                       "about", "assigned", NULL};

    html_put(page, "<p><a href=\"/findings?scope=%u&amp;after=%d", call->scope.name, shown);
    for (const char *const *name = kept; *name; name++)
        if (call_param(call, *name))
            html_put(page, "&amp;%s=%u", *name, call_param(call, *name));
    html_put(page, "\">Next page</a></p>\n");
}

static void on_findings(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    const int n = PQntuples(rows);
    struct text_buffer page = {0};
    struct wanted wanted;

    if (!read_wanted(call, &wanted))
        return;
    page_begin(&page, call, "Findings", false);
    put_head(&page, call, &wanted);
    html_put(&page,
             "<div class=\"card scroll\"><table id=\"findings\"><caption>%d shown</caption>"
             "<thead><tr><th scope=\"col\">Severity</th><th scope=\"col\">Finding</th>"
             "<th scope=\"col\">About</th><th scope=\"col\">Where</th>"
             "<th scope=\"col\">State</th></tr></thead><tbody>\n",
             (int64_t)n);
    for (int row = 0; row < n; row++)
        put_finding(&page, call, rows, row);
    html_put(&page, "</tbody></table></div>\n");
    if (n == call->limit)
        put_next(&page, call, wanted.after + n);
    page_end(&page);
    call_html(call, 200, &page);
}

void page_findings(struct call *call)
{
    struct store_step step = call_step(call, sql_findings);
    struct wanted wanted;

    if (!read_wanted(call, &wanted))
        return;
    store_arg_int(&step.args, call->scope.id);
    store_arg_text(&step.args, wanted.state);
    store_arg_text(&step.args, wanted.severity);
    store_arg_text(&step.args, call_param(call, "code"));
    store_arg_text(&step.args, call_param(call, "document"));
    store_arg_text(&step.args, call_param(call, "about"));
    store_arg_text(&step.args, call_param(call, "assigned"));
    store_arg_int(&step.args, wanted.after);
    store_arg_int(&step.args, call->limit);
    call_query(call, call->app->reads, &step, 1, on_findings);
}
