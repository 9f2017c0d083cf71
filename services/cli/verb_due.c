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
    const char *known_at; /* --known-at */
    json_t *overdue;      /* actions */
    json_t *extended;     /* actions on time by a later date, late by the one first agreed */
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
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "open", 0, "overdue", 0, "past_first_date",
                     0, "completed", 0, "otherwise_closed", 0, "of_states", 0);
}

static void count(json_t *counts, const char *name)
{
    json_object_set_new(counts, name, json_integer(cli_number(counts, name) + 1));
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
    const bool overdue = strcmp(cli_text(row, "time"), "overdue") == 0;
    const bool past_first = cli_number(row, "days_late_first") > 0;
    /* A State is not chased: what it still owes is told apart. */
    const bool of_state = strcmp(cli_text(row, "addressee"), "state") == 0;

    (void)err;
    for (int i = 0; i < 2; i++) {
        if (strcmp(progress, "completed") == 0)
            count(both[i], "completed");
        else if (!is_open(progress))
            count(both[i], "otherwise_closed");
        else
            count(both[i], of_state ? "of_states" : "open");
        if (overdue)
            count(both[i], "overdue");
        if (past_first)
            count(both[i], "past_first_date");
    }
    if (overdue)
        json_array_append(due->overdue, row);
    else if (past_first)
        json_array_append(due->extended, row);
    return true;
}

/* What was known at an instant is told by the listing of items, the present by that of actions. */
static bool ask(struct due *due, const char *day, struct err *err)
{
    struct listing listing = {.before = "/v1/scopes/",
                              .name = due->scope ? due->scope : "hq",
                              .behind = due->known_at ? "/items" : "/actions",
                              .items = due->known_at ? "items" : "actions",
                              .params = {{"on", day},
                                         {"document", due->document},
                                         {"known_at", due->known_at},
                                         {"kind", due->known_at ? "action" : NULL}}};

    return fetch_listing(due->cli, &listing, take_action, due, err);
}

static void print_counts(const json_t *counts)
{
    const long long open = cli_number(counts, "open");
    const long long of_states = cli_number(counts, "of_states");
    const long long past_first = cli_number(counts, "past_first_date");

    printf("%lld of %lld open action%s overdue", cli_number(counts, "overdue"), open,
           cli_s((unsigned long long)open));
    if (past_first > cli_number(counts, "overdue"))
        printf(" (%lld by the dates first agreed)", past_first);
    printf("; %lld completed, %lld otherwise closed", cli_number(counts, "completed"),
           cli_number(counts, "otherwise_closed"));
    if (of_states)
        printf("; %lld of States, not chased", of_states);
    puts(".");
}

static void print_days(long long days)
{
    printf("%lld day%s", days, cli_s((unsigned long long)days));
}

static void print_extensions(const json_t *row)
{
    const json_t *extensions = json_object_get(row, "extensions");

    for (size_t i = 0; i < json_array_size(extensions); i++) {
        const json_t *one = json_array_get(extensions, i);
        printf("    extended to %s by %s%s%s\n", cli_text(one, "due_on"), cli_text(one, "approver"),
               *cli_text(one, "approved_on") ? " on " : "", cli_text(one, "approved_on"));
    }
}

static void print_action(const json_t *row)
{
    const long long late = cli_number(row, "days_late");
    const long long first = cli_number(row, "days_late_first");

    printf("%-32s due %s", cli_text(row, "key"), cli_text(row, "due_on"));
    if (late) {
        printf(", ");
        print_days(late);
        printf(" late");
    }
    if (strcmp(cli_text(row, "due_on"), cli_text(row, "first_due_on")) != 0) {
        printf(" (first agreed %s", cli_text(row, "first_due_on"));
        if (first) {
            printf(", ");
            print_days(first);
            printf(" late");
        }
        putchar(')');
    }
    printf("  %-12s ", cli_text(row, "progress"));
    cli_put_units(json_object_get(row, "units"));
    printf("\n    ");
    cli_put_short(cli_text(row, "text"), 100);
    putchar('\n');
    print_extensions(row);
}

static void print(const struct due *due, const char *day)
{
    const char *document;
    json_t *counts;

    for (size_t i = 0; i < json_array_size(due->overdue); i++)
        print_action(json_array_get(due->overdue, i));
    if (json_array_size(due->extended))
        puts("Not overdue, but late by the date first agreed:");
    for (size_t i = 0; i < json_array_size(due->extended); i++)
        print_action(json_array_get(due->extended, i));
    json_object_foreach(due->documents, document, counts)
    {
        printf("%s: ", document);
        print_counts(counts);
    }
    printf("On %s: ", day);
    print_counts(due->total);
}

/* What was known at an instant is judged on that instant's day unless another is named. */
static bool find_day(struct due *due, char day[DATE_TEXT], struct err *err)
{
    struct date on = {0};
    bool good = due->on         ? date_parse(due->on, "--on", &on, err)
                : due->known_at ? true
                                : cli_today(due->cli, &on, err);

    date_format(on, day);
    return good;
}

static enum exit_code run(struct due *due, struct err *err)
{
    char day[DATE_TEXT];
    const char *told;

    if (!find_day(due, day, err))
        return cli_fail(err);
    told = *day ? day : due->known_at;
    due->overdue = json_array();
    due->extended = json_array();
    due->documents = json_object();
    due->total = no_counts();
    if (!ask(due, *day ? day : NULL, err))
        return cli_fail(err);
    if (due->cli->json) {
        json_object_set_new(due->total, "on", json_string(told));
        json_object_set(due->total, "documents", due->documents);
        json_object_set(due->total, "actions", due->overdue);
        json_object_set(due->total, "extended", due->extended);
        return cli_print_json(json_incref(due->total), EXIT_OK);
    }
    print(due, told);
    return EXIT_OK;
}

enum exit_code verb_due(struct cli *cli, int argc, char **argv)
{
    struct due due = {.cli = cli};
    const struct option options[] = {
        {"--on", "DAY", "judge on this day, YYYY-MM-DD (default: today)", &due.on, NULL},
        {"--document", "KEY", "only actions of this document", &due.document, NULL},
        {"--scope", "NAME", "as this audience sees it (default: hq)", &due.scope, NULL},
        {"--known-at", "TIME", "use only what was recorded by then, 2026-11-21T10:00:00Z",
         &due.known_at, NULL},
        {0}};
    const struct usage usage = {
        "due [--on DAY] [--document KEY] [flags]",
        "Lists the actions that are overdue on a day, and counts. A deadline is the last day of "
        "the\n"
        "stated period, or of the last extension; an action is overdue when it is open and that\n"
        "day has passed. Days are told against the date first agreed too. Progress reported after\n"
        "the day does not count; what a State owes is counted apart.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    code = run(&due, &err);
    json_decref(due.overdue);
    json_decref(due.extended);
    json_decref(due.documents);
    json_decref(due.total);
    return code;
}
