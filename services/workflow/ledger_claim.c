/* SPDX-License-Identifier: Apache-2.0 */
/* What claiming, sending and finishing read and write. */
#include "ledger.h"

#include "model/identity.h"
#include "sql.h"

#include <stdio.h>
#include <string.h>

enum { RETRY_MOST_S = 3600 };

/* What a mail's outcome makes of its delivery. "sent" and "failed" are final. */
static const struct fate {
    const char *state;
    const char *reason;
    bool is_uncertain;
    bool again;
} fates[] = {
    [MAIL_SENT] = {"sent", "the mail server accepted it", false, false},
    [MAIL_LATER] = {"claimed", "not taken now, to be offered again", false, true},
    [MAIL_UNCERTAIN] = {"uncertain", "no reply came after the mail went out", true, true},
    [MAIL_REFUSED] = {"failed", "refused for good; correct the unit's address", false, false},
    [MAIL_TOO_LARGE] = {"failed", "too large for the mail server", false, false},
};

/* Of a mail that was MAIL_UNCERTAIN too often. */
static const struct fate given_up = {
    "failed", "repeated, and nobody knows whether it came; a person decides", true, false};

/* Due -------------------------------------------------------------------------------------------
 */

void ledger_load_due(struct ledger_request *request, const struct ledger_now *now,
                     const struct ledger_held *held, bool tells_desk)
{
    struct store_args *args;
    struct store_array policies;

    ledger_add(request, sql_begin);
    args = ledger_add(request, sql_load_due);
    ledger_add_day(args, now->today);
    store_array_init(&policies, request->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < held->n; i++)
        store_array_int(&policies, held->policies[i]);
    store_arg_array(args, &policies);
    ledger_load_notices(request, now, tells_desk);
}

bool ledger_read_due(PGresult *const *results, int most, struct arena *arena,
                     struct ledger_due *due, struct ledger_notices *notices, struct err *err)
{
    const PGresult *rows = results[1];
    size_t n = (size_t)PQntuples(rows) + 1;

    *due = (struct ledger_due){
        .recipients = arena_alloc(arena, n * sizeof(*due->recipients)),
        .keys = arena_alloc(arena, n * sizeof(*due->keys)),
        .addresses = arena_alloc(arena, n * sizeof(*due->addresses)),
        .obligations = arena_alloc(arena, n * sizeof(*due->obligations)),
        .owner = arena_alloc(arena, n * sizeof(*due->owner)),
    };
    if (!due->recipients || !due->keys || !due->addresses || !due->obligations || !due->owner)
        goto out_of_memory;
    for (int i = 0; i < PQntuples(rows); i++) {
        int64_t recipient = store_int(rows, i, 1);
        int r = due->nrecipients;

        if (r == 0 || due->recipients[r - 1] != recipient) {
            due->more = r == most;
            if (due->more)
                break;
            due->recipients[r] = recipient;
            due->keys[r] = arena_strdup(arena, store_text(rows, i, 2));
            due->addresses[r] = arena_strdup(arena, store_text(rows, i, 3));
            if (!due->keys[r] || !due->addresses[r])
                goto out_of_memory;
            due->nrecipients++;
        }
        due->obligations[due->nobligations] = store_int(rows, i, 0);
        due->owner[due->nobligations++] = due->nrecipients - 1;
    }
    return ledger_read_notices(results[2], arena, notices, err);

out_of_memory:
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "claim", "cannot hold what is due");
}

/* Claiming --------------------------------------------------------------------------------------
 */

