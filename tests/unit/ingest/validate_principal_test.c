/* SPDX-License-Identifier: Apache-2.0 */
#include "validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 3 };

/* A new principal that passes; each test spoils one thing. */
struct sample {
    Uptake__V1__Change change;
    Uptake__V1__PrincipalIdentity identity;
    Uptake__V1__PrincipalKeys keys;
    Uptake__V1__PrincipalGrants grants;
    Uptake__V1__CurveKey key[MANY];
    Uptake__V1__CurveKey *key_list[MANY];
    Uptake__V1__BearerToken token;
    Uptake__V1__BearerToken *token_list[2];
    Uptake__V1__PushGrant push;
    Uptake__V1__PushGrant *push_list[1];
    char *groups[1];
    char *reads[1];
    uint8_t hash[32];
};

static const char *const public_keys[MANY] = {
    "0123456789abcdefghijABCDEFGHIJ.-:+=^!/*?",
    "&<>()[]{}@%$#0123456789abcdefghijABCDEFG",
    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
};

static void fill(struct sample *s)
{
    memset(s, 0, sizeof(*s));
    uptake__v1__change__init(&s->change);
    uptake__v1__principal_identity__init(&s->identity);
    uptake__v1__principal_keys__init(&s->keys);
    uptake__v1__principal_grants__init(&s->grants);
    uptake__v1__bearer_token__init(&s->token);
    uptake__v1__push_grant__init(&s->push);
    for (int i = 0; i < MANY; i++) {
        uptake__v1__curve_key__init(&s->key[i]);
        s->key[i].public_key = (char *)(uintptr_t)public_keys[i];
        s->key_list[i] = &s->key[i];
    }
    s->identity.title = (char *)"Office of the north";
    s->keys.keys = s->key_list;
    s->keys.n_keys = 2;
    s->token.token_hash = (ProtobufCBinaryData){sizeof(s->hash), s->hash};
    s->token.expires_on = (char *)"2027-01-31";
    s->token_list[0] = s->token_list[1] = &s->token;
    s->keys.tokens = s->token_list;
    s->keys.n_tokens = 1;
    s->groups[0] = (char *)"progress_report";
    s->push.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    s->push.groups = s->groups;
    s->push.n_groups = 1;
    s->push.document = (char *)"review-2020";
    s->push.unit = (char *)"unit:NORTH";
    s->push_list[0] = &s->push;
    s->grants.pushes = s->push_list;
    s->grants.n_pushes = 1;
    s->reads[0] = (char *)"region:Asia-Pacific";
    s->grants.reads = s->reads;
    s->grants.n_reads = 1;
    s->change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    s->change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL;
    s->change.document = (char *)"principals";
    s->change.subject = (char *)"principal:north-1";
    s->change.principal_identity = &s->identity;
    s->change.principal_keys = &s->keys;
    s->change.principal_grants = &s->grants;
}

static void refuses(const struct sample *s, const char *code, const char *place)
{
    struct err err = {0};

    assert_false(validate_change(&s->change, &err));
    assert_string_equal(err.code, code);
    assert_string_equal(err.place, place);
    assert_true(err.text[0]);
}

static void passes(const struct sample *s)
{
    struct err err = {0};

    if (!validate_change(&s->change, &err))
        fail_msg("%s at %s: %s", err.code, err.place, err.text);
}

static void a_whole_principal_passes(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    passes(&s);
}

static void its_key_is_its_name(void **state)
{
    static const char *const bad[] = {"principal:", "principal:North", "principal:a_b",
                                      "principal:-a", "principal:a/b"};
    struct sample s;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fill(&s);
        s.change.subject = (char *)(uintptr_t)bad[i];
        refuses(&s, "BAD_KEY", "subject");
    }
    fill(&s);
    s.change.document = (char *)"units";
    refuses(&s, "BAD_KEY", "subject");
}

