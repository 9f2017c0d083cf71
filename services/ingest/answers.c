/* SPDX-License-Identifier: Apache-2.0 */
/* What intake tells its peers. */
#include "base/log.h"
#include "bus/envelope.h"
#include "intake_inside.h"
#include "wire/wire.h"

#include <stdlib.h>

enum { ANSWERS_MAX = 256 };

uint32_t intake_credit(struct intake *intake, struct credit_peer *peer)
{
    return intake->accepting ? credit_tell(intake->credit, peer, uv_now(intake->loop)) : 0;
}

void intake_send(struct intake *intake, const struct bus_frame *peer, Uptake__V1__MessageKind kind,
                 const ProtobufCMessage *message)
{
    struct err err;

    if (!envelope_send(intake->socket, peer, kind, message, &err))
        (*intake->dropped)++;
    arena_reset(&intake->arena);
}

/* Told whatever became of the change: order never hangs on that clock, but what people read does.
 */
static char *warning_of(const struct submission *s, struct arena *arena)
{
    char *text = s->clock_skew_s == 0
                     ? NULL
                     : arena_printf(arena, "CLOCK_SKEW: your clock is %lld s %s; set it by NTP",
                                    (long long)llabs(s->clock_skew_s),
                                    s->clock_skew_s > 0 ? "slow" : "fast");
    return text ? text : (char *)(uintptr_t) "";
}

static void fill_receipt(Uptake__V1__Receipt *receipt, const struct submission *s,
                         struct arena *arena)
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
    receipt->warning = warning_of(s, arena);
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
    receipts.credit_bytes = intake_credit(intake, submissions[from]->payer);
    for (int i = from; i < n; i++) {
        if (submissions[i]->payer != submissions[from]->payer)
            continue;
        if (receipts.n_receipts == ANSWERS_MAX)
            send_receipts(intake, &peer, &receipts);
        fill_receipt(&answers[receipts.n_receipts], submissions[i], &intake->arena);
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

static bool is_first_of_peer(struct submission *const *submissions, int at)
{
    for (int i = 0; i < at; i++)
        if (submissions[i]->payer == submissions[at]->payer)
            return false;
    return true;
}

void intake_answer(void *ctx, struct submission *const *submissions, int n)
{
    struct intake *intake = ctx;

    for (int i = 0; i < n; i++)
        credit_release(intake->credit, submissions[i]);
    *intake->waiting = (double)credit_waiting_bytes(intake->credit);
    for (int i = 0; i < n; i++) {
        const struct submission *s = submissions[i];

        /* Nobody waits for what was tried again out of a dead letter. */
        if (s->peer_len > 0 && is_first_of_peer(submissions, i))
            answer_peer(intake, submissions, n, i);
        (*intake->changes[s->outcome])++;
        if (s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_REFUSED ||
            s->outcome == UPTAKE__V1__OUTCOME__OUTCOME_PARKED)
            log_refusal(s);
    }
}

Uptake__V1__Outcome intake_outcome_of(const struct err *err)
{
    return err->kind == ERR_RETRY ? UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER
                                  : UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
}

void intake_refuse_message(struct intake *intake, const struct intake_peer *peer,
                           const struct err *err)
{
    Uptake__V1__Receipts receipts = UPTAKE__V1__RECEIPTS__INIT;
    Uptake__V1__Receipt receipt = UPTAKE__V1__RECEIPT__INIT;
    Uptake__V1__Receipt *list = &receipt;

    log_err(LOG_WARN, "message_refused", err);
    receipt.outcome = intake_outcome_of(err);
    receipt.retry_after_ms = err->kind == ERR_RETRY ? RETRY_AFTER_MS : 0;
    receipt.code = (char *)(uintptr_t)err->code;
    receipt.place = (char *)(uintptr_t)err->place;
    receipt.text = (char *)(uintptr_t)err->text;
    receipts.receipts = &list;
    receipts.n_receipts = 1;
    receipts.credit_bytes = intake_credit(intake, peer->credit);
    intake_send(intake, &peer->id, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &receipts.base);
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
