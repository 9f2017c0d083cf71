/* SPDX-License-Identifier: Apache-2.0 */
/* uptake list: items by what they say on every axis, judged by reporting. */
#include "cli.h"
#include "fetch.h"
#include "list_rows.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kinds by the words people type. */
static const struct kind {
    const char *kind;
    const char *plural;
} kinds[] = {
    {"document", "documents"},
    {"response", "responses"},
    {"recommendation", "recommendations"},
    {"action", "actions"},
    {"unit", "units"},
    {"policy", "policies"},
    {"reminder", "reminders"},
    {"assessment_round", "rounds"},
    {"assessment", "assessments"},
    {"indicator", "indicators"},
    {"link", "links"},
    {"finding", "findings"},
    {"crosswalk", "crosswalks"},
    {NULL, "items"},
};

enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* The axes that are counted at the end. */
static const char *const axes[] = {"position",  "progress", "time",      "freshness",
                                   "assurance", "level",    "hold",      "relation",
                                   "severity",  "state",    "addressee", "disclosure"};

enum { NAXES = sizeof(axes) / sizeof(axes[0]) };

/* Filters that go to reporting as they are, by the flag without its dashes. */
enum filter {
    DOCUMENT,
    POSITION,
    PROGRESS,
    TIME,
    FRESHNESS,
    ASSURANCE,
    LEVEL,
    HOLD,
    DISCLOSURE,
    UNIT,
    ADDRESSEE,
    INSTRUMENT,
    CODE,
    SEVERITY,
    STATE,
    ASSIGNED,
    RELATION,
    ABOUT,
    ON,
    KNOWN_AT,
    FILTERS,
};

static const struct {
    const char *flag;
    const char *metavar;
    const char *help;
} filters[FILTERS] = {
    [DOCUMENT] = {"--document", "KEY", "only items of this document"},
    [POSITION] = {"--position", "WORD", "recommendations: accepted, partially_accepted, ..."},
    [PROGRESS] = {"--progress", "WORD", "actions: not_started, ongoing, completed, unknown, ..."},
    [TIME] = {"--time", "WORD", "actions: overdue, due_soon, not_due, no_deadline, ..."},
    [FRESHNESS] = {"--freshness", "WORD", "actions: fresh, update_due, stale, never_updated"},
    [ASSURANCE] = {"--assurance", "WORD",
                   "actions: self_reported, evidence_attached, assessed_by_others, validated"},
    [LEVEL] = {"--level", "WORD", "what others judged: none, partial, full, grade_a, ..."},
    [HOLD] = {"--hold", "WORD", "none, blocked_external, needs_funding, disputed"},
    [DISCLOSURE] = {"--disclosure", "WORD", "public, internal or restricted"},
    [UNIT] = {"--unit", "CODE", "actions and recommendations this unit has a part in"},
    [ADDRESSEE] = {"--addressee", "WORD", "office or state"},
    [INSTRUMENT] = {"--instrument", "WORD", "of the document: evaluation, upr, audit, ..."},
    [CODE] = {"--code", "CODE", "findings with this code, e.g. UNIT_UNKNOWN"},
    [SEVERITY] = {"--severity", "WORD", "findings: info, warning, error"},
    [STATE] = {"--state", "WORD",
               "findings: open, assigned, resolved, dismissed, gone; links: proposed, confirmed, "
               "rejected; responses: draft, approved"},
    [ASSIGNED] = {"--assigned", "WHOM", "findings assigned to this unit or person"},
    [RELATION] = {"--relation", "WORD", "links: answers, cites, repeats, supersedes, ..."},
    [ABOUT] = {"--about", "KEY",
               "findings, indicators, links, assessments, actions about this item"},
    [ON] = {"--on", "DAY", "judge on this day, YYYY-MM-DD (default: today)"},
    [KNOWN_AT] = {"--known-at", "TIME", "use only what was recorded by then, 2026-11-21T10:00:00Z"},
};

