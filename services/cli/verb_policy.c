/* SPDX-License-Identifier: Apache-2.0 */
/* uptake policy: whom the register asks, when. Lists and shows the policies, tells what a file
 * would change in what is sent, and sends it. */
#include "cli.h"
#include "edit.h"
#include "fetch.h"
#include "options.h"
#include "policy_file.h"
#include "policy_plan.h"
#include "preview.h"

#include <stdio.h>
#include <string.h>

enum { LINES_MOST = 200 }; /* of a difference that is printed; all with --json */

struct policies {
    struct cli *cli;
    const char *database, *on;
    bool dry_run;
    json_t *rows;
    struct arena arena;
};

static const json_t *rule_of(const json_t *item)
{
    return json_object_get(json_object_get(item, "change"), "policy_rule");
}

/* "six-monthly" of "policy:six-monthly". */
static const char *name_of(const char *key)
{
    return strncmp(key, "policy:", 7) == 0 ? key + 7 : key;
}

/* list ----------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, json_t *row, struct err *err)
{
    struct policies *policies = ctx;
    const json_t *rule = rule_of(row);

    (void)err;
    json_array_append_new(
        policies->rows,
        json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:b}", "policy", name_of(cli_text(row, "key")),
                  "title", cli_text(rule, "title"), "trigger", cli_text(rule, "trigger"),
                  "interval_months", (json_int_t)cli_number(rule, "interval_months"), "go_live_on",
                  cli_text(rule, "go_live_on"), "in_force_from", cli_text(rule, "in_force_from"),
                  "active", json_is_true(json_object_get(rule, "active"))));
    return true;
}

static void print_rows(const json_t *rows)
{
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row)
    {
        char every[24] = "on deadlines";

        if (strcmp(cli_text(row, "trigger"), "interval") == 0)
            snprintf(every, sizeof(every), "every %lld months", cli_number(row, "interval_months"));
        printf("%-24s %-8s %-16s from %s  %s\n", cli_text(row, "policy"),
               json_is_true(json_object_get(row, "active")) ? "active" : "inactive", every,
               cli_text(row, "go_live_on"), cli_text(row, "title"));
    }
}

static enum exit_code run_list(struct policies *policies)
{
    struct err err;
    struct fetch *fetch = fetch_open(policies->cli, &err);
    bool good = fetch && fetch_pages(fetch, "/v1/scopes/hq/snapshot?kind=policy&limit=200", "items",
                                     "after_key", take_row, policies, &err);

    fetch_close(fetch);
    if (!good)
        return cli_fail(&err);
    if (policies->cli->json)
        return cli_print_json(json_pack("{s:O}", "policies", policies->rows), EXIT_OK);
    print_rows(policies->rows);
    return EXIT_OK;
}

/* show ----------------------------------------------------------------------------------------- */

/* What the policy said over time, oldest first. */
static bool take_version(void *ctx, json_t *entry, struct err *err)
{
    struct policies *policies = ctx;
    json_t *rule = json_object_get(json_object_get(entry, "change"), "policy_rule");

    (void)err;
    if (rule)
        json_array_append_new(policies->rows,
                              json_pack("{s:i, s:s, s:s, s:I, s:O}", "version",
                                        (int)json_array_size(policies->rows) + 1, "recorded_at",
                                        cli_text(entry, "recorded_at"), "sender",
                                        cli_text(entry, "sender"), "revision",
                                        (json_int_t)cli_number(entry, "revision"), "rule", rule));
    return true;
}

static void print_versions(const json_t *versions)
{
    size_t index;
    json_t *version;

    json_array_foreach(versions, index, version)
    {
        const char *from = cli_text(json_object_get(version, "rule"), "in_force_from");

        printf("# version %zu of %zu: by %s, %s; for %s%s\n", index + 1, json_array_size(versions),
               cli_text(version, "sender"), cli_text(version, "recorded_at"),
               *from ? "cycles that end from " : "all cycles", from);
    }
}

static enum exit_code run_show(struct policies *policies, const char *name)
{
    struct listing listing = {.before = "/v1/history/", .behind = "", .items = "history"};
    struct err err;
    const json_t *last;

