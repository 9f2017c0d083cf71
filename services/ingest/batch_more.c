/* SPDX-License-Identifier: Apache-2.0 */
/* What only some batches have to know besides: bodies of changes, what stands on items that are to
 * be retracted, and what an item that moves takes along. */
#include "batch.h"

#include "sql.h"
#include "wire/wire.h"

#include <string.h>

enum { CHILDREN_MAX = 10000 };

/* Groups whose effect hangs on other groups of the item: who may see it, and when it is due. */
static bool needs_bodies(const struct submission *s)
{
    const Uptake__V1__Change *c = s->change;

    return !s->outcome && (c->responsibilities || c->disclosure_set || c->document_identity ||
                           c->unit_identity || c->timeframe || c->extensions || c->link_drawn);
}

static bool retracts(const struct submission *s)
{
    return !s->outcome && s->change->retraction && s->change->retraction->retracted;
}

void batch_body_steps(struct batch *batch, struct steps *steps)
{
    struct store_array ids, keys;
    struct store_args *args;

    store_array_init(&ids, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&keys, &batch->arena, STORE_TEXT_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];
        const struct item_state *item = batch_item(batch, s->change->subject, false);

        if (item && retracts(s))
            store_array_text(&keys, s->change->subject);
        for (int group = 1; item && needs_bodies(s) && group <= GROUP_LAST; group++)
            if (item->group_changes[group])
                store_array_int(&ids, item->group_changes[group]);
    }
    if (ids.n == 0 && keys.n == 0)
        return;
    store_arg_array(steps_add(steps, sql_find_bodies), &ids);
    args = steps_add(steps, sql_find_live_children);
    store_arg_array(args, &keys);
    store_arg_int(args, CHILDREN_MAX);
}

bool batch_add_bodies(struct batch *batch, const PGresult *found)
{
    int n = PQntuples(found);

    batch->bodies = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*batch->bodies));
    if (!batch->bodies)
        return false;
    for (int row = 0; row < n; row++) {
        batch->bodies[row].change_id = store_int(found, row, 0);
        batch->bodies[row].body =
            store_bytes(found, row, 1, &batch->arena, &batch->bodies[row].len);
    }
    batch->nbodies = n;
    return true;
}

static bool take_children(struct batch *batch, const PGresult *found)
{
    int n = PQntuples(found);

    batch->children = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*batch->children));
    for (int row = 0; batch->children && row < n; row++) {
        struct child *child = &batch->children[row];

        child->item_key = arena_strdup(&batch->arena, store_text(found, row, 0));
        child->child_key = arena_strdup(&batch->arena, store_text(found, row, 1));
        if (!child->item_key || !child->child_key)
            return false;
        batch->nchildren++;
    }
    return batch->children != NULL;
}

bool batch_take_bodies(struct batch *batch, PGresult *const *results, struct err *err)
{
    if (batch_add_bodies(batch, results[0]) && take_children(batch, results[1]))
        return true;
    return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot read the bodies");
}

/* What moves ------------------------------------------------------------------------------------
 */

static bool document_moves(const Uptake__V1__DocumentIdentity *before,
                           const Uptake__V1__DocumentIdentity *after)
{
    return before && (strcmp(before->office_unit, after->office_unit) != 0 ||
                      before->addressee != after->addressee);
}

static bool unit_moves(const Uptake__V1__UnitIdentity *before,
                       const Uptake__V1__UnitIdentity *after)
{
    return before && (strcmp(before->region, after->region) != 0 ||
                      strcmp(before->merged_into, after->merged_into) != 0);
}

bool batch_moves(struct batch *batch, const struct item_state *item,
                 const Uptake__V1__Change *change)
{
    if (!item || !item->exists)
        return false;
    if (change->responsibilities ||
        (change->disclosure_set && change->disclosure_set->disclosure != item->disclosure))
        return true;
    if (change->document_identity &&
        document_moves((void *)batch_current_group(batch, item, GROUP_DOCUMENT_IDENTITY),
                       change->document_identity))
        return true;
    return change->unit_identity &&
           unit_moves((void *)batch_current_group(batch, item, GROUP_UNIT_IDENTITY),
                      change->unit_identity);
}

static void region_step(struct batch *batch, struct steps *steps)
{
    const Uptake__V1__UnitIdentity *unit = batch->submissions[0]->change->unit_identity;
    struct store_args *args = steps_add(steps, sql_open_region);

    store_arg_text(args, unit ? unit->region : "");
    store_arg_time_us(args, batch->recorded_at_us);
}

static void dependent_step(struct steps *steps, const char *sql, struct store_array *keys,
                           bool bounded)
{
    struct store_args *args = steps_add(steps, sql);

    store_arg_array(args, keys);
    if (bounded)
        store_arg_int(args, DEPENDENTS_MAX + 1);
}

void batch_dependent_steps(struct batch *batch, struct steps *steps)
{
    struct store_array keys;

    store_array_init(&keys, &batch->arena, STORE_TEXT_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];

        if (!s->outcome &&
            batch_moves(batch, batch_item(batch, s->change->subject, false), s->change))
            store_array_text(&keys, s->change->subject);
    }
    if (keys.n == 0)
        return;
    dependent_step(steps, sql_lock_dependents, &keys, true);
    dependent_step(steps, sql_find_dependent_bodies, &keys, true);
    dependent_step(steps, sql_find_dependent_references, &keys, false);
    dependent_step(steps, sql_take_dependent_ids, &keys, true);
    region_step(batch, steps); /* what moves stands alone in its batch */
}

/* The mover's own bodies were read before; both are needed. */
static bool join_bodies(struct batch *batch, const PGresult *found)
{
    const int before = batch->nbodies;
    void *const own = batch->bodies;
    const size_t size = sizeof(*batch->bodies);
    char *both;

    if (!batch_add_bodies(batch, found))
        return false;
    both = arena_alloc(&batch->arena, (size_t)(before + batch->nbodies + 1) * size);
    if (!both)
        return false;
    if (before)
        memcpy(both, own, (size_t)before * size);
    memcpy(both + (size_t)before * size, batch->bodies, (size_t)batch->nbodies * size);
    batch->bodies = (void *)both;
    batch->nbodies += before;
    return true;
}

static bool take_dependent_ids(struct batch *batch, const PGresult *found)
{
    int n = PQntuples(found);

    batch->moved_change_ids = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(int64_t));
    for (int row = 0; batch->moved_change_ids && row < n; row++)
        batch->moved_change_ids[row] = store_int(found, row, 0);
    return batch->moved_change_ids != NULL;
}

bool batch_take_dependents(struct batch *batch, PGresult *const *results, struct err *err)
{
    batch->ndependents = PQntuples(results[0]);
    if (batch->ndependents > DEPENDENTS_MAX)
        return true; /* refused when it is decided */
    if (batch_take_items(batch, results[0], true) && join_bodies(batch, results[1]) &&
        take_dependent_ids(batch, results[3])) {
        batch_take_references(batch, results[2]);
        batch->moved_region = store_int(results[4], 0, 0);
        if (!batch->failed)
            return true;
    }
    return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot read what moves along");
}
