/* SPDX-License-Identifier: Apache-2.0 */
#include "follower_store.h"

#include "follower_fold.h"
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    VERSION = 1,
    BUSY_MS = 10000,
    ENTRY_MEMORY = 16 * 1024 * 1024, /* what one entry may cost while it is read */
};

static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA trusted_schema = OFF;";

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS about (only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    " version INTEGER NOT NULL, scope TEXT NOT NULL, epoch BLOB, seq INTEGER NOT NULL,"
    " chain BLOB NOT NULL, as_of_us INTEGER NOT NULL, head_seq INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS item (key TEXT PRIMARY KEY, kind INTEGER NOT NULL,"
    " document TEXT NOT NULL, revision INTEGER NOT NULL, change BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS resync (at_us INTEGER NOT NULL, reason TEXT NOT NULL);";

enum statement {
    SAY_SCOPE,
    READ_ABOUT,
    MOVE_CURSOR,
    READ_ITEM,
    PUT_ITEM,
    REMOVE_ITEM,
    REMOVE_ITEMS,
    RESET_CURSOR,
    NOTE_RESYNC,
    COUNT_RESYNCS,
    LIST_ITEMS,
    STATEMENTS,
};

static const char *const texts[STATEMENTS] = {
    [SAY_SCOPE] = "INSERT INTO about VALUES (1, ?1, ?2, NULL, 0, ?3, 0, 0)"
                  " ON CONFLICT (only_row) DO NOTHING",
    [READ_ABOUT] = "SELECT version, scope, epoch, seq, chain, as_of_us FROM about",
    [MOVE_CURSOR] =
        "UPDATE about SET epoch = ?1, seq = ?2, chain = ?3, as_of_us = ?4,"
        " head_seq = ?5 WHERE seq = ?6 AND chain = ?7 AND (epoch IS NULL OR epoch = ?1)",
    [READ_ITEM] = "SELECT change FROM item WHERE key = ?1",
    [PUT_ITEM] = "INSERT INTO item VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET"
                 " kind = ?2, document = ?3, revision = ?4, change = ?5",
    [REMOVE_ITEM] = "DELETE FROM item WHERE key = ?1",
    [REMOVE_ITEMS] = "DELETE FROM item WHERE true",
    [RESET_CURSOR] = "UPDATE about SET epoch = NULL, seq = 0, chain = ?1, as_of_us = 0,"
                     " head_seq = 0",
    [NOTE_RESYNC] = "INSERT INTO resync VALUES (?1, ?2)",
    [COUNT_RESYNCS] = "SELECT count(*) FROM resync WHERE at_us > ?1",
    [LIST_ITEMS] = "SELECT key, kind, document, revision, change FROM item ORDER BY key",
};

struct follower_store {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
    char *path;
    char *scope;
    bool removed; /* something was, in the transaction of now */
};

/* Statements ---------------------------------------------------------------------------------- */

static bool fail(const struct follower_store *store, const char *code, struct err *err)
{
    return err_set(err, ERR_FATAL, code, store->path, "%s",
                   store->db ? sqlite3_errmsg(store->db) : "out of memory");
}

static bool execute(struct follower_store *store, const char *sql, struct err *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           fail(store, "STORE_NOT_WRITTEN", err);
}

static sqlite3_stmt *statement(struct follower_store *store, enum statement which)
{
    sqlite3_stmt *found = store->statements[which];

    sqlite3_reset(found);
    sqlite3_clear_bindings(found);
    return found;
}

/* Runs one that gives no rows. */
static bool run(struct follower_store *store, sqlite3_stmt *ready, struct err *err)
{
    const int code = sqlite3_step(ready);

    sqlite3_reset(ready);
    return code == SQLITE_DONE || fail(store, "STORE_NOT_WRITTEN", err);
}

static void bind_text(sqlite3_stmt *to, int at, const char *text)
{
    sqlite3_bind_text(to, at, text, -1, SQLITE_STATIC);
}

static void bind_bytes(sqlite3_stmt *to, int at, const void *bytes, size_t len)
{
    sqlite3_bind_blob(to, at, bytes, (int)len, SQLITE_STATIC);
}

/* Opening ------------------------------------------------------------------------------------- */

/* Nobody else may read a copy; the write-ahead log gets the mode of the file. */
static bool make_file(const char *path, struct err *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set(err, ERR_FATAL, "STORE_NOT_OPENED", path, "%s", strerror(errno));
    close(fd);
    return true;
}

static bool prepare(struct follower_store *store, struct err *err)
{
    if (!execute(store, settings, err) || !execute(store, tables, err))
        return false;
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) != SQLITE_OK)
            return fail(store, "STORE_OTHER_VERSION", err);
    return true;
}