    listing.name = arena_printf(&policies->arena, "policy:%s", name_of(name));
    if (!listing.name)
        err_set(&err, ERR_FATAL, "OUT_OF_MEMORY", name, "cannot name the policy");
    if (!listing.name || !fetch_listing(policies->cli, &listing, take_version, policies, &err))
        return cli_fail(&err);
    last = json_array_get(policies->rows, json_array_size(policies->rows) - 1);
    if (policies->cli->json)
        return cli_print_json(json_pack("{s:s, s:O, s:O*}", "policy", name_of(name), "versions",
                                        policies->rows, "rule", json_object_get(last, "rule")),
                              EXIT_OK);
    print_versions(policies->rows);
    policy_file_print(name_of(name), json_object_get(last, "rule"));
    return EXIT_OK;
}

/* Reading a file ------------------------------------------------------------------------------- */

/* The register's item; NULL without an error: it has none. */
static bool find_item(struct policies *policies, const char *name, json_t **item, struct err *err)
{
    char *key = arena_printf(&policies->arena, "policy:%s", name);

    *item = key ? edit_fetch(policies->cli, key, "policy", err) : NULL;
    if (!key)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", name, "cannot name the policy");
    return *item || strcmp(err->code, "NOT_FOUND") == 0;
}

/* Numbers of cycles count on; a deadline's and an interval's cannot count on from each other. */
static void check_trigger(struct policy_file *file, const json_t *item)
{
    const char *now = cli_text(rule_of(item), "trigger");
    const json_t *line = json_object_get(file->lines, "trigger");

    if (*now && strcmp(now, cli_text(file->rule, "trigger")) != 0)
        policy_file_mistake(file, "TRIGGER_FIXED", (int)json_integer_value(line), "trigger",
                            "the policy in the register goes by %s and keeps that; give this one "
                            "another name",
                            now);
}

typedef enum exit_code file_fn(struct policies *policies, struct policy_file *file,
                               const json_t *item);

static enum exit_code run_file(struct policies *policies, const char *path, file_fn *go_on)
{
    struct policy_file file = {0};
    json_t *item = NULL;
    enum exit_code code;
    struct err err;
    bool good = policy_file_read(path, &policies->arena, &file, &err);

    if (good && file.nmistakes == 0) {
        good = policy_file_check(policies->cli, &file, &err) &&
               find_item(policies, file.name, &item, &err);
        if (good)
            check_trigger(&file, item);
    }
    if (!good)
        code = cli_fail(&err);
    else if (file.nmistakes > 0)
        code = policy_file_fail(policies->cli, &file);
    else
        code = go_on(policies, &file, item);
    json_decref(item);
    policy_file_finish(&file);
    return code;
}

/* diff ----------------------------------------------------------------------------------------- */

static void print_row(const char *sign, const json_t *row)
{
    const char *before = cli_text(row, "send_on_before");
    const bool is_unit = strcmp(cli_text(row, "rung"), "unit") == 0;

    printf("%s %s%s%s  %s", sign, before, *before ? " -> " : "", cli_text(row, "send_on"),
           cli_text(row, "recipient"));
    if (!is_unit)
        printf(" (%s of %s)", cli_text(row, "rung"), cli_text(row, "asked"));
    printf("  %s  step %+lld of the cycle that ends %s\n", cli_text(row, "action"),
           cli_number(row, "step"), cli_text(row, "cycle_on"));
}

static size_t print_list(const char *sign, const json_t *list, size_t printed)
{
    size_t index;
    json_t *row;

    json_array_foreach(list, index, row)
    {
        if (printed < LINES_MOST)
            print_row(sign, row);
        printed++;
    }
    return printed;
}

