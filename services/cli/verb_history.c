/* SPDX-License-Identifier: Apache-2.0 */
/* uptake history: who said what of an item, when, and where that was read; oldest first. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

struct history {
    bool json;
    json_t *entries; /* with --json */
    size_t n;
};

/* "from FILE, PLACE": where in which document it was read. */
static void print_source(const json_t *entry)
{
    const char *name = cli_text(entry, "source_name");
    const char *place = cli_text(entry, "place");

    if (*name || *place)
        printf("      from %s%s%s\n", name, *name && *place ? ", " : "", place);
}

static void print(const json_t *entry)
{
    const json_t *said = json_object_get(entry, "said");
    const char *outcome = cli_text(entry, "outcome");

    printf("%lld  %s  %s", cli_number(entry, "revision"), cli_text(entry, "recorded_at"),
           cli_text(entry, "sender"));
    if (strcmp(outcome, "committed") != 0)
        printf(" (%s)", outcome);
    if (!json_is_object(json_object_get(entry, "change")))
        printf("  redacted");
    putchar('\n');
    print_source(entry);
    for (size_t i = 0; i < json_array_size(said); i++)
        printf("      %s\n", cli_text(json_array_get(said, i), "text"));
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
        "Shows who said what of an item and when, oldest first: where in which document it was\n"
        "read, and one line for each field group, with the old value beside the new one. What was\n"
        "written in the source stands behind \"as written\".",
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
