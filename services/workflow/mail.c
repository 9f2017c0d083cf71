/* SPDX-License-Identifier: Apache-2.0 */
#include "mail.h"

#include "mail_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IDLE_MOST_MS = 30000, /* servers drop idle clients; a fresh connection is cheap */
    TICK_MS = 100,        /* how late the end of a time is noticed */
    PAUSE_FIRST_MS = 1000,
    REFUSED_ALL_LEAST = 2, /* recipients that are refused alike: it is not about them */
    NS_PER_MS = 1000000,
    WHY_TEXT = 160,
};

/* One mail, on its way or waiting for a connection. */
struct transfer {
    struct transfer *next;
    struct mail_message message; /* its texts stand behind the struct */
    uint64_t wait_until_ns;      /* for a connection */
    uint64_t deadline_ns;        /* on it */
    bool is_second;              /* the first connection was lost without a word */
    long code;                   /* its recipient was refused with */
    mail_done_fn *done;
    void *ctx;
};

struct lane {
    struct mail *mail;
    struct connection connection;
    struct transfer *transfer; /* NULL: none */
    struct transfer *next;     /* its commands went along */
};

struct mail {
    uv_loop_t *loop;
    struct mail_options options;
    uv_timer_t timer; /* runs while something is under way */
    struct lane lanes[MAIL_CONNECTIONS_MAX];
    struct transfer *first, *last; /* wait for a connection */
    int nwaiting;
    struct transfer *refused; /* recipients, before any was heard */
    int nrefused;
    bool hears_recipients; /* one at least, since nothing was under way */
    enum mail_server server;
    uint64_t pause_ms, pause_until_ms;
    uint64_t more_at_ms;      /* no further connection before; the server would not have one */
    atomic_ullong give_up_ns; /* uv_hrtime after which everything under way is given up */
    bool is_hurried;          /* nothing sets out any more */
    bool is_closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void go_on(struct mail *mail);

static int count(const struct mail *mail, enum connection_state state)
{
    int n = 0;

    for (int i = 0; i < mail->options.connections; i++)
        n += mail->lanes[i].connection.state == state;
    return n;
}

/* The server ------------------------------------------------------------------------------------
 */

static void lengthen_pause(struct mail *mail, enum mail_server server)
{
    uint64_t most = (uint64_t)mail->options.pause_most_ms;

    if (mail_is_ready(mail)) /* connections that fail together lengthen it once */
        mail->pause_ms = mail->pause_ms ? mail->pause_ms * 2 : PAUSE_FIRST_MS;
    if (mail->pause_ms > most || server == MAIL_SERVER_REFUSES_US)
        mail->pause_ms = most;
    mail->pause_until_ms = uv_now(mail->loop) + mail->pause_ms;
}

static void note_server(struct mail *mail, enum mail_server server, const char *why)
{
    if (server == MAIL_SERVER_ANSWERS)
        mail->pause_ms = mail->pause_until_ms = 0;
    else
        lengthen_pause(mail, server);
    if (server != mail->server && mail->options.on_server)
        mail->options.on_server(mail->options.ctx, server, why);
    mail->server = server;
}

bool mail_is_ready(const struct mail *mail)
{
    return uv_now(mail->loop) >= mail->pause_until_ms;
}

/* Transfers -------------------------------------------------------------------------------------
 */

static void end_transfer(struct mail *mail, struct transfer *transfer, enum mail_outcome outcome,
                         long code, const char *why)
{
    if (!mail->is_closing)
        transfer->done(transfer->ctx, outcome, code, why);
    free(transfer);
}

static struct transfer *pop_waiting(struct mail *mail)
{
    struct transfer *transfer = mail->first;