static bool say_scope(struct follower_store *store, const char *scope, struct err *err)
{
    const struct follower_cursor start = follower_start(scope);
    sqlite3_stmt *say = statement(store, SAY_SCOPE);

    sqlite3_bind_int(say, 1, VERSION);
    bind_text(say, 2, scope);
    bind_bytes(say, 3, start.chain, sizeof(start.chain));
    return run(store, say, err);
}

/* The file's own word for what it holds counts. */
static bool read_scope(struct follower_store *store, const char *scope, struct err *err)
{
    sqlite3_stmt *about = statement(store, READ_ABOUT);
    bool good = sqlite3_step(about) == SQLITE_ROW;

    if (!good)
        err_set(err, ERR_FATAL, "STORE_EMPTY", store->path,
                "holds no scope yet; name the one to follow");
    else if (sqlite3_column_int(about, 0) != VERSION)
        good = err_set(err, ERR_FATAL, "STORE_OTHER_VERSION", store->path,
                       "form %d, this program writes %d; begin a new file",
                       sqlite3_column_int(about, 0), (int)VERSION);
    else if (scope && strcmp(scope, (const char *)sqlite3_column_text(about, 1)) != 0)
        good = err_set(err, ERR_FATAL, "STORE_OTHER_SCOPE", store->path,
                       "holds another scope; one file holds one");
    else if (!(store->scope = strdup((const char *)sqlite3_column_text(about, 1))))
        good = err_set(err, ERR_FATAL, "OUT_OF_MEMORY", store->path, "cannot allocate");
    sqlite3_reset(about);
    return good;
}

struct follower_store *follower_store_open(const char *path, const char *scope, struct err *err)
{
    struct follower_store *store = calloc(1, sizeof(*store));

    if (store)
        store->path = strdup(path ? path : ":memory:");
    if (!store || !store->path) {
        free(store);
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "store", "cannot allocate");
    }
    if (path && scope && !make_file(path, err))
        goto failed;
    if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        fail(store, "STORE_NOT_OPENED", err);
        goto failed;
    }
    sqlite3_busy_timeout(store->db, BUSY_MS);
    if (prepare(store, err) && (!scope || say_scope(store, scope, err)) &&
        read_scope(store, scope, err))
        return store;

failed:
    follower_store_close(store);
    return NULL;
}

void follower_store_close(struct follower_store *store)
{
    if (!store)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    free(store->path);
    free(store->scope);
    free(store);
}

const char *follower_store_scope(const struct follower_store *store)
{
    return store->scope;
}

/* Reading ------------------------------------------------------------------------------------- */

