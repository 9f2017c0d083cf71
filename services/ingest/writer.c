/* SPDX-License-Identifier: Apache-2.0 */
#include "writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "batch.h"
#include "patience.h"
#include "redaction.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAUSE_MS = 100,     /* before a failed batch runs again */
    RUNS_TRANSIENT = 3, /* of a batch whose failure may mend by itself */
    BATCH_USUAL = 500,
    BATCH_SLOW_MS = 50, /* a batch that takes longer is paid for better by a larger one */
};

/* IDLE -> READING -> WRITING -> IDLE; any failure -> IDLE. The next batch starts from
 * a timer, never from inside the end of the last one: a queue of any length costs no stack. */
enum writer_state {
    WRITER_IDLE,
    WRITER_READING, /* the readings of its class; all but repeats BEGIN there */
    WRITER_WRITING, /* everything up to COMMIT */
};

struct writer {
    uv_loop_t *loop;
    struct store *store;
    struct queue *queue;
    int number;
    struct in_hand *in_hand;
    writer_settled_fn *on_settled;
    void *settled_ctx;
    writer_moved_fn *on_moved;
    void *moved_ctx;
    int own_principal;

    enum writer_state state;
    const struct reading *reading; /* the one that is under way */
    uv_timer_t timer;
    bool stopped;
    int runs; /* how often the batch at the front has failed for a passing reason */
    void (*closed)(void *ctx);
    void *closed_ctx;
    struct batch batch;
    int most;            /* in the next batch */
    uint64_t started_ms; /* the batch under way */
    int singles;         /* how many more are to be run alone */
    int feed;            /* index of the result that tells which feed moved; -1: none */
    struct err failure;  /* why the batch is being rolled back */
    struct patience patience;
};

static void start_batch(uv_timer_t *timer);

static void schedule(struct writer *writer, uint64_t delay_ms)
{
    if (!writer->stopped && !uv_is_closing((uv_handle_t *)&writer->timer))
        uv_timer_start(&writer->timer, start_batch, delay_ms, 0);
}

static void on_more(void *ctx)
{
    struct writer *writer = ctx;

    if (writer->state == WRITER_IDLE && !uv_is_active((uv_handle_t *)&writer->timer))
        schedule(writer, 0);
}

struct writer *writer_create(const struct writer_options *options, struct err *err)
{
    struct writer *writer = calloc(1, sizeof(*writer));

    if (!writer)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "writer", "cannot allocate");
    writer->loop = options->loop;
    writer->store = options->store;
    writer->queue = options->queue;
    writer->number = options->number;
    writer->in_hand = options->in_hand;
    writer->most = BATCH_USUAL;
    writer->on_settled = options->on_settled;
    writer->settled_ctx = options->settled_ctx;
    writer->on_moved = options->on_moved;
    writer->moved_ctx = options->moved_ctx;
    uv_timer_init(options->loop, &writer->timer);
    writer->timer.data = writer;
    queue_listen(options->queue, options->number, on_more, writer);
    return writer;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct writer *writer = handle->data;
    void (*closed)(void *ctx) = writer->closed;
    void *ctx = writer->closed_ctx;

    batch_finish(&writer->batch);
    free(writer);
    closed(ctx);
}

void writer_close(struct writer *writer, void (*closed)(void *ctx), void *ctx)
{
    if (!writer) {
        closed(ctx);
        return;
    }
    writer->closed = closed;
    writer->closed_ctx = ctx;
    queue_listen(writer->queue, writer->number, NULL, NULL);
    uv_close((uv_handle_t *)&writer->timer, on_timer_closed);
}

void writer_set_own_principal(struct writer *writer, int principal_id)
{
    writer->own_principal = principal_id;
}

void writer_stop(struct writer *writer)
{
    writer->stopped = true;
}

bool writer_is_idle(const struct writer *writer)
{
    return writer->state == WRITER_IDLE;
}

/* Tells of what has its answer and keeps it for batch_finish; the rest goes back to the queue. */
static void settle(struct writer *writer)
{
    struct batch *batch = &writer->batch;
    struct submission *left[BATCH_MAX];
    int nleft = 0;
    int n = 0;

    for (int i = 0; i < batch->n; i++) {
        if (batch->submissions[i]->outcome)
            batch->submissions[n++] = batch->submissions[i];
        else
            left[nleft++] = batch->submissions[i];
    }
    batch->n = n;
    writer->on_settled(writer->settled_ctx, batch->submissions, n);
    for (int i = 0; i < n; i++)
        queue_settled(writer->queue, batch->submissions[i]);
    queue_put_back(writer->queue, writer->number, left, nleft);
}

/* A batch grows while batches are slow: then the time goes into the commit, not into its rows. */
static void choose_size(struct writer *writer)
{
    const uint64_t took_ms = uv_now(writer->loop) - writer->started_ms;

    if (took_ms > BATCH_SLOW_MS && 2 * writer->most <= BATCH_MAX)
        writer->most *= 2;
    else if (took_ms < BATCH_SLOW_MS / 2)
        writer->most = BATCH_USUAL;
}

