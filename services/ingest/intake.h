/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake - frames from senders: who are you, is this well-formed, may you; then to the writer, and
 * the receipts back.
 *
 * It always reads, also while the database is away, so that heartbeats and refusals go on; what it
 * may hold is bounded by one budget, out of which senders get credit (credit.h).
 */
#ifndef UPTAKE_INGEST_INTAKE_H
#define UPTAKE_INGEST_INTAKE_H

#include "bus/bus.h"
#include "in_hand.h"
#include "principals.h"
#include "queue.h"
#include "runtime/service.h"
#include "store/store.h"
#include "submission.h"

struct intake;

struct intake_options {
    uv_loop_t *loop;
    struct bus *bus;
    const char *endpoint;
    const struct bus_key *key;
    const struct principals *principals;
    struct in_hand *in_hand;
    struct service *service; /* for metrics */
};

MUST_CHECK struct intake *intake_open(const struct intake_options *options, struct err *err);
void intake_close(struct intake *intake, void (*closed)(void *ctx), void *ctx);

void intake_set_queue(struct intake *intake, struct queue *queue);
/* A connection for what senders ask, which no batch keeps waiting. */
void intake_set_reader(struct intake *intake, struct store *reader);
/* Without a database everything new is answered retry_later. */
void intake_set_accepting(struct intake *intake, bool accepting);
/* 16 bytes; shown in WELCOME and PONG. */
void intake_set_epoch(struct intake *intake, const uint8_t epoch[16]);

/* Sends one Receipts message per peer. Matches writer_settled_fn. */
void intake_answer(void *intake, struct submission *const *submissions, int n);

#endif
