/* SPDX-License-Identifier: Apache-2.0 */
/* The cycles that end soon, and those that are open or held however long ago they ended. */
#include "cycles.h"

#include "sql.h"

/* Lives in the arena of the call, which keeps it in ctx. */
struct listing {
    struct cycle *cycles;
    int n;
    struct date until;
    void (*done)(struct call *call, json_t *list);
};

static bool is_listed(const struct call *call, const struct cycle *cycle, struct date until)
{
    const enum cycle_state state = cycle_state(cycle, call->today);

    if (date_compare(cycle->ends_on, call->today) >= 0)
        return date_compare(cycle->ends_on, until) <= 0;
    return state == CYCLE_OPEN || state == CYCLE_HELD;
}

static void on_asks(struct call *call, PGresult *const *results)
{
    const struct listing *listing = call->ctx;
    const struct cycle_asks asks =
        cycle_read_asks(results[1], results[2], listing->cycles, listing->n, &call->arena);
    json_t *list = json_array();

    for (int i = 0; i < listing->n; i++) {
        struct cycle *cycle = &listing->cycles[i];
        const struct cycle_counts counts = cycle_count(cycle, &asks);

        if (is_listed(call, cycle, listing->until))
            json_array_append_new(list, cycle_json(call, cycle, &counts));
        cycle_finish(cycle);
    }
    listing->done(call, list);
}

/* From the oldest cycle listed to the newest. */
static void fetch_asks(struct call *call, const struct listing *listing)
{
    struct store_step steps[4] = {call_step(call, sql_begin_snapshot),
                                  call_step(call, sql_cycle_asks),
                                  call_step(call, sql_cycle_reports), call_step(call, sql_commit)};
    char from[DATE_TEXT], to[DATE_TEXT];
    const struct date today = call->today;

    date_format(listing->n ? listing->cycles[0].ends_on : today, from);
    date_format(listing->n ? listing->cycles[listing->n - 1].ends_on : today, to);
    for (int i = 1; i <= 2; i++) {
        store_arg_text(&steps[i].args, NULL);
        store_arg_text(&steps[i].args, from);
        store_arg_text(&steps[i].args, to);
        store_arg_text(&steps[i].args, call->app->zone_name);
        store_arg_int(&steps[i].args, call->now_us);
    }
    store_arg_int(&steps[1].args, 0);
    call_query(call, call->app->reads, steps, 4, on_asks);
}

static void on_heads(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[1];
    struct listing *listing = call->ctx;

    if (PQntuples(results[0]) == 0) {
        call_not_found(call);
        return;
    }
    listing->cycles =
        arena_zalloc(&call->arena, (size_t)PQntuples(rows) * sizeof(struct cycle) + 1);
    for (int row = 0; listing->cycles && row < PQntuples(rows); row++)
        listing->n += cycle_read(rows, row, &call->arena, &listing->cycles[listing->n]);
    fetch_asks(call, listing);
}

static void finish_listing(struct call *call)
{
    struct listing *listing = call->ctx;

    for (int i = 0; i < listing->n; i++)
        cycle_finish(&listing->cycles[i]);
}

void cycle_fetch_list(struct call *call, void (*done)(struct call *call, json_t *list))
{
    struct store_step steps[2] = {call_step(call, sql_reads_hq), call_step(call, sql_cycle_heads)};
    struct listing *listing = arena_zalloc(&call->arena, sizeof(*listing));
    char from[DATE_TEXT], to[DATE_TEXT];
    int64_t days;

    if (!call_param_int(call, "days", CYCLES_DAYS, 1, CYCLES_DAYS_MAX, &days))
        return;
    if (!listing) {
        call_json(call, NULL);
        return;
    }
    listing->until = date_add_days(call->today, (int)days);
    listing->done = done;
    call->ctx = listing;
    call->finish = finish_listing;
    date_format(date_add_days(call->today, -CYCLES_DAYS_MAX), from);
    date_format(listing->until, to);
    store_arg_int(&steps[0].args, call->reader.principal_id);
    store_arg_int(&steps[1].args, call->reader.principal_id);
    store_arg_text(&steps[1].args, NULL);
    store_arg_text(&steps[1].args, from);
    store_arg_text(&steps[1].args, to);
    call_query(call, call->app->reads, steps, 2, on_heads);
}
