/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - sends changes to ingest until each has its final outcome.
 *
 * Changes queue in memory in order, go out in frames within the server's credit, and are sent
 * again, same id and same bytes, until a Receipt settles them: a lost connection, a restarted
 * server or retry_later only delay. After such a break the server is first asked what became of
 * what was under way (QUERY_OUTCOME), and only what it does not know is sent again; a server that
 * does not know the question gets everything again.
 *
 * What survives the end of the process is the caller's: outbox.h, the file for import, the
 * obligation row for reminders, the browser for what reporting relays.
 *
 * Threading: loop thread only.
 * Ownership: message id, body and name are copied; the receipt is valid only inside the callback.
 */
#ifndef UPTAKE_CLIENT_CLIENT_H
#define UPTAKE_CLIENT_CLIENT_H

#include "base/err.h"
#include "bus/bus.h"

#include <stdint.h>

enum { MESSAGE_ID_BYTES = 16 };

struct client;

enum client_outcome {
    CLIENT_COMMITTED,
    CLIENT_MERGED,
    CLIENT_NO_OP,
    CLIENT_REFUSED,
    CLIENT_CONFLICT,
    CLIENT_PARKED,
    CLIENT_RETRY_LATER, /* only with hand_back: not settled, to be sent again */
};

const char *client_outcome_word(enum client_outcome outcome);

struct client_receipt {
    uint8_t message_id[MESSAGE_ID_BYTES];
    enum client_outcome outcome;
    bool duplicate;
    uint64_t revision;
    const char *code; /* "" when committed */
    const char *place;
    const char *text;
    const char *warning;     /* the change was taken, and yet: "CODE: ..."; "": nothing */
    uint64_t retry_after_ms; /* CLIENT_RETRY_LATER */
};

/* Exactly once per accepted change; final. It may push and close, nothing else. */
typedef void client_receipt_fn(void *ctx, const struct client_receipt *receipt);
/* Told when the server starts or stops answering; why is for people. */
typedef void client_state_fn(void *ctx, bool answering, const char *why);

/* The server refuses what an outbox with an older producer epoch sends. Nothing is sent any more;
 * what was not settled stays unsettled. */
typedef void client_fenced_fn(void *ctx, const char *text);

struct client_options {
    const char *endpoint;
    const char *server_key; /* Z85 public key */
    struct bus_key key;     /* own pair; copied */
    const char *name;       /* program and version for the server's log */
    client_state_fn *on_state;
    client_fenced_fn *on_fenced;
    void *ctx;
    uint64_t producer_epoch; /* 0: not used */
    /* What is not settled by being sent once is handed back as CLIENT_RETRY_LATER: somebody else
     * holds it and repeats. */
    bool hand_back;
};

struct client_change {
    const uint8_t *message_id; /* MESSAGE_ID_BYTES */
    const uint8_t *body;
    size_t len;
    const char *spoken_for; /* the principal whose change it is; NULL: our own */
};

MUST_CHECK struct client *client_open(uv_loop_t *loop, struct bus *bus,
                                      const struct client_options *options, struct err *err);
/* Unsettled changes get no callback any more. */
void client_close(struct client *client, void (*closed)(void *ctx), void *ctx);

/* Refuses a body over the limit (MESSAGE_TOO_LARGE). */
MUST_CHECK bool client_push_change(struct client *client, const struct client_change *change,
                                   client_receipt_fn *on_receipt, void *ctx, struct err *err);
/* The same for a change of our own. */
MUST_CHECK bool client_push(struct client *client, const uint8_t message_id[MESSAGE_ID_BYTES],
                            const uint8_t *body, size_t len, client_receipt_fn *on_receipt,
                            void *ctx, struct err *err);
size_t client_unsettled(const struct client *client);
/* Is one with this id unsettled? A receipt names nothing else, so two principals' changes with the
 * same id are never under way together. */
bool client_holds(const struct client *client, const uint8_t message_id[MESSAGE_ID_BYTES]);
bool client_is_answering(const struct client *client);

/* The id that makes a repeat harmless: first 16 bytes of SHA-256(document, subject, base revision,
 * body), each text preceded by its length (design of import). */
void client_content_id(const char *document, const char *subject, uint64_t base_revision,
                       const uint8_t *body, size_t len, uint8_t out[MESSAGE_ID_BYTES]);

#endif
