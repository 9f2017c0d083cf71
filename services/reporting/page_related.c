/* SPDX-License-Identifier: Apache-2.0 */
/* The items that belong to the one shown, role by role. */
#include "pages.h"

#include "html.h"

#include <string.h>

static const json_t *group(const json_t *one, const char *name)
{
    return json_object_get(json_object_get(one, "change"), name);
}

static const char *of(const json_t *one, const char *name, const char *field)
{
    return page_text(group(one, name), field);
}

static void put_link(struct text_buffer *page, const struct call *call, const char *key)
{
    html_put(page, "<a href=\"/items/%u?scope=%u\">%s</a>", key, call->scope.name,
             page_short_key(key));
}

static void put_labelled(struct text_buffer *page, const char *label, const char *text)
{
    if (*text)
        html_put(page, "<small>%s: %s</small>", label, text);
}

/* What the answer says of the recommendation as a whole is said of none of its actions. */
static void put_of_whole(struct text_buffer *page, const json_t *words)
{
    if (json_array_size(words) == 0)
        return;
    html_put(page, "<small>Said of the whole, not of an action:");
    for (size_t i = 0; i < json_array_size(words); i++)
        html_put(page, " %w", json_string_value(json_array_get(words, i)));
    html_put(page, "</small>");
}

/* One row each --------------------------------------------------------------------------------- */

static void put_recommendation(struct text_buffer *page, const struct call *call, const json_t *one)
{
    (void)call;
    html_put(page, "<td class=\"text\">%s", of(one, "recommendation_text", "text"));
    put_of_whole(page, json_object_get(group(one, "position_taken"), "comment_progress"));
    put_labelled(page, "Proposed wording", of(one, "position_taken", "proposed_wording"));
    put_labelled(page, "Agreed wording", of(one, "position_taken", "agreed_wording"));
    html_put(page, "</td><td>%w<small>%s</small>",
             *of(one, "position_taken", "position") ? of(one, "position_taken", "position")
                                                    : "none_given",
             of(one, "position_taken", "source"));
    put_labelled(page, "Caveat", of(one, "position_taken", "caveat"));
    put_labelled(page, "Reason", of(one, "position_taken", "reason"));
    html_put(page, "</td>");
}

static void put_action(struct text_buffer *page, const struct call *call, const json_t *one)
{
    const json_t *facts = json_object_get(one, "facts");
    const char *first = page_text(facts, "first_due_on");

    (void)call;
    html_put(page, "<td class=\"text\">%s</td><td>%w<small class=\"%s\">%w %s</small>",
             of(one, "action_wording", "text"), page_text(facts, "progress"),
             page_text(facts, "time"), page_text(facts, "time"), page_text(facts, "due_on"));
    if (strcmp(first, page_text(facts, "due_on")) != 0)
        put_labelled(page, "first agreed", first);
    html_put(page, "</td>");
}

static void put_assessment(struct text_buffer *page, const struct call *call, const json_t *one)
{
    const json_t *facts = json_object_get(one, "facts");
    const json_t *subjects = json_object_get(group(one, "assessment_made"), "subjects");

    html_put(page, "<td class=\"text\">%s <small>%s %s</small>",
             of(one, "assessment_made", "assessor"), page_text(facts, "round"),
             page_text(facts, "held_to"));
    put_labelled(page, "Reason", of(one, "assessment_made", "reason"));
    html_put(page, "</td><td>%w<small>%s</small><small>of ", of(one, "assessment_made", "level"),
             of(one, "assessment_made", "source"));
    for (size_t i = 0; i < json_array_size(subjects); i++) {
        html_put(page, i ? ", " : "");
        put_link(page, call, json_string_value(json_array_get(subjects, i)));
    }
    html_put(page, "</small></td>");
}

static void put_indicator(struct text_buffer *page, const struct call *call, const json_t *one)
{
    const json_t *stated = group(one, "indicator_stated");
    const int64_t total = (int64_t)json_integer_value(json_object_get(stated, "total"));

    (void)call;
    html_put(page, "<td class=\"text\">%s <small>%s</small>", page_text(stated, "name"),
             page_text(stated, "place"));
    html_put(page, "</td><td>");
    if (total)
        html_put(page, "%d of %d", (int64_t)json_integer_value(json_object_get(stated, "met")),
                 total);
    else
        html_put(page, "%s %s", page_text(stated, "value"), page_text(stated, "unit"));
    html_put(page, "<small>%s</small>", page_text(stated, "dated_on"));
    put_labelled(page, "Target", page_text(stated, "target"));
    html_put(page, "</td>");
}

static void put_relation(struct text_buffer *page, const struct call *call, const json_t *one)
{
    const json_t *drawn = group(one, "link_drawn");
    const json_t *facts = json_object_get(one, "facts");
    const char *other = page_text(facts, "other");

    html_put(page, "<td class=\"text\">");
    if (*other)
        html_put(page, "%s %w <a href=\"/items/%u?scope=%u\">%s</a> <small>%s</small>",
                 strcmp(page_text(drawn, "to"), other) == 0 ? "" : "Is what is meant by",
                 page_text(drawn, "relation"), other, call->scope.name, other,
                 page_text(facts, "other_text"));
    else
        html_put(page, "%w %s", page_text(drawn, "relation"), page_text(drawn, "cited_document"));
    put_labelled(page, "Paragraph", page_text(drawn, "cited_paragraph"));
    html_put(page, "</td><td>%w<small>%s %s</small></td>",
             *of(one, "link_decision", "state") ? of(one, "link_decision", "state") : "proposed",
             of(one, "link_decision", "decided_by"), of(one, "link_decision", "decided_on"));
}

