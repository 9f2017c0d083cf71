/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include "base/log.h"
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_TIMEOUT_MS = 10000, /* libpq's own connect_timeout does not work asynchronously */
    RECONNECT_FIRST_MS = 100,
    RECONNECT_MOST_MS = 3000,
    REQUEST_TIMEOUT_MS = 40000, /* beyond statement_timeout: the server does not answer at all */
};

static const char sql_session[] =
    "SELECT set_config('statement_timeout', '30s', false),"
    " set_config('lock_timeout', '20s', false),"
    " set_config('idle_in_transaction_session_timeout', '60s', false),"
    " set_config('max_parallel_workers_per_gather', '0', false)," /* statements are look-ups by key:
                                                                   */
    " set_config('jit', 'off', false)"; /* compiling one takes longer than a thousand of them */
static const char sql_version[] = "SELECT version FROM uptake.schema_version";
static const char sql_rollback[] = "ROLLBACK";

/* CONNECTING -> READY -> WAITING -> CONNECTING; anything -> CLOSING. */
enum store_state {
    STORE_WAITING,    /* for the reconnect timer */
    STORE_CONNECTING, /* until the session's first request is answered */
    STORE_READY,
    STORE_CLOSING,
};

struct store {
    uv_loop_t *loop;
    char *conninfo;
    char *name;
    bool skip_version;
    const char *session;
    int request_ms;
    store_state_fn *on_state;
    void *ctx;

    enum store_state state;
    bool broken; /* the request could not even be sent */
    PGconn *conn;
    uv_poll_t *poll; /* its memory is released in its close callback */
    int fd;
    uv_timer_t timer;
    int delay_ms;

    struct request *current;
    struct request *first, *last;

