/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include "base/bytes.h"
#include "base/log.h"
#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/envelope.pb-c.h>

enum {
    TICK_MS = 100,
    HELLO_EVERY_MS = 1000,
    PING_BUSY_MS = 1000, /* with changes under way: is it still the same process? */
    PING_IDLE_MS = 10000,
    SILENCE_MS = 30000, /* nothing heard, not even a PONG: start again */
    SILENCE_BUSY_MS = 5000,
    RECEIPT_MS = 90000,           /* a receipt that is not there by then was lost on the way */
    FRAME_BYTES = 240 * 1024,     /* what a Push may grow to, below the frame limit */
    SUBMISSION_OVERHEAD = 16 + 64 /* id, hash and tags of one submission */
};

struct entry {
    struct entry *next;
    uint8_t message_id[MESSAGE_ID_BYTES];
    client_receipt_fn *on_receipt;
    void *ctx;
    bool under_way;
    uint64_t sent_ms;
    uint64_t not_before_ms; /* 0: at once */
    size_t len;
    uint8_t body[];
};

struct client {
    uv_loop_t *loop;
    struct bus_socket *socket;
    uv_timer_t timer;
    struct bus_key key;
    char *name;
    client_state_fn *on_state;
    void *ctx;

    bool answering;
    uint64_t instance; /* of the process that answers */
    uint64_t heard_ms; /* last message from the server */
    uint64_t asked_ms; /* last HELLO or PING */
    size_t credit;     /* bytes that may be under way */
    size_t under_way;

    struct entry *first, *last;
    size_t unsettled;
    struct arena arena;

    void (*closed)(void *ctx);
    void *closed_ctx;
    int closing;
};

static size_t cost(const struct entry *entry)
{
    return entry->len + SUBMISSION_OVERHEAD;
}

static bool send_message(struct client *client, Uptake__V1__MessageKind kind,
                         const ProtobufCMessage *message)
{
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    struct bus_frame frames[2];
    struct err err;

    envelope.version = WIRE_VERSION;
    envelope.kind = kind;
    frames[0].bytes = wire_pack(&envelope.base, &client->arena, &frames[0].len);
    frames[1].bytes = wire_pack(message, &client->arena, &frames[1].len);
    return frames[0].bytes && frames[1].bytes && bus_send(client->socket, NULL, frames, 2, &err);
}

static void send_hello(struct client *client)
{
    Uptake__V1__Hello hello = UPTAKE__V1__HELLO__INIT;

    hello.version_min = hello.version_max = WIRE_VERSION;
    hello.client = client->name;
    /* Before the connection stands nothing can be sent: the next tick tries again. */
    if (send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO, &hello.base))
        client->asked_ms = uv_now(client->loop);
}

static void send_ping(struct client *client)
{
    Uptake__V1__Ping ping = UPTAKE__V1__PING__INIT;

    client->asked_ms = ping.token = uv_now(client->loop);
    send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING, &ping.base);
}

/* One Push of what stands next in order; false when there is nothing to send now. */
static bool send_push(struct client *client)
{
    Uptake__V1__Submission submissions[WIRE_CHANGES_MAX];
    Uptake__V1__Submission *list[WIRE_CHANGES_MAX];
    uint8_t hashes[WIRE_CHANGES_MAX][SHA256_BYTES];
    struct entry *entries[WIRE_CHANGES_MAX];
    Uptake__V1__Push push = UPTAKE__V1__PUSH__INIT;
    size_t bytes = 0;

    for (struct entry *e = client->first; e && push.n_submissions < WIRE_CHANGES_MAX; e = e->next) {
        size_t i = push.n_submissions;
        if (e->under_way)
            continue;
        /* Order is kept: what waits for a retry holds up what came after it. */
        if (e->not_before_ms > uv_now(client->loop) || bytes + cost(e) > FRAME_BYTES ||
            (client->under_way + bytes + cost(e) > client->credit && client->under_way + bytes > 0))
            break;
        uptake__v1__submission__init(&submissions[i]);
        sha256(e->body, e->len, hashes[i]);
        submissions[i].message_id = (ProtobufCBinaryData){MESSAGE_ID_BYTES, e->message_id};
        submissions[i].body_sha256 = (ProtobufCBinaryData){SHA256_BYTES, hashes[i]};
        submissions[i].body = (ProtobufCBinaryData){e->len, e->body};
        list[i] = &submissions[i];
        entries[i] = e;
        bytes += cost(e);
        push.n_submissions++;
    }
    if (push.n_submissions == 0)
        return false;
    push.submissions = list;
    if (!send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PUSH, &push.base))
        return false;
    for (size_t i = 0; i < push.n_submissions; i++) {
        entries[i]->under_way = true;
        entries[i]->sent_ms = uv_now(client->loop);
    }
    client->under_way += bytes;
    return true;
}

static void send_what_may(struct client *client)
{
    while (client->answering && send_push(client))
        arena_reset(&client->arena);
    arena_reset(&client->arena);
}

static void set_answering(struct client *client, bool answering, const char *why)
{
    if (client->answering == answering)
        return;
    client->answering = answering;
    if (client->on_state)
        client->on_state(client->ctx, answering, why);
}

