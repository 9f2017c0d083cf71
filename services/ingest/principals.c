/* SPDX-License-Identifier: Apache-2.0 */
#include "principals.h"

#include "base/arena.h"
#include "groups.h"
#include "store/store.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

/* What a grant without named groups covers. What wipes history has to be named, or its pusher be
 * one of the operators: those who may say who may do what. */
static const uint64_t all_groups = ~GROUP_BIT(GROUP_REDACTION);

struct grant {
    int kind;
    uint64_t groups;
    const char *document; /* empty: all */
    bool limited;         /* to what one unit sees */
    int64_t scope;        /* of that unit; 0: there is no such unit, so nothing is granted */
};

struct person {
    struct principal principal;
    const struct grant *grants;
    size_t ngrants;
};

struct key_row {
    const char *public_key;
    const struct person *person;
};

struct principals {
    struct arena arena;
    struct person *people; /* by id */
    size_t npeople;
    struct key_row *keys; /* sorted by public_key */
    size_t nkeys;
    struct grant *grants; /* by principal */
};

struct principals *principals_create(struct err *err)
{
    struct principals *principals = calloc(1, sizeof(*principals));

    if (!principals)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "principals", "cannot allocate");
    return principals;
}

void principals_destroy(struct principals *principals)
{
    if (!principals)
        return;
    arena_finish(&principals->arena);
    free(principals);
}

/* Reading the tables ---------------------------------------------------------------------------
 */

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct key_row *)a)->public_key, ((const struct key_row *)b)->public_key);
}

static int compare_ids(const void *a, const void *b)
{
    const int one = ((const struct person *)a)->principal.id;
    const int other = ((const struct person *)b)->principal.id;

    return (one > other) - (one < other);
}

static struct person *find_person(const struct principals *principals, int principal_id)
{
    const struct person wanted = {.principal.id = principal_id};

    return principals->npeople ? bsearch(&wanted, principals->people, principals->npeople,
                                         sizeof(wanted), compare_ids)
                               : NULL;
}

static bool fill_people(struct principals *next, const PGresult *rows)
{
    const size_t n = (size_t)PQntuples(rows);

    next->people = arena_zalloc(&next->arena, n * sizeof(*next->people) + 1);
    next->keys = arena_zalloc(&next->arena, n * sizeof(*next->keys) + 1);
    if (!next->people || !next->keys)
        return false;
    for (int row = 0; row < PQntuples(rows); row++) {
        const int id = (int)store_int(rows, row, 0);
        struct person *person = next->npeople ? &next->people[next->npeople - 1] : NULL;

        if (!person || person->principal.id != id) {
            person = &next->people[next->npeople++];
            person->principal =
                (struct principal){.id = id,
                                   .name = arena_strdup(&next->arena, store_text(rows, row, 1)),
                                   .internal = store_bool(rows, row, 2),
                                   .speaks_for_others = store_bool(rows, row, 3),
                                   .producer_epoch = store_int(rows, row, 4)};
            if (!person->principal.name)
                return false;
        }
        if (store_is_null(rows, row, 5))
            continue;
        next->keys[next->nkeys] = (struct key_row){
            .public_key = arena_strdup(&next->arena, store_text(rows, row, 5)), .person = person};
        if (!next->keys[next->nkeys++].public_key)
            return false;
    }
    qsort(next->keys, next->nkeys, sizeof(*next->keys), compare_keys);
    return true;
}

/* Names between commas; none: all. A name this program does not know grants nothing. */
static uint64_t groups_of(const char *names)
{
    uint64_t groups = 0;

    if (!names[0])
        return all_groups;
    for (int group = 1; group <= GROUP_LAST; group++) {
        const char *name = group_name(group);
        const size_t len = strlen(name);

        for (const char *at = strstr(names, name); at; at = strstr(at + len, name))
            if ((at == names || at[-1] == ',') && (at[len] == ',' || !at[len]))
                groups |= GROUP_BIT(group);
    }
    return groups;
}

static bool fill_grants(struct principals *next, const PGresult *rows)
{
    const size_t n = (size_t)PQntuples(rows);

    next->grants = arena_zalloc(&next->arena, n * sizeof(*next->grants) + 1);
    for (int row = 0; next->grants && row < PQntuples(rows); row++) {
        struct grant *grant = &next->grants[row];
        struct person *person = find_person(next, (int)store_int(rows, row, 0));

        grant->document = arena_strdup(&next->arena, store_text(rows, row, 2));
        grant->groups = groups_of(store_text(rows, row, 3));
        grant->limited = store_text(rows, row, 4)[0] != '\0';
        grant->scope = store_int(rows, row, 5);
        if (!grant->document || !wire_word_value(&uptake__v1__item_kind__descriptor,
                                                 store_text(rows, row, 1), &grant->kind))
            return false;
        if (!person)
            continue; /* made between the two questions: known with the next load */
        if (!person->grants)
            person->grants = grant;
        person->ngrants++;
    }
    return next->grants != NULL;
}

