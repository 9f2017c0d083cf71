/* SPDX-License-Identifier: Apache-2.0 */
/* uptake push: changes from a file or standard input, one JSON object per line; one action's
 * progress from flags; or what is laid into a folder. A file is checked before any of it is sent.
 */
#include "cli.h"
#include "fetch.h"
#include "lines.h"
#include "model/words.h"
#include "options.h"
#include "push_follow.h"
#include "send.h"

#include <string.h>

struct push {
    struct cli *cli;
    const char *action;      /* --action */
    const char *progress;    /* --progress */
    const char *narrative;   /* --narrative */
    const char *reported_on; /* --reported-on */
    const char *follow;      /* --follow */
    const char *settled;     /* --settled */
    const char *acknowledge; /* --acknowledge */
    bool new_epoch;          /* --new-epoch */
    size_t known;            /* reports the register has already */
    struct outbox outbox;
};

/* One action's progress ----------------------------------------------------------------------- */

static json_t *fetch_item(struct push *push, struct err *err)
{
    json_t *item = fetch_one(push->cli, "/v1/items/", push->action, err);

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

/* All of it ----------------------------------------------------------------------------------- */

static enum exit_code report(struct push *push)
{
    const enum exit_code code = lines_exit_code(&push->outbox);

    if (push->cli->json)
        return cli_print_json(lines_result(&push->outbox, push->known), code);
    lines_print(&push->outbox, push->known, "");
    return code;
}

static bool prepare(struct push *push, int argc, char **argv, struct err *err)
{
    if (push->action && argc)
        return err_set(err, ERR_REJECT, "USAGE", "push", "give a file, or --action; not both");
    if (push->action)
        return take_progress(push, err);
    if (push->progress || push->narrative || push->reported_on)
        return err_set(err, ERR_REJECT, "USAGE", "push", "say which action: --action KEY");
    return lines_read(argc ? argv[0] : "-", &push->outbox, err);
}

/* One of the three that have an outbox; false: none of them was asked for. */
static bool run_outbox(struct push *push, int argc, enum exit_code *code)
{
    const char *other = push->action ? push->action : argc ? "FILE" : NULL;
    struct err err;
    bool good;

    *code = EXIT_OK;
    if (!push->follow && !push->settled && !push->acknowledge && !push->new_epoch)
        return false;
    if (other || !!push->follow + !!push->settled + !!push->acknowledge != 1 ||
        (push->new_epoch && !push->follow))
        good = err_set(&err, ERR_REJECT, "USAGE", "push",
                       "give one of --follow, --settled and --acknowledge, and no file; "
                       "--new-epoch goes with --follow");
    else if (push->follow)
        good = push_follow(push->cli, push->follow, push->new_epoch, &err);
    else if (push->settled)
        good = push_settled(push->cli, push->settled, code, &err);
    else
        good = push_acknowledge(push->cli, push->acknowledge, &err);
    if (!good)
        *code = cli_fail(&err);
    return true;
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
        {"--follow", "DIR", "send what is laid into the folder as *.jsonl, until interrupted",
         &push.follow, NULL},
        {"--new-epoch", NULL, "with --follow: this outbox goes on, copies of it are refused", NULL,
         &push.new_epoch},
        {"--settled", "DIR", "what was refused of the folder's changes and not acknowledged",
         &push.settled, NULL},
        {"--acknowledge", "DIR", "list what --settled lists, and forget it", &push.acknowledge,
         NULL},
        {0}};
    const struct usage usage = {"push [FILE|-] | push --action KEY --progress WORD [flags] | "
                                "push --follow DIR",
                                "Sends changes, one JSON object per line, or one action's "
                                "progress. A change is named by its\n"
                                "content, so sending it again does nothing.",
                                options, 0, 1};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (run_outbox(&push, argc, &code))
        return code;
    if (prepare(&push, argc, argv, &err) && send_all(cli, &push.outbox, &err))
        code = report(&push);
    else
        code = cli_fail(&err);
    outbox_finish(&push.outbox);
    return code;
}
