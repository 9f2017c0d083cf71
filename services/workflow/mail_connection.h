/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_connection - one connection to the mail server: opened by libcurl, used by smtp.h.
 *
 * CLOSED -> OPENING -> IDLE <-> BUSY -> CLOSED. Only mail.c includes this.
 *
 * Threading: loop thread; opening is done by a thread of libuv's, which touches nothing but the
 * handle and what stands under "opening".
 */
#ifndef UPTAKE_WORKFLOW_MAIL_CONNECTION_H
#define UPTAKE_WORKFLOW_MAIL_CONNECTION_H

#include "smtp.h"

#include <curl/curl.h>
#include <stdatomic.h>

enum connection_state {
    CONNECTION_CLOSED,
    CONNECTION_OPENING,
    CONNECTION_IDLE,
    CONNECTION_BUSY,
};

/* How opening ended. code: the server's last reply. */
typedef void connection_opened_fn(void *ctx, bool opened, bool is_about_us, const char *why);
/* The mail under way is over: connection->smtp tells how. Where another had been taken, that is
 * under way from now on, unless the connection is closed: then its commands came to nothing. */
typedef void connection_over_fn(void *ctx);
/* A mail whose commands go along with the bytes of the one under way; NULL: there is none. */
typedef const struct mail_message *connection_next_fn(void *ctx);

struct connection {
    enum connection_state state;
    struct smtp smtp;
    bool is_reused; /* a mail went over it before */
    bool has_reply; /* to the mail under way */

    uv_loop_t *loop;
    const struct mail_options *options;
    connection_opened_fn *opened;
    connection_over_fn *over;
    connection_next_fn *next;
    void *ctx;

    CURL *easy;
    uv_poll_t *poll; /* frees itself */
    int events;      /* it waits for */
    struct text_buffer line;
    uint64_t idle_since_ms;

    /* opening */
    uv_work_t work;
    const atomic_ullong *give_up_ns;
    bool can_pipeline;
    CURLcode result;
    long code;
    char detail[CURL_ERROR_SIZE];
};

/* False: not even begun; `opened` will not be called. */
MUST_CHECK bool connection_open(struct connection *connection, long timeout_ms);
/* From IDLE. `over` follows, perhaps before this returns. */
void connection_send(struct connection *connection, const struct mail_message *message);
/* Ends it, what is under way too; `over` is not called. Nothing for one that is opening. */
void connection_close(struct connection *connection);
void connection_finish(struct connection *connection);

#endif
