/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_parts - what the files of http share; not for others.
 *
 * http.c drives libmicrohttpd and its requests, http_stream.c the event streams, http_target.c
 * checks what stands in a request line, http_listen.c opens the listening socket.
 */
#ifndef UPTAKE_RUNTIME_HTTP_PARTS_H
#define UPTAKE_RUNTIME_HTTP_PARTS_H

#include "http.h"

#include <microhttpd.h>

/*
 * libmicrohttpd runs inside our loop: its epoll descriptor is polled, its time-outs become a timer.
 * It must not be entered twice (running), and resuming a connection wakes nobody: every resume
 * asks for another round (kick).
 */
struct http_server {
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_prepare_t prepare;
    uv_timer_t timer;
    uv_timer_t ping;
    struct http_request *requests; /* all that libmicrohttpd knows */
    http_handler_fn *handler;
    void *ctx;
    size_t max_body;
    size_t (*max_body_of)(const char *path);
    const char *(*path_in_log)(const char *path);
    int listener;
    int port;
    int handles_open;
    bool running;
    bool kicked;
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

struct http_stream {
    struct http_request *request;
    char *bytes; /* not yet taken by libmicrohttpd: from..len */
    size_t from;
    size_t len;
    size_t room;
    bool waiting; /* the connection is suspended until there are bytes */
    bool ended;
    void (*gone)(void *ctx);
    void *ctx;
};

/* Known to libmicrohttpd from its request line until its connection is done with it. */
struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct http_request *previous;
    struct http_request *next;
    const char *method;
    const char *path;
    char *body;
    size_t body_len;
    size_t body_max;
    size_t discarded;
    bool bad_target;
    bool begun;     /* the head has been seen */
    bool too_large; /* the rest of the body is read and dropped */
    bool handled;   /* the handler has had it */
    bool suspended; /* waits for http_answer */
    struct MHD_Response *response;
    int status;
    void (*gone)(void *ctx);
    void *gone_ctx;
    struct http_stream *stream;
};

/* Asks for a round of libmicrohttpd as soon as the loop turns. */
void http_kick(struct http_server *server);
/* Lets libmicrohttpd ask on_access again, if the request waits for its answer. */
void http_resume(struct http_request *request);
bool http_add_fields(struct MHD_Response *response, const char *content_type,
                     const struct http_field *fields, int nfields);

void http_stream_append(struct http_request *request, const void *bytes, size_t len);
/* No more bytes: what is queued goes out, then the answer ends. */
void http_stream_end(struct http_request *request);

/* Is the raw target well coded, and its decoded form text without NUL? */
bool http_target_is_sound(const char *target);

/* A listening socket, or -1. */
int http_listen(const char *where, struct err *err);
int http_listen_port(int fd);

#endif
