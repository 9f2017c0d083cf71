/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer_link - the link in a reminder: the form in which one unit answers for one action.
 *
 * A token of purpose "answer" names the unit, the action and the cycle it was asked in. Nothing in
 * it depends on the attempt to send it, so a repeated mail has the same link. How to sign one and
 * how to read one stand together, because one service writes it and another takes it.
 *
 * Threading: any; pure functions.   Ownership: texts live in the arena.
 */
#ifndef UPTAKE_MODEL_ANSWER_LINK_H
#define UPTAKE_MODEL_ANSWER_LINK_H

#include "base/arena.h"
#include "base/link.h"

struct answer_link {
    const char *unit; /* keys, as in the register */
    const char *action;
    const char *policy;
    int cycle;
    const char *mail; /* Message-ID of the mail it stands in; not given back by answer_link_read */
    int64_t expires_at_s;
};

/* PUBLIC_URL/a/TOKEN; public_url without its last slash. NULL when out of memory or the keys are
 * longer than keys may be. */
MUST_CHECK const char *answer_link_url(const uint8_t key[LINK_KEY_BYTES], const char *public_url,
                                       const struct answer_link *link, struct arena *arena);

/* As link_check; TOKEN_INVALID also for what names no unit, action or cycle. */
MUST_CHECK bool answer_link_read(const uint8_t key[LINK_KEY_BYTES], const char *token,
                                 int64_t now_s, struct answer_link *link, struct arena *arena,
                                 struct err *err);

#endif
