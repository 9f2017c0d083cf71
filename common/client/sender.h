/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender - an outbox and the client that empties it, in order.
 *
 * What is put is durable, goes to ingest however often either side is restarted, and leaves the
 * outbox with its final outcome. At most some thousand changes are in memory at a time, whatever
 * waits in the file.
 *
 * Threading: loop thread only.   Ownership: as in client.h and outbox.h; the sender owns both.
 */
#ifndef UPTAKE_CLIENT_SENDER_H
#define UPTAKE_CLIENT_SENDER_H

#include "client.h"
#include "outbox.h"

struct sender;

struct sender_options {
    struct client_options client; /* its callbacks, ctx, epoch and hand_back are set here */
    struct outbox_options outbox; /* its callbacks and ctx, too */
    /* A final outcome, recorded in the outbox. label as it was put. */
    void (*on_outcome)(void *ctx, const char *label, const struct client_receipt *receipt);
    client_state_fn *on_state; /* may be NULL */
    /* It cannot go on: the outbox failed, or PRODUCER_FENCED. Nothing is sent any more; close it.
     */
    void (*on_stopped)(void *ctx, const struct err *err);
    void *ctx;
};

MUST_CHECK struct sender *sender_open(uv_loop_t *loop, struct bus *bus,
                                      const struct sender_options *options, struct err *err);
/* Records the outcomes that are known, then closed. NULL: at once. */
void sender_close(struct sender *sender, void (*closed)(void *ctx), void *ctx);

/* outbox_put; what is durable is sent. done is not called any more once the sender is closing. */
MUST_CHECK bool sender_put(struct sender *sender, const struct outbox_entry *entries, size_t n,
                           outbox_done_fn *done, void *ctx, struct err *err);
/* How many changes have no final outcome. */
uint64_t sender_waiting(const struct sender *sender);

#endif
