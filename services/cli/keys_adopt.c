/* SPDX-License-Identifier: Apache-2.0 */
/* keys adopt: what bootstrap wrote into the database is said as changes of the register too, so
 * that `keys list` shows it and the other commands can go on from it. */
#include "base/bytes.h"
#include "base/date.h"
#include "key_files.h"
#include "keys.h"
#include "lines.h"
#include "wire/wire.h"

#include <stdio.h>
#include <string.h>
#include <uptake/v1/words.pb-c.h>

enum {
    TOKEN_DAYS = 365,
    TOKEN_EXTEND_DAYS = 30,
    PATH_BYTES = 4096,
    HASH_HEX = 2 * TOKEN_HASH_BYTES + 1,
};

/* As bootstrap lets them in. */
static const struct starter {
    const char *name, *title;
    const char *key_file;
    const char *token_file; /* NULL: has none */
    bool speaks_for_others;
    bool may_everything;
    const char *pushes; /* the only kind it may push; NULL: none */
} starters[] = {
    {"ingest", "ingest, which records changes", "ingest.key", NULL, false, false, NULL},
    {"workflow", "workflow, which reminds", "workflow.key", NULL, false, false, "reminder"},
    {"reporting", "reporting, which answers questions", "reporting.key", NULL, true, false, NULL},
    {"operator", "who runs the register", "cli.key", "cli.token", false, true, NULL},
};

static bool join(const char *folder, const char *file, char path[PATH_BYTES], struct err *err)
{
    return snprintf(path, PATH_BYTES, "%s/%s", folder, file) < PATH_BYTES ||
           err_set(err, ERR_REJECT, "PATH_TOO_LONG", file, "choose a shorter folder");
}

static bool add_key(struct keys *keys, const char *folder, const char *file, struct err *err)
{
    json_t *list = keys_list_in(keys_group(keys, "principal_keys"), "keys");
    char public_key[BUS_KEY_TEXT];
    char path[PATH_BYTES];

    if (!join(folder, file, path, err) || !bus_key_read_public(path, public_key, err))
        return false;
    if (!keys_find(list, "public_key", public_key))
        json_array_append_new(list, json_pack("{s:s}", "public_key", public_key));
    return true;
}

/* Bootstrap extends a token that is about to expire; so does this. */
static bool add_token(struct keys *keys, const char *folder, const char *file, struct err *err)
{
    json_t *list = keys_list_in(keys_group(keys, "principal_keys"), "tokens");
    uint8_t hash[TOKEN_HASH_BYTES];
    char hex[HASH_HEX], soon[DATE_TEXT], last[DATE_TEXT];
    char path[PATH_BYTES];
    struct date today;
    json_t *token;

    if (!join(folder, file, path, err) || !token_file_hash(path, hash, err) ||
        !cli_today(keys->cli, &today, err))
        return false;
    bytes_to_hex(hash, sizeof(hash), hex);
    date_format(date_add_days(today, TOKEN_EXTEND_DAYS), soon);
    date_format(date_add_days(today, TOKEN_DAYS), last);
    token = keys_find(list, "token_hash", hex);
    if (!token)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "token_hash", hex, "expires_on",
                                              last, "note", "made by bootstrap"));
    else if (!json_is_true(json_object_get(token, "revoked")) &&
             strcmp(cli_text(token, "expires_on"), soon) < 0)
        json_object_set_new(token, "expires_on", json_string(last));
    return true;
}

static void set_grants(struct keys *keys, const struct starter *starter)
{
    json_t *group = keys_group(keys, "principal_grants");
    json_t *pushes = keys_list_in(group, "pushes");

    for (int kind = 1; kind <= UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE; kind++) {
        const char *word = wire_word(&uptake__v1__item_kind__descriptor, kind);

        if (starter->may_everything || (starter->pushes && strcmp(starter->pushes, word) == 0))
            json_array_append_new(pushes, json_pack("{s:s}", "kind", word));
    }
    if (starter->may_everything)
        json_object_set_new(group, "reads", json_pack("[s, s]", "hq", "audit"));
}

static bool adopt_one(struct keys *keys, const char *folder, const struct starter *starter,
                      struct err *err)
{
    if (!keys->item) {
        json_object_set_new(keys_group(keys, "principal_identity"), "title",
                            json_string(starter->title));
        if (starter->speaks_for_others)
            json_object_set_new(keys_group(keys, "principal_identity"), "speaks_for_others",
                                json_true());
        set_grants(keys, starter);
    }
    return add_key(keys, folder, starter->key_file, err) &&
           (!starter->token_file || add_token(keys, folder, starter->token_file, err)) &&
           keys_add_change(keys, err);
}

/* All go in one outbox, which each principal borrows in turn. */
static bool adopt(struct cli *cli, const char *folder, struct outbox *sent, struct err *err)
{
    for (size_t i = 0; i < sizeof(starters) / sizeof(starters[0]); i++) {
        struct keys keys;
        bool good = keys_open(&keys, cli, starters[i].name, true, err);

        if (good) {
            keys.outbox = *sent;
            good = adopt_one(&keys, folder, &starters[i], err);
            *sent = keys.outbox;
            keys.outbox = (struct outbox){0};
        }
        keys_close(&keys);
        if (!good)
            return false;
    }
    return true;
}

enum exit_code keys_adopt(struct cli *cli, int argc, char **argv)
{
    struct outbox outbox = {0};
    const char *folder = NULL;
    const struct option options[] = {
        {"--keys", "DIR", "folder of the key files that bootstrap made", &folder, NULL}, {0}};
    const struct usage usage = {
        "keys adopt --keys DIR [flags]",
        "Says in the register whom bootstrap let in: ingest, workflow, reporting and the "
        "operator,\n"
        "with their keys and grants, so that the other commands can go on from it. What was said\n"
        "of them already stays; only a key or token that is new is added. Harmless to repeat.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!folder) {
        err_set(&err, ERR_REJECT, "FLAG_MISSING", "--keys", "name the folder of the key files");
        return cli_fail(&err);
    }
    if (adopt(cli, folder, &outbox, &err))
        return edit_send(cli, &outbox);
    outbox_finish(&outbox);
    return cli_fail(&err);
}
