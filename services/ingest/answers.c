/* SPDX-License-Identifier: Apache-2.0 */
/* What intake tells its peers. */
#include "base/log.h"
#include "intake_inside.h"
#include "wire/wire.h"

#include <string.h>

enum {
    CREDIT_MOST_BYTES = 1024 * 1024,
    ANSWERS_MAX = 256,
};

uint32_t intake_credit(const struct intake *intake)
{
    size_t queued = queue_bytes(intake->queue);
    size_t share = queued < INTAKE_BUDGET_BYTES ? (INTAKE_BUDGET_BYTES - queued) / 8 : 0;

    if (!intake->accepting)
        return 0;
    if (share > CREDIT_MOST_BYTES)
        return CREDIT_MOST_BYTES;
    return share < BUS_FRAME_BYTES_MAX ? BUS_FRAME_BYTES_MAX : (uint32_t)share;
}

void intake_send(struct intake *intake, const struct bus_frame *peer, Uptake__V1__MessageKind kind,
                 const ProtobufCMessage *message)
{
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    struct bus_frame frames[2];
    struct err err;

    envelope.version = WIRE_VERSION;
    envelope.kind = kind;
    frames[0].bytes = wire_pack(&envelope.base, &intake->arena, &frames[0].len);
    frames[1].bytes = wire_pack(message, &intake->arena, &frames[1].len);
    if (!frames[0].bytes || !frames[1].bytes || !bus_send(intake->socket, peer, frames, 2, &err))
        (*intake->dropped)++;
    arena_reset(&intake->arena);
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
    intake_send(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts->base);
    receipts->n_receipts = 0;
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
    receipts.credit_bytes = intake_credit(intake);
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

static void log_refusal(const struct submission *s)
{
    log_event(LOG_WARN, "change_refused", "code", s->why.code, "place", s->why.place, "subject",
              s->change ? s->change->subject : "", "sender", log_num(s->sender_id), NULL);
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
            log_refusal(submissions[i]);
    }
}

void intake_refuse_message(struct intake *intake, const struct bus_frame *peer,
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
    receipts.credit_bytes = intake_credit(intake);
    intake_send(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts.base);
}

void intake_send_problem(struct intake *intake, const struct bus_frame *peer, const struct err *err)
{
    Uptake__V1__Problem problem = UPTAKE__V1__PROBLEM__INIT;

    log_err(LOG_WARN, "request_refused", err);
    problem.code = (char *)(uintptr_t)err->code;
    problem.place = (char *)(uintptr_t)err->place;
    problem.text = (char *)(uintptr_t)err->text;
    problem.retry_after_ms = err->kind == ERR_RETRY ? RETRY_AFTER_MS : 0;
    intake_send(intake, peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PROBLEM, &problem.base);
}
