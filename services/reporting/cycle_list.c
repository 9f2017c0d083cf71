/* SPDX-License-Identifier: Apache-2.0 */
/* The cycles that end soon, and of those that ended in the last CYCLES_DAYS_MAX days the ones that
 * are open or held, of policies that are switched off too while a mail of theirs waits for the
 * return. What ended longer ago is shown by its name. */
#include "cycles.h"

#include "sql.h"

/* Steps of the first question and of the second. */
enum { HEADS_READER, HEADS_CYCLES, HEADS_RULES, HEADS_STEPS };
enum { LIST_BEGIN, LIST_ASKS, LIST_REPORTS, LIST_MERGERS, LIST_COMMIT, LIST_STEPS };

/* Lives in the arena of the call, which keeps it in ctx. */
struct listing {
    struct cycle_rules rules;
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
    const struct cycle_scene scene = {results[LIST_ASKS], results[LIST_REPORTS],
                                      results[LIST_MERGERS], &listing->rules, call->now_us};
    const struct cycle_asks asks = cycle_read_asks(&scene, &call->arena);
    json_t *list = asks.list ? json_array() : NULL;

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
    struct store_step steps[LIST_STEPS] = {
        [LIST_BEGIN] = call_step(call, sql_begin_snapshot),
        [LIST_ASKS] = call_step(call, sql_cycle_asks),
        [LIST_REPORTS] = call_step(call, sql_cycle_reports),
        [LIST_MERGERS] = call_step(call, sql_cycle_mergers),
        [LIST_COMMIT] = call_step(call, sql_commit),
    };
    char from[DATE_TEXT], to[DATE_TEXT];
    const struct date today = call->today;

    date_format(listing->n ? listing->cycles[0].ends_on : today, from);
    date_format(listing->n ? listing->cycles[listing->n - 1].ends_on : today, to);
    for (int i = LIST_ASKS; i <= LIST_REPORTS; i++) {
        store_arg_text(&steps[i].args, NULL);
        store_arg_text(&steps[i].args, from);
        store_arg_text(&steps[i].args, to);
        store_arg_text(&steps[i].args, call->app->zone_name);
        store_arg_int(&steps[i].args, call->now_us);
    }
    store_arg_int(&steps[LIST_ASKS].args, 0); /* what progress was before is not told */
    store_arg_int(&steps[LIST_ASKS].args, 0);
    store_arg_int(&steps[LIST_MERGERS].args, call->now_us);
    call_query(call, call->app->reads, steps, LIST_STEPS, on_asks);
}

static void on_heads(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[HEADS_CYCLES];
    struct listing *listing = call->ctx;

    if (PQntuples(results[HEADS_READER]) == 0) {
        call_not_found(call);
        return;
    }
    listing->cycles =
        arena_zalloc(&call->arena, (size_t)PQntuples(rows) * sizeof(struct cycle) + 1);
    if (!listing->cycles ||
        !cycle_read_rules(results[HEADS_RULES], &call->arena, &listing->rules)) {
        call_json(call, NULL);
        return;
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        struct cycle *cycle = &listing->cycles[listing->n];

        listing->n += cycle_read(rows, row, &call->arena, cycle);
        cycle->rule =
            cycle_rule_for(&listing->rules, cycle->policy_id, cycle->ends_on, call->now_us);
    }
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
    struct store_step steps[HEADS_STEPS] = {
        [HEADS_READER] = call_step(call, sql_reads_hq),
        [HEADS_CYCLES] = call_step(call, sql_cycle_heads),
        [HEADS_RULES] = call_step(call, sql_cycle_rules),
    };
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
    store_arg_int(&steps[HEADS_READER].args, call->reader.principal_id);
    store_arg_int(&steps[HEADS_CYCLES].args, call->reader.principal_id);
    store_arg_text(&steps[HEADS_CYCLES].args, NULL);
    store_arg_text(&steps[HEADS_CYCLES].args, from);
    store_arg_text(&steps[HEADS_CYCLES].args, to);
    store_arg_text(&steps[HEADS_CYCLES].args, NULL);
    store_arg_text(&steps[HEADS_RULES].args, NULL);
    call_query(call, call->app->reads, steps, HEADS_STEPS, on_heads);
}
