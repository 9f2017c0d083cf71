/* SPDX-License-Identifier: Apache-2.0 */
/* follower_parts - what follower.c (the connection) and follower_work.c (what is done to the store)
 * share; nobody else includes it. */
#ifndef UPTAKE_CLIENT_FOLLOWER_PARTS_H
#define UPTAKE_CLIENT_FOLLOWER_PARTS_H

#include "base/arena.h"
#include "follower.h"

enum {
    FOLLOWER_REST_MS = 1000, /* doubles with each failure to connect */
    FOLLOWER_BYTES_MIN = 32 * 1024,
    FOLLOWER_BYTES_MAX = 256 * 1024,
};

/* FOLLOWER_RESTING (socket closed or closing) -> FOLLOWER_GREETING (HELLO sent) -> FOLLOWER_ASKING
 * (FETCH sent) -> FOLLOWER_WORKING (the batch is applied, or the copy wiped) -> FOLLOWER_ASKING;
 * FOLLOWER_PAUSING: before asking or greeting again. Silence leads from FOLLOWER_GREETING and
 * FOLLOWER_ASKING to FOLLOWER_RESTING; FOLLOWER_ENDED only to the close. */
enum follower_phase {
    FOLLOWER_RESTING,
    FOLLOWER_GREETING,
    FOLLOWER_ASKING,
    FOLLOWER_WORKING,
    FOLLOWER_PAUSING,
    FOLLOWER_ENDED,
};

struct follower {
    uv_loop_t *loop;
    struct bus *bus;
    struct bus_socket *socket; /* NULL: closed or closing */
    bool socket_closing;
    uv_timer_t timer;
    char *endpoint;
    char server_key[BUS_KEY_TEXT];
    struct bus_key key;
    char *name;
    struct follower_options options;
    struct follower_cursor cursor;
    struct follower_state told;
    enum follower_phase state;
    bool working;      /* a work is with the pool */
    bool greet;        /* PAUSING leads to GREETING */
    uint64_t until_ms; /* loop time at which the state is given up */
    uint64_t asked_ms; /* last HELLO or PING */
    uint64_t heard_ms; /* last message */
    uint64_t instance; /* of the process that answers */
    uint64_t token;    /* of the question that waits */
    uint32_t max_bytes;
    int failures; /* connections in a row that led to nothing */
    int damaged;  /* batches in a row */
    bool timer_closed;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* follower.c */
void follower_tell(struct follower *follower);
/* The caller is told, and will close it. */
void follower_end(struct follower *follower, const struct err *err);
/* Enters a state that is given up after so long. */
void follower_enter(struct follower *follower, enum follower_phase state, uint64_t for_ms);
void follower_ask(struct follower *follower);
/* Asks again after so long, or greets. */
void follower_pause(struct follower *follower, uint64_t ms, bool then_greet);
/* A random part of a time, so that many do not act at once. */
uint64_t follower_part_of(uint64_t ms);
void follower_finish_close(struct follower *follower);

/* follower_work.c */
/* Applies the batch, which lives in the arena; takes the arena over. */
void follower_apply(struct follower *follower, struct arena arena, const Uptake__V1__Batch *batch);
/* Wipes the copy and asks from 0; `always`: however often it was wiped before. reason: static. */
void follower_resync(struct follower *follower, const char *reason, bool always);

#endif