    mail->first = transfer->next;
    mail->nwaiting--;
    return transfer;
}

static bool has_waited(const struct mail *mail)
{
    return mail->is_hurried || uv_hrtime() >= mail->first->wait_until_ns;
}

/* The next that may set out; NULL: none. */
static struct transfer *take_waiting(struct mail *mail)
{
    return mail->first && !has_waited(mail) ? pop_waiting(mail) : NULL;
}

/* In order of their times: all have the same. */
static void end_what_has_waited(struct mail *mail)
{
    while (mail->first && has_waited(mail))
        end_transfer(mail, pop_waiting(mail), MAIL_LATER, 0,
                     mail->is_hurried ? "the program ends" : "no connection became free in time");
}

static void set_deadline(const struct mail *mail, struct transfer *transfer)
{
    transfer->deadline_ns = uv_hrtime() + (uint64_t)mail->options.timeout_ms * NS_PER_MS;
}

static void put_off_waiting(struct mail *mail, const char *why)
{
    struct transfer *list = mail->first, *transfer;

    mail->first = NULL;
    mail->nwaiting = 0;
    while ((transfer = list)) {
        list = transfer->next;
        end_transfer(mail, transfer, MAIL_LATER, 0, why);
    }
}

static void wait_first(struct mail *mail, struct transfer *transfer)
{
    transfer->next = mail->first;
    if (!mail->first)
        mail->last = transfer;
    mail->first = transfer;
    mail->nwaiting++;
}

static const struct mail_message *on_next(void *ctx)
{
    struct lane *lane = ctx;

    lane->next = take_waiting(lane->mail);
    return lane->next ? &lane->next->message : NULL;
}

/* Goes on with the mail whose commands went along; it waits again if they went nowhere. The server
 * comes to it only now: its time begins. */
static void go_to_next(struct lane *lane)
{
    struct transfer *next = lane->next;

    lane->next = NULL;
    lane->transfer = NULL;
    if (next && lane->connection.state == CONNECTION_BUSY) {
        lane->transfer = next;
        set_deadline(lane->mail, next);
    } else if (next) {
        wait_first(lane->mail, next);
    }
}

static void end_refused(struct mail *mail, enum mail_outcome outcome)
{
    struct transfer *list = mail->refused, *transfer;
    char why[WHY_TEXT];

    mail->refused = NULL;
    mail->nrefused = 0;
    while ((transfer = list)) {
        list = transfer->next;
        snprintf(why, sizeof(why), "the mail server answered %ld", transfer->code);
        end_transfer(mail, transfer, outcome, transfer->code, why);
    }
}

/* Whether a refused recipient is its own fault shows when another is heard, or none was left. */
static bool hold_refused(struct mail *mail, const struct smtp *smtp, struct transfer *transfer)
{
    if (smtp->recipient == SMTP_RECIPIENT_HEARD) {
        mail->hears_recipients = true;
        end_refused(mail, MAIL_REFUSED);
    }
    if (smtp->recipient != SMTP_RECIPIENT_REFUSED || mail->hears_recipients)
        return false;
    transfer->code = smtp->code;
    transfer->next = mail->refused;
    mail->refused = transfer;
    mail->nrefused++;
    return true;
}

/* Nothing is under way any more. */
static void judge_refused(struct mail *mail)
{
    bool is_about_us = mail->nrefused >= REFUSED_ALL_LEAST;

    mail->hears_recipients = false;
    if (is_about_us)
        note_server(mail, MAIL_SERVER_REFUSES_US, "it refused every recipient");
    end_refused(mail, is_about_us ? MAIL_LATER : MAIL_REFUSED);
}

/* The server had gone while nobody looked, or said so just then (421). */
static bool may_try_anew(const struct mail *mail, const struct lane *lane,
                         const struct transfer *transfer)
{
    const struct connection *connection = &lane->connection;
    const struct smtp *smtp = &connection->smtp;

    return connection->is_reused && smtp->outcome == MAIL_LATER &&
           (!connection->has_reply || smtp->code == SMTP_GOING_AWAY) && !transfer->is_second &&
           !mail->is_closing;
}

/* A mail is over, or its connection is. */
static void on_over(void *ctx)
{
    struct lane *lane = ctx;
    struct mail *mail = lane->mail;
    struct connection *connection = &lane->connection;
    const struct smtp *smtp = &connection->smtp;
    struct transfer *transfer = lane->transfer;
    enum mail_outcome outcome = smtp->outcome;
    char why[WHY_TEXT];

    go_to_next(lane);
    if (may_try_anew(mail, lane, transfer)) {
        transfer->is_second = true;
        wait_first(mail, transfer);
        go_on(mail);
        return;
    }
    connection->is_reused = true;
    if (smtp->code)
        snprintf(why, sizeof(why), "the mail server answered %ld", smtp->code);
    else
        snprintf(why, sizeof(why), "the connection to the mail server was lost");
    if (smtp->is_about_us)
        note_server(mail, MAIL_SERVER_REFUSES_US, why);
    else if (outcome == MAIL_SENT)
        note_server(mail, MAIL_SERVER_ANSWERS, "");
    if (!hold_refused(mail, smtp, transfer))
        end_transfer(mail, transfer, outcome, smtp->code, why);
    if (smtp->is_about_us)
        put_off_waiting(mail, why); /* they would hear the same */
    go_on(mail);
}

/* Nobody knows more than that the time is over; the same as if the connection had been lost. */
static void give_up(struct lane *lane, const char *why)
{
    struct connection *connection = &lane->connection;
    struct transfer *transfer = lane->transfer;

    smtp_lost(&connection->smtp);
    connection_close(connection);
    go_to_next(lane);
    if (!hold_refused(lane->mail, &connection->smtp, transfer))
        end_transfer(lane->mail, transfer, connection->smtp.outcome, 0, why);
}

/* Connections -----------------------------------------------------------------------------------
 */

static void finish_closing(struct mail *mail);

static void on_opened(void *ctx, bool opened, bool is_about_us, const char *why)
{
    struct lane *lane = ctx;
    struct mail *mail = lane->mail;

    if (mail->is_closing) {
        connection_close(&lane->connection);
        finish_closing(mail);
        return;
    }
    if (opened) {
        if (mail->server == MAIL_SERVER_AWAY)
            note_server(mail, MAIL_SERVER_ANSWERS, "");
    } else if (count(mail, CONNECTION_IDLE) + count(mail, CONNECTION_BUSY) > 0) {
        mail->more_at_ms = uv_now(mail->loop) + PAUSE_FIRST_MS;
    } else {
        is_about_us = is_about_us || mail->server == MAIL_SERVER_REFUSES_US;
        note_server(mail, is_about_us ? MAIL_SERVER_REFUSES_US : MAIL_SERVER_AWAY, why);
        if (is_about_us || count(mail, CONNECTION_OPENING) == 0)
            put_off_waiting(mail, why);
    }
    go_on(mail);
}

static bool may_open(const struct mail *mail)
{
    bool is_first = count(mail, CONNECTION_IDLE) + count(mail, CONNECTION_BUSY) == 0;

    return is_first ? mail_is_ready(mail) : uv_now(mail->loop) >= mail->more_at_ms;
}

static bool open_lane(struct lane *lane)
{
    struct mail *mail = lane->mail;
    uint64_t now = uv_hrtime(), end = atomic_load(&mail->give_up_ns);
    long left_ms = mail->options.wait_ms;

    if (end <= now)
        return false;
    if ((end - now) / NS_PER_MS < (uint64_t)left_ms)
        left_ms = (long)((end - now) / NS_PER_MS) + 1;
    return connection_open(&lane->connection, left_ms);
}

static bool is_fresh(const struct connection *connection, uint64_t now_ms)
{
    return now_ms - connection->idle_since_ms < IDLE_MOST_MS;
}

static void on_tick(uv_timer_t *timer);

/* Gives waiting mails to idle connections and opens more where there are too few. */
static void go_on(struct mail *mail)
{
    int opening = count(mail, CONNECTION_OPENING);

    end_what_has_waited(mail);
    for (int i = 0; i < mail->options.connections && mail->first; i++) {
        struct lane *lane = &mail->lanes[i];
        if (lane->connection.state == CONNECTION_IDLE &&
            !is_fresh(&lane->connection, uv_now(mail->loop)))
            connection_close(&lane->connection);
        if (lane->connection.state == CONNECTION_IDLE) {
            lane->transfer = pop_waiting(mail);
            set_deadline(mail, lane->transfer);
            connection_send(&lane->connection, &lane->transfer->message);
        } else if (lane->connection.state == CONNECTION_CLOSED && opening < mail->nwaiting &&
                   may_open(mail) && open_lane(lane)) {
            opening++;
        }
    }
    if (mail->first && count(mail, CONNECTION_OPENING) + count(mail, CONNECTION_BUSY) == 0)
        put_off_waiting(mail, "the mail server is away");
    if (!mail->first && count(mail, CONNECTION_BUSY) == 0)
        judge_refused(mail);
    if (!mail->is_closing && !uv_is_active((uv_handle_t *)&mail->timer) &&
        (mail->first || count(mail, CONNECTION_BUSY) > 0))
        uv_timer_start(&mail->timer, on_tick, TICK_MS, TICK_MS);
}

/* Gives up what has no time left. */
static void on_tick(uv_timer_t *timer)
{
    struct mail *mail = timer->data;
    uint64_t now = uv_hrtime(), end = atomic_load(&mail->give_up_ns);

    for (int i = 0; i < mail->options.connections; i++) {
        struct lane *lane = &mail->lanes[i];
        if (lane->transfer &&
            now >= (end < lane->transfer->deadline_ns ? end : lane->transfer->deadline_ns))
            give_up(lane, "the mail server did not answer in time");
    }
    go_on(mail);
    if (!mail->first && count(mail, CONNECTION_BUSY) == 0)
        uv_timer_stop(timer);
}

bool mail_send(struct mail *mail, const struct mail_message *message, mail_done_fn *done, void *ctx,
               struct err *err)
{
    size_t to_len = strlen(message->to) + 1;
    struct transfer *transfer = calloc(1, sizeof(*transfer) + to_len + message->len);
    char *texts = (char *)(transfer + 1);