bool follower_store_position(struct follower_store *store, struct follower_cursor *cursor,
                             int64_t *as_of_us, struct err *err)
{
    sqlite3_stmt *about = statement(store, READ_ABOUT);
    bool good = sqlite3_step(about) == SQLITE_ROW;

    *cursor = (struct follower_cursor){0};
    if (good) {
        cursor->has_epoch = sqlite3_column_bytes(about, 2) == FOLLOWER_EPOCH_BYTES;
        if (cursor->has_epoch)
            memcpy(cursor->epoch, sqlite3_column_blob(about, 2), FOLLOWER_EPOCH_BYTES);
        cursor->seq = (uint64_t)sqlite3_column_int64(about, 3);
        good = sqlite3_column_bytes(about, 4) == SHA256_BYTES;
        if (good)
            memcpy(cursor->chain, sqlite3_column_blob(about, 4), SHA256_BYTES);
        *as_of_us = sqlite3_column_int64(about, 5);
    }
    sqlite3_reset(about);
    return good || err_set(err, ERR_FATAL, "STORE_DAMAGED", store->path, "no cursor; begin anew");
}

static json_t *item_json(sqlite3_stmt *row, struct arena *arena, struct err *err)
{
    const int len = sqlite3_column_bytes(row, 4);
    const ProtobufCMessage *change = wire_unpack(&uptake__v1__change__descriptor, arena,
                                                 sqlite3_column_blob(row, 4), (size_t)len, err);
    const char *kind = wire_word(&uptake__v1__item_kind__descriptor, sqlite3_column_int(row, 1));

    return change
               ? json_pack("{s:s,s:s,s:s,s:I,s:o}", "key", sqlite3_column_text(row, 0), "kind",
                           kind ? kind : "", "document", sqlite3_column_text(row, 2), "revision",
                           (json_int_t)sqlite3_column_int64(row, 3), "change", wire_to_json(change))
               : NULL;
}

bool follower_dump(struct follower_store *store, FILE *out, struct err *err)
{
    sqlite3_stmt *rows = statement(store, LIST_ITEMS);
    bool good = true;
    int code = SQLITE_DONE;

    while (good && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        struct arena arena = {.cap = ENTRY_MEMORY};
        json_t *item;
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", store->path, "cannot print an item");
        item = item_json(rows, &arena, err);
        good = item && json_dumpf(item, out, JSON_SORT_KEYS | JSON_COMPACT) == 0 &&
               putc('\n', out) != EOF;
        json_decref(item);
        arena_finish(&arena);
    }
    if (good && code != SQLITE_DONE)
        good = fail(store, "STORE_NOT_READ", err);
    sqlite3_reset(rows);
    return good;
}

/* Writing ------------------------------------------------------------------------------------- */

