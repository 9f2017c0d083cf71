/* SPDX-License-Identifier: Apache-2.0 */
#include "circumstances.h"

#include "columns.h"
#include "sql.h"
#include "wire/wire.h"

#include <string.h>

/* A conflict that a change of the batch would settle. */
struct disputed {
    int64_t conflict_id;
    int64_t item_id;
    bool settled;
    const uint8_t *body; /* of the change that was not applied; NULL: redacted */
    size_t len;
};

struct found_circumstances {
    bool asked_repeats, asked_conflicts;
    bool said_before[BATCH_MAX]; /* by submission */
    struct disputed *disputed;
    int ndisputed;
};

/* What is asked ----------------------------------------------------------------------------------
 */

void circumstances_bodies(const struct item_state *item, const Uptake__V1__Change *change,
                          struct store_array *ids)
{
    for (int group = 1; group <= GROUP_LAST; group++)
        if (group_get(change, group) &&
            item->group_revisions[group] > (int64_t)change->base_revision)
            store_array_int(ids, item->group_changes[group]);
    if (change->progress_report && item->group_changes[GROUP_PROGRESS_REVIEW])
        store_array_int(ids, item->group_changes[GROUP_PROGRESS_REVIEW]);
}

static bool repeats_step(struct batch *batch, struct steps *steps)
{
    struct columns c;

    columns_init(&c, &batch->arena, "iiib");
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];
        const struct item_state *item = batch_item(batch, s->change->subject, false);

        if (s->outcome || !item || (int64_t)s->change->base_revision >= item->revision)
            continue;
        store_array_int(&c.array[0], i);
        store_array_int(&c.array[1], item->item_id);
        store_array_int(&c.array[2], (long long)s->change->base_revision);
        store_array_bytes(&c.array[3], s->body_sha256, SHA256_BYTES);
    }
    if (columns_rows(&c) == 0)
        return false;
    columns_step(steps, sql_find_said_before, &c);
    return true;
}

static bool conflicts_step(struct batch *batch, struct steps *steps)
{
    struct store_array ids;

    store_array_init(&ids, &batch->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < batch->n; i++)
        if (!batch->submissions[i]->outcome && batch->submissions[i]->change->conflict_decision)
            store_array_int(&ids,
                            (long long)batch->submissions[i]->change->conflict_decision->conflict);
    if (ids.n == 0)
        return false;
    store_arg_array(steps_add(steps, sql_find_conflicts), &ids);
    return true;
}

void circumstances_steps(struct batch *batch, struct steps *steps)
{
    struct found_circumstances *found = arena_zalloc(&batch->arena, sizeof(*found));

    batch->circumstances = found;
    batch->failed |= !found;
    if (!found)
        return;
    found->asked_repeats = repeats_step(batch, steps);
    found->asked_conflicts = conflicts_step(batch, steps);
}

/* What is answered -------------------------------------------------------------------------------
 */

static bool take_disputed(struct batch *batch, const PGresult *rows)
{
    struct found_circumstances *found = batch->circumstances;
    int n = PQntuples(rows);

    found->disputed = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*found->disputed));
    for (int row = 0; found->disputed && row < n; row++) {
        struct disputed *one = &found->disputed[row];

        *one = (struct disputed){.conflict_id = store_int(rows, row, 0),
                                 .item_id = store_int(rows, row, 1),
                                 .settled = store_text(rows, row, 2)[0] == 't'};
        one->body = store_bytes(rows, row, 3, &batch->arena, &one->len);
        if (!one->body && !store_is_null(rows, row, 3))
            return false;
        found->ndisputed++;
    }
    return found->disputed != NULL;
}

bool circumstances_take(struct batch *batch, PGresult *const **results)
{
    struct found_circumstances *found = batch->circumstances;

    if (found->asked_repeats) {
        for (int row = 0; row < PQntuples(**results); row++)
            found->said_before[store_int(**results, row, 0)] = true;
        ++*results;
    }
    return !found->asked_conflicts || take_disputed(batch, *(*results)++);
}

/* What follows -----------------------------------------------------------------------------------
 */

static bool same_bytes(struct batch *batch, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    size_t alen, blen;
    uint8_t *abytes, *bbytes;

    if (!a || !b)
        return a == b;
    abytes = wire_pack(a, &batch->arena, &alen);
    bbytes = wire_pack(b, &batch->arena, &blen);
    batch->failed |= !abytes || !bbytes;
    return abytes && bbytes && alen == blen && memcmp(abytes, bbytes, alen) == 0;
}

