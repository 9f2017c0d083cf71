/* SPDX-License-Identifier: Apache-2.0 */
/* What the groups of a principal must keep, as far as the change alone shows it; what its present
 * keys forbid besides stands in keyring.c. */
#include "checks.h"
#include "groups.h"

#include <string.h>

enum {
    CURVE_KEY_CHARACTERS = 40,
    TOKEN_HASH_BYTES = 32,
    KEYS_IN_USE_MOST = 2, /* the one in use and the one to come */
};

bool check_principal_name(const char *name, struct err *err)
{
    const size_t len = strlen(name);

    if (len > 0 && len <= CODE_BYTES &&
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len && name[0] != '-')
        return true;
    return err_set(err, ERR_REJECT, "BAD_KEY", "subject",
                   "principal:NAME, the name at most %d of a-z, 0-9 and -", CODE_BYTES);
}

static bool check_identity(const Uptake__V1__PrincipalIdentity *p, struct err *err)
{
    return check_line(p->title, "principal_identity.title", NAME_BYTES, true, err) &&
           check_line(p->contact, "principal_identity.contact", NAME_BYTES, false, err);
}

static bool check_curve_key(const Uptake__V1__CurveKey *key, struct err *err)
{
    static const char z85[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              ".-:+=^!/*?&<>()[]{}@%$#";

    if (strlen(key->public_key) != CURVE_KEY_CHARACTERS ||
        strspn(key->public_key, z85) != CURVE_KEY_CHARACTERS)
        return err_set(err, ERR_REJECT, "KEY_MALFORMED", "principal_keys.keys.public_key",
                       "a public key is %d characters of Z85", CURVE_KEY_CHARACTERS);
    return check_line(key->reason, "principal_keys.keys.reason", NAME_BYTES, key->revoked, err);
}

static bool check_curve_keys(const Uptake__V1__PrincipalKeys *p, struct err *err)
{
    int in_use = 0;

    for (size_t i = 0; i < p->n_keys; i++) {
        if (!check_curve_key(p->keys[i], err))
            return false;
        for (size_t earlier = 0; earlier < i; earlier++)
            if (strcmp(p->keys[earlier]->public_key, p->keys[i]->public_key) == 0)
                return err_set(err, ERR_REJECT, "KEY_TWICE", "principal_keys.keys",
                               "the same key stands here twice");
        in_use += !p->keys[i]->revoked;
    }
    if (in_use > KEYS_IN_USE_MOST)
        return err_set(err, ERR_REJECT, "TOO_MANY_KEYS", "principal_keys.keys",
                       "%d are not revoked, limit %d: the one in use and the one to come", in_use,
                       KEYS_IN_USE_MOST);
    return check_count(p->n_keys, "principal_keys.keys", err);
}

static bool check_tokens(const Uptake__V1__PrincipalKeys *p, struct err *err)
{
    for (size_t i = 0; i < p->n_tokens; i++) {
        const Uptake__V1__BearerToken *token = p->tokens[i];

        if (token->token_hash.len != TOKEN_HASH_BYTES)
            return err_set(err, ERR_REJECT, "TOKEN_MALFORMED", "principal_keys.tokens.token_hash",
                           "%zu bytes, expected %d: the hash, never the secret",
                           token->token_hash.len, TOKEN_HASH_BYTES);
        for (size_t earlier = 0; earlier < i; earlier++)
            if (memcmp(p->tokens[earlier]->token_hash.data, token->token_hash.data,
                       TOKEN_HASH_BYTES) == 0)
                return err_set(err, ERR_REJECT, "KEY_TWICE", "principal_keys.tokens",
                               "the same token stands here twice");
        if (!check_required(token->expires_on, "principal_keys.tokens.expires_on", err) ||
            !check_date(token->expires_on, "principal_keys.tokens.expires_on", err) ||
            !check_line(token->note, "principal_keys.tokens.note", NAME_BYTES, false, err))
            return false;
    }
    return check_count(p->n_tokens, "principal_keys.tokens", err);
}

static bool check_group_names(const Uptake__V1__PushGrant *grant, struct err *err)
{
    for (size_t i = 0; i < grant->n_groups; i++) {
        const int group = group_number(grant->groups[i]);

        if (!group)
            return err_set(err, ERR_REJECT, "GROUP_UNKNOWN", "principal_grants.pushes.groups",
                           "no field group is called that; see items.proto");
        if (!(groups_allowed(grant->kind) & GROUP_BIT(group)))
            return err_set(err, ERR_REJECT, "GROUP_NOT_ALLOWED", "principal_grants.pushes.groups",
                           "an item of that kind has no %s", group_name(group));
    }
    return check_count(grant->n_groups, "principal_grants.pushes.groups", err);
}

static bool check_push(const Uptake__V1__PushGrant *grant, struct err *err)
{
    return check_said_word(&uptake__v1__item_kind__descriptor, (int)grant->kind,
                           "principal_grants.pushes.kind", err) &&
           check_group_names(grant, err) &&
           check_line(grant->document, "principal_grants.pushes.document", KEY_BYTES, false, err) &&
           check_slug(grant->document, "principal_grants.pushes.document", err) &&
           check_line(grant->unit, "principal_grants.pushes.unit", KEY_BYTES, false, err);
}

static bool check_read(const char *scope, struct err *err)
{
    static const char *const prefixes[] = {"region:", "unit:"};

    if (strcmp(scope, "hq") == 0 || strcmp(scope, "public") == 0 || strcmp(scope, "audit") == 0)
        return true;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        const size_t len = strlen(prefixes[i]);

        if (strncmp(scope, prefixes[i], len) == 0)
            return check_line(scope + len, "principal_grants.reads", KEY_BYTES, true, err) &&
                   check_slug(scope + len, "principal_grants.reads", err);
    }
    return err_set(err, ERR_REJECT, "SCOPE_UNKNOWN", "principal_grants.reads",
                   "a scope is hq, public, audit, region:NAME or unit:CODE");
}

static bool check_grants(const Uptake__V1__PrincipalGrants *grants, struct err *err)
{
    for (size_t i = 0; i < grants->n_pushes; i++)
        if (!check_push(grants->pushes[i], err))
            return false;
    for (size_t i = 0; i < grants->n_reads; i++)
        if (!check_read(grants->reads[i], err))
            return false;
    return check_count(grants->n_pushes, "principal_grants.pushes", err) &&
           check_count(grants->n_reads, "principal_grants.reads", err);
}

bool check_principal_groups(const Uptake__V1__Change *c, struct err *err)
{
    return (!c->principal_identity || check_identity(c->principal_identity, err)) &&
           (!c->principal_keys ||
            (check_curve_keys(c->principal_keys, err) && check_tokens(c->principal_keys, err))) &&
           (!c->principal_grants || check_grants(c->principal_grants, err));
}
