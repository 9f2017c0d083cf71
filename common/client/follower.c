/* SPDX-License-Identifier: Apache-2.0 */
#include "follower_parts.h"

#include "base/log.h"
#include "bus/envelope.h"
#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 50,
    HELLO_EVERY_MS = 1000,
    HELLO_TIMEOUT_MS = 10000,
    ANSWER_MS = 30000, /* beyond the time the server may wait: 32 KiB at 9 kbit/s */
    PING_MS = 3000,
    SILENCE_MS = 30000, /* a PONG may stand behind a batch on a slow line */
    REST_MOST_MS = 60000,
    BATCH_MEMORY = 8 * 1024 * 1024,
};

void follower_tell(struct follower *follower)
{
    follower->told.seq = follower->cursor.seq;
    if (follower->options.on_state)
        follower->options.on_state(follower->options.ctx, &follower->told);
}

void follower_end(struct follower *follower, const struct err *err)
{
    follower->state = FOLLOWER_ENDED;
    follower->options.on_end(follower->options.ctx, err);
}

/* A random part of a time, so that many do not act at once. */
uint64_t follower_part_of(uint64_t ms)
{
    return ms ? randombytes_uniform((uint32_t)ms) : 0;
}

void follower_enter(struct follower *follower, enum follower_phase state, uint64_t for_ms)
{
    follower->state = state;
    follower->until_ms = uv_now(follower->loop) + for_ms;
}

static void send_message(struct follower *follower, Uptake__V1__MessageKind kind,
                         const ProtobufCMessage *message)
{
    struct err err;

    /* What is not sent is not answered: the tick tries again. */
    if (follower->socket && !envelope_send(follower->socket, NULL, kind, message, &err))
        log_err(LOG_DEBUG, "not_sent", &err);
}

/* Connecting ---------------------------------------------------------------------------------- */

static void on_message(void *ctx, const struct bus_message *message);

static void on_socket_closed(void *ctx)
{
    struct follower *follower = ctx;

    follower->socket_closing = false;
    if (follower->closed)
        follower_finish_close(follower);
}

static void close_socket(struct follower *follower)
{
    struct bus_socket *socket = follower->socket;

    if (!socket)
        return;
    follower->socket = NULL;
    follower->socket_closing = true;
    bus_socket_close(socket, on_socket_closed, follower);
}

/* ZeroMQ itself never tries again what the server's door refused, so the socket is made anew. */
static void rest(struct follower *follower, const char *why)
{
    uint64_t most = (uint64_t)FOLLOWER_REST_MS << (follower->failures < 6 ? follower->failures : 6);

    log_event(LOG_INFO, "follower_rests", "why", why, NULL);
    close_socket(follower);
    follower->failures++;
    follower->told.answering = false;
    follower_enter(follower, FOLLOWER_RESTING,
                   follower_part_of(most < REST_MOST_MS ? most : REST_MOST_MS));
    follower_tell(follower);
}

static bool open_socket(struct follower *follower, struct err *err)
{
    const struct bus_socket_options options = {.endpoint = follower->endpoint,
                                               .key = &follower->key,
                                               .server_key = follower->server_key,
                                               .on_message = on_message,
                                               .ctx = follower};

    follower->socket = bus_dealer(follower->bus, &options, err);
    return follower->socket != NULL;
}

static void send_hello(struct follower *follower)
{
    Uptake__V1__Hello hello = UPTAKE__V1__HELLO__INIT;

    hello.version_min = hello.version_max = WIRE_VERSION;
    hello.client = follower->name;
    follower->asked_ms = uv_now(follower->loop);
    send_message(follower, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO, &hello.base);
}

static void greet(struct follower *follower)
{
    struct err err;

    if (!follower->socket && !open_socket(follower, &err)) {
        follower_end(follower, &err);
        return;
    }
    follower_enter(follower, FOLLOWER_GREETING, HELLO_TIMEOUT_MS);
    send_hello(follower);
}

static void send_ping(struct follower *follower)
{
    Uptake__V1__Ping ping = UPTAKE__V1__PING__INIT;

    follower->asked_ms = uv_now(follower->loop);
    ping.token = follower->asked_ms + 1;
    send_message(follower, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING, &ping.base);
}

/* Asking -------------------------------------------------------------------------------------- */

