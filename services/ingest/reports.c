/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast path: progress reports whose base revision is current, written by one statement for the
 * whole batch. The check of the revision is that statement's first step, so what was applied before
 * falls through it, and nothing is read beforehand.
 */
#include "batch.h"
#include "columns.h"
#include "model/transitions.h"
#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static int by_subject(const void *a, const void *b)
{
    const struct submission *const *one = a;
    const struct submission *const *other = b;

    return strcmp((*one)->change->subject, (*other)->change->subject);
}

static void put_report(struct columns *c, const struct submission *s)
{
    const Uptake__V1__ProgressReport *report = s->change->progress_report;
    struct store_array *at = c->array;

    store_array_int(&at[0], s->sender_id);
    store_array_bytes(&at[1], s->message_id, MESSAGE_ID_BYTES);
    store_array_bytes(&at[2], s->body_sha256, SHA256_BYTES);
    store_array_text(&at[3], s->change->subject);
    store_array_text(&at[4], s->change->document);
    store_array_int(&at[5], (int64_t)s->change->base_revision);
    store_array_text(&at[6], wire_word(&uptake__v1__progress__descriptor, report->progress));
    put_date(&at[7], report->reported_on);
    put_date(&at[8], report->completed_on);
    store_array_int(&at[9], report->evidence[0] ? 1 : 0);
    store_array_bytes(&at[10], s->body, s->len);
}

/* The items are locked in the order of their keys, as every writer does. */
void batch_report_steps(struct batch *batch, struct steps *steps)
{
    struct columns c;

    batch->by_subject = arena_memdup(&batch->arena, batch->submissions,
                                     (size_t)batch->n * sizeof(*batch->by_subject));
    if (!batch->by_subject) {
        batch->failed = true;
        return;
    }
    qsort(batch->by_subject, (size_t)batch->n, sizeof(*batch->by_subject), by_subject);
    columns_init(&c, &batch->arena, "iubttitttib");
    for (int i = 0; i < batch->n; i++)
        put_report(&c, batch->by_subject[i]);
    steps_add(steps, sql_begin);
    steps_add(steps, sql_lock_moves_shared);
    store_arg_time_us(columns_step(steps, sql_report_progress, &c), batch->recorded_at_us);
}

/* What the statement wrote of this report; the careful path says more of one that may not stand. */
static bool take_row(struct batch *batch, const PGresult *found, int row)
{
    struct submission *s = batch->by_subject[store_int(found, row, 0) - 1];
    struct change_row *change = &batch->rows[s->place];
    int before = 0;

    if (!wire_word_value(&uptake__v1__progress__descriptor, store_text(found, row, 2), &before) ||
        !transition_allowed((enum progress)before,
                            (enum progress)s->change->progress_report->progress)) {
        s->careful = true;
        batch->taken_back = true;
        return true;
    }
    *change = (struct change_row){.change_id = store_int(found, row, 1), .len = s->len};
    memcpy(change->body_sha256, s->body_sha256, SHA256_BYTES);
    change->scopes = store_ints(found, row, 4, &batch->arena, &change->nscopes);
    s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED;
    s->revision = store_int(found, row, 3);
    return change->scopes != NULL;
}

/* Rows of what was taken, in the order the reports came in: that is the order of the feeds. */
static void close_gaps(struct batch *batch)
{
    for (int i = 0; i < batch->n; i++) {
        if (batch->rows[i].change_id)
            batch->rows[batch->nrows++] = batch->rows[i];
        else
            batch->submissions[i]->careful = true;
    }
}

bool batch_take_reports(struct batch *batch, PGresult *const *results, struct err *err)
{
    const PGresult *found = results[2];

    batch->rows = arena_zalloc(&batch->arena, (size_t)batch->n * sizeof(*batch->rows));
    for (int i = 0; batch->rows && i < batch->n; i++)
        batch->submissions[i]->place = i;
    for (int row = 0; batch->rows && row < PQntuples(found); row++)
        if (!take_row(batch, found, row))
            batch->rows = NULL;
    if (!batch->rows)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot read what was written");
    if (batch->taken_back)
        return true;
    close_gaps(batch);
    return true;
}
