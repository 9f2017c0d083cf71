/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed - where every scope's feed ends now, told to those who follow.
 *
 * The truth is a poll of the heads, once a second; a doorbell only brings the next poll forward.
 * Polls keep 100 ms between them, so that a follower gets at most ten events a second, each with
 * the newest head. When the heads cannot be read, followers are told so ("event: away") and get a
 * head again as soon as they can. A stream ends after some minutes: its follower comes back and
 * proves again that it may read.
 *
 * Threading: loop thread only.
 */
#ifndef UPTAKE_REPORTING_FEED_H
#define UPTAKE_REPORTING_FEED_H

#include "call.h"

MUST_CHECK struct feed *feed_open(struct reporting *app, struct err *err);
/* Followers must be gone. NULL feed: closed is called at once. */
void feed_close(struct feed *feed, void (*closed)(void *ctx), void *ctx);

/* Something was committed: look soon. */
void feed_ring(struct feed *feed);
/* Where the feed of a scope ended when the heads were last read. False: not known. */
MUST_CHECK bool feed_head(const struct feed *feed, int64_t scope_id, char epoch[33], int64_t *seq);
/* Turns the call into an event stream of its scope's heads. */
void feed_follow(struct feed *feed, struct call *call);

#endif
