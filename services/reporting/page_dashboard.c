/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include "actions.h"
#include "html.h"
#include "image.h"
#include "sql.h"
#include "summary.h"
#include "wire/wire.h"

#include <string.h>

enum { OVERDUE_SHOWN = 12, LATEST_SHOWN = 12 };

/* Steps of the page's one transaction. */
enum {
    AT_BEGIN,
    AT_HEAD,
    AT_SCOPES,
    AT_SUMMARY,
    AT_FINDINGS,
    AT_OVERDUE,
    AT_LATEST,
    AT_COMMIT,
    STEPS
};

/* Where people choose -------------------------------------------------------------------------- */

static void put_scopes(struct text_buffer *page, const struct call *call, const PGresult *rows)
{
    html_put(page, "<form class=\"choose\" method=\"get\" action=\"/\">"
                   "<label>Scope <select name=\"scope\">");
    for (int row = 0; row < PQntuples(rows); row++) {
        const char *name = store_text(rows, row, 0);

        html_put(page,
                 strcmp(name, call->scope.name) == 0 ? "<option selected>%s</option>"
                                                     : "<option>%s</option>",
                 name);
    }
    html_put(page,
             "</select></label> <label>As on <input type=\"date\" name=\"on\" value=\"%s\">"
             "</label> <button>Show</button></form>\n",
             call->on_text);
}

static void put_title(struct text_buffer *page, const struct call *call, const PGresult *scopes)
{
    const bool now = date_compare(call->on, call->today) == 0;

    html_put(page, "<div class=\"title\"><div><h1>Where things stand</h1>\n"
                   "<p class=\"quiet\">as of <time id=\"as-of\">");
    page_put_time(page, call, call->now_us);
    html_put(page, "</time> (%s), change %d of %s", call->app->zone_name, call->scope.seq,
             call->scope.name);
    if (!now)
        html_put(page, ", judged on %s with what was reported until then", call->on_text);
    if (strcmp(call->scope.kind, "hq") == 0)
        html_put(page, " \xc2\xb7 <a href=\"/cycles\">What is asked</a>");
    html_put(page, "</p></div>\n");
    put_scopes(page, call, scopes);
    html_put(page, "</div>\n");
}

/* Counts --------------------------------------------------------------------------------------- */

static const struct {
    const char *title;
    const char *counted;
    const char *page;  /* that lists the rows */
    const char *param; /* that picks them */
} axis_shown[SUMMARY_AXES] = {
    {"Position", "recommendations", "recommendations", "position"},
    {"Progress", "actions", "actions", "progress"},
    {"Time", "actions", "actions", "time"},
};

static void put_count(struct text_buffer *page, const struct call *call, int a,
                      const struct summary_axis *axis, const struct summary_count *count)
{
    const int64_t percent = axis->total ? (100 * count->n + axis->total / 2) / axis->total : 0;

    html_put(page,
             "<tr class=\"%s\"><th scope=\"row\">%w</th>"
             "<td class=\"n\"><a href=\"/%s?scope=%u&amp;%s=%u&amp;on=%u\">%d</a></td>"
             "<td class=\"bar\" aria-hidden=\"true\"><svg viewBox=\"0 0 100 10\" "
             "preserveAspectRatio=\"none\"><rect width=\"%d\" height=\"10\"/></svg></td></tr>\n",
             count->word, count->word, axis_shown[a].page, call->scope.name, axis_shown[a].param,
             count->word, call->on_text, count->n, percent);
}

static void put_axis(struct text_buffer *page, const struct call *call,
                     const struct summary *summary, int a)
{
    const struct summary_axis *axis = &summary->axes[a];

    html_put(page,
             "<section class=\"card\"><h2>%s</h2>\n<table class=\"counts\" id=\"%s\">"
             "<caption><a href=\"/%s?scope=%u&amp;on=%u\">%d</a> %s</caption><tbody>\n",
             axis_shown[a].title, axis->name, axis_shown[a].page, call->scope.name, call->on_text,
             axis->total, axis_shown[a].counted);
    for (int i = 0; i < axis->ncounts; i++)
        if (axis->counts[i].n > 0)
            put_count(page, call, a, axis, &axis->counts[i]);
    html_put(page, "</tbody></table></section>\n");
}

