/* SPDX-License-Identifier: Apache-2.0 */
/*
 * submission - one change on its way from a peer's frame to its receipt.
 *
 * Owned by intake until queued, then by the writer until settled; freed with submission_free.
 */
#ifndef UPTAKE_INGEST_SUBMISSION_H
#define UPTAKE_INGEST_SUBMISSION_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <uptake/v1/envelope.pb-c.h>
#include <uptake/v1/items.pb-c.h>

enum {
    MESSAGE_ID_BYTES = 16,
    UUID_TEXT = 37,
    PEER_BYTES_MAX = 255,
};

struct submission {
    struct submission *next;
    struct arena arena; /* body and change live here */
    uint8_t peer[PEER_BYTES_MAX];
    size_t peer_len;
    int sender_id;
    uint8_t message_id[MESSAGE_ID_BYTES];
    uint8_t body_sha256[SHA256_BYTES];
    const uint8_t *body;
    size_t len;
    const Uptake__V1__Change *change; /* body, unpacked */
    const int64_t *within;            /* scopes: the item must lie in one of them */
    int nwithin;                      /* 0: anywhere */
    uint64_t not_owned;               /* bits of groups that belong to somebody else */
    struct credit_peer *payer;        /* whose credit it uses */
    size_t charged;                   /* bytes of memory counted there; 0: none */
    int64_t clock_skew_s;             /* how far the sender's clock is off, when that is much */

    /* Kept by the queue and the writers. */
    int lane;
    int writer;
    int place; /* in its batch */
    uint32_t subject_hash;
    bool is_report; /* nothing but the progress of an action that exists */
    bool looked_up; /* no outcome of it was found */
    bool careful;   /* not for a statement that takes a whole batch as it is */
    int attempts;   /* parked: how often it was tried */
    bool is_judged; /* its outcome stood before a batch took it: parked unread, or refused anew */

    /* The answer, once known. */
    Uptake__V1__Outcome outcome;
    bool duplicate;
    int64_t revision;
    struct err why;        /* unless committed or merged */
    const char *waits_for; /* RETRY_LATER: key of what it needs first */
};

/* Bytes of memory it holds. */
size_t submission_cost(const struct submission *submission);
void submission_free(struct submission *submission);
/* A change that says nothing stands for a body that cannot, or may not, be read. */
void submission_leave_unread(struct submission *submission);
/* To be parked unread: its attempts were the end of this program. Sets outcome and why. */
void submission_park(struct submission *submission);
void uuid_format(const uint8_t id[MESSAGE_ID_BYTES], char text[UUID_TEXT]);

#endif