    struct prepared prepared;

    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void start_connecting(struct store *store);
static void on_timer(uv_timer_t *timer);
static void send_next(struct store *store);

static void free_poll(uv_handle_t *handle)
{
    free(handle);
}

static void drop_connection(struct store *store)
{
    if (store->poll) {
        uv_poll_stop(store->poll);
        uv_close((uv_handle_t *)store->poll, free_poll);
        store->poll = NULL;
    }
    store->fd = -1;
    PQfinish(store->conn);
    store->conn = NULL;
    store->prepared.n = 0;
    store->broken = false;
}

static void fail_everything(struct store *store, const struct err *err)
{
    struct request *request = store->current;

    store->current = NULL;
    if (request)
        request_fail(request, err);
    while (store->first) {
        request = store->first;
        store->first = request->next;
        request_fail(request, err);
    }
    store->last = NULL;
}

/* The connection is of no use any more: tell everybody, try again later. */
static void lose(struct store *store, const struct err *why)
{
    struct err err = *why;

    drop_connection(store);
    if (store->state == STORE_CLOSING)
        return;
    store->state = STORE_WAITING;
    uv_timer_start(&store->timer, on_timer, (uint64_t)store->delay_ms, 0);
    store->delay_ms =
        store->delay_ms * 2 > RECONNECT_MOST_MS ? RECONNECT_MOST_MS : store->delay_ms * 2;
    store->on_state(store->ctx, false, &err);
    fail_everything(store, &err);
}

static void lose_with_message(struct store *store)
{
    struct err err;
    char text[160];

    snprintf(text, sizeof(text), "%s", PQerrorMessage(store->conn));
    text[strcspn(text, "\n")] = '\0';
    err_set(&err, ERR_RETRY, "DB_UNAVAILABLE", "PostgreSQL", "%s",
            text[0] ? text : "connection lost");
    lose(store, &err);
}

/* A commit that is on this server's disk but perhaps not on the standby's says so only in a
 * WARNING; it must not be acknowledged. */
static void on_notice(void *ctx, const PGresult *result)
{
    struct store *store = ctx;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (!sqlstate || !severity || strcmp(severity, "WARNING") != 0)
        return;
    log_event(LOG_WARN, "database_warning", "sqlstate", sqlstate, "text", message, NULL);
    if (store->current && !store->current->failed &&
        (strcmp(sqlstate, "01000") == 0 || strcmp(sqlstate, "57P01") == 0)) {
        store->current->failed = true;
        err_set(&store->current->err, ERR_RETRY, "REPLICATION_UNSURE", sqlstate,
                "committed here, perhaps not on the standby");
    }
}

static void on_socket(uv_poll_t *poll, int status, int events);

static void watch(struct store *store, int events)
{
    int fd = PQsocket(store->conn);

    if (store->poll && store->fd != fd) {
        uv_poll_stop(store->poll);
        uv_close((uv_handle_t *)store->poll, free_poll);
        store->poll = NULL;
    }
    if (!store->poll) {
        store->poll = calloc(1, sizeof(*store->poll));
        if (!store->poll)
            return; /* the timer ends the attempt */
        if (uv_poll_init(store->loop, store->poll, fd) < 0) {
            free(store->poll);
            store->poll = NULL;
            return;
        }
        store->poll->data = store;
        store->fd = fd;
    } else if (store->state == STORE_CONNECTING) {
        /* libpq may have closed the descriptor and got the same number again. */
        uv_poll_stop(store->poll);
    }
    uv_poll_start(store->poll, events, on_socket);
}

/* The failure is told from the timer: nobody is called back from inside store_submit. */
static void break_connection(struct store *store)
{
    store->broken = true;
    uv_timer_start(&store->timer, on_timer, 0, 0);
}

static void flush(struct store *store)
{
    int more = PQflush(store->conn);

    if (more < 0)
        break_connection(store);
    else
        watch(store, more ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void send_request(struct store *store, struct request *request)
{
    store->current = request;
    uv_timer_start(&store->timer, on_timer, (uint64_t)store->request_ms, 0);
    if (request_send(request, store->conn, &store->prepared))
        flush(store);
    else
        break_connection(store);
}

static void rolled_back(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    (void)ctx, (void)results, (void)nresults, (void)err;
}

/* After a failure inside BEGIN the session still stands in the dead transaction. */
static bool roll_back_if_needed(struct store *store)
{
    struct store_step step = {.sql = sql_rollback};
    struct request *request;

    if (PQtransactionStatus(store->conn) == PQTRANS_IDLE)
        return false;
    request = request_make(&step, 1, rolled_back, NULL);
    if (!request) {
        lose_with_message(store);
        return true;
    }
    send_request(store, request);
    return true;
}

static void finish_current(struct store *store)
{
    struct request *request = store->current;
    bool failed = request->failed;

    store->current = NULL;
    if (failed && store->state == STORE_READY && roll_back_if_needed(store)) {
        request_settle(request);
        return;
    }
    request_settle(request);
    if (store->state == STORE_READY && !store->current)
        send_next(store);
}

static void read_results(struct store *store)
{
    while (store->conn && store->current && !PQisBusy(store->conn)) {
        PGresult *result = PQgetResult(store->conn);

        if (!result) {
            store->current->at++; /* one statement is answered in full */
            if (store->current->at > store->current->nexpected) {
                lose_with_message(store);
                return;
            }
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            finish_current(store);
        } else {
            request_take(store->current, &store->prepared, result);
        }
    }
}

static void on_session(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct store *store = ctx;
    struct err why;

    if (store->state != STORE_CONNECTING)
        return;
    uv_timer_stop(&store->timer);
    if (err && strcmp(err->place, "42P01") == 0) {
        err_set(&why, ERR_FATAL, "SCHEMA_MISSING", "PostgreSQL",
                "this database has no uptake schema; apply deploy/schema with sqitch");
    } else if (err) {
        why = *err;
    } else if (nresults >= 2 && (PQntuples(results[1]) != 1 ||
                                 store_int(results[1], 0, 0) != STORE_SCHEMA_VERSION)) {
        err_set(&why, ERR_FATAL, "SCHEMA_VERSION", "PostgreSQL",
                "the schema has version %s, this program needs %d; deploy the matching one",
                PQntuples(results[1]) ? store_text(results[1], 0, 0) : "none",
                STORE_SCHEMA_VERSION);
    } else {
        store->state = STORE_READY;
        store->delay_ms = RECONNECT_FIRST_MS;
        store->on_state(store->ctx, true, NULL);
        if (store->state == STORE_READY && !store->current)
            send_next(store);
        return;
    }
    /* The callback runs inside read_results, which stops when the connection is gone. */
    lose(store, &why);
}

static void start_session(struct store *store)
{
    struct store_step steps[] = {
        {.sql = sql_session}, {.sql = sql_version}, {.sql = store->session}};
    const int nsteps = store->skip_version ? 1 : store->session ? 3 : 2;
    struct request *request = request_make(steps, nsteps, on_session, store);

    if (!request || PQsetnonblocking(store->conn, 1) != 0 || !PQenterPipelineMode(store->conn)) {
        if (request)
            request_free(request);
        lose_with_message(store);
        return;
    }
    PQsetNoticeReceiver(store->conn, on_notice, store);
    send_request(store, request);
}

static void go_on_connecting(struct store *store)
{
    switch (PQconnectPoll(store->conn)) {
    case PGRES_POLLING_READING:
        watch(store, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        watch(store, UV_WRITABLE);
        break;
    case PGRES_POLLING_OK:
        start_session(store);
        break;
    case PGRES_POLLING_FAILED:
    default:
        lose_with_message(store);
        break;
    }
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct store *store = poll->data;

    if (!store || poll != store->poll)
        return;
    if (PQstatus(store->conn) != CONNECTION_OK) {
        go_on_connecting(store);
        return;
    }
    if (status < 0 || events & UV_READABLE) {
        if (!PQconsumeInput(store->conn) || status < 0) {
            lose_with_message(store);
            return;
        }
        read_results(store);
    }
    if (store->conn && events & UV_WRITABLE)
        flush(store);
}

static void start_connecting(struct store *store)
{
    /* What the connection string says for itself counts. */
    const char *const keywords[] = {
        "keepalives_idle",           "tcp_user_timeout", "gssencmode", "client_encoding",
        "fallback_application_name", "dbname",           NULL};
    const char *const values[] = {"10",        "20000",         "disable", "UTF8",
                                  store->name, store->conninfo, NULL};

    store->state = STORE_CONNECTING;
    store->conn = PQconnectStartParams(keywords, values, 1);
    if (!store->conn || PQstatus(store->conn) == CONNECTION_BAD) {
        lose_with_message(store);
        return;
    }
    uv_timer_start(&store->timer, on_timer, CONNECT_TIMEOUT_MS, 0);
    watch(store, UV_WRITABLE);
}

static void on_timer(uv_timer_t *timer)
{
    struct store *store = timer->data;
    struct err err;

    if (store->state == STORE_WAITING) {
        start_connecting(store);
    } else if (store->broken) {
        lose_with_message(store);
    } else if (store->state == STORE_CONNECTING || store->current) {
        err_set(&err, ERR_RETRY, "DB_UNAVAILABLE", "PostgreSQL",
                "no answer within the time allowed");
        lose(store, &err);
    }
}

static void send_next(struct store *store)
{
    struct request *request = store->first;

    if (!request || store->current)
        return;
    store->first = request->next;
    if (!store->first)
        store->last = NULL;
    send_request(store, request);
}

struct store *store_open(uv_loop_t *loop, const struct store_options *options, struct err *err)
{
    struct store *store = calloc(1, sizeof(*store));

    if (!store)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "store", "cannot allocate");
    store->loop = loop;
    store->fd = -1;
    store->skip_version = options->skip_version;
    store->session = options->session;
    store->request_ms = options->request_ms ? options->request_ms : REQUEST_TIMEOUT_MS;
    store->on_state = options->on_state;
    store->ctx = options->ctx;
    store->delay_ms = RECONNECT_FIRST_MS;
    store->conninfo = strdup(options->conninfo);
    store->name = strdup(options->name);
    if (!store->conninfo || !store->name || uv_timer_init(loop, &store->timer) < 0) {
        free(store->conninfo);
        free(store->name);
        free(store);
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "store", "cannot allocate");
    }
    store->timer.data = store;
    store->state = STORE_WAITING;
    uv_timer_start(&store->timer, on_timer, 0, 0); /* so that on_state comes from the loop */
    return store;
}

static void on_closed(uv_handle_t *handle)
{
    struct store *store = handle->data;
    void (*closed)(void *ctx) = store->closed;
    void *ctx = store->closed_ctx;

    free(store->prepared.texts);
    free(store->conninfo);
    free(store->name);
    free(store);
    closed(ctx);
}

void store_close(struct store *store, void (*closed)(void *ctx), void *ctx)
{
    struct err err;

    if (!store) {
        closed(ctx);
        return;
    }
    store->state = STORE_CLOSING;
    store->closed = closed;
    store->closed_ctx = ctx;
    drop_connection(store);
    err_set(&err, ERR_RETRY, "DB_UNAVAILABLE", "PostgreSQL", "the program is stopping");
    fail_everything(store, &err);
    uv_timer_stop(&store->timer);
    uv_close((uv_handle_t *)&store->timer, on_closed);
}

bool store_is_ready(const struct store *store)
{
    return store && store->state == STORE_READY;
}

bool store_submit(struct store *store, const struct store_step *steps, int nsteps,
                  store_reply_fn *reply, void *ctx, struct err *err)
{
    struct request *request;

    if (store->state != STORE_READY)
        return err_set(err, ERR_RETRY, "DB_UNAVAILABLE", "PostgreSQL", "not connected");
    if (nsteps < 1 || nsteps > STORE_STEPS_MAX)
        return err_set(err, ERR_FATAL, "TOO_MANY_STEPS", "store", "%d statements, limit %d", nsteps,
                       STORE_STEPS_MAX);
    request = request_make(steps, nsteps, reply, ctx);
    if (!request)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "store", "cannot copy the arguments");
    if (store->last)
        store->last->next = request;
    else
        store->first = request;
    store->last = request;
    send_next(store);
    return true;
}
