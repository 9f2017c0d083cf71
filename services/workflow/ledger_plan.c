/* SPDX-License-Identifier: Apache-2.0 */
/* What planning reads and writes. */
#include "ledger.h"

#include "sql.h"
#include "wire/wire.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { FIELD_PROGRESS_REPORT = 23, FIELD_REDACTION = 46 }; /* of Change */

struct store_args *ledger_add(struct ledger_request *request, const char *sql)
{
    struct store_step *step = &request->steps[request->nsteps++];

    assert(request->nsteps <= LEDGER_STEPS_MAX);
    *step = (struct store_step){.sql = sql, .args = {.arena = request->arena}};
    return &step->args;
}

void ledger_add_day(struct store_args *args, struct date day)
{
    char text[DATE_TEXT];
    char *copy;

    date_format(day, text);
    copy = arena_strdup(args->arena, text);
    args->failed |= !copy;
    store_arg_text(args, copy);
}

struct date ledger_day(const PGresult *result, int row, int column)
{
    struct date day;
    struct err err;

    if (!date_parse_optional(store_text(result, row, column), "date", &day, &err))
        return (struct date){0};
    return day;
}

/* Looking ---------------------------------------------------------------------------------------
 */

void ledger_look(struct ledger_request *request, const char *zone)
{
    store_arg_text(ledger_add(request, sql_clock), zone);
    ledger_add(request, sql_look);
}

static bool read_head(const PGresult *look, struct ledger_head *head, struct err *err)
{
    if (PQntuples(look) != 1)
        return err_set(err, ERR_FATAL, "LEDGER_INCOMPLETE", "look",
                       "the hq feed or the plan's cursor has no row; deploy the schema anew");
    snprintf(head->epoch, sizeof(head->epoch), "%s", store_text(look, 0, 0));
    head->seq = store_int(look, 0, 1);
    head->recorded_us = store_int(look, 0, 2);
    snprintf(head->planned_epoch, sizeof(head->planned_epoch), "%s", store_text(look, 0, 3));
    head->planned_on = ledger_day(look, 0, 4);
    head->has_moved = store_bool(look, 0, 5);
    return true;
}

bool ledger_read_look(PGresult *const *results, struct ledger_now *now, struct ledger_head *head,
                      struct err *err)
{
    now->us = store_int(results[0], 0, 0);
    now->today = ledger_day(results[0], 0, 1);
    if (date_is_none(now->today))
        return err_set(err, ERR_FATAL, "CLOCK_OUT_OF_RANGE", "clock",
                       "the database's clock is not between 1990 and 2100");
    return read_head(results[1], head, err);
}

/* Loading ---------------------------------------------------------------------------------------
 */

enum load_step {
    LOAD_BEGIN,
    LOAD_LOCK,
    LOAD_LOOK,
    LOAD_POLICIES,
    LOAD_ACTIONS,
    LOAD_RESPONSIBILITIES,
    LOAD_REPORTS,
    LOAD_LEDGER
};

void ledger_load(struct ledger_request *request, const char *zone, struct date today)
{
    ledger_add(request, sql_begin_plan);
    ledger_add(request, sql_lock_cursor);
    ledger_add(request, sql_look);
    ledger_add(request, sql_load_policies);
    ledger_add(request, sql_load_actions);
    ledger_add_day(ledger_add(request, sql_load_responsibilities), today);
    store_arg_text(ledger_add(request, sql_load_reports), zone);
    ledger_add(request, sql_load_ledger);
}

static bool read_policies(const PGresult *rows, struct arena *arena, struct plan_input *input)
{
    struct plan_policy *policies =
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*policies) + 1);

    if (!policies)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        struct plan_policy *policy = &policies[i];
        int n;
        const int64_t *steps = store_ints(rows, i, 4, arena, &n);

        if (!steps)
            return false;
        policy->policy_id = store_int(rows, i, 0);
        policy->trigger =
            strcmp(store_text(rows, i, 1), "interval") == 0 ? PLAN_INTERVAL : PLAN_DEADLINE;
        policy->interval_months = (int)store_int(rows, i, 2);
        policy->go_live_on = ledger_day(rows, i, 3);
        for (int s = 0; s < n && policy->nsteps < PLAN_STEPS_MAX; s++)
            policy->steps[policy->nsteps++] = (int)steps[s];
        policy->active = store_bool(rows, i, 5);
    }
    input->policies = policies;
    input->npolicies = PQntuples(rows);
    return true;
}

