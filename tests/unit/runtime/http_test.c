/* SPDX-License-Identifier: Apache-2.0 */
/* Real sockets on loopback: the server runs on the loop, a plain client blocks in a worker thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/http.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_BODY = 100, ANSWER_MAX = 8192 };

struct fixture {
    uv_loop_t loop;
    struct http_server *server;
    uv_timer_t later;
    struct http_request *waiting;
    struct http_stream *stream;
    int handled;
    int gone;
    char last_body[MAX_BODY + 1];
};

static void answer_text(struct http_request *request, const char *text)
{
    http_answer(request, 200, "text/plain", NULL, 0, text, strlen(text));
}

static void on_later(uv_timer_t *timer)
{
    struct fixture *fixture = timer->data;

    answer_text(fixture->waiting, "later");
}

static void on_gone(void *ctx)
{
    struct fixture *fixture = ctx;

    fixture->gone++;
    fixture->stream = NULL;
}

static void open_stream(struct fixture *fixture, struct http_request *request)
{
    fixture->stream = http_stream_open(request, on_gone, fixture);
    assert_non_null(fixture->stream);
    http_stream_send(fixture->stream, "event: head\n\n", 13);
}

static void handle(void *ctx, struct http_request *request)
{
    struct fixture *fixture = ctx;
    const char *path = http_path(request);
    size_t len;

    fixture->handled++;
    if (strcmp(path, "/later") == 0) {
        fixture->waiting = request;
        uv_timer_start(&fixture->later, on_later, 10, 0);
    } else if (strcmp(path, "/never") == 0) {
        http_on_gone(request, on_gone, fixture);
    } else if (strcmp(path, "/stream") == 0) {
        open_stream(fixture, request);
    } else if (strcmp(path, "/query") == 0) {
        answer_text(request, http_query(request, "name") ? http_query(request, "name") : "none");
    } else {
        const char *body = http_body(request, &len);
        memcpy(fixture->last_body, body, len);
        fixture->last_body[len] = '\0';
        answer_text(request, path);
    }
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct http_options options = {
        .listen = "127.0.0.1:0", .max_body = MAX_BODY, .handler = handle, .ctx = fixture};
    struct err err;

    uv_loop_init(&fixture->loop);
    uv_timer_init(&fixture->loop, &fixture->later);
    fixture->later.data = fixture;
    fixture->server = http_open(&fixture->loop, &options, &err);
    *state = fixture;
    return fixture->server ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    int left;

    http_close(fixture->server, NULL, NULL);
    uv_close((uv_handle_t *)&fixture->later, NULL);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    left = uv_loop_close(&fixture->loop);
    free(fixture);
    return left;
}

static int connect_to(const struct fixture *fixture)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)http_port(fixture->server))};
    const struct timeval limit = {.tv_sec = 10};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* One blocking exchange, in a thread of libuv's pool. */
struct exchange {
    uv_work_t work;
    int fd;
    const char *send;
    const char *until; /* stop reading when this was seen; NULL: at the end of the connection */
    char answer[ANSWER_MAX];
    bool done;
};

static void exchange_bytes(uv_work_t *work)
{
    struct exchange *exchange = work->data;
    size_t len = 0;
    ssize_t n;

    if (send(exchange->fd, exchange->send, strlen(exchange->send), MSG_NOSIGNAL) < 0)
        return;
    while (len < ANSWER_MAX - 1 &&
           (n = recv(exchange->fd, exchange->answer + len, ANSWER_MAX - 1 - len, 0)) > 0) {
        len += (size_t)n;
        exchange->answer[len] = '\0';
        if (exchange->until && strstr(exchange->answer, exchange->until))
            return;
    }
}

static void on_exchanged(uv_work_t *work, int status)
{
    struct exchange *exchange = work->data;

    (void)status;
    exchange->done = true;
}

static const char *ask_on(struct fixture *fixture, struct exchange *exchange, int fd,
                          const char *send, const char *until)
{
    *exchange = (struct exchange){.fd = fd, .send = send, .until = until};
    exchange->work.data = exchange;
    uv_queue_work(&fixture->loop, &exchange->work, exchange_bytes, on_exchanged);
    while (!exchange->done)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    return exchange->answer;
}

static const char *ask(struct fixture *fixture, struct exchange *exchange, const char *send)
{
    const int fd = connect_to(fixture);
    const char *answer = ask_on(fixture, exchange, fd, send, NULL);

    close(fd);
    return answer;
}

#define CLOSING " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void answers_at_once(void **state)
{
    struct exchange exchange;
    const char *answer = ask(*state, &exchange, "GET /a%20b" CLOSING);

    assert_non_null(strstr(answer, "HTTP/1.1 200"));
    assert_non_null(strstr(answer, "X-Content-Type-Options: nosniff"));
    assert_non_null(strstr(answer, "\r\n\r\n/a b"));
}

static void answers_later_from_the_loop(void **state)
{
    struct exchange exchange;

    assert_non_null(strstr(ask(*state, &exchange, "GET /later" CLOSING), "\r\n\r\nlater"));
}