void follower_ask(struct follower *follower)
{
    Uptake__V1__Fetch fetch = UPTAKE__V1__FETCH__INIT;
    struct follower_cursor *cursor = &follower->cursor;

    fetch.scope = (char *)(uintptr_t)follower_store_scope(follower->options.store);
    fetch.after_seq = cursor->seq;
    if (cursor->has_epoch) {
        fetch.epoch = (ProtobufCBinaryData){sizeof(cursor->epoch), cursor->epoch};
        fetch.chain = (ProtobufCBinaryData){sizeof(cursor->chain), cursor->chain};
    }
    fetch.max_bytes = follower->max_bytes;
    fetch.wait_ms = follower->told.up_to_date ? follower->options.wait_ms : 0;
    fetch.token = ++follower->token;
    follower->heard_ms = follower->asked_ms = uv_now(follower->loop);
    follower_enter(follower, FOLLOWER_ASKING, fetch.wait_ms + ANSWER_MS);
    send_message(follower, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_FETCH, &fetch.base);
}

void follower_pause(struct follower *follower, uint64_t ms, bool then_greet)
{
    follower->greet = then_greet;
    follower_enter(follower, FOLLOWER_PAUSING, ms);
}

/* Answers ------------------------------------------------------------------------------------- */

static void on_welcome(struct follower *follower, const Uptake__V1__Welcome *welcome)
{
    if (follower->state != FOLLOWER_GREETING)
        return;
    follower->instance = welcome->instance;
    follower->told.answering = true;
    follower_tell(follower);
    if (follower->state == FOLLOWER_GREETING)
        follower_ask(follower);
}

static void on_pong(struct follower *follower, const Uptake__V1__Pong *pong)
{
    /* Another process: it never heard the question. */
    if (follower->state == FOLLOWER_ASKING && pong->instance != follower->instance)
        follower_pause(follower, follower_part_of(FOLLOWER_REST_MS), true);
}

static void on_problem(struct follower *follower, const Uptake__V1__Problem *problem)
{
    struct err err;

    if (problem->retry_after_ms) {
        log_event(LOG_INFO, "follower_waits", "code", problem->code, NULL);
        follower_pause(follower, problem->retry_after_ms + follower_part_of(FOLLOWER_REST_MS),
                       false);
    } else if (strcmp(problem->code, "CURSOR_INVALID") == 0) {
        follower_resync(follower, "CURSOR_INVALID", false);
    } else {
        if (strcmp(problem->code, "NOT_FOUND") == 0)
            err_set(&err, ERR_REJECT, "NOT_FOUND", problem->place, "%s", problem->text);
        else
            err_set(&err, ERR_REJECT, "FEED_REFUSED", problem->code, "%s", problem->text);
        follower_end(follower, &err);
    }
}

static const char *reason_word(Uptake__V1__ResyncReason reason)
{
    const char *word = wire_word(&uptake__v1__resync_reason__descriptor, (int)reason);

    return word ? word : "unknown";
}

static const struct envelope_kind kinds[] = {
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &uptake__v1__welcome__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG, &uptake__v1__pong__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_BATCH, &uptake__v1__batch__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RESYNC_REQUIRED,
     &uptake__v1__resync_required__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PROBLEM, &uptake__v1__problem__descriptor, false},
    {0}};

/* Is this the answer to the question that waits? */
static bool is_answer(const struct follower *follower, uint64_t token)
{
    return follower->state == FOLLOWER_ASKING && token == follower->token;
}

/* True: the arena was taken over. */
static bool take_answer(struct follower *follower, Uptake__V1__MessageKind kind,
                        const ProtobufCMessage *body, struct arena *arena)
{
    const Uptake__V1__Batch *batch = (const Uptake__V1__Batch *)body;
    const Uptake__V1__ResyncRequired *required = (const Uptake__V1__ResyncRequired *)body;
    const Uptake__V1__Problem *problem = (const Uptake__V1__Problem *)body;

    switch (kind) {
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME:
        on_welcome(follower, (const Uptake__V1__Welcome *)body);
        return false;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG:
        on_pong(follower, (const Uptake__V1__Pong *)body);
        return false;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_BATCH:
        if (!is_answer(follower, batch->token))
            return false;
        follower_apply(follower, *arena, batch);
        return true;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RESYNC_REQUIRED:
        if (is_answer(follower, required->token))
            follower_resync(follower, reason_word(required->reason),
                            required->reason ==
                                UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_SCOPE_CHANGED);
        return false;
    default:
        if (is_answer(follower, problem->token) || follower->state == FOLLOWER_GREETING)
            on_problem(follower, problem);
        return false;
    }
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct follower *follower = ctx;
    Uptake__V1__MessageKind kind = UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_UNSPECIFIED;
    struct arena arena = {.cap = BATCH_MEMORY};
    ProtobufCMessage *body;
    struct err err;

    if (follower->closed || follower->state == FOLLOWER_ENDED)
        return;
    follower->heard_ms = uv_now(follower->loop);
    body = envelope_read(message, kinds, &arena, &kind, &err);
    if (!body)
        log_err(LOG_WARN, "answer_unreadable", &err); /* asked again when time is up */
    if (!body || !take_answer(follower, kind, body, &arena))
        arena_finish(&arena);
}

