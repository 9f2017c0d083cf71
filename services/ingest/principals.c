/* SPDX-License-Identifier: Apache-2.0 */
#include "principals.h"

#include "base/arena.h"
#include "store/store.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

struct key_row {
    const char *public_key; /* empty: a principal without one, sorted first */
    struct principal principal;
};

struct grant_row {
    int principal_id;
    int kind;
    const char *document; /* empty: all */
};

struct principals {
    struct arena arena;
    struct key_row *keys; /* sorted by public_key */
    size_t nkeys;
    struct grant_row *grants;
    size_t ngrants;
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

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct key_row *)a)->public_key, ((const struct key_row *)b)->public_key);
}

static bool fill(struct principals *next, const PGresult *keys, const PGresult *grants)
{
    next->nkeys = (size_t)PQntuples(keys);
    next->ngrants = (size_t)PQntuples(grants);
    next->keys = arena_zalloc(&next->arena, next->nkeys * sizeof(*next->keys) + 1);
    next->grants = arena_zalloc(&next->arena, next->ngrants * sizeof(*next->grants) + 1);
    if (!next->keys || !next->grants)
        return false;
    for (int i = 0; i < PQntuples(keys); i++) {
        struct key_row *row = &next->keys[i];
        row->principal.id = (int)store_int(keys, i, 0);
        row->principal.name = arena_strdup(&next->arena, store_text(keys, i, 1));
        row->principal.internal = store_bool(keys, i, 2);
        row->principal.speaks_for_others = store_bool(keys, i, 3);
        row->principal.producer_epoch = store_int(keys, i, 4);
        row->public_key = arena_strdup(&next->arena, store_text(keys, i, 5));
        if (!row->public_key || !row->principal.name)
            return false;
    }
    qsort(next->keys, next->nkeys, sizeof(*next->keys), compare_keys);
    for (int i = 0; i < PQntuples(grants); i++) {
        struct grant_row *row = &next->grants[i];
        row->principal_id = (int)store_int(grants, i, 0);
        row->document = arena_strdup(&next->arena, store_text(grants, i, 2));
        if (!row->document || !wire_word_value(&uptake__v1__item_kind__descriptor,
                                               store_text(grants, i, 1), &row->kind))
            return false;
    }
    return true;
}

bool principals_load(struct principals *principals, const PGresult *keys, const PGresult *grants,
                     struct err *err)
{
    struct principals next = {0};

    if (!fill(&next, keys, grants)) {
        arena_finish(&next.arena);
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "principals", "cannot read the keys");
    }
    arena_finish(&principals->arena);
    *principals = next;
    return true;
}

const struct principal *principals_find(const struct principals *principals, const char *public_key)
{
    struct key_row wanted = {.public_key = public_key};
    const struct key_row *row;

    if (!public_key || !public_key[0] || principals->nkeys == 0)
        return NULL;
    row = bsearch(&wanted, principals->keys, principals->nkeys, sizeof(wanted), compare_keys);
    return row ? &row->principal : NULL;
}

const struct principal *principals_by_name(const struct principals *principals, const char *name)
{
    for (size_t i = 0; i < principals->nkeys; i++)
        if (strcmp(principals->keys[i].principal.name, name) == 0)
            return &principals->keys[i].principal;
    return NULL;
}

bool principals_may_push(const struct principals *principals, struct submission *s, struct err *err)
{
    for (size_t i = 0; i < principals->ngrants; i++) {
        const struct grant_row *grant = &principals->grants[i];
        if (grant->principal_id == s->sender_id && grant->kind == (int)s->change->kind &&
            (!grant->document[0] || strcmp(grant->document, s->change->document) == 0))
            return true;
    }
    return err_set(err, ERR_REJECT, "NOT_GRANTED", "kind",
                   "this key may not push this kind of item into this document");
}