static void create_deliveries(struct ledger_request *request, const struct ledger_due *due,
                              const struct ledger_now *now, const char *epoch, const char *domain)
{
    struct store_args *args = ledger_add(request, sql_create_deliveries);
    struct store_array recipients, addresses, ids, obligations, owners;

    store_array_init(&recipients, request->arena, STORE_INT8_ARRAY);
    store_array_init(&addresses, request->arena, STORE_TEXT_ARRAY);
    store_array_init(&ids, request->arena, STORE_TEXT_ARRAY);
    store_array_init(&obligations, request->arena, STORE_INT8_ARRAY);
    store_array_init(&owners, request->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < due->nrecipients; i++) {
        char message_id[IDENTITY_TEXT];
        identity_message_id(due->keys[i], now->today, epoch, domain, message_id);
        store_array_int(&recipients, due->recipients[i]);
        store_array_text(&addresses, due->addresses[i]);
        store_array_text(&ids, message_id);
    }
    for (int i = 0; i < due->nobligations; i++) {
        store_array_int(&obligations, due->obligations[i]);
        store_array_int(&owners, due->recipients[due->owner[i]]);
    }
    store_arg_array(args, &recipients);
    store_arg_array(args, &addresses);
    store_arg_array(args, &ids);
    store_arg_array(args, &obligations);
    store_arg_array(args, &owners);
    ledger_add_day(args, now->today);
    store_arg_time_us(args, now->us);
    store_arg_text(args, obligation_next(OBLIGATION_PLANNED, OBLIGATION_EV_CLAIMED)->reason);
    store_arg_text(args, "waits for its first attempt");
}

void ledger_claim(struct ledger_request *request, const struct ledger_due *due,
                  const struct ledger_notices *notices, const struct ledger_attempt *attempt,
                  const struct ledger_now *now, const char *epoch, const char *domain)
{
    struct store_args *args;

    if (due && due->nrecipients > 0)
        create_deliveries(request, due, now, epoch, domain);
    if (due && notices->n > 0)
        ledger_put_notices(request, notices, now, epoch, domain);
    args = ledger_add(request, sql_take_attempts);
    store_arg_text(args, attempt->id);
    store_arg_time_us(args, now->us);
    store_arg_time_us(args, now->us + attempt->looked_ago_us + (int64_t)attempt->lease_s * 1000000);
    store_arg_int(args, attempt->most);
    store_arg_text(ledger_add(request, sql_load_digests), attempt->id);
    store_arg_text(ledger_add(request, sql_load_desk), attempt->id);
    store_arg_text(ledger_add(request, sql_load_messages), attempt->id);
    ledger_add(request, sql_commit);
}

/* Finishing -------------------------------------------------------------------------------------
 */

static int64_t pause_s(int64_t fence, int retry_s)
{
    int64_t pause = retry_s;

    while (--fence > 0 && pause < RETRY_MOST_S)
        pause *= 2;
    return pause < RETRY_MOST_S ? pause : RETRY_MOST_S;
}

void ledger_finish(struct ledger_request *request, const struct ledger_outcome *outcomes, int n,
                   const struct ledger_now *now, int retry_s)
{
    enum { DELIVERY, FENCE, ATTEMPT, STATE, REASON, ERROR, UNCERTAIN, WAIT, COLUMNS };
    static const bool is_text[COLUMNS] = {
        [ATTEMPT] = true, [STATE] = true, [REASON] = true, [ERROR] = true};
    struct store_args *args = ledger_add(request, sql_finish_deliveries);
    struct store_array columns[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        store_array_init(&columns[i], request->arena,
                         is_text[i] ? STORE_TEXT_ARRAY : STORE_INT8_ARRAY);
    for (int i = 0; i < n; i++) {
        const struct ledger_outcome *outcome = &outcomes[i];
        const struct fate *fate = outcome->is_last ? &given_up : &fates[outcome->outcome];
        bool is_sent = outcome->outcome == MAIL_SENT;

        store_array_int(&columns[DELIVERY], outcome->delivery_id);
        store_array_int(&columns[FENCE], outcome->fence);
        store_array_text(&columns[ATTEMPT], outcome->attempt);
        store_array_text(&columns[STATE], fate->state);
        store_array_text(&columns[REASON], fate->reason);
        store_array_text(&columns[ERROR], is_sent ? "" : outcome->why);
        store_array_int(&columns[UNCERTAIN], fate->is_uncertain);
        if (fate->again)
            store_array_int(&columns[WAIT], pause_s(outcome->fence, retry_s));
        else
            store_array_null(&columns[WAIT]);
    }
    for (int i = 0; i < COLUMNS; i++)
        store_arg_array(args, &columns[i]);
    store_arg_time_us(args, now->us);
    store_arg_text(args, obligation_next(OBLIGATION_CLAIMED, OBLIGATION_EV_ACCEPTED)->reason);
}

bool ledger_read_finish(PGresult *const *results)
{
    return store_bool(results[0], 0, 0);
}
