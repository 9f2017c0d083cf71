/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { PRINCIPAL = 7, OPERATOR = 4, COLUMNS = 4, HASH_BYTES = 32 };

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* What the register holds, and a change of it; each test says its own. */
struct sample {
    struct batch batch;
    struct submission submission;
    Uptake__V1__Change change;
    Uptake__V1__PrincipalIdentity identity;
    Uptake__V1__PrincipalKeys keys;
    Uptake__V1__PrincipalGrants grants;
    Uptake__V1__CurveKey key[2];
    Uptake__V1__CurveKey *key_list[2];
    Uptake__V1__BearerToken token;
    Uptake__V1__BearerToken *token_list[1];
    Uptake__V1__PushGrant push;
    Uptake__V1__PushGrant *push_list[1];
    uint8_t hash[HASH_BYTES];
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
    for (int i = 0; i < 2; i++) {
        uptake__v1__curve_key__init(&s->key[i]);
        s->key_list[i] = &s->key[i];
    }
    memset(s->hash, 0xaa, sizeof(s->hash));
    s->key[0].public_key = (char *)"key-one";
    s->key[1].public_key = (char *)"key-two";
    s->keys.keys = s->key_list;
    s->keys.n_keys = 1;
    s->token.token_hash = (ProtobufCBinaryData){HASH_BYTES, s->hash};
    s->token_list[0] = &s->token;
    s->keys.tokens = s->token_list;
    s->push.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL;
    s->push_list[0] = &s->push;
    s->grants.pushes = s->push_list;
    s->change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL;
    s->change.subject = (char *)"principal:office";
    s->submission.change = &s->change;
    s->submission.sender_id = OPERATOR;
    batch_init(&s->batch, 1, 0);
    batch_add(&s->batch, &s->submission);
}

static PGresult *table(const char *const rows[][COLUMNS], int n)
{
    PGresAttDesc columns[COLUMNS] = {
        {.name = (char *)"a"}, {.name = (char *)"b"}, {.name = (char *)"c"}, {.name = (char *)"d"}};
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);

    assert_true(PQsetResultAttrs(result, COLUMNS, columns));
    for (int row = 0; row < n; row++)
        for (int column = 0; column < COLUMNS; column++)
            assert_true(PQsetvalue(result, row, column, (char *)(uintptr_t)rows[row][column],
                                   (int)strlen(rows[row][column])));
    return result;
}

/* The register: the principal (internal or not), and up to two keys: is_token, text, own, revoked.
 */
static bool judge(struct sample *s, const char *internal, const char *const held[][COLUMNS], int n,
                  const char *unknown_scope)
{
    const char *const principal[][COLUMNS] = {{"7", internal, "", ""}};
    const char *const scopes[][COLUMNS] = {{unknown_scope ? unknown_scope : "", "", "", ""}};
    struct steps steps = {.arena = &s->batch.arena};
    PGresult *results[3] = {table(principal, 1), table(held, n),
                            table(scopes, unknown_scope ? 1 : 0)};
    bool allowed;

    keyring_steps(&s->batch, &steps);
    assert_int_equal(steps.n, 3);
    assert_true(keyring_take(&s->batch, results));
    allowed = keyring_allows(&s->batch, &s->submission);
    for (int i = 0; i < 3; i++)
        PQclear(results[i]);
    arena_finish(&s->batch.arena);
    return allowed;
}

static void refuses(struct sample *s, const char *internal, const char *const held[][COLUMNS],
                    int n, const char *code)
{
    assert_false(judge(s, internal, held, n, NULL));
    assert_string_equal(s->submission.why.code, code);
}

static const char *const one_key[][COLUMNS] = {{"f", "key-one", "t", "f"}};
static const char *const revoked_key[][COLUMNS] = {{"f", "key-one", "t", "t"}};
static const char *const foreign_key[][COLUMNS] = {{"f", "key-one", "f", "t"}};
static const char *const one_token[][COLUMNS] = {{"t", HASH_A, "t", "f"}};
static const char *const revoked_token[][COLUMNS] = {{"t", HASH_A, "t", "t"}};
static const char *const foreign_token[][COLUMNS] = {{"t", HASH_A, "f", "f"}};

