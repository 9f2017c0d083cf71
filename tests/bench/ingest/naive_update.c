/* SPDX-License-Identifier: Apache-2.0 */
/* One update per transaction: as several statements, the way they come to mind, and as one. Both
 * prepared, both with all the effects that ingest's transaction has. */
#include "naive.h"
#include "sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMS_MAX = 12, NUMBER_TEXT = 24 };

static const struct {
    const char *name;
    const char *sql;
} statements[] = {
    {"find_item", sql_find_item},           {"insert_change", sql_insert_change},
    {"update_item", sql_update_item},       {"advance_head", sql_advance_head},
    {"insert_segment", sql_insert_segment}, {"count_less", sql_count_less},
    {"count_more", sql_count_more},         {"update_in_one", sql_update_in_one},
};

/* Parameters of one execution: text, but for bytes. */
struct params {
    int n;
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
    char numbers[PARAMS_MAX][NUMBER_TEXT];
};

static void put_text(struct params *p, const char *value)
{
    p->values[p->n] = value;
    p->formats[p->n++] = 0;
}

static void put_int(struct params *p, int64_t value)
{
    snprintf(p->numbers[p->n], NUMBER_TEXT, "%" PRId64, value);
    put_text(p, p->numbers[p->n]);
}

static void put_bytes(struct params *p, const void *bytes, size_t len)
{
    p->values[p->n] = bytes;
    p->lengths[p->n] = (int)len;
    p->formats[p->n++] = 1;
}

static bool prepare(struct worker *worker)
{
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        PGresult *result = PQprepare(worker->db, statements[i].name, statements[i].sql, 0, NULL);
        const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;

        PQclear(result);
        if (!good)
            return naive_fail(worker, statements[i].name);
    }
    return true;
}

/* The result of the one row it has to have, or that it has to change; NULL: failed. */
static PGresult *run(struct worker *worker, const char *name, struct params *p)
{
    PGresult *result = PQexecPrepared(worker->db, name, p->n, p->values, p->lengths, p->formats, 0);
    const ExecStatusType status = PQresultStatus(result);

    if ((status == PGRES_TUPLES_OK && PQntuples(result) == 1) || status == PGRES_COMMAND_OK)
        return result;
    PQclear(result);
    naive_fail(worker, name);
    return NULL;
}

static bool run_only(struct worker *worker, const char *name, struct params *p)
{
    PGresult *result = run(worker, name, p);

    PQclear(result);
    return result != NULL;
}

static bool say(struct worker *worker, const char *word)
{
    PGresult *result = PQexec(worker->db, word);
    const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;

    PQclear(result);
    return good || naive_fail(worker, word);
}

static void write_instant(char text[48])
{
    const int64_t now_us = naive_clock_us();
    const time_t seconds = (time_t)(now_us / 1000000);
    struct tm parts;
    char day[32];

    gmtime_r(&seconds, &parts);
    strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &parts);
    snprintf(text, 48, "%s.%06d+00", day, (int)(now_us % 1000000));
}

/* One transaction under way. */
struct doing {
    struct worker *worker;
    const struct action *action;
    const struct update *update;
    char id[37];     /* of the message */
    char at[48];     /* now */
    char scopes[64]; /* array literal */
    char was[24];    /* progress word before */
    char change_id[24];
    char seq[UPDATE_SCOPES][24];
    char chain[UPDATE_SCOPES][72]; /* as bytea text */
    char told_at[UPDATE_SCOPES][48];
};

static bool find_item(struct doing *d)
{
    struct params p = {0};
    PGresult *found;
    bool current;

    put_text(&p, d->action->key);
    found = run(d->worker, "find_item", &p);
    if (!found)
        return false;
    current = atoll(PQgetvalue(found, 0, 1)) == d->action->revision;
    snprintf(d->was, sizeof(d->was), "%s", PQgetvalue(found, 0, 2));
    snprintf(d->scopes, sizeof(d->scopes), "%s", PQgetvalue(found, 0, 4));
    PQclear(found);
    return current || naive_fail(d->worker, "somebody else updated the item");
}

