/* SPDX-License-Identifier: Apache-2.0 */
/* uptake conflicts: changes that met. Lists them, shows both sides group by group, and sends what a
 * person made of one: the present side kept, the other taken, or something written anew. */
#include "edit.h"
#include "fetch.h"
#include "options.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct conflicts {
    struct cli *cli;
    const char *with, *by, *reason;
    bool all, check, keep, take;
    json_t *rows;
};

/* Listing ------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, json_t *row, struct err *err)
{
    struct conflicts *conflicts = ctx;

    return json_array_append(conflicts->rows, row) == 0 ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "conflicts", "cannot hold the list");
}

static size_t count_open(const json_t *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(rows); i++)
        n += json_is_null(json_object_get(json_array_get(rows, i), "settled"));
    return n;
}

static void print_settlement(const json_t *row)
{
    const json_t *settled = json_object_get(row, "settled");

    if (json_is_null(settled))
        printf("open\n");
    else
        printf("%s by %s, revision %lld, %s\n", cli_text(settled, "decision"),
               cli_text(settled, "decided_by"), cli_number(settled, "revision"),
               cli_text(settled, "recorded_at"));
}

static void print_row(const json_t *row)
{
    const json_t *groups = json_object_get(row, "groups");

    printf("%-6lld %s  ", cli_number(row, "conflict"), cli_text(row, "key"));
    for (size_t i = 0; i < json_array_size(groups); i++)
        printf("%s%s", i ? ", " : "", json_string_value(json_array_get(groups, i)));
    printf("\n       from %s, %s, on revision %lld of %lld: ", cli_text(row, "sender"),
           cli_text(row, "recorded_at"), cli_number(row, "base_revision"),
           cli_number(row, "current_revision"));
    print_settlement(row);
}

static enum exit_code print_list(struct conflicts *conflicts)
{
    const size_t open = count_open(conflicts->rows);
    const enum exit_code code = conflicts->check && open ? EXIT_FINDINGS : EXIT_OK;

    if (conflicts->cli->json)
        return cli_print_json(
            json_pack("{s:O, s:I}", "conflicts", conflicts->rows, "open", (json_int_t)open), code);
    for (size_t i = 0; i < json_array_size(conflicts->rows); i++)
        print_row(json_array_get(conflicts->rows, i));
    printf("%zu open conflict%s\n", open, cli_s(open));
    return code;
}

static enum exit_code run_list(struct conflicts *conflicts)
{
    struct listing listing = {.before = "/v1/",
                              .name = "conflicts",
                              .behind = "",
                              .items = "conflicts",
                              .params = {{"all", conflicts->all ? "1" : NULL}}};
    enum exit_code code;
    struct err err;

    conflicts->rows = json_array();
    if (!conflicts->rows)
        err_set(&err, ERR_FATAL, "OUT_OF_MEMORY", "conflicts", "cannot hold the list");
    code = conflicts->rows && fetch_listing(conflicts->cli, &listing, take_row, conflicts, &err)
               ? print_list(conflicts)
               : cli_fail(&err);
    json_decref(conflicts->rows);
    return code;
}

/* One, both sides ----------------------------------------------------------------------------- */

static void print_side(const char *name, const json_t *side, const char *revision)
{
    if (json_is_null(side)) {
        printf("  %-8s nothing was said\n", name);
        return;
    }
    printf("  %-8s revision %lld, by %s, %s\n           %s\n", name, cli_number(side, revision),
           cli_text(side, "sender"), cli_text(side, "recorded_at"), cli_text(side, "said"));
}

static void print_conflict(const json_t *conflict)
{
    const json_t *sides = json_object_get(conflict, "sides");

    printf("conflict %lld on %s (%s of %s, revision %lld now): ", cli_number(conflict, "conflict"),
           cli_text(conflict, "key"), cli_text(conflict, "kind"), cli_text(conflict, "document"),
           cli_number(conflict, "revision"));
    print_settlement(conflict);
    if (json_is_null(json_object_get(conflict, "other")))
        printf("what was not applied has been redacted\n");
    for (size_t i = 0; i < json_array_size(sides); i++) {
        const json_t *side = json_array_get(sides, i);
        const char *how = !json_is_true(json_object_get(side, "differs")) ? "the same"
                          : json_is_true(json_object_get(side, "changed"))
                              ? "changed on both sides"
                              : "changed by the other alone";

        printf("%s (%s): %s\n", cli_text(side, "title"), cli_text(side, "group"), how);
        print_side("present", json_object_get(side, "present"), "revision");
        print_side("other", json_object_get(side, "other"), "base_revision");
    }
}

static json_t *fetch_conflict(struct conflicts *conflicts, const char *number, struct err *err)
{
    return fetch_one(conflicts->cli, "/v1/conflicts/", number, err);
}

static enum exit_code run_show(struct conflicts *conflicts, const char *number)
{
    struct err err;
    json_t *conflict = fetch_conflict(conflicts, number, &err);

    if (!conflict)
        return cli_fail(&err);
    if (conflicts->cli->json)
        return cli_print_json(conflict, EXIT_OK);
    print_conflict(conflict);
    json_decref(conflict);
    return EXIT_OK;
}

