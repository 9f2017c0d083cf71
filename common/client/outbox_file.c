/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox_file.h"

#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x5570746B,
    LAYOUT = 1,
    BUSY_MS = 10000,
    CHECKPOINT_PAGES = 1000,
};

/* Triggers keep the totals, so that a limit costs no counting. */
static const char schema[] =
    "CREATE TABLE producer (epoch INTEGER NOT NULL) STRICT;"
    "INSERT INTO producer VALUES (1);"
    "CREATE TABLE totals (entries INTEGER NOT NULL, settled INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL) STRICT;"
    "INSERT INTO totals VALUES (0, 0, 0);"
    "CREATE TABLE entry (place INTEGER PRIMARY KEY AUTOINCREMENT, message_id BLOB NOT NULL UNIQUE,"
    " label TEXT NOT NULL, body_sha256 BLOB NOT NULL, body BLOB NOT NULL) STRICT;"
    "CREATE TABLE settled (message_id BLOB PRIMARY KEY, label TEXT NOT NULL, outcome TEXT NOT NULL,"
    " code TEXT NOT NULL, place TEXT NOT NULL, text TEXT NOT NULL, settled_at_us INTEGER NOT NULL,"
    " body BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER entry_in AFTER INSERT ON entry BEGIN"
    " UPDATE totals SET entries = entries + 1, bytes = bytes + length(new.body); END;"
    "CREATE TRIGGER entry_out AFTER DELETE ON entry BEGIN"
    " UPDATE totals SET entries = entries - 1, bytes = bytes - length(old.body); END;"
    "CREATE TRIGGER settled_in AFTER INSERT ON settled BEGIN"
    " UPDATE totals SET settled = settled + 1, bytes = bytes + length(new.body); END;"
    "CREATE TRIGGER settled_out AFTER DELETE ON settled BEGIN"
    " UPDATE totals SET settled = settled - 1, bytes = bytes - length(old.body); END;";

static const char *const statements[OUTBOX_STATEMENTS] = {
    [OUTBOX_PUT] = "INSERT INTO entry (message_id, label, body_sha256, body) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (message_id) DO NOTHING",
    [OUTBOX_LOOK_UP] = "SELECT body_sha256 FROM entry WHERE message_id = ?",
    [OUTBOX_READ] = "SELECT place, message_id, label, body_sha256, body FROM entry"
                    " WHERE place > ? ORDER BY place LIMIT ?",
    [OUTBOX_KEEP_SETTLED] =
        "INSERT INTO settled SELECT message_id, label, ?, ?, ?, ?, ?, body FROM entry"
        " WHERE message_id = ? ON CONFLICT (message_id) DO UPDATE SET outcome = excluded.outcome,"
        " code = excluded.code, place = excluded.place, text = excluded.text,"
        " settled_at_us = excluded.settled_at_us",
    [OUTBOX_REMOVE] = "DELETE FROM entry WHERE message_id = ?",
};

/* What went wrong, and what to do. */
static bool fail(const struct outbox_db *db, struct err *err)
{
    switch (sqlite3_errcode(db->sqlite)) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(err, ERR_FATAL, "OUTBOX_DAMAGED", db->path,
                       "%s; move the file away and hand the changes over again: what has arrived "
                       "already is not applied twice",
                       sqlite3_errmsg(db->sqlite));
    case SQLITE_FULL:
        return err_set(err, ERR_RETRY, "OUTBOX_DISK_FULL", db->path,
                       "no space left; free some and start again: what was taken is still there");
    case SQLITE_IOERR:
        return err_set(err, ERR_FATAL, "OUTBOX_DISK_FAILED", db->path,
                       "the disk failed (%d, %s); see the system's log, then start again",
                       sqlite3_extended_errcode(db->sqlite),
                       strerror(sqlite3_system_errno(db->sqlite)));
    default:
        return err_set(err, ERR_FATAL, "OUTBOX_UNUSABLE", db->path,
                       "%s; check the folder and "
                       "its permissions",
                       sqlite3_errmsg(db->sqlite));
    }
}

static bool run(struct outbox_db *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK || fail(db, err);
}

/* Columns of a statement that gives one row of numbers. */
static bool read_numbers(struct outbox_db *db, const char *sql, int64_t *numbers, int n,
                         struct err *err)
{
    sqlite3_stmt *statement = NULL;
    bool good = sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;

    for (int i = 0; i < n; i++)
        numbers[i] = good ? sqlite3_column_int64(statement, i) : 0;
    if (!good)
        (void)fail(db, err);
    sqlite3_finalize(statement);
    return good;
}