static bool insert_change(struct doing *d)
{
    struct params p = {0};
    PGresult *made;

    put_int(&p, d->worker->naive->sender_id);
    put_text(&p, d->id);
    put_bytes(&p, d->update->sha256, SHA256_BYTES);
    put_text(&p, d->action->document);
    put_int(&p, d->action->item_id);
    put_int(&p, d->action->revision + 1);
    put_bytes(&p, d->update->body, d->update->len);
    put_text(&p, d->update->progress);
    put_text(&p, d->scopes);
    put_text(&p, d->at);
    made = run(d->worker, "insert_change", &p);
    if (!made)
        return false;
    snprintf(d->change_id, sizeof(d->change_id), "%s", PQgetvalue(made, 0, 0));
    PQclear(made);
    return true;
}

static bool update_item(struct doing *d)
{
    struct params p = {0};

    put_int(&p, d->action->item_id);
    put_int(&p, d->action->revision + 1);
    put_text(&p, d->change_id);
    put_text(&p, d->update->progress);
    return run_only(d->worker, "update_item", &p);
}

static bool advance_head(struct doing *d, int scope)
{
    struct params p = {0};
    PGresult *head;

    put_int(&p, d->action->scopes[scope]);
    put_bytes(&p, d->update->sha256, SHA256_BYTES);
    put_text(&p, d->at);
    head = run(d->worker, "advance_head", &p);
    if (!head)
        return false;
    snprintf(d->seq[scope], sizeof(d->seq[scope]), "%s", PQgetvalue(head, 0, 0));
    snprintf(d->chain[scope], sizeof(d->chain[scope]), "%s", PQgetvalue(head, 0, 1));
    snprintf(d->told_at[scope], sizeof(d->told_at[scope]), "%s", PQgetvalue(head, 0, 2));
    PQclear(head);
    return true;
}

static bool insert_segment(struct doing *d, int scope)
{
    struct params p = {0};

    put_int(&p, d->action->scopes[scope]);
    put_text(&p, d->seq[scope]);
    put_text(&p, d->change_id);
    put_text(&p, d->chain[scope]);
    put_text(&p, d->told_at[scope]);
    return run_only(d->worker, "insert_segment", &p);
}

static bool count(struct doing *d, const char *name, const char *progress)
{
    struct params p = {0};

    put_text(&p, d->scopes);
    put_text(&p, progress);
    put_text(&p, d->action->due_on);
    return run_only(d->worker, name, &p);
}

static bool by_statements(struct doing *d)
{
    bool good = say(d->worker, "BEGIN") && find_item(d) && insert_change(d) && update_item(d);

    for (int scope = 0; good && scope < UPDATE_SCOPES; scope++)
        good = advance_head(d, scope);
    for (int scope = 0; good && scope < UPDATE_SCOPES; scope++)
        good = insert_segment(d, scope);
    return good && count(d, "count_less", d->was) && count(d, "count_more", d->update->progress) &&
           say(d->worker, "COMMIT");
}

static bool in_one(struct doing *d)
{
    struct params p = {0};

    put_text(&p, d->action->key);
    put_int(&p, d->action->revision);
    put_int(&p, d->worker->naive->sender_id);
    put_text(&p, d->id);
    put_bytes(&p, d->update->sha256, SHA256_BYTES);
    put_bytes(&p, d->update->body, d->update->len);
    put_text(&p, d->update->progress);
    put_text(&p, d->at);
    return run_only(d->worker, "update_in_one", &p);
}

static void write_uuid(const uint8_t id[UPDATE_ID_BYTES], char text[37])
{
    char hex[2 * UPDATE_ID_BYTES + 1];

    bytes_to_hex(id, UPDATE_ID_BYTES, hex);
    snprintf(text, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static bool record_all(struct worker *worker, bool (*record)(struct doing *d))
{
    bool good = prepare(worker);

    while (good && !naive_is_over(worker)) {
        const uint64_t since = naive_now_us();
        struct action *action = naive_next(worker);
        struct update update;
        struct doing d = {.worker = worker, .action = action, .update = &update};

        if (!update_make(action, action->revision, UPDATE_REPORT, &update))
            return naive_fail(worker, "an update is too large");
        update_number(&update, worker->naive->run_ms, (unsigned)worker->number, worker->turn);
        write_uuid(update.id, d.id);
        write_instant(d.at);
        good = record(&d);
        if (!good)
            break;
        action->revision++;
        naive_note(worker, 1, since);
    }
    return good;
}

bool naive_by_statements(struct worker *worker)
{
    return record_all(worker, by_statements);
}

bool naive_in_one(struct worker *worker)
{
    return record_all(worker, in_one);
}
