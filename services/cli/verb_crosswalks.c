/* SPDX-License-Identifier: Apache-2.0 */
/* uptake crosswalks: what the words of a source mean, as versioned data in the register. */
#include "cli.h"
#include "crosswalk_words.h"
#include "edit.h"
#include "import/source_file.h"
#include "lines.h"
#include "model/crosswalk_csv.h"
#include "options.h"
#include "preview.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct crosswalks {
    struct cli *cli;
    const char *axis; /* --axis */
    bool if_newer;    /* --if-newer */
    bool dry_run;
    struct arena arena;
    struct outbox outbox;
    json_t *results; /* one object per file */
    bool differs;
};

typedef bool command_fn(struct crosswalks *all, const char *argument, struct err *err);

/* The register's table ------------------------------------------------------------------------- */

/* The item; NULL without an error: the register has none. */
static bool find_item(struct crosswalks *all, const char *system, json_t **item, struct err *err)
{
    char *key = arena_printf(&all->arena, "crosswalk:%s", system);

    *item = key ? edit_fetch(all->cli, key, "crosswalk", err) : NULL;
    if (!key)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", system, "cannot name the crosswalk");
    return *item || strcmp(err->code, "NOT_FOUND") == 0;
}

static json_t *group_of(const json_t *item)
{
    return json_object_get(json_object_get(item, "change"), "crosswalk_table");
}

/* Reading a file ------------------------------------------------------------------------------- */

/* "ohchr_ranks.csv" is the system ohchr_ranks. */
static const char *system_of(struct crosswalks *all, const char *name, struct err *err)
{
    size_t len = strcspn(name, ".");

    for (size_t i = 0; i < len; i++)
        if (!islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) && name[i] != '_')
            len = 0;
    if (len == 0 || strcmp(name + len, ".csv") != 0)
        return err_null(err, ERR_REJECT, "SYSTEM_MISSING", name,
                        "the file's name is the system: small letters, digits and _, then .csv");
    return arena_strndup(&all->arena, name, len);
}

static json_t *read_group(struct crosswalks *all, const char *path, struct err *err)
{
    struct source_file file;
    const char *system;
    json_t *group;

    if (!source_file_read(path, &all->arena, &file, err) ||
        !crosswalk_check(file.text, file.name, err))
        return NULL;
    system = system_of(all, file.name, err);
    group = system ? crosswalk_words_group(system, file.text) : NULL;
    if (system && !group)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", path, "the table does not fit in memory");
    return group;
}

/* load ----------------------------------------------------------------------------------------- */

static size_t count(const json_t *differences, const char *name)
{
    return json_array_size(json_object_get(differences, name));
}

static bool same_words(const json_t *differences)
{
    return !count(differences, "added") && !count(differences, "removed") &&
           !count(differences, "changed");
}

static bool add_change(struct crosswalks *all, const json_t *item, const json_t *group,
                       struct err *err)
{
    const char *key = arena_printf(&all->arena, "crosswalk:%s", cli_text(group, "system"));
    json_t *groups = json_pack("{s:O}", "crosswalk_table", group);

    if (item)
        return edit_add(&all->outbox, item, groups, err);
    return key && edit_create(&all->outbox, "crosswalk", "crosswalks", key, groups, err);
}

/* became: "added", "updated", "unchanged", "kept" (the register's is as new, or newer). */
static void add_result(struct crosswalks *all, const json_t *before, const json_t *group,
                       const char *became, json_t *differences)
{
    json_array_append_new(
        all->results,
        json_pack("{s:s, s:s, s:I, s:I, s:o}", "system", cli_text(group, "system"), "became",
                  became, "version", (json_int_t)cli_number(group, "version"), "version_before",
                  (json_int_t)cli_number(before, "version"), "differences", differences));
}

static bool load_group(struct crosswalks *all, const json_t *item, const json_t *group,
                       struct err *err)
{
    const json_t *before = group_of(item);
    json_t *differences = crosswalk_words_compare(before, group);
    const char *system = cli_text(group, "system");
    long long version = cli_number(group, "version");
    const char *became = item ? "updated" : "added";

    if (before && version <= cli_number(before, "version")) {
        if (!same_words(differences) && !all->if_newer) {
            json_decref(differences);
            return err_set(err, ERR_REJECT, "CROSSWALK_VERSION", system,
                           "the register has version %lld with other words; see `uptake crosswalks "
                           "diff`, take over what is missing and raise the file's version",
                           cli_number(before, "version"));
        }
        became = same_words(differences) ? "unchanged" : "kept";
    } else if (!add_change(all, item, group, err)) {
        json_decref(differences);
        return false;
    }
    add_result(all, before, group, became, differences);
    return true;
}

