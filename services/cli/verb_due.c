/* SPDX-License-Identifier: Apache-2.0 */
/* uptake due: which actions are open and which of them overdue on a day, judged by reporting. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

struct due {
    struct cli *cli;
    const char *on;       /* --on */
    const char *document; /* --document */
    const char *scope;    /* --scope */
    json_t *overdue;      /* actions */
    json_t *documents;    /* counts by document key */
    json_t *total;
};

static bool is_open(const char *progress)
{
    return strcmp(progress, "completed") != 0 && strcmp(progress, "cancelled") != 0 &&
           strcmp(progress, "superseded") != 0 && strcmp(progress, "no_longer_applicable") != 0;
}

static json_t *no_counts(void)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "open", 0, "overdue", 0, "completed", 0,
                     "otherwise_closed", 0);
}

static long long count_of(const json_t *counts, const char *name)
{
    return (long long)json_integer_value(json_object_get(counts, name));
}

static void count(json_t *counts, const char *name)
{
    json_object_set_new(counts, name, json_integer(count_of(counts, name) + 1));
}

static json_t *counts_of(struct due *due, const char *document)
{
    json_t *counts = json_object_get(due->documents, document);

    if (counts)
        return counts;
    json_object_set_new(due->documents, document, no_counts());
    return json_object_get(due->documents, document);
}

static bool take_action(void *ctx, json_t *row, struct err *err)
{
    struct due *due = ctx;
    const char *progress = cli_text(row, "progress");
    json_t *both[] = {due->total, counts_of(due, cli_text(row, "document"))};
    bool overdue = strcmp(cli_text(row, "time"), "overdue") == 0;

    (void)err;
    for (int i = 0; i < 2; i++) {
        if (strcmp(progress, "completed") == 0)
            count(both[i], "completed");
        else
            count(both[i], is_open(progress) ? "open" : "otherwise_closed");
        if (overdue)
            count(both[i], "overdue");
    }
    if (overdue)
        json_array_append(due->overdue, row);
    return true;
}

static char *path_of(struct due *due, struct fetch *fetch, const char *day, struct arena *arena)
{
    const char *scope = fetch_escape(fetch, due->scope ? due->scope : "hq", arena);
    const char *document = due->document ? fetch_escape(fetch, due->document, arena) : NULL;

    if (!scope || (due->document && !document))
        return NULL;
    return arena_printf(arena, "/v1/scopes/%s/actions?on=%s&limit=200%s%s", scope, day,
                        document ? "&document=" : "", document ? document : "");
}

static bool ask(struct due *due, const char *day, struct err *err)
{
    struct fetch *fetch = fetch_open(due->cli, err);
    struct arena arena = {0};
    char *path = fetch ? path_of(due, fetch, day, &arena) : NULL;
    bool good = path && fetch_pages(fetch, path, "actions", "after", take_action, due, err);

    if (fetch && !path)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "due", "cannot ask");
    arena_finish(&arena);
    fetch_close(fetch);
    return good;
}

static void put_units(const json_t *units)
{
    const char *between = "";

    for (size_t i = 0; i < json_array_size(units); i++) {
        const json_t *unit = json_array_get(units, i);
        const char *code = cli_text(unit, "code");
        printf("%s%s", between, *code ? code : cli_text(unit, "name"));
        between = ", ";
    }
}

static void print_counts(const json_t *counts)
{
    printf("%lld of %lld open actions overdue; %lld completed, %lld otherwise closed.\n",
           count_of(counts, "overdue"), count_of(counts, "open"), count_of(counts, "completed"),
           count_of(counts, "otherwise_closed"));
}

static void print(const struct due *due, const char *day)
{
    const char *document;
    json_t *counts;

    for (size_t i = 0; i < json_array_size(due->overdue); i++) {
        const json_t *row = json_array_get(due->overdue, i);
        printf("%-32s due %s  %-12s ", cli_text(row, "key"), cli_text(row, "due_on"),
               cli_text(row, "progress"));
        put_units(json_object_get(row, "units"));
        printf("\n    %.100s\n", cli_text(row, "text"));
    }
    json_object_foreach(due->documents, document, counts)
    {
        printf("%s: ", document);
        print_counts(counts);
    }
    printf("On %s: ", day);
    print_counts(due->total);
}

static enum exit_code run(struct due *due, struct err *err)
{
    char day[DATE_TEXT];
    struct date on;

    if (due->on ? !date_parse(due->on, "--on", &on, err) : !cli_today(due->cli, &on, err))
        return cli_fail(err);
    date_format(on, day);
    due->overdue = json_array();
    due->documents = json_object();
    due->total = no_counts();
    if (!ask(due, day, err))
        return cli_fail(err);
    if (due->cli->json) {
        json_object_set_new(due->total, "on", json_string(day));
        json_object_set(due->total, "documents", due->documents);
        json_object_set(due->total, "actions", due->overdue);
        return cli_print_json(json_incref(due->total), EXIT_OK);
    }
    print(due, day);
    return EXIT_OK;
}

enum exit_code verb_due(struct cli *cli, int argc, char **argv)
{
    struct due due = {.cli = cli};
    const struct option options[] = {
        {"--on", "DAY", "judge on this day, YYYY-MM-DD (default: today)", &due.on, NULL},
        {"--document", "KEY", "only actions of this document", &due.document, NULL},
        {"--scope", "NAME", "as this audience sees it (default: hq)", &due.scope, NULL},
        {0}};
    const struct usage usage = {
        "due [--on DAY] [--document KEY] [flags]",
        "Lists the actions that are overdue on a day, and counts. A deadline is the last day of "
        "the\n"
        "stated period; an action is overdue when it is open and that day has passed. Progress\n"
        "reported after the day does not count.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    switch (options_parse(cli, &usage, &argc, argv, &err)) {
    case OPTIONS_DONE:
        return EXIT_OK;
    case OPTIONS_BAD:
        return cli_fail(&err);
    case OPTIONS_RUN:
        break;
    }
    code = run(&due, &err);
    json_decref(due.overdue);
    json_decref(due.documents);
    json_decref(due.total);
    return code;
}
