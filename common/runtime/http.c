/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"

#include "http_parts.h"

#include "base/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 1000,
    IDLE_TIMEOUT_S = 30,
    CONNECTION_MEMORY = 16 * 1024, /* request head, and one block of an answer */
    PING_EVERY_MS = 15 * 1000,
    DISCARD_MAX = 1024 * 1024, /* of a body that is too large and did not say so */
    HANDLES = 4,
};

static void run(struct http_server *server)
{
    assert(!server->running);
    server->running = true;
    server->kicked = false;
    MHD_run(server->daemon);
    server->running = false;
}

static void on_timer(uv_timer_t *timer)
{
    run(timer->data);
}

void http_kick(struct http_server *server)
{
    server->kicked = true;
    uv_timer_start(&server->timer, on_timer, 0, 0);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    run(poll->data);
}

/* Right before the loop sleeps: when does libmicrohttpd want to look at its time-outs? */
static void on_prepare(uv_prepare_t *prepare)
{
    struct http_server *server = prepare->data;
    MHD_UNSIGNED_LONG_LONG timeout_ms;

    if (server->kicked)
        return;
    if (MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES)
        uv_timer_start(&server->timer, on_timer, timeout_ms, 0);
    else
        uv_timer_stop(&server->timer);
}

/* Requests ------------------------------------------------------------------------------------- */

/* The first that libmicrohttpd tells of a request; what we return is its req_cls ever after. */
static void *on_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = ctx;
    struct http_request *request = calloc(1, sizeof(*request));

    if (!request)
        return NULL;
    request->server = server;
    request->connection = connection;
    request->bad_target = !http_target_is_sound(target);
    request->next = server->requests;
    if (request->next)
        request->next->previous = request;
    server->requests = request;
    return request;
}

static void forget(struct http_request *request)
{
    if (request->previous)
        request->previous->next = request->next;
    else
        request->server->requests = request->next;
    if (request->next)
        request->next->previous = request->previous;
    if (request->stream)
        free(request->stream->bytes);
    free(request->stream);
    free(request->body);
    if (request->response)
        MHD_destroy_response(request->response);
    free(request);
}

/* Tells the owner of an unanswered request or an open stream, once. */
static void tell_gone(struct http_request *request)
{
    void (*gone)(void *ctx) = request->gone;
    void *ctx = request->gone_ctx;

    if (request->stream && request->stream->gone) {
        gone = request->stream->gone;
        ctx = request->stream->ctx;
        request->stream->gone = NULL;
    }
    request->gone = NULL;
    if (gone)
        gone(ctx);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **req_cls,
                         enum MHD_RequestTerminationCode why)
{
    struct http_request *request = *req_cls;

    (void)ctx;
    (void)connection;
    (void)why;
    if (!request)
        return;
    *req_cls = NULL;
    tell_gone(request);
    forget(request);
}

/* Problem details (RFC 9457), for what no handler sees. */
static enum MHD_Result queue_problem(struct MHD_Connection *connection, unsigned status,
                                     const char *code, const char *detail)
{
    char text[256];
    const int len = snprintf(text, sizeof(text),
                             "{\"title\":\"%s\",\"status\":%u,\"code\":\"%s\",\"detail\":\"%s\"}",
                             code, status, code, detail);
    struct MHD_Response *response =
        MHD_create_response_from_buffer((size_t)len, text, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result done = MHD_NO;

    if (response &&
        MHD_add_response_header(response, "Content-Type", "application/problem+json") == MHD_YES)
        done = MHD_queue_response(connection, status, response);
    if (response)
        MHD_destroy_response(response);
    return done;
}

static enum MHD_Result refuse_body(struct MHD_Connection *connection)
{
    return queue_problem(connection, MHD_HTTP_CONTENT_TOO_LARGE, "BODY_TOO_LARGE", "Send less.");
}

/* Only the head is there: an answer now also closes the connection, right for what we refuse. A
 * body that is not far too large is read and dropped, so that its sender reads the answer. */
static enum MHD_Result begin(struct http_request *request, const char *url, const char *method)
{
    const char *length = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                     MHD_HTTP_HEADER_CONTENT_LENGTH);

    request->begun = true;
    request->path = url;
    request->method = strcmp(method, "HEAD") == 0 ? "GET" : method;
    request->body_max = request->server->max_body_of ? request->server->max_body_of(url)
                                                     : request->server->max_body;
    if (request->bad_target)
        return queue_problem(request->connection, MHD_HTTP_BAD_REQUEST, "BAD_REQUEST",
                             "The target is not well-formed.");
    if (length && strtoull(length, NULL, 10) > request->body_max + DISCARD_MAX)
        return refuse_body(request->connection);
    return MHD_YES;
}

