/* SPDX-License-Identifier: Apache-2.0 */
/* uptake push: changes from a file or standard input, one JSON object per line; or one action's
 * progress from flags. Everything is checked before anything is sent. */
#include "cli.h"
#include "fetch.h"
#include "import/source_file.h"
#include "model/words.h"
#include "options.h"
#include "send.h"

#include <stdio.h>
#include <string.h>

struct push {
    struct cli *cli;
    const char *action;      /* --action */
    const char *progress;    /* --progress */
    const char *narrative;   /* --narrative */
    const char *reported_on; /* --reported-on */
    size_t known;            /* reports the register has already */
    struct outbox outbox;
};

/* JSON lines ---------------------------------------------------------------------------------- */

static bool take_change(struct push *push, json_t *json, struct err *err)
{
    struct arena arena = {0};
    Uptake__V1__Change *change =
        (Uptake__V1__Change *)wire_from_json(&uptake__v1__change__descriptor, json, &arena, err);
    bool good = change != NULL;

    if (good && change->operation == UPTAKE__V1__OPERATION__OPERATION_UNSPECIFIED)
        change->operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    if (good && (!change->document[0] || !change->subject[0]))
        good =
            err_set(err, ERR_REJECT, "FIELD_MISSING", change->document[0] ? "subject" : "document",
                    "every change names its document and its item");
    good = good && outbox_add(&push->outbox, change, err);
    arena_finish(&arena);
    return good;
}

static bool take_line(struct push *push, const char *path, int number, const char *line, size_t len,
                      struct err *err)
{
    char inner[sizeof(err->place)];
    json_error_t where;
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
    bool good = json_is_object(json);

    if (!good)
        err_set(err, ERR_REJECT, "JSON_BAD", "", "not a JSON object (column %d: %.100s)",
                where.column, where.text);
    else
        good = take_change(push, json, err);
    json_decref(json);
    if (!good) {
        memcpy(inner, err->place, sizeof(inner));
        snprintf(err->place, sizeof(err->place), "%.30s line %d%s%.40s", path, number,
                 *inner ? ": " : "", inner);
    }
    return good;
}

static bool take_file(struct push *push, const char *path, struct err *err)
{
    struct arena arena = {0};
    struct source_file file;
    bool good = strcmp(path, "-") == 0 ? source_file_read_stdin(&arena, &file, err)
                                       : source_file_read(path, &arena, &file, err);
    int number = 0;

    for (const char *at = good ? file.text : ""; *at && good;) {
        size_t len = strcspn(at, "\n");
        number++;
        if (strspn(at, " \t") < len)
            good = take_line(push, path, number, at, len, err);
        at += len + (at[len] == '\n');
    }
    arena_finish(&arena);
    return good;
}

/* One action's progress ----------------------------------------------------------------------- */

static json_t *fetch_item(struct push *push, struct err *err)
{
    struct fetch *fetch = fetch_open(push->cli, err);
    struct arena arena = {0};
    char *escaped = fetch ? fetch_escape(fetch, push->action, &arena) : NULL;
    char *path = escaped ? arena_printf(&arena, "/v1/items/%s", escaped) : NULL;
    json_t *item = path ? fetch_get(fetch, path, err) : NULL;

    if (fetch && !path)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", push->action, "cannot ask for the action");
    arena_finish(&arena);
    fetch_close(fetch);
    if (item && strcmp(cli_text(item, "kind"), "action") != 0) {
        err_set(err, ERR_REJECT, "NOT_AN_ACTION", push->action,
                "this is a %s; progress belongs to actions", cli_text(item, "kind"));
        json_decref(item);
        return NULL;
    }
    return item;
}

static bool add_report(struct push *push, const json_t *item, enum progress progress,
                       const char *day, struct err *err)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
    struct arena arena = {0};
    bool good;

    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = arena_strdup(&arena, cli_text(item, "document"));
    change.subject = arena_strdup(&arena, push->action);
    change.base_revision = (uint64_t)json_integer_value(json_object_get(item, "revision"));
    report.progress = (Uptake__V1__Progress)progress;
    report.narrative = arena_strdup(&arena, push->narrative ? push->narrative : "");
    report.reported_on = arena_strdup(&arena, day);
    report.precision = UPTAKE__V1__PRECISION__PRECISION_DAY;
    change.progress_report = &report;
    good = change.document && change.subject && report.narrative && report.reported_on;
    if (!good)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", push->action, "cannot hold the report");
    good = good && outbox_add(&push->outbox, &change, err);
    arena_finish(&arena);
    return good;
}

