/* SPDX-License-Identifier: Apache-2.0 */
#include "show.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MOST = 110 };

static const json_t *group(const json_t *one, const char *name)
{
    return json_object_get(json_object_get(one, "change"), name);
}

static const char *of(const json_t *one, const char *name, const char *field)
{
    return cli_text(group(one, name), field);
}

static void print_text(const char *text)
{
    if (!*text)
        return;
    printf("\n      ");
    cli_put_short(text, TEXT_MOST);
}

static void print_labelled(const char *label, const char *text)
{
    if (!*text)
        return;
    printf("\n      %s: ", label);
    cli_put_short(text, TEXT_MOST);
}

/* What the answer says of the recommendation as a whole is said of none of its actions. */
static void print_of_whole(const json_t *words)
{
    for (size_t i = 0; i < json_array_size(words); i++)
        printf("%s%s", i ? ", " : "\n      said of the whole, not of an action: ",
               json_string_value(json_array_get(words, i)));
}

/* One item each: what stands behind its key, and below it ---------------------------------------
 */

static void print_recommendation(const json_t *one)
{
    const char *position = of(one, "position_taken", "position");

    printf("  %s", *position ? position : "none_given");
    if (*of(one, "position_taken", "source"))
        printf(" (\"%s\")", of(one, "position_taken", "source"));
    print_text(of(one, "recommendation_text", "text"));
    print_of_whole(json_object_get(group(one, "position_taken"), "comment_progress"));
    print_labelled("caveat", of(one, "position_taken", "caveat"));
    print_labelled("reason", of(one, "position_taken", "reason"));
    print_labelled("proposed wording", of(one, "position_taken", "proposed_wording"));
    print_labelled("agreed wording", of(one, "position_taken", "agreed_wording"));
}

static void print_action(const json_t *one)
{
    const json_t *facts = json_object_get(one, "facts");
    const char *first = cli_text(facts, "first_due_on");

    printf("  %s  %s %s", cli_text(facts, "progress"), cli_text(facts, "time"),
           cli_text(facts, "due_on"));
    if (strcmp(first, cli_text(facts, "due_on")) != 0)
        printf(" (first agreed %s)", first);
    print_text(of(one, "action_wording", "text"));
}

static void print_assessment(const json_t *one)
{
    const json_t *facts = json_object_get(one, "facts");
    const json_t *subjects = json_object_get(group(one, "assessment_made"), "subjects");

    printf("  %s (\"%s\") by %s, %s %s, of", of(one, "assessment_made", "level"),
           of(one, "assessment_made", "source"), of(one, "assessment_made", "assessor"),
           cli_text(facts, "round"), cli_text(facts, "held_to"));
    for (size_t i = 0; i < json_array_size(subjects); i++)
        printf("%s %s", i ? "," : "", json_string_value(json_array_get(subjects, i)));
    print_labelled("reason", of(one, "assessment_made", "reason"));
}

static void print_indicator(const json_t *one)
{
    const json_t *stated = group(one, "indicator_stated");

    printf("  %s: ", cli_text(stated, "name"));
    if (json_object_get(stated, "total"))
        printf("%lld of %lld", cli_number(stated, "met"), cli_number(stated, "total"));
    else
        printf("%s %s", cli_text(stated, "value"), cli_text(stated, "unit"));
    if (*cli_text(stated, "dated_on"))
        printf(", %s", cli_text(stated, "dated_on"));
    if (*cli_text(stated, "target"))
        printf(", target %s", cli_text(stated, "target"));
}

static void print_link(const json_t *one)
{
    const json_t *drawn = group(one, "link_drawn");
    const json_t *facts = json_object_get(one, "facts");
    const char *to = cli_text(drawn, "to");

    printf("  %s %s %s", cli_text(drawn, "from"), cli_text(drawn, "relation"),
           *to ? to : cli_text(drawn, "cited_document"));
    if (*cli_text(drawn, "cited_paragraph"))
        printf(" paragraph %s", cli_text(drawn, "cited_paragraph"));
    if (cli_number(drawn, "score"))
        printf(", likeness %lld of 1000", cli_number(drawn, "score"));
    print_text(cli_text(facts, "other_text"));
}

static void print_finding(const json_t *one)
{
    printf("  %s %s", of(one, "finding_raised", "severity"), of(one, "finding_raised", "code"));
    if (*of(one, "finding_handling", "assigned_to"))
        printf(", assigned to %s", of(one, "finding_handling", "assigned_to"));
    print_text(of(one, "finding_raised", "message"));
    print_labelled("remedy", of(one, "finding_raised", "remedy"));
}

static void print_unit(const json_t *one)
{
    printf("  %s", of(one, "unit_identity", "name"));
}

static bool is_confirmed(const json_t *one)
{
    return strcmp(of(one, "link_decision", "state"), "confirmed") == 0;
}

static bool is_proposed(const json_t *one)
{
    return !is_confirmed(one);
}

/* Sections ------------------------------------------------------------------------------------- */

static const struct section {
    const char *role;
    const char *title;
    void (*print)(const json_t *one);
    bool (*test)(const json_t *one); /* NULL: all */
} sections[] = {
    {"whole", "part of", print_recommendation, NULL},
    {"part", "parts, each with its own position", print_recommendation, NULL},
    {"recommendation", "answers", print_recommendation, NULL},
    {"action", "actions that answer it", print_action, NULL},
    {"assessment", "what others judged, side by side", print_assessment, NULL},
    {"judgement", "judgements of this round", print_assessment, NULL},
    {"subject", "judged here", print_recommendation, NULL},
    {"indicator", "figures", print_indicator, NULL},
    {"link", "links", print_link, is_confirmed},
    {"link", "links proposed, not confirmed", print_link, is_proposed},
    {"finding", "findings that wait for a person", print_finding, NULL},
    {"merged", "units merged into this one", print_unit, NULL},
    {"within", "units within", print_unit, NULL},
};

static void print_section(const struct section *section, const json_t *item)
{
    const json_t *list = json_object_get(json_object_get(item, "related"), section->role);
    const json_t *all = json_object_get(json_object_get(item, "more"), section->role);
    size_t printed = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);

        if (section->test && !section->test(one))
            continue;
        if (printed++ == 0)
            printf("  %s\n", section->title);
        printf("    %s", cli_text(one, "key"));
        section->print(one);
        putchar('\n');
    }
    if (printed && all)
        printf("    ... %zu of %lld\n", json_array_size(list), (long long)json_integer_value(all));
}

void show_related(const json_t *item)
{
    for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
        print_section(&sections[i], item);
}