    if (!transfer)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "mail", "cannot allocate");
    memcpy(texts, message->to, to_len);
    memcpy(texts + to_len, message->bytes, message->len);
    transfer->message =
        (struct mail_message){.to = texts, .bytes = texts + to_len, .len = message->len};
    transfer->done = done;
    transfer->ctx = ctx;
    transfer->wait_until_ns = uv_hrtime() + (uint64_t)mail->options.wait_ms * NS_PER_MS;
    if (mail->first)
        mail->last->next = transfer;
    else
        mail->first = transfer;
    mail->last = transfer;
    mail->nwaiting++;
    uv_timer_start(&mail->timer, on_tick, 0, TICK_MS); /* begins when the caller is done */
    return true;
}

/* Open and close --------------------------------------------------------------------------------
 */

struct mail *mail_open(uv_loop_t *loop, const struct mail_options *options, struct err *err)
{
    struct mail *mail = calloc(1, sizeof(*mail));

    if (!mail || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
        uv_timer_init(loop, &mail->timer) < 0) {
        free(mail);
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "mail", "cannot start the mail client");
    }
    mail->loop = loop;
    mail->options = *options;
    mail->timer.data = mail;
    atomic_init(&mail->give_up_ns, UINT64_MAX);
    for (int i = 0; i < MAIL_CONNECTIONS_MAX; i++) {
        struct lane *lane = &mail->lanes[i];
        lane->mail = mail;
        lane->connection = (struct connection){.loop = loop,
                                               .options = &mail->options,
                                               .opened = on_opened,
                                               .over = on_over,
                                               .next = on_next,
                                               .ctx = lane,
                                               .give_up_ns = &mail->give_up_ns};
    }
    return mail;
}

