/* SPDX-License-Identifier: Apache-2.0 */
/* What an attempt sends: read from the ledger, and the exact mails written there. */
#include "ledger.h"

#include "sql.h"

#include <string.h>

/* Every text of a row, copied. */
static bool read_line(const PGresult *rows, int i, struct arena *arena, struct digest_line *line)
{
    *line = (struct digest_line){
        .policy = arena_strdup(arena, store_text(rows, i, 8)),
        .action = arena_strdup(arena, store_text(rows, i, 9)),
        .document_title = arena_strdup(arena, store_text(rows, i, 10)),
        .text = arena_strdup(arena, store_text(rows, i, 11)),
        .is_restricted = store_bool(rows, i, 12),
        .is_deadline = store_bool(rows, i, 13),
        .cycle = (int)store_int(rows, i, 14),
        .step = (int)store_int(rows, i, 15),
        .cycle_on = store_day(rows, i, 16),
        .overseer = arena_strdup(arena, store_text(rows, i, 17)),
        .asked_before = (int)store_int(rows, i, 18),
        .coalesced = (int)store_int(rows, i, 19),
        .asked = arena_strdup(arena, store_text(rows, i, 21)),
        .asked_times = (int)store_int(rows, i, 22),
        .asked_since = store_day(rows, i, 23),
    };
    if (!obligation_rung_from_word(store_text(rows, i, 20), &line->rung))
        line->rung = RUNG_UNIT;
    return line->asked && line->policy && line->action && line->document_title && line->text &&
           line->overseer;
}

static bool read_delivery(const PGresult *rows, int i, struct arena *arena,
                          struct ledger_delivery *delivery)
{
    delivery->delivery_id = store_int(rows, i, 0);
    delivery->fence = store_int(rows, i, 1);
    delivery->message_id = arena_strdup(arena, store_text(rows, i, 2));
    delivery->address = arena_strdup(arena, store_text(rows, i, 3));
    delivery->language = arena_strdup(arena, store_text(rows, i, 24));
    delivery->input = (struct digest_input){
        .address = delivery->address,
        .recipient = arena_strdup(arena, store_text(rows, i, 4)),
        .recipient_name = arena_strdup(arena, store_text(rows, i, 5)),
        .digest_on = store_day(rows, i, 6),
        .created_us = store_int(rows, i, 7),
    };
    delivery->created_us = delivery->input.created_us;
    return delivery->message_id && delivery->address && delivery->language &&
           delivery->input.recipient && delivery->input.recipient_name;
}

static bool read_digests(const PGresult *rows, struct arena *arena, struct ledger_delivery *list,
                         int *n)
{
    struct digest_line *lines = arena_alloc(arena, (size_t)PQntuples(rows) * sizeof(*lines) + 1);

    for (int i = 0; lines && i < PQntuples(rows); i++) {
        if (*n == 0 || list[*n - 1].delivery_id != store_int(rows, i, 0)) {
            if (!read_delivery(rows, i, arena, &list[*n]))
                return false;
            list[(*n)++].input.lines = lines + i;
        }
        if (!read_line(rows, i, arena, &lines[i]))
            return false;
        list[*n - 1].input.nlines++;
    }
    return lines;
}

/* A mail that is not what its hash says is not sent: bytes NULL. */
static bool read_messages(const PGresult *rows, struct arena *arena, struct ledger_delivery *list,
                          int *n)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        struct ledger_delivery *delivery = &list[(*n)++];
        struct message *message = &delivery->message;
        uint8_t computed[SHA256_BYTES];
        const uint8_t *hash;
        size_t hash_len = 0;

        delivery->delivery_id = store_int(rows, i, 0);
        delivery->fence = store_int(rows, i, 1);
        delivery->address = arena_strdup(arena, store_text(rows, i, 2));
        delivery->uncertain = (int)store_int(rows, i, 5);
        delivery->created_us = store_int(rows, i, 6);
        delivery->is_stored = true;
        message->bytes = store_bytes(rows, i, 3, arena, &message->len);
        hash = store_bytes(rows, i, 4, arena, &hash_len);
        if (!delivery->address || !message->bytes || !hash)
            return false;
        sha256(message->bytes, message->len, computed);
        if (hash_len != SHA256_BYTES || memcmp(hash, computed, SHA256_BYTES) != 0)
            message->bytes = NULL;
    }
    return true;
}

bool ledger_read_claim(PGresult *const *results, int nresults, struct arena *arena,
                       struct ledger_delivery **deliveries, int *n, struct err *err)
{
    const PGresult *digests = results[nresults - 4]; /* before cycles, messages and COMMIT */
    const PGresult *cycles = results[nresults - 3];
    const PGresult *messages = results[nresults - 2];
    size_t most =
        (size_t)PQntuples(digests) + (size_t)PQntuples(cycles) + (size_t)PQntuples(messages);

    *n = 0;
    *deliveries = arena_zalloc(arena, most * sizeof(**deliveries) + 1);
    if (!*deliveries || !read_digests(digests, arena, *deliveries, n) ||
        !ledger_read_desk(cycles, arena, *deliveries, n) ||
        !read_messages(messages, arena, *deliveries, n))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "claim", "cannot hold the digests");
    return true;
}

/* The exact mails -------------------------------------------------------------------------------
 */

void ledger_store_messages(struct ledger_request *request, const struct ledger_delivery *deliveries,
                           int n, const struct ledger_attempt *attempt)
{
    struct store_args *args = ledger_add(request, sql_put_messages);
    struct store_array ids, fences, messages, hashes;

    store_array_init(&ids, request->arena, STORE_INT8_ARRAY);
    store_array_init(&fences, request->arena, STORE_INT8_ARRAY);
    store_array_init(&messages, request->arena, STORE_BYTEA_ARRAY);
    store_array_init(&hashes, request->arena, STORE_BYTEA_ARRAY);
    for (int i = 0; i < n; i++) {
        const struct ledger_delivery *delivery = &deliveries[i];
        if (delivery->is_stored || !delivery->message.bytes)
            continue;
        store_array_int(&ids, delivery->delivery_id);
        store_array_int(&fences, delivery->fence);
        store_array_bytes(&messages, delivery->message.bytes, delivery->message.len);
        store_array_bytes(&hashes, delivery->message.sha256, SHA256_BYTES);
    }
    store_arg_array(args, &ids);
    store_arg_array(args, &fences);
    store_arg_array(args, &messages);
    store_arg_array(args, &hashes);
    store_arg_text(args, attempt->id);
}

void ledger_read_stored(PGresult *const *results, struct ledger_delivery *deliveries, int n)
{
    for (int row = 0; row < PQntuples(results[0]); row++)
        for (int i = 0; i < n; i++)
            if (deliveries[i].delivery_id == store_int(results[0], row, 0))
                deliveries[i].is_stored = true;
}
