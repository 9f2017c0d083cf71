/* SPDX-License-Identifier: Apache-2.0 */
/* A client against a small server in the same loop, real sockets with CURVE: what is asked, what is
 * sent again, and in which order. */
#include "client/client.h"
#include "client/client_parts.h"

#include "base/bytes.h"
#include "bus/bus.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <uptake/v1/envelope.pb-c.h>

enum { CHANGES_MAX = 64, SEEN_MAX = 1000 };

/* Says what a test tells it to say. */
struct server {
    struct bus_socket *socket;
    uint64_t instance;
    bool silent;        /* about changes: it takes them and says nothing */
    bool knows_queries; /* else KIND_UNKNOWN */
    bool fences;
    void (*on_query)(struct server *server);
    uint64_t known; /* bit n: the outcome of change n is known */
    int retries;    /* so many changes are told retry_later first */
    int pushed[SEEN_MAX], npushed;
    int nqueried;
    uint64_t epoch;
    char spoken_for[64];
};

struct fixture {
    uv_loop_t loop;
    struct bus *bus;
    struct bus_key server_key, client_key;
    struct server server;
    struct client *client;
    int settled[SEEN_MAX], nsettled;
    int nback; /* handed back */
    bool answering;
    bool fenced;
    int open;
};

static bool admit(void *ctx, const char *domain, const char *public_key)
{
    (void)ctx, (void)domain, (void)public_key;
    return true;
}

static void id_of(int number, uint8_t id[MESSAGE_ID_BYTES])
{
    memset(id, 1, MESSAGE_ID_BYTES);
    memcpy(id, &number, sizeof(number));
}

static int number_of(const uint8_t *id)
{
    int number;

    memcpy(&number, id, sizeof(number));
    return number;
}

/* The server ----------------------------------------------------------------------------------- */

static void say(struct server *server, const struct bus_frame *peer, Uptake__V1__MessageKind kind,
                const ProtobufCMessage *message)
{
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    struct arena arena = {0};
    struct bus_frame frames[2];
    struct err err;

    envelope.version = 1;
    envelope.kind = kind;
    frames[0].bytes = wire_pack(&envelope.base, &arena, &frames[0].len);
    frames[1].bytes = wire_pack(message, &arena, &frames[1].len);
    assert_true(bus_send(server->socket, peer, frames, 2, &err));
    arena_finish(&arena);
}

static void answer_push(struct server *server, const struct bus_frame *peer,
                        const Uptake__V1__Push *push)
{
    Uptake__V1__Receipts receipts = UPTAKE__V1__RECEIPTS__INIT;
    Uptake__V1__Receipt each[WIRE_CHANGES_MAX], *list[WIRE_CHANGES_MAX];

    server->epoch = push->producer_epoch;
    snprintf(server->spoken_for, sizeof(server->spoken_for), "%s", push->spoken_for);
    for (size_t i = 0; i < push->n_submissions; i++) {
        const int number = number_of(push->submissions[i]->message_id.data);

        uptake__v1__receipt__init(&each[i]);
        list[i] = &each[i];
        each[i].message_id = push->submissions[i]->message_id;
        each[i].outcome = UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED;
        server->pushed[server->npushed++] = number;
        if (server->retries > 0) {
            server->retries--;
            each[i].outcome = UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER;
            each[i].retry_after_ms = 20;
        } else if (push->instance != server->instance) {
            each[i].outcome = UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER;
            each[i].code = (char *)(uintptr_t) "INSTANCE_CHANGED";
        } else if (server->fences) {
            each[i].outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
            each[i].code = (char *)(uintptr_t) "PRODUCER_FENCED";
        } else {
            server->known |= UINT64_C(1) << (number % 64);
        }
    }
    receipts.receipts = list;
    receipts.n_receipts = push->n_submissions;
    receipts.credit_bytes = 1 << 20;
    if (!server->silent)
        say(server, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts.base);
}

