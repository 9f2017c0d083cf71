/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue - submissions that wait for the database, and which writer may take which.
 *
 * Documents are dealt out to lanes, and the lanes to the writers. Progress reports go to the writer
 * of their lane; everything else goes to writer 0 in the order it came, since one change may refer
 * to what another made in any document. So that nothing of a document overtakes what came before
 * it, a report follows into writer 0 while something of its lane is there, and writer 0 leaves
 * alone what belongs to a lane whose writer has not finished what it holds of it.
 *
 * A sender whose messages turned out to be repeats is looked up first, until one is new.
 *
 * Ownership: the queue owns what waits; what a batch took is the writer's, who gives it back with
 * queue_put_back or says with queue_settled that it was answered.
 */
#ifndef UPTAKE_INGEST_QUEUE_H
#define UPTAKE_INGEST_QUEUE_H

#include "batch.h"

enum {
    QUEUE_WRITERS = 2,
    QUEUE_LANES = 256,
    RUN_LEAST = 32, /* reports in a row that are worth a statement of their own */
};

struct queue;

/* Tells a writer that there may be something for it; called often. */
typedef void queue_wake_fn(void *ctx);

MUST_CHECK struct queue *queue_create(struct err *err);
/* What waits is dropped unanswered: its senders have it. NULL is fine. */
void queue_destroy(struct queue *queue);
void queue_listen(struct queue *queue, int writer, queue_wake_fn *wake, void *ctx);

/* Takes the submission over. */
void queue_give(struct queue *queue, struct submission *submission);
/* Bytes of memory that waiting submissions hold. */
size_t queue_bytes(const struct queue *queue);

/* Fills an empty batch with at most `most` of what this writer may take now; it may stay empty. */
void queue_fill(struct queue *queue, int writer, int most, struct batch *batch);
/* Back to the front, in their order, to be taken again. */
void queue_put_back(struct queue *queue, int writer, struct submission *const *list, int n);
/* It has its answer; still the caller's to free. */
void queue_settled(struct queue *queue, const struct submission *submission);
/* Whatever this writer has waiting, one by one; NULL: nothing. */
struct submission *queue_take_any(struct queue *queue, int writer);

/* A sender that came back may say again what it said before. */
void queue_expect_repeats(struct queue *queue, int sender_id);

#endif
