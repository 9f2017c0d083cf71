/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring.h"

#include "sql.h"

#include <stdlib.h>
#include <string.h>

enum { HASH_BYTES = 32, HASH_HEX = 2 * HASH_BYTES + 1 };

/* A key or a token that the register knows. */
struct held {
    bool is_token;
    bool own; /* of the principal the change is about */
    bool revoked;
    const char *text; /* Z85; of a token the hash in hexadecimal digits */
};

struct keyring {
    int principal_id; /* 0: new */
    bool internal;
    struct held *held;
    int nheld;
    const char *unknown_scope; /* NULL: there are all */
};

static bool is_about_principal(const struct batch *batch)
{
    return batch->n == 1 && !batch->submissions[0]->outcome &&
           batch->submissions[0]->change->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL;
}

void keyring_steps(struct batch *batch, struct steps *steps)
{
    struct store_array keys, hashes, scopes;
    const Uptake__V1__Change *c;
    struct store_args *args;

    if (!is_about_principal(batch))
        return;
    c = batch->submissions[0]->change;
    batch->keyring = arena_zalloc(&batch->arena, sizeof(*batch->keyring));
    batch->failed |= !batch->keyring;
    store_array_init(&keys, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&hashes, &batch->arena, STORE_BYTEA_ARRAY);
    store_array_init(&scopes, &batch->arena, STORE_TEXT_ARRAY);
    for (size_t i = 0; c->principal_keys && i < c->principal_keys->n_keys; i++)
        store_array_text(&keys, c->principal_keys->keys[i]->public_key);
    for (size_t i = 0; c->principal_keys && i < c->principal_keys->n_tokens; i++)
        store_array_bytes(&hashes, c->principal_keys->tokens[i]->token_hash.data, HASH_BYTES);
    for (size_t i = 0; c->principal_grants && i < c->principal_grants->n_reads; i++)
        store_array_text(&scopes, c->principal_grants->reads[i]);
    store_arg_text(steps_add(steps, sql_find_principal), c->subject);
    args = steps_add(steps, sql_find_keys);
    store_arg_text(args, c->subject);
    store_arg_array(args, &keys);
    store_arg_array(args, &hashes);
    store_arg_array(steps_add(steps, sql_find_unknown_scopes), &scopes);
}

bool keyring_take(struct batch *batch, PGresult *const *results)
{
    struct keyring *keyring = batch->keyring;
    const PGresult *held = results[1];
    const int n = PQntuples(held);

    if (PQntuples(results[0]) > 0) {
        keyring->principal_id = (int)store_int(results[0], 0, 0);
        keyring->internal = store_bool(results[0], 0, 1);
    }
    keyring->held = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*keyring->held));
    for (int row = 0; keyring->held && row < n; row++) {
        char *text = arena_strdup(&batch->arena, store_text(held, row, 1));

        if (!text)
            return false;
        keyring->held[keyring->nheld++] = (struct held){.is_token = store_bool(held, row, 0),
                                                        .own = store_bool(held, row, 2),
                                                        .revoked = store_bool(held, row, 3),
                                                        .text = text};
    }
    if (PQntuples(results[2]) > 0) {
        keyring->unknown_scope = arena_strdup(&batch->arena, store_text(results[2], 0, 0));
        if (!keyring->unknown_scope)
            return false;
    }
    return keyring->held != NULL;
}

/* How the change speaks of a key: not at all, as one to use, as a revoked one. */
enum mention { ABSENT, IN_USE, REVOKED };

static enum mention mention_of(const Uptake__V1__PrincipalKeys *said, const struct held *held)
{
    for (size_t i = 0; !held->is_token && i < said->n_keys; i++)
        if (strcmp(said->keys[i]->public_key, held->text) == 0)
            return said->keys[i]->revoked ? REVOKED : IN_USE;
    for (size_t i = 0; held->is_token && i < said->n_tokens; i++) {
        char hex[HASH_HEX];

        bytes_to_hex(said->tokens[i]->token_hash.data, HASH_BYTES, hex);
        if (strcmp(hex, held->text) == 0)
            return said->tokens[i]->revoked ? REVOKED : IN_USE;
    }
    return ABSENT;
}

