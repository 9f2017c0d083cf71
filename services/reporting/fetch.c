/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "fetch_parts.h"
#include "sql.h"
#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>

enum {
    KEYS_EVERY_MS = 1000,
    MESSAGE_MEMORY = 1024 * 1024, /* what one frame may cost while it is read */
};

static const struct envelope_kind kinds[] = {
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO, &uptake__v1__hello__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING, &uptake__v1__ping__descriptor, true},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_FETCH, &uptake__v1__fetch__descriptor, false},
    {0}};

/* The door ------------------------------------------------------------------------------------- */

static bool admit(void *ctx, const char *domain, const char *public_key)
{
    const struct fetches *fetches = ctx;

    (void)domain; /* this bus has one */
    return readers_find(fetches->readers, public_key) != NULL;
}

void fetch_send(struct fetches *fetches, const struct bus_frame *peer, Uptake__V1__MessageKind kind,
                const ProtobufCMessage *message)
{
    struct err err;

    if (envelope_send(fetches->socket, peer, kind, message, &err))
        return;
    (*fetches->dropped)++; /* gone, or does not read: it asks again */
    if (err.kind == ERR_FATAL)
        log_err(LOG_ERROR, "answer_not_sent", &err);
}

void fetch_send_problem(struct fetches *fetches, const struct bus_frame *peer, uint64_t token,
                        const struct err *err)
{
    Uptake__V1__Problem problem = UPTAKE__V1__PROBLEM__INIT;

    problem.code = (char *)(uintptr_t)err->code;
    problem.place = (char *)(uintptr_t)err->place;
    problem.text = (char *)(uintptr_t)err->text;
    problem.retry_after_ms = err->kind == ERR_RETRY ? FETCH_RETRY_MS : 0;
    problem.token = token;
    fetch_send(fetches, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PROBLEM, &problem.base);
}

static void welcome(struct fetches *fetches, const struct bus_frame *peer,
                    const struct key_holder *holder, const Uptake__V1__Hello *hello)
{
    Uptake__V1__Welcome answer = UPTAKE__V1__WELCOME__INIT;
    struct err err;

    if (hello->version_min > WIRE_VERSION || hello->version_max < WIRE_VERSION) {
        err_set(&err, ERR_REJECT, "VERSION_UNSUPPORTED", "hello", "got %u to %u, supported %d",
                hello->version_min, hello->version_max, (int)WIRE_VERSION);
        fetch_send_problem(fetches, peer, 0, &err);
        return;
    }
    log_event(LOG_INFO, "hello", "principal", holder->name, "client", hello->client, NULL);
    answer.version = WIRE_VERSION;
    answer.epoch = (ProtobufCBinaryData){sizeof(fetches->epoch), fetches->epoch};
    answer.max_frame_bytes = BUS_FRAME_BYTES_MAX;
    answer.server_time_us = clock_now_us();
    answer.instance = fetches->instance;
    fetch_send(fetches, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &answer.base);
}

static void pong(struct fetches *fetches, const struct bus_frame *peer,
                 const Uptake__V1__Ping *ping)
{
    Uptake__V1__Pong answer = UPTAKE__V1__PONG__INIT;

    answer.token = ping->token;
    answer.epoch = (ProtobufCBinaryData){sizeof(fetches->epoch), fetches->epoch};
    answer.server_time_us = clock_now_us();
    answer.instance = fetches->instance;
    fetch_send(fetches, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG, &answer.base);
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct fetches *fetches = ctx;
    const struct key_holder *holder = readers_find(fetches->readers, message->user_id);
    Uptake__V1__MessageKind kind = UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_UNSPECIFIED;
    struct arena arena = {.cap = MESSAGE_MEMORY};
    ProtobufCMessage *body;
    struct err err;

    if (!holder || fetches->closing) {
        (*fetches->dropped)++; /* revoked since it connected: deaf at once */
        return;
    }
    body = envelope_read(message, kinds, &arena, &kind, &err);
    if (!body) {
        log_err(LOG_WARN, "message_refused", &err);
        fetch_send_problem(fetches, &message->peer, 0, &err);
    } else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO) {
        welcome(fetches, &message->peer, holder, (Uptake__V1__Hello *)body);
    } else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING) {
        pong(fetches, &message->peer, (Uptake__V1__Ping *)body);
    } else {
        fetch_take(fetches, message, holder, (Uptake__V1__Fetch *)body);
    }
    arena_finish(&arena);
}

/* Keys and rights ------------------------------------------------------------------------------ */

/* A reply may still be on its way when everything of ours is closed. */
static void finish_close(struct fetches *fetches)
{
    if (fetches->open_parts > 0 || fetches->asking_keys)
        return;
    bus_close(fetches->bus);
    readers_destroy(fetches->readers);
    sodium_memzero(&fetches->key, sizeof(fetches->key));
    fetches->closed(fetches->closed_ctx);
    free(fetches);
}

