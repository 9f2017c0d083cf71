/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower_store - the local copy of one scope, in a SQLite file.
 *
 * Items and the cursor are written in one transaction, to disk before it is over (WAL, synchronous
 * FULL), so a copy is always what the feed said up to its cursor, whenever the program is killed.
 * What leaves is overwritten, in the write-ahead log too. One follower at a time: a cursor that
 * moved under another's feet is noticed and nothing is written.
 *
 * Tables: item (key, kind, document, revision, change: the image of follower_fold.h), about (scope,
 * cursor, as of when), resync (when the copy was given up).
 *
 * Threading: any one thread at a time; calls wait for the disk.
 * Failures: ERR_FATAL STORE_...; place is the file.
 */
#ifndef UPTAKE_CLIENT_FOLLOWER_STORE_H
#define UPTAKE_CLIENT_FOLLOWER_STORE_H

#include "follower_check.h"

#include <stdio.h>

struct follower_store;

/* path NULL: in memory. scope NULL: that of the file, which must exist. STORE_OTHER_SCOPE,
 * STORE_OTHER_VERSION, STORE_NOT_OPENED. */
MUST_CHECK struct follower_store *follower_store_open(const char *path, const char *scope,
                                                      struct err *err);
void follower_store_close(struct follower_store *store);

const char *follower_store_scope(const struct follower_store *store);

/* Where the copy stands, and the server's time when it stood there. 0: never heard anything. */
MUST_CHECK bool follower_store_position(struct follower_store *store,
                                        struct follower_cursor *cursor, int64_t *as_of_us,
                                        struct err *err);

/* Applies the segments from `first` on and moves the cursor from `before` to `after`, all or
 * nothing. The batch has passed follower_check. ERR_RETRY BATCH_DAMAGED: an entry is no change. */
MUST_CHECK bool follower_store_apply(struct follower_store *store, const Uptake__V1__Batch *batch,
                                     size_t first, const struct follower_cursor *before,
                                     const struct follower_cursor *after, struct err *err);

/* Gives the copy up: no items, cursor at 0. */
MUST_CHECK bool follower_store_wipe(struct follower_store *store, const char *reason,
                                    int64_t now_us, struct err *err);
/* How often it was given up since then. */
MUST_CHECK bool follower_store_wipes(struct follower_store *store, int64_t since_us, int *n,
                                     struct err *err);

/* One JSON object per line and item, by key: {"change", "document", "key", "kind", "revision"},
 * names sorted, no spaces. Equal copies give equal bytes. */
MUST_CHECK bool follower_dump(struct follower_store *store, FILE *out, struct err *err);

#endif
