/* SPDX-License-Identifier: Apache-2.0 */
/* outbox_file - the outbox's file: every statement there is. Blocks; one thread at a time. */
#ifndef UPTAKE_CLIENT_OUTBOX_FILE_H
#define UPTAKE_CLIENT_OUTBOX_FILE_H

#include "base/arena.h"
#include "outbox.h"

struct sqlite3;
struct sqlite3_stmt;

enum outbox_statement {
    OUTBOX_PUT,
    OUTBOX_LOOK_UP,
    OUTBOX_READ,
    OUTBOX_KEEP_SETTLED,
    OUTBOX_REMOVE,
    OUTBOX_STATEMENTS
};

struct outbox_db {
    struct sqlite3 *sqlite;
    struct sqlite3_stmt *statements[OUTBOX_STATEMENTS];
    const char *path;
    int wal_pages; /* not yet in the database file */
};

/* Totals of both tables, for the limits. */
struct outbox_usage {
    uint64_t entries;
    uint64_t settled;
    uint64_t bytes;
};

/* Makes the file where there is none. */
MUST_CHECK bool outbox_db_open(struct outbox_db *db, const char *path, struct err *err);
void outbox_db_close(struct outbox_db *db);
/* Statements, and whether the file is whole: before the first write. */
MUST_CHECK bool outbox_db_check(struct outbox_db *db, struct err *err);
MUST_CHECK bool outbox_db_usage(struct outbox_db *db, struct outbox_usage *usage, struct err *err);
MUST_CHECK bool outbox_db_epoch(struct outbox_db *db, uint64_t *epoch, struct err *err);
MUST_CHECK bool outbox_db_set_epoch(struct outbox_db *db, uint64_t epoch, struct err *err);

MUST_CHECK bool outbox_db_begin(struct outbox_db *db, struct err *err);
MUST_CHECK bool outbox_db_commit(struct outbox_db *db, struct err *err);
void outbox_db_rollback(struct outbox_db *db);

/* ERR_REJECT (MESSAGE_ID_REUSED): nothing of these was written, the transaction goes on. */
MUST_CHECK bool outbox_db_put(struct outbox_db *db, const struct outbox_entry *entries, size_t n,
                              struct err *err);
/* entries: room for most; in the arena. */
MUST_CHECK bool outbox_db_read(struct outbox_db *db, int64_t after_place, size_t most,
                               struct arena *arena, struct outbox_entry *entries, size_t *n,
                               struct err *err);
/* outcome NULL: good, nothing is kept. */
MUST_CHECK bool outbox_db_settle(struct outbox_db *db, const struct outbox_settled *settled,
                                 struct err *err);

#endif
