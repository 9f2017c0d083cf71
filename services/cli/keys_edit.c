/* SPDX-License-Identifier: Apache-2.0 */
/* keys add, rotate, revoke: the keys of one principal. */
#include "key_files.h"
#include "keys.h"

#include <stdio.h>
#include <string.h>

/* Where a key comes from, and the file that was made for it. */
struct key_source {
    const char *given; /* --public-key */
    const char *make;  /* --make */
    char public_key[BUS_KEY_TEXT];
    char *path; /* NULL: none made */
};

static bool read_key(struct keys *keys, struct key_source *source, const char *name,
                     const char *ending, struct err *err)
{
    if (source->given && source->make)
        return err_set(err, ERR_REJECT, "USAGE", name, "either --public-key or --make");
    if (source->given)
        return keys_read_public(source->given, source->public_key, err);
    source->path = arena_printf(&keys->arena, "%s/%s%s.key", source->make, name, ending);
    if (!source->path)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", name, "cannot name the key file");
    return key_file_pair(source->make, source->path, source->public_key, err);
}

static json_t *shown_of(const struct key_source *source)
{
    json_t *shown = json_pack("{s:s}", "public_key", source->public_key);

    if (source->path)
        json_object_set_new(shown, "key_file", json_string(source->path));
    return shown;
}

static void add_key(struct keys *keys, const char *public_key)
{
    json_t *list = keys_list_in(keys_group(keys, "principal_keys"), "keys");

    if (!keys_find(list, "public_key", public_key))
        json_array_append_new(list, json_pack("{s:s}", "public_key", public_key));
}

static json_t *keys_of(struct keys *keys)
{
    return keys_list_in(keys_group(keys, "principal_keys"), "keys");
}

/* add ------------------------------------------------------------------------------------------ */

#define REVOKED_FOR_EVER "this key was revoked and never comes back; make another, in another place"

static bool may_add(struct keys *keys, const char *name, const char *public_key, struct err *err)
{
    const json_t *present = keys_in_use(keys_of(keys), 0);
    const json_t *key = keys_find(keys_of(keys), "public_key", public_key);

    if (key && json_is_true(json_object_get(key, "revoked")))
        return err_set(err, ERR_REJECT, "KEY_REVOKED", public_key, REVOKED_FOR_EVER);
    if (!present || key)
        return true;
    return err_set(err, ERR_REJECT, "PRINCIPAL_HAS_KEY", name,
                   "it holds another key; `uptake keys rotate %s` adds the next one", name);
}

static void set_identity(struct keys *keys, const char *name, const char *title,
                         const char *contact)
{
    json_t *identity = keys_group(keys, "principal_identity");

    if (title || !json_object_get(identity, "title"))
        json_object_set_new(identity, "title", json_string(title ? title : name));
    if (contact)
        json_object_set_new(identity, "contact", json_string(contact));
}

struct addition {
    struct key_source source;
    const char *name, *title, *contact;
};

static enum exit_code add(struct keys *keys, void *ctx)
{
    struct addition *addition = ctx;
    struct key_source *source = &addition->source;
    json_t *shown = NULL;
    struct err err;

    set_identity(keys, addition->name, addition->title, addition->contact);
    if (source->given || source->make) {
        if (!read_key(keys, source, addition->name, "", &err) ||
            !may_add(keys, addition->name, source->public_key, &err))
            return cli_fail(&err);
        add_key(keys, source->public_key);
        shown = shown_of(source);
    }
    return keys_send(keys, shown);
}

enum exit_code keys_add(struct cli *cli, int argc, char **argv)
{
    struct addition addition = {0};
    const struct option options[] = {
        {"--title", "TEXT", "who this is, for people (default: NAME)", &addition.title, NULL},
        {"--contact", "TEXT", "whom to call when it misbehaves", &addition.contact, NULL},
        {"--public-key", "FILE|Z85", "its public key, or a file that holds it",
         &addition.source.given, NULL},
        {"--make", "DIR", "make the pair here: DIR/NAME.key, mode 0600", &addition.source.make,
         NULL},
        {0}};
    const struct usage usage = {
        "keys add NAME [--public-key FILE|Z85 | --make DIR] [flags]",
        "Adds a principal with its first key. It may do nothing until `uptake keys grant`.\n"
        "Without a key it connects by a token alone (`uptake tokens add`). Harmless to repeat.",
        options, 1, 1};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    addition.name = argv[0];
    return keys_with(cli, argv[0], true, add, &addition);
}

/* rotate --------------------------------------------------------------------------------------- */

static void revoke_key(json_t *key, const char *reason)
{
    json_object_set_new(key, "revoked", json_true());
    json_object_set_new(key, "reason", json_string(reason));
}

