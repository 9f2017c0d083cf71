/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send - hands changes to ingest and waits until each has its final outcome.
 *
 * Progress is shown on standard error when that is a terminal. Ctrl-C and silence end it early with
 * ERR_RETRY: what was not confirmed may or may not have arrived, and the same command again settles
 * it, since the same change has the same id.
 */
#ifndef UPTAKE_CLI_SEND_H
#define UPTAKE_CLI_SEND_H

#include "base/arena.h"
#include "cli.h"
#include "client/client.h"
#include "wire/wire.h"

#include <uptake/v1/items.pb-c.h>

struct sending;

/* One change, ready to go; and, afterwards, what became of it. */
struct outgoing {
    struct outgoing *next;
    struct sending *sending; /* while it is under way */
    const char *subject;     /* key of the item */
    bool creates;
    uint8_t id[MESSAGE_ID_BYTES];
    const uint8_t *body;
    size_t len;
    bool settled;
    enum client_outcome outcome;
    bool duplicate;
    const char *code; /* "" when it is good */
    const char *place;
    const char *text;
};

/* A list in sending order. Ownership: everything in the arena. */
struct outbox {
    struct arena arena;
    struct outgoing *first;
    struct outgoing *last;
    size_t n;
};

void outbox_finish(struct outbox *outbox);
/* Packs the change and names it by its content. ERR_REJECT MESSAGE_TOO_LARGE. */
MUST_CHECK bool outbox_add(struct outbox *outbox, const Uptake__V1__Change *change,
                           struct err *err);

/* ERR_RETRY INGEST_AWAY or INTERRUPTED. Refusals are no failure here: look at the outcomes. */
MUST_CHECK bool send_all(struct cli *cli, struct outbox *outbox, struct err *err);

bool outcome_is_good(enum client_outcome outcome);

/* Where ingest is and who we are, from the settings; keys are the caller's to wipe. */
MUST_CHECK bool send_options(struct cli *cli, struct client_options *options,
                             char server_key[BUS_KEY_TEXT], struct err *err);

/* Does ingest answer within a few seconds? */
MUST_CHECK bool send_probe(struct cli *cli, struct err *err);

#endif
