/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox - changes on their way to ingest, in a file that survives the process.
 *
 * A put is durable (SQLite, WAL, synchronous=FULL) when its callback says so; an entry goes when
 * its final outcome is recorded, refused, conflict and parked into a list kept for the operator.
 * One thread writes: everything that is asked for while it commits goes into its next commit, so
 * many puts cost one fsync.
 *
 * A write that fails (disk full, EIO) stops the outbox for good: on_failed, and every later call
 * gives that error. What an fsync did not write may be lost from the cache, so going on would
 * promise what is not there; the process ends, and opening the file again finds what is durable.
 *
 * Files: PATH (mode 0600, its WAL beside it) and PATH.lock, held while the outbox is open.
 *
 * Threading: loop thread only; callbacks run on the loop.
 * Ownership: what is put is copied; what is read is valid only inside the callback.
 */
#ifndef UPTAKE_CLIENT_OUTBOX_H
#define UPTAKE_CLIENT_OUTBOX_H

#include "base/err.h"
#include "client.h"

#include <stdint.h>
#include <uv.h>

enum { OUTBOX_LABEL_BYTES = 256 };

struct outbox_file;

struct outbox_options {
    const char *path;
    uint64_t entries_max; /* 0: 1,000,000; settled ones not yet acknowledged count */
    uint64_t bytes_max;   /* of bodies; 0: 1 GiB */
    /* Raises the producer epoch, so that copies of this outbox are refused from its first Push on.
     */
    bool new_epoch;
    void (*on_failed)(void *ctx, const struct err *err);
    void *ctx;
};

/* One change. place rises in the order of the puts and is never used twice. */
struct outbox_entry {
    int64_t place;
    uint8_t message_id[MESSAGE_ID_BYTES];
    const char *label; /* for people: key of the item; at most OUTBOX_LABEL_BYTES are kept */
    const uint8_t *body;
    size_t len;
};

/* One that was refused, in conflict or parked. */
struct outbox_settled {
    uint8_t message_id[MESSAGE_ID_BYTES];
    const char *label;
    const char *outcome; /* "refused", "conflict", "parked" */
    const char *code;
    const char *place;
    const char *text;
    int64_t settled_at_us;
};

/* err NULL: done and durable. Else nothing of it was written. */
typedef void outbox_done_fn(void *ctx, const struct err *err);
typedef void outbox_read_fn(void *ctx, const struct outbox_entry *entries, size_t n);
typedef void outbox_settled_fn(void *ctx, const struct outbox_settled *settled);

/* OUTBOX_IN_USE, OUTBOX_DAMAGED, OUTBOX_FOREIGN, OUTBOX_NEWER, OUTBOX_UNUSABLE. Blocks while the
 * file is checked. */
MUST_CHECK struct outbox_file *outbox_open(uv_loop_t *loop, const struct outbox_options *options,
                                           struct err *err);
/* Finishes what was asked for, callbacks included, then closed. NULL: at once. */
void outbox_close(struct outbox_file *outbox, void (*closed)(void *ctx), void *ctx);

/* All of them or none; place is not looked at. One that is in the outbox already, same id and same
 * bytes, is put by that. At once OUTBOX_FULL (ERR_RETRY: when others have gone; ERR_REJECT: it will
 * never fit) and MESSAGE_TOO_LARGE; in the callback MESSAGE_ID_REUSED. */
MUST_CHECK bool outbox_put(struct outbox_file *outbox, const struct outbox_entry *entries, size_t n,
                           outbox_done_fn *done, void *ctx, struct err *err);
/* Entries behind the place, in order, at most `most`; one read at a time. */
MUST_CHECK bool outbox_read(struct outbox_file *outbox, int64_t after_place, size_t most,
                            outbox_read_fn *read, void *ctx, struct err *err);
/* Final outcome of one entry. */
MUST_CHECK bool outbox_settle(struct outbox_file *outbox, const struct client_receipt *receipt,
                              outbox_done_fn *done, void *ctx, struct err *err);

/* How much waits now, what was put but is not yet durable included. */
uint64_t outbox_entries(const struct outbox_file *outbox);
uint64_t outbox_producer_epoch(const struct outbox_file *outbox);

/* For the operator, also while another process holds the outbox open. Both block. Oldest first. */
MUST_CHECK bool outbox_list_settled(const char *path, outbox_settled_fn *each, void *ctx,
                                    struct err *err);
/* Forgets them once each was told: what came in meanwhile is not forgotten unseen. */
MUST_CHECK bool outbox_acknowledge(const char *path, outbox_settled_fn *each, void *ctx,
                                   struct err *err);

#endif
