/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail - hands mails to the SMTP server, byte for byte.
 *
 * libcurl opens the connections: name, TLS, greeting, EHLO, login. That may block, so it is work
 * for libuv's threads. On the open connection smtp.h speaks for each mail, on the loop: libcurl
 * itself would wait for the reply to a mail's end inside its call (7.88, smtp_done), and says four
 * things one after the other where servers take three at once. A few connections at once, each for
 * many mails.
 *
 * What became of a mail is told by the server's reply. A connection lost after the mail's last byte
 * went out leaves it open whether the server took it: MAIL_UNCERTAIN, to be repeated as the same
 * bytes. A mail that meets a connection the server gave up in the meantime, and gets no reply or
 * 421, is offered once more on a new one.
 *
 * A mail has a time to wait for a connection and, from when its turn comes there, a time to be
 * sent: RFC 5321 (4.5.3.2.6) lets a server think ten minutes about a mail it has, and who goes away
 * earlier gets it delivered twice. What found no connection in its time never went out.
 *
 * A server that refuses every recipient there is refuses us, as one does that relays for us no more
 * and says only 550. So a refused recipient waits for the word on another one, of those given at a
 * time.
 *
 * While no connection can be made the server is away: what waits is put off, and so is every mail
 * given until the pause is over; pauses double.
 *
 * Threading: loop thread only; callbacks come on it.   Time: milliseconds.
 * Ownership: options are borrowed as long as the mail is open; messages are copied.
 */
#ifndef UPTAKE_WORKFLOW_MAIL_H
#define UPTAKE_WORKFLOW_MAIL_H

#include "base/err.h"

#include <stddef.h>
#include <uv.h>

enum { MAIL_CONNECTIONS_MAX = 32 };

struct mail;

enum mail_outcome {
    MAIL_SENT,      /* the server has it                                   */
    MAIL_LATER,     /* not taken now: server away, busy or 4xx             */
    MAIL_UNCERTAIN, /* nobody knows                                        */
    MAIL_REFUSED,   /* 5xx: will not be taken, however often it is offered */
    MAIL_TOO_LARGE, /* the same, for its size: 552 or x.3.4                */
};
enum { MAIL_OUTCOMES = MAIL_TOO_LARGE + 1 };

enum mail_tls {
    MAIL_TLS_NONE,
    MAIL_TLS_OPTIONAL, /* STARTTLS where offered, whoever answers: keeps out who only listens */
    MAIL_TLS_REQUIRED, /* the server's name is proven, or nothing is sent */
};

enum mail_server {
    MAIL_SERVER_ANSWERS,
    MAIL_SERVER_AWAY,       /* it will come back */
    MAIL_SERVER_REFUSES_US, /* login, certificate, sender or every recipient: somebody has to see to
                               it, here or there */
};

struct mail_options {
    const char *url;  /* "smtp://127.0.0.1:25", "smtps://mail.example.org" */
    const char *from; /* sender's address */
    enum mail_tls tls;
    const char *ca_file; /* certificates that vouch for the server; "": the system's */
    const char *user;    /* "": no login */
    const char *password;
    int connections;    /* at once, 1..MAIL_CONNECTIONS_MAX */
    long wait_ms;       /* for a mail to come to a connection; to open one */
    long timeout_ms;    /* for a mail from then on */
    long pause_most_ms; /* longest pause while the server is away */
    /* Told when it changes; may be NULL. why: for the log. */
    void (*on_server)(void *ctx, enum mail_server server, const char *why);
    void *ctx;
};

struct mail_message {
    const char *to;
    const char *bytes; /* RFC 5322, lines end in CR LF */
    size_t len;
};

/* Exactly once per accepted message, unless mail_close comes first. code: the reply that decided,
 * 0: none came. why: for the log and the ledger. */
typedef void mail_done_fn(void *ctx, enum mail_outcome outcome, long code, const char *why);

MUST_CHECK struct mail *mail_open(uv_loop_t *loop, const struct mail_options *options,
                                  struct err *err);
/* What is on its way has this much time left, what waits is put off; the callbacks tell. */
void mail_hurry(struct mail *mail, long timeout_ms);
/* Gives up what is under way, within about a second, then calls closed. NULL mail: at once. */
void mail_close(struct mail *mail, void (*closed)(void *ctx), void *ctx);

/* False during a pause: mails given now would only be put off. */
bool mail_is_ready(const struct mail *mail);
/* On false, err says why and the callback will not run. */
MUST_CHECK bool mail_send(struct mail *mail, const struct mail_message *message, mail_done_fn *done,
                          void *ctx, struct err *err);

#endif