static enum MHD_Result take_body(struct http_request *request, const char *bytes, size_t *len)
{
    const size_t n = *len;

    *len = 0;
    if (request->too_large || request->body_len + n > request->body_max) {
        request->too_large = true;
        request->discarded += n;
        return request->discarded > DISCARD_MAX ? MHD_NO : MHD_YES;
    }
    if (!request->body)
        request->body = malloc(request->body_max);
    if (!request->body)
        return MHD_NO;
    memcpy(request->body + request->body_len, bytes, n);
    request->body_len += n;
    return MHD_YES;
}

static const char *path_in_log(const struct http_request *request)
{
    return request->server->path_in_log ? request->server->path_in_log(request->path)
                                        : request->path;
}

static enum MHD_Result queue_answer(struct http_request *request)
{
    log_event(LOG_DEBUG, "http_request", "method", request->method, "path", path_in_log(request),
              "status", log_num(request->status), NULL);
    return MHD_queue_response(request->connection, (unsigned)request->status, request->response);
}

/* Called with the head, with each piece of the body, when the request is complete, and again after
 * each resume until something was queued. */
static enum MHD_Result on_access(void *ctx, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *upload,
                                 size_t *upload_len, void **req_cls)
{
    struct http_request *request = *req_cls;
    struct http_server *server = ctx;

    (void)version;
    if (!request)
        return MHD_NO; /* on_target was out of memory */
    if (!request->begun)
        return begin(request, url, method);
    if (*upload_len > 0)
        return take_body(request, upload, upload_len);
    if (request->too_large)
        return refuse_body(connection);
    if (!request->handled) {
        request->handled = true;
        server->handler(server->ctx, request);
    }
    if (request->response)
        return queue_answer(request);
    if (server->closing)
        return queue_problem(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "STOPPING",
                             "Come back later.");
    MHD_suspend_connection(connection);
    request->suspended = true;
    return MHD_YES;
}

void http_resume(struct http_request *request)
{
    if (!request->suspended)
        return;
    request->suspended = false;
    MHD_resume_connection(request->connection);
    http_kick(request->server);
}

const char *http_method(const struct http_request *request)
{
    return request->method;
}

const char *http_path(const struct http_request *request)
{
    return request->path;
}

static const char *lookup(const struct http_request *request, enum MHD_ValueKind kind,
                          const char *name)
{
    return MHD_lookup_connection_value(request->connection, kind, name);
}

const char *http_query(const struct http_request *request, const char *name)
{
    return lookup(request, MHD_GET_ARGUMENT_KIND, name);
}

struct nth {
    int left;
    const char *name;
};

static enum MHD_Result take_nth(void *ctx, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    struct nth *nth = ctx;

    (void)kind;
    (void)value;
    if (nth->left-- > 0)
        return MHD_YES;
    nth->name = name;
    return MHD_NO;
}

const char *http_query_name(const struct http_request *request, int n)
{
    struct nth nth = {.left = n};

    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, take_nth, &nth);
    return nth.name;
}

const char *http_header(const struct http_request *request, const char *name)
{
    return lookup(request, MHD_HEADER_KIND, name);
}

const char *http_cookie(const struct http_request *request, const char *name)
{
    return lookup(request, MHD_COOKIE_KIND, name);
}

const char *http_body(const struct http_request *request, size_t *len)
{
    *len = request->body_len;
    return request->body ? request->body : "";
}

void http_on_gone(struct http_request *request, void (*gone)(void *ctx), void *ctx)
{
    request->gone = gone;
    request->gone_ctx = ctx;
}

