/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MOST = 4096 }; /* a reply's line is 512 long at most; who says more says nothing */

/* Opening ---------------------------------------------------------------------------------------
 */

static int on_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    const struct connection *connection = ctx;

    (void)down_total, (void)down, (void)up_total, (void)up;
    return uv_hrtime() > atomic_load(connection->give_up_ns);
}

/* Sees the lines of the server's replies. What it offered before TLS counts for nothing. */
static size_t on_line(char *line, size_t size, size_t n, void *ctx)
{
    struct connection *connection = ctx;
    const size_t len = size * n;

    if (len >= 3 && memcmp(line, "220", 3) == 0)
        connection->can_pipeline = false;
    if (len >= 14 && memcmp(line, "250", 3) == 0 && strncasecmp(line + 4, "PIPELINING", 10) == 0)
        connection->can_pipeline = true;
    return len;
}

static size_t ignore(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes, (void)ctx;
    return size * n;
}

static void set_tls(CURL *easy, const struct mail_options *options)
{
    const bool is_proven =
        options->tls == MAIL_TLS_REQUIRED || strncasecmp(options->url, "smtps:", 6) == 0;
    static const long use[] = {[MAIL_TLS_NONE] = CURLUSESSL_NONE,
                               [MAIL_TLS_OPTIONAL] = CURLUSESSL_TRY,
                               [MAIL_TLS_REQUIRED] = CURLUSESSL_ALL};

    curl_easy_setopt(easy, CURLOPT_USE_SSL, use[options->tls]);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, is_proven ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, is_proven ? 2L : 0L);
    if (options->ca_file && options->ca_file[0])
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
}

static void set_options(struct connection *connection, long timeout_ms)
{
    const struct mail_options *options = connection->options;
    CURL *easy = connection->easy;

    curl_easy_setopt(easy, CURLOPT_URL, options->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    set_tls(easy, options);
    if (options->user && options->user[0]) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, options->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, options->password);
    }
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, connection);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, connection);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, connection->detail);
}

static void perform(uv_work_t *work)
{
    struct connection *connection = work->data;

    connection->result = curl_easy_perform(connection->easy);
    curl_easy_getinfo(connection->easy, CURLINFO_RESPONSE_CODE, &connection->code);
}