static void connection_serves_many_requests(void **state)
{
    struct fixture *fixture = *state;
    const int fd = connect_to(fixture);
    struct exchange exchange;

    for (int i = 0; i < 20; i++) {
        const char *answer =
            ask_on(fixture, &exchange, fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n", "later");
        assert_non_null(strstr(answer, "\r\n\r\nlater"));
    }
    close(fd);
}

static void head_has_the_length_and_no_body(void **state)
{
    struct exchange exchange;
    const char *answer = ask(*state, &exchange, "HEAD /query?name=four" CLOSING);

    assert_non_null(strstr(answer, "Content-Length: 4"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void body_arrives_whole(void **state)
{
    struct fixture *fixture = *state;
    struct exchange exchange;

    ask(fixture, &exchange,
        "POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
    assert_string_equal(fixture->last_body, "hello");
}

static void large_body_gets_413(void **state)
{
    struct fixture *fixture = *state;
    struct exchange exchange;
    char declared[1024] = "POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                          "Content-Length: 101\r\n\r\n";
    char chunked[1024] = "POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                         "Transfer-Encoding: chunked\r\n\r\nc8\r\n";
    const size_t head = strlen(chunked);

    assert_non_null(strstr(
        ask(fixture, &exchange, "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"),
        "HTTP/1.1 413"));
    memset(declared + strlen(declared), 'z', 101);
    assert_non_null(strstr(ask(fixture, &exchange, declared), "HTTP/1.1 413"));
    assert_non_null(strstr(exchange.answer, "application/problem+json"));
    memset(chunked + head, 'z', 200);
    strcpy(chunked + head + 200, "\r\n0\r\n\r\n");
    assert_non_null(strstr(ask(fixture, &exchange, chunked), "HTTP/1.1 413"));
    assert_int_equal(fixture->handled, 0);
}

static void badly_coded_target_gets_400(void **state)
{
    struct fixture *fixture = *state;
    struct exchange exchange;

    assert_non_null(strstr(ask(fixture, &exchange, "GET /a%00b" CLOSING), "HTTP/1.1 400"));
    assert_non_null(strstr(ask(fixture, &exchange, "GET /a%zz" CLOSING), "HTTP/1.1 400"));
    assert_non_null(strstr(ask(fixture, &exchange, "GET /?q=%ff" CLOSING), "HTTP/1.1 400"));
    assert_int_equal(fixture->handled, 0);
}

static void stream_delivers_at_once_and_later(void **state)
{
    struct fixture *fixture = *state;
    const int fd = connect_to(fixture);
    struct exchange exchange;

    assert_non_null(strstr(
        ask_on(fixture, &exchange, fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "event: head"),
        "Content-Type: text/event-stream"));
    assert_non_null(fixture->stream);
    http_stream_send(fixture->stream, "event: second\n\n", 15);
    ask_on(fixture, &exchange, fd, "", "event: second");
    assert_non_null(strstr(exchange.answer, "event: second"));
    close(fd);
}

/* The client never reads: kernel buffers fill, then ours, then it is cut off. */
static void slow_stream_client_is_cut_off(void **state)
{
    struct fixture *fixture = *state;
    const int fd = connect_to(fixture);
    struct exchange exchange;
    char block[1024];

    memset(block, 'x', sizeof(block));
    ask_on(fixture, &exchange, fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "event: head");
    for (int i = 0; i < 100000 && fixture->gone == 0; i++) {
        if (fixture->stream)
            http_stream_send(fixture->stream, block, sizeof(block));
        uv_run(&fixture->loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(fixture->gone, 1);
    close(fd);
}

static void closing_tells_those_who_wait(void **state)
{
    struct fixture *fixture = *state;
    const int fd = connect_to(fixture);
    const char *ask_for = "GET /never HTTP/1.1\r\nHost: x\r\n\r\n";

    assert_true(send(fd, ask_for, strlen(ask_for), MSG_NOSIGNAL) > 0);
    while (fixture->handled == 0)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    http_close(fixture->server, NULL, NULL);
    fixture->server = NULL;
    assert_int_equal(fixture->gone, 1);
    close(fd);
}

static void closing_ends_streams(void **state)
{
    struct fixture *fixture = *state;
    const int fd = connect_to(fixture);
    struct exchange exchange;

    ask_on(fixture, &exchange, fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "event: head");
    http_close(fixture->server, NULL, NULL);
    fixture->server = NULL;
    assert_int_equal(fixture->gone, 1);
    ask_on(fixture, &exchange, fd, "", NULL); /* returns at the end of the connection */
    close(fd);
}

static void port_in_use_names_address_and_remedy(void **state)
{
    struct fixture *fixture = *state;
    char where[32];
    struct http_options options = {.listen = where, .max_body = 1, .handler = handle};
    struct err err = {0};

    snprintf(where, sizeof(where), "127.0.0.1:%d", http_port(fixture->server));
    assert_null(http_open(&fixture->loop, &options, &err));
    assert_string_equal(err.code, "PORT_IN_USE");
    assert_string_equal(err.place, where);
    assert_int_equal(err_exit_code(&err), EXIT_AWAY);
    options.listen = "nowhere";
    assert_null(http_open(&fixture->loop, &options, &err));
    assert_string_equal(err.code, "CONFIG_BAD_VALUE");
}

#define HTTP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTTP_TEST(answers_at_once),
        HTTP_TEST(answers_later_from_the_loop),
        HTTP_TEST(connection_serves_many_requests),
        HTTP_TEST(head_has_the_length_and_no_body),
        HTTP_TEST(body_arrives_whole),
        HTTP_TEST(large_body_gets_413),
        HTTP_TEST(badly_coded_target_gets_400),
        HTTP_TEST(stream_delivers_at_once_and_later),
        HTTP_TEST(slow_stream_client_is_cut_off),
        HTTP_TEST(closing_tells_those_who_wait),
        HTTP_TEST(closing_ends_streams),
        HTTP_TEST(port_in_use_names_address_and_remedy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
