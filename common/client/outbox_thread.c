/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that writes: whatever is wanted while it commits goes into its next commit. */
#include "outbox_parts.h"

enum { JOBS_AT_ONCE = 4096 };

void outbox_append(struct jobs *jobs, struct job *job)
{
    job->next = NULL;
    if (jobs->last)
        jobs->last->next = job;
    else
        jobs->first = job;
    jobs->last = job;
}

void outbox_move(struct jobs *to, struct jobs *from, size_t most)
{
    struct job *job;

    while (most-- > 0 && (job = from->first)) {
        from->first = job->next;
        if (!from->first)
            from->last = NULL;
        outbox_append(to, job);
    }
}

static bool do_job(struct outbox_file *outbox, struct job *job, struct err *err)
{
    switch (job->kind) {
    case JOB_PUT:
        return outbox_db_put(&outbox->db, job->entries, job->n, err);
    case JOB_READ:
        return outbox_db_read(&outbox->db, job->after_place, job->most, &job->arena, job->entries,
                              &job->n, err);
    case JOB_SETTLE:
        return outbox_db_settle(&outbox->db, &job->settled, err);
    case JOB_LOOK:
        break;
    }
    return true;
}

/* All in one transaction, whose end they share. */
static bool do_jobs(struct outbox_file *outbox, struct jobs *jobs, struct outbox_usage *usage,
                    struct err *err)
{
    if (outbox->broken.code) {
        *err = outbox->broken;
        return false;
    }
    if (!outbox_db_begin(&outbox->db, err))
        return false;
    for (struct job *job = jobs->first; job; job = job->next) {
        job->failed = !do_job(outbox, job, &job->err);
        if (job->failed && job->err.kind != ERR_REJECT) {
            *err = job->err;
            return false;
        }
    }
    return outbox_db_usage(&outbox->db, usage, err) && outbox_db_commit(&outbox->db, err);
}

static void work(struct outbox_file *outbox, struct jobs *jobs, struct outbox_usage *usage)
{
    struct err err;

    if (do_jobs(outbox, jobs, usage, &err))
        return;
    outbox_db_rollback(&outbox->db);
    outbox->broken = err;
    for (struct job *job = jobs->first; job; job = job->next) {
        job->failed = true;
        job->err = err;
    }
}

void outbox_run_thread(void *ctx)
{
    struct outbox_file *outbox = ctx;
    struct outbox_usage usage = outbox->usage;

    uv_mutex_lock(&outbox->mutex);
    for (;;) {
        struct jobs jobs = {0};

        while (!outbox->wanted.first && !outbox->stop)
            uv_cond_wait(&outbox->more, &outbox->mutex);
        if (!outbox->wanted.first)
            break;
        outbox_move(&jobs, &outbox->wanted, JOBS_AT_ONCE);
        uv_mutex_unlock(&outbox->mutex);
        work(outbox, &jobs, &usage);
        uv_mutex_lock(&outbox->mutex);
        outbox->usage = usage;
        outbox->failure = outbox->broken;
        outbox_move(&outbox->finished, &jobs, SIZE_MAX);
        uv_async_send(&outbox->async);
    }
    outbox->stopped = true;
    uv_async_send(&outbox->async);
    uv_mutex_unlock(&outbox->mutex);
}
