/* SPDX-License-Identifier: Apache-2.0 */
/* uptake findings: what imports could not know for sure, as work for people. Lists it, and records
 * who sees to it and how it was settled; a settled finding stays settled when it is imported again.
 */
#include "cli.h"
#include "edit.h"
#include "fetch.h"
#include "options.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct findings {
    struct cli *cli;
    const char *document, *code, *state, *severity, *assigned_to; /* filters */
    const char *to, *resolution, *by;
    bool check;
    json_t *rows;
    size_t alarms; /* open errors and warnings among the rows */
};

/* Listing ------------------------------------------------------------------------------------- */

/* Where the work stands: "open" until somebody has said something else. */
static const char *state_of(const json_t *change)
{
    const char *state = cli_text(json_object_get(change, "finding_handling"), "state");

    return *state ? state : "open";
}

static bool is_unsettled(const char *state)
{
    return strcmp(state, "open") == 0 || strcmp(state, "assigned") == 0;
}

static json_t *row_of(const json_t *item)
{
    const json_t *change = json_object_get(item, "change");
    const json_t *raised = json_object_get(change, "finding_raised");
    const json_t *handling = json_object_get(change, "finding_handling");

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s}",
                     "key", cli_text(item, "key"), "document", cli_text(item, "document"), "code",
                     cli_text(raised, "code"), "severity", cli_text(raised, "severity"), "about",
                     cli_text(raised, "about"), "place", cli_text(raised, "place"), "message",
                     cli_text(raised, "message"), "remedy", cli_text(raised, "remedy"), "gone",
                     json_is_true(json_object_get(raised, "gone")), "state", state_of(change),
                     "assigned_to", cli_text(handling, "assigned_to"), "resolution",
                     cli_text(handling, "resolution"), "handled_by",
                     cli_text(handling, "handled_by"), "handled_on",
                     cli_text(handling, "handled_on"));
}

static bool is_wanted(const char *filter, const char *value)
{
    return !filter || strcmp(filter, value) == 0;
}

/* Without --state: what somebody still has to see to. */
static bool has_wanted_state(const struct findings *findings, const json_t *row)
{
    const char *state = cli_text(row, "state");
    bool gone = json_is_true(json_object_get(row, "gone"));

    if (!findings->state)
        return !gone && is_unsettled(state);
    if (strcmp(findings->state, "all") == 0)
        return true;
    if (strcmp(findings->state, "gone") == 0)
        return gone;
    return !gone && strcmp(findings->state, state) == 0;
}

/* A unit may be named by its code. */
static bool is_assigned(const char *filter, const char *to)
{
    return is_wanted(filter, to) || (strncmp(to, "unit:", 5) == 0 && strcmp(filter, to + 5) == 0);
}

static bool take_item(void *ctx, json_t *item, struct err *err)
{
    struct findings *findings = ctx;
    const json_t *retraction = json_object_get(json_object_get(item, "change"), "retraction");
    json_t *row = row_of(item);

    if (!row)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "findings", "cannot hold the list");
    if (json_is_true(json_object_get(retraction, "retracted")) ||
        !has_wanted_state(findings, row) || !is_wanted(findings->code, cli_text(row, "code")) ||
        !is_wanted(findings->severity, cli_text(row, "severity")) ||
        !is_assigned(findings->assigned_to, cli_text(row, "assigned_to"))) {
        json_decref(row);
        return true;
    }
    if (!json_is_true(json_object_get(row, "gone")) && is_unsettled(cli_text(row, "state")) &&
        strcmp(cli_text(row, "severity"), "info") != 0)
        findings->alarms++;
    return json_array_append_new(findings->rows, row) == 0 ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "findings", "cannot hold the list");
}

static int rank(const json_t *row)
{
    const char *severity = cli_text(row, "severity");

    return strcmp(severity, "error") == 0 ? 0 : strcmp(severity, "warning") == 0 ? 1 : 2;
}

/* Errors first; then by document, as they are about its items. */
static int compare(const void *a, const void *b)
{
    const json_t *one = *(json_t *const *)a;
    const json_t *other = *(json_t *const *)b;
    int order = rank(one) - rank(other);

    if (!order)
        order = strcmp(cli_text(one, "document"), cli_text(other, "document"));
    if (!order)
        order = strcmp(cli_text(one, "about"), cli_text(other, "about"));
    return order ? order : strcmp(cli_text(one, "key"), cli_text(other, "key"));
}

static bool sort(struct findings *findings, struct err *err)
{
    size_t n = json_array_size(findings->rows);
    json_t **rows = calloc(n + 1, sizeof(json_t *));
    json_t *sorted = json_array();

    for (size_t i = 0; rows && i < n; i++)
        rows[i] = json_array_get(findings->rows, i);
    if (rows)
        qsort(rows, n, sizeof(json_t *), compare);
    for (size_t i = 0; rows && i < n; i++)
        json_array_append(sorted, rows[i]);
    free(rows);
    json_decref(findings->rows);
    findings->rows = sorted;
    return json_array_size(sorted) == n ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "findings", "cannot hold the list");
}

