/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include "base/bytes.h"
#include "base/log.h"
#include "client_parts.h"
#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 100,
    HELLO_FIRST_MS = 1000, /* a HELLO goes at a random instant within this, which doubles */
    HELLO_MOST_MS = 10000,
    PING_BUSY_MS = 1000, /* with changes under way: is it still the same process? */
    PING_IDLE_MS = 10000,
    SILENCE_MS = 30000, /* nothing heard, three PONGs missed: start again */
    SILENCE_BUSY_MS = 10000,
    DOUBT_MS = 10000,     /* no answer to a question about outcomes: send again instead */
    RECEIPT_MS = 90000,   /* a receipt that is not there by then was lost on the way */
    REOPEN_MS = 5000,     /* at least this long without an answer, at most twice */
    LOOK_EVERY_MS = 1000, /* for those */
    WINDOW_LEAST = 16 * 1024,
    SUBMISSION_OVERHEAD = 16 + 64 /* id, hash and tags of one submission */
};

/* States of an entry --------------------------------------------------------------------------- */

size_t client_cost(const struct entry *entry)
{
    return entry->len + SUBMISSION_OVERHEAD;
}

void client_set_state(struct client *client, struct entry *entry, enum entry_state state)
{
    if (entry->state == ENTRY_UNDER_WAY)
        client->under_way -= client_cost(entry);
    if (entry->state == ENTRY_IN_DOUBT) {
        client->in_doubt--;
        client->asked -= entry->asked;
        entry->asked = false;
    }
    entry->state = state;
    if (state == ENTRY_UNDER_WAY)
        client->under_way += client_cost(entry);
    if (state == ENTRY_IN_DOUBT)
        client->in_doubt++;
    if (state == ENTRY_WAITING)
        unsettled_return(&client->unsettled, entry);
}

void client_hand_back(struct client *client, struct entry *entry, uint64_t after_ms,
                      const char *code, const char *text)
{
    struct client_receipt told = {.outcome = CLIENT_RETRY_LATER,
                                  .retry_after_ms = after_ms,
                                  .code = code,
                                  .place = "",
                                  .text = text,
                                  .warning = ""};

    client_set_state(client, entry, ENTRY_WAITING);
    unsettled_remove(&client->unsettled, entry);
    memcpy(told.message_id, entry->message_id, MESSAGE_ID_BYTES);
    entry->on_receipt(entry->ctx, &told);
    free(entry);
}

/* What becomes of an entry whose receipt may never come. */
static void doubt(struct client *client, struct entry *entry)
{
    if (client->hand_back)
        client_hand_back(client, entry, HELLO_FIRST_MS, "INGEST_AWAY",
                         "no receipt came; send the same message again");
    else
        client_set_state(client, entry, client->asks_in_vain ? ENTRY_WAITING : ENTRY_IN_DOUBT);
    if (client->in_doubt == 1)
        client->doubted_ms = uv_now(client->loop);
}

/* Callbacks may add entries behind, or close the client, but remove none. */
static void doubt_all(struct client *client, bool waiting_too)
{
    struct entry *next;

    for (struct entry *e = client->unsettled.first; e && !client->closing; e = next) {
        next = e->next;
        if (e->state == ENTRY_UNDER_WAY || waiting_too)
            doubt(client, e);
    }
}

void client_resend_doubtful(struct client *client)
{
    for (struct entry *e = client->unsettled.first; e && client->in_doubt; e = e->next)
        if (e->state == ENTRY_IN_DOUBT)
            client_set_state(client, e, ENTRY_WAITING);
}

void client_ask_later(struct client *client, uint64_t wait_ms)
{
    for (struct entry *e = client->unsettled.first; e && client->asked; e = e->next) {
        client->asked -= e->asked;
        e->asked = false;
    }
    client->doubted_ms = uv_now(client->loop); /* the server is there, its database is not */
    client->ask_at_ms = client->doubted_ms + wait_ms;
}

/* Is anybody there? ---------------------------------------------------------------------------- */

