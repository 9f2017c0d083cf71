/* SPDX-License-Identifier: Apache-2.0 */
/* uptake-ingest: HQ systems, people's forms and our own services push changes; this records them.
 */
#include "base/bytes.h"
#include "base/log.h"
#include "bus/bus.h"
#include "bus/envelope.h"
#include "intake.h"
#include "principals.h"
#include "replays.h"
#include "runtime/service.h"
#include "sql.h"
#include "store/store.h"
#include "sweep.h"
#include "wire/wire.h"
#include "writer.h"

#include <string.h>
#include <uptake/v1/envelope.pb-c.h>

enum { POLL_MS = 1000 };

static const struct config_row settings[] = {
    SERVICE_CONFIG_ROWS,
    {"database", CONFIG_TEXT, NULL, "libpq connection string", 0, 0},
    {"key", CONFIG_TEXT, NULL, "file of this service's CURVE key pair (mode 0600)", 0, 0},
    {"push_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7401", "where senders connect", 0, 0},
    {"doorbell_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7402",
     "where workflow and reporting hear that a feed moved", 0, 0},
    {"in_hand", CONFIG_TEXT, "",
     "file that remembers which change is looked at, so that one that ends this program is parked "
     "the third time; empty: not remembered",
     0, 0},
    {NULL, CONFIG_TEXT, NULL, NULL, 0, 0},
};