/* The batch is done with: answered submissions are freed, the next batch may start. */
static void finish_batch(struct writer *writer)
{
    choose_size(writer);
    settle(writer);
    batch_finish(&writer->batch);
    writer->state = WRITER_IDLE;
    writer->runs = 0;
    schedule(writer, 0);
}

/* Puts the submissions of the batch back to the front of the queue, in order, to be judged anew:
 * what came after them may build on them. */
static void requeue(struct writer *writer, uint64_t delay_ms)
{
    for (int i = 0; i < writer->batch.n; i++) {
        struct submission *s = writer->batch.submissions[i];
        if (s->outcome != UPTAKE__V1__OUTCOME__OUTCOME_PARKED && !s->is_judged) {
            s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_UNSPECIFIED;
            s->why = (struct err){0};
        }
        s->duplicate = false;
    }
    queue_put_back(writer->queue, writer->number, writer->batch.submissions, writer->batch.n);
    writer->batch.n = 0;
    batch_finish(&writer->batch);
    writer->state = WRITER_IDLE;
    schedule(writer, delay_ms);
}

static void answer_later(struct submission *s, const struct err *err)
{
    s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER;
    s->duplicate = false;
    s->revision = 0;
    err_set(&s->why, ERR_RETRY, err->kind == ERR_RETRY ? err->code : "DB_UNAVAILABLE", "ingest",
            "the outcome is not known yet; send the same message again");
}

/* One part of what waits, so that its senders get few messages; false: nothing waits. */
static bool answer_some_later(struct writer *writer, const struct err *err)
{
    struct submission *list[BATCH_CAREFUL_MAX];
    int n = 0;

    while (n < BATCH_CAREFUL_MAX && (list[n] = queue_take_any(writer->queue, writer->number)))
        answer_later(list[n++], err);
    writer->on_settled(writer->settled_ctx, list, n);
    for (int i = 0; i < n; i++) {
        queue_settled(writer->queue, list[i]);
        submission_free(list[i]);
    }
    return n > 0;
}

/* The database is away: everything waits at the senders, who keep the order. */
static void answer_all_later(struct writer *writer, const struct err *err)
{
    for (int i = 0; i < writer->batch.n; i++)
        answer_later(writer->batch.submissions[i], err);
    settle(writer);
    batch_finish(&writer->batch);
    while (answer_some_later(writer, err))
        ;
    writer->state = WRITER_IDLE;
    writer->runs = 0;
    writer->singles = 0;
}

/* Only what the data of a change can cause is held against the change: class 22 and 23, but not a
 * key that somebody else inserted at this moment. Anything else is the database's own trouble. */
static bool is_fault_of_change(const struct err *err)
{
    return err->kind == ERR_FATAL && strcmp(err->place, "23505") != 0 &&
           (strncmp(err->place, "22", 2) == 0 || strncmp(err->place, "23", 2) == 0);
}

static void single_out(struct writer *writer, const struct err *err)
{
    struct submission *only = writer->batch.submissions[0];

    if (writer->batch.n > 1 || !only->careful) {
        for (int i = 0; i < writer->batch.n; i++)
            writer->batch.submissions[i]->careful = true;
        writer->singles += writer->batch.n;
        requeue(writer, 0);
        return;
    }
    /* It fails alone: the next run writes no more of it than its outcome and its body. */
    only->outcome = UPTAKE__V1__OUTCOME__OUTCOME_PARKED;
    err_set(&only->why, ERR_REJECT, "PARKED", err->place,
            "the register cannot store this change; it is kept for an operator");
    writer->singles++;
    requeue(writer, 0);
}

/* Whatever the statement for whole batches met, the careful path looks at each. */
static void run_again(struct writer *writer)
{
    for (int i = 0; writer->batch.class == BATCH_REPORTS && i < writer->batch.n; i++)
        writer->batch.submissions[i]->careful = true;
    requeue(writer, PAUSE_MS);
}

static void fail_batch(struct writer *writer, const struct err *err)
{
    const struct submission *first = writer->batch.submissions[0];
    bool already_parked = first->outcome == UPTAKE__V1__OUTCOME__OUTCOME_PARKED;

    log_err(LOG_WARN, "batch_failed", err);
    if (!writer->stopped && is_fault_of_change(err) && !already_parked)
        single_out(writer, err);
    else if (!writer->stopped && store_is_ready(writer->store) && ++writer->runs < RUNS_TRANSIENT)
        run_again(writer);
    else
        answer_all_later(writer, err);
}

static void on_abandoned(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct writer *writer = ctx;

    (void)results, (void)nresults, (void)err; /* a lost connection has rolled back as well */
    fail_batch(writer, &writer->failure);
}

