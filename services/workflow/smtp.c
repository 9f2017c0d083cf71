/* SPDX-License-Identifier: Apache-2.0 */
#include "smtp.h"

#include <string.h>

enum {
    GO_AHEAD = 354, /* to DATA */
    TOO_LARGE = 552,
    LOGIN_NEEDED = 530, /* at any time: it wants TLS or a login first */
};

static bool is_good(long code)
{
    return code >= 200 && code < 300;
}

static void put_bytes(struct smtp *smtp)
{
    const char *at = smtp->message->bytes, *end = at + smtp->message->len;

    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *next = feed ? feed + 1 : end;
        if (*at == '.')
            text_put(&smtp->out, ".");
        text_put_bytes(&smtp->out, at, (size_t)(next - at));
        at = next;
    }
    text_put(&smtp->out, ".\r\n");
    smtp->end_at = smtp->out.len;
}

static void put_step(struct smtp *smtp, enum smtp_step step)
{
    switch (step) {
    case SMTP_RESET:
        text_put(&smtp->out, "RSET\r\n");
        break;
    case SMTP_SENDER:
        text_put_format(&smtp->out, "MAIL FROM:<%s>\r\n", smtp->from);
        break;
    case SMTP_RECIPIENT:
        text_put_format(&smtp->out, "RCPT TO:<%s>\r\n", smtp->message->to);
        break;
    case SMTP_DATA:
        text_put(&smtp->out, "DATA\r\n");
        break;
    case SMTP_END:
        put_bytes(smtp);
        break;
    case SMTP_OVER:
        break;
    }
}

static void take_up(struct smtp *smtp, const struct mail_message *message, enum smtp_step step)
{
    smtp->message = message;
    smtp->next = NULL;
    smtp->outcome = MAIL_SENT; /* until something speaks against it */
    smtp->code = 0;
    smtp->is_about_us = false;
    smtp->recipient = SMTP_RECIPIENT_UNHEARD;
    smtp->step = step;
}

void smtp_begin(struct smtp *smtp, const char *from, const struct mail_message *message)
{
    smtp->from = from;
    take_up(smtp, message, smtp->must_reset ? SMTP_RESET : SMTP_SENDER);
    for (enum smtp_step step = smtp->step; step <= SMTP_DATA; step++)
        if (step == smtp->step || smtp->can_pipeline)
            put_step(smtp, step);
}

bool smtp_takes_next(const struct smtp *smtp)
{
    return smtp->step == SMTP_END && smtp->can_pipeline && !smtp->next && !smtp->is_broken;
}

void smtp_put_next(struct smtp *smtp, const struct mail_message *message)
{
    const struct mail_message *present = smtp->message;

    smtp->message = message;
    for (enum smtp_step step = SMTP_SENDER; step <= SMTP_DATA; step++)
        put_step(smtp, step);
    smtp->message = present;
    smtp->next = message;
}

void smtp_go_to_next(struct smtp *smtp)
{
    if (smtp->next)
        take_up(smtp, smtp->next, SMTP_SENDER);
}

enum smtp_about smtp_about(long code, const char *text)
{
    if (strncmp(text, "5.1.1", strlen("5.1.1")) == 0)
        return SMTP_ABOUT_ADDRESS;
    if (strncmp(text, "5.3.4", strlen("5.3.4")) == 0 || (code == TOO_LARGE && text[0] != '5'))
        return SMTP_ABOUT_SIZE;
    return strncmp(text, "5.7.", strlen("5.7.")) == 0 ? SMTP_ABOUT_POLICY : SMTP_ABOUT_THIS;
}

static bool is_refusal(long code)
{
    return code >= 500 && code < 600;
}

/* The first reply that speaks against the mail decides. */
static void note_failure(struct smtp *smtp, long code, enum smtp_about about)
{
    if (smtp->outcome != MAIL_SENT)
        return;
    smtp->code = code;
    smtp->is_about_us = code == LOGIN_NEEDED || (is_refusal(code) && smtp->step <= SMTP_SENDER);
    /* A policy is the server's to change, as when it relays for us no more: nothing is wrong with
     * the address. */
    if (!is_refusal(code) || smtp->is_about_us || about == SMTP_ABOUT_POLICY)
        smtp->outcome = MAIL_LATER;
    else
        smtp->outcome =
            about == SMTP_ABOUT_SIZE && smtp->step > SMTP_RECIPIENT ? MAIL_TOO_LARGE : MAIL_REFUSED;
}

static void note_recipient(struct smtp *smtp, long code, enum smtp_about about)
{
    if (smtp->outcome != MAIL_SENT || code == LOGIN_NEEDED || code == SMTP_GOING_AWAY ||
        about == SMTP_ABOUT_POLICY)
        return;
    smtp->recipient = is_refusal(code) && about == SMTP_ABOUT_THIS ? SMTP_RECIPIENT_REFUSED
                                                                   : SMTP_RECIPIENT_HEARD;
}

static void go_on(struct smtp *smtp)
{
    smtp->step++;
    if (!smtp->can_pipeline || smtp->step == SMTP_END)
        put_step(smtp, smtp->step);
}

static void end(struct smtp *smtp)
{
    smtp->must_reset = smtp->outcome != MAIL_SENT && smtp->step != SMTP_END;
    smtp->step = SMTP_OVER;
}

void smtp_reply(struct smtp *smtp, long code, enum smtp_about about)
{
    bool wanted = smtp->step == SMTP_DATA ? code == GO_AHEAD : is_good(code);

    if (smtp->step == SMTP_OVER || code == SMTP_GOING_AWAY)
        smtp->is_broken = true; /* it speaks unasked */
    if (smtp->step == SMTP_OVER)
        return;
    if (smtp->step == SMTP_RECIPIENT)
        note_recipient(smtp, code, about);
    if (!wanted)
        note_failure(smtp, code, about);
    if (smtp->step == SMTP_END && wanted)
        smtp->code = code;
    /* A server that wants the bytes of a mail it refused before. */
    if (smtp->step == SMTP_DATA && wanted && smtp->outcome != MAIL_SENT)
        smtp->is_broken = true;
    if (smtp->is_broken || smtp->step == SMTP_END ||
        (smtp->outcome != MAIL_SENT && (!smtp->can_pipeline || smtp->step == SMTP_DATA)))
        end(smtp);
    else
        go_on(smtp);
}

void smtp_wrote(struct smtp *smtp, size_t n)
{
    smtp->written += n;
    if (smtp->written == smtp->out.len)
        smtp->written = smtp->end_at = smtp->out.len = 0;
}

void smtp_lost(struct smtp *smtp)
{
    bool has_ended = smtp->step == SMTP_END && smtp->written >= smtp->end_at;

    smtp->is_broken = true;
    if (smtp->step == SMTP_OVER)
        return;
    if (smtp->outcome == MAIL_SENT)
        smtp->outcome = has_ended ? MAIL_UNCERTAIN : MAIL_LATER;
    end(smtp);
}

void smtp_finish(struct smtp *smtp)
{
    text_buffer_finish(&smtp->out);
    smtp->out = (struct text_buffer){0};
    smtp->written = smtp->end_at = 0;
    smtp->is_broken = true;
}
