/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit - how much each sender may have waiting, out of one budget for all.
 *
 * A peer is one connection; an account is the principal its key belongs to. What waits is counted
 * twice: in bytes of the wire against the credit that the peer was told, which it can check itself,
 * and in bytes of memory against its account's share of the budget, so that a thousand connections
 * under one key get no more than one. A peer with nothing waiting may always send one frame. An
 * account that asked for nothing lately has no share.
 *
 * What is refused here cost nothing yet but its frame: the flood of one sender is other senders'
 * neither memory nor time.
 *
 * Threading: loop thread only.   Times: milliseconds of the loop's clock.
 */
#ifndef UPTAKE_INGEST_CREDIT_H
#define UPTAKE_INGEST_CREDIT_H

#include "submission.h"

enum {
    CREDIT_BUDGET_BYTES = 32 * 1024 * 1024, /* of memory, for all that waits */
    CREDIT_MOST_BYTES = 1024 * 1024,        /* told to one peer */
    CREDIT_LEAST_BYTES = 16 * 1024,         /* told to one peer */
    CREDIT_EXPANSION = 8,                   /* memory of a small change per byte on the wire */
    CREDIT_OVERHEAD = 80,                   /* bytes on the wire of a submission beside its body */
    CREDIT_RECENT_MS = 30000,
};

struct credit;
struct credit_peer;

MUST_CHECK struct credit *credit_create(struct err *err);
void credit_destroy(struct credit *credit);

/* The peer with that routing id under that key's principal; made when it is new, and valid until
 * the next call that makes one. NULL: out of memory. */
struct credit_peer *credit_peer(struct credit *credit, const uint8_t *id, size_t len,
                                int principal_id, uint64_t now_ms);

/* What the peer is told now; it may then have that many bytes of changes waiting. */
uint32_t credit_tell(struct credit *credit, struct credit_peer *peer, uint64_t now_ms);

/* Begins a frame of the peer: with nothing waiting, all of it may be taken. */
void credit_begin_frame(struct credit *credit, struct credit_peer *peer, uint64_t now_ms);
/* May a submission of that many body bytes be taken? ERR_RETRY with OVER_CREDIT: the peer or its
 * account has its share; OVERLOADED: the budget is spent. */
MUST_CHECK bool credit_allows(const struct credit *credit, const struct credit_peer *peer,
                              size_t body_len, struct err *err);
/* Counts a submission that goes to the writer, until it is released. */
void credit_charge(struct credit *credit, struct credit_peer *peer, struct submission *submission);
void credit_release(struct credit *credit, struct submission *submission);

/* Memory of all that waits. */
size_t credit_waiting_bytes(const struct credit *credit);

#endif