/* Opened in this order; closed in the other. */
struct ingest {
    struct service *service;
    struct bus_key key;
    struct principals *principals;
    struct in_hand *in_hand;
    struct bus *bus;
    struct intake *intake;
    struct bus_socket *doorbell;
    struct queue *queue;
    struct store *stores[QUEUE_WRITERS]; /* each writer's alone */
    struct store *watch;                 /* keys and grants: never behind a batch that waits */
    struct writer *writers[QUEUE_WRITERS];
    struct sweep *sweep;
    struct replays *replays;
    uv_timer_t poll;
    uv_timer_t settle;
    bool asking;    /* a poll is under way */
    bool ask_again; /* what is under way may not know of the latest key */
    bool known;     /* keys are read, our own among them */
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

static bool stores_are_ready(const struct ingest *ingest)
{
    for (int i = 0; i < QUEUE_WRITERS; i++)
        if (!ingest->stores[i] || !store_is_ready(ingest->stores[i]))
            return false;
    return true;
}

static void set_accepting(struct ingest *ingest)
{
    intake_set_accepting(ingest->intake,
                         ingest->known && !ingest->stopping && stores_are_ready(ingest));
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
    for (int i = 0; own && i < QUEUE_WRITERS; i++)
        writer_set_own_principal(ingest->writers[i], own->id);
    if (PQntuples(results[2]) == 1 &&
        bytes_from_hex(store_text(results[2], 0, 0), ingest->epoch, sizeof(ingest->epoch)))
        intake_set_epoch(ingest->intake, ingest->epoch);
    service_condition(
        ingest->service, "keys", own != NULL,
        own ? "" : "this service's own key is not registered; run `uptake keys bootstrap`");
    ingest->known = own != NULL;
    bus_hold_admission(ingest->bus, false);
    set_accepting(ingest);
}

static void ask_settings(struct ingest *ingest);

static void on_settings(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct ingest *ingest = ctx;

    (void)nresults;
    ingest->asking = false;
    if (err)
        log_err(LOG_WARN, "keys_not_read", err);
    else if (!ingest->stopping)
        take_settings(ingest, results);
    if (ingest->ask_again)
        ask_settings(ingest);
}

static void ask_settings(struct ingest *ingest)
{
    const struct store_step steps[] = {
        {.sql = sql_load_principals}, {.sql = sql_load_push_grants}, {.sql = sql_load_epoch}};
    struct err err;

    ingest->ask_again = ingest->asking;
    if (ingest->asking || ingest->stopping || !store_is_ready(ingest->watch))
        return;
    ingest->asking = store_submit(ingest->watch, steps, 3, on_settings, ingest, &err);
}

static void on_poll(uv_timer_t *timer)
{
    struct ingest *ingest = timer->data;

    in_hand_tell(ingest->in_hand, ingest->watch);
    ask_settings(ingest);
    if (ingest->known && !ingest->stopping && stores_are_ready(ingest))
        replays_ask(ingest->replays);
}

static void on_store_state(void *ctx, bool ready, const struct err *err)
{
    struct ingest *ingest = ctx;

    service_condition(ingest->service, "database", stores_are_ready(ingest), err ? err->text : "");
    (void)ready;
    if (err)
        log_err(LOG_WARN, "database_away", err);
    if (err && err->kind == ERR_FATAL)
        service_fail(ingest->service, err);
    set_accepting(ingest);
}

static void on_watch_state(void *ctx, bool ready, const struct err *err)
{
    struct ingest *ingest = ctx;

    (void)err; /* the writer's connection tells of the same trouble */
    if (!ready)
        return;
    in_hand_tell(ingest->in_hand, ingest->watch);
    ask_settings(ingest);
}

static void on_settled(void *ctx, struct submission *const *submissions, int n)
{
    struct ingest *ingest = ctx;

    intake_answer(ingest->intake, submissions, n);
    replays_settled(ingest->replays, submissions, n);
}

/* The doorbell -------------------------------------------------------------------------------- */

static void ring(void *ctx, const char *scope, int64_t seq)
{
    struct ingest *ingest = ctx;
    Uptake__V1__Doorbell doorbell = UPTAKE__V1__DOORBELL__INIT;
    struct err err;

    if (strcmp(scope, "audit") == 0)
        ask_settings(ingest); /* perhaps a key was revoked: deaf at once */
    doorbell.scope = (char *)(uintptr_t)scope;
    doorbell.epoch = (ProtobufCBinaryData){sizeof(ingest->epoch), ingest->epoch};
    doorbell.seq = (uint64_t)seq;
    if (!envelope_send(ingest->doorbell, NULL, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_DOORBELL,
                       &doorbell.base, &err))
        log_err(LOG_DEBUG, "doorbell_not_rung", &err); /* listeners poll every second anyway */
}

/* Stop: no new work, the commit under way is finished, then everything closes in reverse order. */

static void on_bus_quiet(void *ctx)
{
    struct ingest *ingest = ctx;

    bus_close(ingest->bus);
    ingest->bus = NULL;
    queue_destroy(ingest->queue);
    service_stopped(ingest->service);
}

static void on_doorbell_closed(void *ctx)
{
    struct ingest *ingest = ctx;

    intake_close(ingest->intake, on_bus_quiet, ingest);
}

static void on_watch_closed(void *ctx)
{
    struct ingest *ingest = ctx;

    bus_socket_close(ingest->doorbell, on_doorbell_closed, ingest);
}

static void on_swept(void *ctx)
{
    struct ingest *ingest = ctx;

    store_close(ingest->watch, on_watch_closed, ingest);
}

/* The writers and their stores, one after the other; then what else speaks to the database. */
static void close_writers(void *ctx)
{
    struct ingest *ingest = ctx;

    for (int i = 0; i < QUEUE_WRITERS; i++) {
        struct writer *writer = ingest->writers[i];
        struct store *store = ingest->stores[i];

        if (writer) {
            ingest->writers[i] = NULL;
            writer_close(writer, close_writers, ingest);
            return;
        }
        if (store) {
            ingest->stores[i] = NULL;
            store_close(store, close_writers, ingest);
            return;
        }
    }
    sweep_close(ingest->sweep, on_swept, ingest);
}

static bool is_settled(const struct ingest *ingest)
{
    for (int i = 0; i < QUEUE_WRITERS; i++)
        if (ingest->writers[i] && !writer_is_idle(ingest->writers[i]))
            return false;
    return true;
}

static void on_settle(uv_timer_t *timer)
{
    struct ingest *ingest = timer->data;

    if (!is_settled(ingest))
        return;
    uv_close((uv_handle_t *)&ingest->settle, NULL);
    close_writers(ingest);
}

static void on_stop(void *ctx)
{
    struct ingest *ingest = ctx;

    if (ingest->stopping)
        return;
    ingest->stopping = true;
    if (ingest->intake)
        intake_set_accepting(ingest->intake, false);
    for (int i = 0; i < QUEUE_WRITERS; i++)
        if (ingest->writers[i])
            writer_stop(ingest->writers[i]);
    uv_close((uv_handle_t *)&ingest->poll, NULL);
    uv_timer_start(&ingest->settle, on_settle, 0, 20);
}

/* Opening ------------------------------------------------------------------------------------- */

static bool open_intake(struct ingest *ingest, uv_loop_t *loop, const struct config *config,
                        struct err *err)
{
    struct intake_options options = {.loop = loop,
                                     .bus = ingest->bus,
                                     .endpoint = config_text(config, "push_endpoint"),
                                     .key = &ingest->key,
                                     .principals = ingest->principals,
                                     .in_hand = ingest->in_hand,
                                     .service = ingest->service};
    struct bus_socket_options doorbell = {.endpoint = config_text(config, "doorbell_endpoint"),
                                          .key = &ingest->key,
                                          .domain = "doorbell"};

