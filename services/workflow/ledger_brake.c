/* SPDX-License-Identifier: Apache-2.0 */
/* What the brake reads and writes. */
#include "ledger.h"

#include "sql.h"
#include "uptake/v1/items.pb-c.h"

#include <string.h>

enum { FIELD_BRAKE_RELEASE = 51 }; /* of Change */

/* Columns of sql_load_brakes. */
enum {
    BRAKE_POLICY,
    BRAKE_KEY,
    BRAKE_DUE,
    BRAKE_NEWEST,
    BRAKE_TODAY,
    BRAKE_USUAL,
    BRAKE_REASON,
    BRAKE_BEFORE,
    BRAKE_RELEASE,
    BRAKE_BODY,
    BRAKE_LET_GO,
    BRAKE_WAITS,
};

void ledger_load_brakes(struct ledger_request *request, const struct ledger_now *now, int least)
{
    struct store_args *args = ledger_add(request, sql_load_brakes);

    ledger_add_day(args, now->today);
    store_arg_int(args, least);
    store_arg_int(args, BRAKE_USUAL_DAYS);
}

/* A release that was redacted lets nothing go. */
static bool read_release(const PGresult *rows, int i, struct arena *arena,
                         struct brake_policy *policy)
{
    const Uptake__V1__BrakeRelease *release;
    ProtobufCMessage *message;
    struct err err;

    if (!ledger_field(rows, i, BRAKE_BODY, FIELD_BRAKE_RELEASE,
                      &uptake__v1__brake_release__descriptor, arena, &message))
        return false;
    release = (const Uptake__V1__BrakeRelease *)message;
    if (release && date_parse(release->released_on, "", &policy->released_on, &err))
        policy->released = (int)release->recipients;
    return true;
}

static bool read_policy(const PGresult *rows, int i, struct arena *arena,
                        struct brake_policy *policy)
{
    *policy = (struct brake_policy){
        .policy_id = store_int(rows, i, BRAKE_POLICY),
        .key = arena_strdup(arena, store_text(rows, i, BRAKE_KEY)),
        .due = (int)store_int(rows, i, BRAKE_DUE),
        .newest_on = store_day(rows, i, BRAKE_NEWEST),
        .today = (int)store_int(rows, i, BRAKE_TODAY),
        .usual = store_is_null(rows, i, BRAKE_USUAL) ? -1 : (int)store_int(rows, i, BRAKE_USUAL),
        .held_for = store_is_null(rows, i, BRAKE_REASON)
                        ? NULL
                        : arena_strdup(arena, store_text(rows, i, BRAKE_REASON)),
        .held_before = store_int(rows, i, BRAKE_BEFORE),
        .release = store_int(rows, i, BRAKE_RELEASE),
        .let_go = (int)store_int(rows, i, BRAKE_LET_GO),
        .waits = store_bool(rows, i, BRAKE_WAITS),
    };
    return read_release(rows, i, arena, policy) && policy->key &&
           (policy->held_for || store_is_null(rows, i, BRAKE_REASON));
}

bool ledger_read_brakes(PGresult *const *results, struct arena *arena, struct ledger_brakes *brakes,
                        struct err *err)
{
    const PGresult *rows = results[0];
    const size_t n = (size_t)PQntuples(rows);

    brakes->policies = arena_zalloc(arena, n * sizeof(*brakes->policies) + 1);
    brakes->verdicts = arena_zalloc(arena, n * sizeof(*brakes->verdicts) + 1);
    brakes->n = 0;
    while (brakes->policies && brakes->verdicts && brakes->n < PQntuples(rows)) {
        if (!read_policy(rows, brakes->n, arena, &brakes->policies[brakes->n]))
            break;
        brakes->n++;
    }
    return brakes->n == PQntuples(rows) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "brake", "cannot hold what the brake looks at");
}

static void drop_brakes(struct ledger_request *request, const struct ledger_brakes *brakes)
{
    struct store_args *args = ledger_add(request, sql_drop_brakes);
    struct store_array policies;

    store_array_init(&policies, request->arena, STORE_INT8_ARRAY);
    for (int i = 0; i < brakes->n; i++)
        if (!brakes->verdicts[i].holds)
            store_array_int(&policies, brakes->policies[i].policy_id);
    store_arg_array(args, &policies);
}

static void put_brakes(struct ledger_request *request, const struct ledger_brakes *brakes,
                       const struct ledger_now *now)
{
    enum { POLICY, REASON, RECIPIENTS, ALLOWED, RELEASE, COLUMNS };
    struct store_args *args = ledger_add(request, sql_put_brakes);
    struct store_array columns[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        store_array_init(&columns[i], request->arena,
                         i == REASON ? STORE_TEXT_ARRAY : STORE_INT8_ARRAY);
    for (int i = 0; i < brakes->n; i++) {
        if (!brakes->verdicts[i].holds)
            continue;
        store_array_int(&columns[POLICY], brakes->policies[i].policy_id);
        store_array_text(&columns[REASON], brakes->verdicts[i].reason);
        store_array_int(&columns[RECIPIENTS], brakes->policies[i].due);
        store_array_int(&columns[ALLOWED], brakes->verdicts[i].allowed);
        store_array_int(&columns[RELEASE], brakes->policies[i].release);
    }
    for (int i = 0; i < COLUMNS; i++)
        store_arg_array(args, &columns[i]);
    store_arg_time_us(args, now->us);
}

void ledger_put_brakes(struct ledger_request *request, const struct ledger_brakes *brakes,
                       const struct ledger_now *now)
{
    bool any_holds = false, any_lets_go = false;

    for (int i = 0; i < brakes->n; i++) {
        any_holds |= brakes->verdicts[i].holds;
        any_lets_go |= !brakes->verdicts[i].holds && brakes->policies[i].held_for;
    }
    if (any_lets_go)
        drop_brakes(request, brakes);
    if (any_holds)
        put_brakes(request, brakes, now);
}
