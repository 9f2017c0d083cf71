/* SPDX-License-Identifier: Apache-2.0 */
#include "relay.h"

#include "base/arena.h"
#include "base/log.h"
#include "reporting.h"

#include <stdlib.h>
#include <string.h>

enum {
    REQUESTS_MAX = 64, /* of at most 256 KiB each */
    PATIENCE_MS = 10000,
    LOOK_EVERY_MS = 250,
    REPEAT_MS = 1000,
};

struct request;

/* One change on its way; ctx of its receipt. */
struct errand {
    struct request *request;
    size_t at;
};

/* Open -> told (all outcomes are there, or patience is at an end) -> gone (no receipt is to come).
 * It lives in its own arena. */
struct request {
    struct request *next, *previous;
    struct relay *relay;
    struct arena arena;
    struct errand errands[RELAY_CHANGES_MAX];
    struct relay_outcome outcomes[RELAY_CHANGES_MAX];
    size_t n;
    size_t untold;    /* outcomes that are not there */
    size_t under_way; /* with the client */
    uint64_t begun_ms;
    bool told;
    relay_done_fn *done;
    void *ctx;
};

struct relay {
    struct reporting *app;
    struct bus *bus;
    struct client *client;
    struct bus_key key;
    uv_timer_t timer;
    struct request *requests;
    size_t n;
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void release(struct request *request)
{
    struct relay *relay = request->relay;
    struct arena arena = request->arena;

    if (request->previous)
        request->previous->next = request->next;
    else
        relay->requests = request->next;
    if (request->next)
        request->next->previous = request->previous;
    relay->n--;
    arena_finish(&arena);
}

static void set_later(struct relay_outcome *outcome, const char *code, const char *text)
{
    outcome->outcome = CLIENT_RETRY_LATER;
    outcome->retry_after_ms = REPEAT_MS;
    outcome->code = code;
    outcome->text = text;
    outcome->place = outcome->warning = "";
    outcome->told = true;
}

static void tell(struct request *request)
{
    if (request->told)
        return;
    request->told = true;
    for (size_t i = 0; i < request->n; i++)
        if (!request->outcomes[i].told)
            set_later(&request->outcomes[i], "NO_OUTCOME_YET",
                      "it may or may not have been applied; send the same message again");
    request->done(request->ctx, request->outcomes, request->n);
}

static const char *copy(struct request *request, const char *text)
{
    const char *copied = arena_strdup(&request->arena, text);

    return copied ? copied : "";
}

static void take_receipt(struct request *request, struct relay_outcome *outcome,
                         const struct client_receipt *receipt)
{
    outcome->told = true;
    outcome->outcome = receipt->outcome;
    outcome->duplicate = receipt->duplicate;
    outcome->revision = receipt->revision;
    outcome->retry_after_ms = receipt->retry_after_ms;
    outcome->code = copy(request, receipt->code);
    outcome->place = copy(request, receipt->place);
    outcome->text = copy(request, receipt->text);
    outcome->warning = copy(request, receipt->warning);
    /* Our own standing, not the sender's change: nothing final was said of it. */
    if (strcmp(receipt->code, "PRINCIPAL_UNKNOWN") == 0)
        set_later(outcome, receipt->code, "ingest does not know this principal yet");
    if (strcmp(receipt->code, "SPEAKER_NOT_ALLOWED") == 0) {
        log_event(LOG_ERROR, "relay_refused", "code", receipt->code, "text", receipt->text, NULL);
        set_later(outcome, "RELAY_NOT_ALLOWED",
                  "this service may not speak for others yet; its operator can grant it");
    }
}

static void on_receipt(void *ctx, const struct client_receipt *receipt)
{
    const struct errand *errand = ctx;
    struct request *request = errand->request;

    request->under_way--;
    if (!request->told) {
        take_receipt(request, &request->outcomes[errand->at], receipt);
        if (--request->untold == 0)
            tell(request);
    }
    if (request->told && !request->under_way)
        release(request);
}

static void on_timer(uv_timer_t *timer)
{
    struct relay *relay = timer->data;
    const uint64_t now = uv_now(relay->app->loop);
    struct request *next;

    for (struct request *request = relay->requests; request; request = next) {
        next = request->next;
        if (!request->told && now - request->begun_ms >= PATIENCE_MS)
            tell(request);
        if (request->told && !request->under_way)
            release(request); /* nothing of it could be handed over */
    }
}

/* A receipt names its change by the id alone, which principals choose for themselves: two with the
 * same one wait for each other. */
static void hand_over(struct request *request, const char *principal, size_t at,
                      const struct client_change *change)
{
    struct client_change ours = *change;
    struct relay_outcome *outcome = &request->outcomes[at];
    struct err err;

    memcpy(outcome->message_id, change->message_id, MESSAGE_ID_BYTES);
    ours.spoken_for = principal;
    request->errands[at] = (struct errand){request, at};
    if (client_holds(request->relay->client, change->message_id))
        set_later(outcome, "MESSAGE_UNDER_WAY",
                  "the same message id is just being settled; send it again");
    else if (!client_push_change(request->relay->client, &ours, on_receipt, &request->errands[at],
                                 &err))
        set_later(outcome, "OVERLOADED", "out of memory; send it again");
    if (outcome->told)
        request->untold--;
    else
        request->under_way++;
}

bool relay_send(struct relay *relay, const char *principal, const struct client_change *changes,
                size_t n, relay_done_fn *done, void *ctx, struct err *err)
{
    struct arena arena = {0};
    struct request *request;

    if (relay->closing || !client_is_answering(relay->client))
        return err_set(err, ERR_RETRY, "INGEST_AWAY", "push",
                       "ingest does not answer; send the same request again");
    request = relay->n < REQUESTS_MAX ? arena_zalloc(&arena, sizeof(*request)) : NULL;
    if (!request)
        return err_set(err, ERR_RETRY, "OVERLOADED", "push",
                       "too much is under way; send the same request again");
    request->arena = arena;
    request->relay = relay;
    request->n = request->untold = n;
    request->begun_ms = uv_now(relay->app->loop);
    request->done = done;
    request->ctx = ctx;
    request->next = relay->requests;
    if (request->next)
        request->next->previous = request;
    relay->requests = request;
    relay->n++;
    for (size_t i = 0; i < n; i++)
        hand_over(request, principal, i, &changes[i]);
    if (!request->untold)
        request->begun_ms -= PATIENCE_MS; /* told by the timer, not from within */
    return true;
}

/* Opening and closing -------------------------------------------------------------------------- */

static void on_state(void *ctx, bool answering, const char *why)
{
    const struct relay *relay = ctx;

    (void)relay;
    log_event(LOG_INFO, "relay", "ingest", answering ? "answers" : "silent", "why", why, NULL);
}

static bool open_client(struct relay *relay, struct err *err)
{
    const struct config *config = relay->app->config;
    char server_key[BUS_KEY_TEXT];
    const struct client_options options = {.endpoint = config_text(config, "push_endpoint"),
                                           .server_key = server_key,
                                           .key = relay->key,
                                           .name = "uptake-reporting " UPTAKE_VERSION,
                                           .on_state = on_state,
                                           .ctx = relay,
                                           .hand_back = true};

    if (!bus_key_read_public(config_text(config, "ingest_key_public"), server_key, err))
        return false;
    relay->bus = bus_open(relay->app->loop, NULL, NULL, err);
    relay->client = relay->bus ? client_open(relay->app->loop, relay->bus, &options, err) : NULL;
    return relay->client != NULL;
}

struct relay *relay_open(struct reporting *app, struct err *err)
{
    struct relay *relay = calloc(1, sizeof(*relay));