static void a_second_key_joins_the_first(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.keys.n_keys = 2;
    s.change.principal_keys = &s.keys;
    assert_true(judge(&s, "f", one_key, 1, NULL));
}

static void what_was_ever_held_stays_named(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.key[0].public_key = (char *)"key-two";
    refuses(&s, "f", one_key, 1, "KEYS_FORGOTTEN");
    fill(&s);
    s.change.principal_keys = &s.keys;
    refuses(&s, "f", one_token, 1, "KEYS_FORGOTTEN");
    assert_string_equal(s.submission.why.place, "principal_keys.tokens");
}

static void revoked_is_for_ever(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_keys = &s.keys;
    refuses(&s, "f", revoked_key, 1, "KEY_REVOKED");
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.key[0].revoked = true;
    assert_true(judge(&s, "f", revoked_key, 1, NULL));
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.keys.n_tokens = 1;
    refuses(&s, "f", revoked_token, 1, "KEY_REVOKED");
}

static void nobody_takes_the_key_of_another(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_keys = &s.keys;
    refuses(&s, "f", foreign_key, 1, "KEY_TAKEN_BY_OTHER");
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.keys.n_tokens = 1;
    refuses(&s, "f", foreign_token, 1, "KEY_TAKEN_BY_OTHER");
}

static void the_last_key_is_kept_by_its_owner_and_by_services(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.key[0].revoked = true;
    assert_true(judge(&s, "f", one_key, 1, NULL)); /* the operator revokes another's */
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.key[0].revoked = true;
    s.submission.sender_id = PRINCIPAL;
    refuses(&s, "f", one_key, 1, "LAST_KEY");
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.key[0].revoked = true;
    refuses(&s, "t", one_key, 1, "LAST_KEY");
    fill(&s);
    s.change.principal_keys = &s.keys;
    s.keys.n_keys = 2;
    s.key[0].revoked = true;
    s.submission.sender_id = PRINCIPAL;
    assert_true(judge(&s, "f", one_key, 1, NULL));
}

static void the_right_to_say_who_may_what_is_kept(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_grants = &s.grants;
    s.submission.sender_id = PRINCIPAL;
    refuses(&s, "f", one_key, 1, "LAST_GRANT");
    fill(&s);
    s.change.principal_grants = &s.grants;
    s.grants.n_pushes = 1;
    s.submission.sender_id = PRINCIPAL;
    assert_true(judge(&s, "f", one_key, 1, NULL));
    fill(&s);
    s.change.principal_grants = &s.grants;
    assert_true(judge(&s, "f", one_key, 1, NULL));
}

static void an_unknown_scope_is_named(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_grants = &s.grants;
    assert_false(judge(&s, "f", one_key, 1, "region:nowhere"));
    assert_string_equal(s.submission.why.code, "SCOPE_UNKNOWN");
    assert_non_null(strstr(s.submission.why.text, "region:nowhere"));
}

static void only_a_service_speaks_for_others(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.principal_identity = &s.identity;
    s.identity.speaks_for_others = true;
    refuses(&s, "f", one_key, 1, "SPEAKER_NOT_INTERNAL");
    fill(&s);
    s.change.principal_identity = &s.identity;
    s.identity.speaks_for_others = true;
    assert_true(judge(&s, "t", one_key, 1, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_key_joins_the_first),
        cmocka_unit_test(what_was_ever_held_stays_named),
        cmocka_unit_test(revoked_is_for_ever),
        cmocka_unit_test(nobody_takes_the_key_of_another),
        cmocka_unit_test(the_last_key_is_kept_by_its_owner_and_by_services),
        cmocka_unit_test(the_right_to_say_who_may_what_is_kept),
        cmocka_unit_test(an_unknown_scope_is_named),
        cmocka_unit_test(only_a_service_speaks_for_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
