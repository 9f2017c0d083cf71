/* SPDX-License-Identifier: Apache-2.0 */
/*
 * in_hand - which change this process is looking at, should it not survive that.
 *
 * A few bytes of a small file, mapped into memory: noted before a change is judged or decided and
 * taken back afterwards, so that noting costs nothing. The next process finds what the last one
 * died over; the register counts these, and the third time the change is parked unread. An innocent
 * change that happened to be in hand when the process was killed is counted once and taken the next
 * time.
 *
 * Threading: loop thread only. One file per process.
 */
#ifndef UPTAKE_INGEST_IN_HAND_H
#define UPTAKE_INGEST_IN_HAND_H

#include "store/store.h"
#include "submission.h"

enum {
    ATTEMPTS_MOST = 3, /* then it is parked */
    POISON_MOST = 64,  /* the latest that are remembered at a time */
};

struct in_hand;

/* path "": nothing is remembered beyond this process. ERR_FATAL IN_HAND_UNUSABLE. */
MUST_CHECK struct in_hand *in_hand_open(const char *path, struct err *err);
/* NULL is fine. */
void in_hand_close(struct in_hand *in_hand);

void in_hand_take(struct in_hand *in_hand, const struct submission *submission);
void in_hand_put_down(struct in_hand *in_hand);

/* Tells the register what the process before this one died over, if anything, and learns what is
 * not to be looked at; called until in_hand_is_ready. */
void in_hand_tell(struct in_hand *in_hand, struct store *store);
/* Is it known yet what not to look at? From the start where nothing is remembered. */
bool in_hand_is_ready(const struct in_hand *in_hand);
/* How often processes died over this change, once that was often enough to park it; else 0. */
int in_hand_poison(const struct in_hand *in_hand, const struct submission *submission);

#endif
