/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request *request_make(const struct store_step *steps, int nsteps, store_reply_fn *reply,
                             void *ctx)
{
    struct arena arena = {0};
    struct request *request = arena_zalloc(&arena, sizeof(*request));

    if (!request)
        return NULL;
    request->nsteps = nsteps;
    request->reply = reply;
    request->ctx = ctx;
    request->steps = arena_alloc(&arena, (size_t)nsteps * sizeof(*steps));
    request->results = arena_zalloc(&arena, (size_t)nsteps * sizeof(*request->results));
    request->expected = arena_alloc(&arena, 2 * (size_t)nsteps * sizeof(*request->expected));
    if (!request->steps || !request->results || !request->expected)
        goto fail;
    memcpy(request->steps, steps, (size_t)nsteps * sizeof(*steps));
    for (int i = 0; i < nsteps; i++) {
        struct store_args *args = &request->steps[i].args;
        if (args->failed)
            goto fail;
        for (int a = 0; a < args->n; a++) {
            const char *value = args->values[a];
            if (!value)
                continue;
            args->values[a] = args->formats[a]
                                  ? arena_memdup(&arena, value, (size_t)args->lengths[a])
                                  : arena_strdup(&arena, value);
            if (!args->values[a])
                goto fail;
        }
    }
    request->arena = arena;
    return request;

fail:
    arena_finish(&arena);
    return NULL;
}

void request_free(struct request *request)
{
    struct arena arena = request->arena;

    for (int i = 0; request->results && i < request->nsteps; i++)
        PQclear(request->results[i]);
    arena_finish(&arena);
}

void request_settle(struct request *request)
{
    if (request->failed)
        request->reply(request->ctx, NULL, 0, &request->err);
    else
        request->reply(request->ctx, request->results, request->nsteps, NULL);
    request_free(request);
}

void request_fail(struct request *request, const struct err *err)
{
    request->failed = true;
    request->err = *err;
    request_settle(request);
}

/* Which failures mend by trying again: lost connections, serialization, deadlock, lock and
 * statement time-outs, resources, shutdown. */
static bool is_transient(const char *sqlstate)
{
    return strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "40", 2) == 0 ||
           strncmp(sqlstate, "53", 2) == 0 || strncmp(sqlstate, "57", 2) == 0 ||
           strcmp(sqlstate, "55P03") == 0 || strcmp(sqlstate, "25P03") == 0;
}

void request_note_failure(struct request *request, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    bool transient;

    if (request->failed)
        return;
    request->failed = true;
    sqlstate = sqlstate ? sqlstate : "08000";
    transient = is_transient(sqlstate);
    err_set(&request->err, transient ? ERR_RETRY : ERR_FATAL,
            transient ? "DB_UNAVAILABLE" : "DATABASE_ERROR", sqlstate, "%s",
            message ? message : "no message");
}

static int statement_number(const struct prepared *prepared, const char *sql)
{
    for (int i = 0; i < prepared->n; i++)
        if (prepared->texts[i] == sql)
            return i;
    return -1;
}

static int add_statement(struct prepared *prepared, const char *sql)
{
    if (prepared->n == prepared->room) {
        int room = prepared->room ? prepared->room * 2 : 32;
        const char **texts = realloc(prepared->texts, (size_t)room * sizeof(*texts));
        if (!texts)
            return -1;
        prepared->texts = texts;
        prepared->room = room;
    }
    prepared->texts[prepared->n] = sql;
    return prepared->n++;
}

static bool send_step(struct request *request, int index, PGconn *conn, struct prepared *prepared)
{
    const struct store_step *step = &request->steps[index];
    const struct store_args *args = &step->args;
    int number = statement_number(prepared, step->sql);
    char name[16];

    if (number < 0) {
        number = add_statement(prepared, step->sql);
        if (number < 0)
            return false;
        snprintf(name, sizeof(name), "s%d", number);
        if (!PQsendPrepare(conn, name, step->sql, args->n, args->types))
            return false;
        request->expected[request->nexpected++] = ~index;
    }
    snprintf(name, sizeof(name), "s%d", number);
    if (!PQsendQueryPrepared(conn, name, args->n, args->values, args->lengths, args->formats, 0))
        return false;
    request->expected[request->nexpected++] = index;
    return true;
}

bool request_send(struct request *request, PGconn *conn, struct prepared *prepared)
{
    for (int i = 0; i < request->nsteps; i++)
        if (!send_step(request, i, conn, prepared))
            return false;
    return PQpipelineSync(conn);
}

void request_take(struct request *request, struct prepared *prepared, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    int what;

    if (request->at >= request->nexpected) {
        request_note_failure(request, result); /* the commit itself failed */
        PQclear(result);
        return;
    }
    what = request->expected[request->at];
    if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) {
        request_note_failure(request, result);
        if (what < 0) {
            /* Not prepared after all. Those behind it were not either. */
            int number = statement_number(prepared, request->steps[~what].sql);
            if (number >= 0 && number < prepared->n)
                prepared->n = number;
        }
        PQclear(result);
    } else if (what < 0) {
        PQclear(result);
    } else {
        request->results[what] = result;
    }
}