/* Refused is our session itself; waiting does not mend it. */
static bool is_about_us(CURLcode result, long code)
{
    switch (result) {
    case CURLE_LOGIN_DENIED:
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_AUTH_ERROR:
        return code < 400 || code >= 500; /* "454 try again later" is no refusal */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
        return code >= 500;
    default:
        return false;
    }
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

/* To libuv a start is a stop before it, two system calls: only where something changes. */
static void watch_for(struct connection *connection, int events)
{
    if (events != connection->events && uv_poll_start(connection->poll, events, on_poll) == 0)
        connection->events = events;
}

static bool watch(struct connection *connection)
{
    curl_socket_t socket = CURL_SOCKET_BAD;

    if (curl_easy_getinfo(connection->easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
        socket == CURL_SOCKET_BAD)
        return false;
    connection->poll = malloc(sizeof(*connection->poll));
    if (!connection->poll)
        return false;
    if (uv_poll_init_socket(connection->loop, connection->poll, socket) < 0) {
        free(connection->poll);
        connection->poll = NULL;
        return false;
    }
    connection->poll->data = connection;
    connection->events = 0;
    watch_for(connection, UV_READABLE);
    return connection->events != 0;
}

static void rest(struct connection *connection)
{
    connection->state = CONNECTION_IDLE;
    connection->idle_since_ms = uv_now(connection->loop);
}

static void on_performed(uv_work_t *work, int status)
{
    struct connection *connection = work->data;
    bool opened = status == 0 && connection->result == CURLE_OK && watch(connection);
    char why[160];

    if (connection->code >= 400)
        snprintf(why, sizeof(why), "the mail server answered %ld: %.100s", connection->code,
                 connection->detail);
    else
        snprintf(why, sizeof(why), "%.150s",
                 connection->detail[0] ? connection->detail
                                       : curl_easy_strerror(connection->result));
    connection->state = CONNECTION_IDLE;
    if (opened) {
        connection->smtp = (struct smtp){.can_pipeline = connection->can_pipeline};
        rest(connection);
    } else {
        connection_close(connection);
    }
    connection->opened(connection->ctx, opened, is_about_us(connection->result, connection->code),
                       why);
}

bool connection_open(struct connection *connection, long timeout_ms)
{
    connection->easy = curl_easy_init();
    if (!connection->easy)
        return false;
    connection->can_pipeline = false;
    connection->is_reused = false;
    connection->code = 0;
    connection->detail[0] = '\0';
    set_options(connection, timeout_ms);
    connection->work.data = connection;
    if (uv_queue_work(connection->loop, &connection->work, perform, on_performed) < 0) {
        curl_easy_cleanup(connection->easy);
        connection->easy = NULL;
        return false;
    }
    connection->state = CONNECTION_OPENING;
    return true;
}

/* A mail ----------------------------------------------------------------------------------------
 */

static void lose(struct connection *connection)
{
    smtp_lost(&connection->smtp);
}

static void take_next(struct connection *connection)
{
    const struct mail_message *next =
        smtp_takes_next(&connection->smtp) ? connection->next(connection->ctx) : NULL;

    if (next)
        smtp_put_next(&connection->smtp, next);
}

/* As much as the socket takes; the rest when it takes more. */
static void write_out(struct connection *connection)
{
    struct smtp *smtp = &connection->smtp;

    take_next(connection);
    if (smtp->out.failed)
        lose(connection);
    while (!smtp->is_broken && smtp->written < smtp->out.len) {
        size_t n = 0;
        CURLcode result = curl_easy_send(connection->easy, smtp->out.text + smtp->written,
                                         smtp->out.len - smtp->written, &n);
        if (result == CURLE_AGAIN)
            break;
        if (result != CURLE_OK)
            lose(connection);
        smtp_wrote(smtp, n);
    }
    if (!smtp->is_broken)
        watch_for(connection, UV_READABLE | (smtp->written < smtp->out.len ? UV_WRITABLE : 0));
}

/* "250-more" is followed by more lines of the same reply. */
static void take_line(struct connection *connection)
{
    struct text_buffer *line = &connection->line;
    char *end;
    long code = strtol(line->text, &end, 10);

    if (end - line->text != 3 || (*end != ' ' && *end != '\r' && *end != '\n' && *end != '-')) {
        lose(connection); /* not SMTP */
        return;
    }
    if (*end == '-')
        return;
    connection->has_reply = true;
    smtp_reply(&connection->smtp, code, smtp_about(code, *end == ' ' ? end + 1 : ""));
    if (connection->smtp.step == SMTP_OVER && connection->smtp.next &&
        !connection->smtp.is_broken) {
        connection->over(connection->ctx);
        connection->has_reply = false;
        smtp_go_to_next(&connection->smtp);
    }
}

static void take_bytes(struct connection *connection, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len && !connection->smtp.is_broken; i++) {
        text_put_bytes(&connection->line, bytes + i, 1);
        if (connection->line.failed || connection->line.len > LINE_MOST) {
            lose(connection);
        } else if (bytes[i] == '\n') {
            take_line(connection);
            connection->line.len = 0;
        }
    }
}

/* Also what TLS holds back inside: until there is nothing more. */
static void read_in(struct connection *connection)
{
    char bytes[4096];

    while (!connection->smtp.is_broken) {
        size_t n = 0;
        CURLcode result = curl_easy_recv(connection->easy, bytes, sizeof(bytes), &n);
        if (result == CURLE_AGAIN)
            return;
        if (result != CURLE_OK || n == 0)
            lose(connection);
        else
            take_bytes(connection, bytes, n);
    }
}

static void settle(struct connection *connection)
{
    bool was_busy = connection->state == CONNECTION_BUSY;

    if (connection->smtp.step == SMTP_OVER && !connection->smtp.is_broken)
        rest(connection);
    else if (connection->smtp.is_broken)
        connection_close(connection);
    if (was_busy && connection->state != CONNECTION_BUSY)
        connection->over(connection->ctx);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct connection *connection = poll->data;

    if (status < 0) {
        lose(connection);
    } else {
        if (events & UV_READABLE)
            read_in(connection);
        write_out(connection);
    }
    settle(connection);
}

void connection_send(struct connection *connection, const struct mail_message *message)
{
    connection->state = CONNECTION_BUSY;
    connection->has_reply = false;
    smtp_begin(&connection->smtp, connection->options->from, message);
    write_out(connection);
    settle(connection);
}

/* The end ---------------------------------------------------------------------------------------
 */

void connection_close(struct connection *connection)
{
    if (connection->state == CONNECTION_OPENING || connection->state == CONNECTION_CLOSED)
        return;
    if (connection->poll) {
        uv_poll_stop(connection->poll);
        uv_close((uv_handle_t *)connection->poll, on_poll_closed);
        connection->poll = NULL;
    }
    curl_easy_cleanup(connection->easy); /* of one it only opened, curl says no QUIT */
    connection->easy = NULL;
    connection->line.len = 0;
    smtp_finish(&connection->smtp);
    connection->state = CONNECTION_CLOSED;
}

void connection_finish(struct connection *connection)
{
    connection_close(connection);
    text_buffer_finish(&connection->line);
}
