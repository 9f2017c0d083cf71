/* SPDX-License-Identifier: Apache-2.0 */
#include "readers.h"

#include "base/arena.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

struct key_row {
    const char *public_key;
    struct key_holder holder;
};

struct right_row {
    int principal_id;
    int64_t scope_id;
};

/* Both lists are sorted. */
struct readers {
    struct arena arena;
    struct key_row *keys;
    size_t nkeys;
    struct right_row *rights;
    size_t nrights;
};

struct readers *readers_create(struct err *err)
{
    struct readers *readers = calloc(1, sizeof(*readers));

    if (!readers)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "readers", "cannot allocate");
    return readers;
}

void readers_destroy(struct readers *readers)
{
    if (!readers)
        return;
    arena_finish(&readers->arena);
    free(readers);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct key_row *)a)->public_key, ((const struct key_row *)b)->public_key);
}

static int compare_rights(const void *a, const void *b)
{
    const struct right_row *x = a;
    const struct right_row *y = b;

    if (x->principal_id != y->principal_id)
        return x->principal_id < y->principal_id ? -1 : 1;
    return (x->scope_id > y->scope_id) - (x->scope_id < y->scope_id);
}

static bool fill(struct readers *next, const PGresult *keys, const PGresult *rights)
{
    next->nkeys = (size_t)PQntuples(keys);
    next->nrights = (size_t)PQntuples(rights);
    next->keys = arena_zalloc(&next->arena, next->nkeys * sizeof(*next->keys) + 1);
    next->rights = arena_zalloc(&next->arena, next->nrights * sizeof(*next->rights) + 1);
    if (!next->keys || !next->rights)
        return false;
    for (int i = 0; i < PQntuples(keys); i++) {
        struct key_row *row = &next->keys[i];
        row->public_key = arena_strdup(&next->arena, store_text(keys, i, 0));
        row->holder.principal_id = (int)store_int(keys, i, 1);
        row->holder.name = arena_strdup(&next->arena, store_text(keys, i, 2));
        if (!row->public_key || !row->holder.name)
            return false;
    }
    for (int i = 0; i < PQntuples(rights); i++)
        next->rights[i] = (struct right_row){.principal_id = (int)store_int(rights, i, 0),
                                             .scope_id = store_int(rights, i, 1)};
    qsort(next->keys, next->nkeys, sizeof(*next->keys), compare_keys);
    qsort(next->rights, next->nrights, sizeof(*next->rights), compare_rights);
    return true;
}

bool readers_load(struct readers *readers, const PGresult *keys, const PGresult *rights,
                  struct err *err)
{
    struct readers next = {0};

    if (!fill(&next, keys, rights)) {
        arena_finish(&next.arena);
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "readers", "cannot read the keys");
    }
    arena_finish(&readers->arena);
    *readers = next;
    return true;
}

const struct key_holder *readers_find(const struct readers *readers, const char *public_key)
{
    const struct key_row wanted = {.public_key = public_key};
    const struct key_row *row;

    if (!public_key || readers->nkeys == 0)
        return NULL;
    row = bsearch(&wanted, readers->keys, readers->nkeys, sizeof(wanted), compare_keys);
    return row ? &row->holder : NULL;
}

bool readers_may_read(const struct readers *readers, int principal_id, int64_t scope_id)
{
    const struct right_row wanted = {.principal_id = principal_id, .scope_id = scope_id};

    return readers->nrights > 0 && bsearch(&wanted, readers->rights, readers->nrights,
                                           sizeof(wanted), compare_rights) != NULL;
}