/* Another process never saw what is under way: it goes out again, same ids, same bytes. */
static void meet(struct client *client, uint64_t instance)
{
    if (client->answering && client->instance == instance)
        return;
    client->instance = instance;
    client->under_way = 0;
    for (struct entry *e = client->first; e; e = e->next)
        e->under_way = false;
    set_answering(client, true, "connected");
}

static void on_welcome(struct client *client, const Uptake__V1__Welcome *welcome)
{
    client->credit = welcome->credit_bytes;
    meet(client, welcome->instance);
    send_what_may(client);
}

static void on_pong(struct client *client, const Uptake__V1__Pong *pong)
{
    if (client->answering)
        meet(client, pong->instance);
    send_what_may(client);
}

static struct entry *take(struct client *client, const ProtobufCBinaryData *id)
{
    struct entry *before = NULL;

    if (id->len != MESSAGE_ID_BYTES)
        return NULL;
    for (struct entry *e = client->first; e; before = e, e = e->next) {
        if (memcmp(e->message_id, id->data, MESSAGE_ID_BYTES) != 0)
            continue;
        if (before)
            before->next = e->next;
        else
            client->first = e->next;
        if (client->last == e)
            client->last = before;
        client->unsettled--;
        return e;
    }
    return NULL;
}

static struct entry *find(struct client *client, const ProtobufCBinaryData *id)
{
    for (struct entry *e = client->first; e && id->len == MESSAGE_ID_BYTES; e = e->next)
        if (memcmp(e->message_id, id->data, MESSAGE_ID_BYTES) == 0)
            return e;
    return NULL;
}

static void land(struct client *client, struct entry *entry)
{
    if (!entry->under_way)
        return;
    entry->under_way = false;
    client->under_way -= cost(entry) < client->under_way ? cost(entry) : client->under_way;
}

static void on_receipt(struct client *client, const Uptake__V1__Receipt *receipt)
{
    static const enum client_outcome outcomes[] = {
        [UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED] = CLIENT_COMMITTED,
        [UPTAKE__V1__OUTCOME__OUTCOME_MERGED] = CLIENT_MERGED,
        [UPTAKE__V1__OUTCOME__OUTCOME_NO_OP] = CLIENT_NO_OP,
        [UPTAKE__V1__OUTCOME__OUTCOME_REFUSED] = CLIENT_REFUSED,
        [UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT] = CLIENT_CONFLICT,
        [UPTAKE__V1__OUTCOME__OUTCOME_PARKED] = CLIENT_PARKED,
    };
    struct client_receipt told = {.duplicate = receipt->duplicate,
                                  .revision = receipt->revision,
                                  .code = receipt->code,
                                  .place = receipt->place,
                                  .text = receipt->text};
    struct entry *entry;

    if (receipt->outcome == UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER) {
        entry = find(client, &receipt->message_id);
        if (entry) {
            land(client, entry);
            entry->not_before_ms = uv_now(client->loop) + receipt->retry_after_ms;
        }
        return;
    }
    if (receipt->outcome < UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED ||
        receipt->outcome > UPTAKE__V1__OUTCOME__OUTCOME_PARKED)
        return; /* a newer server's word: ask again rather than guess */
    entry = take(client, &receipt->message_id);
    if (!entry)
        return; /* settled by an earlier copy of this receipt */
    land(client, entry);
    told.outcome = outcomes[receipt->outcome];
    memcpy(told.message_id, entry->message_id, MESSAGE_ID_BYTES);
    entry->on_receipt(entry->ctx, &told);
    free(entry);
}

static void on_receipts(struct client *client, const Uptake__V1__Receipts *receipts)
{
    client->credit = receipts->credit_bytes;
    for (size_t i = 0; i < receipts->n_receipts && !client->closing; i++)
        on_receipt(client, receipts->receipts[i]);
    if (!client->closing)
        send_what_may(client);
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct client *client = ctx;
    struct arena arena = {.cap = 4 * 1024 * 1024};
    ProtobufCMessage *envelope;
    ProtobufCMessage *body = NULL;
    const ProtobufCMessageDescriptor *type = NULL;
    struct err err;

    if (message->nframes != 2 || client->closing)
        return;
    envelope = wire_unpack(&uptake__v1__envelope__descriptor, &arena, message->frames[0].bytes,
                           message->frames[0].len, &err);
    if (!envelope)
        goto done;
    client->heard_ms = uv_now(client->loop);
    switch (((Uptake__V1__Envelope *)envelope)->kind) {
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME:
        type = &uptake__v1__welcome__descriptor;
        break;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS:
        type = &uptake__v1__receipts__descriptor;
        break;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG:
        type = &uptake__v1__pong__descriptor;
        break;
    default:
        goto done;
    }
    body = wire_unpack(type, &arena, message->frames[1].bytes, message->frames[1].len, &err);
    if (!body)
        log_err(LOG_WARN, "answer_unreadable", &err);
    else if (type == &uptake__v1__welcome__descriptor)
        on_welcome(client, (Uptake__V1__Welcome *)body);
    else if (type == &uptake__v1__pong__descriptor)
        on_pong(client, (Uptake__V1__Pong *)body);
    else
        on_receipts(client, (Uptake__V1__Receipts *)body);
done:
    arena_finish(&arena);
}

