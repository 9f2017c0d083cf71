/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message - a digest as the exact bytes a mail server is handed (RFC 5322, MIME).
 *
 *     multipart/mixed
 *         multipart/alternative   text/plain, text/html
 *         text/calendar           attached as uptake.ics
 *
 * Composed once, stored with the delivery, and sent as it is at every attempt. All of it is ASCII,
 * lines end in CR LF and are short, so that no server on the way has to change it.
 *
 * Threading: any; a pure function.   Ownership: the bytes live in the arena.
 */
#ifndef UPTAKE_WORKFLOW_MESSAGE_H
#define UPTAKE_WORKFLOW_MESSAGE_H

#include "base/bytes.h"
#include "digest.h"

struct message {
    const uint8_t *bytes;
    size_t len;
    uint8_t sha256[SHA256_BYTES];
};

/* Header values are ready to use (digest). */
MUST_CHECK bool message_compose(const struct digest *digest, const char *from, const char *to,
                                const char *message_id, struct arena *arena, struct message *out,
                                struct err *err);

#endif
