/* SPDX-License-Identifier: Apache-2.0 */
/* uptake tokens: bearer tokens of principals, and links that sign a browser in. */
#include "base/bytes.h"
#include "base/date.h"
#include "fetch.h"
#include "key_files.h"
#include "keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    TOKEN_DAYS = 365,
    PREFIX_LEAST = 8, /* digits of a hash that name a token */
    HASH_HEX = 2 * TOKEN_HASH_BYTES + 1,
};

static enum exit_code signin(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {"tokens signin [flags]",
                                "Prints a link that signs a browser in to the dashboard. It works "
                                "once and not for long.",
                                options, 0, 0};
    enum exit_code code;
    struct fetch *fetch;
    json_t *link;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    fetch = fetch_open(cli, &err);
    link = fetch ? fetch_post(fetch, "/v1/signin-links", &err) : NULL;
    fetch_close(fetch);
    if (!link)
        return cli_fail(&err);
    if (cli->json)
        return cli_print_json(link, EXIT_OK);
    printf("%s\n", cli_text(link, "url"));
    json_decref(link);
    return EXIT_OK;
}

static json_t *tokens_of(struct keys *keys)
{
    return keys_list_in(keys_group(keys, "principal_keys"), "tokens");
}

/* add ------------------------------------------------------------------------------------------ */

static bool last_day(struct cli *cli, const char *given, char text[DATE_TEXT], struct err *err)
{
    struct date day;

    if (given ? !date_parse(given, "--expires", &day, err) : !cli_today(cli, &day, err))
        return false;
    date_format(given ? day : date_add_days(day, TOKEN_DAYS), text);
    return true;
}

struct token {
    const char *expires, *note;
};

static enum exit_code add_token(struct keys *keys, void *ctx)
{
    const struct token *given = ctx;
    char secret[TOKEN_TEXT], hex[HASH_HEX], last[DATE_TEXT];
    uint8_t hash[TOKEN_HASH_BYTES];
    enum exit_code code;
    struct err err;
    json_t *token;

    if (!last_day(keys->cli, given->expires, last, &err))
        return cli_fail(&err);
    token_make(secret, hash);
    bytes_to_hex(hash, sizeof(hash), hex);
    token = json_pack("{s:s, s:s}", "token_hash", hex, "expires_on", last);
    if (given->note)
        json_object_set_new(token, "note", json_string(given->note));
    json_array_append_new(tokens_of(keys), token);
    code = keys_send(
        keys, json_pack("{s:s, s:s, s:s}", "token", secret, "token_hash", hex, "expires_on", last));
    explicit_bzero(secret, sizeof(secret));
    return code;
}

static enum exit_code add(struct cli *cli, int argc, char **argv)
{
    struct token token = {0};
    const struct option options[] = {
        {"--expires", "DAY", "its last day (default: in 365 days)", &token.expires, NULL},
        {"--note", "TEXT", "what it is for", &token.note, NULL},
        {0}};
    const struct usage usage = {
        "tokens add NAME [--expires DAY] [--note TEXT]",
        "A new bearer token for a principal, for reading and pushing over HTTP. The secret is\n"
        "printed once; the register keeps its hash alone. Each call makes another.",
        options, 1, 1};
    enum exit_code code;

    return options_run(cli, &usage, &argc, argv, &code)
               ? keys_with(cli, argv[0], false, add_token, &token)
               : code;
}

/* revoke --------------------------------------------------------------------------------------- */

/* The one whose hash begins so. */
static json_t *find_token(struct keys *keys, const char *prefix, struct err *err)
{
    json_t *found = NULL;
    size_t index;
    json_t *token;

    json_array_foreach(tokens_of(keys), index, token)
    {
        if (strncasecmp(cli_text(token, "token_hash"), prefix, strlen(prefix)) != 0)
            continue;
        if (found)
            return err_null(err, ERR_REJECT, "TOKEN_AMBIGUOUS", prefix,
                            "several begin so; write more digits");
        found = token;
    }
    if (!found || strlen(prefix) < PREFIX_LEAST)
        return err_null(err, ERR_REJECT, "TOKEN_UNKNOWN", prefix,
                        "at least %d digits of a hash that `uptake tokens list` shows",
                        PREFIX_LEAST);
    return found;
}

static enum exit_code revoke_token(struct keys *keys, void *ctx)
{
    struct err err;
    json_t *token = find_token(keys, ctx, &err);

    if (!token)
        return cli_fail(&err);
    json_object_set_new(token, "revoked", json_true());
    return keys_send(keys, NULL);
}

static enum exit_code revoke(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {
        "tokens revoke NAME HASH",
        "Revokes the token whose hash begins so: deaf at once, for ever, and with "
        "it the sessions\nand calendars whose links it made.",
        options, 2, 2};
    enum exit_code code;

    return options_run(cli, &usage, &argc, argv, &code)
               ? keys_with(cli, argv[0], false, revoke_token, argv[1])
               : code;
}

/* list ----------------------------------------------------------------------------------------- */

static void print_token(const json_t *token)
{
    printf("%.16s  until %s%s%s%s\n", cli_text(token, "token_hash"), cli_text(token, "expires_on"),
           json_is_true(json_object_get(token, "revoked")) ? "  revoked" : "",
           *cli_text(token, "note") ? "  " : "", cli_text(token, "note"));
}

static enum exit_code list_tokens(struct keys *keys, void *ctx)
{
    const json_t *token;
    size_t i;

    (void)ctx;
    if (keys->cli->json)
        return cli_print_json(json_pack("{s:O}", "tokens", tokens_of(keys)), EXIT_OK);
    json_array_foreach(tokens_of(keys), i, token) print_token(token);
    return EXIT_OK;
}

static enum exit_code list(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {"tokens list NAME [flags]",
                                "A principal's tokens by the beginning of their hash.", options, 1,
                                1};
    enum exit_code code;

    return options_run(cli, &usage, &argc, argv, &code)
               ? keys_with(cli, argv[0], false, list_tokens, NULL)
               : code;
}

enum exit_code verb_tokens(struct cli *cli, int argc, char **argv)
{
    static const struct command commands[] = {
        {"signin", signin, "a link that signs a browser in, once"},
        {"add", add, "a new bearer token, printed once"},
        {"list", list, "a principal's tokens"},
        {"revoke", revoke, "a token is deaf at once, and for ever"},
        {0}};

    return keys_run(cli, commands, "Bearer tokens of principals, and sign-in links.", argc, argv);
}
