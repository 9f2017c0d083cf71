/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include "base/log.h"
#include "sql.h"
#include "store/store.h"

#include <stdlib.h>

enum {
    EVERY_MS = 1000,
    FOLD_ENTRIES = 20000,  /* of hq in one transaction */
    REFUSALS_EVERY = 60,   /* sweeps */
    REFUSALS_KEPT = 10000, /* of each sender, the newest; an older one is judged again */
};

/* WAITING (timer runs) -> ASKING (reply pending) -> WAITING. */
struct sweep {
    struct store *store;
    uv_timer_t timer;
    struct arena arena;
    int sweeps;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void on_timer(uv_timer_t *timer);

static void on_reply(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct sweep *sweep = ctx;
    bool behind = false;

    (void)nresults;
    arena_reset(&sweep->arena);
    if (sweep->closed)
        return;
    if (err)
        log_err(LOG_WARN, "sweep_failed", err);
    else
        behind = PQntuples(results[0]) == 1 && store_int(results[0], 0, 0) > FOLD_ENTRIES / 2;
    uv_timer_start(&sweep->timer, on_timer, behind ? 0 : EVERY_MS, 0);
}

static struct store_step step(struct sweep *sweep, const char *sql, int limit)
{
    struct store_step step = {.sql = sql, .args = {.arena = &sweep->arena}};

    store_arg_int(&step.args, limit);
    return step;
}

static void on_timer(uv_timer_t *timer)
{
    struct sweep *sweep = timer->data;
    const struct store_step steps[] = {step(sweep, sql_fold_counts, FOLD_ENTRIES),
                                       step(sweep, sql_forget_refusals, REFUSALS_KEPT)};
    const int nsteps = ++sweep->sweeps % REFUSALS_EVERY == 0 ? 2 : 1;
    struct err err;

    if (!store_is_ready(sweep->store) ||
        !store_submit(sweep->store, steps, nsteps, on_reply, sweep, &err))
        uv_timer_start(&sweep->timer, on_timer, EVERY_MS, 0);
}

static void on_state(void *ctx, bool ready, const struct err *err)
{
    (void)ctx, (void)ready, (void)err; /* the writers' connections tell of the same trouble */
}

struct sweep *sweep_open(uv_loop_t *loop, const char *conninfo, struct err *err)
{
    struct sweep *sweep = calloc(1, sizeof(*sweep));
    const struct store_options options = {
        .conninfo = conninfo, .name = "uptake-ingest-sweep", .on_state = on_state, .ctx = sweep};

    if (!sweep)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "sweep", "cannot allocate");
    sweep->store = store_open(loop, &options, err);
    if (!sweep->store) {
        free(sweep);
        return NULL;
    }
    uv_timer_init(loop, &sweep->timer);
    sweep->timer.data = sweep;
    uv_timer_start(&sweep->timer, on_timer, EVERY_MS, 0);
    return sweep;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct sweep *sweep = handle->data;
    void (*closed)(void *ctx) = sweep->closed;
    void *ctx = sweep->closed_ctx;

    arena_finish(&sweep->arena);
    free(sweep);
    closed(ctx);
}

static void on_store_closed(void *ctx)
{
    struct sweep *sweep = ctx;

    uv_close((uv_handle_t *)&sweep->timer, on_timer_closed);
}

void sweep_close(struct sweep *sweep, void (*closed)(void *ctx), void *ctx)
{
    if (!sweep) {
        closed(ctx);
        return;
    }
    sweep->closed = closed;
    sweep->closed_ctx = ctx;
    uv_timer_stop(&sweep->timer);
    store_close(sweep->store, on_store_closed, sweep);
}
