/* SPDX-License-Identifier: Apache-2.0 */
#include "intake.h"

#include "base/clock.h"
#include "base/log.h"
#include "validate.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUDGET_BYTES = 32 * 1024 * 1024, /* of memory for all senders' changes that wait */
    CREDIT_MOST_BYTES = 1024 * 1024,
    MESSAGE_MEMORY = 16 * 1024 * 1024, /* what one frame may cost while it is read */
    RETRY_AFTER_MS = 500,
    ANSWERS_MAX = 256,
};

static const char *const outcome_labels[] = {
    "outcome=\"unspecified\"", "outcome=\"committed\"",   "outcome=\"merged\"",
    "outcome=\"no_op\"",       "outcome=\"refused\"",     "outcome=\"conflict\"",
    "outcome=\"parked\"",      "outcome=\"retry_later\"",
};

struct intake {
    uv_loop_t *loop;
    struct bus_socket *socket;
    const struct principals *principals;
    struct queue *queue;
    bool accepting;
    uint8_t epoch[16];
    uint64_t instance;  /* of this process */
    struct arena arena; /* for the message being answered */
    double *changes[UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER + 1]; /* metrics by outcome */
    double *dropped;
};

static uint32_t credit(const struct intake *intake)
{
    size_t queued = queue_bytes(intake->queue);
    size_t share = queued < BUDGET_BYTES ? (BUDGET_BYTES - queued) / 8 : 0;

    if (!intake->accepting)
        return 0;
    if (share > CREDIT_MOST_BYTES)
        return CREDIT_MOST_BYTES;
    return share < BUS_FRAME_BYTES_MAX ? BUS_FRAME_BYTES_MAX : (uint32_t)share;
}

static void send_message(struct intake *intake, const struct bus_frame *peer,
                         Uptake__V1__MessageKind kind, const ProtobufCMessage *message)
{
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    struct bus_frame frames[2];
    struct err err;

    envelope.version = WIRE_VERSION;
    envelope.kind = kind;
    frames[0].bytes = wire_pack(&envelope.base, &intake->arena, &frames[0].len);
    frames[1].bytes = wire_pack(message, &intake->arena, &frames[1].len);
    /* A peer that is gone or does not read asks again later. */
    if (!frames[0].bytes || !frames[1].bytes || !bus_send(intake->socket, peer, frames, 2, &err))
        (*intake->dropped)++;
}

static void fill_receipt(Uptake__V1__Receipt *receipt, const struct submission *s)
{
    uptake__v1__receipt__init(receipt);
    receipt->message_id =
        (ProtobufCBinaryData){MESSAGE_ID_BYTES, (uint8_t *)(uintptr_t)s->message_id};
    receipt->outcome = s->outcome;
    receipt->duplicate = s->duplicate;
    receipt->revision = (uint64_t)s->revision;
    if (s->why.code) {
        receipt->code = (char *)(uintptr_t)s->why.code;
        receipt->place = (char *)(uintptr_t)s->why.place;
        receipt->text = (char *)(uintptr_t)s->why.text;
    }
    if (s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER)
        receipt->retry_after_ms = RETRY_AFTER_MS;
}

static bool same_peer(const struct submission *a, const struct submission *b)
{
    return a->peer_len == b->peer_len && memcmp(a->peer, b->peer, a->peer_len) == 0;
}

static void send_receipts(struct intake *intake, const struct bus_frame *peer,
                          Uptake__V1__Receipts *receipts)
{
    send_message(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts->base);
    receipts->n_receipts = 0;
    arena_reset(&intake->arena);
}

/* Receipts of all submissions from index `from` on that came from the same peer, in as many
 * messages as that takes. */
static void answer_peer(struct intake *intake, struct submission *const *submissions, int n,
                        int from)
{
    Uptake__V1__Receipts receipts = UPTAKE__V1__RECEIPTS__INIT;
    Uptake__V1__Receipt answers[ANSWERS_MAX];
    Uptake__V1__Receipt *list[ANSWERS_MAX];
    struct bus_frame peer = {submissions[from]->peer, submissions[from]->peer_len};

    receipts.receipts = list;
    receipts.credit_bytes = credit(intake);
    for (int i = from; i < n; i++) {
        if (!same_peer(submissions[i], submissions[from]))
            continue;
        if (receipts.n_receipts == ANSWERS_MAX)
            send_receipts(intake, &peer, &receipts);
        fill_receipt(&answers[receipts.n_receipts], submissions[i]);
        list[receipts.n_receipts] = &answers[receipts.n_receipts];
        receipts.n_receipts++;
    }
    send_receipts(intake, &peer, &receipts);
}

