/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http - an HTTP/1.1 server on the event loop.
 *
 * libmicrohttpd does the protocol; this file is the only one that knows it. A handler gets each
 * request once it is complete (body included, at most max_body) and answers it at once or later
 * from the loop; an event stream stays open and gets ": ping" every 15 s, which is also how a
 * client that left in silence is noticed. HEAD reaches the handler as GET: only the head of its
 * answer is sent.
 *
 * Refused here, before any handler: a body over max_body (413), bad percent coding, NUL and
 * ill-formed UTF-8 in the target (400), and what libmicrohttpd itself refuses. A connection that
 * neither sends nor takes bytes for 30 s is closed; at most 1000 are open at a time.
 *
 * Threading: loop thread only.
 * Ownership: a request lives until it is answered or its on_gone has run; strings read from it live
 * as long as the request; answered bytes are copied.
 */
#ifndef UPTAKE_RUNTIME_HTTP_H
#define UPTAKE_RUNTIME_HTTP_H

#include "base/err.h"

#include <uv.h>

struct http_server;
struct http_request;
struct http_stream;

typedef void http_handler_fn(void *ctx, struct http_request *request);

struct http_options {
    const char *listen; /* "127.0.0.1:8080" or "[::1]:8080"; port 0 picks a free one */
    size_t max_body;    /* bytes; a larger body is answered 413 */
    /* The same for one path; NULL: max_body for all. */
    size_t (*max_body_of)(const char *path);
    /* What the log may show of a path that holds a secret; NULL: all of every path. */
    const char *(*path_in_log)(const char *path);
    http_handler_fn *handler;
    void *ctx;
};

MUST_CHECK struct http_server *http_open(uv_loop_t *loop, const struct http_options *options,
                                         struct err *err);
/* The port really bound. */
int http_port(const struct http_server *server);
/* Refuses new requests, drops unanswered ones (their on_gone runs), ends streams; then calls
 * closed. Not from inside a handler. NULL server: at once. */
void http_close(struct http_server *server, void (*closed)(void *ctx), void *ctx);

const char *http_method(const struct http_request *request);
const char *http_path(const struct http_request *request); /* decoded, no query */
const char *http_query(const struct http_request *request, const char *name); /* NULL: absent */
/* The name of the nth parameter of the query, from 0; NULL: there are no more. */
const char *http_query_name(const struct http_request *request, int n);
const char *http_header(const struct http_request *request, const char *name); /* NULL: absent */
const char *http_cookie(const struct http_request *request, const char *name); /* NULL: absent */
const char *http_body(const struct http_request *request, size_t *len);

/* Called when the request ends without our answer; the request is dead afterwards. A client that
 * leaves while it waits is not noticed: the answer then goes nowhere. */
void http_on_gone(struct http_request *request, void (*gone)(void *ctx), void *ctx);

struct http_field {
    const char *name;
    const char *value;
};

/* Answers once; the request is dead afterwards. fields may be NULL when nfields is 0. */
void http_answer(struct http_request *request, int status, const char *content_type,
                 const struct http_field *fields, int nfields, const void *body, size_t len);

/* Turns the request into a text/event-stream; the request is dead afterwards. gone runs once, when
 * the client leaves or the server closes; the stream is dead afterwards. NULL when out of memory
 * (already answered 503). */
struct http_stream *http_stream_open(struct http_request *request, void (*gone)(void *ctx),
                                     void *ctx);
/* Appends bytes for the client. A client more than 64 KiB behind is cut off: it comes back and
 * reads from where it was. */
void http_stream_send(struct http_stream *stream, const void *bytes, size_t len);
/* Ends the stream once what was sent has gone out; gone follows from the loop. */
void http_stream_close(struct http_stream *stream);

#endif
