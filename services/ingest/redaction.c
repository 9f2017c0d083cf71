/* SPDX-License-Identifier: Apache-2.0 */
#include "redaction.h"

#include "base/log.h"
#include "sql.h"

/* A change that the redaction names. */
struct target {
    int64_t revision;
    int64_t change_id;
    bool wiped; /* by an earlier one */
};

struct redaction {
    struct target *targets;
    int n;
    int step; /* of the statement that wipes, plus 1; 0: none ran */
};

/* It stands alone in its batch. */
static const Uptake__V1__Redaction *redaction_of(const struct batch *batch)
{
    return batch->n == 1 ? batch->submissions[0]->change->redaction : NULL;
}

void redaction_load_steps(struct batch *batch, struct steps *steps)
{
    const Uptake__V1__Redaction *r = redaction_of(batch);
    struct store_array revisions;
    struct store_args *args;

    if (!r)
        return;
    batch->redaction = arena_zalloc(&batch->arena, sizeof(*batch->redaction));
    batch->failed |= !batch->redaction;
    store_array_init(&revisions, &batch->arena, STORE_INT8_ARRAY);
    for (size_t i = 0; i < r->n_revisions; i++)
        store_array_int(&revisions, (int64_t)r->revisions[i]);
    args = steps_add(steps, sql_find_redacted);
    store_arg_text(args, batch->submissions[0]->change->subject);
    store_arg_array(args, &revisions);
}

bool redaction_take(struct batch *batch, PGresult *const *result)
{
    struct redaction *redaction = batch->redaction;
    int n = PQntuples(*result);

    redaction->targets = arena_alloc(&batch->arena, (size_t)(n + 1) * sizeof(*redaction->targets));
    if (!redaction->targets)
        return false;
    for (int row = 0; row < n; row++)
        redaction->targets[row] = (struct target){.revision = store_int(*result, row, 0),
                                                  .change_id = store_int(*result, row, 1),
                                                  .wiped = store_bool(*result, row, 2)};
    redaction->n = n;
    return true;
}

static const struct target *find_target(const struct redaction *redaction, int64_t revision)
{
    for (int i = 0; i < redaction->n; i++)
        if (redaction->targets[i].revision == revision)
            return &redaction->targets[i];
    return NULL;
}

static bool names_changes(const struct redaction *redaction, const Uptake__V1__Redaction *said,
                          struct err *why)
{
    for (size_t i = 0; i < said->n_revisions; i++) {
        const int64_t revision = (int64_t)said->revisions[i];
        const struct target *target = find_target(redaction, revision);

        if (!target)
            return err_set(why, ERR_REJECT, "REVISION_UNKNOWN", "redaction.revisions",
                           "the item has no revision %lld", (long long)revision);
        if (target->wiped)
            return err_set(why, ERR_REJECT, "REVISION_REDACTED", "redaction.revisions",
                           "revision %lld was wiped before", (long long)revision);
    }
    return true;
}

static bool is_target(const struct redaction *redaction, int64_t change_id)
{
    for (int i = 0; change_id && i < redaction->n; i++)
        if (redaction->targets[i].change_id == change_id)
            return true;
    return false;
}

bool redaction_allows(const struct batch *batch, const struct item_state *item,
                      struct submission *s)
{
    if (!s->change->redaction)
        return true;
    if (!names_changes(batch->redaction, s->change->redaction, &s->why))
        return false;
    for (int group = 1; group <= GROUP_LAST; group++)
        if (is_target(batch->redaction, item->group_changes[group]) && !group_get(s->change, group))
            return err_set(&s->why, ERR_REJECT, "REDACTION_LEAVES_GROUP", group_name(group),
                           "what is wiped said it last; say it anew in the same change");
    return true;
}

static bool is_applied(const struct submission *s)
{
    return !s->duplicate && (s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED ||
                             s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_MERGED);
}

void redaction_write_steps(struct batch *batch, struct steps *steps)
{
    const struct item_state *item;
    struct store_array changes;
    struct store_args *args;

    if (!batch->redaction || !is_applied(batch->submissions[0]))
        return;
    item = batch_item(batch, batch->submissions[0]->change->subject, false);
    store_array_init(&changes, &batch->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < batch->redaction->n; i++)
        store_array_int(&changes, batch->redaction->targets[i].change_id);
    batch->redaction->step = steps->n + 1;
    args = steps_add(steps, sql_wipe_changes);
    store_arg_int(args, item->item_id);
    store_arg_array(args, &changes);
    args = steps_add(steps, sql_wipe_unapplied);
    store_arg_int(args, item->item_id);
    store_arg_text(args, item->key);
}

void redaction_log(const struct batch *batch, PGresult *const *results)
{
    const PGresult *wiped, *unapplied;

    if (!batch->redaction || !batch->redaction->step)
        return;
    wiped = results[batch->redaction->step - 1];
    unapplied = results[batch->redaction->step];
    log_event(LOG_INFO, "redacted", "subject", batch->submissions[0]->change->subject, "changes",
              log_num(store_int(wiped, 0, 0)), "images", log_num(store_int(wiped, 0, 1)), "bytes",
              log_num(store_int(wiped, 0, 2)), "unapplied", log_num(store_int(unapplied, 0, 0)),
              NULL);
}
