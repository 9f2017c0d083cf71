/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include "base/clock.h"
#include "outbox_parts.h"
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { ENTRIES_MAX = 1000000 };
static const uint64_t bytes_most = UINT64_C(1) << 30;

/* The loop's side ------------------------------------------------------------------------------ */

static void free_job(struct job *job)
{
    struct arena arena = job->arena;

    arena_finish(&arena);
}

static void tell(struct outbox_file *outbox, struct job *job)
{
    if (job->kind == JOB_PUT) {
        outbox->reserved -= job->n;
        outbox->reserved_bytes -= job->bytes;
    }
    if (job->kind == JOB_LOOK)
        outbox->looking = false;
    if (job->done)
        job->done(job->ctx, job->failed ? &job->err : NULL);
    if (job->read && !job->failed)
        job->read(job->ctx, job->entries, job->n);
    free_job(job);
}

static void release(struct outbox_file *outbox)
{
    outbox_db_close(&outbox->db);
    if (outbox->lock >= 0)
        close(outbox->lock); /* after the last write */
    free(outbox->path);
    free(outbox);
}

static void on_async_closed(uv_handle_t *handle)
{
    struct outbox_file *outbox = handle->data;
    void (*closed)(void *ctx) = outbox->closed;
    void *ctx = outbox->closed_ctx;

    uv_cond_destroy(&outbox->more);
    uv_mutex_destroy(&outbox->mutex);
    release(outbox);
    if (closed)
        closed(ctx);
}

static void on_async(uv_async_t *async)
{
    struct outbox_file *outbox = async->data;
    struct jobs finished = {0};
    struct err failure;
    bool stopped;

    uv_mutex_lock(&outbox->mutex);
    outbox_move(&finished, &outbox->finished, SIZE_MAX);
    failure = outbox->failure;
    stopped = outbox->stopped;
    uv_mutex_unlock(&outbox->mutex);
    while (finished.first) {
        struct job *job = finished.first;

        finished.first = job->next;
        tell(outbox, job);
    }
    if (failure.code && !outbox->told_failure) {
        outbox->told_failure = true;
        if (outbox->options.on_failed)
            outbox->options.on_failed(outbox->options.ctx, &failure);
    }
    if (stopped && !uv_is_closing((uv_handle_t *)async)) {
        uv_thread_join(&outbox->thread);
        uv_close((uv_handle_t *)async, on_async_closed);
    }
}

static struct job *make_job(enum job_kind kind, void *ctx, struct err *err)
{
    struct arena arena = {0};
    struct job *job = arena_zalloc(&arena, sizeof(*job));

    if (!job)
        return err_null(err, ERR_RETRY, "OUT_OF_MEMORY", "outbox", "cannot take it now");
    job->arena = arena;
    job->kind = kind;
    job->ctx = ctx;
    return job;
}

/* Takes over the job. */
static bool want(struct outbox_file *outbox, struct job *job, struct err *err)
{
    struct err failure;

    uv_mutex_lock(&outbox->mutex);
    failure = outbox->failure;
    if (!failure.code && !outbox->closing) {
        outbox_append(&outbox->wanted, job);
        uv_cond_signal(&outbox->more);
        job = NULL;
    }
    uv_mutex_unlock(&outbox->mutex);
    if (!job)
        return true;
    free_job(job);
    if (!failure.code)
        return err_set(err, ERR_RETRY, "OUTBOX_CLOSING", outbox->path, "it is being closed");
    *err = failure;
    return false;
}

static struct outbox_usage usage_now(const struct outbox_file *outbox)
{
    uv_mutex_t *mutex = (uv_mutex_t *)(uintptr_t)&outbox->mutex;
    struct outbox_usage usage;

    uv_mutex_lock(mutex);
    usage = outbox->usage;
    uv_mutex_unlock(mutex);
    return usage;
}