void mail_hurry(struct mail *mail, long timeout_ms)
{
    mail->is_hurried = true;
    atomic_store(&mail->give_up_ns, uv_hrtime() + (uint64_t)timeout_ms * NS_PER_MS);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct mail *mail = handle->data;
    void (*closed)(void *ctx) = mail->closed;
    void *ctx = mail->closed_ctx;

    free(mail);
    closed(ctx);
}

/* Once no thread works on a connection any more. */
static void finish_closing(struct mail *mail)
{
    if (count(mail, CONNECTION_OPENING) > 0 || uv_is_closing((uv_handle_t *)&mail->timer))
        return;
    for (int i = 0; i < mail->options.connections; i++)
        connection_finish(&mail->lanes[i].connection);
    uv_close((uv_handle_t *)&mail->timer, on_timer_closed);
}

void mail_close(struct mail *mail, void (*closed)(void *ctx), void *ctx)
{
    if (!mail) {
        closed(ctx);
        return;
    }
    mail->is_closing = true;
    mail->closed = closed;
    mail->closed_ctx = ctx;
    mail_hurry(mail, 0);
    uv_timer_stop(&mail->timer);
    put_off_waiting(mail, "");
    end_refused(mail, MAIL_LATER);
    for (int i = 0; i < mail->options.connections; i++) {
        free(mail->lanes[i].transfer);
        free(mail->lanes[i].next);
        mail->lanes[i].transfer = mail->lanes[i].next = NULL;
        connection_close(&mail->lanes[i].connection);
    }
    finish_closing(mail);
}