static bool end_transaction(struct follower_store *store, bool good, struct err *err)
{
    if (!good || !execute(store, "COMMIT", err)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    /* What was wiped must not live on in the log; a reader may hold that up until the next time. */
    if (store->removed)
        sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return true;
}

static bool begin_transaction(struct follower_store *store, struct err *err)
{
    store->removed = false;
    return execute(store, "BEGIN IMMEDIATE", err);
}

static bool put_item(struct follower_store *store, const Uptake__V1__Change *change,
                     uint64_t revision, struct follower_image image, struct err *err)
{
    sqlite3_stmt *put = statement(store, PUT_ITEM);

    bind_text(put, 1, change->subject);
    sqlite3_bind_int(put, 2, (int)change->kind);
    bind_text(put, 3, change->document);
    sqlite3_bind_int64(put, 4, (sqlite3_int64)revision);
    bind_bytes(put, 5, image.bytes, image.len);
    return run(store, put, err);
}

static bool fold_entry(struct follower_store *store, const Uptake__V1__Entry *entry,
                       const Uptake__V1__Change *change, struct arena *arena, struct err *err)
{
    const struct follower_image body = {entry->body.data, entry->body.len};
    sqlite3_stmt *held = statement(store, READ_ITEM);
    struct follower_image image = {0};
    bool good;

    bind_text(held, 1, change->subject);
    if (sqlite3_step(held) == SQLITE_ROW)
        image = (struct follower_image){sqlite3_column_blob(held, 0),
                                        (size_t)sqlite3_column_bytes(held, 0)};
    good = follower_fold(image, change, body, arena, &image);
    sqlite3_reset(held);
    if (!good)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", store->path, "cannot hold an item");
    return put_item(store, change, entry->revision, image, err);
}

static bool apply_entry(struct follower_store *store, const Uptake__V1__Entry *entry,
                        struct err *err)
{
    struct arena arena = {.cap = ENTRY_MEMORY};
    const Uptake__V1__Change *change;
    bool good;

    if (!entry->body.len)
        return true; /* redacted: nothing is known of it, and the entries after it say what stands
                      */
    change = (const Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &arena,
                                                     entry->body.data, entry->body.len, err);
    if (!change) {
        good = err_set(err, ERR_RETRY, "BATCH_DAMAGED", "body", "an entry is no change");
    } else if (change->operation == UPTAKE__V1__OPERATION__OPERATION_LEAVE) {
        sqlite3_stmt *gone = statement(store, REMOVE_ITEM);
        bind_text(gone, 1, change->subject);
        store->removed = true;
        good = run(store, gone, err);
    } else {
        good = fold_entry(store, entry, change, &arena, err);
    }
    arena_finish(&arena);
    return good;
}

static bool move_cursor(struct follower_store *store, const Uptake__V1__Batch *batch,
                        const struct follower_cursor *before, const struct follower_cursor *after,
                        struct err *err)
{
    sqlite3_stmt *move = statement(store, MOVE_CURSOR);

    bind_bytes(move, 1, after->epoch, sizeof(after->epoch));
    sqlite3_bind_int64(move, 2, (sqlite3_int64)after->seq);
    bind_bytes(move, 3, after->chain, sizeof(after->chain));
    sqlite3_bind_int64(move, 4, batch->server_time_us);
    sqlite3_bind_int64(move, 5, (sqlite3_int64)batch->head_seq);
    sqlite3_bind_int64(move, 6, (sqlite3_int64)before->seq);
    bind_bytes(move, 7, before->chain, sizeof(before->chain));
    if (!run(store, move, err))
        return false;
    return sqlite3_changes(store->db) == 1 || err_set(err, ERR_FATAL, "STORE_IN_USE", store->path,
                                                      "another follower writes into this file");
}

bool follower_store_apply(struct follower_store *store, const Uptake__V1__Batch *batch,
                          size_t first, const struct follower_cursor *before,
                          const struct follower_cursor *after, struct err *err)
{
    bool good;

    if (!begin_transaction(store, err))
        return false;
    good = move_cursor(store, batch, before, after, err);
    for (size_t i = first; good && i < batch->n_segments; i++)
        for (size_t e = 0; good && e < batch->segments[i]->n_entries; e++)
            good = apply_entry(store, batch->segments[i]->entries[e], err);
    return end_transaction(store, good, err);
}

bool follower_store_wipe(struct follower_store *store, const char *reason, int64_t now_us,
                         struct err *err)
{
    const struct follower_cursor start = follower_start(store->scope);
    sqlite3_stmt *reset = statement(store, RESET_CURSOR);
    sqlite3_stmt *note = statement(store, NOTE_RESYNC);

    if (!begin_transaction(store, err))
        return false;
    bind_bytes(reset, 1, start.chain, sizeof(start.chain));
    sqlite3_bind_int64(note, 1, now_us);
    bind_text(note, 2, reason);
    store->removed = true;
    return end_transaction(store,
                           run(store, statement(store, REMOVE_ITEMS), err) &&
                               run(store, reset, err) && run(store, note, err),
                           err);
}

bool follower_store_wipes(struct follower_store *store, int64_t since_us, int *n, struct err *err)
{
    sqlite3_stmt *count = statement(store, COUNT_RESYNCS);
    bool good;

    sqlite3_bind_int64(count, 1, since_us);
    good = sqlite3_step(count) == SQLITE_ROW;
    if (good)
        *n = sqlite3_column_int(count, 0);
    sqlite3_reset(count);
    return good || fail(store, "STORE_NOT_READ", err);
}
