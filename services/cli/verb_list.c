/* SPDX-License-Identifier: Apache-2.0 */
/* uptake list: items by what they say on every axis, judged by reporting. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kinds by the words people type. */
static const struct kind {
    const char *kind;
    const char *plural;
} kinds[] = {
    {"document", "documents"}, {"response", "responses"}, {"recommendation", "recommendations"},
    {"action", "actions"},     {"unit", "units"},         {"policy", "policies"},
    {"reminder", "reminders"}, {NULL, "items"},
};

enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* The axes that are counted at the end. */
static const char *const axes[] = {"position", "progress", "time", "disclosure"};

enum { NAXES = sizeof(axes) / sizeof(axes[0]) };

struct list {
    struct cli *cli;
    const char *kind_word; /* --kind */
    const char *document;  /* --document, and so on */
    const char *position;
    const char *progress;
    const char *time;
    const char *unit;
    const char *scope;
    const char *disclosure;
    const char *on;
    const char *known_at;
    const char *limit_text; /* --limit */
    bool only_open;
    const struct kind *kind;
    json_t *items;  /* with --json */
    json_t *counts; /* axis -> word -> how many */
    size_t n;
};

static void count(struct list *list, const json_t *row)
{
    list->n++;
    for (int axis = 0; axis < NAXES; axis++) {
        json_t *counts = json_object_get(list->counts, axes[axis]);
        const char *word = cli_text(row, axes[axis]);
        if (*word)
            json_object_set_new(counts, word, json_integer(cli_number(counts, word) + 1));
    }
}

static void print_row(const json_t *row)
{
    const json_t *units = json_object_get(row, "units");

    printf("%-36s", cli_text(row, "key"));
    if (*cli_text(row, "position"))
        printf("  %-20s", cli_text(row, "position"));
    if (*cli_text(row, "progress"))
        printf("  %-12s %-14s %-10s", cli_text(row, "progress"), cli_text(row, "time"),
               cli_text(row, "due_on"));
    if (json_array_size(units)) {
        printf("  [");
        cli_put_units(units);
        putchar(']');
    }
    printf("  ");
    cli_put_short(cli_text(row, "text"), 90);
    putchar('\n');
}

static bool take_row(void *ctx, json_t *row, struct err *err)
{
    struct list *list = ctx;

    (void)err;
    count(list, row);
    if (list->cli->json)
        json_array_append(list->items, row);
    else
        print_row(row);
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

static enum exit_code answer(const struct list *list, bool more)
{
    if (list->cli->json)
        return cli_print_json(json_pack("{s:O, s:I, s:b, s:O}", list->kind->plural, list->items,
                                        "count", (json_int_t)list->n, "more", more, "counts",
                                        list->counts),
                              EXIT_OK);
    printf("%zu %s%s\n", list->n,
           list->n != 1       ? list->kind->plural
           : list->kind->kind ? list->kind->kind
                              : "item",
           more ? ", and there are more: raise --limit" : "");
    print_counts(list);
    return EXIT_OK;
}

static enum exit_code ask(struct list *list, size_t most)
{
    struct listing listing = {.before = "/v1/scopes/",
                              .name = list->scope ? list->scope : "hq",
                              .behind = "/items",
                              .items = "items",
                              .most = most,
                              .params = {{"kind", list->kind->kind},
                                         {"document", list->document},
                                         {"position", list->position},
                                         {"progress", list->progress},
                                         {"time", list->time},
                                         {"unit", list->unit},
                                         {"disclosure", list->disclosure},
                                         {"open", list->only_open ? "1" : NULL},
                                         {"on", list->on},
                                         {"known_at", list->known_at}}};
    enum exit_code code;
    struct err err;

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
    return code;
}

/* The kind that is meant where none is named: the one that has the axes asked for. */
static const char *kind_meant(const struct list *list)
{
    if (list->progress || list->time || list->unit || list->only_open)
        return "actions";
    return list->position ? "recommendations" : "documents";
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
                   "reminders, or items of every kind");
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

enum exit_code verb_list(struct cli *cli, int argc, char **argv)
{
    struct list list = {.cli = cli};
    const struct option options[] = {
        {"--kind", "WORD", "the same as KIND", &list.kind_word, NULL},
        {"--document", "KEY", "only items of this document", &list.document, NULL},
        {"--position", "WORD", "recommendations: accepted, partially_accepted, ...", &list.position,
         NULL},
        {"--progress", "WORD", "actions: not_started, ongoing, completed, unknown, ...",
         &list.progress, NULL},
        {"--time", "WORD", "actions: overdue, due_soon, not_due, no_deadline, not_applicable",
         &list.time, NULL},
        {"--unit", "CODE", "actions this unit has a part in", &list.unit, NULL},
        {"--open", NULL, "actions that are still owed", NULL, &list.only_open},
        {"--disclosure", "WORD", "public, internal or restricted", &list.disclosure, NULL},
        {"--scope", "NAME", "as this audience sees it (default: hq)", &list.scope, NULL},
        {"--on", "DAY", "judge on this day, YYYY-MM-DD (default: today)", &list.on, NULL},
        {"--known-at", "TIME", "use only what was recorded by then, 2026-11-21T10:00:00Z",
         &list.known_at, NULL},
        {"--limit", "N", "print no more than so many", &list.limit_text, NULL},
        {0}};
    const struct usage usage = {
        "list [KIND] [flags]",
        "Lists items and counts them by what they say. KIND is documents (the default),\n"
        "responses, recommendations, actions, units, policies, reminders, or items.",
        options, 0, 1};
    enum exit_code code;
    const char *word;
    size_t most;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    word = argc ? argv[0] : list.kind_word;
    if (!find_kind(&list, word ? word : kind_meant(&list), &err) ||
        !read_limit(list.limit_text, &most, &err))
        return cli_fail(&err);
    return ask(&list, most);
}