static void print_difference(const json_t *difference)
{
    const json_t *appear = json_object_get(difference, "appear");
    const json_t *vanish = json_object_get(difference, "vanish");
    const json_t *move = json_object_get(difference, "move");
    size_t printed = print_list("-", vanish, 0);

    printed = print_list("+", appear, printed);
    printed = print_list("~", move, printed);
    if (printed > LINES_MOST)
        printf("and %zu more; --json has them all\n", printed - LINES_MOST);
    printf("within 400 days: %zu reminder%s more, %zu less, %zu on another day, %lld as before\n",
           json_array_size(appear), cli_s(json_array_size(appear)), json_array_size(vanish),
           json_array_size(move), cli_number(difference, "stay"));
}

static enum exit_code diff(struct policies *policies, struct policy_file *file, const json_t *item)
{
    struct policy_plan_options options = {.database = policies->database};
    enum exit_code code;
    struct err err;
    json_t *difference;

    (void)item;
    if (!(policies->on ? date_parse(policies->on, "--on", &options.today, &err)
                       : cli_today(policies->cli, &options.today, &err)) ||
        !cli_configure(policies->cli, &err))
        return cli_fail(&err);
    options.zone = config_text(&policies->cli->config, "register_zone");
    difference = policy_plan_compare(&options, file, &err);
    if (!difference)
        return cli_fail(&err);
    code = json_array_size(json_object_get(difference, "appear")) +
                       json_array_size(json_object_get(difference, "vanish")) +
                       json_array_size(json_object_get(difference, "move")) >
                   0
               ? EXIT_FINDINGS
               : EXIT_OK;
    json_object_set_new(difference, "policy", json_string(file->name));
    if (policies->cli->json)
        return cli_print_json(difference, code);
    print_difference(difference);
    json_decref(difference);
    return code;
}

/* set ------------------------------------------------------------------------------------------ */

static enum exit_code set(struct policies *policies, struct policy_file *file, const json_t *item)
{
    struct outbox outbox = {0};
    json_t *groups = json_pack("{s:O}", "policy_rule", file->rule);
    const char *key = arena_printf(&policies->arena, "policy:%s", file->name);
    struct err err;
    bool good = item ? edit_add(&outbox, item, groups, &err)
                     : key && edit_create(&outbox, "policy", "policies", key, groups, &err);

    if (good)
        return preview_or_send(policies->cli, &outbox, policies->dry_run);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

/* --------------------------------------------------------------------------------------------- */

static enum exit_code run(struct policies *policies, int argc, char **argv)
{
    const char *verb = argc ? argv[0] : "list";
    struct err err;

    if (strcmp(verb, "list") == 0 && argc <= 1)
        return run_list(policies);
    if (strcmp(verb, "show") == 0 && argc == 2)
        return run_show(policies, argv[1]);
    if (strcmp(verb, "set") == 0 && argc == 2)
        return run_file(policies, argv[1], set);
    if (strcmp(verb, "diff") == 0 && argc == 2)
        return cli_database(policies->cli, &policies->database, &err)
                   ? run_file(policies, argv[1], diff)
                   : cli_fail(&err);
    err_set(&err, ERR_REJECT, "USAGE", verb, "list, show NAME, set FILE, or diff FILE");
    return cli_fail(&err);
}

enum exit_code verb_policy(struct cli *cli, int argc, char **argv)
{
    struct policies policies = {.cli = cli};
    const struct option options[] = {
        {"--database", "CONNINFO",
         "diff: libpq connection string of a role that may read the schema", &policies.database,
         NULL},
        {"--on", "DAY", "diff: as planned on this day (default: today)", &policies.on, NULL},
        {"--dry-run", NULL, "set: print the change, send nothing", NULL, &policies.dry_run},
        {0}};
    const struct usage usage = {
        "policy [list | show NAME | diff FILE | set FILE] [flags]",
        "Whom the register asks, about what, when. A policy is a YAML file, one per file; show\n"
        "prints one as such. diff tells what would be sent differently within 400 days if the\n"
        "file were in force (exit code 1: something), by running the plan itself, and writes\n"
        "nothing. set makes the file the policy's newest version; what was sent stays.",
        options, 0, 2};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    policies.rows = json_array();
    code = run(&policies, argc, argv);
    json_decref(policies.rows);
    arena_finish(&policies.arena);
    return code;
}