struct list {
    struct cli *cli;
    const char *kind_word; /* --kind */
    const char *value[FILTERS];
    const char *scope;
    const char *limit_text; /* --limit */
    bool only_open;
    bool retracted;
    const struct kind *kind;
    json_t *items;      /* with --json */
    json_t *counts;     /* axis -> word -> how many */
    json_t *not_judged; /* axes the rows are silent on; NULL: none */
    size_t n;
};

static void count_word(json_t *counts, const char *word)
{
    if (*word)
        json_object_set_new(counts, word, json_integer(cli_number(counts, word) + 1));
}

/* An item that several judged differently counts once for each level. */
static void count_levels(json_t *counts, const json_t *row)
{
    const json_t *assessments = json_object_get(row, "assessments");
    json_t *seen = json_object();

    for (size_t i = 0; i < json_array_size(assessments); i++) {
        const char *level = cli_text(json_array_get(assessments, i), "level");

        if (!json_object_get(seen, level))
            count_word(counts, level);
        json_object_set_new(seen, level, json_true());
    }
    json_decref(seen);
}

static void count(struct list *list, const json_t *row)
{
    list->n++;
    for (int axis = 0; axis < NAXES; axis++)
        count_word(json_object_get(list->counts, axes[axis]), cli_text(row, axes[axis]));
    count_levels(json_object_get(list->counts, "level"), row);
}

static bool take_row(void *ctx, json_t *row, struct err *err)
{
    struct list *list = ctx;

    (void)err;
    count(list, row);
    if (list->cli->json)
        json_array_append(list->items, row);
    else
        list_print_row(row);
    return true;
}

/* One line per axis that says anything: "progress: 3 ongoing, 1 completed". */
static void print_counts(const struct list *list)
{
    for (int axis = 0; axis < NAXES; axis++) {
        json_t *counts = json_object_get(list->counts, axes[axis]);
        const char *before = ": ";
        const char *word;
        json_t *n;

        if (!json_object_size(counts))
            continue;
        printf("%s", axes[axis]);
        json_object_foreach(counts, word, n)
        {
            printf("%s%lld %s", before, (long long)json_integer_value(n), word);
            before = ", ";
        }
        putchar('\n');
    }
}

/* An axis that cannot be judged is named, so that nobody takes silence for "none". */
static void print_not_judged(const json_t *axes_left)
{
    for (size_t i = 0; i < json_array_size(axes_left); i++)
        printf("%s%s", i ? ", " : "not judged in the past: ",
               json_string_value(json_array_get(axes_left, i)));
    if (json_array_size(axes_left))
        putchar('\n');
}

static enum exit_code answer(const struct list *list, bool more)
{
    if (list->cli->json)
        return cli_print_json(json_pack("{s:O, s:I, s:b, s:O, s:O*}", list->kind->plural,
                                        list->items, "count", (json_int_t)list->n, "more", more,
                                        "counts", list->counts, "not_judged", list->not_judged),
                              EXIT_OK);
    printf("%zu %s%s\n", list->n,
           list->n != 1       ? list->kind->plural
           : list->kind->kind ? list->kind->kind
                              : "item",
           more ? ", and there are more: raise --limit" : "");
    print_counts(list);
    print_not_judged(list->not_judged);
    return EXIT_OK;
}

static void take_page(void *ctx, const json_t *page)
{
    struct list *list = ctx;

    json_decref(list->not_judged);
    list->not_judged = json_incref(json_object_get(page, "not_judged"));
}

static enum exit_code ask(struct list *list, size_t most)
{
    struct listing listing = {.before = "/v1/scopes/",
                              .name = list->scope ? list->scope : "hq",
                              .behind = "/items",
                              .items = "items",
                              .most = most,
                              .on_page = take_page,
                              .params = {{"kind", list->kind->kind},
                                         {"open", list->only_open ? "1" : NULL},
                                         {"retracted", list->retracted ? "1" : NULL}}};
    enum { FIRST_FILTER = 3 };
    enum exit_code code;
    struct err err;