static void keys_are_forty_characters_of_z85(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.key[0].public_key = (char *)"0123456789abcdefghijABCDEFGHIJ.-:+=^!/*";
    refuses(&s, "KEY_MALFORMED", "principal_keys.keys.public_key");
    s.key[0].public_key = (char *)"0123456789abcdefghijABCDEFGHIJ.-:+=^!/*~";
    refuses(&s, "KEY_MALFORMED", "principal_keys.keys.public_key");
    s.key[0].public_key = s.key[1].public_key;
    refuses(&s, "KEY_TWICE", "principal_keys.keys");
}

static void two_keys_are_in_use_at_most(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.keys.n_keys = 3;
    refuses(&s, "TOO_MANY_KEYS", "principal_keys.keys");
    s.key[0].revoked = true;
    refuses(&s, "FIELD_EMPTY", "principal_keys.keys.reason");
    s.key[0].reason = (char *)"rotated";
    passes(&s);
}

static void a_token_is_a_hash_with_a_last_day(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.token.token_hash.len = 31;
    refuses(&s, "TOKEN_MALFORMED", "principal_keys.tokens.token_hash");
    fill(&s);
    s.token.expires_on = (char *)"";
    refuses(&s, "FIELD_EMPTY", "principal_keys.tokens.expires_on");
    fill(&s);
    s.token.expires_on = (char *)"2027-02-30";
    refuses(&s, "BAD_DATE", "principal_keys.tokens.expires_on");
    fill(&s);
    s.keys.n_tokens = 2;
    refuses(&s, "KEY_TWICE", "principal_keys.tokens");
}

static void grants_name_kinds_and_groups_that_exist(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.push.kind = (Uptake__V1__ItemKind)99;
    refuses(&s, "ENUM_UNKNOWN", "principal_grants.pushes.kind");
    s.push.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNSPECIFIED;
    refuses(&s, "FIELD_MISSING", "principal_grants.pushes.kind");
    fill(&s);
    s.groups[0] = (char *)"progress";
    refuses(&s, "GROUP_UNKNOWN", "principal_grants.pushes.groups");
    s.groups[0] = (char *)"unit_contact";
    refuses(&s, "GROUP_NOT_ALLOWED", "principal_grants.pushes.groups");
    fill(&s);
    s.push.document = (char *)"d#1";
    refuses(&s, "BAD_CODE", "principal_grants.pushes.document");
}

static void reads_name_scopes(void **state)
{
    static const char *const good[] = {"hq", "public", "audit", "unit:NORTH",
                                       "region:Asia-Pacific"};
    static const char *const bad[] = {"", "HQ", "everything", "units:NORTH"};
    struct sample s;

    (void)state;
    fill(&s);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        s.reads[0] = (char *)(uintptr_t)good[i];
        passes(&s);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s.reads[0] = (char *)(uintptr_t)bad[i];
        refuses(&s, "SCOPE_UNKNOWN", "principal_grants.reads");
    }
    s.reads[0] = (char *)"region:";
    refuses(&s, "FIELD_EMPTY", "principal_grants.reads");
}

static void a_principal_has_no_other_groups(void **state)
{
    Uptake__V1__Retraction retraction = UPTAKE__V1__RETRACTION__INIT;
    struct sample s;

    (void)state;
    fill(&s);
    s.change.base_revision = 1;
    s.change.retraction = &retraction;
    refuses(&s, "GROUP_NOT_ALLOWED", "retraction");
    fill(&s);
    s.change.principal_identity = NULL;
    refuses(&s, "FIELD_MISSING", "principal_identity");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_principal_passes),
        cmocka_unit_test(its_key_is_its_name),
        cmocka_unit_test(keys_are_forty_characters_of_z85),
        cmocka_unit_test(two_keys_are_in_use_at_most),
        cmocka_unit_test(a_token_is_a_hash_with_a_last_day),
        cmocka_unit_test(grants_name_kinds_and_groups_that_exist),
        cmocka_unit_test(reads_name_scopes),
        cmocka_unit_test(a_principal_has_no_other_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
