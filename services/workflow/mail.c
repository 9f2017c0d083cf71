/* SPDX-License-Identifier: Apache-2.0 */
#include "mail.h"

#include "base/arena.h"
#include "base/text.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CONNECTIONS_MAX = 4,   /* libuv has four threads unless told otherwise */
    CONNECTION_AGE_S = 30, /* servers drop idle clients; a fresh connection is cheap */
    SMTP_GO_AHEAD = 354,   /* reply to DATA: from here on the mail's bytes are out */
    NS_PER_MS = 1000000,
};

/* One transfer at a time; the connection stays open between them. */
struct connection {
    CURL *easy;
    curl_socket_t socket; /* CURL_SOCKET_BAD: not connected */
};

struct mail {
    uv_loop_t *loop;
    struct mail_options options;
    struct connection connections[CONNECTIONS_MAX];
    struct connection *idle[CONNECTIONS_MAX];
    int nidle;
    int nrunning;
    struct transfer *first, *last; /* wait for a connection */
    /* uv_hrtime after which everything under way is given up; read by the working threads. */
    atomic_ullong give_up_ns;
    bool is_closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* One mail. While its work runs, only that thread touches connection, mime, the lists and detail.
 */
struct transfer {
    uv_work_t work;
    struct mail *mail;
    struct transfer *next;
    struct arena arena; /* the message's texts */
    struct mail_message message;
    uint64_t deadline_ns;
    mail_done_fn *done;
    void *ctx;
    struct connection *connection;
    curl_mime *mime;
    struct curl_slist *headers, *recipients;
    CURLcode result;
    char detail[CURL_ERROR_SIZE];
};

/* Building the mail -----------------------------------------------------------------------------
 */

static bool add_part(curl_mime *mime, const char *type, const char *encoder, const char *bytes,
                     const char *filename)
{
    curl_mimepart *part = curl_mime_addpart(mime);

    return part && curl_mime_data(part, bytes, CURL_ZERO_TERMINATED) == CURLE_OK &&
           curl_mime_type(part, type) == CURLE_OK && curl_mime_encoder(part, encoder) == CURLE_OK &&
           (!filename || curl_mime_filename(part, filename) == CURLE_OK);
}

/* Mail has lines that end in CR LF; the text's own end in LF. */
static bool add_text(curl_mime *mime, const char *text)
{
    struct text_buffer lines = {0};
    bool ok;

    for (const char *at = text; *at;) {
        size_t len = strcspn(at, "\n");
        text_put_bytes(&lines, at, len);
        at += len;
        if (*at == '\n') {
            text_put(&lines, "\r\n");
            at++;
        }
    }
    ok = !lines.failed && add_part(mime, "text/plain; charset=utf-8", "quoted-printable",
                                   lines.text ? lines.text : "", NULL);
    text_buffer_finish(&lines);
    return ok;
}

/* mixed(alternative(text, calendar), attached calendar): programs that know calendars offer it, the
 * others show the text and keep the file. */
static bool build_body(struct transfer *transfer)
{
    const struct mail_message *message = &transfer->message;
    curl_mime *alternative = curl_mime_init(transfer->connection->easy);
    curl_mimepart *part;

    transfer->mime = curl_mime_init(transfer->connection->easy);
    part = transfer->mime ? curl_mime_addpart(transfer->mime) : NULL;
    if (!part || !alternative || !add_text(alternative, message->text) ||
        !add_part(alternative, "text/calendar; charset=utf-8; method=PUBLISH", "base64",
                  message->calendar, NULL) ||
        curl_mime_subparts(part, alternative) != CURLE_OK) {
        curl_mime_free(alternative);
        return false;
    }
    return curl_mime_type(part, "multipart/alternative") == CURLE_OK &&
           add_part(transfer->mime, "application/ics", "base64", message->calendar, "uptake.ics");
}

static bool add_header(struct transfer *transfer, const char *name, const char *value)
{
    char line[1000];
    struct curl_slist *headers;
    int len = snprintf(line, sizeof(line), "%s: %s", name, value);

    if (len < 0 || (size_t)len >= sizeof(line))
        return false;
    headers = curl_slist_append(transfer->headers, line);
    if (headers)
        transfer->headers = headers;
    return headers;
}

static bool build_headers(struct transfer *transfer)
{
    const struct mail_message *message = &transfer->message;
    char recipient[300];

    snprintf(recipient, sizeof(recipient), "<%s>", message->to);
    transfer->recipients = curl_slist_append(NULL, recipient);
    return transfer->recipients && add_header(transfer, "From", transfer->mail->options.from) &&
           add_header(transfer, "To", message->to) &&
           add_header(transfer, "Subject", message->subject) &&
           add_header(transfer, "Date", message->date) &&
           add_header(transfer, "Message-ID", message->message_id) &&
           add_header(transfer, "Auto-Submitted", "auto-generated");
}

static int on_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    const struct transfer *transfer = ctx;

