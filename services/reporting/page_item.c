/* SPDX-License-Identifier: Apache-2.0 */
/* One item: what is derived of it, what was said of it group by group, what belongs to it
 * (page_related.c), and how it came about. */
#include "pages.h"

#include "about.h"
#include "html.h"
#include "said.h"

#include <string.h>

const char *page_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

static int64_t number(const json_t *object, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(object, name));
}

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

static void put_texts(struct text_buffer *page, const json_t *texts)
{
    for (size_t i = 0; i < json_array_size(texts); i++) {
        html_put(page, i ? ", " : "");
        put_plain(page, json_array_get(texts, i));
    }
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
        if (json_is_array(value))
            put_texts(page, value);
        else
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

static void put_row(struct text_buffer *page, const char *name, const char *text)
{
    if (*text)
        html_put(page, "<tr><th scope=\"row\">%w</th><td class=\"text\">%s</td></tr>\n", name,
                 text);
}

/* Groups that are told otherwise than field by field --------------------------------------------
 */

static void put_responsible(struct text_buffer *page, const json_t *units, const char *said_by)
{
    static const char *const flags[] = {"inferred", "ambiguous", "vague", "confirmed"};
    size_t i;
    json_t *unit;

    html_put(page, "<tr><th scope=\"row\">%w</th><td class=\"text\"><ul>", said_by);
    json_array_foreach(units, i, unit)
    {
        if (strcmp(page_text(unit, "said_by"), said_by) != 0)
            continue;
        html_put(page, "<li>%s <small class=\"name\">%w", page_text(unit, "name"),
                 page_text(unit, "role"));
        for (size_t f = 0; f < sizeof(flags) / sizeof(*flags); f++)
            if (json_is_true(json_object_get(unit, flags[f])))
                html_put(page, ", %s", flags[f]);
        if (!*page_text(unit, "unit"))
            html_put(page, ", not in the directory");
        html_put(page, "</small></li>");
    }
    html_put(page, "</ul></td></tr>\n");
}

/* Beside each other by who said so: the evaluator, management, a person. */
static void put_responsibilities(struct text_buffer *page, const json_t *group)
{
    const json_t *units = json_object_get(group, "units");
    json_t *seen = json_object();
    size_t i;
    json_t *unit;

    put_row(page, "as written", page_text(group, "source"));
    json_array_foreach(units, i, unit)
    {
        const char *said_by = page_text(unit, "said_by");

        if (!json_object_get(seen, said_by))
            put_responsible(page, units, said_by);
        json_object_set_new(seen, said_by, json_true());
    }
    json_decref(seen);
}

static void put_milestones(struct text_buffer *page, const json_t *group)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(group, "milestones"), i, one)
    {
        const char *reached = page_text(one, "reached_on");

        html_put(page, "<tr><th scope=\"row\">%s</th><td class=\"text\">%s",
                 *page_text(one, "due_on") ? page_text(one, "due_on") : page_text(one, "source"),
                 page_text(one, "text"));
        html_put(page, *reached ? " <small>reached on %s</small>" : " <small>not reached</small>",
                 reached);
        html_put(page, "</td></tr>\n");
    }
}

static void put_extensions(struct text_buffer *page, const json_t *group)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(group, "extensions"), i, one)
    {
        html_put(page,
                 "<tr><th scope=\"row\">to %s</th><td class=\"text\">%s "
                 "<small>by %s %s</small></td></tr>\n",
                 page_text(one, "due_on"), page_text(one, "reason"), page_text(one, "approver"),
                 page_text(one, "approved_on"));
    }
}

static const struct {
    const char *group;
    void (*put)(struct text_buffer *page, const json_t *group);
} special[] = {
    {"responsibilities", put_responsibilities},
    {"milestones", put_milestones},
    {"extensions", put_extensions},
};

