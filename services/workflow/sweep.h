/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep - the round that workflow goes again and again: plan, claim, send, finish, record.
 *
 * Every round reads the clock and the head of the hq feed. If the feed moved, or the day changed,
 * or the program is new, it plans anew in one transaction, before anything is claimed; so what is
 * sent does not depend on where a crash fell. Then it claims what is due, commits, sends, and marks
 * what became of each mail. Reminders that were sent are pushed into the feed; the obligation's row
 * is the outbox. Every step may be repeated.
 *
 * A round begins each second, at a doorbell, and when the database comes back.
 *
 * Threading: loop thread only.
 */
#ifndef UPTAKE_WORKFLOW_SWEEP_H
#define UPTAKE_WORKFLOW_SWEEP_H

#include "bus/bus.h"
#include "runtime/service.h"

struct sweep;

/* All borrowed; they outlive the sweep. */
struct sweep_options {
    uv_loop_t *loop;
    struct service *service;
    const struct config *config;
    struct bus *bus;
    const struct bus_key *key;
    const char *ingest_key;  /* ingest's public key */
    const uint8_t *link_key; /* LINK_KEY_BYTES: signs the links of the mails */
};

MUST_CHECK struct sweep *sweep_open(const struct sweep_options *options, struct err *err);
/* Begins a round now instead of at the next second. */
void sweep_ring(struct sweep *sweep);
/* Takes no new work, settles the mails under way, closes; then calls closed. NULL sweep: at once.
 */
void sweep_close(struct sweep *sweep, void (*closed)(void *ctx), void *ctx);

#endif