/* The older of two; with one alone this was done before. */
static enum exit_code finish_rotation(struct keys *keys, const char *reason)
{
    const json_t *change = json_object_get(keys->item, "change");
    const json_t *present = json_object_get(json_object_get(change, "principal_keys"), "keys");

    if (keys_in_use(present, 1))
        revoke_key(keys_in_use(keys_of(keys), 0), reason);
    return keys_send(keys, NULL);
}

/* The next one may be named again; the one in use is no next, and one that was revoked never is. */
static bool may_be_next(struct keys *keys, const char *public_key, struct err *err)
{
    const json_t *held = keys_of(keys);
    const json_t *key = keys_find(held, "public_key", public_key);

    if (key && json_is_true(json_object_get(key, "revoked")))
        return err_set(err, ERR_REJECT, "KEY_REVOKED", public_key, REVOKED_FOR_EVER);
    return !key || key != keys_in_use(held, 0) || keys_in_use(held, 1) ||
           err_set(err, ERR_REJECT, "KEY_IN_USE", public_key,
                   "this is the key in use; make the next one in another place, or move this one");
}

struct rotation {
    struct key_source source;
    const char *name, *reason;
    bool done;
};

static enum exit_code rotate(struct keys *keys, void *ctx)
{
    struct rotation *rotation = ctx;
    struct key_source *source = &rotation->source;
    struct err err;

    if (rotation->done == (source->given || source->make)) {
        err_set(&err, ERR_REJECT, "USAGE", rotation->name,
                "first name the next key (--public-key or --make), later --done");
        return cli_fail(&err);
    }
    if (rotation->done)
        return finish_rotation(keys, rotation->reason);
    if (!read_key(keys, source, rotation->name, ".next", &err) ||
        !may_be_next(keys, source->public_key, &err))
        return cli_fail(&err);
    add_key(keys, source->public_key);
    return keys_send(keys, shown_of(source));
}

enum exit_code keys_rotate(struct cli *cli, int argc, char **argv)
{
    struct rotation rotation = {.reason = "rotated"};
    const struct option options[] = {
        {"--public-key", "FILE|Z85", "the next public key, or a file that holds it",
         &rotation.source.given, NULL},
        {"--make", "DIR", "make the next pair here: DIR/NAME.next.key, mode 0600",
         &rotation.source.make, NULL},
        {"--done", NULL, "it connects with the next key: revoke the older", NULL, &rotation.done},
        {"--reason", "TEXT", "why the older is revoked (default: rotated)", &rotation.reason, NULL},
        {0}};
    const struct usage usage = {
        "keys rotate NAME --public-key FILE|Z85 | --make DIR | --done",
        "Changes the key of a principal without a gap: first the next key is let in beside the "
        "one\n"
        "in use; once the principal uses it, --done revokes the older. Harmless to repeat.",
        options, 1, 1};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    rotation.name = argv[0];
    return keys_with(cli, argv[0], false, rotate, &rotation);
}

/* revoke --------------------------------------------------------------------------------------- */

struct revocation {
    const char *key, *reason; /* the key as typed */
};

static enum exit_code revoke(struct keys *keys, void *ctx)
{
    const struct revocation *revocation = ctx;
    char public_key[BUS_KEY_TEXT];
    struct err err;
    json_t *key;

    if (!keys_read_public(revocation->key, public_key, &err))
        return cli_fail(&err);
    key = keys_find(keys_of(keys), "public_key", public_key);
    if (!key) {
        err_set(&err, ERR_REJECT, "KEY_UNKNOWN", keys->subject,
                "it does not hold this key; `uptake keys list` shows those it holds");
        return cli_fail(&err);
    }
    if (!json_is_true(json_object_get(key, "revoked")))
        revoke_key(key, revocation->reason);
    return keys_send(keys, NULL);
}

enum exit_code keys_revoke(struct cli *cli, int argc, char **argv)
{
    struct revocation revocation = {0};
    const struct option options[] = {
        {"--reason", "TEXT", "why, for the record", &revocation.reason, NULL}, {0}};
    const struct usage usage = {"keys revoke NAME KEY --reason TEXT",
                                "Revokes a key (Z85, or a file that holds it): deaf at once, and "
                                "for ever. Write -- before\n"
                                "a key that begins with a dash.",
                                options, 2, 2};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!revocation.reason) {
        err_set(&err, ERR_REJECT, "FLAG_MISSING", "--reason", "say why, for the record");
        return cli_fail(&err);
    }
    revocation.key = argv[1];
    return keys_with(cli, argv[0], false, revoke, &revocation);
}