/* What a reader must not take for more than it is. */
static const char *caution(const char *group, const json_t *fields, const json_t *facts)
{
    if (strcmp(group, "position_taken") == 0 && json_object_get(fields, "comment_progress"))
        return "Progress in the comment is said of the recommendation as a whole; its actions stay "
               "unknown until something is said of them.";
    if (strcmp(group, "progress_review") == 0 && !json_is_true(json_object_get(facts, "reviewed")))
        return "This is a review of an earlier report.";
    return NULL;
}

static void put_group(struct text_buffer *page, const char *group, json_t *fields,
                      const json_t *facts)
{
    const char *warning = caution(group, fields, facts);
    const char *name;
    json_t *value;

    html_put(page,
             "<section class=\"card\" id=\"%s\"><h2>%s</h2>\n"
             "<table class=\"fields\"><tbody>\n",
             group, said_title(group));
    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
        if (strcmp(special[i].group, group) != 0)
            continue;
        special[i].put(page, fields);
        fields = NULL;
    }
    json_object_foreach(fields, name, value)
    {
        html_put(page, "<tr><th scope=\"row\">%w</th><td class=\"text\">", name);
        put_value(page, value);
        html_put(page, "</td></tr>\n");
    }
    html_put(page, "</tbody></table>");
    if (warning)
        html_put(page, "<p class=\"quiet\">%s</p>", warning);
    html_put(page, "</section>\n");
}

/* What is derived ------------------------------------------------------------------------------ */

static void put_late(struct text_buffer *page, const char *name, const char *day, int64_t late)
{
    if (!*day)
        return;
    html_put(page, "<tr><th scope=\"row\">%w</th><td>%s", name, day);
    if (late)
        html_put(page, " <small class=\"late\">%d days late</small>", late);
    html_put(page, "</td></tr>\n");
}

static void put_judged(struct text_buffer *page, const struct call *call, const json_t *facts)
{
    html_put(page,
             "<section class=\"card\" id=\"judged\"><h2>As on %s</h2>\n"
             "<table class=\"fields\"><tbody>\n"
             "<tr><th scope=\"row\">Time</th><td class=\"%s\">%w</td></tr>\n",
             call->on_text, page_text(facts, "time"), page_text(facts, "time"));
    put_late(page, "due_on", page_text(facts, "due_on"), number(facts, "days_late"));
    put_late(page, "first agreed", page_text(facts, "first_due_on"),
             number(facts, "days_late_first"));
    html_put(page,
             "<tr><th scope=\"row\">Progress</th><td>%w</td></tr>\n"
             "<tr><th scope=\"row\">Freshness</th><td>%w</td></tr>\n"
             "<tr><th scope=\"row\">Assurance</th><td>%w</td></tr>\n",
             page_text(facts, "progress"), page_text(facts, "freshness"),
             page_text(facts, "assurance"));
    put_row(page, "completed_on", page_text(facts, "completed_on"));
    html_put(page, "</tbody></table>");
    if (strcmp(page_text(facts, "addressee"), "state") == 0)
        html_put(page, "<p class=\"quiet\">Addressed to a State: shown and assessed, not "
                       "chased.</p>");
    html_put(page, "</section>\n");
}

static void put_tombstone(struct text_buffer *page, const struct call *call, const json_t *image)
{
    const json_t *retraction = json_object_get(image, "retraction");
    const char *instead = page_text(retraction, "replaced_by");

    if (!json_is_true(json_object_get(retraction, "retracted")))
        return;
    html_put(page, "<p class=\"tombstone\" id=\"tombstone\">Retracted: %s",
             page_text(retraction, "reason"));
    if (*instead)
        html_put(page, " In its place: <a href=\"/items/%u?scope=%u\">%s</a>", instead,
                 call->scope.name, instead);
    html_put(page, "</p>\n");
}

/* History -------------------------------------------------------------------------------------- */

