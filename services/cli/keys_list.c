/* SPDX-License-Identifier: Apache-2.0 */
/* keys list: who may connect, with what, and what each may do. */
#include "fetch.h"
#include "keys.h"

#include <stdio.h>
#include <string.h>

struct listed {
    struct cli *cli;
    const char *only; /* a name; NULL: all */
    json_t *principals;
};

static void print_keys(const json_t *keys)
{
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *key = json_array_get(keys, i);

        printf("    key   %s%s%s\n", cli_text(key, "public_key"),
               json_is_true(json_object_get(key, "revoked")) ? "  revoked: " : "",
               cli_text(key, "reason"));
    }
}

static void print_tokens(const json_t *tokens)
{
    for (size_t i = 0; i < json_array_size(tokens); i++) {
        const json_t *token = json_array_get(tokens, i);

        printf("    token %.16s  until %s%s%s%s\n", cli_text(token, "token_hash"),
               cli_text(token, "expires_on"),
               json_is_true(json_object_get(token, "revoked")) ? "  revoked" : "",
               *cli_text(token, "note") ? "  " : "", cli_text(token, "note"));
    }
}

static void print_grants(const json_t *grants)
{
    const json_t *pushes = json_object_get(grants, "pushes");
    const json_t *reads = json_object_get(grants, "reads");

    for (size_t i = 0; i < json_array_size(pushes); i++) {
        const json_t *push = json_array_get(pushes, i);
        const json_t *groups = json_object_get(push, "groups");

        printf("    push  %s", cli_text(push, "kind"));
        for (size_t j = 0; j < json_array_size(groups); j++)
            printf("%s%s", j ? "," : ":", json_string_value(json_array_get(groups, j)));
        printf("%s%s%s%s\n", *cli_text(push, "document") ? "  document " : "",
               cli_text(push, "document"), *cli_text(push, "unit") ? "  " : "",
               cli_text(push, "unit"));
    }
    for (size_t i = 0; i < json_array_size(reads); i++)
        printf("    read  %s\n", json_string_value(json_array_get(reads, i)));
}

static bool on_row(void *ctx, json_t *row, struct err *err)
{
    struct listed *listed = ctx;
    const json_t *change = json_object_get(row, "change");
    const json_t *identity = json_object_get(change, "principal_identity");
    const json_t *keys = json_object_get(change, "principal_keys");
    const char *name = cli_text(row, "key") + strlen("principal:");
    json_t *principal;

    if (listed->only && strcmp(name, listed->only) != 0)
        return true;
    principal =
        json_pack("{s:s, s:I}", "name", name, "revision", (json_int_t)cli_number(row, "revision"));
    json_object_update(principal, (json_t *)(uintptr_t)identity);
    json_object_update(principal, (json_t *)(uintptr_t)keys);
    json_object_update(principal, json_object_get(change, "principal_grants"));
    if (json_array_append_new(listed->principals, principal) != 0)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", name, "cannot hold the principals");
    if (listed->cli->json)
        return true;
    printf("%s  %s%s%s\n", name, cli_text(identity, "title"),
           *cli_text(identity, "contact") ? "  contact: " : "", cli_text(identity, "contact"));
    if (json_is_true(json_object_get(identity, "speaks_for_others")))
        printf("    speaks for others\n");
    print_keys(json_object_get(keys, "keys"));
    print_tokens(json_object_get(keys, "tokens"));
    print_grants(json_object_get(change, "principal_grants"));
    return true;
}

static enum exit_code list(struct listed *listed)
{
    struct err err;
    struct fetch *fetch = fetch_open(listed->cli, &err);
    bool good = fetch && fetch_pages(fetch, "/v1/scopes/audit/snapshot?kind=principal&limit=100",
                                     "items", "after_key", on_row, listed, &err);

    fetch_close(fetch);
    if (good && listed->only && json_array_size(listed->principals) == 0)
        good = err_set(&err, ERR_REJECT, "NOT_FOUND", listed->only,
                       "the register was told of no principal of that name");
    if (!good)
        return cli_fail(&err);
    if (listed->cli->json)
        return cli_print_json(json_pack("{s:O}", "principals", listed->principals), EXIT_OK);
    return EXIT_OK;
}

enum exit_code keys_list(struct cli *cli, int argc, char **argv)
{
    struct listed listed = {.cli = cli};
    const struct option options[] = {{0}};
    const struct usage usage = {"keys list [NAME] [flags]",
                                "Principals with their keys, tokens (by the beginning of their "
                                "hash) and grants. For those\n"
                                "who may read scope audit.",
                                options, 0, 1};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    listed.only = argc > 0 ? argv[0] : NULL;
    listed.principals = json_array();
    code = list(&listed);
    json_decref(listed.principals);
    return code;
}
