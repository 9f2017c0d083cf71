/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders on their way into the feed: the obligation's row is the outbox. */
#include "ledger.h"

#include "base/bytes.h"
#include "model/identity.h"
#include "sql.h"
#include "uptake/v1/items.pb-c.h"
#include "wire/wire.h"

#include <stdio.h>
#include <string.h>

enum { KEY_BYTES_MAX = 200 };

void ledger_load_reminders(struct ledger_request *request, int64_t started_us, int most)
{
    struct store_args *args = ledger_add(request, sql_load_reminders);

    store_arg_time_us(args, started_us);
    store_arg_int(args, most);
}

/* "reminder:POLICY:ACTION:CYCLE:STEP:UNIT"; where that is longer than a key may be, the hash that
 * is the message id stands for it. */
static char *reminder_key(const struct identity_obligation *identity, const char *unit_code,
                          const uint8_t message_id[IDENTITY_ID_BYTES], struct arena *arena)
{
    const char *colon = strchr(identity->policy, ':');
    char hex[2 * IDENTITY_ID_BYTES + 1];
    char *key = arena_printf(arena, "reminder:%s:%s:%d:%d:%s", colon ? colon + 1 : identity->policy,
                             identity->action, identity->cycle, identity->step, unit_code);

    if (!key || strlen(key) <= KEY_BYTES_MAX)
        return key;
    bytes_to_hex(message_id, IDENTITY_ID_BYTES, hex);
    return arena_printf(arena, "reminder:%s", hex);
}

/* protobuf-c's text fields are not const; packing only reads them. */
static char *borrow(const PGresult *rows, int row, int column)
{
    return PQgetvalue(rows, row, column);
}

static bool read_reminder(const PGresult *rows, int i, struct arena *arena,
                          struct ledger_reminder *reminder)
{
    struct identity_obligation identity = {
        .policy = store_text(rows, i, 1),
        .action = store_text(rows, i, 2),
        .cycle = (int)store_int(rows, i, 4),
        .step = (int)store_int(rows, i, 5),
        .recipient = store_text(rows, i, 6),
    };
    Uptake__V1__ReminderRecord record = UPTAKE__V1__REMINDER_RECORD__INIT;
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;

    reminder->obligation_id = store_int(rows, i, 0);
    identity_reminder(&identity, reminder->message_id);
    record.policy = borrow(rows, i, 1);
    record.action = borrow(rows, i, 2);
    record.cycle = (uint32_t)identity.cycle;
    record.step = identity.step;
    record.recipient = borrow(rows, i, 6);
    record.due_on = borrow(rows, i, 8);
    record.mail_message_id = borrow(rows, i, 9);
    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_REMINDER;
    change.document = borrow(rows, i, 3);
    change.subject = reminder_key(&identity, store_text(rows, i, 7), reminder->message_id, arena);
    change.reminder_record = &record;
    if (!change.subject)
        return false;
    reminder->body = wire_pack(&change.base, arena, &reminder->len);
    return reminder->body;
}

bool ledger_read_reminders(PGresult *const *results, struct arena *arena,
                           struct ledger_reminder **reminders, int *n, struct err *err)
{
    const PGresult *rows = results[0];

    *n = PQntuples(rows);
    *reminders = arena_zalloc(arena, (size_t)*n * sizeof(**reminders) + 1);
    for (int i = 0; *reminders && i < *n; i++)
        if (!read_reminder(rows, i, arena, &(*reminders)[i]))
            *reminders = NULL;
    if (!*reminders)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "reminders", "cannot hold the reminders");
    return true;
}

void ledger_record_reminders(struct ledger_request *request, const struct ledger_settled *settled,
                             int n, const struct ledger_now *now)
{
    struct store_args *args = ledger_add(request, sql_record_reminders);
    struct store_array obligations, refused;

    store_array_init(&obligations, request->arena, STORE_INT8_ARRAY);
    store_array_init(&refused, request->arena, STORE_TEXT_ARRAY);
    for (int i = 0; i < n; i++) {
        store_array_int(&obligations, settled[i].obligation_id);
        store_array_text(&refused, settled[i].refused ? "true" : "false");
    }
    store_arg_array(args, &obligations);
    store_arg_array(args, &refused);
    store_arg_time_us(args, now->us);
}
