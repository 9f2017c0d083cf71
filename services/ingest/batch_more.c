/* SPDX-License-Identifier: Apache-2.0 */
/* What only some batches have to know besides: bodies of changes, what stands on items that are to
 * be retracted, and what an item that moves takes along. */
#include "batch.h"

#include "circumstances.h"
#include "keyring.h"
#include "letters.h"
#include "redaction.h"
#include "sql.h"
#include "standing.h"

#include <string.h>

/* Groups whose effect hangs on other groups of the item: who may see it, when it is due, and what
 * its image is made of. */
static bool needs_bodies(const struct submission *s)
{
    const Uptake__V1__Change *c = s->change;

    return batch_decides_scopes(c) || c->unit_identity || c->timeframe || c->extensions ||
           c->redaction;
}

void batch_body_steps(struct batch *batch, struct steps *steps)
{
    struct store_array ids;

    store_array_init(&ids, &batch->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];
        const struct item_state *item = batch_item(batch, s->change->subject, false);

        if (!item || s->outcome)
            continue;
        circumstances_bodies(item, s->change, &ids);
        for (int group = 1; needs_bodies(s) && group <= GROUP_LAST; group++)
            if (item->group_changes[group])
                store_array_int(&ids, item->group_changes[group]);
    }
    circumstances_steps(batch, steps);
    if (ids.n > 0 || batch->class == BATCH_RETRACTING || batch->class == BATCH_ALONE) {
        store_arg_array(steps_add(steps, sql_find_bodies), &ids);
        batch->asked_bodies = true;
        standing_steps(batch, steps);
        redaction_load_steps(batch, steps);
        letter_load_steps(batch, steps);
        keyring_steps(batch, steps);
    }
}

static bool take_bodies(struct batch *batch, const PGresult *found)
{
    for (int row = 0; row < PQntuples(found); row++) {
        size_t len = 0;
        const uint8_t *bytes = store_bytes(found, row, 1, &batch->arena, &len);

        if ((!bytes && !store_is_null(found, row, 1)) ||
            !bodies_put(&batch->bodies, &batch->arena, store_int(found, row, 0), bytes, len, NULL))
            return false;
    }
    return true;
}

bool batch_take_bodies(struct batch *batch, PGresult *const *results, struct err *err)
{
    const Uptake__V1__Change *first = batch->submissions[0]->change;

    if (circumstances_take(batch, &results) &&
        (!batch->asked_bodies || take_bodies(batch, *results++)) &&
        (!batch->standing || standing_take(batch, results)) &&
        (!batch->redaction || redaction_take(batch, results + STANDING_STEPS)) &&
        (!first->dead_letter_decision || letter_take(batch, results + STANDING_STEPS)) &&
        (!batch->keyring || keyring_take(batch, results + STANDING_STEPS)))
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
    if (!item || !item->exists || change->base_revision == 0)
        return false;
    if (change->responsibilities || change->disclosure_set || change->assessment_made ||
        change->indicator_stated || change->link_drawn)
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

void batch_dependent_steps(struct batch *batch, struct steps *steps)
{
    struct store_array keys;
    struct store_args *args;

    store_array_init(&keys, &batch->arena, STORE_TEXT_ARRAY);
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];

        if (!s->outcome &&
            batch_moves(batch, batch_item(batch, s->change->subject, false), s->change))
            store_array_text(&keys, s->change->subject);
    }
    if (keys.n == 0)
        return;
    args = steps_add(steps, sql_lock_dependents);
    store_arg_array(args, &keys);
    store_arg_int(args, DEPENDENTS_MAX + 1);
}

bool batch_take_dependents(struct batch *batch, PGresult *const *results, struct err *err)
{
    batch->ndependents = PQntuples(results[0]);
    batch->moves_too_much = batch->ndependents > DEPENDENTS_MAX;
    if (batch->moves_too_much || batch_take_items(batch, results[0], true))
        return true;
    return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot read what moves along");
}

void batch_moved_steps(struct batch *batch, struct steps *steps)
{
    struct store_array items, bodies;
    struct store_args *args;

    if (batch->moves_too_much)
        return; /* refused when it is decided */
    store_array_init(&items, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&bodies, &batch->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < batch->nitems; i++) {
        const struct item_state *item = batch->items[i];

        if (item->dependent || strcmp(item->key, batch->submissions[0]->change->subject) == 0)
            store_array_int(&items, item->item_id);
        for (int group = 1; item->dependent && group <= GROUP_LAST; group++)
            if (item->group_changes[group])
                store_array_int(&bodies, item->group_changes[group]);
    }
    batch->read_dependents = true;
    args = steps_add(steps, sql_find_dependent_bodies);
    store_arg_array(args, &bodies);
    store_arg_int(args, MOVED_BYTES_MAX);
    store_arg_array(steps_add(steps, sql_find_dependent_references), &items);
    store_arg_int(steps_add(steps, sql_take_dependent_ids), 2 * batch->ndependents);
    steps_add(steps, sql_before_move);
    region_step(batch, steps); /* what moves stands alone in its batch */
}

static bool take_dependent_ids(struct batch *batch, const PGresult *found)
{
    int n = PQntuples(found);

    batch->moved_change_ids = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(int64_t));
    for (int row = 0; batch->moved_change_ids && row < n; row++)
        batch->moved_change_ids[row] = store_int(found, row, 0);
    return batch->moved_change_ids != NULL;
}

bool batch_take_moved(struct batch *batch, PGresult *const *results, struct err *err)
{
    batch->moves_too_much = batch->ndependents > 0 && PQntuples(results[0]) == 0;
    if (take_bodies(batch, results[0]) && take_dependent_ids(batch, results[2])) {
        batch_take_references(batch, results[1]);
        batch->moved_region = store_int(results[4], 0, 0);
        if (!batch->failed)
            return true;
    }
    return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot read what moves along");
}
