/* SPDX-License-Identifier: Apache-2.0 */
/* What the server says to client. */
#include "client_parts.h"

#include "base/log.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static void on_welcome(struct client *client, const ProtobufCMessage *message)
{
    const Uptake__V1__Welcome *welcome = (const Uptake__V1__Welcome *)message;

    client->credit = welcome->credit_bytes;
    client_meet(client, welcome->instance);
}

static void on_pong(struct client *client, const ProtobufCMessage *message)
{
    /* Another process gave no credit yet: what it gives stands in its WELCOME. */
    if (client->answering && ((const Uptake__V1__Pong *)message)->instance != client->instance)
        client_set_answering(client, false, "another process answers");
}

/* A message of ours, not a change in it, was refused. */
static void on_refused_message(struct client *client, const Uptake__V1__Receipt *receipt)
{
    if (client->in_doubt && strcmp(receipt->code, "KIND_UNKNOWN") == 0) {
        client->asks_in_vain = true;
        client_resend_doubtful(client);
        return;
    }
    log_event(LOG_ERROR, "message_refused", "code", receipt->code, "place", receipt->place, "text",
              receipt->text, NULL);
}

static void on_fence(struct client *client, struct entry *entry, const char *text)
{
    client_set_state(client, entry, ENTRY_WAITING);
    if (client->fenced)
        return;
    client->fenced = true;
    if (client->on_fenced)
        client->on_fenced(client->ctx, text);
}

static void on_retry_later(struct client *client, struct entry *entry,
                           const Uptake__V1__Receipt *receipt)
{
    const bool is_another = strcmp(receipt->code, "INSTANCE_CHANGED") == 0;

    if (is_another)
        client_set_answering(client, false, "another process answers"); /* until its WELCOME */
    if (client->hand_back) {
        client_hand_back(client, entry, receipt->retry_after_ms, receipt->code, receipt->text);
        return;
    }
    client_set_state(client, entry, ENTRY_WAITING);
    if (!is_another)
        entry->not_before_ms = uv_now(client->loop) + receipt->retry_after_ms;
}

static void settle(struct client *client, struct entry *entry, const Uptake__V1__Receipt *receipt)
{
    static const enum client_outcome outcomes[] = {
        [UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED] = CLIENT_COMMITTED,
        [UPTAKE__V1__OUTCOME__OUTCOME_MERGED] = CLIENT_MERGED,
        [UPTAKE__V1__OUTCOME__OUTCOME_NO_OP] = CLIENT_NO_OP,
        [UPTAKE__V1__OUTCOME__OUTCOME_REFUSED] = CLIENT_REFUSED,
        [UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT] = CLIENT_CONFLICT,
        [UPTAKE__V1__OUTCOME__OUTCOME_PARKED] = CLIENT_PARKED,
    };
    struct client_receipt told = {.outcome = outcomes[receipt->outcome],
                                  .duplicate = receipt->duplicate,
                                  .revision = receipt->revision,
                                  .code = receipt->code,
                                  .place = receipt->place,
                                  .text = receipt->text,
                                  .warning = receipt->warning};

    client_set_state(client, entry, ENTRY_WAITING);
    unsettled_remove(&client->unsettled, entry);
    memcpy(told.message_id, entry->message_id, MESSAGE_ID_BYTES);
    entry->on_receipt(entry->ctx, &told);
    free(entry);
}

static void on_receipt(struct client *client, const Uptake__V1__Receipt *receipt)
{
    struct entry *entry =
        unsettled_find(&client->unsettled, receipt->message_id.data, receipt->message_id.len);

    if (receipt->message_id.len == 0)
        on_refused_message(client, receipt);
    if (!entry)
        return; /* settled by an earlier copy of this receipt */
    if (receipt->outcome == UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER)
        on_retry_later(client, entry, receipt);
    else if (strcmp(receipt->code, "PRODUCER_FENCED") == 0)
        on_fence(client, entry, receipt->text);
    else if (receipt->outcome >= UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED &&
             receipt->outcome <= UPTAKE__V1__OUTCOME__OUTCOME_PARKED)
        settle(client, entry, receipt);
    /* Else a newer server's word: ask again rather than guess. */
}

