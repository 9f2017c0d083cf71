/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client_parts - what the files of client share.
 *
 * An entry is WAITING -> UNDER_WAY (sent) -> gone (a final receipt), or back to WAITING
 * (retry_later, receipt lost), or IN_DOUBT (the server is another process, or was silent): asked
 * about, then gone or WAITING.
 */
#ifndef UPTAKE_CLIENT_PARTS_H
#define UPTAKE_CLIENT_PARTS_H

#include "client.h"

#include <protobuf-c/protobuf-c.h>
#include <uptake/v1/envelope.pb-c.h>

enum { CLIENT_WINDOW_MOST = 1024 * 1024 };

enum entry_state {
    ENTRY_WAITING,
    ENTRY_UNDER_WAY,
    ENTRY_IN_DOUBT,
};

struct entry {
    struct entry *next, *previous; /* in the order they were given */
    struct entry *chain;           /* others of the same bucket, oldest first */
    uint64_t number;               /* rises in the order they were given */
    uint8_t message_id[MESSAGE_ID_BYTES];
    client_receipt_fn *on_receipt;
    void *ctx;
    enum entry_state state;
    bool asked; /* IN_DOUBT: the question is on its way */
    uint64_t sent_ms;
    uint64_t not_before_ms; /* 0: at once */
    const char *spoken_for; /* behind the body; "": our own */
    size_t len;
    uint8_t body[];
};

/* All that is not settled, in order and by message id. Zeroed is empty. */
struct unsettled {
    struct entry *first, *last;
    struct entry *waiting; /* nothing before it is WAITING; NULL: nothing is */
    size_t n;
    struct entry **buckets;
    size_t nbuckets; /* a power of two, or 0 */
    uint64_t given;
};

/* False: out of memory, nothing was added. */
MUST_CHECK bool unsettled_add(struct unsettled *unsettled, struct entry *entry);
/* The oldest one with this id that was sent, else the oldest that waits; NULL: none. */
struct entry *unsettled_find(const struct unsettled *unsettled, const uint8_t *id, size_t len);
/* The entry stays the caller's to free. */
void unsettled_remove(struct unsettled *unsettled, struct entry *entry);
/* It may be sent again, in its place. */
void unsettled_return(struct unsettled *unsettled, struct entry *entry);
/* The first that is WAITING, from *waiting on. */
struct entry *unsettled_next_waiting(struct unsettled *unsettled);
void unsettled_finish(struct unsettled *unsettled);

struct client {
    uv_loop_t *loop;
    struct bus *bus;
    struct bus_socket *socket; /* NULL: being reopened */
    bool reopening;
    uint64_t reopen_at_ms;
    uv_timer_t timer;
    char *endpoint;
    char server_key[BUS_KEY_TEXT];
    struct bus_key key;
    char *name;
    bool hand_back;
    uint64_t producer_epoch;
    client_state_fn *on_state;
    client_fenced_fn *on_fenced;
    void *ctx;

    bool answering;
    bool ever_answered;
    bool fenced;
    bool asks_in_vain;      /* an older server: it does not know QUERY_OUTCOME */
    uint64_t instance;      /* of the process that answers */
    uint64_t heard_ms;      /* last message from the server */
    uint64_t asked_ms;      /* last HELLO or PING */
    uint64_t hello_at_ms;   /* not before */
    uint64_t hello_wait_ms; /* grows with each HELLO that nobody answered */
    uint64_t looked_ms;     /* last search for lost receipts */

    size_t credit;       /* bytes that may be under way, says the server */
    size_t window;       /* the same, says the link: shrinks with silence, grows with receipts */
    size_t under_way;    /* bytes */
    size_t in_doubt;     /* entries */
    size_t asked;        /* of them */
    uint64_t doubted_ms; /* last answer about them */
    uint64_t ask_at_ms;  /* not before */

    struct unsettled unsettled;

    void (*closed)(void *ctx);
    void *closed_ctx;
    int closing;
};

/* client.c: what moves an entry from state to state */
size_t client_cost(const struct entry *entry);
void client_set_state(struct client *client, struct entry *entry, enum entry_state state);
void client_set_answering(struct client *client, bool answering, const char *why);
/* The process that answers: what another one was sent, or one that went silent, is in doubt. */
void client_meet(struct client *client, uint64_t instance);
/* Doubt is over without an answer: everything is sent again. */
void client_resend_doubtful(struct client *client);
/* The server cannot say now: asks again after the wait. */
void client_ask_later(struct client *client, uint64_t wait_ms);
/* hand_back only: tells and forgets what is under way. */
void client_hand_back(struct client *client, struct entry *entry, uint64_t after_ms,
                      const char *code, const char *text);

/* client_send.c */
bool client_send_hello(struct client *client);
void client_send_ping(struct client *client);
/* Questions about what is in doubt, then what waits, as far as credit goes. */
void client_send_what_may(struct client *client);

/* client_receive.c: a bus_message_fn */
void client_on_message(void *ctx, const struct bus_message *message);

#endif