/* Somebody else may have acknowledged what fills it. */
static void look_again(struct outbox_file *outbox)
{
    struct err err;
    struct job *job = outbox->looking ? NULL : make_job(JOB_LOOK, NULL, &err);

    outbox->looking = outbox->looking || (job && want(outbox, job, &err));
}

static bool check_room(struct outbox_file *outbox, uint64_t n, uint64_t bytes, struct err *err)
{
    const struct outbox_usage usage = usage_now(outbox);
    const uint64_t entries = usage.entries + usage.settled + outbox->reserved;
    const bool never = n > outbox->options.entries_max || bytes > outbox->options.bytes_max;

    if (entries + n <= outbox->options.entries_max &&
        usage.bytes + outbox->reserved_bytes + bytes <= outbox->options.bytes_max)
        return true;
    look_again(outbox);
    return err_set(err, never ? ERR_REJECT : ERR_RETRY, "OUTBOX_FULL", outbox->path,
                   "%llu wait, %llu refused ones are not acknowledged; limit %llu changes and %llu "
                   "bytes; %s",
                   (unsigned long long)(usage.entries + outbox->reserved),
                   (unsigned long long)usage.settled,
                   (unsigned long long)outbox->options.entries_max,
                   (unsigned long long)outbox->options.bytes_max,
                   never ? "give less at a time" : "see that ingest answers, then try again");
}

static bool copy_entry(struct job *job, struct outbox_entry *to, const struct outbox_entry *from)
{
    const char *label = from->label ? from->label : "";

    *to = *from;
    to->label = arena_strndup(&job->arena, label, strnlen(label, OUTBOX_LABEL_BYTES));
    to->body = arena_memdup(&job->arena, from->body, from->len);
    job->bytes += from->len;
    return to->label && to->body;
}

bool outbox_put(struct outbox_file *outbox, const struct outbox_entry *entries, size_t n,
                outbox_done_fn *done, void *ctx, struct err *err)
{
    uint64_t bytes = 0;
    struct job *job;
    bool good;

    for (size_t i = 0; i < n; i++) {
        if (entries[i].len > WIRE_BODY_MAX)
            return err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE",
                           entries[i].label ? entries[i].label : "body",
                           "%zu bytes, limit %d; shorten the texts", entries[i].len, WIRE_BODY_MAX);
        bytes += entries[i].len;
    }
    if (!check_room(outbox, n, bytes, err))
        return false;
    job = make_job(JOB_PUT, ctx, err);
    if (!job)
        return false;
    job->done = done;
    job->n = n;
    job->entries = arena_zalloc(&job->arena, (n + 1) * sizeof(*job->entries));
    good = job->entries != NULL;
    for (size_t i = 0; good && i < n; i++)
        good = copy_entry(job, &job->entries[i], &entries[i]);
    if (!good) {
        free_job(job);
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "outbox", "cannot take it now");
    }
    if (!want(outbox, job, err))
        return false;
    outbox->reserved += n;
    outbox->reserved_bytes += bytes;
    return true;
}

bool outbox_read(struct outbox_file *outbox, int64_t after_place, size_t most, outbox_read_fn *read,
                 void *ctx, struct err *err)
{
    struct job *job = make_job(JOB_READ, ctx, err);

    if (!job)
        return false;
    job->read = read;
    job->after_place = after_place;
    job->most = most;
    job->entries = arena_zalloc(&job->arena, most * sizeof(*job->entries));
    if (job->entries)
        return want(outbox, job, err);
    free_job(job);
    return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "outbox", "cannot read now");
}

static bool is_kept(enum client_outcome outcome)
{
    return outcome == CLIENT_REFUSED || outcome == CLIENT_CONFLICT || outcome == CLIENT_PARKED;
}

