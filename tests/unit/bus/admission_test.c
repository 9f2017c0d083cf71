/* SPDX-License-Identifier: Apache-2.0 */
/* Real sockets on loopback: only a key the handler admits gets a message through. */
#include "bus/bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

enum { WAIT_FOR_NOTHING_MS = 700, WAIT_FOR_SOMETHING_MS = 10000 };

struct bench {
    uv_loop_t loop;
    struct bus *server_bus;
    struct bus_socket *router;
    struct bus_key server, known, stranger;
    char endpoint[64];
    int received;
    char user_id[BUS_KEY_TEXT];
    uv_timer_t limit;
    int to_close;
};

static bool admit(void *ctx, const char *domain, const char *public_key)
{
    const struct bench *bench = ctx;

    return strcmp(domain, "push") == 0 && strcmp(public_key, bench->known.public_key) == 0;
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct bench *bench = ctx;

    bench->received++;
    if (message->user_id)
        memcpy(bench->user_id, message->user_id, BUS_KEY_TEXT);
    uv_stop(&bench->loop);
}

static void on_limit(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void turn_for(struct bench *bench, uint64_t ms)
{
    uv_timer_start(&bench->limit, on_limit, ms, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    uv_timer_stop(&bench->limit);
}

static int set_up(void **state)
{
    static struct bench bench;
    struct bus_socket_options options = {
        .key = &bench.server, .domain = "push", .on_message = on_message, .ctx = &bench};
    struct err err;
    int port;

    memset(&bench, 0, sizeof(bench));
    uv_loop_init(&bench.loop);
    uv_timer_init(&bench.loop, &bench.limit);
    assert_true(bus_key_generate(&bench.server, &err));
    assert_true(bus_key_generate(&bench.known, &err));
    assert_true(bus_key_generate(&bench.stranger, &err));
    bench.server_bus = bus_open(&bench.loop, admit, &bench, &err);
    assert_non_null(bench.server_bus);
    for (port = 21000; !bench.router && port < 21200; port++) {
        snprintf(bench.endpoint, sizeof(bench.endpoint), "tcp://127.0.0.1:%d", port);
        options.endpoint = bench.endpoint;
        bench.router = bus_router(bench.server_bus, &options, &err);
    }
    assert_non_null(bench.router);
    *state = &bench;
    return 0;
}

static void on_router_closed(void *ctx)
{
    struct bench *bench = ctx;

    bus_close(bench->server_bus);
    uv_close((uv_handle_t *)&bench->limit, NULL);
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    bus_socket_close(bench->router, on_router_closed, bench);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&bench->loop);
}

/* A client of plain libzmq; key NULL: no CURVE at all. */
static void *connect_client(void *context, const struct bench *bench, const struct bus_key *key)
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    int linger = 0;

    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
    if (key) {
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, bench->server.public_key, 40);
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, key->public_key, 40);
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_key, 40);
    }
    assert_int_equal(zmq_connect(socket, bench->endpoint), 0);
    zmq_send(socket, "a", 1, ZMQ_SNDMORE);
    zmq_send(socket, "b", 1, 0);
    return socket;
}

static void try_client(struct bench *bench, const struct bus_key *key, uint64_t wait_ms)
{
    void *context = zmq_ctx_new();
    void *socket = connect_client(context, bench, key);

    turn_for(bench, wait_ms);
    zmq_close(socket);
    zmq_ctx_term(context);
}

static void a_known_key_gets_through_and_is_named(void **state)
{
    struct bench *bench = *state;

    try_client(bench, &bench->known, WAIT_FOR_SOMETHING_MS);
    assert_int_equal(bench->received, 1);
    assert_string_equal(bench->user_id, bench->known.public_key);
}

static void an_unknown_key_gets_nothing_through(void **state)
{
    struct bench *bench = *state;

    try_client(bench, &bench->stranger, WAIT_FOR_NOTHING_MS);
    assert_int_equal(bench->received, 0);
}

static void who_comes_before_anybody_is_known_waits_and_is_not_refused(void **state)
{
    struct bench *bench = *state;
    void *context = zmq_ctx_new();
    void *socket;

    bus_hold_admission(bench->server_bus, true);
    socket = connect_client(context, bench, &bench->known);
    turn_for(bench, WAIT_FOR_NOTHING_MS);
    assert_int_equal(bench->received, 0);
    bus_hold_admission(bench->server_bus, false);
    turn_for(bench, WAIT_FOR_NOTHING_MS); /* a refused one would come again after seconds */
    assert_int_equal(bench->received, 1);
    zmq_close(socket);
    zmq_ctx_term(context);
}

static void a_client_without_curve_gets_nothing_through(void **state)
{
    struct bench *bench = *state;

    try_client(bench, NULL, WAIT_FOR_NOTHING_MS);
    assert_int_equal(bench->received, 0);
}

static void a_bus_without_a_handler_refuses_to_listen(void **state)
{
    struct bench *bench = *state;
    struct bus_socket_options options = {.endpoint = "tcp://127.0.0.1:*",
                                         .key = &bench->server,
                                         .domain = "push",
                                         .on_message = on_message,
                                         .ctx = bench};
    struct err err;
    struct bus *bus = bus_open(&bench->loop, NULL, NULL, &err);

    assert_non_null(bus);
    assert_null(bus_router(bus, &options, &err));
    assert_string_equal(err.code, "ZAP_NOT_BOUND");
    bus_close(bus);
}

static void a_taken_port_is_named_with_a_remedy(void **state)
{
    struct bench *bench = *state;
    struct bus_socket_options options = {.endpoint = bench->endpoint,
                                         .key = &bench->server,
                                         .domain = "push",
                                         .on_message = on_message,
                                         .ctx = bench};
    struct err err;

    assert_null(bus_router(bench->server_bus, &options, &err));
    assert_string_equal(err.code, "PORT_IN_USE");
    assert_string_equal(err.place, bench->endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_known_key_gets_through_and_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_key_gets_nothing_through, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_comes_before_anybody_is_known_waits_and_is_not_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_without_curve_gets_nothing_through, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_bus_without_a_handler_refuses_to_listen, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_taken_port_is_named_with_a_remedy, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