static enum plan_unit_kind unit_kind(const char *word)
{
    static const char *const words[] = {"", "unit", "post", "external", "container"};

    for (int i = PLAN_UNIT_UNIT; i <= PLAN_UNIT_CONTAINER; i++)
        if (strcmp(words[i], word) == 0)
            return (enum plan_unit_kind)i;
    return PLAN_UNIT_NONE;
}

static struct plan_responsibility *read_responsibilities(const PGresult *rows, struct arena *arena)
{
    struct plan_responsibility *list =
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*list) + 1);

    for (int i = 0; list && i < PQntuples(rows); i++)
        list[i] = (struct plan_responsibility){
            .unit_id = store_int(rows, i, 1),
            .unit_kind = unit_kind(store_text(rows, i, 2)),
            .has_address = store_bool(rows, i, 3),
            .role = ROLE_LEAD,
            .inferred = store_bool(rows, i, 4),
            .ambiguous = store_bool(rows, i, 5),
            .vague = store_bool(rows, i, 6),
            .confirmed = store_bool(rows, i, 7),
        };
    return list;
}

/* A report that was wiped was made all the same: the statement knows it by what it changed. What
 * stands beside the redaction says again what was reported before. */
static bool carries_report(const PGresult *rows, int row, struct arena *arena)
{
    size_t len, field_len;
    const uint8_t *field;
    const uint8_t *body = store_bytes(rows, row, 3, arena, &len);

    if (!body)
        return store_is_null(rows, row, 3);
    return wire_field(body, len, FIELD_PROGRESS_REPORT, &field, &field_len) &&
           !wire_field(body, len, FIELD_REDACTION, &field, &field_len);
}

/* Both lists are in order of action, as the actions are. */
static bool read_actions(PGresult *const *results, struct arena *arena, struct plan_input *input)
{
    const PGresult *rows = results[LOAD_ACTIONS];
    const PGresult *who = results[LOAD_RESPONSIBILITIES];
    const PGresult *when = results[LOAD_REPORTS];
    struct plan_action *actions =
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*actions) + 1);
    struct plan_responsibility *named = read_responsibilities(who, arena);
    struct plan_report *reports =
        arena_zalloc(arena, (size_t)PQntuples(when) * sizeof(*reports) + 1);
    int w = 0, r = 0, n = 0;

    if (!actions || !named || !reports)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        struct plan_action *action = &actions[i];

        action->action_id = store_int(rows, i, 0);
        action->binds_state = store_bool(rows, i, 1);
        if (!progress_from_word(store_text(rows, i, 2), &action->progress))
            action->progress = PROGRESS_UNKNOWN;
        action->due_on = ledger_day(rows, i, 3);
        action->anchor = ledger_day(rows, i, 4);
        action->anchor_assumed = store_bool(rows, i, 5);
        while (w < PQntuples(who) && store_int(who, w, 0) < action->action_id)
            w++;
        action->responsibilities = named + w;
        for (; w < PQntuples(who) && store_int(who, w, 0) == action->action_id; w++)
            action->nresponsibilities++;
        while (r < PQntuples(when) && store_int(when, r, 0) < action->action_id)
            r++;
        action->reports = reports + n;
        for (; r < PQntuples(when) && store_int(when, r, 0) == action->action_id; r++)
            if (carries_report(when, r, arena)) {
                reports[n++] = (struct plan_report){ledger_day(when, r, 1), ledger_day(when, r, 2)};
                action->nreports++;
            }
    }
    input->actions = actions;
    input->nactions = PQntuples(rows);
    return true;
}