static void answer_query(struct server *server, const struct bus_frame *peer,
                         const Uptake__V1__QueryOutcome *query)
{
    Uptake__V1__Outcomes outcomes = UPTAKE__V1__OUTCOMES__INIT;
    Uptake__V1__Receipt each[WIRE_CHANGES_MAX], *list[WIRE_CHANGES_MAX];
    ProtobufCBinaryData unknown[WIRE_CHANGES_MAX];

    server->nqueried += (int)query->n_message_ids;
    if (server->on_query)
        server->on_query(server);
    outcomes.receipts = list;
    outcomes.unknown = unknown;
    for (size_t i = 0; i < query->n_message_ids; i++) {
        if (!(server->known & UINT64_C(1) << (number_of(query->message_ids[i].data) % 64))) {
            unknown[outcomes.n_unknown++] = query->message_ids[i];
            continue;
        }
        uptake__v1__receipt__init(&each[i]);
        each[i].message_id = query->message_ids[i];
        each[i].outcome = UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED;
        each[i].duplicate = true;
        list[outcomes.n_receipts++] = &each[i];
    }
    say(server, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_OUTCOMES, &outcomes.base);
}

static void refuse_kind(struct server *server, const struct bus_frame *peer)
{
    Uptake__V1__Receipts receipts = UPTAKE__V1__RECEIPTS__INIT;
    Uptake__V1__Receipt receipt = UPTAKE__V1__RECEIPT__INIT, *list = &receipt;

    receipt.outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
    receipt.code = (char *)(uintptr_t) "KIND_UNKNOWN";
    receipts.receipts = &list;
    receipts.n_receipts = 1;
    receipts.credit_bytes = 1 << 20;
    say(server, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts.base);
}

static ProtobufCMessage *unpack(const ProtobufCMessageDescriptor *type, struct arena *arena,
                                const struct bus_frame *frame)
{
    struct err err;
    ProtobufCMessage *message = wire_unpack(type, arena, frame->bytes, frame->len, &err);

    assert_non_null(message);
    return message;
}

static void on_server_message(void *ctx, const struct bus_message *message)
{
    struct server *server = ctx;
    struct arena arena = {0};
    Uptake__V1__Welcome welcome = UPTAKE__V1__WELCOME__INIT;
    Uptake__V1__Pong pong = UPTAKE__V1__PONG__INIT;
    const struct bus_frame *body = &message->frames[1];
    const Uptake__V1__Envelope *envelope = (const Uptake__V1__Envelope *)unpack(
        &uptake__v1__envelope__descriptor, &arena, &message->frames[0]);

    welcome.instance = pong.instance = server->instance;
    welcome.credit_bytes = 1 << 20;
    switch (envelope->kind) {
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO:
        say(server, &message->peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &welcome.base);
        break;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING:
        say(server, &message->peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG, &pong.base);
        break;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PUSH:
        answer_push(server, &message->peer,
                    (const Uptake__V1__Push *)unpack(&uptake__v1__push__descriptor, &arena, body));
        break;
    default:
        if (server->knows_queries)
            answer_query(server, &message->peer,
                         (const Uptake__V1__QueryOutcome *)unpack(
                             &uptake__v1__query_outcome__descriptor, &arena, body));
        else
            refuse_kind(server, &message->peer);
    }
    arena_finish(&arena);
}

/* The client's side ---------------------------------------------------------------------------- */

static void on_state(void *ctx, bool answering, const char *why)
{
    (void)why;
    ((struct fixture *)ctx)->answering = answering;
}

static void on_fenced(void *ctx, const char *text)
{
    (void)text;
    ((struct fixture *)ctx)->fenced = true;
}

static void on_receipt(void *ctx, const struct client_receipt *receipt)
{
    struct fixture *fixture = ctx;

    if (receipt->outcome == CLIENT_RETRY_LATER)
        fixture->nback++;
    else
        fixture->settled[fixture->nsettled++] = number_of(receipt->message_id);
}

