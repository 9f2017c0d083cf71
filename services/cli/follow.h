/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follow - every entry of the feed of hq, from the first to the newest there is.
 *
 * hq holds every change ever accepted, in the order of commit: what an entry leans on stands before
 * it. ERR_REJECT RESYNC_REQUIRED when the register was replaced by another meanwhile.
 */
#ifndef UPTAKE_CLI_FOLLOW_H
#define UPTAKE_CLI_FOLLOW_H

#include "fetch.h"

/* The callback gets the entry, its change inside; it returns false to end, with err set. */
MUST_CHECK bool follow_all(struct fetch *fetch, fetch_row_fn *on_entry, void *ctx, struct err *err);

#endif