bool outbox_settle(struct outbox_file *outbox, const struct client_receipt *receipt,
                   outbox_done_fn *done, void *ctx, struct err *err)
{
    struct job *job = make_job(JOB_SETTLE, ctx, err);

    if (!job)
        return false;
    job->done = done;
    job->settled = (struct outbox_settled){
        .outcome = is_kept(receipt->outcome) ? client_outcome_word(receipt->outcome) : NULL,
        .code = arena_strdup(&job->arena, receipt->code),
        .place = arena_strdup(&job->arena, receipt->place),
        .text = arena_strdup(&job->arena, receipt->text),
        .settled_at_us = clock_now_us()};
    memcpy(job->settled.message_id, receipt->message_id, MESSAGE_ID_BYTES);
    return want(outbox, job, err);
}

uint64_t outbox_entries(const struct outbox_file *outbox)
{
    return usage_now(outbox).entries + outbox->reserved;
}

uint64_t outbox_producer_epoch(const struct outbox_file *outbox)
{
    return outbox->epoch;
}

/* Opening and closing -------------------------------------------------------------------------- */

static bool take_lock(struct outbox_file *outbox, struct err *err)
{
    char *path = malloc(strlen(outbox->path) + sizeof(".lock"));

    if (!path)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "outbox", "cannot open it");
    strcpy(path, outbox->path);
    strcat(path, ".lock");
    outbox->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    free(path);
    if (outbox->lock < 0)
        return err_set(err, ERR_FATAL, "OUTBOX_UNUSABLE", outbox->path,
                       "%s; check the folder and its permissions", strerror(errno));
    if (flock(outbox->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    return err_set(err, ERR_RETRY, "OUTBOX_IN_USE", outbox->path,
                   "another process sends from it; end that one first");
}

/* The time is above any number that a copy of this outbox counted up to. */
static bool read_epoch(struct outbox_file *outbox, struct err *err)
{
    const uint64_t now = (uint64_t)clock_now_us();

    if (!outbox_db_epoch(&outbox->db, &outbox->epoch, err))
        return false;
    if (!outbox->options.new_epoch)
        return true;
    outbox->epoch = now > outbox->epoch ? now : outbox->epoch + 1;
    return outbox_db_set_epoch(&outbox->db, outbox->epoch, err);
}

static bool start_thread(struct outbox_file *outbox, uv_loop_t *loop, struct err *err)
{
    uv_mutex_init(&outbox->mutex);
    uv_cond_init(&outbox->more);
    uv_async_init(loop, &outbox->async, on_async);
    outbox->async.data = outbox;
    if (uv_thread_create(&outbox->thread, outbox_run_thread, outbox) == 0)
        return true;
    uv_close((uv_handle_t *)&outbox->async, on_async_closed);
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "outbox", "cannot start its thread");
}

struct outbox_file *outbox_open(uv_loop_t *loop, const struct outbox_options *options,
                                struct err *err)
{
    struct outbox_file *outbox = calloc(1, sizeof(*outbox));

    if (!outbox)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "outbox", "cannot open it");
    outbox->lock = -1;
    outbox->options = *options;
    if (!outbox->options.entries_max)
        outbox->options.entries_max = ENTRIES_MAX;
    if (!outbox->options.bytes_max)
        outbox->options.bytes_max = bytes_most;
    outbox->path = strdup(options->path);
    if (!outbox->path)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "outbox", "cannot open it");
    else if (take_lock(outbox, err) && outbox_db_open(&outbox->db, outbox->path, err) &&
             outbox_db_check(&outbox->db, err) &&
             outbox_db_usage(&outbox->db, &outbox->usage, err) && read_epoch(outbox, err))
        return start_thread(outbox, loop, err) ? outbox : NULL;
    release(outbox);
    return NULL;
}

void outbox_close(struct outbox_file *outbox, void (*closed)(void *ctx), void *ctx)
{
    if (!outbox) {
        closed(ctx);
        return;
    }
    outbox->closing = true;
    outbox->closed = closed;
    outbox->closed_ctx = ctx;
    uv_mutex_lock(&outbox->mutex);
    outbox->stop = true;
    uv_cond_signal(&outbox->more);
    uv_mutex_unlock(&outbox->mutex);
}
