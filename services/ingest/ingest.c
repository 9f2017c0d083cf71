/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest.h"

#include "base/bytes.h"
#include "base/log.h"
#include "bus/bus.h"
#include "intake.h"
#include "principals.h"
#include "runtime/service.h"
#include "sql.h"
#include "store/store.h"
#include "wire/wire.h"
#include "writer.h"

#include <string.h>
#include <uptake/v1/envelope.pb-c.h>

enum { POLL_MS = 1000 };

const struct config_row ingest_settings[] = {
    SERVICE_CONFIG_ROWS,
    {"database", CONFIG_TEXT, NULL, "libpq connection string", 0, 0},
    {"key", CONFIG_TEXT, NULL, "file of this service's CURVE key pair (mode 0600)", 0, 0},
    {"push_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7401", "where senders connect", 0, 0},
    {"doorbell_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7402",
     "where workflow and reporting hear that a feed moved", 0, 0},
    {NULL, CONFIG_TEXT, NULL, NULL, 0, 0},
};

/* Opened in this order; closed in the other. */
struct ingest {
    uv_loop_t *loop;
    const struct config *config;
    struct service *service;
    struct bus_key key;
    struct principals *principals;
    struct bus *bus;
    struct intake *intake;
    struct bus_socket *doorbell;
    struct store *store;
    struct writer *writer;
    uv_timer_t poll;
    uv_timer_t settle;
    bool asking; /* a poll is under way */
    bool stopping;
    uint8_t epoch[16];
};

/* Who may connect ----------------------------------------------------------------------------- */

static bool admit(void *ctx, const char *domain, const char *public_key)
{
    const struct ingest *ingest = ctx;
    const struct principal *principal = principals_find(ingest->principals, public_key);

    return principal && (strcmp(domain, "doorbell") != 0 || principal->internal);
}

static void take_settings(struct ingest *ingest, PGresult *const *results)
{
    const struct principal *own;
    struct err err;

    if (!principals_load(ingest->principals, results[0], results[1], &err)) {
        log_err(LOG_ERROR, "keys_not_read", &err);
        return;
    }
    own = principals_find(ingest->principals, ingest->key.public_key);
    if (own)
        writer_set_own_principal(ingest->writer, own->id);
    if (PQntuples(results[2]) == 1 &&
        bytes_from_hex(store_text(results[2], 0, 0), ingest->epoch, sizeof(ingest->epoch)))
        intake_set_epoch(ingest->intake, ingest->epoch);
    service_condition(ingest->service, "keys", own != NULL,
                      "this service's own key is not registered; run `uptake keys bootstrap`");
    intake_set_accepting(ingest->intake, own != NULL);
}

static void on_settings(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct ingest *ingest = ctx;

    (void)nresults;
    ingest->asking = false;
    if (err)
        log_err(LOG_WARN, "keys_not_read", err);
    else if (!ingest->stopping)
        take_settings(ingest, results);
}

static void ask_settings(struct ingest *ingest)
{
    const struct store_step steps[] = {
        {.sql = sql_load_principals}, {.sql = sql_load_push_grants}, {.sql = sql_load_epoch}};
    struct err err;

    /* Between the statements of a batch the connection stands in that batch's transaction. */
    if (ingest->asking || ingest->stopping || !writer_is_idle(ingest->writer) ||
        !store_is_ready(ingest->store))
        return;
    ingest->asking = store_submit(ingest->store, steps, 3, on_settings, ingest, &err);
}

static void on_poll(uv_timer_t *timer)
{
    ask_settings(timer->data);
}

static void on_store_state(void *ctx, bool ready, const struct err *err)
{
    struct ingest *ingest = ctx;

    service_condition(ingest->service, "database", ready, err ? err->text : "");
    if (err)
        log_err(LOG_WARN, "database_away", err);
    if (err && err->kind == ERR_FATAL)
        service_fail(ingest->service, err);
    if (ready)
        ask_settings(ingest);
    else if (ingest->intake)
        intake_set_accepting(ingest->intake, false);
}

/* The doorbell -------------------------------------------------------------------------------- */

static void ring(void *ctx, const char *scope, int64_t seq)
{
    struct ingest *ingest = ctx;
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    Uptake__V1__Doorbell doorbell = UPTAKE__V1__DOORBELL__INIT;
    struct arena arena = {0};
    struct bus_frame frames[2];
    struct err err;

    envelope.version = WIRE_VERSION;
    envelope.kind = UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_DOORBELL;
    doorbell.scope = (char *)(uintptr_t)scope;
    doorbell.epoch = (ProtobufCBinaryData){sizeof(ingest->epoch), ingest->epoch};
    doorbell.seq = (uint64_t)seq;
    frames[0].bytes = wire_pack(&envelope.base, &arena, &frames[0].len);
    frames[1].bytes = wire_pack(&doorbell.base, &arena, &frames[1].len);
    if (frames[0].bytes && frames[1].bytes && !bus_send(ingest->doorbell, NULL, frames, 2, &err))
        log_err(LOG_DEBUG, "doorbell_not_rung", &err); /* listeners poll every second anyway */
    arena_finish(&arena);
}

