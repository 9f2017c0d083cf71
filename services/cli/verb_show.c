/* SPDX-License-Identifier: Apache-2.0 */
/* uptake show: one item, its field groups as they stand, and how they came about. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

static void print_value(const json_t *value)
{
    char *text;

    if (json_is_string(value)) {
        printf("%s", json_string_value(value));
        return;
    }
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    printf("%s", text ? text : "");
    free(text);
}

/* The field groups of a change: its members that are objects. */
static void print_groups(json_t *change, const char *indent)
{
    const char *group;
    const char *name;
    json_t *fields;
    json_t *value;

    json_object_foreach(change, group, fields)
    {
        if (!json_is_object(fields))
            continue;
        printf("%s%s\n", indent, group);
        json_object_foreach(fields, name, value)
        {
            printf("%s  %-16s ", indent, name);
            print_value(value);
            putchar('\n');
        }
    }
}

static void print(json_t *item)
{
    size_t index;
    json_t *entry;

    printf("%s  (%s of %s, revision %lld)\n", cli_text(item, "key"), cli_text(item, "kind"),
           cli_text(item, "document"),
           (long long)json_integer_value(json_object_get(item, "revision")));
    print_groups(json_object_get(item, "change"), "  ");
    printf("  history\n");
    json_array_foreach(json_object_get(item, "history"), index, entry)
    {
        printf("    revision %lld, %s, by %s, %s\n",
               (long long)json_integer_value(json_object_get(entry, "revision")),
               cli_text(entry, "recorded_at"), cli_text(entry, "sender"),
               cli_text(entry, "outcome"));
    }
}

enum exit_code verb_show(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {"show KEY [flags]",
                                "Shows one item as it stands, and its history. Keys look like\n"
                                "unwomen-cambodia-2020#2/3 (document, recommendation, action).",
                                options, 1, 1};
    enum exit_code code = EXIT_OK;
    struct err err;
    json_t *item;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    item = fetch_one(cli, "/v1/items/", argv[0], &err);
    if (!item)
        return cli_fail(&err);
    if (cli->json)
        return cli_print_json(item, EXIT_OK);
    print(item);
    json_decref(item);
    return code;
}
