/* SPDX-License-Identifier: Apache-2.0 */
#include "said.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 12, VALUE_MOST = 80 };

/* Groups in the order of what says most of a change, and of each the fields people ask for: the
 * first stands behind the title, the others behind their label. */
static const struct group {
    const char *name;
    const char *title;
    struct {
        const char *field;
        const char *label;
    } fields[FIELDS_MAX];
} groups[] = {
    {"retraction", "Retracted", {{"reason", NULL}, {"replaced_by", "replaced by"}}},
    {"progress_report",
     "Progress",
     {{"progress", NULL},
      {"source", "as written"},
      {"reported_by", "by"},
      {"reported_on", "for the period to"},
      {"completed_on", "completed on"},
      {"evidence", "evidence"},
      {"narrative", "narrative"}}},
    {"progress_review",
     "Review of the report",
     {{"review", NULL},
      {"reviewer", "by"},
      {"reviewed_on", "on"},
      {"of_revision", "of revision"},
      {"remark", "remark"}}},
    {"extensions", "Extensions", {{"extensions", NULL}}},
    {"hold_set", "Hold", {{"hold", NULL}, {"reason", "reason"}, {"since_on", "since"}}},
    {"position_taken",
     "Position",
     {{"position", NULL},
      {"source", "as written"},
      {"caveat", "caveat"},
      {"reason", "reason"},
      {"proposed_wording", "proposed wording"},
      {"agreed_wording", "agreed wording"},
      {"comment", "comment"},
      {"comment_progress", "said of the whole"}}},
    {"finding_handling",
     "Handling",
     {{"state", NULL},
      {"assigned_to", "assigned to"},
      {"resolution", "resolution"},
      {"handled_by", "by"},
      {"handled_on", "on"}}},
    {"link_decision",
     "Decision",
     {{"state", NULL}, {"decided_by", "by"}, {"decided_on", "on"}, {"reason", "reason"}}},
    {"milestones", "Milestones", {{"milestones", NULL}}},
    {"reminder_record",
     "Reminder sent",
     {{"recipient", NULL}, {"due_on", "for"}, {"policy", "by"}}},
    {"action_wording",
     "Wording",
     {{"text", NULL}, {"code", "code"}, {"recommendations", "answers"}, {"place", "place"}}},
    {"recommendation_text",
     "Text",
     {{"text", NULL},
      {"code", "code"},
      {"parent", "part of"},
      {"issuers", "by"},
      {"themes", "themes"},
      {"place", "place"}}},
    {"timeframe", "Timeframe", {{"due_on", NULL}, {"source", "as written"}, {"start_on", "from"}}},
    {"responsibilities", "Responsible", {{"units", NULL}, {"source", "as written"}}},
    {"document_identity",
     "Document",
     {{"title", NULL},
      {"symbol", "symbol"},
      {"dated_on", "dated"},
      {"instrument", "instrument"},
      {"addressee", "addressee"},
      {"office_unit", "office"},
      {"totals", "states"},
      {"source_name", "read from"}}},
    {"response_statement",
     "Response",
     {{"state", NULL},
      {"source", "as written"},
      {"approver", "approved by"},
      {"approved_on", "on"},
      {"text", "text"}}},
    {"unit_identity",
     "Unit",
     {{"name", NULL},
      {"kind", "kind"},
      {"parent", "in"},
      {"region", "region"},
      {"reports_to", "reports to"},
      {"aliases", "also"},
      {"valid_from", "from"},
      {"valid_to", "until"},
      {"merged_into", "merged into"},
      {"former_names", "formerly"},
      {"zone", "zone"}}},
    {"unit_contact",
     "Contact",
     {{"focal_point", NULL}, {"email", "mail"}, {"language", "language"}, {"alternates", "else"}}},
    {"policy_rule",
     "Policy",
     {{"title", NULL},
      {"trigger", "by"},
      {"interval_months", "months"},
      {"go_live_on", "from"},
      {"steps", "days"},
      {"overseer", "overseer"},
      {"active", "active"}}},
    {"chase_set",
     "Chasing",
     {{"snoozed_until", "not before"},
      {"acknowledged_on", "acknowledged on"},
      {"delegated_to", "delegated to"},
      {"note", "note"}}},
    {"cycle_decision",
     "Cycle",
     {{"decision", NULL}, {"ends_on", "ending"}, {"decided_by", "by"}, {"note", "note"}}},
    {"return_made", "Return", {{"made_on", NULL}, {"rows", "rows"}, {"figures", "figures"}}},
    {"brake_release",
     "Mail let go",
     {{"released_on", NULL},
      {"recipients", "recipients"},
      {"released_by", "by"},
      {"note", "note"}}},
    {"round_held",
     "Round",
     {{"name", NULL},
      {"forum", "forum"},
      {"held_from", "from"},
      {"held_to", "to"},
      {"organisers", "by"},
      {"scale", "scale"},
      {"caveat", "caveat"}}},
    {"assessment_made",
     "Assessment",
     {{"level", NULL},
      {"source", "as written"},
      {"assessor", "by"},
      {"subjects", "of"},
      {"reason", "reason"}}},
    {"indicator_stated",
     "Figure",
     {{"name", NULL},
      {"met", "met"},
      {"total", "of"},
      {"value", "value"},
      {"unit", "in"},
      {"dated_on", "dated"},
      {"target", "target"},
      {"level", "level"},
      {"place", "place"}}},
    {"link_drawn",
     "Link",
     {{"relation", NULL},
      {"from", "from"},
      {"to", "to"},
      {"cited_document", "document"},
      {"cited_paragraph", "paragraph"},
      {"score", "likeness"},
      {"reasons", "because of"}}},
    {"finding_raised",
     "Finding",
     {{"code", NULL},
      {"severity", "severity"},
      {"about", "about"},
      {"message", "message"},
      {"place", "place"},
      {"gone", "no longer met"}}},
    {"crosswalk_table",
     "Crosswalk",
     {{"system", NULL}, {"version", "version"}, {"words", "words"}}},
    {"disclosure_set", "Disclosure", {{"disclosure", NULL}}},
    {"conflict_decision",
     "Conflict settled",
     {{"decision", NULL}, {"decided_by", "by"}, {"reason", "reason"}}},
    {"redaction",
     "Redacted",
     {{"revisions", "revisions"}, {"ordered_by", "ordered by"}, {"reason", "reason"}}},
    {"principal_identity",
     "Principal",
     {{"title", NULL}, {"contact", "contact"}, {"speaks_for_others", "speaks for others"}}},
    {"principal_keys", "Keys", {{"keys", NULL}, {"tokens", "tokens"}}},
    {"principal_grants", "Grants", {{"pushes", "may push"}, {"reads", "may read"}}},
    {"dead_letter_decision",
     "Dead letter",
     {{"decision", NULL}, {"sender", "from"}, {"decided_by", "by"}, {"reason", "reason"}}},
};

