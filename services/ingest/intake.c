/* SPDX-License-Identifier: Apache-2.0 */
#include "intake.h"

#include "base/clock.h"
#include "base/log.h"
#include "bus/envelope.h"
#include "checks.h"
#include "intake_inside.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static const char *const outcome_labels[] = {
    "outcome=\"unspecified\"", "outcome=\"committed\"",   "outcome=\"merged\"",
    "outcome=\"no_op\"",       "outcome=\"refused\"",     "outcome=\"conflict\"",
    "outcome=\"parked\"",      "outcome=\"retry_later\"",
};

static void welcome(struct intake *intake, const struct intake_peer *peer,
                    const Uptake__V1__Hello *hello)
{
    Uptake__V1__Welcome welcome = UPTAKE__V1__WELCOME__INIT;
    struct err err;

    if (!check_line(hello->client, "client", NAME_BYTES, false, &err)) {
        intake_refuse_message(intake, peer, &err);
        return;
    }
    if (hello->version_min > WIRE_VERSION || hello->version_max < WIRE_VERSION) {
        err_set(&err, ERR_REJECT, "VERSION_UNSUPPORTED", "hello", "got %u to %u, supported %d",
                hello->version_min, hello->version_max, WIRE_VERSION);
        intake_refuse_message(intake, peer, &err);
        return;
    }
    queue_expect_repeats(intake->queue, peer->principal->id);
    log_event(LOG_INFO, "hello", "principal", peer->principal->name, "client", hello->client, NULL);
    welcome.version = WIRE_VERSION;
    welcome.epoch = (ProtobufCBinaryData){sizeof(intake->epoch), intake->epoch};
    welcome.max_frame_bytes = BUS_FRAME_BYTES_MAX;
    welcome.max_changes = WIRE_CHANGES_MAX;
    welcome.credit_bytes = intake_credit(intake, peer->credit);
    welcome.server_time_us = clock_now_us();
    welcome.instance = intake->instance;
    intake_send(intake, &peer->id, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &welcome.base);
}

static void pong(struct intake *intake, const struct bus_frame *peer, const Uptake__V1__Ping *ping)
{
    Uptake__V1__Pong answer = UPTAKE__V1__PONG__INIT;

    answer.token = ping->token;
    answer.epoch = (ProtobufCBinaryData){sizeof(intake->epoch), intake->epoch};
    answer.server_time_us = clock_now_us();
    answer.instance = intake->instance;
    intake_send(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG, &answer.base);
}

static const struct envelope_kind kinds[] = {
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO, &uptake__v1__hello__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PUSH, &uptake__v1__push__descriptor, false},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING, &uptake__v1__ping__descriptor, true},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME, &uptake__v1__query_outcome__descriptor,
     false},
    {0},
};

static void dispatch(struct intake *intake, const struct intake_peer *peer,
                     Uptake__V1__MessageKind kind, const ProtobufCMessage *body)
{
    if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO)
        welcome(intake, peer, (const Uptake__V1__Hello *)body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING)
        pong(intake, &peer->id, (const Uptake__V1__Ping *)body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME)
        intake_take_query(intake, peer, (const Uptake__V1__QueryOutcome *)body);
    else
        intake_take_push(intake, peer, (const Uptake__V1__Push *)body);
}

static void take_message(struct intake *intake, const struct intake_peer *peer,
                         const struct bus_message *message)
{
    struct arena arena = {.cap = MESSAGE_MEMORY};
    Uptake__V1__MessageKind kind = UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_UNSPECIFIED;
    struct err err;
    const ProtobufCMessage *body = envelope_read(message, kinds, &arena, &kind, &err);

    if (body)
        dispatch(intake, peer, kind, body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME)
        intake_send_problem(intake, &peer->id, &err);
    else
        intake_refuse_message(intake, peer, &err);
    arena_finish(&arena);
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct intake *intake = ctx;
    struct intake_peer peer = {message->peer, principals_find(intake->principals, message->user_id),
                               NULL};

    if (peer.principal && peer.id.len <= PEER_BYTES_MAX)
        peer.credit = credit_peer(intake->credit, peer.id.bytes, peer.id.len, peer.principal->id,
                                  uv_now(intake->loop));
    if (peer.credit)
        take_message(intake, &peer, message);
    else
        (*intake->dropped)++; /* the key was revoked since it connected: deaf at once */
}

static void open_metrics(struct intake *intake, struct service *service)
{
    for (size_t outcome = 0; outcome < sizeof(outcome_labels) / sizeof(outcome_labels[0]);
         outcome++)
        intake->changes[outcome] =
            service_metric(service, METRIC_COUNTER, "uptake_ingest_changes_total",
                           outcome_labels[outcome], "Changes answered, by outcome.");
    intake->dropped = service_metric(service, METRIC_COUNTER, "uptake_ingest_dropped_total", "",
                                     "Messages and answers dropped: unknown key, peer gone.");
    intake->over_credit = service_metric(service, METRIC_COUNTER, "uptake_ingest_over_credit_total",
                                         "", "Changes that came beyond their sender's credit.");
    intake->waiting = service_metric(service, METRIC_GAUGE, "uptake_ingest_waiting_bytes", "",
                                     "Memory of the changes that wait for the database.");
}

struct intake *intake_open(const struct intake_options *options, struct err *err)
{
    struct intake *intake = calloc(1, sizeof(*intake));
    struct bus_socket_options socket = {.endpoint = options->endpoint,
                                        .key = options->key,
                                        .domain = "push",
                                        .on_message = on_message,
                                        .ctx = intake};

    if (!intake)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "intake", "cannot allocate");
    intake->loop = options->loop;
    intake->principals = options->principals;
    intake->in_hand = options->in_hand;
    bytes_random(&intake->instance, sizeof(intake->instance));
    open_metrics(intake, options->service);
    intake->credit = credit_create(err);
    intake->socket = intake->credit ? bus_router(options->bus, &socket, err) : NULL;
    if (!intake->socket) {
        credit_destroy(intake->credit);
        free(intake);
        return NULL;
    }
    return intake;
}

struct closing {
    struct intake *intake;
    void (*closed)(void *ctx);
    void *ctx;
};

static void on_socket_closed(void *ctx)
{
    struct closing closing = *(struct closing *)ctx;

    free(ctx);
    arena_finish(&closing.intake->arena);
    intake_forget_epochs(closing.intake);
    credit_destroy(closing.intake->credit);
    free(closing.intake);
    closing.closed(closing.ctx);
}

void intake_close(struct intake *intake, void (*closed)(void *ctx), void *ctx)
{
    struct closing *closing = malloc(sizeof(*closing));

    if (!intake || !closing) {
        free(closing);
        closed(ctx);
        return;
    }
    *closing = (struct closing){intake, closed, ctx};
    bus_socket_close(intake->socket, on_socket_closed, closing);
}

void intake_set_queue(struct intake *intake, struct queue *queue)
{
    intake->queue = queue;
}

void intake_set_reader(struct intake *intake, struct store *reader)
{
    intake->reader = reader;
}

void intake_set_accepting(struct intake *intake, bool accepting)
{
    intake->accepting = accepting;
}

void intake_set_epoch(struct intake *intake, const uint8_t epoch[16])
{
    memcpy(intake->epoch, epoch, sizeof(intake->epoch));
}
