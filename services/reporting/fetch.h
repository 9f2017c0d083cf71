/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch - the feeds over ZeroMQ: HELLO -> WELCOME, PING -> PONG, and FETCH -> BATCH,
 * RESYNC_REQUIRED or PROBLEM.
 *
 * Who asks is known by the CURVE key alone, looked up for every message and again before every
 * answer; a key that was revoked gets no answer at all. The right to read is decided by the
 * statement that reads, in one snapshot with what it reads. A scope without right is a scope that
 * does not exist (PROBLEM NOT_FOUND, logged for the audit), with one exception: whoever shows a
 * cursor that only a reader of that feed can hold is told RESYNC_REQUIRED SCOPE_CHANGED, so that it
 * discards what it may no longer keep. A cursor at 0 shows nothing.
 *
 * A FETCH that finds nothing new may wait; heads read by the feed's poll (feed.h) wake it. One
 * request stands for each connection and scope: asking again replaces it, and the one before gets
 * no answer. Requests are bounded per principal and in all (PROBLEM OVERLOADED). An answer to a
 * peer that does not read is dropped and counted: it will ask again.
 *
 * Threading: loop thread only.
 */
#ifndef UPTAKE_REPORTING_FETCH_H
#define UPTAKE_REPORTING_FETCH_H

#include "reporting.h"

MUST_CHECK struct fetches *fetch_open(struct reporting *app, struct err *err);
/* NULL: closed is called at once. */
void fetch_close(struct fetches *fetches, void (*closed)(void *ctx), void *ctx);

/* The heads of the feeds were read: what waits for one of them looks again. */
void fetch_look(struct fetches *fetches);

/* Reads who may fetch what; also done by itself every second. */
void fetch_read_keys(struct fetches *fetches);

#endif
