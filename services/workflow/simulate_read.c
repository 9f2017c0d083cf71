/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulation reads, once and for each day on which it has to. */
#include "simulate_parts.h"

#include "sql.h"

#include <stdio.h>
#include <string.h>

enum begin_step {
    BEGIN_BEGIN,
    BEGIN_LOOK,
    BEGIN_UNITS,
    BEGIN_POLICIES,
    BEGIN_ACTIONS,
    BEGIN_DIGESTS,
    BEGIN_WAITING,
    BEGIN_DAYS
};

void simulate_begin(struct ledger_request *request, struct date from, struct date to)
{
    struct store_args *args;

    ledger_add(request, sql_simulate_begin);
    ledger_add(request, sql_look);
    ledger_add(request, sql_simulate_units);
    ledger_add(request, sql_simulate_policies);
    ledger_add(request, sql_simulate_actions);
    ledger_add_day(ledger_add(request, sql_simulate_digests), from);
    ledger_add(request, sql_simulate_waiting);
    args = ledger_add(request, sql_simulate_days);
    ledger_add_day(args, from);
    ledger_add_day(args, to);
}

static const char *copy(struct simulation *simulation, const PGresult *rows, int row, int column)
{
    return arena_strdup(&simulation->arena, store_text(rows, row, column));
}

static bool read_units(struct simulation *simulation, const PGresult *rows)
{
    int n = PQntuples(rows);
    struct simulate_unit *units = arena_alloc(&simulation->arena, (size_t)n * sizeof(*units) + 1);

    if (!units)
        return false;
    for (int i = 0; i < n; i++) {
        units[i] =
            (struct simulate_unit){store_int(rows, i, 0), copy(simulation, rows, i, 1),
                                   copy(simulation, rows, i, 2), copy(simulation, rows, i, 3)};
        if (!units[i].key || !units[i].name || !units[i].address)
            return false;
    }
    simulation->units = (struct simulate_list){units, n};
    return true;
}

static bool read_policies(struct simulation *simulation, const PGresult *rows)
{
    int n = PQntuples(rows);
    struct simulate_policy *policies =
        arena_alloc(&simulation->arena, (size_t)n * sizeof(*policies) + 1);

    if (!policies)
        return false;
    for (int i = 0; i < n; i++) {
        policies[i] =
            (struct simulate_policy){store_int(rows, i, 0), copy(simulation, rows, i, 1),
                                     copy(simulation, rows, i, 3), store_bool(rows, i, 2)};
        if (!policies[i].key || !policies[i].overseer)
            return false;
    }
    simulation->policies = (struct simulate_list){policies, n};
    return true;
}

static bool read_actions(struct simulation *simulation, const PGresult *rows)
{
    int n = PQntuples(rows);
    struct simulate_action *actions =
        arena_alloc(&simulation->arena, (size_t)n * sizeof(*actions) + 1);

    if (!actions)
        return false;
    for (int i = 0; i < n; i++) {
        actions[i] = (struct simulate_action){
            store_int(rows, i, 0),        copy(simulation, rows, i, 1),
            copy(simulation, rows, i, 2), copy(simulation, rows, i, 3),
            copy(simulation, rows, i, 5), store_bool(rows, i, 4),
        };
        if (!actions[i].key || !actions[i].document_title || !actions[i].text ||
            !actions[i].overseer)
            return false;
    }
    simulation->actions = (struct simulate_list){actions, n};
    return true;
}

static bool read_digests(struct simulation *simulation, const PGresult *rows)
{
    int n = PQntuples(rows);

    simulation->served_room = n + 1;
    simulation->served =
        arena_alloc(&simulation->arena, (size_t)(n + 1) * sizeof(*simulation->served));
    if (!simulation->served)
        return false;
    for (int i = 0; i < n; i++)
        simulation->served[simulation->nserved++] =
            (struct simulate_served){store_int(rows, i, 0), store_day(rows, i, 1)};
    return true;
}