static void put_finding(struct text_buffer *page, const struct call *call, const json_t *one)
{
    (void)call;
    html_put(page,
             "<td class=\"text\">%s %s <small>%s</small></td><td class=\"%s\">%w<small>%s</small>"
             "</td>",
             of(one, "finding_raised", "code"), of(one, "finding_raised", "message"),
             of(one, "finding_raised", "remedy"), of(one, "finding_raised", "severity"),
             of(one, "finding_raised", "severity"), of(one, "finding_handling", "assigned_to"));
}

static void put_unit(struct text_buffer *page, const struct call *call, const json_t *one)
{
    (void)call;
    html_put(page, "<td class=\"text\">%s</td><td>%s</td>", of(one, "unit_identity", "name"),
             of(one, "unit_identity", "valid_to"));
}

static bool is_confirmed(const json_t *one)
{
    return strcmp(of(one, "link_decision", "state"), "confirmed") == 0;
}

static bool is_proposed(const json_t *one)
{
    return !is_confirmed(one);
}

/* What a document states of itself beside what the register counts --------------------------------
 */

static int64_t number(const json_t *object, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(object, name));
}

static void put_totals(struct text_buffer *page, const json_t *totals)
{
    size_t i;
    json_t *one;

    html_put(page, "<section class=\"card\"><h2>Totals</h2>\n<table id=\"totals\"><thead><tr>"
                   "<th scope=\"col\">Of</th><th scope=\"col\" class=\"n\">The document says</th>"
                   "<th scope=\"col\" class=\"n\">The register counts</th></tr></thead><tbody>\n");
    json_array_foreach(totals, i, one)
    {
        html_put(page, "<tr><th scope=\"row\">%w</th><td class=\"n\">%d</td><td class=\"n\">",
                 page_text(one, "name"), number(one, "stated"));
        if (json_object_get(one, "counted"))
            html_put(page, "%d", number(one, "counted"));
        html_put(page, "</td></tr>\n");
    }
    html_put(page, "</tbody></table></section>\n");
}

/* Counts of a document lead to what they count. */
static void put_counted(struct text_buffer *page, const struct call *call, const json_t *about)
{
    const json_t *counted = json_object_get(json_object_get(about, "facts"), "counted");
    const struct {
        const char *name;
        const char *page;
        int64_t n;
    } counts[] = {
        {"recommendations_and_parts", "recommendations",
         number(counted, "recommendations") + number(counted, "parts")},
        {"actions", "actions", number(counted, "actions")},
        {"findings_that_wait", "findings", number(counted, "findings_waiting")},
    };

    html_put(page, "<p class=\"quiet\" id=\"counted\">");
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
        html_put(page, "%w: <a href=\"/%s?scope=%u&amp;document=%u\">%d</a> ", counts[i].name,
                 counts[i].page, call->scope.name, page_text(about, "key"), counts[i].n);
    html_put(page, "</p>\n");
}

void page_put_totals(struct text_buffer *page, const struct call *call, const json_t *about)
{
    const json_t *totals = json_object_get(json_object_get(about, "facts"), "totals");

    put_counted(page, call, about);
    if (totals)
        put_totals(page, totals);
}

/* Sections ------------------------------------------------------------------------------------- */

/* One section per row: which role it shows, only those that pass the test (NULL: all). */
static const struct section {
    const char *role;
    const char *id;
    const char *title;
    void (*put)(struct text_buffer *page, const struct call *call, const json_t *one);
    bool (*test)(const json_t *one);
} sections[] = {
    {"whole", "whole", "Part of", put_recommendation, NULL},
    {"part", "parts", "Parts, each with its own position", put_recommendation, NULL},
    {"recommendation", "recommendations", "Answers", put_recommendation, NULL},
    {"action", "actions", "Actions that answer it", put_action, NULL},
    {"assessment", "assessments", "What others judged, side by side", put_assessment, NULL},
    {"judgement", "judgements", "Judgements of this round", put_assessment, NULL},
    {"subject", "subjects", "Judged here", put_recommendation, NULL},
    {"indicator", "indicators", "Figures", put_indicator, NULL},
    {"link", "links", "Links", put_relation, is_confirmed},
    {"link", "proposals", "Links proposed, not confirmed", put_relation, is_proposed},
    {"finding", "waiting", "Findings that wait for a person", put_finding, NULL},
    {"merged", "merged", "Units merged into this one", put_unit, NULL},
    {"within", "within", "Units within", put_unit, NULL},
};

static size_t passing(const struct section *section, const json_t *list)
{
    size_t i, n = 0;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        n += !section->test || section->test(one);
    }
    return n;
}

static void put_section(struct text_buffer *page, const struct call *call,
                        const struct section *section, const json_t *about)
{
    const json_t *list = json_object_get(json_object_get(about, "related"), section->role);
    const json_t *all = json_object_get(json_object_get(about, "more"), section->role);
    size_t i;
    json_t *one;

    if (passing(section, list) == 0)
        return;
    html_put(
        page,
        "<section class=\"card\"><h2>%s</h2>\n<div class=\"scroll\"><table id=\"%s\"><tbody>\n",
        section->title, section->id);
    json_array_foreach(list, i, one)
    {
        if (section->test && !section->test(one))
            continue;
        html_put(page, "<tr><td>");
        put_link(page, call, page_text(one, "key"));
        html_put(page, "</td>");
        section->put(page, call, one);
        html_put(page, "</tr>\n");
    }
    html_put(page, "</tbody></table></div>");
    if (all)
        html_put(page, "<p class=\"quiet\">%d of %d shown</p>", (int64_t)json_array_size(list),
                 (int64_t)json_integer_value(all));
    html_put(page, "</section>\n");
}

void page_put_related(struct text_buffer *page, const struct call *call, const json_t *about)
{
    for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
        put_section(page, call, &sections[i], about);
}