/* Stop: no new work, the commit under way is finished, then everything closes in reverse order. */

static void on_bus_quiet(void *ctx)
{
    struct ingest *ingest = ctx;

    bus_close(ingest->bus);
    ingest->bus = NULL;
    service_stopped(ingest->service);
}

static void on_doorbell_closed(void *ctx)
{
    struct ingest *ingest = ctx;

    intake_close(ingest->intake, on_bus_quiet, ingest);
}

static void on_store_closed(void *ctx)
{
    struct ingest *ingest = ctx;

    ingest->store = NULL;
    bus_socket_close(ingest->doorbell, on_doorbell_closed, ingest);
}

static void on_settle(uv_timer_t *timer)
{
    struct ingest *ingest = timer->data;

    if (ingest->writer && !writer_is_idle(ingest->writer))
        return;
    uv_close((uv_handle_t *)&ingest->settle, NULL);
    store_close(ingest->store, on_store_closed, ingest);
}

static void on_stop(void *ctx)
{
    struct ingest *ingest = ctx;

    if (ingest->stopping)
        return;
    ingest->stopping = true;
    if (ingest->intake)
        intake_set_accepting(ingest->intake, false);
    if (ingest->writer)
        writer_stop(ingest->writer);
    uv_close((uv_handle_t *)&ingest->poll, NULL);
    uv_timer_start(&ingest->settle, on_settle, 0, 20);
}

static bool open_all(struct ingest *ingest, struct err *err)
{
    const struct config *config = ingest->config;
    struct intake_options intake = {.loop = ingest->loop,
                                    .endpoint = config_text(config, "push_endpoint"),
                                    .key = &ingest->key,
                                    .service = ingest->service};
    struct bus_socket_options doorbell = {.endpoint = config_text(config, "doorbell_endpoint"),
                                          .key = &ingest->key,
                                          .domain = "doorbell"};
    struct store_options store = {.conninfo = config_text(config, "database"),
                                  .name = "uptake-ingest",
                                  .on_state = on_store_state,
                                  .ctx = ingest};
    struct writer_options writer = {
        .loop = ingest->loop, .on_settled = intake_answer, .on_moved = ring, .moved_ctx = ingest};

    if (!bus_key_read(config_text(config, "key"), &ingest->key, err) ||
        !(ingest->principals = principals_create(err)) ||
        !(ingest->bus = bus_open(ingest->loop, admit, ingest, err)))
        return false;
    intake.bus = ingest->bus;
    intake.principals = ingest->principals;
    if (!(ingest->intake = intake_open(&intake, err)) ||
        !(ingest->doorbell = bus_pub(ingest->bus, &doorbell, err)) ||
        !(ingest->store = store_open(ingest->loop, &store, err)))
        return false;
    writer.store = ingest->store;
    writer.settled_ctx = ingest->intake;
    if (!(ingest->writer = writer_create(&writer, err)))
        return false;
    intake_set_writer(ingest->intake, ingest->writer);
    service_condition(ingest->service, "database", false, "connecting");
    service_condition(ingest->service, "keys", false, "not read yet");
    service_condition(ingest->service, "admission", bus_admits(ingest->bus),
                      "no handler decides which keys may connect");
    return true;
}

enum exit_code ingest_run(uv_loop_t *loop, const struct config *config)
{
    struct ingest ingest = {.loop = loop, .config = config};
    enum exit_code code;
    struct err err;

    uv_timer_init(loop, &ingest.poll);
    uv_timer_init(loop, &ingest.settle);
    ingest.poll.data = ingest.settle.data = &ingest;
    ingest.service = service_open(loop, config, on_stop, &ingest, &err);
    if (!ingest.service) {
        err_print("uptake-ingest", &err);
        return err_exit_code(&err);
    }
    uv_timer_start(&ingest.poll, on_poll, POLL_MS, POLL_MS);
    if (!open_all(&ingest, &err))
        service_fail(ingest.service, &err);
    code = service_run(ingest.service);
    writer_destroy(ingest.writer);
    principals_destroy(ingest.principals);
    service_close(ingest.service);
    return code;
}