static bool may_hold(const struct held *held, enum mention mention, struct err *err)
{
    const char *place = held->is_token ? "principal_keys.tokens" : "principal_keys.keys";

    if (!held->own)
        return err_set(err, ERR_REJECT, "KEY_TAKEN_BY_OTHER", place,
                       "another principal has it, or had it; every principal has its own");
    if (mention == ABSENT)
        return err_set(err, ERR_REJECT, "KEYS_FORGOTTEN", place,
                       "\"%s\" is missing: all that were ever held stay named, the revoked too",
                       held->text);
    return !held->revoked || mention == REVOKED ||
           err_set(err, ERR_REJECT, "KEY_REVOKED", place,
                   "\"%s\" was revoked, which is for ever; make a new one", held->text);
}

/* Whoever sends this is let in afterwards; so is a service that the register cannot work without.
 */
static bool leaves_a_key(const struct keyring *keyring, const struct submission *s, struct err *err)
{
    const Uptake__V1__PrincipalKeys *said = s->change->principal_keys;
    bool had_one = false;

    if (s->sender_id != keyring->principal_id && !keyring->internal)
        return true;
    for (size_t i = 0; i < said->n_keys; i++)
        if (!said->keys[i]->revoked)
            return true;
    for (int i = 0; i < keyring->nheld; i++)
        had_one |= keyring->held[i].own && !keyring->held[i].is_token && !keyring->held[i].revoked;
    return !had_one ||
           err_set(err, ERR_REJECT, "LAST_KEY", "principal_keys.keys",
                   keyring->internal ? "a service of the register keeps a key; add the next first"
                                     : "nobody revokes his own last key; add the next one first");
}

static bool keys_allowed(const struct keyring *keyring, const struct submission *s, struct err *err)
{
    for (int i = 0; i < keyring->nheld; i++) {
        const enum mention mention = mention_of(s->change->principal_keys, &keyring->held[i]);

        if (!may_hold(&keyring->held[i], mention, err))
            return false;
    }
    return leaves_a_key(keyring, s, err);
}

static bool speaks_of_grants(const Uptake__V1__PushGrant *grant)
{
    bool named = grant->n_groups == 0;

    for (size_t i = 0; i < grant->n_groups; i++)
        named |= strcmp(grant->groups[i], group_name(GROUP_PRINCIPAL_GRANTS)) == 0;
    return named && grant->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL &&
           !grant->document[0] && !grant->unit[0];
}

static bool grants_allowed(const struct keyring *keyring, const struct submission *s,
                           struct err *err)
{
    const Uptake__V1__PrincipalGrants *said = s->change->principal_grants;
    bool goes_on = s->sender_id != keyring->principal_id;

    if (keyring->unknown_scope)
        return err_set(err, ERR_REJECT, "SCOPE_UNKNOWN", "principal_grants.reads",
                       "there is no scope \"%.60s\" yet; it opens with its first unit",
                       keyring->unknown_scope);
    for (size_t i = 0; i < said->n_pushes; i++)
        goes_on |= speaks_of_grants(said->pushes[i]);
    return goes_on || err_set(err, ERR_REJECT, "LAST_GRANT", "principal_grants.pushes",
                              "nobody takes from himself the right to say who may do what");
}

bool keyring_allows(struct batch *batch, struct submission *s)
{
    const struct keyring *keyring = batch->keyring;
    const Uptake__V1__Change *c = s->change;

    if (!keyring)
        return true;
    if (c->principal_identity && c->principal_identity->speaks_for_others && !keyring->internal)
        return err_set(&s->why, ERR_REJECT, "SPEAKER_NOT_INTERNAL",
                       "principal_identity.speaks_for_others",
                       "only a service of the register speaks for others");
    return (!c->principal_keys || keys_allowed(keyring, s, &s->why)) &&
           (!c->principal_grants || grants_allowed(keyring, s, &s->why));
}