static void print_row(const json_t *row)
{
    const char *who = cli_text(row, "assigned_to");
    const char *place = cli_text(row, "place");

    printf("%-8s %-24s %s", cli_text(row, "severity"), cli_text(row, "code"),
           cli_text(row, "about"));
    printf("%s%s  %s%s%s%s\n", *place ? ", " : "", place, cli_text(row, "state"), *who ? ", " : "",
           who, json_is_true(json_object_get(row, "gone")) ? ", gone" : "");
    printf("         %s\n         remedy: %s\n", cli_text(row, "message"), cli_text(row, "remedy"));
    if (*cli_text(row, "resolution"))
        printf("         settled by %s on %s: %s\n", cli_text(row, "handled_by"),
               cli_text(row, "handled_on"), cli_text(row, "resolution"));
    printf("         %s\n", cli_text(row, "key"));
}

static bool fetch_rows(struct findings *findings, struct err *err)
{
    struct fetch *fetch = fetch_open(findings->cli, err);
    struct arena arena = {0};
    const char *document =
        fetch ? fetch_escape(fetch, findings->document ? findings->document : "", &arena) : NULL;
    const char *path =
        document ? arena_printf(&arena, "/v1/scopes/hq/snapshot?kind=finding&limit=200%s%s",
                                *document ? "&document=" : "", document)
                 : NULL;
    bool good = fetch && (path || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "findings",
                                          "cannot ask for them"));

    good = good && fetch_pages(fetch, path, "items", "after_key", take_item, findings, err);
    arena_finish(&arena);
    fetch_close(fetch);
    return good && sort(findings, err);
}

static enum exit_code run_list(struct findings *findings)
{
    enum exit_code code;
    struct err err;

    findings->rows = json_array();
    if (!fetch_rows(findings, &err)) {
        code = cli_fail(&err);
    } else {
        const size_t n = json_array_size(findings->rows);
        code = findings->check && findings->alarms ? EXIT_FINDINGS : EXIT_OK;
        if (findings->cli->json) {
            code = cli_print_json(json_pack("{s:O, s:I, s:I}", "findings", findings->rows, "count",
                                            (json_int_t)n, "open_errors_and_warnings",
                                            (json_int_t)findings->alarms),
                                  code);
        } else {
            for (size_t i = 0; i < n; i++)
                print_row(json_array_get(findings->rows, i));
            printf("%zu finding%s, %zu open error%s or warning%s\n", n, cli_s(n), findings->alarms,
                   cli_s(findings->alarms), cli_s(findings->alarms));
        }
    }
    json_decref(findings->rows);
    return code;
}

static enum exit_code run_show(struct findings *findings, const char *key)
{
    struct err err;
    json_t *item = edit_fetch(findings->cli, key, "finding", &err);
    json_t *row = item ? row_of(item) : NULL;
    enum exit_code code = EXIT_OK;

    if (!item)
        return cli_fail(&err);
    if (findings->cli->json)
        code = cli_print_json(row, EXIT_OK);
    else
        print_row(row);
    if (!findings->cli->json)
        json_decref(row);
    json_decref(item);
    return code;
}

/* Handling ------------------------------------------------------------------------------------ */

/* What each verb makes of a finding; a text left NULL stays as it is. */
struct handling {
    const char *verb;
    const char *state;
    bool clears; /* who and how are no longer true */
};

static const struct handling handlings[] = {
    {"assign", "assigned", false},
    {"resolve", "resolved", false},
    {"dismiss", "dismissed", false},
    {"reopen", "open", true},
};

static const struct handling *handling_of(const char *verb)
{
    for (size_t i = 0; i < sizeof(handlings) / sizeof(handlings[0]); i++)
        if (strcmp(handlings[i].verb, verb) == 0)
            return &handlings[i];
    return NULL;
}

static bool says_already(const json_t *old, const char *state, const char *to,
                         const char *resolution)
{
    return strcmp(cli_text(old, "state"), state) == 0 &&
           strcmp(cli_text(old, "assigned_to"), to) == 0 &&
           strcmp(cli_text(old, "resolution"), resolution) == 0;
}