void intake_answer(void *ctx, struct submission *const *submissions, int n)
{
    struct intake *intake = ctx;

    for (int i = 0; i < n; i++) {
        bool answered = false;
        for (int earlier = 0; earlier < i && !answered; earlier++)
            answered = same_peer(submissions[earlier], submissions[i]);
        if (!answered)
            answer_peer(intake, submissions, n, i);
        (*intake->changes[submissions[i]->outcome])++;
        if (submissions[i]->outcome == UPTAKE__V1__OUTCOME__OUTCOME_REFUSED ||
            submissions[i]->outcome == UPTAKE__V1__OUTCOME__OUTCOME_PARKED)
            log_event(LOG_WARN, "change_refused", "code", submissions[i]->why.code, "place",
                      submissions[i]->why.place, "subject",
                      submissions[i]->change ? submissions[i]->change->subject : "", "sender",
                      log_num(submissions[i]->sender_id), NULL);
    }
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

/* Everything that can be said of a submission without the database. */
static bool judge(struct intake *intake, struct submission *s, const Uptake__V1__Submission *from,
                  struct err *err)
{
    uint8_t hash[SHA256_BYTES];
    const uint8_t *body;

    if (from->message_id.len != MESSAGE_ID_BYTES || is_zero(s->message_id, MESSAGE_ID_BYTES))
        return err_set(err, ERR_REJECT, "BAD_MESSAGE_ID", "message_id",
                       "need 16 bytes, not all zero");
    if (from->body.len > WIRE_BODY_MAX)
        return err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE", "body", "%zu bytes, limit %d",
                       from->body.len, WIRE_BODY_MAX);
    sha256(from->body.data, from->body.len, hash);
    if (from->body_sha256.len != SHA256_BYTES ||
        memcmp(hash, from->body_sha256.data, SHA256_BYTES) != 0)
        return err_set(err, ERR_REJECT, "BODY_HASH_MISMATCH", "body_sha256",
                       "the body arrived changed; send it again from the outbox");
    memcpy(s->body_sha256, hash, SHA256_BYTES);
    body = arena_memdup(&s->arena, from->body.data, from->body.len);
    if (!body)
        return err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "out of memory; send it again");
    s->body = body;
    s->len = from->body.len;
    s->change = (Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &s->arena, body,
                                                  s->len, err);
    if (!s->change || !validate_change(s->change, err))
        return false;
    if (!principals_may_push(intake->principals, s->sender_id, s->change->kind,
                             s->change->document))
        return err_set(err, ERR_REJECT, "NOT_GRANTED", "kind",
                       "this key may not push this kind of item into this document");
    if (!intake->accepting)
        return err_set(err, ERR_RETRY, "DB_UNAVAILABLE", "ingest",
                       "the database is away; send the same message again");
    if (queue_bytes(intake->queue) > BUDGET_BYTES)
        return err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "too much waits; send it again");
    return true;
}

static void take_submission(struct intake *intake, const struct bus_frame *peer,
                            const struct principal *sender, const Uptake__V1__Submission *from,
                            struct submission **settled, int *nsettled)
{
    struct submission *s = calloc(1, sizeof(*s));

    if (!s || peer->len > PEER_BYTES_MAX) {
        free(s);
        (*intake->dropped)++;
        return;
    }
    s->arena.cap = MESSAGE_MEMORY;
    memcpy(s->peer, peer->bytes, peer->len);
    s->peer_len = peer->len;
    s->sender_id = sender->id;
    memcpy(s->message_id, from->message_id.data,
           from->message_id.len < MESSAGE_ID_BYTES ? from->message_id.len : MESSAGE_ID_BYTES);
    if (judge(intake, s, from, &s->why)) {
        s->why = (struct err){0};
        queue_give(intake->queue, s);
        return;
    }
    s->outcome = s->why.kind == ERR_RETRY ? UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER
                                          : UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
    settled[(*nsettled)++] = s;
}