static void put_said(struct text_buffer *page, const json_t *entry)
{
    size_t i;
    json_t *line;

    html_put(page, "<td data-label=\"What\" class=\"text\">");
    if (strcmp(page_text(entry, "operation"), "enter") == 0)
        html_put(page, "Came into a scope");
    else if (strcmp(page_text(entry, "operation"), "leave") == 0)
        html_put(page, "Left a scope");
    else if (json_is_null(json_object_get(entry, "change")))
        html_put(page, "Redacted");
    json_array_foreach(json_object_get(entry, "said"), i, line)
    {
        html_put(page, "<p class=\"said\">%s</p>", page_text(line, "text"));
    }
    html_put(page, "</td>");
}

static void put_history(struct text_buffer *page, const struct call *call, const json_t *entries)
{
    size_t i;
    json_t *entry;

    html_put(page, "<section class=\"card\"><h2>History</h2>\n<div class=\"scroll\">"
                   "<table id=\"history\"><thead><tr><th scope=\"col\">When</th>"
                   "<th scope=\"col\">What</th><th scope=\"col\">From</th>"
                   "<th scope=\"col\">Who</th><th scope=\"col\" class=\"n\">Revision</th>"
                   "</tr></thead><tbody>\n");
    json_array_foreach(entries, i, entry)
    {
        html_put(page, "<tr><td data-label=\"When\" class=\"day\">");
        page_put_time(page, call, number(entry, "recorded_at_us"));
        html_put(page, "</td>");
        put_said(page, entry);
        html_put(page,
                 "<td data-label=\"From\" class=\"text\">%s<small>%s</small></td>"
                 "<td data-label=\"Who\">%s</td><td data-label=\"Revision\" class=\"n\">%d</td>"
                 "</tr>\n",
                 page_text(entry, "source_name"), page_text(entry, "place"),
                 page_text(entry, "sender"), number(entry, "revision"));
    }
    html_put(page, "</tbody></table></div></section>\n");
}

/* The whole ------------------------------------------------------------------------------------ */

static void put_item(struct text_buffer *page, struct call *call, json_t *about)
{
    const json_t *facts = json_object_get(about, "facts");
    json_t *image = json_object_get(about, "change");
    const char *name;
    json_t *group;

    html_put(page,
             "<p class=\"back\"><a href=\"/?scope=%u\">Where things stand</a></p>\n"
             "<h1>%s</h1>\n<p class=\"quiet\">%w of <a href=\"/items/%u?scope=%u\">%s</a>, "
             "revision %d</p>\n",
             call->scope.name, page_text(about, "key"), page_text(about, "kind"),
             page_text(about, "document"), call->scope.name, page_text(about, "document"),
             number(about, "revision"));
    put_tombstone(page, call, image);
    if (strcmp(page_text(about, "kind"), "unit") == 0)
        html_put(page,
                 "<p><a id=\"assigned\" href=\"/findings?scope=%u&amp;assigned=%u\">Findings it is "
                 "to see to</a></p>\n",
                 call->scope.name, page_text(about, "key"));
    if (strcmp(page_text(about, "kind"), "action") == 0)
        put_judged(page, call, facts);
    if (strcmp(page_text(about, "kind"), "document") == 0)
        page_put_totals(page, call, about);
    json_object_foreach(image, name, group)
    {
        if (json_is_object(group) && strcmp(name, "retraction") != 0)
            put_group(page, name, group, facts);
    }
    page_put_related(page, call, about);
    put_history(page, call, json_object_get(about, "history"));
}

static void on_item(struct call *call, PGresult *const *results)
{
    struct text_buffer page = {0};
    json_t *about;

    if (PQntuples(results[ABOUT_ITEM]) == 0) {
        call_not_found(call);
        return;
    }
    about = about_json(results, &call->arena);
    page.failed = about == NULL;
    page_begin(&page, call, page_text(about, "key"), false);
    put_item(&page, call, about);
    json_decref(about);
    page_end(&page);
    call_html(call, 200, &page);
}

void page_item(struct call *call)
{
    struct store_step steps[ABOUT_STEPS];

    if (!call_param_on(call))
        return;
    about_steps(call, steps);
    call_query(call, call->app->reads, steps, ABOUT_STEPS, on_item);
}
