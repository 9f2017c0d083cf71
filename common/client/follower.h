/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower - keeps a local copy of one scope as reporting gives it, and tells what came.
 *
 * HELLO, then FETCH after FETCH; each batch is verified over its exact bytes (follower_check.h) and
 * applied with its cursor in one transaction (follower_store.h) on a thread of the pool, so the
 * loop never waits for a disk. A batch that does not follow the cursor is never applied but asked
 * for again. Batches grow from 32 to 256 KiB while they arrive and shrink when one does not.
 *
 * RESYNC_REQUIRED: the copy is wiped and read again from 0, which gives the same state as a
 * snapshot and what follows it; at most three times an hour, then the follower ends with
 * RESYNC_TOO_OFTEN, for a person to look. SCOPE_CHANGED means the right is gone: wiped always, and
 * the next answer, NOT_FOUND, ends it.
 *
 * While it waits for news it PINGs, since a process that was replaced never heard the question; a
 * silent server is dropped and connected to anew, after a random part of a growing delay, so that
 * a thousand followers do not come back at once.
 *
 * Threading: loop thread only.
 * Ownership: the store is borrowed and must not be used by others until the follower is closed;
 * what callbacks get is valid only inside them.
 */
#ifndef UPTAKE_CLIENT_FOLLOWER_H
#define UPTAKE_CLIENT_FOLLOWER_H

#include "bus/bus.h"
#include "follower_store.h"

struct follower;

struct follower_state {
    bool answering; /* the server, as far as is known */
    bool up_to_date;
    uint64_t seq;
    uint64_t head_seq;
    int64_t as_of_us; /* server's time of the last answer; 0: none yet */
    int resyncs;      /* how often the copy was wiped by this follower */
};

/* These segments, from `first` on, are in the store now. */
typedef void follower_applied_fn(void *ctx, const Uptake__V1__Batch *batch, size_t first);
typedef void follower_state_fn(void *ctx, const struct follower_state *state);
/* It has ended for good and waits to be closed: NOT_FOUND, RESYNC_TOO_OFTEN, STORE_..., or another
 * code of the server. */
typedef void follower_end_fn(void *ctx, const struct err *err);

struct follower_options {
    const char *endpoint;
    const char *server_key; /* Z85 public key */
    struct bus_key key;     /* own pair; copied */
    const char *name;       /* program and version for the server's log */
    struct follower_store *store;
    uint32_t wait_ms; /* how long the server may hold a question when nothing is new; to 30000 */
    follower_applied_fn *on_applied; /* may be NULL */
    follower_state_fn *on_state;     /* may be NULL */
    follower_end_fn *on_end;
    void *ctx;
};

MUST_CHECK struct follower *follower_open(uv_loop_t *loop, struct bus *bus,
                                          const struct follower_options *options, struct err *err);
/* A batch being applied is finished first. NULL: closed is called at once. */
void follower_close(struct follower *follower, void (*closed)(void *ctx), void *ctx);

#endif
