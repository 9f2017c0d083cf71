/* SPDX-License-Identifier: Apache-2.0 */
#include "intake.h"

#include "base/clock.h"
#include "base/log.h"
#include "intake_inside.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static const char *const outcome_labels[] = {
    "outcome=\"unspecified\"", "outcome=\"committed\"",   "outcome=\"merged\"",
    "outcome=\"no_op\"",       "outcome=\"refused\"",     "outcome=\"conflict\"",
    "outcome=\"parked\"",      "outcome=\"retry_later\"",
};

static void welcome(struct intake *intake, const struct bus_frame *peer,
                    const struct principal *sender, const Uptake__V1__Hello *hello)
{
    Uptake__V1__Welcome welcome = UPTAKE__V1__WELCOME__INIT;
    struct err err;

    if (hello->version_min > WIRE_VERSION || hello->version_max < WIRE_VERSION) {
        err_set(&err, ERR_REJECT, "VERSION_UNSUPPORTED", "hello", "got %u to %u, supported 1",
                hello->version_min, hello->version_max);
        intake_refuse_message(intake, peer, &err);
        return;
    }
    queue_expect_repeats(intake->queue, sender->id);
    log_event(LOG_INFO, "hello", "principal", sender->name, "client", hello->client, NULL);
    welcome.version = WIRE_VERSION;
    welcome.epoch = (ProtobufCBinaryData){sizeof(intake->epoch), intake->epoch};
    welcome.max_frame_bytes = BUS_FRAME_BYTES_MAX;
    welcome.max_changes = WIRE_CHANGES_MAX;
    welcome.credit_bytes = intake_credit(intake);
    welcome.server_time_us = clock_now_us();
    welcome.instance = intake->instance;
    intake_send(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &welcome.base);
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

static const ProtobufCMessageDescriptor *type_of(Uptake__V1__MessageKind kind)
{
    switch (kind) {
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO:
        return &uptake__v1__hello__descriptor;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PUSH:
        return &uptake__v1__push__descriptor;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING:
        return &uptake__v1__ping__descriptor;
    case UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME:
        return &uptake__v1__query_outcome__descriptor;
    default:
        return NULL;
    }
}

static bool read_message(const struct bus_message *message, struct arena *arena,
                         Uptake__V1__MessageKind *kind, ProtobufCMessage **body, struct err *err)
{
    const ProtobufCMessageDescriptor *type;
    Uptake__V1__Envelope *envelope;

    if (message->nframes != 2)
        return err_set(err, ERR_REJECT,
                       message->nframes > 2 ? "TOO_MANY_FRAMES" : "BAD_FRAME_COUNT", "message",
                       "expected 2 frames, got %d", message->nframes);
    envelope =
        (Uptake__V1__Envelope *)wire_unpack(&uptake__v1__envelope__descriptor, arena,
                                            message->frames[0].bytes, message->frames[0].len, err);
    if (!envelope)
        return false;
    if (envelope->version != WIRE_VERSION)
        return err_set(err, ERR_REJECT, "VERSION_UNSUPPORTED", "version", "got %u, supported 1",
                       envelope->version);
    type = type_of(envelope->kind);
    if (!type)
        return err_set(err, ERR_REJECT, "KIND_UNKNOWN", "kind", "%d is no message for ingest",
                       envelope->kind);
    *kind = envelope->kind;
    *body = wire_unpack(type, arena, message->frames[1].bytes, message->frames[1].len, err);
    return *body != NULL;
}

static void dispatch(struct intake *intake, const struct bus_frame *peer,
                     const struct principal *sender, Uptake__V1__MessageKind kind,
                     const ProtobufCMessage *body)
{
    if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO)
        welcome(intake, peer, sender, (const Uptake__V1__Hello *)body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING)
        pong(intake, peer, (const Uptake__V1__Ping *)body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME)
        intake_take_query(intake, peer, sender, (const Uptake__V1__QueryOutcome *)body);
    else
        intake_take_push(intake, peer, sender, (const Uptake__V1__Push *)body);
}

static void on_message(void *ctx, const struct bus_message *message)
{
    struct intake *intake = ctx;
    const struct principal *sender = principals_find(intake->principals, message->user_id);
    struct arena arena = {.cap = MESSAGE_MEMORY};
    Uptake__V1__MessageKind kind = UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_UNSPECIFIED;
    ProtobufCMessage *body = NULL;
    struct err err;

    if (!sender)
        (*intake->dropped)++; /* revoked since it connected: deaf at once */
    else if (read_message(message, &arena, &kind, &body, &err))
        dispatch(intake, &message->peer, sender, kind, body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME)
        intake_send_problem(intake, &message->peer, &err);
    else
        intake_refuse_message(intake, &message->peer, &err);
    arena_finish(&arena);
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
    bytes_random(&intake->instance, sizeof(intake->instance));
    for (size_t outcome = 0; outcome < sizeof(outcome_labels) / sizeof(outcome_labels[0]);
         outcome++)
        intake->changes[outcome] =
            service_metric(options->service, METRIC_COUNTER, "uptake_ingest_changes_total",
                           outcome_labels[outcome], "Changes answered, by outcome.");
    intake->dropped =
        service_metric(options->service, METRIC_COUNTER, "uptake_ingest_dropped_total", "",
                       "Messages and answers dropped: unknown key, peer gone.");
    intake->socket = bus_router(options->bus, &socket, err);
    if (!intake->socket) {
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