    if (!relay)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "relay", "cannot allocate");
    relay->app = app;
    if (!bus_key_read(config_text(app->config, "key"), &relay->key, err) ||
        !open_client(relay, err)) {
        if (relay->bus)
            bus_close(relay->bus);
        free(relay);
        return NULL;
    }
    uv_timer_init(app->loop, &relay->timer);
    relay->timer.data = relay;
    uv_timer_start(&relay->timer, on_timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
    return relay;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct relay *relay = handle->data;
    void (*closed)(void *ctx) = relay->closed;
    void *ctx = relay->closed_ctx;

    while (relay->requests)
        release(relay->requests);
    bus_close(relay->bus);
    explicit_bzero(&relay->key, sizeof(relay->key));
    free(relay);
    closed(ctx);
}

static void on_client_closed(void *ctx)
{
    struct relay *relay = ctx;

    uv_close((uv_handle_t *)&relay->timer, on_timer_closed);
}

void relay_close(struct relay *relay, void (*closed)(void *ctx), void *ctx)
{
    if (!relay) {
        closed(ctx);
        return;
    }
    relay->closing = true;
    relay->closed = closed;
    relay->closed_ctx = ctx;
    for (struct request *request = relay->requests; request; request = request->next)
        tell(request);
    client_close(relay->client, on_client_closed, relay);
}