static bool read_waiting(struct simulation *simulation, const PGresult *rows)
{
    int n = PQntuples(rows);

    simulation->waiting =
        arena_alloc(&simulation->arena, (size_t)n * sizeof(*simulation->waiting) + 1);
    if (!simulation->waiting)
        return false;
    for (int i = 0; i < n; i++) {
        struct simulate_waiting *waiting = &simulation->waiting[simulation->nwaiting++];

        *waiting = (struct simulate_waiting){{.policy_id = store_int(rows, i, 0),
                                              .subject_id = store_int(rows, i, 1),
                                              .cycle = (int)store_int(rows, i, 2),
                                              .step = (int)store_int(rows, i, 3),
                                              .recipient_id = store_int(rows, i, 4),
                                              .send_on = store_day(rows, i, 5)},
                                             copy(simulation, rows, i, 6)};
        if (!waiting->message_id)
            return false;
    }
    return true;
}

static bool read_days(struct simulation *simulation, const PGresult *rows)
{
    simulation->days =
        arena_alloc(&simulation->arena, (size_t)PQntuples(rows) * sizeof(*simulation->days) + 1);
    if (!simulation->days)
        return false;
    for (int i = 0; i < PQntuples(rows); i++)
        simulation->days[simulation->ndays++] = store_day(rows, i, 0);
    return true;
}

bool simulate_read_begin(struct simulation *simulation, PGresult *const *results, struct err *err)
{
    if (PQntuples(results[BEGIN_LOOK]) != 1)
        return err_set(err, ERR_FATAL, "LEDGER_INCOMPLETE", "look",
                       "the hq feed or the plan's cursor has no row; deploy the schema anew");
    snprintf(simulation->epoch, sizeof(simulation->epoch), "%s",
             store_text(results[BEGIN_LOOK], 0, 0));
    if (read_units(simulation, results[BEGIN_UNITS]) &&
        read_policies(simulation, results[BEGIN_POLICIES]) &&
        read_actions(simulation, results[BEGIN_ACTIONS]) &&
        read_digests(simulation, results[BEGIN_DIGESTS]) &&
        read_waiting(simulation, results[BEGIN_WAITING]) &&
        read_days(simulation, results[BEGIN_DAYS]))
        return true;
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "simulate", "cannot hold the register");
}

const struct date *simulate_days(const struct simulation *simulation, int *n)
{
    *n = simulation->ndays;
    return simulation->days;
}

void simulate_load(struct ledger_request *request, const char *zone, struct date day)
{
    ledger_load_register(request, zone, day, (struct ledger_items){0, INT64_MAX});
}

/* The ledger outlives what is read later. */
static bool keep_ledger(struct simulation *simulation)
{
    int n = simulation->input.nledger;

    simulation->ledger_room = n + 64;
    simulation->ledger = arena_alloc(&simulation->arena,
                                     (size_t)simulation->ledger_room * sizeof(*simulation->ledger));
    if (!simulation->ledger)
        return false;
    for (int i = 0; i < n; i++) {
        struct obligation *row = &simulation->ledger[i];
        *row = simulation->input.ledger[i];
        row->reason = arena_strdup(&simulation->arena, row->reason);
        row->awaited = arena_strdup(&simulation->arena, row->awaited);
        if (!row->reason || !row->awaited)
            return false;
    }
    simulation->nledger = n;
    simulation->has_ledger = true;
    return true;
}

bool simulate_read_load(struct simulation *simulation, PGresult *const *results, struct err *err)
{
    arena_reset(&simulation->reading);
    simulation->input = (struct plan_input){.holidays = simulation->holidays};
    if (!ledger_read_register(results, &simulation->reading, &simulation->input, err))
        return false;
    return simulation->has_ledger || keep_ledger(simulation) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "simulate", "cannot hold the ledger");
}
