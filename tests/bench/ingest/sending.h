/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sending - many connections to ingest from one loop, each pushing within its credit, for a load
 * that must not be the limit: a receipt is matched through a hash table, a frame is packed in
 * place.
 *
 * It is no client to keep anything safe with: what a lost server leaves unanswered fails the run.
 * Receipts that say "later" are obeyed: the update goes out again, same id, same bytes.
 *
 * Threading: loop thread only.
 */
#ifndef BENCH_SENDING_H
#define BENCH_SENDING_H

#include "bus/bus.h"
#include "updates.h"

#include <uptake/v1/envelope.pb-c.h>

enum { SENDING_FRAME_MAX = 50 };

struct sending;

/* An update under way. */
struct flight {
    uint8_t id[UPDATE_ID_BYTES];
    long action;
    int64_t base;
    uint64_t due_ns; /* when it was to be sent, whether or not it could be */
    size_t bytes;    /* of credit */
    int sender;
    int next; /* in its bucket, among the free or among those to be sent again; -1: the last */
};

struct sending_options {
    uv_loop_t *loop;
    const char *endpoint;
    const char *server_key;
    const struct bus_key *key;
    int senders;
    int window; /* most updates under way in all */
    /* The flight is forgotten afterwards. */
    void (*on_settled)(void *ctx, const struct flight *flight, const Uptake__V1__Receipt *receipt);
    /* Answers came: there may be room again. */
    void (*on_room)(void *ctx);
    /* The bytes of a flight once more. */
    bool (*remake)(void *ctx, const struct flight *flight, struct update *update);
    void (*on_failed)(void *ctx, const struct err *err);
    void *ctx;
};

MUST_CHECK struct sending *sending_open(const struct sending_options *options, struct err *err);
void sending_close(struct sending *sending, void (*closed)(void *ctx), void *ctx);

/* Has every connection been welcomed? Says hello where not; call it now and then. */
bool sending_greet(struct sending *sending);
/* A connection that may send n more updates of at most UPDATE_BYTES / 2, by turns; -1: none. */
int sending_find_room(struct sending *sending, int n);
/* flights: id, action, base and due_ns are the caller's; copied. False: the connection takes none.
 */
MUST_CHECK bool sending_push(struct sending *sending, int sender, const struct update *updates,
                             const struct flight *flights, int n);
/* What was asked to come later and is due by now. */
void sending_again(struct sending *sending);
int sending_under_way(const struct sending *sending);
/* How often "later" was the answer. */
uint64_t sending_times_put_off(const struct sending *sending);

#endif