static void connect_client(struct fixture *fixture, bool hand_back)
{
    static int port = 0;
    char endpoint[64];
    struct err err;
    struct bus_socket_options listen = {.key = &fixture->server_key,
                                        .domain = "push",
                                        .on_message = on_server_message,
                                        .ctx = &fixture->server};
    struct client_options options = {.server_key = fixture->server_key.public_key,
                                     .key = fixture->client_key,
                                     .name = "test",
                                     .on_state = on_state,
                                     .on_fenced = on_fenced,
                                     .ctx = fixture,
                                     .producer_epoch = 7,
                                     .hand_back = hand_back};

    snprintf(endpoint, sizeof(endpoint), "ipc:///tmp/uptake-client-test-%d-%d", (int)getpid(),
             port++);
    listen.endpoint = options.endpoint = endpoint;
    fixture->server.socket = bus_router(fixture->bus, &listen, &err);
    assert_non_null(fixture->server.socket);
    fixture->client = client_open(&fixture->loop, fixture->bus, &options, &err);
    assert_non_null(fixture->client);
    while (!fixture->answering)
        uv_run(&fixture->loop, UV_RUN_ONCE);
}

static void push_for(struct fixture *fixture, int number, const char *spoken_for)
{
    static const uint8_t body[] = "a change";
    uint8_t id[MESSAGE_ID_BYTES];
    const struct client_change change = {id, body, sizeof(body), spoken_for};
    struct err err;

    id_of(number, id);
    assert_true(client_push_change(fixture->client, &change, on_receipt, fixture, &err));
}

static void push_some(struct fixture *fixture, int from, int n)
{
    for (int i = from; i < from + n; i++)
        push_for(fixture, i, NULL);
}

static void run_until(struct fixture *fixture, const int *counter, int n)
{
    while (*counter < n)
        uv_run(&fixture->loop, UV_RUN_ONCE);
}

/* A process takes what it is sent and is gone before it says anything. */
static void lose_server_after(struct fixture *fixture, int n)
{
    fixture->server.silent = true;
    push_some(fixture, 0, n);
    run_until(fixture, &fixture->server.npushed, n);
    fixture->server.silent = false;
    fixture->server.npushed = 0;
    fixture->server.instance++; /* the next PONG tells */
}

/* Tests ---------------------------------------------------------------------------------------- */

static void every_change_is_settled_once(void **state)
{
    struct fixture *fixture = *state;

    connect_client(fixture, false);
    push_some(fixture, 0, 500);
    run_until(fixture, &fixture->nsettled, 500);
    for (int i = 0; i < 500; i++)
        assert_int_equal(fixture->settled[i], i);
    assert_int_equal(client_unsettled(fixture->client), 0);
    assert_int_equal(fixture->server.epoch, 7);
}

/* While the question is open: it waits for the answer. */
static void push_meanwhile(struct server *server)
{
    struct fixture *fixture = (struct fixture *)((char *)server - offsetof(struct fixture, server));

    server->on_query = NULL;
    push_some(fixture, 128, 1);
}

static void what_the_next_process_knows_is_not_sent_again(void **state)
{
    struct fixture *fixture = *state;

    fixture->server.knows_queries = true;
    connect_client(fixture, false);
    lose_server_after(fixture, CHANGES_MAX);
    fixture->server.known = UINT64_C(0x00000000FFFFFFFF); /* the first half was committed */
    fixture->server.on_query = push_meanwhile;
    run_until(fixture, &fixture->nsettled, CHANGES_MAX + 1);
    assert_int_equal(fixture->server.nqueried, CHANGES_MAX);
    assert_int_equal(fixture->server.npushed, CHANGES_MAX / 2 + 1);
    for (int i = 0; i < CHANGES_MAX / 2; i++)
        assert_int_equal(fixture->server.pushed[i], CHANGES_MAX / 2 + i);
    assert_int_equal(fixture->server.pushed[CHANGES_MAX / 2], 128); /* order is kept */
}

static void an_older_server_gets_everything_again(void **state)
{
    struct fixture *fixture = *state;

    connect_client(fixture, false);
    lose_server_after(fixture, CHANGES_MAX);
    run_until(fixture, &fixture->nsettled, CHANGES_MAX);
    assert_int_equal(fixture->server.npushed, CHANGES_MAX);
    for (int i = 0; i < CHANGES_MAX; i++)
        assert_int_equal(fixture->server.pushed[i], i);
}

