/* SPDX-License-Identifier: Apache-2.0 */
/* uptake history: who said what of an item, and when; one line per change, oldest first. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_MOST = 48 }; /* characters shown of one value */

struct history {
    bool json;
    json_t *entries; /* with --json */
    size_t n;
};

static void put_value(json_t *value)
{
    char *text;

    if (json_is_string(value)) {
        putchar('"');
        cli_put_short(json_string_value(value), VALUE_MOST);
        putchar('"');
        return;
    }
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    cli_put_short(text ? text : "", VALUE_MOST);
    free(text);
}

/* action_wording{code="1" text="..."}: the source's own word stands in the member `source`. */
static void put_group(const char *name, json_t *group)
{
    const char *between = "";
    const char *field;
    json_t *value;

    printf("  %s{", name);
    json_object_foreach(group, field, value)
    {
        printf("%s%s=", between, field);
        put_value(value);
        between = " ";
    }
    putchar('}');
}

static void print(json_t *entry)
{
    json_t *change = json_object_get(entry, "change");
    const char *outcome = cli_text(entry, "outcome");
    const char *name;
    json_t *group;

    printf("%lld  %s  %s", cli_number(entry, "revision"), cli_text(entry, "recorded_at"),
           cli_text(entry, "sender"));
    if (strcmp(outcome, "committed") != 0)
        printf(" (%s)", outcome);
    if (!json_is_object(change))
        printf("  redacted");
    json_object_foreach(change, name, group)
    {
        if (json_is_object(group))
            put_group(name, group);
    }
    putchar('\n');
}

static bool take_entry(void *ctx, json_t *entry, struct err *err)
{
    struct history *history = ctx;

    (void)err;
    history->n++;
    if (history->json)
        json_array_append(history->entries, entry);
    else
        print(entry);
    return true;
}

enum exit_code verb_history(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {
        "history KEY [flags]",
        "Shows who said what of an item and when: one line per change, oldest first, with each\n"
        "field group it set. `source` is the word or text of the document that was read.",
        options, 1, 1};
    struct history history = {0};
    struct listing listing = {.before = "/v1/history/", .behind = "", .items = "history"};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    history.json = cli->json;
    history.entries = json_array();
    listing.name = argv[0];
    if (!fetch_listing(cli, &listing, take_entry, &history, &err))
        code = cli_fail(&err);
    else if (cli->json)
        code = cli_print_json(json_pack("{s:s, s:O}", "key", argv[0], "history", history.entries),
                              EXIT_OK);
    else
        printf("%zu change%s\n", history.n, cli_s(history.n));
    json_decref(history.entries);
    return code;
}
