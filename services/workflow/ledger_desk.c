/* SPDX-License-Identifier: Apache-2.0 */
/* What overseers are told of cycles: which lines are new, which digests carry them, what they say.
 */
#include "ledger.h"

#include "model/identity.h"
#include "sql.h"

#include <string.h>

enum { FIELD_RETURN_MADE = 50 }; /* of Change */

/* Columns of sql_load_notices. */
enum {
    NOTICE_POLICY,
    NOTICE_CYCLE_ON,
    NOTICE_OCCASION,
    NOTICE_RECIPIENT,
    NOTICE_KEY,
    NOTICE_ADDRESS,
    NOTICE_COLUMNS
};

/* Columns of sql_load_desk. */
enum {
    DESK_DELIVERY,
    DESK_FENCE,
    DESK_MESSAGE_ID,
    DESK_ADDRESS,
    DESK_RECIPIENT,
    DESK_NAME,
    DESK_DIGEST_ON,
    DESK_CREATED_US,
    DESK_LANGUAGE,
    DESK_POLICY,
    DESK_TITLE,
    DESK_ENDS_ON,
    DESK_OCCASION,
    DESK_FIRST_ON,
    DESK_ACTIONS,
    DESK_UNITS,
    DESK_UNSETTLED,
    DESK_RETURN,
};

/* New lines ------------------------------------------------------------------------------------
 */

void ledger_load_notices(struct ledger_request *request, const struct ledger_now *now, bool any)
{
    struct store_args *args = ledger_add(request, sql_load_notices);

    ledger_add_day(args, now->today);
    store_arg_int(args, LEDGER_NOTICE_DAYS);
    store_arg_bool(args, any);
}

bool ledger_read_notices(const PGresult *rows, struct arena *arena, struct ledger_notices *notices,
                         struct err *err)
{
    notices->n = 0;
    notices->list = arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*notices->list) + 1);
    for (int i = 0; notices->list && i < PQntuples(rows); i++) {
        struct ledger_notice *notice = &notices->list[notices->n];
        *notice = (struct ledger_notice){
            .policy_id = store_int(rows, i, NOTICE_POLICY),
            .cycle_on = arena_strdup(arena, store_text(rows, i, NOTICE_CYCLE_ON)),
            .occasion = arena_strdup(arena, store_text(rows, i, NOTICE_OCCASION)),
            .recipient_id = store_int(rows, i, NOTICE_RECIPIENT),
            .key = arena_strdup(arena, store_text(rows, i, NOTICE_KEY)),
            .address = arena_strdup(arena, store_text(rows, i, NOTICE_ADDRESS)),
        };
        if (!notice->cycle_on || !notice->occasion || !notice->key || !notice->address)
            break;
        notices->n++;
    }
    return notices->n == PQntuples(rows) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "claim", "cannot hold what overseers are told");
}

void ledger_put_notices(struct ledger_request *request, const struct ledger_notices *notices,
                        const struct ledger_now *now, const char *epoch, const char *domain)
{
    static const bool is_text[NOTICE_COLUMNS] = {
        [1] = true, [2] = true, [4] = true, [5] = true}; /* day, occasion, address, Message-ID */
    struct store_args *args = ledger_add(request, sql_put_notices);
    struct store_array columns[NOTICE_COLUMNS];

    for (int i = 0; i < NOTICE_COLUMNS; i++)
        store_array_init(&columns[i], request->arena,
                         is_text[i] ? STORE_TEXT_ARRAY : STORE_INT8_ARRAY);
    for (int i = 0; i < notices->n; i++) {
        const struct ledger_notice *notice = &notices->list[i];
        char message_id[IDENTITY_TEXT];

        identity_message_id(notice->key, now->today, epoch, domain, message_id);
        store_array_int(&columns[0], notice->policy_id);
        store_array_text(&columns[1], notice->cycle_on);
        store_array_text(&columns[2], notice->occasion);
        store_array_int(&columns[3], notice->recipient_id);
        store_array_text(&columns[4], notice->address);
        store_array_text(&columns[5], message_id);
    }
    for (int i = 0; i < NOTICE_COLUMNS; i++)
        store_arg_array(args, &columns[i]);
    ledger_add_day(args, now->today);
    store_arg_time_us(args, now->us);
    store_arg_text(args, "waits for its first attempt");
}