    (void)down_total, (void)down, (void)up_total, (void)up;
    return uv_hrtime() > atomic_load(&transfer->mail->give_up_ns);
}

static void set_options(struct transfer *transfer, long timeout_ms)
{
    const struct mail_options *options = &transfer->mail->options;
    CURL *easy = transfer->connection->easy;
    char from[300];

    snprintf(from, sizeof(from), "<%s>", options->from);
    curl_easy_setopt(easy, CURLOPT_URL, options->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, transfer->mime);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)CONNECTION_AGE_S);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
}

/* Sending it ------------------------------------------------------------------------------------
 */

static void free_transfer(struct transfer *transfer)
{
    curl_mime_free(transfer->mime);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->recipients);
    arena_finish(&transfer->arena);
    free(transfer);
}

/* Everything said about this mail is forgotten, the connection stays open. */
static void give_back(struct mail *mail, struct connection *connection)
{
    curl_easy_getinfo(connection->easy, CURLINFO_ACTIVESOCKET, &connection->socket);
    curl_easy_reset(connection->easy);
    mail->idle[mail->nidle++] = connection;
}

/* Decided by the server's reply, not by curl's verdict. 5xx to a greeting, a login or TLS speaks of
 * our settings and not of the recipient, so it is no reason to give the mail up. */
static enum mail_outcome judge(CURLcode result, long code)
{
    bool is_about_us = result == CURLE_REMOTE_ACCESS_DENIED || result == CURLE_LOGIN_DENIED ||
                       result == CURLE_USE_SSL_FAILED || result == CURLE_SSL_CONNECT_ERROR ||
                       result == CURLE_PEER_FAILED_VERIFICATION;

    if (result == CURLE_OK && code >= 200 && code < 300)
        return MAIL_SENT;
    if (code == SMTP_GO_AHEAD || result == CURLE_OK)
        return MAIL_UNCERTAIN;
    if (code >= 500 && code < 600 && !is_about_us)
        return MAIL_REFUSED;
    return MAIL_LATER;
}

static void perform(uv_work_t *work)
{
    struct transfer *transfer = work->data;

    transfer->result = curl_easy_perform(transfer->connection->easy);
}

static void start_waiting(struct mail *mail);

/* curl would say QUIT and wait two minutes for the answer; a server that hangs must not hold up the
 * stop, so the connection is cut first. */
static void end_connection(struct connection *connection)
{
    if (connection->socket != CURL_SOCKET_BAD)
        shutdown(connection->socket, SHUT_RDWR);
    curl_easy_cleanup(connection->easy);
}

static void finish_closing(struct mail *mail)
{
    void (*closed)(void *ctx) = mail->closed;
    void *ctx = mail->closed_ctx;

    for (int i = 0; i < CONNECTIONS_MAX; i++)
        end_connection(&mail->connections[i]);
    free(mail);
    closed(ctx);
}

static void on_performed(uv_work_t *work, int status)
{
    struct transfer *transfer = work->data;
    struct mail *mail = transfer->mail;
    long code = 0;
    char why[160];

    (void)status;
    curl_easy_getinfo(transfer->connection->easy, CURLINFO_RESPONSE_CODE, &code);
    if (code >= 400)
        snprintf(why, sizeof(why), "the mail server answered %ld", code);
    else
        snprintf(why, sizeof(why), "%.150s",
                 transfer->detail[0] ? transfer->detail : curl_easy_strerror(transfer->result));
    give_back(mail, transfer->connection);
    mail->nrunning--;
    if (!mail->is_closing)
        transfer->done(transfer->ctx, judge(transfer->result, code), code, why);
    free_transfer(transfer);
    if (!mail->is_closing)
        start_waiting(mail);
    else if (mail->nrunning == 0)
        finish_closing(mail);
}