/* The rows that a rate counts, above and below its line. */
static const struct {
    const char *above;
    const char *below;
} rate_rows[SUMMARY_RATES] = {
    {"actions?time=overdue", "actions?chased=1"},
    {"actions?progress=completed", "actions"},
    {"actions?reported=1", "actions"},
    {"recommendations?accepted=1", "recommendations?answered=1"},
};

static void put_number(struct text_buffer *page, const struct call *call, const char *rows,
                       int64_t n)
{
    html_put(page, "<a href=\"/%s%sscope=%u&amp;on=%u\">%d</a>", rows,
             strchr(rows, '?') ? "&" : "?", call->scope.name, call->on_text, n);
}

static void put_rates(struct text_buffer *page, const struct call *call,
                      const struct summary *summary)
{
    html_put(page, "<dl class=\"rates\">\n");
    for (int i = 0; i < SUMMARY_RATES; i++) {
        const struct summary_rate *rate = &summary->rates[i];

        html_put(page, "<div><dt>%w</dt><dd><strong>", rate->name);
        put_number(page, call, rate_rows[i].above, rate->numerator);
        html_put(page, " of ");
        put_number(page, call, rate_rows[i].below, rate->denominator);
        html_put(page, "</strong>");
        if (rate->denominator)
            html_put(page, " <span>%d %%</span>",
                     (200 * rate->numerator / rate->denominator + 1) / 2);
        html_put(page, "<small>%s</small></dd></div>\n", rate->formula);
    }
    html_put(page, "</dl>\n");
}

/* Findings ------------------------------------------------------------------------------------- */

static void put_findings(struct text_buffer *page, const struct call *call, const PGresult *rows)
{
    int64_t all = 0;

    for (int row = 0; row < PQntuples(rows); row++)
        all += store_int(rows, row, 1);
    html_put(page,
             "<section class=\"card\"><h2>Findings</h2>\n<table class=\"counts\" id=\"findings\">"
             "<caption><a href=\"/findings?scope=%u\">%d</a> wait for a person</caption><tbody>\n",
             call->scope.name, all);
    for (int row = 0; row < PQntuples(rows); row++)
        html_put(page,
                 "<tr class=\"%s\"><th scope=\"row\">%w</th><td class=\"n\">"
                 "<a href=\"/findings?scope=%u&amp;severity=%u\">%s</a></td></tr>\n",
                 store_text(rows, row, 0), store_text(rows, row, 0), call->scope.name,
                 store_text(rows, row, 0), store_text(rows, row, 1));
    html_put(page, "</tbody></table></section>\n");
}

/* Overdue actions ------------------------------------------------------------------------------ */

static void put_overdue(struct text_buffer *page, const struct call *call, const PGresult *rows,
                        int64_t all)
{
    html_put(page, "<section class=\"card\"><h2>Overdue actions</h2>\n");
    if (PQntuples(rows) == 0) {
        html_put(page, "<p class=\"quiet\">None.</p></section>\n");
        return;
    }
    html_put(page, "<div class=\"scroll\"><table id=\"overdue\"><thead><tr>"
                   "<th scope=\"col\">Code</th><th scope=\"col\">Action</th>"
                   "<th scope=\"col\">Units</th><th scope=\"col\">Due</th>"
                   "<th scope=\"col\" class=\"n\">Days late</th></tr></thead><tbody>\n");
    for (int row = 0; row < PQntuples(rows); row++) {
        html_put(page,
                 "<tr><td data-label=\"Code\"><a href=\"/items/%u?scope=%u\">%s</a></td>"
                 "<td data-label=\"Action\" class=\"text\"><span class=\"clip\">%s</span> "
                 "<small>%s</small></td><td data-label=\"Units\">%s</td>"
                 "<td data-label=\"Due\" class=\"day\">%s",
                 store_text(rows, row, ACTION_KEY), call->scope.name,
                 page_short_key(store_text(rows, row, ACTION_KEY)),
                 store_text(rows, row, ACTION_TEXT), store_text(rows, row, ACTION_DOCUMENT_TITLE),
                 store_text(rows, row, ACTION_UNITS), store_text(rows, row, ACTION_DUE_ON));
        page_put_first_due(page, rows, row);
        html_put(page, "</td><td data-label=\"Days late\" class=\"n late\">%s</td></tr>\n",
                 store_text(rows, row, ACTION_DAYS_LATE));
    }
    html_put(page, "</tbody></table></div>\n");
    if (all > PQntuples(rows))
        html_put(page,
                 "<p><a href=\"/actions?scope=%u&amp;time=overdue&amp;on=%u\">All %d "
                 "overdue</a></p>\n",
                 call->scope.name, call->on_text, all);
    html_put(page, "</section>\n");
}