static uint64_t same_groups(struct batch *batch, const struct item_state *item,
                            const Uptake__V1__Change *change)
{
    uint64_t same = 0;

    for (int group = 1; group <= GROUP_LAST; group++) {
        const ProtobufCMessage *said = group_get(change, group);

        if (said && item->group_revisions[group] > (int64_t)change->base_revision &&
            same_bytes(batch, said, batch_current_group(batch, item, group)))
            same |= GROUP_BIT(group);
    }
    return same;
}

static bool was_said_before(const struct batch *batch, const struct item_state *item,
                            const struct submission *s)
{
    for (int i = 0; i < batch->nrows; i++)
        if (batch->rows[i].item == item &&
            batch->rows[i].revision > (int64_t)s->change->base_revision &&
            memcmp(batch->rows[i].body_sha256, s->body_sha256, SHA256_BYTES) == 0)
            return true;
    for (int i = 0; batch->circumstances && i < batch->n; i++)
        if (batch->submissions[i] == s)
            return batch->circumstances->said_before[i];
    return false;
}

static bool was_returned(struct batch *batch, const struct item_state *item)
{
    const Uptake__V1__ProgressReview *review =
        (void *)batch_current_group(batch, item, GROUP_PROGRESS_REVIEW);

    return review && review->review == UPTAKE__V1__REVIEW__REVIEW_RETURNED &&
           (int64_t)review->of_revision == item->group_revisions[GROUP_PROGRESS_REPORT];
}

static struct disputed *find_disputed(const struct batch *batch, const struct item_state *item,
                                      const Uptake__V1__Change *change)
{
    const struct found_circumstances *found = batch->circumstances;

    for (int i = 0; found && item->exists && i < found->ndisputed; i++)
        if (found->disputed[i].item_id == item->item_id &&
            found->disputed[i].conflict_id == (int64_t)change->conflict_decision->conflict)
            return &found->disputed[i];
    return NULL;
}

/* Are the groups beside the decision those of the version that was not applied, as they were? */
static bool is_the_other(struct batch *batch, const struct disputed *disputed,
                         const Uptake__V1__Change *change)
{
    const Uptake__V1__Change *other;
    struct err ignored;

    if (!disputed->body)
        return false;
    other = (const void *)wire_unpack(&uptake__v1__change__descriptor, &batch->arena,
                                      disputed->body, disputed->len, &ignored);
    for (int group = 1; other && group <= GROUP_LAST; group++)
        if (group != GROUP_CONFLICT_DECISION &&
            !same_bytes(batch, group_get(change, group), group_get(other, group)))
            return false;
    return other != NULL;
}

static enum conflict_standing standing_of(struct batch *batch, const struct item_state *item,
                                          const Uptake__V1__Change *change)
{
    const struct disputed *disputed = find_disputed(batch, item, change);

    if (!disputed)
        return CONFLICT_UNKNOWN;
    if (disputed->settled)
        return CONFLICT_SETTLED;
    if (change->conflict_decision->decision ==
            UPTAKE__V1__CONFLICT_WORD__CONFLICT_WORD_TOOK_OTHER &&
        !is_the_other(batch, disputed, change))
        return CONFLICT_OPEN_OTHERWISE;
    return CONFLICT_OPEN;
}

struct circumstances circumstances_of(struct batch *batch, const struct item_state *item,
                                      const struct submission *s)
{
    const Uptake__V1__Change *change = s->change;
    struct circumstances known = {.not_owned = s->not_owned};

    if (change->conflict_decision)
        known.conflict = standing_of(batch, item, change);
    if (!item->exists)
        return known;
    if (change->progress_report)
        known.returned = was_returned(batch, item);
    if ((int64_t)change->base_revision < item->revision) {
        known.same = same_groups(batch, item, change);
        known.said_before = was_said_before(batch, item, s);
    }
    return known;
}

void circumstances_settle(struct batch *batch, const struct item_state *item,
                          const struct submission *s)
{
    struct disputed *disputed =
        s->change->conflict_decision ? find_disputed(batch, item, s->change) : NULL;

    if (disputed)
        disputed->settled = true;
}

void circumstances_settle_steps(struct batch *batch, struct steps *steps)
{
    struct columns c;

    columns_init(&c, &batch->arena, "itti");
    for (int i = 0; i < batch->n; i++) {
        const struct submission *s = batch->submissions[i];
        const Uptake__V1__ConflictDecision *decision = s->change->conflict_decision;

        if (!decision || s->duplicate || s->outcome != UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED)
            continue;
        store_array_int(&c.array[0], (long long)decision->conflict);
        store_array_text(&c.array[1], wire_word(&uptake__v1__conflict_word__descriptor,
                                                (int)decision->decision));
        store_array_text(&c.array[2], decision->decided_by);
        store_array_int(&c.array[3], s->revision);
    }
    if (columns_rows(&c) > 0)
        columns_step(steps, sql_settle_conflicts, &c);
}