/* It was not the database that failed: its transaction still stands open. */
static void abandon_batch(struct writer *writer, const struct err *err)
{
    const struct store_step step = {.sql = sql_rollback};
    struct err ignored;

    writer->failure = *err;
    if (!store_submit(writer->store, &step, 1, on_abandoned, writer, &ignored))
        fail_batch(writer, err);
}

static void tell_moved(struct writer *writer, PGresult *const *results)
{
    if (writer->feed >= 0 && PQntuples(results[writer->feed]) == 1)
        writer->on_moved(writer->moved_ctx, store_text(results[writer->feed], 0, 0),
                         store_int(results[writer->feed], 0, 1));
}

static void lose_patience(struct writer *writer)
{
    for (int i = 0; i < writer->batch.n; i++) {
        struct submission *s = writer->batch.submissions[i];
        if (s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER &&
            patience_is_over(&writer->patience, s, uv_now(writer->loop))) {
            s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
            s->why.kind = ERR_REJECT;
        }
    }
}

static void on_written(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct writer *writer = ctx;

    (void)nresults;
    if (err) {
        fail_batch(writer, err);
        return;
    }
    if (writer->batch.taken_back) {
        requeue(writer, 0);
        return;
    }
    tell_moved(writer, results);
    redaction_log(&writer->batch, results);
    finish_batch(writer);
}

static void write_batch(struct writer *writer)
{
    struct steps steps = {.arena = &writer->batch.arena};
    struct err err;

    if (writer->batch.class == BATCH_REPEATS) {
        finish_batch(writer);
        return;
    }
    if (writer->batch.class != BATCH_REPORTS && !batch_decide(&writer->batch, &err)) {
        abandon_batch(writer, &err);
        return;
    }
    lose_patience(writer);
    batch_write_steps(&writer->batch, &steps, &writer->feed);
    writer->state = WRITER_WRITING;
    if (steps.failed) {
        err_set(&err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot build the statements");
        abandon_batch(writer, &err);
    } else if (!store_submit(writer->store, steps.list, steps.n, on_written, writer, &err)) {
        fail_batch(writer, &err);
    }
}

/* What is read before a batch is decided, each a round trip; the later ones hang on what the
 * earlier ones brought, so the first that has nothing to ask is the last. */
static const struct reading {
    void (*ask)(struct batch *batch, struct steps *steps);
    bool (*take)(struct batch *batch, PGresult *const *results, struct err *err);
} careful_readings[] =
    {
        {batch_load_steps, batch_take_loaded}, /* BEGIN, locks, earlier outcomes, references */
        {batch_body_steps, batch_take_bodies}, /* what was said before, what stands on tombstones */
        {batch_dependent_steps, batch_take_dependents}, /* what moves along */
        {batch_moved_steps, batch_take_moved},          /* what that is made of */
        {NULL, NULL},
},
  report_readings[] =
      {
          {batch_report_steps, batch_take_reports}, /* BEGIN, and they are written */
          {NULL, NULL},
},
  repeat_readings[] = {
      {batch_repeat_steps, batch_take_repeats},
      {NULL, NULL},
};

static const struct reading *readings_of(enum batch_class class)
{
    if (class == BATCH_REPORTS)
        return report_readings;
    return class == BATCH_REPEATS ? repeat_readings : careful_readings;
}

static void read_next(struct writer *writer);

static void on_read(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct writer *writer = ctx;
    struct err bad;

    (void)nresults;
    if (err) {
        fail_batch(writer, err);
    } else if (!writer->reading->take(&writer->batch, results, &bad)) {
        abandon_batch(writer, &bad);
    } else {
        writer->reading++;
        read_next(writer);
    }
}

static void read_next(struct writer *writer)
{
    struct steps steps = {.arena = &writer->batch.arena};
    struct err err;

    if (writer->reading->ask)
        writer->reading->ask(&writer->batch, &steps);
    if (steps.failed || writer->batch.failed) {
        err_set(&err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot build the statements");
        abandon_batch(writer, &err);
    } else if (steps.n == 0) {
        write_batch(writer);
    } else if (!store_submit(writer->store, steps.list, steps.n, on_read, writer, &err)) {
        fail_batch(writer, &err);
    }
}

static void start_batch(uv_timer_t *timer)
{
    struct writer *writer = timer->data;

    if (writer->state != WRITER_IDLE || writer->stopped)
        return;
    batch_init(&writer->batch, writer->own_principal, clock_now_us());
    writer->batch.in_hand = writer->in_hand;
    queue_fill(writer->queue, writer->number, writer->singles > 0 ? 1 : writer->most,
               &writer->batch);
    if (writer->batch.n == 0)
        return;
    if (writer->singles > 0)
        writer->singles--;
    writer->started_ms = uv_now(writer->loop);
    writer->state = WRITER_READING;
    writer->reading = readings_of(writer->batch.class);
    read_next(writer);
}