static uint64_t random_below(uint64_t most)
{
    uint64_t number;

    bytes_random(&number, sizeof(number));
    return number % most;
}

void client_set_answering(struct client *client, bool answering, const char *why)
{
    if (client->answering == answering)
        return;
    client->answering = answering;
    client->hello_wait_ms = HELLO_FIRST_MS;
    client->doubted_ms = uv_now(client->loop);
    client->reopen_at_ms = client->doubted_ms;
    if (!answering)
        client->hello_at_ms = uv_now(client->loop) + random_below(HELLO_FIRST_MS);
    if (client->on_state)
        client->on_state(client->ctx, answering, why);
}

void client_meet(struct client *client, uint64_t instance)
{
    if (client->answering && client->instance == instance)
        return;
    client->instance = instance;
    client->ever_answered = true;
    doubt_all(client, false);
    if (!client->closing)
        client_set_answering(client, true, "connected");
}

static bool open_socket(struct client *client, struct err *err)
{
    const struct bus_socket_options options = {.endpoint = client->endpoint,
                                               .key = &client->key,
                                               .server_key = client->server_key,
                                               .on_message = client_on_message,
                                               .ctx = client};

    client->reopen_at_ms = uv_now(client->loop) + REOPEN_MS + random_below(REOPEN_MS);
    client->socket = bus_dealer(client->bus, &options, err);
    return client->socket != NULL;
}

static void finish(struct client *client);

static void on_old_socket_closed(void *ctx)
{
    struct client *client = ctx;
    struct err err;

    client->reopening = false;
    if (client->closing)
        finish(client);
    else if (!open_socket(client, &err))
        log_err(LOG_WARN, "client_not_reopened", &err); /* the next try comes with its time */
}

/* libzmq gives a connection up for good when its handshake was refused, and a server that has just
 * begun may refuse keys it has not read yet: silence is answered with a new socket. */
static void reopen(struct client *client)
{
    struct bus_socket *socket = client->socket;

    client->socket = NULL;
    client->reopening = true;
    bus_socket_close(socket, on_old_socket_closed, client);
}

/* A thousand clients that lost the same server do not come back at the same instant: each draws a
 * moment of its own, again whenever there is no connection. The first HELLO of all is not delayed.
 */
static void say_hello(struct client *client, uint64_t now)
{
    if (now >= client->reopen_at_ms && !client->reopening)
        reopen(client);
    if (now < client->hello_at_ms)
        return;
    if (client_send_hello(client)) {
        client->asked_ms = now;
        client->hello_at_ms =
            now + client->hello_wait_ms / 2 + random_below(client->hello_wait_ms / 2);
        if (client->hello_wait_ms < HELLO_MOST_MS)
            client->hello_wait_ms *= 2;
    } else if (client->ever_answered) {
        client->hello_at_ms = now + random_below(HELLO_FIRST_MS);
    }
}

static void fall_silent(struct client *client, bool busy)
{
    if (busy) {
        const size_t half =
            (client->under_way < client->window ? client->under_way : client->window) / 2;
        client->window = half > WINDOW_LEAST ? half : WINDOW_LEAST;
    }
    client_set_answering(client, false, "no answer");
    if (client->hand_back && !client->closing)
        doubt_all(client, true);
}

