/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay - hands changes to ingest in the name of the principal that reporting has checked.
 *
 * It holds them in memory only and sends each once: whoever asked holds the message ids and asks
 * again. What has no final outcome after some seconds is told as CLIENT_RETRY_LATER; it may still
 * be applied, and the repeat then hears so.
 *
 * Threading: loop thread only.   Ownership: changes are copied.
 */
#ifndef UPTAKE_REPORTING_RELAY_H
#define UPTAKE_REPORTING_RELAY_H

#include "client/client.h"

struct reporting;
struct relay;

enum { RELAY_CHANGES_MAX = 50 };

struct relay_outcome {
    uint8_t message_id[MESSAGE_ID_BYTES];
    enum client_outcome outcome;
    bool told; /* the outcome is there */
    bool duplicate;
    uint64_t revision;
    uint64_t retry_after_ms;
    const char *code; /* "" when it is good */
    const char *place;
    const char *text;
    const char *warning;
};

/* Once per relay_send that was taken, in the order of the changes; valid only inside. Not from
 * within relay_send. */
typedef void relay_done_fn(void *ctx, const struct relay_outcome *outcomes, size_t n);

MUST_CHECK struct relay *relay_open(struct reporting *app, struct err *err);
/* Tells every open request, then closed. NULL: at once. */
void relay_close(struct relay *relay, void (*closed)(void *ctx), void *ctx);

/* The changes' spoken_for is not looked at. ERR_RETRY INGEST_AWAY, OVERLOADED: nothing was sent. */
MUST_CHECK bool relay_send(struct relay *relay, const char *principal,
                           const struct client_change *changes, size_t n, relay_done_fn *done,
                           void *ctx, struct err *err);

#endif
