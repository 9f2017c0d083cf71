/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smtp - what is said to a mail server to hand it one mail, and what its replies mean (RFC 5321).
 *
 * Begins where greeting, EHLO, TLS and login are done. Where the server knows PIPELINING (RFC
 * 2920), sender, recipient and DATA go out together, and behind the bytes of a mail those of the
 * next one: one wait for a mail instead of four. The bytes of a mail go as they are, but for the
 * dot that SMTP doubles at the beginning of a line.
 *
 * A pure machine: the caller writes what stands in `out` and tells the replies.
 *
 * Threading: any, one at a time.
 */
#ifndef UPTAKE_WORKFLOW_SMTP_H
#define UPTAKE_WORKFLOW_SMTP_H

#include "base/err.h"
#include "base/text.h"
#include "mail.h"

/* Whose reply comes next. */
enum smtp_step {
    SMTP_OVER, /* no mail under way */
    SMTP_RESET,
    SMTP_SENDER,
    SMTP_RECIPIENT,
    SMTP_DATA,
    SMTP_END, /* of the mail's bytes */
};

enum { SMTP_GOING_AWAY = 421 }; /* at any time: the server closes */

/* What a reply is about, by its enhanced code (RFC 3463) where it has one. */
enum smtp_about {
    SMTP_ABOUT_THIS,
    SMTP_ABOUT_ADDRESS, /* 5.1.1, 5.1.10: the server knows no such address */
    SMTP_ABOUT_SIZE,    /* x.3.4, or 552 without one */
    SMTP_ABOUT_POLICY,  /* 5.7.x: security or policy */
};

/* What the server made of the mail's recipient. */
enum smtp_recipient {
    SMTP_RECIPIENT_UNHEARD,
    SMTP_RECIPIENT_HEARD, /* taken, put off, or told that there is none: it looked at the address */
    SMTP_RECIPIENT_REFUSED, /* and nothing tells whether that is about this one or about us */
};

struct smtp {
    bool can_pipeline;
    bool must_reset; /* the mail before ended in the midst of its commands */
    bool is_broken;  /* nothing more can be said on this connection */
    enum smtp_step step;
    const char *from;
    const struct mail_message *message;
    struct text_buffer out; /* to be written, from `written` on */
    size_t written;
    size_t end_at; /* of `out`: where the mail's bytes end, while it waits for its last reply */
    const struct mail_message *next; /* its commands stand behind the mail's bytes; NULL: none */
    /* Of the mail under way or just over; code: the reply that decided, 0: none came. */
    enum mail_outcome outcome;
    bool is_about_us; /* refused was our session or sender, not this mail */
    enum smtp_recipient recipient;
    long code;
};

/* from and message are borrowed until the mail is over. */
void smtp_begin(struct smtp *smtp, const char *from, const struct mail_message *message);
/* May another mail's commands go out now, behind the bytes of the one under way? */
bool smtp_takes_next(const struct smtp *smtp);
void smtp_put_next(struct smtp *smtp, const struct mail_message *message);
/* The mail before is over: the next one is under way from here on. */
void smtp_go_to_next(struct smtp *smtp);
/* From a reply and the text behind its code. */
enum smtp_about smtp_about(long code, const char *text);
/* A whole reply came. The mail may be over then, or more stands in `out`. */
void smtp_reply(struct smtp *smtp, long code, enum smtp_about about);
/* So many bytes of `out` are on their way. */
void smtp_wrote(struct smtp *smtp, size_t n);
/* No reply will come any more. */
void smtp_lost(struct smtp *smtp);
void smtp_finish(struct smtp *smtp);

#endif