static bool handle(struct findings *findings, const struct handling *handling, const char *key,
                   const char *today, struct outbox *outbox, struct err *err)
{
    json_t *item = edit_fetch(findings->cli, key, "finding", err);
    const bool settles = !is_unsettled(handling->state);
    json_t *old = item ? edit_group(item, "finding_handling") : NULL;
    const char *to = handling->clears ? ""
                     : findings->to   ? findings->to
                                      : cli_text(old, "assigned_to");
    const char *resolution = settles ? findings->resolution : "";
    bool good = item != NULL;

    /* Saying the same again, on whatever day, changes nothing. */
    if (good && !says_already(old, handling->state, to, resolution))
        good = edit_add(outbox, item,
                        json_pack("{s:{s:s, s:s, s:s, s:s, s:s}}", "finding_handling", "state",
                                  handling->state, "assigned_to", to, "resolution", resolution,
                                  "handled_by", findings->by, "handled_on", today),
                        err);
    json_decref(old);
    json_decref(item);
    return good;
}

static bool check_handling(struct findings *findings, const struct handling *handling,
                           struct err *err)
{
    static char login[64];
    const bool assigns = strcmp(handling->state, "assigned") == 0;
    const struct passwd *account = getpwuid(getuid());

    if (!findings->by && account) {
        snprintf(login, sizeof(login), "%s", account->pw_name);
        findings->by = login;
    }
    if (!findings->by || !*findings->by)
        return err_set(err, ERR_REJECT, "USAGE", "--by", "say who you are: --by NAME");
    if (assigns && (!findings->to || !*findings->to))
        return err_set(err, ERR_REJECT, "USAGE", "--to", "say who is to see to it: --to WHO");
    if (!is_unsettled(handling->state) && (!findings->resolution || !*findings->resolution))
        return err_set(err, ERR_REJECT, "USAGE", "--resolution",
                       "say how it was settled: --resolution TEXT");
    return true;
}

static enum exit_code run_handling(struct findings *findings, const struct handling *handling,
                                   int n, char **keys)
{
    struct outbox outbox = {0};
    struct date day;
    char today[DATE_TEXT];
    struct err err;
    bool good = check_handling(findings, handling, &err) && cli_today(findings->cli, &day, &err);

    if (good)
        date_format(day, today);
    for (int i = 0; i < n && good; i++)
        good = handle(findings, handling, keys[i], today, &outbox, &err);
    if (good)
        return edit_send(findings->cli, &outbox);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

/* ------------------------------------------------------------------------------------------------
 */

static bool is_word(const char *word, const char *const *words)
{
    for (; word && *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return !word;
}

static bool check_filters(const struct findings *findings, struct err *err)
{
    static const char *const states[] = {"open", "assigned", "resolved", "dismissed",
                                         "gone", "all",      NULL};
    static const char *const severities[] = {"info", "warning", "error", NULL};

    if (!is_word(findings->state, states))
        return err_set(err, ERR_REJECT, "USAGE", "--state",
                       "open, assigned, resolved, dismissed, gone or all");
    if (!is_word(findings->severity, severities))
        return err_set(err, ERR_REJECT, "USAGE", "--severity", "info, warning or error");
    return true;
}

static enum exit_code run(struct findings *findings, int argc, char **argv)
{
    const char *verb = argc ? argv[0] : "list";
    const struct handling *handling = handling_of(verb);
    struct err err;

    if (!check_filters(findings, &err))
        return cli_fail(&err);
    if (handling && argc > 1)
        return run_handling(findings, handling, argc - 1, argv + 1);
    if (strcmp(verb, "show") == 0 && argc == 2)
        return run_show(findings, argv[1]);
    if (strcmp(verb, "list") == 0 && argc <= 1)
        return run_list(findings);
    err_set(&err, ERR_REJECT, "USAGE", verb,
            "list, show KEY, or assign, resolve, dismiss, reopen KEY...");
    return cli_fail(&err);
}

enum exit_code verb_findings(struct cli *cli, int argc, char **argv)
{
    struct findings findings = {.cli = cli};
    const struct option options[] = {
        {"--document", "KEY", "only findings of this document", &findings.document, NULL},
        {"--code", "CODE", "only this kind, e.g. UNIT_UNKNOWN", &findings.code, NULL},
        {"--state", "STATE",
         "open, assigned, resolved, dismissed, gone or all (default: open and assigned)",
         &findings.state, NULL},
        {"--severity", "WORD", "info, warning or error", &findings.severity, NULL},
        {"--assigned-to", "WHO", "a unit's key or code, or a person's name", &findings.assigned_to,
         NULL},
        {"--check", NULL, "exit 1 when the list has open errors or warnings", NULL,
         &findings.check},
        {"--to", "WHO", "assign: who is to see to it", &findings.to, NULL},
        {"--resolution", "TEXT", "resolve, dismiss: how it was settled", &findings.resolution,
         NULL},
        {"--by", "NAME", "who says so (default: the login name)", &findings.by, NULL},
        {0}};
    const struct usage usage = {
        "findings [list | show KEY | assign|resolve|dismiss|reopen KEY...] [flags]",
        "What imports could not know for sure, as work for people. What is settled stays settled\n"
        "when the document is imported again; a finding that is no longer met shows as gone.",
        options, 0, 10000};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    return run(&findings, argc, argv);
}