    for (int i = 0; i < FILTERS; i++) {
        listing.params[FIRST_FILTER + i].name =
            i == KNOWN_AT ? "known_at" : filters[i].flag + strlen("--");
        listing.params[FIRST_FILTER + i].value = list->value[i];
    }
    list->items = json_array();
    list->counts = json_object();
    for (int axis = 0; axis < NAXES; axis++)
        json_object_set_new(list->counts, axes[axis], json_object());
    if (fetch_listing(list->cli, &listing, take_row, list, &err))
        code = answer(list, listing.more);
    else
        code = cli_fail(&err);
    json_decref(list->items);
    json_decref(list->counts);
    json_decref(list->not_judged);
    return code;
}

/* The kind that is meant where none is named: the one that has the axes asked for. */
static const char *kind_meant(const struct list *list)
{
    const char *const *value = list->value;

    if (value[PROGRESS] || value[TIME] || value[FRESHNESS] || value[ASSURANCE] || value[UNIT] ||
        list->only_open)
        return "actions";
    if (value[POSITION])
        return "recommendations";
    if (value[CODE] || value[SEVERITY] || value[ASSIGNED])
        return "findings";
    if (value[RELATION])
        return "links";
    if (value[STATE] || value[LEVEL] || value[HOLD] || value[ABOUT] || list->retracted)
        return "items";
    return "documents";
}

static bool find_kind(struct list *list, const char *word, struct err *err)
{
    for (int i = 0; i < NKINDS; i++) {
        list->kind = &kinds[i];
        if (strcmp(word, kinds[i].plural) == 0 ||
            (kinds[i].kind && strcmp(word, kinds[i].kind) == 0))
            return true;
    }
    return err_set(err, ERR_REJECT, "USAGE", word,
                   "list documents, responses, recommendations, actions, units, policies, "
                   "reminders, rounds, assessments, indicators, links, findings, crosswalks, "
                   "or items of every kind");
}

static bool read_limit(const char *text, size_t *most, struct err *err)
{
    char *rest;
    long long value = 0;

    *most = 0;
    if (!text)
        return true;
    if (strspn(text, "0123456789") == strlen(text))
        value = strtoll(text, &rest, 10);
    *most = (size_t)value;
    return (value > 0 && value < 1000000000) ||
           err_set(err, ERR_REJECT, "USAGE", "--limit", "a whole number from 1 on");
}

enum { OPTIONS_MORE = 6 };

/* The filters, then what is not one; a last row without name ends them. */
static void fill_options(struct list *list, struct option options[FILTERS + OPTIONS_MORE])
{
    const struct option more[OPTIONS_MORE] = {
        {"--open", NULL, "actions that are still owed", NULL, &list->only_open},
        {"--retracted", NULL, "what was retracted, and nothing else", NULL, &list->retracted},
        {"--kind", "WORD", "the same as KIND", &list->kind_word, NULL},
        {"--scope", "NAME", "as this audience sees it (default: hq)", &list->scope, NULL},
        {"--limit", "N", "print no more than so many", &list->limit_text, NULL},
        {0}};

    for (int i = 0; i < FILTERS; i++)
        options[i] = (struct option){filters[i].flag, filters[i].metavar, filters[i].help,
                                     &list->value[i], NULL};
    memcpy(options + FILTERS, more, sizeof(more));
}

enum exit_code verb_list(struct cli *cli, int argc, char **argv)
{
    struct list list = {.cli = cli};
    struct option options[FILTERS + OPTIONS_MORE];
    const struct usage usage = {
        "list [KIND] [flags]",
        "Lists items and counts them by what they say. KIND is documents (the default),\n"
        "responses, recommendations, actions, units, policies, reminders, rounds, assessments,\n"
        "indicators, links, findings, crosswalks, or items.",
        options, 0, 1};
    enum exit_code code;
    const char *word;
    size_t most;
    struct err err;

    fill_options(&list, options);
    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    word = argc ? argv[0] : list.kind_word;
    if (!find_kind(&list, word ? word : kind_meant(&list), &err) ||
        !read_limit(list.limit_text, &most, &err))
        return cli_fail(&err);
    return ask(&list, most);
}