/* What they say --------------------------------------------------------------------------------
 */

/* A return that was redacted says nothing: all counts stay 0. */
static bool read_return(const PGresult *rows, int i, struct arena *arena,
                        struct digest_cycle *cycle)
{
    const Uptake__V1__ReturnMade *made;
    ProtobufCMessage *message;

    if (!ledger_field(rows, i, DESK_RETURN, FIELD_RETURN_MADE, &uptake__v1__return_made__descriptor,
                      arena, &message))
        return false;
    made = (const Uptake__V1__ReturnMade *)message;
    cycle->not_accepted = made ? (int)made->parts_not_accepted : 0;
    for (size_t r = 0; made && r < made->n_rows; r++) {
        cycle->asked += (int)made->rows[r]->asked;
        cycle->answered += (int)made->rows[r]->answered;
        cycle->late += (int)made->rows[r]->late;
    }
    return true;
}

static bool read_cycle(const PGresult *rows, int i, struct arena *arena, struct digest_cycle *cycle)
{
    *cycle = (struct digest_cycle){
        .policy = arena_strdup(arena, store_text(rows, i, DESK_POLICY)),
        .title = arena_strdup(arena, store_text(rows, i, DESK_TITLE)),
        .ends_on = store_day(rows, i, DESK_ENDS_ON),
        .first_on = store_day(rows, i, DESK_FIRST_ON),
        .is_return = strcmp(store_text(rows, i, DESK_OCCASION), "closed") == 0,
        .actions = (int)store_int(rows, i, DESK_ACTIONS),
        .units = (int)store_int(rows, i, DESK_UNITS),
        .unsettled = (int)store_int(rows, i, DESK_UNSETTLED),
    };
    if (date_is_none(cycle->first_on)) /* its questions were given up meanwhile */
        cycle->first_on = cycle->ends_on;
    return read_return(rows, i, arena, cycle) && cycle->policy && cycle->title;
}

/* The digest of the row, among those that carry obligations or as one of its own. */
static struct ledger_delivery *delivery_of(const PGresult *rows, int i, struct arena *arena,
                                           struct ledger_delivery *list, int *n)
{
    struct ledger_delivery *delivery = list;

    while (delivery < list + *n && delivery->delivery_id != store_int(rows, i, DESK_DELIVERY))
        delivery++;
    if (delivery < list + *n)
        return delivery;
    ++*n;
    *delivery = (struct ledger_delivery){
        .delivery_id = store_int(rows, i, DESK_DELIVERY),
        .fence = store_int(rows, i, DESK_FENCE),
        .message_id = arena_strdup(arena, store_text(rows, i, DESK_MESSAGE_ID)),
        .address = arena_strdup(arena, store_text(rows, i, DESK_ADDRESS)),
        .language = arena_strdup(arena, store_text(rows, i, DESK_LANGUAGE)),
    };
    delivery->input = (struct digest_input){
        .address = delivery->address,
        .recipient = arena_strdup(arena, store_text(rows, i, DESK_RECIPIENT)),
        .recipient_name = arena_strdup(arena, store_text(rows, i, DESK_NAME)),
        .digest_on = store_day(rows, i, DESK_DIGEST_ON),
        .created_us = store_int(rows, i, DESK_CREATED_US),
    };
    delivery->created_us = delivery->input.created_us;
    return delivery->message_id && delivery->address && delivery->language &&
                   delivery->input.recipient && delivery->input.recipient_name
               ? delivery
               : NULL;
}

bool ledger_read_desk(const PGresult *rows, struct arena *arena, struct ledger_delivery *list,
                      int *n)
{
    struct digest_cycle *cycles =
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*cycles) + 1);

    for (int i = 0; cycles && i < PQntuples(rows); i++) {
        struct ledger_delivery *delivery = delivery_of(rows, i, arena, list, n);

        if (!delivery || !read_cycle(rows, i, arena, &cycles[i]))
            return false;
        if (delivery->input.ncycles++ == 0)
            delivery->input.cycles = cycles + i;
    }
    return cycles;
}