static bool load_file(struct crosswalks *all, const char *path, struct err *err)
{
    json_t *group = read_group(all, path, err);
    json_t *item = NULL;
    bool good = group && find_item(all, cli_text(group, "system"), &item, err) &&
                load_group(all, item, group, err);

    json_decref(item);
    json_decref(group);
    return good;
}

static void print_results(const struct crosswalks *all)
{
    size_t index;
    json_t *result;

    json_array_foreach(all->results, index, result)
    {
        const json_t *differences = json_object_get(result, "differences");
        if (strcmp(cli_text(result, "became"), "kept") == 0)
            printf("%s: the register's version %lld is kept\n", cli_text(result, "system"),
                   cli_number(result, "version_before"));
        else
            printf("%s: %s, version %lld; words: %zu added, %zu changed, %zu removed\n",
                   cli_text(result, "system"), cli_text(result, "became"),
                   cli_number(result, "version"), count(differences, "added"),
                   count(differences, "changed"), count(differences, "removed"));
    }
}

static enum exit_code end_load(struct crosswalks *all)
{
    enum exit_code code;
    struct err err;

    if (all->dry_run)
        return preview_or_send(all->cli, &all->outbox, true);
    if (!send_all(all->cli, &all->outbox, &err)) {
        code = cli_fail(&err);
    } else {
        code = lines_exit_code(&all->outbox);
        if (all->cli->json)
            code = cli_print_json(json_pack("{s:O, s:o}", "crosswalks", all->results, "sent",
                                            lines_result(&all->outbox, 0)),
                                  code);
        else if (code == EXIT_OK)
            print_results(all);
        else
            lines_print(&all->outbox, 0, "");
    }
    outbox_finish(&all->outbox);
    return code;
}

/* list, show, diff, export --------------------------------------------------------------------- */

static size_t count_verified(const json_t *group)
{
    size_t n = 0;
    size_t index;
    json_t *word;

    json_array_foreach(json_object_get(group, "words"), index, word)
    {
        n += json_is_true(json_object_get(word, "verified"));
    }
    return n;
}

static bool list_row(void *ctx, json_t *row, struct err *err)
{
    struct crosswalks *all = ctx;
    const json_t *group = group_of(row);
    const char *system = cli_text(group, "system");
    const char *own = crosswalk_text(system);
    size_t words = json_array_size(json_object_get(group, "words"));
    long long compiled = own ? (long long)crosswalk_version(own) : 0;

    (void)err;
    if (!all->cli->json)
        printf("%-14s version %3lld  %4zu words, %zu verified; this program has version %lld\n",
               system, cli_number(group, "version"), words, count_verified(group), compiled);
    json_array_append_new(
        all->results,
        json_pack("{s:s, s:I, s:I, s:I, s:I}", "system", system, "version",
                  (json_int_t)cli_number(group, "version"), "words", (json_int_t)words, "verified",
                  (json_int_t)count_verified(group), "version_of_program", (json_int_t)compiled));
    return true;
}

static enum exit_code list(struct crosswalks *all)
{
    struct err err;
    struct fetch *fetch = fetch_open(all->cli, &err);
    bool good = fetch && fetch_pages(fetch, "/v1/scopes/hq/snapshot?kind=crosswalk&limit=20",
                                     "items", "after_key", list_row, all, &err);

    fetch_close(fetch);
    if (!good)
        return cli_fail(&err);
    if (all->cli->json)
        return cli_print_json(json_pack("{s:O}", "crosswalks", all->results), EXIT_OK);
    return EXIT_OK;
}

static void print_word(const char *sign, const json_t *word)
{
    const char *note = cli_text(word, "note");

    printf("%s%-10s  %-44s  %-20s%s%s%s%s\n", sign, cli_text(word, "axis"),
           cli_text(word, "source"), cli_text(word, "word"),
           json_is_true(json_object_get(word, "verified")) ? "" : "  unverified",
           *note ? "  (" : "", note, *note ? ")" : "");
}

