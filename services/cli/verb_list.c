/* SPDX-License-Identifier: Apache-2.0 */
/* uptake list: items of one kind, from the snapshot of a scope. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

/* Kinds by the plural people type, and where the words stand that tell them. */
static const struct {
    const char *plural;
    const char *kind;
    const char *group;
    const char *field;
} kinds[] = {
    {"documents", "document", "document_identity", "title"},
    {"recommendations", "recommendation", "recommendation_text", "text"},
    {"actions", "action", "action_wording", "text"},
    {"units", "unit", "unit_identity", "name"},
    {"policies", "policy", "policy_rule", "title"},
    {"reminders", "reminder", "reminder_record", "recipient"},
};

static bool take_item(void *ctx, json_t *row, struct err *err)
{
    (void)err;
    json_array_append(ctx, row);
    return true;
}

static bool ask(struct cli *cli, size_t kind, const char *document, const char *scope,
                json_t *items, struct err *err)
{
    struct fetch *fetch = fetch_open(cli, err);
    struct arena arena = {0};
    const char *in = fetch ? fetch_escape(fetch, scope ? scope : "hq", &arena) : NULL;
    const char *of = fetch ? fetch_escape(fetch, document ? document : "", &arena) : NULL;
    char *path = in && of ? arena_printf(&arena, "/v1/scopes/%s/snapshot?kind=%s&limit=200%s%s", in,
                                         kinds[kind].kind, *of ? "&document=" : "", of)
                          : NULL;
    bool good = path && fetch_pages(fetch, path, "items", "after_key", take_item, items, err);

    if (fetch && !path)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "list", "cannot ask");
    arena_finish(&arena);
    fetch_close(fetch);
    return good;
}

static void print(json_t *items, size_t kind)
{
    size_t index;
    json_t *item;

    json_array_foreach(items, index, item)
    {
        const json_t *group = json_object_get(json_object_get(item, "change"), kinds[kind].group);
        printf("%-40s %.100s\n", cli_text(item, "key"), cli_text(group, kinds[kind].field));
    }
    printf("%zu %s\n", json_array_size(items), kinds[kind].plural);
}

static bool find_kind(const char *word, size_t *kind, struct err *err)
{
    for (*kind = 0; *kind < sizeof(kinds) / sizeof(kinds[0]); (*kind)++)
        if (strcmp(word, kinds[*kind].plural) == 0 || strcmp(word, kinds[*kind].kind) == 0)
            return true;
    return err_set(err, ERR_REJECT, "USAGE", word,
                   "list documents, recommendations, actions, units, policies or reminders");
}

enum exit_code verb_list(struct cli *cli, int argc, char **argv)
{
    const char *document = NULL;
    const char *scope = NULL;
    const struct option options[] = {
        {"--document", "KEY", "only items of this document", &document, NULL},
        {"--scope", "NAME", "as this audience sees it (default: hq)", &scope, NULL},
        {0}};
    const struct usage usage = {"list [KIND] [flags]",
                                "Lists documents, or recommendations, actions, units, policies, "
                                "reminders.",
                                options, 0, 1};
    enum exit_code code = EXIT_OK;
    json_t *items;
    struct err err;
    size_t kind;

    switch (options_parse(cli, &usage, &argc, argv, &err)) {
    case OPTIONS_DONE:
        return EXIT_OK;
    case OPTIONS_BAD:
        return cli_fail(&err);
    case OPTIONS_RUN:
        break;
    }
    if (!find_kind(argc ? argv[0] : "documents", &kind, &err))
        return cli_fail(&err);
    items = json_array();
    if (!ask(cli, kind, document, scope, items, &err))
        code = cli_fail(&err);
    else if (cli->json)
        code = cli_print_json(json_pack("{s:O}", kinds[kind].plural, items), EXIT_OK);
    else
        print(items, kind);
    json_decref(items);
    return code;
}
