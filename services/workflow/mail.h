/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail - hands digests to the SMTP server.
 *
 * libcurl does the protocol on a few reused connections; mail.c is the only file that knows it.
 * What became of a mail is told by the server's reply code. A connection lost after the mail's
 * bytes went out leaves it open whether the server took it: MAIL_UNCERTAIN, to be repeated with the
 * same Message-ID.
 *
 * libcurl waits for the reply to a mail's end inside its own call, on the loop too (7.88,
 * smtp_done): a slow mail server would stop the loop. So each mail is one piece of work for libuv's
 * threads; nothing but the mail and its connection is touched there.
 *
 * Threading: loop thread only; callbacks come on it.   Time: milliseconds.
 * Ownership: messages are copied.
 */
#ifndef UPTAKE_WORKFLOW_MAIL_H
#define UPTAKE_WORKFLOW_MAIL_H

#include "base/err.h"

#include <uv.h>

struct mail;

enum mail_outcome {
    MAIL_SENT,      /* the server has it                                   */
    MAIL_LATER,     /* not taken now: server away, busy or 4xx             */
    MAIL_UNCERTAIN, /* nobody knows                                        */
    MAIL_REFUSED,   /* 5xx: will not be taken, however often it is offered */
};

struct mail_options {
    const char *url;  /* "smtp://127.0.0.1:25"; borrowed */
    const char *from; /* sender's address; borrowed      */
    long timeout_ms;  /* for one mail, waiting for a connection included */
};

/* Header values are ready to use (encoded, free of line breaks). */
struct mail_message {
    const char *to;
    const char *message_id;
    const char *subject;
    const char *date;
    const char *text;
    const char *calendar;
};

/* Exactly once per accepted message, unless mail_close comes first. code: the server's last reply,
 * 0: it said nothing. why: for the log and the ledger. */
typedef void mail_done_fn(void *ctx, enum mail_outcome outcome, long code, const char *why);

MUST_CHECK struct mail *mail_open(uv_loop_t *loop, const struct mail_options *options,
                                  struct err *err);
/* What is under way has this much time left; the callbacks tell how it ended. */
void mail_hurry(struct mail *mail, long timeout_ms);
/* Gives up what is under way, within about a second, then calls closed. NULL mail: at once. */
void mail_close(struct mail *mail, void (*closed)(void *ctx), void *ctx);

/* On false, err says why and the callback will not run. */
MUST_CHECK bool mail_send(struct mail *mail, const struct mail_message *message, mail_done_fn *done,
                          void *ctx, struct err *err);

#endif