static bool show(struct crosswalks *all, const char *system, struct err *err)
{
    json_t *item = NULL;
    json_t *words = json_array();
    size_t index;
    json_t *word;

    if (!find_item(all, system, &item, err) || !item) {
        json_decref(words);
        return false;
    }
    json_array_foreach(json_object_get(group_of(item), "words"), index, word)
    {
        if (all->axis && strcmp(cli_text(word, "axis"), all->axis) != 0)
            continue;
        json_array_append(words, word);
        if (!all->cli->json)
            print_word("", word);
    }
    json_array_append_new(all->results, json_pack("{s:s, s:I, s:o}", "system", system, "version",
                                                  (json_int_t)cli_number(group_of(item), "version"),
                                                  "words", words));
    json_decref(item);
    return true;
}

static void print_words(const char *sign, const json_t *words)
{
    size_t index;
    json_t *word;

    json_array_foreach(words, index, word)
    {
        print_word(sign, word);
    }
}

static bool diff(struct crosswalks *all, const char *path, struct err *err)
{
    json_t *group = read_group(all, path, err);
    json_t *item = NULL;
    json_t *differences;

    if (!group || !find_item(all, cli_text(group, "system"), &item, err)) {
        json_decref(group);
        return false;
    }
    differences = crosswalk_words_compare(group_of(item), group);
    all->differs |= !same_words(differences);
    if (!all->cli->json) {
        printf("%s: register version %lld, file version %lld\n", cli_text(group, "system"),
               cli_number(group_of(item), "version"), cli_number(group, "version"));
        print_words("+ ", json_object_get(differences, "added"));
        print_words("- ", json_object_get(differences, "removed"));
        print_words("~ ", json_object_get(differences, "changed"));
    }
    json_array_append_new(
        all->results,
        json_pack("{s:s, s:I, s:I, s:o}", "system", cli_text(group, "system"), "version",
                  (json_int_t)cli_number(group, "version"), "version_before",
                  (json_int_t)cli_number(group_of(item), "version"), "differences", differences));
    json_decref(item);
    json_decref(group);
    return true;
}

static bool export_one(struct crosswalks *all, const char *system, struct err *err)
{
    json_t *item = NULL;
    char *csv;

    if (!find_item(all, system, &item, err) || !item)
        return false;
    csv = crosswalk_words_csv(group_of(item), &all->arena);
    if (!csv)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", system, "the table does not fit in memory");
    else if (all->cli->json)
        json_array_append(all->results, group_of(item));
    else
        fputs(csv, stdout);
    json_decref(item);
    return csv != NULL;
}

/* --------------------------------------------------------------------------------------------- */

static enum exit_code run(struct crosswalks *all, int argc, char **argv)
{
    static const struct {
        const char *name;
        command_fn *each;
        int most;
    } commands[] = {{"load", load_file, 100},
                    {"show", show, 1},
                    {"diff", diff, 100},
                    {"export", export_one, 1}};
    struct err err;

    if (strcmp(argv[0], "list") == 0 && argc == 1)
        return list(all);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[0], commands[i].name) != 0 || argc < 2 || argc - 1 > commands[i].most)
            continue;
        for (int arg = 1; arg < argc; arg++)
            if (!commands[i].each(all, argv[arg], &err))
                return cli_fail(&err);
        if (commands[i].each == load_file)
            return end_load(all);
        if (all->cli->json)
            return cli_print_json(json_pack("{s:O}", "crosswalks", all->results),
                                  all->differs ? EXIT_FINDINGS : EXIT_OK);
        return all->differs ? EXIT_FINDINGS : EXIT_OK;
    }
    err_set(&err, ERR_REJECT, "USAGE", "crosswalks",
            "load FILE..., list, show SYSTEM, diff FILE..., or export SYSTEM");
    return cli_fail(&err);
}

enum exit_code verb_crosswalks(struct cli *cli, int argc, char **argv)
{
    struct crosswalks all = {.cli = cli};
    const struct option options[] = {
        {"--axis", "AXIS", "show: only this axis (position, progress, label, ...)", &all.axis,
         NULL},
        {"--if-newer", NULL, "load: leave a register's table of the same or a higher version alone",
         NULL, &all.if_newer},
        {"--dry-run", NULL, "load: print the changes, send nothing", NULL, &all.dry_run},
        {0}};
    const struct usage usage = {
        "crosswalks load FILE...|list|show SYSTEM|diff FILE...|export SYSTEM [flags]",
        "What the words of a source mean in the register's words: tables, one per source system,\n"
        "each version kept. load reads SYSTEM.csv files, diff compares them with the register\n"
        "(exit code 1: they differ), export writes one back.",
        options, 1, 101};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    all.results = json_array();
    code = run(&all, argc, argv);
    json_decref(all.results);
    outbox_finish(&all.outbox);
    arena_finish(&all.arena);
    return code;
}
