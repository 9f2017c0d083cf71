/* SPDX-License-Identifier: Apache-2.0 */
#include "sending.h"

#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
    OVERHEAD = 80, /* id, hash and tags of one submission */
    NONE = -1,
    RECEIPTS_MEMORY = 4 * 1024 * 1024,
};

struct connection {
    struct sending *sending;
    struct bus_socket *socket;
    bool welcomed;
    uint64_t instance;
    size_t credit;
    size_t under_way;
};

struct sending {
    struct sending_options options;
    struct bus_key key;
    struct bus *bus;
    struct connection *connections;
    int next_connection;
    int opened;

    struct flight *flights; /* a window of them */
    int *buckets;           /* first flight of each, by the last bytes of its id */
    unsigned nbuckets;      /* a power of two */
    int free;
    int again; /* first of those to be sent again */
    uint64_t again_ms;
    uint64_t times_put_off;
    int under_way;

    struct arena arena;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void fail(struct sending *sending, const char *code, const char *text)
{
    struct err err;

    err_set(&err, ERR_FATAL, code, "load", "%s", text);
    sending->options.on_failed(sending->options.ctx, &err);
}

static bool send_message(struct connection *connection, Uptake__V1__MessageKind kind,
                         const ProtobufCMessage *message)
{
    struct arena *arena = &connection->sending->arena;
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    struct bus_frame frames[2];
    struct err err;
    bool sent;

    envelope.version = WIRE_VERSION;
    envelope.kind = kind;
    frames[0].bytes = wire_pack(&envelope.base, arena, &frames[0].len);
    frames[1].bytes = wire_pack(message, arena, &frames[1].len);
    sent =
        frames[0].bytes && frames[1].bytes && bus_send(connection->socket, NULL, frames, 2, &err);
    arena_reset(arena);
    return sent;
}

/* Flights -------------------------------------------------------------------------------------- */

static int *bucket_of(struct sending *sending, const uint8_t id[UPDATE_ID_BYTES])
{
    return &sending->buckets[update_number_of(id) * 0x9E3779B97F4A7C15u >> 32 &
                             (sending->nbuckets - 1)];
}

static bool make_flights(struct sending *sending)
{
    const int window = sending->options.window;

    sending->nbuckets = 1;
    while (sending->nbuckets < 2 * (unsigned)window)
        sending->nbuckets *= 2;
    sending->flights = calloc((size_t)window, sizeof(*sending->flights));
    sending->buckets = malloc(sending->nbuckets * sizeof(*sending->buckets));
    if (!sending->flights || !sending->buckets)
        return false;
    for (unsigned i = 0; i < sending->nbuckets; i++)
        sending->buckets[i] = NONE;
    for (int i = 0; i < window; i++)
        sending->flights[i].next = i + 1 < window ? i + 1 : NONE;
    sending->free = window > 0 ? 0 : NONE;
    sending->again = NONE;
    return true;
}

static void remember(struct sending *sending, const struct flight *flight)
{
    const int i = sending->free;
    int *bucket = bucket_of(sending, flight->id);

    sending->free = sending->flights[i].next;
    sending->flights[i] = *flight;
    sending->flights[i].next = *bucket;
    *bucket = i;
    sending->under_way++;
    sending->connections[flight->sender].under_way += flight->bytes;
}

/* Out of its bucket and off the credit; NONE: not under way. */
static int take(struct sending *sending, const ProtobufCBinaryData *id)
{
    int *link;

    if (id->len != UPDATE_ID_BYTES)
        return NONE;
    for (link = bucket_of(sending, id->data); *link != NONE; link = &sending->flights[*link].next) {
        const int i = *link;
        if (memcmp(sending->flights[i].id, id->data, UPDATE_ID_BYTES) != 0)
            continue;
        *link = sending->flights[i].next;
        sending->connections[sending->flights[i].sender].under_way -= sending->flights[i].bytes;
        sending->under_way--;
        return i;
    }
    return NONE;
}

static void set_free(struct sending *sending, int i)
{
    sending->flights[i].next = sending->free;
    sending->free = i;
}

int sending_under_way(const struct sending *sending)
{
    int n = sending->under_way;

    for (int i = sending->again; i != NONE; i = sending->flights[i].next)
        n++;
    return n;
}

uint64_t sending_times_put_off(const struct sending *sending)
{
    return sending->times_put_off;
}

/* Answers -------------------------------------------------------------------------------------- */

static void put_off(struct sending *sending, int i, uint32_t ms)
{
    sending->times_put_off++;
    sending->flights[i].next = sending->again;
    sending->again = i;
    sending->again_ms = uv_now(sending->options.loop) + ms;
}

static void on_receipts(struct connection *connection, const Uptake__V1__Receipts *receipts)
{
    struct sending *sending = connection->sending;

    connection->credit = receipts->credit_bytes;
    for (size_t n = 0; n < receipts->n_receipts; n++) {
        const Uptake__V1__Receipt *receipt = receipts->receipts[n];
        const int i = take(sending, &receipt->message_id);

        if (i == NONE && receipt->message_id.len == 0) {
            fail(sending, receipt->code, receipt->text);
        } else if (i != NONE && receipt->outcome == UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER) {
            put_off(sending, i, receipt->retry_after_ms);
        } else if (i != NONE) {
            sending->options.on_settled(sending->options.ctx, &sending->flights[i], receipt);
            set_free(sending, i);
        }
    }
    sending->options.on_room(sending->options.ctx);
}

static void on_welcome(struct connection *connection, const Uptake__V1__Welcome *welcome)
{
    if (connection->welcomed && connection->instance != welcome->instance)
        fail(connection->sending, "SERVER_LOST", "ingest was started anew during the run");
    connection->welcomed = true;
    connection->instance = welcome->instance;
    connection->credit = welcome->credit_bytes;
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct connection *connection = ctx;
    struct arena arena = {.cap = RECEIPTS_MEMORY};
    Uptake__V1__Envelope *envelope = NULL;
    ProtobufCMessage *body = NULL;
    struct err err = {0};

    if (connection->sending->closed)
        return;
    if (message->nframes == 2)
        envelope = (Uptake__V1__Envelope *)wire_unpack(&uptake__v1__envelope__descriptor, &arena,
                                                       message->frames[0].bytes,
                                                       message->frames[0].len, &err);
    if (envelope && envelope->kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS) {
        body = wire_unpack(&uptake__v1__receipts__descriptor, &arena, message->frames[1].bytes,
                           message->frames[1].len, &err);
        if (body)
            on_receipts(connection, (Uptake__V1__Receipts *)body);
    } else if (envelope && envelope->kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME) {
        body = wire_unpack(&uptake__v1__welcome__descriptor, &arena, message->frames[1].bytes,
                           message->frames[1].len, &err);
        if (body)
            on_welcome(connection, (Uptake__V1__Welcome *)body);
    }
    if (!body)
        fail(connection->sending, "ANSWER_UNREADABLE", "neither a welcome nor receipts");
    arena_finish(&arena);
}

/* Sending -------------------------------------------------------------------------------------- */

bool sending_greet(struct sending *sending)
{
    Uptake__V1__Hello hello = UPTAKE__V1__HELLO__INIT;
    bool all = true;

    hello.version_min = hello.version_max = WIRE_VERSION;
    hello.client = (char *)(uintptr_t) "bench_load";
    for (int i = 0; i < sending->options.senders; i++) {
        if (sending->connections[i].welcomed)
            continue;
        all = false;
        send_message(&sending->connections[i], UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO,
                     &hello.base);
    }
    return all;
}

int sending_find_room(struct sending *sending, int n)
{
    const size_t bytes = (size_t)n * (UPDATE_BYTES / 2 + OVERHEAD);

    if (sending_under_way(sending) + n > sending->options.window)
        return NONE;
    for (int i = 0; i < sending->options.senders; i++) {
        const int at = sending->next_connection;
        const struct connection *connection = &sending->connections[at];

        sending->next_connection = (at + 1) % sending->options.senders;
        if (connection->welcomed && connection->under_way + bytes <= connection->credit)
            return at;
    }
    return NONE;
}

bool sending_push(struct sending *sending, int sender, const struct update *updates,
                  const struct flight *flights, int n)
{
    Uptake__V1__Submission submissions[SENDING_FRAME_MAX];
    Uptake__V1__Submission *list[SENDING_FRAME_MAX];
    Uptake__V1__Push push = UPTAKE__V1__PUSH__INIT;

    for (int i = 0; i < n; i++) {
        const struct update *u = &updates[i];

        uptake__v1__submission__init(&submissions[i]);
        submissions[i].message_id = (ProtobufCBinaryData){UPDATE_ID_BYTES, (uint8_t *)u->id};
        submissions[i].body_sha256 = (ProtobufCBinaryData){SHA256_BYTES, (uint8_t *)u->sha256};
        submissions[i].body = (ProtobufCBinaryData){u->len, (uint8_t *)u->body};
        list[i] = &submissions[i];
    }
    push.submissions = list;
    push.n_submissions = (size_t)n;
    if (!send_message(&sending->connections[sender], UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PUSH,
                      &push.base))
        return false;
    for (int i = 0; i < n; i++) {
        struct flight flight = flights[i];

        memcpy(flight.id, updates[i].id, UPDATE_ID_BYTES);
        flight.sender = sender;
        flight.bytes = updates[i].len + OVERHEAD;
        remember(sending, &flight);
    }
    return true;
}

void sending_again(struct sending *sending)
{
    if (uv_now(sending->options.loop) < sending->again_ms)
        return;
    while (sending->again != NONE) {
        const int i = sending->again;
        const struct flight flight = sending->flights[i];
        struct update update;

        if (!sending->options.remake(sending->options.ctx, &flight, &update)) {
            fail(sending, "UPDATE_TOO_LARGE", "cannot make an update again");
            return;
        }
        memcpy(update.id, flight.id, UPDATE_ID_BYTES);
        sending->again = flight.next;
        set_free(sending, i);
        if (!sending_push(sending, flight.sender, &update, &flight, 1)) {
            fail(sending, "SERVER_LOST", "a connection takes nothing any more");
            return;
        }
    }
}

/* Life ----------------------------------------------------------------------------------------- */

static void release(struct sending *sending)
{
    void (*closed)(void *ctx) = sending->closed;
    void *ctx = sending->closed_ctx;

    bus_close(sending->bus);
    arena_finish(&sending->arena);
    free(sending->connections);
    free(sending->flights);
    free(sending->buckets);
    free(sending);
    if (closed)
        closed(ctx);
}

static void on_socket_closed(void *ctx)
{
    struct sending *sending = ctx;

    if (--sending->opened == 0)
        release(sending);
}

void sending_close(struct sending *sending, void (*closed)(void *ctx), void *ctx)
{
    const int n = sending->opened;

    sending->closed = closed;
    sending->closed_ctx = ctx;
    for (int i = 0; i < n; i++)
        bus_socket_close(sending->connections[i].socket, on_socket_closed, sending);
    if (n == 0)
        release(sending);
}

struct sending *sending_open(const struct sending_options *options, struct err *err)
{
    struct sending *sending = calloc(1, sizeof(*sending));
    struct bus_socket_options socket = {
        .endpoint = options->endpoint, .server_key = options->server_key, .on_message = on_message};

    if (!sending)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "load", "cannot allocate");
    sending->options = *options;
    sending->key = *options->key;
    sending->connections = calloc((size_t)options->senders, sizeof(*sending->connections));
    sending->bus = bus_open(options->loop, NULL, NULL, err);
    if (!sending->connections || !make_flights(sending) || !sending->bus) {
        sending_close(sending, NULL, NULL);
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "load", "cannot allocate");
    }
    socket.key = &sending->key;
    for (int i = 0; i < options->senders; i++) {
        sending->connections[i].sending = sending;
        socket.ctx = &sending->connections[i];
        sending->connections[i].socket = bus_dealer(sending->bus, &socket, err);
        if (!sending->connections[i].socket) {
            sending_close(sending, NULL, NULL);
            return NULL;
        }
        sending->opened++;
    }
    return sending;
}
