/* SPDX-License-Identifier: Apache-2.0 */
/* What a follower does to its store, on a thread of the pool: applying a batch, giving the copy up.
 * The loop goes on meanwhile. */
#include "follower_parts.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>

enum {
    DAMAGED_MAX = 3, /* batches in a row */
    RESYNCS_MAX = 3, /* an hour */
};

/* What the pool's thread does; nothing else touches the store meanwhile. */
struct work {
    uv_work_t uv;
    struct follower *follower;
    struct arena arena;
    const Uptake__V1__Batch *batch; /* NULL: wipe */
    const char *reason;             /* of the wipe; static */
    bool always;                    /* wiped however often it was before */
    size_t first;
    struct follower_cursor before, after;
    bool good;
    struct err err;
};

static void wipe(struct work *work)
{
    struct follower_store *store = work->follower->options.store;
    const int64_t now_us = clock_now_us();
    int wipes = 0;

    work->after = follower_start(follower_store_scope(store));
    if (!follower_store_wipes(store, now_us - INT64_C(3600) * 1000000, &wipes, &work->err))
        return;
    if (wipes >= RESYNCS_MAX && !work->always)
        err_set(&work->err, ERR_FATAL, "RESYNC_TOO_OFTEN", work->reason,
                "the copy was given up %d times within the hour; see what is wrong with the feed",
                wipes);
    else
        work->good = follower_store_wipe(store, work->reason, now_us, &work->err);
}

static void on_work(uv_work_t *uv)
{
    struct work *work = (struct work *)uv;
    struct follower_store *store = work->follower->options.store;

    if (!work->batch)
        wipe(work);
    else
        work->good = follower_check(follower_store_scope(store), &work->before, work->batch,
                                    &work->first, &work->after, &work->err) &&
                     follower_store_apply(store, work->batch, work->first, &work->before,
                                          &work->after, &work->err);
}

static void on_worked(uv_work_t *uv, int status);

/* Takes over the arena. */
static void begin_work(struct follower *follower, struct arena arena,
                       const Uptake__V1__Batch *batch, const char *reason, bool always)
{
    struct work *work = calloc(1, sizeof(*work));
    struct err err;

    if (work) {
        *work = (struct work){.follower = follower,
                              .arena = arena,
                              .batch = batch,
                              .reason = reason,
                              .always = always,
                              .before = follower->cursor};
        if (uv_queue_work(follower->loop, &work->uv, on_work, on_worked) == 0) {
            follower->working = true;
            follower_enter(follower, FOLLOWER_WORKING, 0);
            return;
        }
        free(work);
    }
    arena_finish(&arena);
    err_set(&err, ERR_FATAL, "OUT_OF_MEMORY", "follower", "cannot apply a batch");
    follower_end(follower, &err);
}

void follower_apply(struct follower *follower, struct arena arena, const Uptake__V1__Batch *batch)
{
    begin_work(follower, arena, batch, NULL, false);
}

void follower_resync(struct follower *follower, const char *reason, bool always)
{
    log_event(LOG_WARN, "follower_resyncs", "reason", reason, NULL);
    begin_work(follower, (struct arena){0}, NULL, reason, always);
}

static void on_applied(struct follower *follower, const struct work *work)
{
    const Uptake__V1__Batch *batch = work->batch;

    follower->cursor = work->after;
    follower->failures = follower->damaged = 0;
    if (follower->max_bytes < FOLLOWER_BYTES_MAX && batch->n_segments)
        follower->max_bytes *= 2;
    follower->told.up_to_date = work->after.seq >= batch->head_seq;
    follower->told.head_seq = batch->head_seq;
    follower->told.as_of_us = batch->server_time_us;
    follower->told.seq = work->after.seq;
    if (follower->options.on_applied && work->first < batch->n_segments)
        follower->options.on_applied(follower->options.ctx, batch, work->first);
}

static void on_wiped(struct follower *follower, const struct work *work)
{
    follower->cursor = work->after;
    follower->damaged = 0;
    follower->told.up_to_date = false;
    follower->told.resyncs++;
}

/* Nothing was written. What is damaged on the way is whole the next time; what stays damaged is
 * read anew from the beginning. */
static void on_work_failed(struct follower *follower, const struct err *err)
{
    if (err->kind != ERR_RETRY) {
        follower_end(follower, err);
    } else if (++follower->damaged < DAMAGED_MAX) {
        log_err(LOG_WARN, "batch_not_applied", err);
        follower_pause(follower, follower_part_of(FOLLOWER_REST_MS), false);
    } else {
        follower_resync(follower, err->code, false);
    }
}

static void settle(struct follower *follower, const struct work *work)
{
    if (!work->good) {
        on_work_failed(follower, &work->err);
        return;
    }
    if (work->batch)
        on_applied(follower, work);
    else
        on_wiped(follower, work);
    if (!follower->closed)
        follower_tell(follower);
    if (!follower->closed && follower->state == FOLLOWER_WORKING)
        follower_ask(follower);
}

static void on_worked(uv_work_t *uv, int status)
{
    struct work *work = (struct work *)uv;
    struct follower *follower = work->follower;

    (void)status; /* never cancelled */
    follower->working = false;
    if (!follower->closed)
        settle(follower, work);
    else if (work->good && work->batch)
        on_applied(follower,
                   work); /* it is in the store and will not come again: told all the same */
    arena_finish(&work->arena);
    free(work);
    if (follower->closed)
        follower_finish_close(follower);
}
