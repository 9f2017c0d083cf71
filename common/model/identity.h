/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity - names that come out the same at every attempt, whoever makes it and when.
 *
 * Each is a SHA-256 over texts, every text preceded by its length (4 bytes, big-endian), so that no
 * two lists of texts run together.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_IDENTITY_H
#define UPTAKE_MODEL_IDENTITY_H

#include "base/date.h"

#include <stdint.h>

enum {
    IDENTITY_TEXT = 256,    /* room for a Message-ID or UID with the closing NUL */
    IDENTITY_ID_BYTES = 16, /* a message id of the sync protocol                */
};

/* One question put to one recipient. */
struct identity_obligation {
    const char *policy; /* keys, as in the register */
    const char *action;
    int cycle;
    int step;
    const char *recipient;
};

/* "<hex@domain>": of a recipient's digest of a day in one register (epoch). */
void identity_message_id(const char *recipient, struct date digest_on, const char *epoch,
                         const char *domain, char out[IDENTITY_TEXT]);

/* "hex@domain": of a question's entry in the recipient's calendar. The steps of a cycle share it,
 * so that a later reminder updates the entry instead of adding one. */
void identity_event_uid(const struct identity_obligation *obligation, const char *domain,
                        char out[IDENTITY_TEXT]);

/* Of the Push that puts the reminder into the feed. */
void identity_reminder(const struct identity_obligation *obligation,
                       uint8_t out[IDENTITY_ID_BYTES]);

/* What stands behind the @ of an address; "localhost" if there is none. */
const char *identity_domain(const char *address);

#endif
