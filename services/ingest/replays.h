/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replays - parked changes that a person wants tried again, back on their way to the writer.
 *
 * A letter marked replayed is the outbox of its own new attempt: asked for every second, it is
 * put into the queue, with no peer to answer, until its outcome stands on the letter. The id of the
 * attempt follows from the letter's (uptake.replay_id), so an ingest that dies in between, or two
 * of them, cannot apply it twice. The rules and its sender's grants of now are asked: a letter that
 * was kept unread has passed neither.
 *
 * Threading: loop thread only.   What it is made of is borrowed.
 */
#ifndef UPTAKE_INGEST_REPLAYS_H
#define UPTAKE_INGEST_REPLAYS_H

#include "in_hand.h"
#include "principals.h"
#include "queue.h"
#include "store/store.h"

struct replays;

struct replays_parts {
    struct store *store;
    struct queue *queue;
    const struct principals *principals;
    struct in_hand *in_hand;
};

MUST_CHECK struct replays *replays_create(const struct replays_parts *parts, struct err *err);
/* After the store was closed. */
void replays_destroy(struct replays *replays);

/* Looks for letters; does nothing while an answer or an earlier attempt is still to come. */
void replays_ask(struct replays *replays);
/* As writer_settled_fn; passes over what came from a peer. */
void replays_settled(struct replays *replays, struct submission *const *submissions, int n);

#endif
