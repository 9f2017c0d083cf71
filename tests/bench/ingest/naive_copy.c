/* SPDX-License-Identifier: Apache-2.0 */
/* Binary COPY of the rows that ingest writes into change and feed_segment, into tables of the same
 * columns, checks and indexes: no item, no head, no count, no dedupe. What the database cannot go
 * faster than. */
#include "naive.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS = 20000,          /* of history in one transaction */
    BATCH = 500,           /* of them to a batch of segments, as a writer's */
    SEGMENT_ENTRIES = 128, /* as services/ingest/segments.c cuts them */
    SCOPES_MAX = 1024,
    FLUSH_BYTES = 256 * 1024,
    OID_INT4 = 23,
    OID_INT8 = 20,
};

/* The columns in the order that put_change and put_segment write them. */
static const char copy_change[] =
    "COPY bench.change (change_id, sender_id, message_id, body_sha256, operation, kind, document, "
    "item_id, revision, body, outcome, progress, reported_on, scopes, recorded_at, "
    "progress_before, addressee, due_on) FROM STDIN BINARY";
static const char copy_segment[] =
    "COPY bench.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at) "
    "FROM STDIN BINARY";

/* Rows in the format of COPY BINARY, handed to libpq in pieces. */
struct rows {
    PGconn *db;
    uint8_t *bytes;
    size_t len, room;
    bool failed;
};

struct entry {
    int64_t scope;
    int64_t change_id;
    uint8_t sha256[SHA256_BYTES];
};

struct copier {
    struct worker *worker;
    struct rows changes, segments;
    struct entry entries[BATCH * UPDATE_SCOPES];
    int nentries;
    int64_t change_id; /* the last one */
    int64_t seqs[SCOPES_MAX];
    uint8_t chains[SCOPES_MAX][SHA256_BYTES];
};

static void put(struct rows *rows, const void *bytes, size_t len)
{
    if (rows->len + len > rows->room) {
        uint8_t *more = realloc(rows->bytes, 2 * (rows->room + len));

        if (!more) {
            rows->failed = true;
            return;
        }
        rows->bytes = more;
        rows->room = 2 * (rows->room + len);
    }
    memcpy(rows->bytes + rows->len, bytes, len);
    rows->len += len;
}

static void put_number(struct rows *rows, int64_t value, int bytes)
{
    uint8_t out[8];

    for (int i = 0; i < bytes; i++)
        out[i] = (uint8_t)((uint64_t)value >> (8 * (bytes - 1 - i)));
    put(rows, out, (size_t)bytes);
}

static void put_field(struct rows *rows, const void *bytes, size_t len)
{
    put_number(rows, (int64_t)len, 4);
    put(rows, bytes, len);
}

static void put_int(struct rows *rows, int64_t value, int bytes)
{
    put_number(rows, bytes, 4);
    put_number(rows, value, bytes);
}

static void put_word(struct rows *rows, const char *word)
{
    put_field(rows, word, strlen(word));
}

/* One dimension, no NULL. */
static void put_array(struct rows *rows, int oid, int bytes, const int64_t *values, int n)
{
    put_number(rows, 20 + n * (4 + bytes), 4);
    put_number(rows, 1, 4);
    put_number(rows, 0, 4);
    put_number(rows, oid, 4);
    put_number(rows, n, 4);
    put_number(rows, 1, 4);
    for (int i = 0; i < n; i++)
        put_int(rows, values[i], bytes);
}

/* Instants and days count from 2000. */
static int64_t now_us(void)
{
    return naive_clock_us() - INT64_C(946684800) * 1000000;
}

static void put_change(struct copier *copier, const struct action *action,
                       const struct update *update)
{
    struct rows *rows = &copier->changes;

    put_number(rows, 18, 2);
    put_int(rows, ++copier->change_id, 8);
    put_int(rows, copier->worker->naive->sender_id, 4);
    put_field(rows, update->id, UPDATE_ID_BYTES);
    put_field(rows, update->sha256, SHA256_BYTES);
    put_word(rows, "set");
    put_word(rows, "action");
    put_word(rows, action->document);
    put_int(rows, action->item_id, 8);
    put_int(rows, action->revision + 1, 4);
    put_field(rows, update->body, update->len);
    put_word(rows, "committed");
    put_word(rows, update->progress);
    put_int(rows, 9677, 4); /* 2026-06-30 */
    put_array(rows, OID_INT4, 4, action->scopes, UPDATE_SCOPES);
    put_int(rows, now_us(), 8);
    put_word(rows, action->progress);
    put_word(rows, "office");
    put_int(rows, action->due_day, 4);
    for (int i = 0; i < UPDATE_SCOPES; i++) {
        struct entry *entry = &copier->entries[copier->nentries++];

        *entry = (struct entry){.scope = action->scopes[i], .change_id = copier->change_id};
        memcpy(entry->sha256, update->sha256, SHA256_BYTES);
    }
}

static int by_scope(const void *a, const void *b)
{
    const struct entry *one = a;
    const struct entry *other = b;

    if (one->scope != other->scope)
        return one->scope < other->scope ? -1 : 1;
    return (one->change_id > other->change_id) - (one->change_id < other->change_id);
}