/* False: the mail cannot be built, or its time passed while it waited. */
static bool start(struct transfer *transfer, const char **why)
{
    uint64_t now = uv_hrtime();

    *why = "no connection became free in time";
    if (now >= transfer->deadline_ns || now >= atomic_load(&transfer->mail->give_up_ns))
        return false;
    *why = "out of memory, or a header is longer than a mail may have";
    if (!build_body(transfer) || !build_headers(transfer))
        return false;
    set_options(transfer, (long)((transfer->deadline_ns - now) / NS_PER_MS) + 1);
    transfer->work.data = transfer;
    return uv_queue_work(transfer->mail->loop, &transfer->work, perform, on_performed) == 0;
}

static void start_waiting(struct mail *mail)
{
    while (mail->first && mail->nidle > 0) {
        struct transfer *transfer = mail->first;
        const char *why;

        mail->first = transfer->next;
        transfer->connection = mail->idle[--mail->nidle];
        if (start(transfer, &why)) {
            mail->nrunning++;
            continue;
        }
        give_back(mail, transfer->connection);
        transfer->done(transfer->ctx, MAIL_LATER, 0, why);
        free_transfer(transfer);
    }
}

static bool copy_message(struct transfer *transfer, const struct mail_message *message)
{
    struct arena *arena = &transfer->arena;
    struct mail_message *copy = &transfer->message;

    copy->to = arena_strdup(arena, message->to);
    copy->message_id = arena_strdup(arena, message->message_id);
    copy->subject = arena_strdup(arena, message->subject);
    copy->date = arena_strdup(arena, message->date);
    copy->text = arena_strdup(arena, message->text);
    copy->calendar = arena_strdup(arena, message->calendar);
    return copy->to && copy->message_id && copy->subject && copy->date && copy->text &&
           copy->calendar;
}

bool mail_send(struct mail *mail, const struct mail_message *message, mail_done_fn *done, void *ctx,
               struct err *err)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));

    if (!transfer || !copy_message(transfer, message)) {
        if (transfer)
            free_transfer(transfer);
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "mail", "cannot allocate");
    }
    transfer->mail = mail;
    transfer->done = done;
    transfer->ctx = ctx;
    transfer->deadline_ns = uv_hrtime() + (uint64_t)mail->options.timeout_ms * NS_PER_MS;
    if (mail->first)
        mail->last->next = transfer;
    else
        mail->first = transfer;
    mail->last = transfer;
    start_waiting(mail);
    return true;
}

struct mail *mail_open(uv_loop_t *loop, const struct mail_options *options, struct err *err)
{
    struct mail *mail = calloc(1, sizeof(*mail));

    if (!mail || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        goto fail;
    mail->loop = loop;
    mail->options = *options;
    atomic_init(&mail->give_up_ns, UINT64_MAX);
    while (mail->nidle < CONNECTIONS_MAX) {
        struct connection *connection = &mail->connections[mail->nidle];
        connection->socket = CURL_SOCKET_BAD;
        connection->easy = curl_easy_init();
        if (!connection->easy)
            goto fail;
        mail->idle[mail->nidle++] = connection;
    }
    return mail;

fail:
    for (int i = 0; mail && i < mail->nidle; i++)
        curl_easy_cleanup(mail->idle[i]->easy);
    free(mail);
    return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "mail", "cannot start the mail client");
}

void mail_hurry(struct mail *mail, long timeout_ms)
{
    atomic_store(&mail->give_up_ns, uv_hrtime() + (uint64_t)timeout_ms * NS_PER_MS);
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
    while (mail->first) {
        struct transfer *transfer = mail->first;
        mail->first = transfer->next;
        free_transfer(transfer);
    }
    if (mail->nrunning == 0)
        finish_closing(mail);
}