static bool read_ledger(const PGresult *rows, struct arena *arena, struct plan_input *input)
{
    struct obligation *ledger = arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*ledger) + 1);

    if (!ledger)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        struct obligation *row = &ledger[i];

        row->policy_id = store_int(rows, i, 0);
        row->subject_id = store_int(rows, i, 1);
        row->cycle = (int)store_int(rows, i, 2);
        row->cycle_on = ledger_day(rows, i, 3);
        row->step = (int)store_int(rows, i, 4);
        row->recipient_id = store_int(rows, i, 5);
        row->send_on = ledger_day(rows, i, 6);
        if (!obligation_state_from_word(store_text(rows, i, 7), &row->state))
            row->state = OBLIGATION_SENT; /* a word of a newer schema: hands off */
        row->reason = arena_strdup(arena, store_text(rows, i, 8));
        row->coalesced_cycle = (int)store_int(rows, i, 9);
        row->coalesced_step = (int)store_int(rows, i, 10);
        if (!row->reason)
            return false;
    }
    input->ledger = ledger;
    input->nledger = PQntuples(rows);
    return true;
}

bool ledger_read_load(PGresult *const *results, struct arena *arena, struct plan_input *input,
                      struct ledger_head *head, struct err *err)
{
    if (!read_head(results[LOAD_LOOK], head, err))
        return false;
    if (!read_policies(results[LOAD_POLICIES], arena, input) ||
        !read_actions(results, arena, input) || !read_ledger(results[LOAD_LEDGER], arena, input))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot hold the register");
    return true;
}

/* Writing ---------------------------------------------------------------------------------------
 */

enum { PLAN_COLUMNS = 11 };

static void put_row(struct store_array columns[PLAN_COLUMNS], const struct obligation *row)
{
    char cycle_on[DATE_TEXT], send_on[DATE_TEXT];
    bool is_coalesced = row->state == OBLIGATION_COALESCED;

    date_format(row->cycle_on, cycle_on);
    date_format(row->send_on, send_on);
    store_array_int(&columns[0], row->policy_id);
    store_array_int(&columns[1], row->subject_id);
    store_array_int(&columns[2], row->cycle);
    store_array_text(&columns[3], cycle_on);
    store_array_int(&columns[4], row->step);
    store_array_int(&columns[5], row->recipient_id);
    store_array_text(&columns[6], send_on);
    store_array_text(&columns[7], obligation_state_word(row->state));
    store_array_text(&columns[8], row->reason);
    for (int i = 9; i < PLAN_COLUMNS; i++)
        if (!is_coalesced)
            store_array_null(&columns[i]);
        else
            store_array_int(&columns[i], i == 9 ? row->coalesced_cycle : row->coalesced_step);
}

static void put_obligations(struct ledger_request *request, const struct plan_changes *changes,
                            const struct ledger_now *now)
{
    static const bool is_text[PLAN_COLUMNS] = {[3] = true, [6] = true, [7] = true, [8] = true};
    struct store_args *args = ledger_add(request, sql_put_obligations);
    struct store_array columns[PLAN_COLUMNS];

    for (int i = 0; i < PLAN_COLUMNS; i++)
        store_array_init(&columns[i], request->arena,
                         is_text[i] ? STORE_TEXT_ARRAY : STORE_INT8_ARRAY);
    for (int i = 0; i < changes->n; i++)
        put_row(columns, &changes->rows[i]);
    for (int i = 0; i < PLAN_COLUMNS; i++)
        store_arg_array(args, &columns[i]);
    store_arg_time_us(args, now->us);
}

void ledger_write_plan(struct ledger_request *request, const struct plan_changes *changes,
                       const struct ledger_head *head, const struct ledger_now *now)
{
    struct store_args *args;

    if (changes->n > 0)
        put_obligations(request, changes, now);
    args = ledger_add(request, sql_readdress);
    store_arg_text(args, obligation_next(OBLIGATION_CLAIMED, OBLIGATION_EV_READDRESSED)->reason);
    store_arg_time_us(args, now->us);
    args = ledger_add(request, sql_advance_cursor);
    store_arg_text(args, head->epoch);
    store_arg_int(args, head->seq);
    ledger_add_day(args, now->today);
    ledger_add(request, sql_commit);
}