/* Settling ------------------------------------------------------------------------------------ */

/* The groups of the version that was not applied. */
static json_t *other_groups(const json_t *conflict)
{
    json_t *groups = json_object();
    const json_t *sides = json_object_get(conflict, "sides");

    for (size_t i = 0; i < json_array_size(sides); i++) {
        const json_t *side = json_array_get(sides, i);
        json_object_set(groups, cli_text(side, "group"),
                        json_object_get(json_object_get(side, "other"), "value"));
    }
    return groups;
}

static json_t *read_groups(const char *path, struct err *err)
{
    json_error_t where;
    json_t *groups = strcmp(path, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &where)
                                            : json_load_file(path, JSON_REJECT_DUPLICATES, &where);

    if (json_is_object(groups) && json_object_size(groups) > 0)
        return groups;
    json_decref(groups);
    return err_null(err, ERR_REJECT, "JSON_BAD", path,
                    "a JSON object of field groups is needed, as `show --json` prints them%s%.80s",
                    groups ? "" : ": ", groups ? "" : where.text);
}

/* What is to stand in the register, without the decision; word: what the decision is called. */
static json_t *settled_groups(const struct conflicts *conflicts, const json_t *conflict,
                              const char **word, struct err *err)
{
    if (conflicts->with) {
        *word = "written_anew";
        return read_groups(conflicts->with, err);
    }
    *word = conflicts->take ? "took_other" : "kept_present";
    return conflicts->take ? other_groups(conflict) : json_object();
}

static bool add_settlement(const struct conflicts *conflicts, const json_t *conflict,
                           struct outbox *outbox, struct err *err)
{
    const char *word;
    json_t *groups = settled_groups(conflicts, conflict, &word, err);

    if (!groups)
        return false;
    json_object_set_new(groups, "conflict_decision",
                        json_pack("{s:I, s:s, s:s, s:s}", "conflict",
                                  (json_int_t)cli_number(conflict, "conflict"), "decision", word,
                                  "decided_by", conflicts->by, "reason", conflicts->reason));
    return edit_set(outbox, conflict, groups, err);
}

static bool check_settlement(struct conflicts *conflicts, struct err *err)
{
    static char login[64];
    const struct passwd *account = getpwuid(getuid());

    if (conflicts->keep + conflicts->take + (conflicts->with != NULL) != 1)
        return err_set(err, ERR_REJECT, "USAGE", "settle",
                       "say what is right: --keep, --take, or --with FILE");
    if (!conflicts->by && account) {
        snprintf(login, sizeof(login), "%s", account->pw_name);
        conflicts->by = login;
    }
    if (!conflicts->by || !*conflicts->by)
        return err_set(err, ERR_REJECT, "USAGE", "--by", "say who you are: --by NAME");
    return (conflicts->reason && *conflicts->reason) ||
           err_set(err, ERR_REJECT, "USAGE", "--reason", "say why: --reason TEXT");
}

static enum exit_code run_settle(struct conflicts *conflicts, const char *number)
{
    struct outbox outbox = {0};
    json_t *conflict = NULL;
    struct err err;
    bool good = check_settlement(conflicts, &err);

    if (good)
        conflict = fetch_conflict(conflicts, number, &err);
    good = conflict && add_settlement(conflicts, conflict, &outbox, &err);
    json_decref(conflict);
    if (good)
        return edit_send(conflicts->cli, &outbox);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

/* ------------------------------------------------------------------------------------------------
 */

static enum exit_code run(struct conflicts *conflicts, int argc, char **argv)
{
    const char *verb = argc ? argv[0] : "list";
    struct err err;

    if (strcmp(verb, "list") == 0 && argc <= 1)
        return run_list(conflicts);
    if (strcmp(verb, "show") == 0 && argc == 2)
        return run_show(conflicts, argv[1]);
    if (strcmp(verb, "settle") == 0 && argc == 2)
        return run_settle(conflicts, argv[1]);
    err_set(&err, ERR_REJECT, "USAGE", verb, "list, show N or settle N");
    return cli_fail(&err);
}

enum exit_code verb_conflicts(struct cli *cli, int argc, char **argv)
{
    struct conflicts conflicts = {.cli = cli};
    const struct option options[] = {
        {"--all", NULL, "list: settled ones too", NULL, &conflicts.all},
        {"--check", NULL, "list: exit 1 when a conflict is open", NULL, &conflicts.check},
        {"--keep", NULL, "settle: what the register has is right", NULL, &conflicts.keep},
        {"--take", NULL, "settle: what was not applied is right", NULL, &conflicts.take},
        {"--with", "FILE", "settle: neither; a JSON object of the field groups that are right",
         &conflicts.with, NULL},
        {"--by", "NAME", "settle: who says so (default: the login name)", &conflicts.by, NULL},
        {"--reason", "TEXT", "settle: why", &conflicts.reason, NULL},
        {0}};
    const struct usage usage = {
        "conflicts [list | show N | settle N --keep|--take|--with FILE --reason TEXT] [flags]",
        "Changes that met: what one person said while another had said something else of the "
        "same.\n"
        "Both sides are kept until somebody says which is right.",
        options, 0, 2};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    return run(&conflicts, argc, argv);
}