/* Time ---------------------------------------------------------------------------------------- */

static void wait_for_answer(struct follower *follower, uint64_t now_ms)
{
    const uint64_t silent_ms = now_ms - follower->heard_ms;

    if (now_ms >= follower->until_ms || silent_ms > SILENCE_MS) {
        if (follower->max_bytes > FOLLOWER_BYTES_MIN)
            follower->max_bytes /= 2;
        rest(follower, "no answer");
    } else if (silent_ms >= PING_MS && now_ms - follower->asked_ms >= PING_MS) {
        send_ping(follower);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct follower *follower = timer->data;
    const uint64_t now_ms = uv_now(follower->loop);
    const bool over = now_ms >= follower->until_ms;

    switch (follower->state) {
    case FOLLOWER_RESTING:
        if (over && !follower->socket_closing)
            greet(follower);
        break;
    case FOLLOWER_GREETING:
        if (over)
            rest(follower, "no welcome");
        else if (now_ms - follower->asked_ms >= HELLO_EVERY_MS)
            send_hello(follower);
        break;
    case FOLLOWER_ASKING:
        wait_for_answer(follower, now_ms);
        break;
    case FOLLOWER_PAUSING:
        if (over && follower->greet)
            greet(follower);
        else if (over)
            follower_ask(follower);
        break;
    case FOLLOWER_WORKING:
    case FOLLOWER_ENDED:
        break;
    }
}

/* Opening and closing ------------------------------------------------------------------------- */

static void release(struct follower *follower)
{
    sodium_memzero(&follower->key, sizeof(follower->key));
    free(follower->endpoint);
    free(follower->name);
    free(follower);
}

struct follower *follower_open(uv_loop_t *loop, struct bus *bus,
                               const struct follower_options *options, struct err *err)
{
    struct follower *follower = calloc(1, sizeof(*follower));

    if (!follower)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "follower", "cannot allocate");
    *follower = (struct follower){.loop = loop,
                                  .bus = bus,
                                  .endpoint = strdup(options->endpoint),
                                  .key = options->key,
                                  .name = strdup(options->name),
                                  .options = *options,
                                  .max_bytes = FOLLOWER_BYTES_MIN};
    memcpy(follower->server_key, options->server_key, BUS_KEY_TEXT);
    sodium_memzero(&follower->options.key, sizeof(follower->options.key));
    if (!follower->endpoint || !follower->name) {
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "follower", "cannot allocate");
        release(follower);
        return NULL;
    }
    randombytes_buf(&follower->token, sizeof(follower->token));
    if (!follower_store_position(options->store, &follower->cursor, &follower->told.as_of_us,
                                 err) ||
        !open_socket(follower, err)) {
        release(follower);
        return NULL;
    }
    uv_timer_init(loop, &follower->timer);
    follower->timer.data = follower;
    uv_timer_start(&follower->timer, on_tick, 0, TICK_MS);
    follower_enter(follower, FOLLOWER_RESTING, 0);
    return follower;
}

void follower_finish_close(struct follower *follower)
{
    void (*closed)(void *ctx) = follower->closed;
    void *ctx = follower->closed_ctx;

    if (follower->working || follower->socket_closing || !follower->timer_closed)
        return;
    release(follower);
    closed(ctx);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct follower *follower = handle->data;

    follower->timer_closed = true;
    follower_finish_close(follower);
}

void follower_close(struct follower *follower, void (*closed)(void *ctx), void *ctx)
{
    if (!follower) {
        closed(ctx);
        return;
    }
    follower->closed = closed;
    follower->closed_ctx = ctx;
    follower->state = FOLLOWER_ENDED;
    close_socket(follower);
    uv_close((uv_handle_t *)&follower->timer, on_timer_closed);
}
