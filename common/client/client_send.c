/* SPDX-License-Identifier: Apache-2.0 */
/* What client says to the server. */
#include "client_parts.h"

#include "base/bytes.h"
#include "bus/envelope.h"
#include "wire/wire.h"

#include <string.h>

enum {
    FRAME_BYTES = 240 * 1024, /* what a Push may grow to, below the frame limit */
    ASKED_MOST = 8 * WIRE_CHANGES_MAX,
};

static bool send_message(struct client *client, Uptake__V1__MessageKind kind,
                         const ProtobufCMessage *message)
{
    struct err err;

    return client->socket && envelope_send(client->socket, NULL, kind, message, &err);
}

bool client_send_hello(struct client *client)
{
    Uptake__V1__Hello hello = UPTAKE__V1__HELLO__INIT;

    hello.version_min = hello.version_max = WIRE_VERSION;
    hello.client = client->name;
    return send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_HELLO, &hello.base);
}

void client_send_ping(struct client *client)
{
    Uptake__V1__Ping ping = UPTAKE__V1__PING__INIT;

    client->asked_ms = ping.token = uv_now(client->loop);
    (void)send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PING, &ping.base);
}

/* One Push of what stands next in order and for the same principal. */
struct batch {
    Uptake__V1__Submission submissions[WIRE_CHANGES_MAX];
    Uptake__V1__Submission *list[WIRE_CHANGES_MAX];
    uint8_t hashes[WIRE_CHANGES_MAX][SHA256_BYTES];
    struct entry *entries[WIRE_CHANGES_MAX];
    size_t n;
    size_t bytes;
};

static bool fits(const struct client *client, const struct batch *batch, const struct entry *entry)
{
    const size_t may = client->credit < client->window ? client->credit : client->window;
    const size_t bytes = batch->bytes + client_cost(entry);

    if (batch->n == WIRE_CHANGES_MAX || bytes > FRAME_BYTES)
        return false;
    /* One alone always goes when nothing is under way, or it would wait for ever. */
    return client->under_way + bytes <= may || client->under_way + batch->bytes == 0;
}

static void put(struct batch *batch, struct entry *entry)
{
    const size_t i = batch->n++;
    Uptake__V1__Submission *submission = &batch->submissions[i];

    uptake__v1__submission__init(submission);
    sha256(entry->body, entry->len, batch->hashes[i]);
    submission->message_id = (ProtobufCBinaryData){MESSAGE_ID_BYTES, entry->message_id};
    submission->body_sha256 = (ProtobufCBinaryData){SHA256_BYTES, batch->hashes[i]};
    submission->body = (ProtobufCBinaryData){entry->len, entry->body};
    batch->list[i] = submission;
    batch->entries[i] = entry;
    batch->bytes += client_cost(entry);
}

static void fill(struct client *client, struct batch *batch)
{
    for (struct entry *e = unsettled_next_waiting(&client->unsettled); e; e = e->next) {
        if (e->state != ENTRY_WAITING)
            continue;
        /* Order is kept: what waits for a retry holds up what came after it. */
        if (e->not_before_ms > uv_now(client->loop) || !fits(client, batch, e) ||
            (batch->n && strcmp(e->spoken_for, batch->entries[0]->spoken_for) != 0))
            break;
        put(batch, e);
    }
}

/* False when there is nothing to send now. */
static bool send_push(struct client *client)
{
    Uptake__V1__Push push = UPTAKE__V1__PUSH__INIT;
    struct batch batch;

    batch.n = batch.bytes = 0;
    fill(client, &batch);
    if (!batch.n)
        return false;
    push.submissions = batch.list;
    push.n_submissions = batch.n;
    push.producer_epoch = client->producer_epoch;
    push.instance = client->instance;
    push.spoken_for = (char *)(uintptr_t)batch.entries[0]->spoken_for;
    if (!send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_PUSH, &push.base))
        return false;
    for (size_t i = 0; i < batch.n; i++) {
        client_set_state(client, batch.entries[i], ENTRY_UNDER_WAY);
        batch.entries[i]->sent_ms = uv_now(client->loop);
    }
    return true;
}

/* Some questions at a time: one round trip each would be slow on a long link. */
static bool send_query(struct client *client)
{
    Uptake__V1__QueryOutcome query = UPTAKE__V1__QUERY_OUTCOME__INIT;
    ProtobufCBinaryData ids[WIRE_CHANGES_MAX];
    struct entry *entries[WIRE_CHANGES_MAX];

    if (uv_now(client->loop) < client->ask_at_ms || client->asked == client->in_doubt ||
        client->asked + WIRE_CHANGES_MAX > ASKED_MOST)
        return false;
    for (struct entry *e = client->unsettled.first;
         e && query.n_message_ids < WIRE_CHANGES_MAX &&
         client->asked + query.n_message_ids < client->in_doubt;
         e = e->next) {
        if (e->state != ENTRY_IN_DOUBT || e->asked)
            continue;
        entries[query.n_message_ids] = e;
        ids[query.n_message_ids++] = (ProtobufCBinaryData){MESSAGE_ID_BYTES, e->message_id};
    }
    query.message_ids = ids;
    if (!send_message(client, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_QUERY_OUTCOME, &query.base))
        return false;
    for (size_t i = 0; i < query.n_message_ids; i++)
        entries[i]->asked = true;
    client->asked += query.n_message_ids;
    return true;
}

void client_send_what_may(struct client *client)
{
    if (!client->answering || client->fenced || client->closing)
        return;
    /* What is in doubt comes before what was never sent, or order would be lost. */
    if (client->in_doubt) {
        while (send_query(client))
            continue;
        return;
    }
    while (send_push(client))
        continue;
}