bool http_add_fields(struct MHD_Response *response, const char *content_type,
                     const struct http_field *fields, int nfields)
{
    bool added = MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES;

    if (content_type)
        added = added && MHD_add_response_header(response, "Content-Type", content_type) == MHD_YES;
    for (int i = 0; i < nfields; i++)
        added =
            added && MHD_add_response_header(response, fields[i].name, fields[i].value) == MHD_YES;
    return added;
}

/* An answer that cannot be built: the client sees the connection end, and asks again. */
static void drop(struct http_request *request)
{
    log_event(LOG_ERROR, "http_answer_failed", "path", path_in_log(request), NULL);
    request->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    request->response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
}

void http_answer(struct http_request *request, int status, const char *content_type,
                 const struct http_field *fields, int nfields, const void *body, size_t len)
{
    assert(!request->response);
    request->gone = NULL;
    request->status = status;
    request->response =
        MHD_create_response_from_buffer(len, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    if (!request->response || !http_add_fields(request->response, content_type, fields, nfields)) {
        if (request->response)
            MHD_destroy_response(request->response);
        drop(request);
    }
    http_resume(request);
}

static void on_ping(uv_timer_t *timer)
{
    static const char ping[] = ": ping\n\n";
    struct http_server *server = timer->data;

    for (struct http_request *request = server->requests; request; request = request->next)
        if (request->stream)
            http_stream_append(request, ping, sizeof(ping) - 1);
}

/* Opening and closing -------------------------------------------------------------------------- */

static struct MHD_Daemon *start_daemon(struct http_server *server)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, server,
        MHD_OPTION_LISTEN_SOCKET, server->listener, MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
}

static void start_handles(struct http_server *server, uv_loop_t *loop)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    uv_poll_init(loop, &server->poll, info->epoll_fd);
    uv_prepare_init(loop, &server->prepare);
    uv_timer_init(loop, &server->timer);
    uv_timer_init(loop, &server->ping);
    server->handles_open = HANDLES;
    server->poll.data = server->prepare.data = server;
    server->timer.data = server->ping.data = server;
    uv_poll_start(&server->poll, UV_READABLE, on_poll);
    uv_prepare_start(&server->prepare, on_prepare);
    uv_timer_start(&server->ping, on_ping, PING_EVERY_MS, PING_EVERY_MS);
}

struct http_server *http_open(uv_loop_t *loop, const struct http_options *options, struct err *err)
{
    struct http_server *server = calloc(1, sizeof(*server));

    if (!server)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "http", "cannot allocate the server");
    server->handler = options->handler;
    server->ctx = options->ctx;
    server->max_body = options->max_body;
    server->max_body_of = options->max_body_of;
    server->path_in_log = options->path_in_log;
    server->listener = http_listen(options->listen, err);
    if (server->listener < 0)
        goto fail;
    server->port = http_listen_port(server->listener);
    server->daemon = start_daemon(server);
    if (!server->daemon) {
        err_set(err, ERR_FATAL, "CANNOT_LISTEN", options->listen, "libmicrohttpd did not start");
        close(server->listener);
        goto fail;
    }
    start_handles(server, loop);
    return server;

fail:
    free(server);
    return NULL;
}

int http_port(const struct http_server *server)
{
    return server->port;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct http_server *server = handle->data;

    if (--server->handles_open > 0)
        return;
    if (server->closed)
        server->closed(server->closed_ctx);
    free(server);
}

/* Every suspended connection must be resumed before the daemon stops. */
static void release_all(struct http_server *server)
{
    for (struct http_request *request = server->requests; request; request = request->next) {
        tell_gone(request);
        if (request->stream)
            http_stream_end(request);
        http_resume(request);
    }
}

void http_close(struct http_server *server, void (*closed)(void *ctx), void *ctx)
{
    if (!server) {
        if (closed)
            closed(ctx);
        return;
    }
    assert(!server->running);
    server->closing = true;
    server->closed = closed;
    server->closed_ctx = ctx;
    MHD_quiesce_daemon(server->daemon);
    release_all(server);
    run(server); /* resumes */
    run(server); /* sends what they have to say */
    MHD_stop_daemon(server->daemon);
    close(server->listener);
    uv_close((uv_handle_t *)&server->poll, on_handle_closed);
    uv_close((uv_handle_t *)&server->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&server->timer, on_handle_closed);
    uv_close((uv_handle_t *)&server->ping, on_handle_closed);
}