static void ask_again_for_lost_receipts(struct client *client)
{
    for (struct entry *e = client->first; e; e = e->next)
        if (e->under_way && uv_now(client->loop) - e->sent_ms > RECEIPT_MS)
            land(client, e);
}

static void on_tick(uv_timer_t *timer)
{
    struct client *client = timer->data;
    const bool busy = client->under_way > 0;
    uint64_t now = uv_now(client->loop);
    uint64_t silent = now - client->heard_ms;
    uint64_t since_asked = now - client->asked_ms;

    if (client->answering && silent > (busy ? SILENCE_BUSY_MS : SILENCE_MS))
        set_answering(client, false, "no answer");
    if (!client->answering) {
        if (since_asked >= HELLO_EVERY_MS || client->asked_ms == 0)
            send_hello(client);
    } else {
        uint64_t every = busy ? PING_BUSY_MS : PING_IDLE_MS;
        if (silent >= every && since_asked >= every)
            send_ping(client);
        ask_again_for_lost_receipts(client);
    }
    send_what_may(client);
}

struct client *client_open(uv_loop_t *loop, struct bus *bus, const struct client_options *options,
                           struct err *err)
{
    struct client *client = calloc(1, sizeof(*client));
    struct bus_socket_options socket = {.endpoint = options->endpoint,
                                        .server_key = options->server_key,
                                        .on_message = on_message,
                                        .ctx = client};

    if (!client)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "client", "cannot allocate");
    client->loop = loop;
    client->key = options->key;
    client->on_state = options->on_state;
    client->ctx = options->ctx;
    client->name = strdup(options->name);
    socket.key = &client->key;
    client->socket = client->name ? bus_dealer(bus, &socket, err) : NULL;
    if (!client->socket) {
        if (!client->name)
            err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "client", "cannot allocate");
        free(client->name);
        free(client);
        return NULL;
    }
    client->heard_ms = uv_now(loop);
    uv_timer_init(loop, &client->timer);
    client->timer.data = client;
    uv_timer_start(&client->timer, on_tick, 0, TICK_MS);
    return client;
}

static void finish(struct client *client)
{
    if (--client->closing > 0)
        return;
    while (client->first) {
        struct entry *entry = client->first;
        client->first = entry->next;
        free(entry);
    }
    sodium_memzero(&client->key, sizeof(client->key));
    arena_finish(&client->arena);
    free(client->name);
    client->closed(client->closed_ctx);
    free(client);
}

static void on_timer_closed(uv_handle_t *handle)
{
    finish(handle->data);
}

static void on_socket_closed(void *ctx)
{
    finish(ctx);
}

void client_close(struct client *client, void (*closed)(void *ctx), void *ctx)
{
    if (!client) {
        closed(ctx);
        return;
    }
    client->closed = closed;
    client->closed_ctx = ctx;
    client->closing = 2;
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
    bus_socket_close(client->socket, on_socket_closed, client);
}

bool client_push(struct client *client, const uint8_t message_id[MESSAGE_ID_BYTES],
                 const uint8_t *body, size_t len, client_receipt_fn *on_receipt_fn, void *ctx,
                 struct err *err)
{
    struct entry *entry;

    if (len > WIRE_BODY_MAX)
        return err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE", "body",
                       "%zu bytes, limit %d; shorten the texts", len, WIRE_BODY_MAX);
    entry = calloc(1, sizeof(*entry) + len);
    if (!entry)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "client", "cannot queue a change");
    memcpy(entry->message_id, message_id, MESSAGE_ID_BYTES);
    memcpy(entry->body, body, len);
    entry->len = len;
    entry->on_receipt = on_receipt_fn;
    entry->ctx = ctx;
    if (client->last)
        client->last->next = entry;
    else
        client->first = entry;
    client->last = entry;
    client->unsettled++;
    return true;
}

size_t client_unsettled(const struct client *client)
{
    return client->unsettled;
}

static void hash_text(crypto_hash_sha256_state *state, const void *bytes, size_t len)
{
    uint8_t length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
    crypto_hash_sha256_update(state, length, sizeof(length));
    crypto_hash_sha256_update(state, bytes, len);
}

void client_content_id(const char *document, const char *subject, uint64_t base_revision,
                       const uint8_t *body, size_t len, uint8_t out[MESSAGE_ID_BYTES])
{
    crypto_hash_sha256_state state;
    uint8_t revision[8];
    uint8_t hash[SHA256_BYTES];

    for (int i = 0; i < 8; i++)
        revision[i] = (uint8_t)(base_revision >> (56 - 8 * i));
    crypto_hash_sha256_init(&state);
    hash_text(&state, document, strlen(document));
    hash_text(&state, subject, strlen(subject));
    hash_text(&state, revision, sizeof(revision));
    hash_text(&state, body, len);
    crypto_hash_sha256_final(&state, hash);
    memcpy(out, hash, MESSAGE_ID_BYTES);
}