/* Opening -------------------------------------------------------------------------------------- */

/* Bodies may be confidential: SQLite gives the files beside it the same mode. */
static bool make_private(const char *path, struct err *err)
{
    const int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set(err, ERR_FATAL, "OUTBOX_UNUSABLE", path,
                       "%s; check the folder and its permissions", strerror(errno));
    close(fd);
    return true;
}

static bool make_layout(struct outbox_db *db, struct err *err)
{
    char marks[96];

    snprintf(marks, sizeof(marks), "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, LAYOUT);
    if (run(db, "BEGIN IMMEDIATE", err) && run(db, schema, err) && run(db, marks, err) &&
        run(db, "COMMIT", err))
        return true;
    outbox_db_rollback(db);
    return false;
}

static bool check_marks(struct outbox_db *db, struct err *err)
{
    int64_t application, layout, tables;

    if (!read_numbers(db, "PRAGMA application_id", &application, 1, err) ||
        !read_numbers(db, "PRAGMA user_version", &layout, 1, err) ||
        !read_numbers(db, "SELECT count(*) FROM sqlite_master", &tables, 1, err))
        return false;
    if (tables == 0 && application == 0)
        return make_layout(db, err);
    if (application != APPLICATION_ID)
        return err_set(err, ERR_FATAL, "OUTBOX_FOREIGN", db->path,
                       "this file is not an outbox; name another");
    if (layout > LAYOUT)
        return err_set(err, ERR_FATAL, "OUTBOX_NEWER", db->path,
                       "layout %" PRId64 ", known %d; use the newer program", layout, LAYOUT);
    return true;
}

/* Told after each commit. It takes the place of SQLite's own checkpoint, which would pass over a
 * failed fsync. */
static int on_wal(void *ctx, sqlite3 *sqlite, const char *name, int pages)
{
    struct outbox_db *db = ctx;

    (void)sqlite;
    (void)name;
    db->wal_pages = pages;
    return SQLITE_OK;
}

bool outbox_db_open(struct outbox_db *db, const char *path, struct err *err)
{
    *db = (struct outbox_db){.path = path};
    if (!make_private(path, err))
        return false;
    if (sqlite3_open_v2(path, &db->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return db->sqlite ? fail(db, err)
                          : err_set(err, ERR_FATAL, "OUT_OF_MEMORY", path, "cannot open");
    sqlite3_busy_timeout(db->sqlite, BUSY_MS);
    sqlite3_wal_hook(db->sqlite, on_wal, db);
    return run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", err) &&
           check_marks(db, err);
}

bool outbox_db_check(struct outbox_db *db, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    bool whole;

    if (sqlite3_prepare_v2(db->sqlite, "PRAGMA quick_check(1)", -1, &statement, NULL) !=
            SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        (void)fail(db, err);
        sqlite3_finalize(statement);
        return false;
    }
    whole = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    if (!whole)
        err_set(err, ERR_FATAL, "OUTBOX_DAMAGED", db->path,
                "%.100s; move the file away and hand the changes over again: what has arrived "
                "already is not applied twice",
                (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    for (int i = 0; whole && i < OUTBOX_STATEMENTS; i++)
        whole = sqlite3_prepare_v3(db->sqlite, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                                   &db->statements[i], NULL) == SQLITE_OK ||
                fail(db, err);
    return whole;
}

void outbox_db_close(struct outbox_db *db)
{
    for (int i = 0; i < OUTBOX_STATEMENTS; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->sqlite);
    *db = (struct outbox_db){0};
}

bool outbox_db_usage(struct outbox_db *db, struct outbox_usage *usage, struct err *err)
{
    int64_t totals[3];

    if (!read_numbers(db, "SELECT entries, settled, bytes FROM totals", totals, 3, err))
        return false;
    *usage = (struct outbox_usage){(uint64_t)totals[0], (uint64_t)totals[1], (uint64_t)totals[2]};
    return true;
}

bool outbox_db_epoch(struct outbox_db *db, uint64_t *epoch, struct err *err)
{
    int64_t number;

    if (!read_numbers(db, "SELECT epoch FROM producer", &number, 1, err))
        return false;
    *epoch = (uint64_t)number;
    return true;
}

bool outbox_db_set_epoch(struct outbox_db *db, uint64_t epoch, struct err *err)
{
    char sql[64];

    snprintf(sql, sizeof(sql), "UPDATE producer SET epoch = %" PRIu64, epoch);
    return run(db, sql, err);
}

/* Writing -------------------------------------------------------------------------------------- */

bool outbox_db_begin(struct outbox_db *db, struct err *err)
{
    return run(db, "BEGIN IMMEDIATE", err);
}

bool outbox_db_commit(struct outbox_db *db, struct err *err)
{
    int code = SQLITE_OK;

    if (!run(db, "COMMIT", err))
        return false;
    if (db->wal_pages >= CHECKPOINT_PAGES)
        code = sqlite3_wal_checkpoint_v2(db->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return code == SQLITE_OK || code == SQLITE_BUSY || fail(db, err);
}

void outbox_db_rollback(struct outbox_db *db)
{
    if (!sqlite3_get_autocommit(db->sqlite))
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

static void bind_id(sqlite3_stmt *statement, int at, const uint8_t id[MESSAGE_ID_BYTES])
{
    sqlite3_bind_blob(statement, at, id, MESSAGE_ID_BYTES, SQLITE_STATIC);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

/* Runs a statement that gives no rows. */
static bool step(struct outbox_db *db, enum outbox_statement which, struct err *err)
{
    const bool good = sqlite3_step(db->statements[which]) == SQLITE_DONE || fail(db, err);

    sqlite3_reset(db->statements[which]);
    return good;
}

/* It is there already: the same bytes? */
static bool check_same(struct outbox_db *db, const struct outbox_entry *entry,
                       const uint8_t hash[SHA256_BYTES], struct err *err)
{
    sqlite3_stmt *statement = db->statements[OUTBOX_LOOK_UP];
    bool good = true;

    bind_id(statement, 1, entry->message_id);
    if (sqlite3_step(statement) != SQLITE_ROW)
        good = fail(db, err);
    else if (sqlite3_column_bytes(statement, 0) != SHA256_BYTES ||
             memcmp(sqlite3_column_blob(statement, 0), hash, SHA256_BYTES) != 0)
        good = err_set(err, ERR_REJECT, "MESSAGE_ID_REUSED", entry->label,
                       "another change with this message id is in the outbox");
    sqlite3_reset(statement);
    return good;
}

static bool put_one(struct outbox_db *db, const struct outbox_entry *entry, struct err *err)
{
    sqlite3_stmt *statement = db->statements[OUTBOX_PUT];
    uint8_t hash[SHA256_BYTES];

    sha256(entry->body, entry->len, hash);
    bind_id(statement, 1, entry->message_id);
    sqlite3_bind_text(statement, 2, entry->label, (int)strnlen(entry->label, OUTBOX_LABEL_BYTES),
                      SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, hash, SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 4, entry->body, (int)entry->len, SQLITE_STATIC);
    if (!step(db, OUTBOX_PUT, err))
        return false;
    return sqlite3_changes(db->sqlite) == 1 || check_same(db, entry, hash, err);
}

bool outbox_db_put(struct outbox_db *db, const struct outbox_entry *entries, size_t n,
                   struct err *err)
{
    struct err undo;
    bool good = run(db, "SAVEPOINT put", err);

    for (size_t i = 0; good && i < n; i++)
        good = put_one(db, &entries[i], err);
    if (good)
        return run(db, "RELEASE put", err);
    if (err->kind == ERR_REJECT && !run(db, "ROLLBACK TO put; RELEASE put", &undo))
        *err = undo;
    return false;
}

bool outbox_db_settle(struct outbox_db *db, const struct outbox_settled *settled, struct err *err)
{
    sqlite3_stmt *keep = db->statements[OUTBOX_KEEP_SETTLED];

    if (settled->outcome) {
        bind_text(keep, 1, settled->outcome);
        bind_text(keep, 2, settled->code);
        bind_text(keep, 3, settled->place);
        bind_text(keep, 4, settled->text);
        sqlite3_bind_int64(keep, 5, settled->settled_at_us);
        bind_id(keep, 6, settled->message_id);
        if (!step(db, OUTBOX_KEEP_SETTLED, err))
            return false;
    }
    bind_id(db->statements[OUTBOX_REMOVE], 1, settled->message_id);
    return step(db, OUTBOX_REMOVE, err);
}

/* Reading -------------------------------------------------------------------------------------- */

static bool read_row(const struct outbox_db *db, sqlite3_stmt *row, struct arena *arena,
                     struct outbox_entry *entry, struct err *err)
{
    const void *body = sqlite3_column_blob(row, 4);
    uint8_t hash[SHA256_BYTES];

    *entry = (struct outbox_entry){.place = sqlite3_column_int64(row, 0),
                                   .len = (size_t)sqlite3_column_bytes(row, 4)};
    sha256(body ? body : "", entry->len, hash);
    if (sqlite3_column_bytes(row, 1) != MESSAGE_ID_BYTES ||
        sqlite3_column_bytes(row, 3) != SHA256_BYTES ||
        memcmp(sqlite3_column_blob(row, 3), hash, SHA256_BYTES) != 0)
        return err_set(err, ERR_FATAL, "OUTBOX_DAMAGED", db->path,
                       "entry %" PRId64 " is not what was put; move the file away and hand the "
                       "changes over again: what has arrived already is not applied twice",
                       entry->place);
    memcpy(entry->message_id, sqlite3_column_blob(row, 1), MESSAGE_ID_BYTES);
    entry->label = arena_strdup(arena, (const char *)sqlite3_column_text(row, 2));
    entry->body = arena_memdup(arena, body ? body : "", entry->len);
    return (entry->label && entry->body) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "outbox", "cannot read an entry");
}

bool outbox_db_read(struct outbox_db *db, int64_t after_place, size_t most, struct arena *arena,
                    struct outbox_entry *entries, size_t *n, struct err *err)
{
    sqlite3_stmt *row = db->statements[OUTBOX_READ];
    bool good = true;
    int code = SQLITE_DONE;

    *n = 0;
    sqlite3_bind_int64(row, 1, after_place);
    sqlite3_bind_int64(row, 2, (sqlite3_int64)most);
    while (good && (code = sqlite3_step(row)) == SQLITE_ROW)
        good = read_row(db, row, arena, &entries[(*n)++], err);
    if (good && code != SQLITE_DONE)
        good = fail(db, err);
    sqlite3_reset(row);
    return good;
}

/* For the operator ----------------------------------------------------------------------------- */

static void tell_settled(sqlite3_stmt *row, outbox_settled_fn *each, void *ctx)
{
    struct outbox_settled settled = {.label = (const char *)sqlite3_column_text(row, 1),
                                     .outcome = (const char *)sqlite3_column_text(row, 2),
                                     .code = (const char *)sqlite3_column_text(row, 3),
                                     .place = (const char *)sqlite3_column_text(row, 4),
                                     .text = (const char *)sqlite3_column_text(row, 5),
                                     .settled_at_us = sqlite3_column_int64(row, 6)};

    if (sqlite3_column_bytes(row, 0) == MESSAGE_ID_BYTES)
        memcpy(settled.message_id, sqlite3_column_blob(row, 0), MESSAGE_ID_BYTES);
    each(ctx, &settled);
}

static bool open_existing(struct outbox_db *db, const char *path, struct err *err)
{
    if (access(path, F_OK) != 0)
        return err_set(err, ERR_REJECT, "FILE_MISSING", path, "there is no outbox here");
    return outbox_db_open(db, path, err);
}

static bool list_settled(struct outbox_db *db, outbox_settled_fn *each, void *ctx, struct err *err)
{
    static const char sql[] = "SELECT message_id, label, outcome, code, place, text, settled_at_us"
                              " FROM settled ORDER BY settled_at_us, message_id";
    sqlite3_stmt *row = NULL;
    int code = SQLITE_DONE;
    bool good = sqlite3_prepare_v2(db->sqlite, sql, -1, &row, NULL) == SQLITE_OK;

    while (good && (code = sqlite3_step(row)) == SQLITE_ROW)
        tell_settled(row, each, ctx);
    if (!good || code != SQLITE_DONE)
        good = fail(db, err);
    sqlite3_finalize(row);
    return good;
}

bool outbox_list_settled(const char *path, outbox_settled_fn *each, void *ctx, struct err *err)
{
    struct outbox_db db = {0};
    bool good = open_existing(&db, path, err) && list_settled(&db, each, ctx, err);

    outbox_db_close(&db);
    return good;
}

bool outbox_acknowledge(const char *path, outbox_settled_fn *each, void *ctx, struct err *err)
{
    struct outbox_db db = {0};
    bool good = open_existing(&db, path, err) && run(&db, "BEGIN IMMEDIATE", err) &&
                list_settled(&db, each, ctx, err) && run(&db, "DELETE FROM settled", err) &&
                run(&db, "COMMIT", err);

    outbox_db_close(&db); /* without COMMIT nothing is forgotten */
    return good;
}
