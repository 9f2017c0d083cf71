/* SPDX-License-Identifier: Apache-2.0 */
/* outbox_parts - what the outbox's two sides share: errands, and who may touch what. */
#ifndef UPTAKE_CLIENT_OUTBOX_PARTS_H
#define UPTAKE_CLIENT_OUTBOX_PARTS_H

#include "outbox_file.h"

enum job_kind {
    JOB_PUT,
    JOB_READ,
    JOB_SETTLE,
    JOB_LOOK, /* only reads the totals again */
};

/* One errand of the writing thread. It lives in its own arena. */
struct job {
    struct job *next;
    struct arena arena;
    enum job_kind kind;
    struct outbox_entry *entries; /* JOB_PUT, JOB_READ */
    size_t n;
    uint64_t bytes; /* JOB_PUT */
    int64_t after_place;
    size_t most;
    struct outbox_settled settled;
    outbox_done_fn *done;
    outbox_read_fn *read;
    void *ctx;
    bool failed;
    struct err err;
};

struct jobs {
    struct job *first, *last;
};

struct outbox_file {
    char *path;
    int lock;
    struct outbox_options options;
    uint64_t epoch;

    /* The loop's */
    uv_async_t async;
    uv_thread_t thread;
    bool told_failure;
    bool looking;
    uint64_t reserved; /* entries put and not yet durable */
    uint64_t reserved_bytes;
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;

    /* The thread's */
    struct outbox_db db;
    struct err broken; /* code NULL: it works */

    uv_mutex_t mutex; /* guards what follows */
    uv_cond_t more;
    struct jobs wanted, finished;
    struct outbox_usage usage; /* as of the last commit */
    struct err failure;        /* copy of broken */
    bool stop, stopped;
};

/* Moves at most `most` errands from one list behind another. */
void outbox_move(struct jobs *to, struct jobs *from, size_t most);
void outbox_append(struct jobs *jobs, struct job *job);

/* A uv_thread_cb: does what is wanted until told to stop. */
void outbox_run_thread(void *outbox);

#endif