static void put_segment(struct copier *copier, const struct entry *entries, int n)
{
    struct rows *rows = &copier->segments;
    const int64_t scope = entries[0].scope;
    uint8_t joined[(SEGMENT_ENTRIES + 1) * SHA256_BYTES];
    int64_t ids[SEGMENT_ENTRIES];

    memcpy(joined, copier->chains[scope], SHA256_BYTES);
    for (int i = 0; i < n; i++) {
        ids[i] = entries[i].change_id;
        memcpy(joined + (i + 1) * SHA256_BYTES, entries[i].sha256, SHA256_BYTES);
    }
    sha256(joined, (size_t)(n + 1) * SHA256_BYTES, copier->chains[scope]);
    put_number(rows, 6, 2);
    put_int(rows, scope, 4);
    put_int(rows, copier->seqs[scope] + 1, 8);
    put_int(rows, copier->seqs[scope] + n, 8);
    put_array(rows, OID_INT8, 8, ids, n);
    put_field(rows, copier->chains[scope], SHA256_BYTES);
    put_int(rows, now_us(), 8);
    copier->seqs[scope] += n;
}

/* The entries of a batch, by scope, cut as ingest cuts them. */
static void put_segments(struct copier *copier)
{
    const struct entry *entries = copier->entries;

    qsort(copier->entries, (size_t)copier->nentries, sizeof(*copier->entries), by_scope);
    for (int from = 0; from < copier->nentries;) {
        int to = from;

        while (to < copier->nentries && entries[to].scope == entries[from].scope &&
               to - from < SEGMENT_ENTRIES)
            to++;
        put_segment(copier, entries + from, to - from);
        from = to;
    }
    copier->nentries = 0;
}

static bool run(struct worker *worker, const char *sql, ExecStatusType wanted)
{
    PGresult *result = PQexec(worker->db, sql);
    const bool good = PQresultStatus(result) == wanted;

    PQclear(result);
    return good || naive_fail(worker, sql);
}

static bool hand_over(struct worker *worker, struct rows *rows)
{
    const bool good =
        !rows->failed && PQputCopyData(worker->db, (char *)rows->bytes, (int)rows->len) == 1;

    rows->len = 0;
    return good || naive_fail(worker, "COPY data");
}

static void put_start(struct rows *rows)
{
    static const uint8_t start[19] = "PGCOPY\n\377\r\n";

    put(rows, start, sizeof(start));
}

static bool end_copy(struct worker *worker, struct rows *rows)
{
    PGresult *result;
    bool good;

    put_number(rows, -1, 2);
    if (!hand_over(worker, rows) || PQputCopyEnd(worker->db, NULL) != 1)
        return naive_fail(worker, "COPY end");
    result = PQgetResult(worker->db);
    good = PQresultStatus(result) == PGRES_COMMAND_OK || naive_fail(worker, "COPY");
    while (result) {
        PQclear(result);
        result = PQgetResult(worker->db);
    }
    return good;
}

static bool copy_changes(struct copier *copier)
{
    struct worker *worker = copier->worker;

    for (int i = 0; i < ROWS; i++) {
        struct action *action = naive_next(worker);
        struct update update;

        if (!update_make(action, action->revision, UPDATE_REPORT, &update))
            return naive_fail(worker, "an update is too large");
        update_number(&update, worker->naive->run_ms, (unsigned)worker->number, worker->turn);
        put_change(copier, action, &update);
        action->revision++;
        if (copier->nentries == BATCH * UPDATE_SCOPES)
            put_segments(copier);
        if (copier->changes.len > FLUSH_BYTES && !hand_over(worker, &copier->changes))
            return false;
    }
    return true;
}

static bool copy_once(struct copier *copier)
{
    struct worker *worker = copier->worker;

    put_start(&copier->changes);
    put_start(&copier->segments);
    return run(worker, "BEGIN", PGRES_COMMAND_OK) && run(worker, copy_change, PGRES_COPY_IN) &&
           copy_changes(copier) && end_copy(worker, &copier->changes) &&
           run(worker, copy_segment, PGRES_COPY_IN) && end_copy(worker, &copier->segments) &&
           run(worker, "COMMIT", PGRES_COMMAND_OK);
}

static bool are_scopes_small(const struct actions *actions)
{
    for (long i = 0; i < actions->n; i++)
        if (actions->list[i].scopes[UPDATE_SCOPES - 1] >= SCOPES_MAX)
            return false;
    return true;
}

/* Ids and numbers that neither another connection nor an earlier run has used: from the clock, with
 * room for some thousand million rows a second. */
bool naive_by_copy(struct worker *worker)
{
    struct copier *copier = calloc(1, sizeof(*copier));
    const int64_t room = (int64_t)(worker->naive->run_ms << 21) + ((int64_t)worker->number << 24);
    bool good = copier != NULL;

    if (!copier || !are_scopes_small(&worker->naive->actions)) {
        free(copier);
        return naive_fail(worker, "no memory, or too many scopes");
    }
    copier->worker = worker;
    copier->changes.db = copier->segments.db = worker->db;
    copier->change_id = room;
    for (int i = 0; i < SCOPES_MAX; i++)
        copier->seqs[i] = room;
    while (good && !naive_is_over(worker)) {
        const uint64_t since = naive_now_us();

        good = copy_once(copier);
        if (good)
            naive_note(worker, ROWS, since);
    }
    free(copier->changes.bytes);
    free(copier->segments.bytes);
    free(copier);
    return good;
}