bool principals_load(struct principals *principals, const PGresult *people, const PGresult *grants,
                     struct err *err)
{
    struct principals next = {0};

    if (!fill_people(&next, people) || !fill_grants(&next, grants)) {
        arena_finish(&next.arena);
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "principals", "cannot read the keys");
    }
    arena_finish(&principals->arena);
    *principals = next;
    return true;
}

/* Asking ---------------------------------------------------------------------------------------
 */

const struct principal *principals_find(const struct principals *principals, const char *public_key)
{
    struct key_row wanted = {.public_key = public_key};
    const struct key_row *row;

    if (!public_key || principals->nkeys == 0)
        return NULL;
    row = bsearch(&wanted, principals->keys, principals->nkeys, sizeof(wanted), compare_keys);
    return row ? &row->person->principal : NULL;
}

const struct principal *principals_by_name(const struct principals *principals, const char *name)
{
    for (size_t i = 0; i < principals->npeople; i++)
        if (strcmp(principals->people[i].principal.name, name) == 0)
            return &principals->people[i].principal;
    return NULL;
}

static bool fits(const struct grant *grant, const Uptake__V1__Change *change)
{
    return grant->kind == (int)change->kind &&
           (!grant->document[0] || strcmp(grant->document, change->document) == 0);
}

/* What the sender's grants say of one change. */
struct rights {
    bool kind;         /* some grant names the kind */
    bool document;     /* one of them the document too */
    uint64_t groups;   /* that any of those covers */
    uint64_t anywhere; /* that one without a unit covers */
};

static struct rights find_rights(const struct person *person, const Uptake__V1__Change *change)
{
    struct rights rights = {0};
    bool is_operator = false;

    for (size_t i = 0; person && i < person->ngrants; i++) {
        const struct grant *grant = &person->grants[i];

        is_operator |= grant->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL &&
                       !grant->limited && !grant->document[0] &&
                       (grant->groups & GROUP_BIT(GROUP_PRINCIPAL_GRANTS));
        rights.kind |= grant->kind == (int)change->kind;
        if (!fits(grant, change))
            continue;
        rights.document = true;
        rights.groups |= grant->groups;
        if (!grant->limited)
            rights.anywhere |= grant->groups;
    }
    if (is_operator) {
        rights.groups |= GROUP_BIT(GROUP_REDACTION);
        rights.anywhere |= GROUP_BIT(GROUP_REDACTION);
    }
    return rights;
}

static uint64_t groups_within(const struct person *person, const Uptake__V1__Change *change,
                              int64_t scope)
{
    uint64_t groups = 0;

    for (size_t i = 0; i < person->ngrants; i++)
        if (person->grants[i].limited && person->grants[i].scope == scope &&
            fits(&person->grants[i], change))
            groups |= person->grants[i].groups;
    return groups;
}

static bool is_in(const int64_t *scopes, int n, int64_t scope)
{
    for (int i = 0; i < n; i++)
        if (scopes[i] == scope)
            return true;
    return false;
}

/* The scopes in each of which all these groups may be pushed. */
static bool limit(const struct person *person, struct submission *s, uint64_t groups,
                  struct err *err)
{
    int64_t *within = arena_alloc(&s->arena, person->ngrants * sizeof(*within));

    if (!within)
        return err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "out of memory; send it again");
    for (size_t i = 0; i < person->ngrants; i++) {
        const struct grant *grant = &person->grants[i];

        if (!grant->limited || grant->scope == 0 || !fits(grant, s->change) ||
            is_in(within, s->nwithin, grant->scope))
            continue;
        if (!(groups & ~groups_within(person, s->change, grant->scope)))
            within[s->nwithin++] = grant->scope;
    }
    s->within = within;
    return s->nwithin > 0 ||
           err_set(
               err, ERR_REJECT, "NOT_GRANTED", "subject",
               "this key may push these field groups only for different units; send them apart");
}

bool principals_may_push(const struct principals *principals, struct submission *s, struct err *err)
{
    const struct person *person = find_person(principals, s->sender_id);
    const struct rights rights = find_rights(person, s->change);
    const uint64_t present = groups_present(s->change);

    if (!rights.kind)
        return err_set(err, ERR_REJECT, "NOT_GRANTED", "kind",
                       "this key may not push this kind of item");
    if (!rights.document)
        return err_set(err, ERR_REJECT, "NOT_GRANTED", "document",
                       "this key may not push this kind of item into this document");
    s->not_owned = present & ~rights.groups;
    return s->not_owned || !(present & ~rights.anywhere) ||
           limit(person, s, present & ~rights.anywhere, err);
}