static void what_waits_for_a_retry_holds_up_what_came_after(void **state)
{
    struct fixture *fixture = *state;

    connect_client(fixture, false);
    fixture->server.retries = 1;
    push_some(fixture, 0, 1);
    run_until(fixture, &fixture->server.npushed, 1);
    while (fixture->client->under_way)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    push_some(fixture, 1, 3);
    run_until(fixture, &fixture->nsettled, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fixture->settled[i], i);
}

static void a_fence_settles_nothing_and_stops(void **state)
{
    struct fixture *fixture = *state;

    fixture->server.fences = true;
    connect_client(fixture, false);
    push_some(fixture, 0, 3);
    while (!fixture->fenced)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    push_some(fixture, 3, 1);
    for (int i = 0; i < 3; i++)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    assert_int_equal(fixture->server.npushed, 3);
    assert_int_equal(fixture->nsettled, 0);
    assert_int_equal(client_unsettled(fixture->client), 4);
}

static void whoever_relays_is_handed_back_what_is_not_settled(void **state)
{
    struct fixture *fixture = *state;
    uint8_t id[MESSAGE_ID_BYTES];

    connect_client(fixture, true);
    fixture->server.retries = 1;
    push_for(fixture, 0, "office");
    id_of(0, id);
    assert_true(client_holds(fixture->client, id));
    run_until(fixture, &fixture->nback, 1);
    assert_false(client_holds(fixture->client, id));
    assert_string_equal(fixture->server.spoken_for, "office");
    lose_server_after(fixture, 5);
    run_until(fixture, &fixture->nback, 6);
    assert_int_equal(client_unsettled(fixture->client), 0);
    assert_int_equal(fixture->server.npushed, 0);
}

static void whoever_relays_greets_another_process_before_the_next_change(void **state)
{
    struct fixture *fixture = *state;

    connect_client(fixture, true);
    fixture->server.instance++; /* no PONG tells: the transport connected again by itself */
    push_some(fixture, 0, 1);
    run_until(fixture, &fixture->nback, 1);
    while (!fixture->answering)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    push_some(fixture, 1, 1);
    run_until(fixture, &fixture->nsettled, 1);
    assert_int_equal(fixture->settled[0], 1);
}

static void one_push_speaks_for_one_principal(void **state)
{
    struct fixture *fixture = *state;

    connect_client(fixture, true);
    for (int i = 0; i < 6; i++)
        push_for(fixture, i, i < 3 ? "one" : "two");
    run_until(fixture, &fixture->nsettled, 3);
    assert_true(fixture->nsettled == 3 || fixture->nsettled == 6);
    run_until(fixture, &fixture->nsettled, 6);
    assert_string_equal(fixture->server.spoken_for, "two");
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct err err;

    if (!fixture || uv_loop_init(&fixture->loop) != 0 ||
        !bus_key_generate(&fixture->server_key, &err) ||
        !bus_key_generate(&fixture->client_key, &err))
        return -1;
    fixture->bus = bus_open(&fixture->loop, admit, NULL, &err);
    fixture->server.instance = 1;
    *state = fixture;
    return fixture->bus ? 0 : -1;
}

static void on_closed(void *ctx)
{
    ((struct fixture *)ctx)->open--;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    fixture->open = 2;
    client_close(fixture->client, on_closed, fixture);
    bus_socket_close(fixture->server.socket, on_closed, fixture);
    while (fixture->open > 0)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    bus_close(fixture->bus);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    free(fixture);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_change_is_settled_once),
        TEST(what_the_next_process_knows_is_not_sent_again),
        TEST(an_older_server_gets_everything_again),
        TEST(what_waits_for_a_retry_holds_up_what_came_after),
        TEST(a_fence_settles_nothing_and_stops),
        TEST(whoever_relays_is_handed_back_what_is_not_settled),
        TEST(whoever_relays_greets_another_process_before_the_next_change),
        TEST(one_push_speaks_for_one_principal),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