static void look_for_lost_receipts(struct client *client, uint64_t now)
{
    struct entry *next;

    client->looked_ms = now;
    for (struct entry *e = client->unsettled.first; e && !client->closing; e = next) {
        next = e->next;
        if (e->state == ENTRY_UNDER_WAY && now - e->sent_ms > RECEIPT_MS)
            doubt(client, e);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct client *client = timer->data;
    const bool busy = client->under_way > 0 || client->in_doubt > 0;
    const uint64_t now = uv_now(client->loop);
    const uint64_t silent = now - client->heard_ms;
    const uint64_t every = busy ? PING_BUSY_MS : PING_IDLE_MS;

    if (client->answering && silent > (busy ? SILENCE_BUSY_MS : SILENCE_MS))
        fall_silent(client, busy);
    if (client->closing)
        return;
    if (!client->answering)
        say_hello(client, now);
    else if (silent >= every && now - client->asked_ms >= every)
        client_send_ping(client);
    if (client->answering && client->in_doubt && now - client->doubted_ms > DOUBT_MS)
        client_resend_doubtful(client);
    if (now - client->looked_ms >= LOOK_EVERY_MS)
        look_for_lost_receipts(client, now);
    client_send_what_may(client);
}

/* Opening and closing -------------------------------------------------------------------------- */

struct client *client_open(uv_loop_t *loop, struct bus *bus, const struct client_options *options,
                           struct err *err)
{
    struct client *client = calloc(1, sizeof(*client));

    if (!client)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "client", "cannot allocate");
    client->loop = loop;
    client->key = options->key;
    client->hand_back = options->hand_back;
    client->producer_epoch = options->producer_epoch;
    client->on_state = options->on_state;
    client->on_fenced = options->on_fenced;
    client->ctx = options->ctx;
    client->window = CLIENT_WINDOW_MOST;
    client->hello_wait_ms = HELLO_FIRST_MS;
    client->bus = bus;
    client->name = strdup(options->name);
    client->endpoint = strdup(options->endpoint);
    memccpy(client->server_key, options->server_key, '\0', sizeof(client->server_key) - 1);
    if (!client->name || !client->endpoint)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "client", "cannot allocate");
    if (!client->name || !client->endpoint || !open_socket(client, err)) {
        free(client->name);
        free(client->endpoint);
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
    unsettled_finish(&client->unsettled);
    sodium_memzero(&client->key, sizeof(client->key));
    free(client->name);
    free(client->endpoint);
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
    if (!client->reopening)
        bus_socket_close(client->socket, on_socket_closed, client);
}

static struct entry *make_entry(const struct client_change *change)
{
    const size_t name = change->spoken_for ? strlen(change->spoken_for) : 0;
    struct entry *entry = calloc(1, sizeof(*entry) + change->len + name + 1);

    if (!entry)
        return NULL;
    memcpy(entry->message_id, change->message_id, MESSAGE_ID_BYTES);
    memcpy(entry->body, change->body, change->len);
    if (name)
        memcpy(entry->body + change->len, change->spoken_for, name);
    entry->spoken_for = (const char *)entry->body + change->len;
    entry->len = change->len;
    return entry;
}

bool client_push_change(struct client *client, const struct client_change *change,
                        client_receipt_fn *on_receipt, void *ctx, struct err *err)
{
    struct entry *entry;

    if (change->len > WIRE_BODY_MAX)
        return err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE", "body",
                       "%zu bytes, limit %d; shorten the texts", change->len, WIRE_BODY_MAX);
    entry = make_entry(change);
    if (!entry || !unsettled_add(&client->unsettled, entry)) {
        free(entry);
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "client", "cannot queue a change");
    }
    entry->on_receipt = on_receipt;
    entry->ctx = ctx;
    /* As soon as the loop turns, together with what else comes until then. */
    if (client->answering && !client->closing)
        uv_timer_start(&client->timer, on_tick, 0, TICK_MS);
    return true;
}

bool client_push(struct client *client, const uint8_t message_id[MESSAGE_ID_BYTES],
                 const uint8_t *body, size_t len, client_receipt_fn *on_receipt, void *ctx,
                 struct err *err)
{
    const struct client_change change = {.message_id = message_id, .body = body, .len = len};

    return client_push_change(client, &change, on_receipt, ctx, err);
}

const char *client_outcome_word(enum client_outcome outcome)
{
    static const char *const words[] = {"committed", "merged", "no_op",      "refused",
                                        "conflict",  "parked", "retry_later"};

    return words[outcome];
}

size_t client_unsettled(const struct client *client)
{
    return client->unsettled.n;
}

bool client_holds(const struct client *client, const uint8_t message_id[MESSAGE_ID_BYTES])
{
    return unsettled_find(&client->unsettled, message_id, MESSAGE_ID_BYTES) != NULL;
}

bool client_is_answering(const struct client *client)
{
    return client->answering;
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
