/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_parts - what fetch.c (the door), fetch_wait.c (requests on their way) and fetch_answer.c
 * (what they are answered) share; nobody else includes it. */
#ifndef UPTAKE_REPORTING_FETCH_PARTS_H
#define UPTAKE_REPORTING_FETCH_PARTS_H

#include "bus/envelope.h"
#include "fetch.h"
#include "readers.h"

enum {
    FETCH_BYTES_MAX = 256 * 1024,
    FETCH_BYTES_USUAL = 64 * 1024,
    FETCH_WAIT_MAX_MS = 30000,
    FETCH_SEGMENTS_MAX = 500,
    FETCH_HEAD_BYTES = 512, /* of a batch, besides its segments */
    FETCH_RETRY_MS = 1000,
    FETCH_PEER_BYTES = 32,
    FETCH_SCOPE_BYTES = 200,
    EPOCH_BYTES = 16,
    CHAIN_BYTES = 32,
};

/* What a follower asks for, checked for its form. */
struct fetch_question {
    char scope[FETCH_SCOPE_BYTES + 1];
    bool has_epoch;
    uint8_t epoch[EPOCH_BYTES];
    int64_t after;
    bool has_chain;
    uint8_t chain[CHAIN_BYTES];
    uint32_t max_bytes;
    uint32_t wait_ms;
    uint64_t token;
};

/* ASKING (the database is asked) -> answered, or WAITING (nothing new yet) -> ASKING; a request
 * that was replaced or whose key was revoked while ASKING is DROPPED when the reply comes. */
enum fetch_state { FETCH_ASKING, FETCH_WAITING, FETCH_DROPPED };

struct fetch {
    struct fetches *fetches;
    struct fetch *previous;
    struct fetch *next;
    enum fetch_state state;
    uint8_t peer[FETCH_PEER_BYTES];
    size_t peer_len;
    char user_id[BUS_KEY_TEXT];
    int principal_id;
    struct fetch_question question;
    uint64_t until_ms; /* loop time up to which it may wait */
    /* While WAITING: the head it has seen. */
    int64_t scope_id;
    char seen_epoch[2 * EPOCH_BYTES + 1];
    int64_t seen_seq;
};

/* The door; opened in this order. */
struct fetches {
    struct reporting *app;
    struct readers *readers;
    struct bus_key key;
    struct bus *bus;
    struct bus_socket *socket;
    struct store *store; /* pages of feeds only */
    uv_timer_t poll;     /* keys and rights */
    uv_timer_t deadline; /* of the request that has to be answered first */
    bool asking_keys;
    bool closing;
    uint8_t epoch[EPOCH_BYTES];
    uint64_t instance; /* of this process */
    struct fetch *first;
    int n;
    double *fetched; /* metrics */
    double *waiting;
    double *dropped;
    int open_parts;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* fetch.c */
void fetch_send(struct fetches *fetches, const struct bus_frame *peer, Uptake__V1__MessageKind kind,
                const ProtobufCMessage *message);
/* ERR_RETRY asks the peer to come again. */
void fetch_send_problem(struct fetches *fetches, const struct bus_frame *peer, uint64_t token,
                        const struct err *err);

/* fetch_wait.c */
void fetch_take(struct fetches *fetches, const struct bus_message *message,
                const struct key_holder *holder, const Uptake__V1__Fetch *asked);
/* Rights were read again: who lost one is answered now. */
void fetch_rights_read(struct fetches *fetches);
void fetch_drop_all(struct fetches *fetches);

/* fetch_answer.c */
/* Checks the form of what is asked: PARAMETER_RANGE, FIELD_MISSING, FIELD_TOO_LONG, CURSOR_INVALID.
 */
MUST_CHECK bool fetch_read_question(const Uptake__V1__Fetch *asked, struct fetch_question *question,
                                    struct err *err);
/* Answers from the results of fetch_cursor.sql and fetch_page.sql. False: nothing is new, and it
 * may wait; then what it has seen is noted. */
MUST_CHECK bool fetch_answer(struct fetch *fetch, const PGresult *cursor, const PGresult *page,
                             bool may_wait);

#endif