enum { SAID_GROUPS = sizeof(groups) / sizeof(groups[0]) };

static const struct group *find_group(const char *name)
{
    for (int i = 0; i < SAID_GROUPS; i++)
        if (strcmp(groups[i].name, name) == 0)
            return &groups[i];
    return NULL;
}

const char *said_title(const char *group)
{
    const struct group *found = find_group(group);

    return found ? found->title : group;
}

const char *said_most(const json_t *change)
{
    for (int i = 0; i < SAID_GROUPS; i++)
        if (json_object_get(change, groups[i].name))
            return groups[i].title;
    return NULL;
}

/* Values --------------------------------------------------------------------------------------- */

/* At most so many characters, on one line. */
static void put_short(struct text_buffer *line, const char *text, size_t most)
{
    size_t n = 0;

    for (; *text; text++) {
        if (((unsigned char)*text & 0xC0) != 0x80 && n++ == most) {
            text_put(line, "...");
            return;
        }
        text_put_bytes(line, *text == '\n' || *text == '\t' ? " " : text, 1);
    }
}

static void put_scalar(struct text_buffer *line, const json_t *value)
{
    if (json_is_string(value))
        put_short(line, json_string_value(value), VALUE_MOST);
    else if (json_is_integer(value))
        text_put_format(line, "%lld", (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        text_put(line, json_is_true(value) ? "yes" : "no");
}

/* The members of an element of a list that people ask for, whatever list it is. */
static const char *const plain_members[] = {
    "name",       "role",       "said_by",    "text",     "due_on", "system",
    "approver",   "reached_on", "reason",     "until_on", "email",  "count",
    "public_key", "token_hash", "expires_on", "note",     NULL};
/* Of a grant, whose unit is not the one that another list names beside its own words. */
static const char *const grant_members[] = {"kind", "groups", "document", "unit", NULL};
static const char *const flags[] = {"inferred", "ambiguous", "vague", "confirmed", "revoked", NULL};

static void put_texts(struct text_buffer *line, const json_t *texts)
{
    for (size_t i = 0; i < json_array_size(texts); i++) {
        text_put(line, i ? " + " : "");
        put_scalar(line, json_array_get(texts, i));
    }
}

static void put_element(struct text_buffer *line, json_t *element)
{
    const char *const *members = json_object_get(element, "kind") ? grant_members : plain_members;
    const char *before = "";

    if (!json_is_object(element)) {
        put_scalar(line, element);
        return;
    }
    for (int i = 0; members[i]; i++) {
        const json_t *value = json_object_get(element, members[i]);

        if (!value)
            continue;
        text_put(line, before);
        if (json_is_array(value))
            put_texts(line, value);
        else
            put_scalar(line, value);
        before = " \xc2\xb7 ";
    }
    for (int i = 0; flags[i]; i++)
        if (json_is_true(json_object_get(element, flags[i])))
            text_put_format(line, "%s%s", " \xc2\xb7 ", flags[i]);
}

static void put_list(struct text_buffer *line, const json_t *list, bool counted)
{
    const size_t n = json_array_size(list);

    if (counted) {
        text_put_format(line, "%zu", n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        text_put(line, i ? ", " : "");
        put_element(line, json_array_get(list, i));
    }
}

/* Whether a reader sees anything of it. */
static bool is_empty(const json_t *value)
{
    return !value || (json_is_string(value) && !*json_string_value(value)) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static void put_value(struct text_buffer *line, const char *field, const json_t *value)
{
    if (is_empty(value))
        text_put(line, "none");
    else if (json_is_array(value))
        put_list(line, value, strcmp(field, "words") == 0);
    else
        put_scalar(line, value);
}

/* Lines ---------------------------------------------------------------------------------------- */

static bool is_same(const json_t *a, const json_t *b)
{
    return (is_empty(a) && is_empty(b)) || json_equal(a, b);
}

static void put_field(struct text_buffer *line, const char *field, const json_t *now,
                      const json_t *before)
{
    const json_t *value = json_object_get(now, field);
    const json_t *old = json_object_get(before, field);

    put_value(line, field, value);
    if (before && !is_same(value, old)) {
        text_put(line, " (was ");
        put_value(line, field, old);
        text_put(line, ")");
    }
}

/* Of a group that was there before only what differs is worth a word. */
static bool is_worth(const json_t *now, const json_t *before, const char *field)
{
    const json_t *value = json_object_get(now, field);

    return before ? !is_same(value, json_object_get(before, field)) : !is_empty(value);
}

static void put_line(struct text_buffer *line, const struct group *group, const json_t *now,
                     const json_t *before)
{
    const bool restored =
        strcmp(group->name, "retraction") == 0 && !json_object_get(now, "retracted");

    text_put_format(line, "%s: ", restored ? "Restored" : group->title);
    put_field(line, group->fields[0].field, now, before);
    for (int i = 1; i < FIELDS_MAX && group->fields[i].field; i++) {
        if (!is_worth(now, before, group->fields[i].field))
            continue;
        text_put_format(line, "; %s ", group->fields[i].label);
        put_field(line, group->fields[i].field, now, before);
    }
}

const char *said_line(const char *group, const json_t *now, const json_t *before,
                      struct arena *arena)
{
    const struct group *found = find_group(group);
    struct text_buffer line = {0};
    const char *text;

    if (!found)
        return group;
    put_line(&line, found, now, before);
    text = line.failed ? NULL : arena_strdup(arena, line.text);
    text_buffer_finish(&line);
    return text ? text : found->title;
}
