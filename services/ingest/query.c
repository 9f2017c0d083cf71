/* SPDX-License-Identifier: Apache-2.0 */
/* What became of earlier changes: read from the database, never through the writer's queue. */
#include "intake_inside.h"
#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum { QUERIES_MAX = 64 }; /* under way at once: the keys are read on the same connection */

struct query {
    struct intake *intake;
    uint8_t peer[PEER_BYTES_MAX];
    size_t peer_len;
    size_t n;
    uint8_t ids[WIRE_CHANGES_MAX][MESSAGE_ID_BYTES];
};

/* The texts are the row's own. */
static bool fill_outcome(Uptake__V1__Receipt *receipt, const PGresult *found, int row,
                         const struct query *query)
{
    size_t at = (size_t)store_int(found, row, 0) - 1;
    int outcome;

    uptake__v1__receipt__init(receipt);
    if (at >= query->n ||
        !wire_word_value(&uptake__v1__outcome__descriptor, store_text(found, row, 1), &outcome))
        return false;
    receipt->message_id =
        (ProtobufCBinaryData){MESSAGE_ID_BYTES, (uint8_t *)(uintptr_t)query->ids[at]};
    receipt->outcome = (Uptake__V1__Outcome)outcome;
    receipt->duplicate = true;
    receipt->revision = (uint64_t)store_int(found, row, 2);
    receipt->code = (char *)(uintptr_t)store_text(found, row, 3);
    receipt->place = (char *)(uintptr_t)store_text(found, row, 4);
    receipt->text = (char *)(uintptr_t)store_text(found, row, 5);
    return true;
}

static void answer(const struct query *query, const PGresult *found)
{
    const struct bus_frame peer = {query->peer, query->peer_len};
    Uptake__V1__Outcomes outcomes = UPTAKE__V1__OUTCOMES__INIT;
    Uptake__V1__Receipt receipts[WIRE_CHANGES_MAX];
    Uptake__V1__Receipt *list[WIRE_CHANGES_MAX];
    ProtobufCBinaryData unknown[WIRE_CHANGES_MAX];
    bool known[WIRE_CHANGES_MAX] = {false};

    outcomes.receipts = list;
    outcomes.unknown = unknown;
    for (int row = 0; row < PQntuples(found) && outcomes.n_receipts < query->n; row++) {
        Uptake__V1__Receipt *receipt = &receipts[outcomes.n_receipts];
        if (!fill_outcome(receipt, found, row, query))
            continue;
        known[store_int(found, row, 0) - 1] = true;
        list[outcomes.n_receipts++] = receipt;
    }
    for (size_t i = 0; i < query->n; i++)
        if (!known[i])
            unknown[outcomes.n_unknown++] =
                (ProtobufCBinaryData){MESSAGE_ID_BYTES, (uint8_t *)(uintptr_t)query->ids[i]};
    intake_send(query->intake, &peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_OUTCOMES,
                &outcomes.base);
}

static void on_found(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct query *query = ctx;
    const struct bus_frame peer = {query->peer, query->peer_len};
    struct err away;

    (void)nresults;
    query->intake->nqueries--;
    if (err) {
        err_set(&away, ERR_RETRY, "DB_UNAVAILABLE", "ingest", "the database is away; ask again");
        intake_send_problem(query->intake, &peer, &away);
    } else {
        answer(query, results[0]);
    }
    free(query);
}

static bool take_ids(struct query *query, const Uptake__V1__QueryOutcome *asked, struct err *err)
{
    if (asked->n_message_ids == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "message_ids",
                       "name 1 to 50 messages by their ids");
    for (size_t i = 0; i < asked->n_message_ids; i++) {
        const ProtobufCBinaryData *id = &asked->message_ids[i];
        if (id->len != MESSAGE_ID_BYTES)
            return err_set(err, ERR_REJECT, "BAD_MESSAGE_ID", "message_ids", "need 16 bytes each");
        memcpy(query->ids[query->n++], id->data, MESSAGE_ID_BYTES);
    }
    return true;
}

static bool submit(struct query *query, int principal_id, struct err *err)
{
    struct arena arena = {0};
    struct store_step steps[] = {{.sql = sql_query_outcomes, .args = {.arena = &arena}},
                                 {.sql = sql_wait_for_standby}};
    struct store_array ids;
    bool sent;

    store_array_init(&ids, &arena, STORE_TEXT_ARRAY);
    for (size_t i = 0; i < query->n; i++) {
        char text[UUID_TEXT];
        uuid_format(query->ids[i], text);
        store_array_text(&ids, text);
    }
    store_arg_int(&steps[0].args, principal_id);
    store_arg_array(&steps[0].args, &ids);
    sent = store_submit(query->intake->reader, steps, 2, on_found, query, err);
    arena_finish(&arena);
    return sent;
}

/* False: err says why, and nothing is under way. */
static bool ask(struct intake *intake, const struct intake_peer *peer,
                const Uptake__V1__QueryOutcome *asked, struct err *err)
{
    const struct principal *sender =
        intake_speaks_for(intake, peer->principal, asked->spoken_for, err);
    struct query *query;

    if (!sender)
        return false;
    if (!store_is_ready(intake->reader))
        return err_set(err, ERR_RETRY, "DB_UNAVAILABLE", "ingest",
                       "the database is away; ask again");
    query = intake->nqueries < QUERIES_MAX ? calloc(1, sizeof(*query)) : NULL;
    if (!query)
        return err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "too much is asked; ask again");
    query->intake = intake;
    memcpy(query->peer, peer->id.bytes, peer->id.len);
    query->peer_len = peer->id.len;
    if (!take_ids(query, asked, err) || !submit(query, sender->id, err)) {
        free(query);
        return false;
    }
    intake->nqueries++;
    return true;
}

void intake_take_query(struct intake *intake, const struct intake_peer *peer,
                       const Uptake__V1__QueryOutcome *query)
{
    struct err err;

    if (!ask(intake, peer, query, &err))
        intake_send_problem(intake, &peer->id, &err);
}