/* The register says just that already: asking twice is no second report. */
static bool is_known(const struct push *push, json_t *item, const char *day)
{
    const json_t *report = json_object_get(json_object_get(item, "change"), "progress_report");

    return strcmp(cli_text(report, "progress"), push->progress) == 0 &&
           strcmp(cli_text(report, "narrative"), push->narrative ? push->narrative : "") == 0 &&
           strcmp(cli_text(report, "reported_on"), day) == 0;
}

static bool take_progress(struct push *push, struct err *err)
{
    enum progress progress = PROGRESS_UNSPECIFIED;
    char day[DATE_TEXT];
    struct date reported;
    json_t *item;
    bool good;

    if (!push->progress || !progress_from_word(push->progress, &progress) ||
        progress == PROGRESS_UNSPECIFIED)
        return err_set(err, ERR_REJECT, "ENUM_UNKNOWN", "--progress",
                       "one of not_started, initiated, ongoing, completed, cancelled, superseded, "
                       "no_longer_applicable, unknown");
    if (push->reported_on ? !date_parse(push->reported_on, "--reported-on", &reported, err)
                          : !cli_today(push->cli, &reported, err))
        return false;
    date_format(reported, day);
    item = fetch_item(push, err);
    push->known = item && is_known(push, item, day);
    good = item && (push->known || add_report(push, item, progress, day, err));
    json_decref(item);
    return good;
}

/* Results ------------------------------------------------------------------------------------- */

static enum exit_code report(struct push *push)
{
    size_t applied = 0;
    size_t known = push->known;
    size_t bad = 0;
    json_t *refused = json_array();

    for (const struct outgoing *out = push->outbox.first; out; out = out->next) {
        applied += outcome_is_good(out->outcome) && !out->duplicate;
        known += outcome_is_good(out->outcome) && out->duplicate;
        if (outcome_is_good(out->outcome))
            continue;
        bad++;
        json_array_append_new(refused,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", out->subject, "outcome",
                                        outcome_word(out->outcome), "code", out->code, "place",
                                        out->place, "text", out->text));
        if (!push->cli->json)
            fprintf(stderr, "%s: %s: %s: %s: %s\n", outcome_word(out->outcome), out->code,
                    out->subject, out->place, out->text);
    }
    if (push->cli->json)
        return cli_print_json(json_pack("{s:I, s:I, s:o}", "applied", (json_int_t)applied,
                                        "known_before", (json_int_t)known, "refused", refused),
                              bad ? EXIT_FINDINGS : EXIT_OK);
    json_decref(refused);
    printf("%zu applied, %zu known before, %zu refused\n", applied, known, bad);
    return bad ? EXIT_FINDINGS : EXIT_OK;
}

static bool prepare(struct push *push, int argc, char **argv, struct err *err)
{
    if (push->action && argc)
        return err_set(err, ERR_REJECT, "USAGE", "push", "give a file, or --action; not both");
    if (push->action)
        return take_progress(push, err);
    if (push->progress || push->narrative || push->reported_on)
        return err_set(err, ERR_REJECT, "USAGE", "push", "say which action: --action KEY");
    return take_file(push, argc ? argv[0] : "-", err);
}

enum exit_code verb_push(struct cli *cli, int argc, char **argv)
{
    struct push push = {.cli = cli};
    const struct option options[] = {
        {"--action", "KEY", "report progress on this action", &push.action, NULL},
        {"--progress", "WORD", "not_started, initiated, ongoing, completed, ...", &push.progress,
         NULL},
        {"--narrative", "TEXT", "what happened", &push.narrative, NULL},
        {"--reported-on", "DAY", "YYYY-MM-DD (default: today in the register's zone)",
         &push.reported_on, NULL},
        {0}};
    const struct usage usage = {"push [FILE|-] | push --action KEY --progress WORD [flags]",
                                "Sends changes, one JSON object per line, or one action's "
                                "progress. A change is named by its\n"
                                "content, so sending it again does nothing.",
                                options, 0, 1};
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
    if (prepare(&push, argc, argv, &err) && send_all(cli, &push.outbox, &err))
        code = report(&push);
    else
        code = cli_fail(&err);
    outbox_finish(&push.outbox);
    return code;
}