/* Latest changes ------------------------------------------------------------------------------- */

static void put_latest(struct text_buffer *page, struct call *call, const PGresult *rows)
{
    html_put(page, "<section class=\"card\"><h2>Latest changes</h2>\n");
    if (PQntuples(rows) == 0) {
        html_put(page, "<p class=\"quiet\">None yet.</p></section>\n");
        return;
    }
    html_put(page, "<div class=\"scroll\"><table id=\"latest\"><thead><tr>"
                   "<th scope=\"col\">When</th><th scope=\"col\">What</th>"
                   "<th scope=\"col\">Who</th></tr></thead><tbody>\n");
    for (int row = 0; row < PQntuples(rows); row++) {
        html_put(page, "<tr><td data-label=\"When\" class=\"day\">");
        page_put_time(page, call, store_int(rows, row, 6));
        html_put(page,
                 "</td><td data-label=\"What\" class=\"text\"><strong>%w</strong> "
                 "<a href=\"/items/%u?scope=%u\">%s</a> <span class=\"clip\">%s</span></td>"
                 "<td data-label=\"Who\">%s</td></tr>\n",
                 image_what(rows, row, 8, &call->arena), store_text(rows, row, 3), call->scope.name,
                 store_text(rows, row, 3), store_text(rows, row, 7), store_text(rows, row, 5));
    }
    html_put(page, "</tbody></table></div></section>\n");
}

/* The whole ------------------------------------------------------------------------------------ */

static void on_dashboard(struct call *call, PGresult *const *results)
{
    struct text_buffer page = {0};
    struct summary summary;

    /* The moment of this transaction, not of the look-up before it. */
    call->scope.seq = store_int(results[AT_HEAD], 0, 1);
    summary_read(&summary, results[AT_SUMMARY]);
    page_begin(&page, call, "Where things stand", date_compare(call->on, call->today) == 0);
    put_title(&page, call, results[AT_SCOPES]);
    put_rates(&page, call, &summary);
    html_put(&page, "<div class=\"cards\">\n");
    for (int a = 0; a < SUMMARY_AXES; a++)
        put_axis(&page, call, &summary, a);
    put_findings(&page, call, results[AT_FINDINGS]);
    html_put(&page, "</div>\n");
    put_overdue(&page, call, results[AT_OVERDUE], summary.rates[0].numerator);
    put_latest(&page, call, results[AT_LATEST]);
    page_end(&page);
    call_html(call, 200, &page);
}

void page_dashboard(struct call *call)
{
    const struct action_filter overdue = {
        .time_word = "overdue", .by_due = true, .limit = OVERDUE_SHOWN};
    struct store_step steps[STEPS];

    if (!call_param_on(call))
        return;
    steps[AT_BEGIN] = call_step(call, sql_begin_snapshot);
    steps[AT_HEAD] = call_step(call, sql_cursor);
    store_arg_int(&steps[AT_HEAD].args, call->scope.id);
    store_arg_int(&steps[AT_HEAD].args, 0);
    steps[AT_SCOPES] = call_step(call, sql_scopes);
    store_arg_int(&steps[AT_SCOPES].args, call->reader.principal_id);
    steps[AT_SUMMARY] = summary_step(call);
    steps[AT_FINDINGS] = call_step(call, sql_findings_waiting);
    store_arg_int(&steps[AT_FINDINGS].args, call->scope.id);
    steps[AT_OVERDUE] = actions_step(call, &overdue);
    steps[AT_LATEST] = call_step(call, sql_latest);
    store_arg_int(&steps[AT_LATEST].args, call->scope.id);
    store_arg_int(&steps[AT_LATEST].args, LATEST_SHOWN);
    steps[AT_COMMIT] = call_step(call, sql_commit);
    call_query(call, call->app->reads, steps, STEPS, on_dashboard);
}