static void on_receipts(struct client *client, const ProtobufCMessage *message)
{
    const Uptake__V1__Receipts *receipts = (const Uptake__V1__Receipts *)message;

    client->credit = receipts->credit_bytes;
    client->window += client->window / 4;
    if (client->window > CLIENT_WINDOW_MOST)
        client->window = CLIENT_WINDOW_MOST;
    for (size_t i = 0; i < receipts->n_receipts && !client->closing; i++)
        on_receipt(client, receipts->receipts[i]);
}

static void on_outcomes(struct client *client, const ProtobufCMessage *message)
{
    const Uptake__V1__Outcomes *outcomes = (const Uptake__V1__Outcomes *)message;

    client->doubted_ms = uv_now(client->loop);
    for (size_t i = 0; i < outcomes->n_receipts && !client->closing; i++)
        on_receipt(client, outcomes->receipts[i]);
    for (size_t i = 0; i < outcomes->n_unknown && !client->closing; i++) {
        const ProtobufCBinaryData *id = &outcomes->unknown[i];
        struct entry *entry = unsettled_find(&client->unsettled, id->data, id->len);

        if (entry && entry->state == ENTRY_IN_DOUBT)
            client_set_state(client, entry, ENTRY_WAITING);
    }
}

/* Of all that we send only questions about outcomes are answered so. */
static void on_problem(struct client *client, const ProtobufCMessage *message)
{
    const Uptake__V1__Problem *problem = (const Uptake__V1__Problem *)message;

    if (!client->in_doubt)
        return;
    if (problem->retry_after_ms) {
        client_ask_later(client, problem->retry_after_ms);
        return;
    }
    client->asks_in_vain = strcmp(problem->code, "KIND_UNKNOWN") == 0;
    client_resend_doubtful(client);
}

static const struct kind {
    Uptake__V1__MessageKind kind;
    const ProtobufCMessageDescriptor *type;
    void (*handle)(struct client *client, const ProtobufCMessage *message);
} kinds[] = {
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_WELCOME, &uptake__v1__welcome__descriptor, on_welcome},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RECEIPTS, &uptake__v1__receipts__descriptor,
     on_receipts},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PONG, &uptake__v1__pong__descriptor, on_pong},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_OUTCOMES, &uptake__v1__outcomes__descriptor,
     on_outcomes},
    {UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PROBLEM, &uptake__v1__problem__descriptor, on_problem},
};

static const struct kind *find_kind(Uptake__V1__MessageKind kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return NULL;
}

static void take(struct client *client, const struct bus_message *message, struct arena *arena)
{
    const struct kind *kind;
    ProtobufCMessage *unpacked;
    struct err err;

    unpacked = wire_unpack(&uptake__v1__envelope__descriptor, arena, message->frames[0].bytes,
                           message->frames[0].len, &err);
    if (!unpacked)
        return;
    client->heard_ms = uv_now(client->loop);
    kind = find_kind(((Uptake__V1__Envelope *)unpacked)->kind);
    if (!kind)
        return;
    unpacked =
        wire_unpack(kind->type, arena, message->frames[1].bytes, message->frames[1].len, &err);
    if (unpacked)
        kind->handle(client, unpacked);
    else
        log_err(LOG_WARN, "answer_unreadable", &err);
    client_send_what_may(client);
}

void client_on_message(void *ctx, const struct bus_message *message)
{
    struct client *client = ctx;
    struct arena arena = {.cap = 4 * 1024 * 1024};

    if (message->nframes == 2 && !client->closing)
        take(client, message, &arena);
    arena_finish(&arena);
}