static void take_push(struct intake *intake, const struct bus_frame *peer,
                      const struct principal *sender, const Uptake__V1__Push *push)
{
    struct submission *settled[WIRE_CHANGES_MAX];
    int nsettled = 0;

    for (size_t i = 0; i < push->n_submissions; i++)
        take_submission(intake, peer, sender, push->submissions[i], settled, &nsettled);
    intake_answer(intake, settled, nsettled);
    for (int i = 0; i < nsettled; i++)
        submission_free(settled[i]);
}

/* A message that cannot be read has no id to answer: one receipt without an id says why. */
static void refuse_message(struct intake *intake, const struct bus_frame *peer,
                           const struct err *err)
{
    Uptake__V1__Receipts receipts = UPTAKE__V1__RECEIPTS__INIT;
    Uptake__V1__Receipt receipt = UPTAKE__V1__RECEIPT__INIT;
    Uptake__V1__Receipt *list = &receipt;

    log_err(LOG_WARN, "message_refused", err);
    receipt.outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
    receipt.code = (char *)(uintptr_t)err->code;
    receipt.place = (char *)(uintptr_t)err->place;
    receipt.text = (char *)(uintptr_t)err->text;
    receipts.receipts = &list;
    receipts.n_receipts = 1;
    receipts.credit_bytes = credit(intake);
    send_message(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts.base);
}

static void welcome(struct intake *intake, const struct bus_frame *peer,
                    const struct principal *sender, const Uptake__V1__Hello *hello)
{
    Uptake__V1__Welcome welcome = UPTAKE__V1__WELCOME__INIT;
    struct err err;

    if (hello->version_min > WIRE_VERSION || hello->version_max < WIRE_VERSION) {
        err_set(&err, ERR_REJECT, "VERSION_UNSUPPORTED", "hello", "got %u to %u, supported 1",
                hello->version_min, hello->version_max);
        refuse_message(intake, peer, &err);
        return;
    }
    queue_expect_repeats(intake->queue, sender->id);
    log_event(LOG_INFO, "hello", "principal", sender->name, "client", hello->client, NULL);
    welcome.version = WIRE_VERSION;
    welcome.epoch = (ProtobufCBinaryData){sizeof(intake->epoch), intake->epoch};
    welcome.max_frame_bytes = BUS_FRAME_BYTES_MAX;
    welcome.max_changes = WIRE_CHANGES_MAX;
    welcome.credit_bytes = credit(intake);
    welcome.server_time_us = clock_now_us();
    welcome.instance = intake->instance;
    send_message(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &welcome.base);
}

static void pong(struct intake *intake, const struct bus_frame *peer, const Uptake__V1__Ping *ping)
{
    Uptake__V1__Pong answer = UPTAKE__V1__PONG__INIT;

    answer.token = ping->token;
    answer.epoch = (ProtobufCBinaryData){sizeof(intake->epoch), intake->epoch};
    answer.server_time_us = clock_now_us();
    answer.instance = intake->instance;
    send_message(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG, &answer.base);
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

static void on_message(void *ctx, const struct bus_message *message)
{
    struct intake *intake = ctx;
    const struct principal *sender = principals_find(intake->principals, message->user_id);
    struct arena arena = {.cap = MESSAGE_MEMORY};
    Uptake__V1__MessageKind kind = UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_UNSPECIFIED;
    ProtobufCMessage *body = NULL;
    struct err err;

    if (!sender) {
        (*intake->dropped)++; /* revoked since it connected: deaf at once */
        return;
    }
    if (!read_message(message, &arena, &kind, &body, &err))
        refuse_message(intake, &message->peer, &err);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO)
        welcome(intake, &message->peer, sender, (Uptake__V1__Hello *)body);
    else if (kind == UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING)
        pong(intake, &message->peer, (Uptake__V1__Ping *)body);
    else
        take_push(intake, &message->peer, sender, (Uptake__V1__Push *)body);
    arena_reset(&intake->arena);
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

void intake_set_accepting(struct intake *intake, bool accepting)
{
    intake->accepting = accepting;
}

void intake_set_epoch(struct intake *intake, const uint8_t epoch[16])
{
    memcpy(intake->epoch, epoch, sizeof(intake->epoch));
}