    ingest->intake = intake_open(&options, err);
    ingest->doorbell = ingest->intake ? bus_pub(ingest->bus, &doorbell, err) : NULL;
    return ingest->doorbell != NULL;
}

static bool open_writers(struct ingest *ingest, uv_loop_t *loop, struct store_options *store,
                         struct err *err)
{
    struct writer_options options = {.loop = loop,
                                     .queue = ingest->queue,
                                     .in_hand = ingest->in_hand,
                                     .on_settled = on_settled,
                                     .settled_ctx = ingest,
                                     .on_moved = ring,
                                     .moved_ctx = ingest};

    for (int i = 0; i < QUEUE_WRITERS; i++) {
        ingest->stores[i] = store_open(loop, store, err);
        if (!ingest->stores[i])
            return false;
        options.store = ingest->stores[i];
        options.number = i;
        ingest->writers[i] = writer_create(&options, err);
        if (!ingest->writers[i])
            return false;
    }
    return true;
}

static bool open_database(struct ingest *ingest, uv_loop_t *loop, const struct config *config,
                          struct err *err)
{
    struct store_options store = {.conninfo = config_text(config, "database"),
                                  .name = "uptake-ingest",
                                  .on_state = on_store_state,
                                  .ctx = ingest};

    struct replays_parts parts = {.principals = ingest->principals, .in_hand = ingest->in_hand};

    store.session = sql_plan_by_index;
    ingest->queue = queue_create(err);
    if (!ingest->queue || !open_writers(ingest, loop, &store, err))
        return false;
    intake_set_queue(ingest->intake, ingest->queue);
    ingest->sweep = sweep_open(loop, store.conninfo, err);
    store.session = NULL;
    store.name = "uptake-ingest-keys";
    store.on_state = on_watch_state;
    ingest->watch = ingest->sweep ? store_open(loop, &store, err) : NULL;
    intake_set_reader(ingest->intake, ingest->watch);
    parts.store = ingest->watch;
    parts.queue = ingest->queue;
    ingest->replays = ingest->watch ? replays_create(&parts, err) : NULL;
    return ingest->replays != NULL;
}

static bool open_all(void *ctx, struct service *service, uv_loop_t *loop,
                     const struct config *config, struct err *err)
{
    struct ingest *ingest = ctx;

    ingest->service = service;
    uv_timer_init(loop, &ingest->poll);
    uv_timer_init(loop, &ingest->settle);
    ingest->poll.data = ingest->settle.data = ingest;
    uv_timer_start(&ingest->poll, on_poll, POLL_MS, POLL_MS);
    service_condition(service, "database", false, "connecting");
    service_condition(service, "keys", false, "not read yet");
    if (!bus_key_read(config_text(config, "key"), &ingest->key, err))
        return false;
    ingest->in_hand = in_hand_open(config_text(config, "in_hand"), err);
    if (!ingest->in_hand)
        return false;
    ingest->principals = principals_create(err);
    ingest->bus = ingest->principals ? bus_open(loop, admit, ingest, err) : NULL;
    if (ingest->bus)
        bus_hold_admission(ingest->bus, true); /* until keys are read */
    if (!ingest->bus || !open_intake(ingest, loop, config, err) ||
        !open_database(ingest, loop, config, err))
        return false;
    service_condition(service, "admission", bus_admits(ingest->bus), "");
    return true;
}

static void finish(void *ctx)
{
    struct ingest *ingest = ctx;

    replays_destroy(ingest->replays);
    principals_destroy(ingest->principals);
    in_hand_close(ingest->in_hand);
}

int main(int argc, char **argv)
{
    static struct ingest ingest;
    const struct service_program program = {
        .name = "ingest",
        .summary = "Records changes pushed over ZeroMQ, each exactly once.",
        .rows = settings,
        .open = open_all,
        .stop = on_stop,
        .finish = finish,
        .ctx = &ingest,
    };

    return service_main(&program, argc, argv);
}
