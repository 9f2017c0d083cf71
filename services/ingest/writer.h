/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer - takes what the queue has for it to the database, one batch and one transaction at a
 * time.
 *
 * What arrives while a commit is under way makes the next batch. A submission is answered only
 * after its COMMIT was confirmed; a lost connection at COMMIT leaves the outcome unknown, so the
 * sender is told to send again and dedupe decides. Progress reports go in by one statement; what
 * that does not take is run again the careful way. A batch that the database refuses is run again
 * one change at a time, so that one bad change cannot hold up its neighbours; the one that fails
 * alone is parked.
 */
#ifndef UPTAKE_INGEST_WRITER_H
#define UPTAKE_INGEST_WRITER_H

#include "queue.h"
#include "store/store.h"

#include <uv.h>

struct writer;

/* Told of settled submissions, still owned by the writer, once per commit. */
typedef void writer_settled_fn(void *ctx, struct submission *const *submissions, int n);
/* Told after a commit that feeds moved: of hq if it did, else of another. */
typedef void writer_moved_fn(void *ctx, const char *scope, int64_t seq);

struct writer_options {
    uv_loop_t *loop;
    struct store *store;
    struct queue *queue;
    int number; /* which of the queue's writers it is */
    struct in_hand *in_hand;
    writer_settled_fn *on_settled;
    void *settled_ctx;
    writer_moved_fn *on_moved;
    void *moved_ctx;
};

MUST_CHECK struct writer *writer_create(const struct writer_options *options, struct err *err);
/* Nothing may be under way (writer_is_idle). NULL writer: closed is called at once. */
void writer_close(struct writer *writer, void (*closed)(void *ctx), void *ctx);

/* The principal that images are written under; needed before the first submission. */
void writer_set_own_principal(struct writer *writer, int principal_id);
/* Stops taking new batches; the one under way is finished. */
void writer_stop(struct writer *writer);
bool writer_is_idle(const struct writer *writer);

#endif
