/* SPDX-License-Identifier: Apache-2.0 */
#include "standing.h"

#include "sql.h"

#include <string.h>

/* Two items, one of which stands on the other. */
struct pair {
    const char *item_key;
    const char *other_key;
};

struct pairs {
    struct pair *list;
    int n;
};

struct standing {
    struct pairs children; /* not retracted, of what is to be retracted */
    struct pairs supports; /* retracted, of what is to be restored */
    const char **rings;    /* places that would lead back to the item */
    int nrings;
};

static bool retracts(const Uptake__V1__Change *c)
{
    return c->retraction && c->retraction->retracted;
}

static bool restores(const Uptake__V1__Change *c)
{
    return c->retraction && !c->retraction->retracted;
}

static void put_place(struct store_array *places, struct store_array *keys, const char *place,
                      const char *key)
{
    if (!key[0])
        return;
    store_array_text(places, place);
    store_array_text(keys, key);
}

static void ring_step(struct batch *batch, struct steps *steps)
{
    const Uptake__V1__Change *c = batch->submissions[0]->change;
    struct store_array places, keys;
    struct store_args *args;

    store_array_init(&places, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&keys, &batch->arena, STORE_TEXT_ARRAY);
    if (c->unit_identity) {
        put_place(&places, &keys, "unit_identity.merged_into", c->unit_identity->merged_into);
        put_place(&places, &keys, "unit_identity.parent", c->unit_identity->parent);
        put_place(&places, &keys, "unit_identity.reports_to", c->unit_identity->reports_to);
    }
    if (c->recommendation_text)
        put_place(&places, &keys, "recommendation_text.parent", c->recommendation_text->parent);
    args = steps_add(steps, sql_find_rings);
    store_arg_text(args, c->subject);
    store_arg_array(args, &places);
    store_arg_array(args, &keys);
}

void standing_steps(struct batch *batch, struct steps *steps)
{
    struct store_array retracted, restored;
    struct store_args *args;

    if (batch->class != BATCH_RETRACTING && batch->class != BATCH_ALONE)
        return;
    batch->standing = arena_zalloc(&batch->arena, sizeof(*batch->standing));
    batch->failed |= !batch->standing;
    store_array_init(&retracted, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&restored, &batch->arena, STORE_TEXT_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];

        if (!s->outcome && retracts(s->change))
            store_array_text(&retracted, s->change->subject);
        if (!s->outcome && restores(s->change))
            store_array_text(&restored, s->change->subject);
    }
    args = steps_add(steps, sql_find_live_children);
    store_arg_array(args, &retracted);
    /* The batch may retract all but one of them itself. */
    store_arg_int(args, BATCH_MAX + 1);
    store_arg_array(steps_add(steps, sql_find_dead_supports), &restored);
    ring_step(batch, steps);
}

static bool take_pairs(struct batch *batch, const PGresult *found, struct pairs *pairs)
{
    int n = PQntuples(found);

    pairs->list = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*pairs->list));
    for (int row = 0; pairs->list && row < n; row++) {
        struct pair *pair = &pairs->list[row];

        pair->item_key = arena_strdup(&batch->arena, store_text(found, row, 0));
        pair->other_key = arena_strdup(&batch->arena, store_text(found, row, 1));
        if (!pair->item_key || !pair->other_key)
            return false;
        pairs->n++;
    }
    return pairs->list != NULL;
}

bool standing_take(struct batch *batch, PGresult *const *results)
{
    struct standing *standing = batch->standing;
    int n = PQntuples(results[2]);

    if (!take_pairs(batch, results[0], &standing->children) ||
        !take_pairs(batch, results[1], &standing->supports))
        return false;
    standing->rings = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*standing->rings));
    for (int row = 0; standing->rings && row < n; row++) {
        standing->rings[row] = arena_strdup(&batch->arena, store_text(results[2], row, 0));
        if (!standing->rings[row])
            return false;
        standing->nrings++;
    }
    return standing->rings != NULL;
}

/* Is the item a tombstone once what stands before in this batch was applied? */
static bool is_retracted(struct batch *batch, const char *key, bool otherwise)
{
    const struct item_state *state = batch_item(batch, key, false);

    return state && state->exists ? state->retracted : otherwise;
}

static bool nothing_stands_on(struct batch *batch, const struct item_state *item,
                              struct submission *s)
{
    const struct pairs *children = &batch->standing->children;

    for (int i = 0; i < children->n; i++)
        if (strcmp(children->list[i].item_key, item->key) == 0 &&
            !is_retracted(batch, children->list[i].other_key, false))
            return err_set(&s->why, ERR_REJECT, "NOT_EMPTY", "retraction",
                           "\"%s\" stands on it; retract that, or move it, first",
                           children->list[i].other_key);
    return true;
}

static bool all_supports_stand(struct batch *batch, struct submission *s)
{
    const struct pairs *supports = &batch->standing->supports;

    if (supports->n == 0)
        return true;
    return err_set(&s->why, ERR_REJECT, "REFERENCE_RETRACTED", "retraction",
                   "it stands on \"%s\", which was retracted; restore that first",
                   supports->list[0].other_key);
}

bool standing_allows(struct batch *batch, const struct item_state *item, struct submission *s)
{
    if (!batch->standing)
        return true;
    if (retracts(s->change) && !nothing_stands_on(batch, item, s))
        return false;
    if (restores(s->change) && !all_supports_stand(batch, s))
        return false;
    if (batch->standing->nrings == 0)
        return true;
    return err_set(&s->why, ERR_REJECT, "REFERENCE_CYCLE", batch->standing->rings[0],
                   "leads back to the item itself");
}