static void on_keys(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct fetches *fetches = ctx;
    struct err failure;

    (void)nresults;
    fetches->asking_keys = false;
    if (fetches->closing) {
        finish_close(fetches);
        return;
    }
    if (!err && !readers_load(fetches->readers, results[0], results[1], &failure))
        err = &failure;
    if (err) {
        log_err(LOG_WARN, "keys_not_read", err);
        return;
    }
    if (PQntuples(results[2]) == 1 &&
        !bytes_from_hex(store_text(results[2], 0, 0), fetches->epoch, sizeof(fetches->epoch)))
        log_event(LOG_ERROR, "epoch_unreadable", NULL);
    service_condition(fetches->app->service, "reader_keys", true, NULL);
    bus_hold_admission(fetches->bus, false);
    fetch_rights_read(fetches);
}

/* On the connection of short statements: never behind the pages it decides about. */
void fetch_read_keys(struct fetches *fetches)
{
    static const struct store_step steps[] = {
        {.sql = sql_load_reader_keys}, {.sql = sql_load_readable}, {.sql = sql_load_epoch}};
    struct err err;

    if (fetches->asking_keys || fetches->closing || !store_is_ready(fetches->app->quick))
        return;
    fetches->asking_keys = store_submit(fetches->app->quick, steps, 3, on_keys, fetches, &err);
    if (!fetches->asking_keys)
        log_err(LOG_WARN, "keys_not_read", &err);
}

static void on_poll(uv_timer_t *timer)
{
    fetch_read_keys(timer->data);
}

static void on_store_state(void *ctx, bool ready, const struct err *err)
{
    struct fetches *fetches = ctx;

    service_condition(fetches->app->service, "database_feeds", ready, err ? err->text : NULL);
    if (err && err->kind == ERR_FATAL)
        service_fail(fetches->app->service, err);
}

/* Opening and closing -------------------------------------------------------------------------- */

static void start(struct fetches *fetches)
{
    struct reporting *app = fetches->app;

    uv_timer_init(app->loop, &fetches->poll);
    uv_timer_init(app->loop, &fetches->deadline);
    fetches->poll.data = fetches->deadline.data = fetches;
    uv_timer_start(&fetches->poll, on_poll, 0, KEYS_EVERY_MS);
    bytes_random(&fetches->instance, sizeof(fetches->instance));
    fetches->fetched =
        service_metric(app->service, METRIC_COUNTER, "uptake_reporting_fetches_total", "",
                       "FETCH requests answered from the database");
    fetches->waiting =
        service_metric(app->service, METRIC_GAUGE, "uptake_reporting_fetches_waiting", "",
                       "FETCH requests that wait for something new");
    fetches->dropped =
        service_metric(app->service, METRIC_COUNTER, "uptake_reporting_fetch_dropped_total", "",
                       "messages of unknown keys, and answers nobody took");
    service_condition(app->service, "reader_keys", false, "not read yet");
    service_condition(app->service, "database_feeds", false, "connecting");
}

static bool open_parts(struct fetches *fetches, struct err *err)
{
    struct reporting *app = fetches->app;
    const struct bus_socket_options socket = {.endpoint =
                                                  config_text(app->config, "fetch_endpoint"),
                                              .key = &fetches->key,
                                              .domain = "fetch",
                                              .on_message = on_message,
                                              .ctx = fetches};
    const struct store_options store = {.conninfo = config_text(app->config, "database"),
                                        .name = "uptake-reporting feeds",
                                        .on_state = on_store_state,
                                        .ctx = fetches};

    if (!bus_key_read(config_text(app->config, "key"), &fetches->key, err))
        return false;
    fetches->readers = readers_create(err);
    fetches->bus = fetches->readers ? bus_open(app->loop, admit, fetches, err) : NULL;
    if (fetches->bus)
        bus_hold_admission(fetches->bus, true); /* until keys are read */
    fetches->socket = fetches->bus ? bus_router(fetches->bus, &socket, err) : NULL;
    fetches->store = fetches->socket ? store_open(app->loop, &store, err) : NULL;
    service_condition(app->service, "admission", bus_admits(fetches->bus), "");
    return fetches->store != NULL;
}

struct fetches *fetch_open(struct reporting *app, struct err *err)
{
    struct fetches *fetches = calloc(1, sizeof(*fetches));

    if (!fetches)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "fetch", "cannot allocate");
    fetches->app = app;
    start(fetches);
    app->fetches = fetches; /* half open: the stop closes it */
    return open_parts(fetches, err) ? fetches : NULL;
}

static void on_part_closed(void *ctx)
{
    struct fetches *fetches = ctx;

    fetches->open_parts--;
    finish_close(fetches);
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_part_closed(handle->data);
}

static void on_store_closed(void *ctx)
{
    struct fetches *fetches = ctx;

    fetch_drop_all(fetches);
    on_part_closed(fetches);
}

void fetch_close(struct fetches *fetches, void (*closed)(void *ctx), void *ctx)
{
    if (!fetches) {
        closed(ctx);
        return;
    }
    fetches->closing = true;
    fetches->closed = closed;
    fetches->closed_ctx = ctx;
    fetches->open_parts = 4;
    fetch_drop_all(fetches);
    uv_close((uv_handle_t *)&fetches->poll, on_timer_closed);
    uv_close((uv_handle_t *)&fetches->deadline, on_timer_closed);
    bus_socket_close(fetches->socket, on_part_closed, fetches);
    store_close(fetches->store, on_store_closed, fetches);
}
