/* SPDX-License-Identifier: Apache-2.0 */
/* The plan's transaction: where it begins, and what it writes. */
#include "ledger.h"

#include "sql.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

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
    head->planned_on = store_day(look, 0, 4);
    head->planned_seq = store_int(look, 0, 5);
    head->has_moved = store_bool(look, 0, 6);
    return true;
}

bool ledger_read_look(PGresult *const *results, struct ledger_now *now, struct ledger_head *head,
                      struct err *err)
{
    now->us = store_int(results[0], 0, 0);
    now->today = store_day(results[0], 0, 1);
    if (date_is_none(now->today))
        return err_set(err, ERR_FATAL, "CLOCK_OUT_OF_RANGE", "clock",
                       "the database's clock is not between 1990 and 2100");
    return read_head(results[1], head, err);
}

/* Pages -----------------------------------------------------------------------------------------
 */

enum find_step { FIND_BEGIN, FIND_LOOK, FIND_READDRESS, FIND_WITHDRAW, FIND_PAGES };

void ledger_find_pages(struct ledger_request *request, bool everything,
                       const struct ledger_head *head, const struct ledger_now *now)
{
    struct store_args *args;

    ledger_add(request, sql_begin_plan);
    ledger_add(request, sql_look);
    args = ledger_add(request, sql_readdress);
    store_arg_text(args, obligation_next(OBLIGATION_CLAIMED, OBLIGATION_EV_READDRESSED)->reason);
    store_arg_time_us(args, now->us);
    ledger_add(request, sql_withdraw_notices);
    args = ledger_add(request, sql_find_pages);
    store_arg_bool(args, everything);
    store_arg_int(args, LEDGER_PAGE);
    store_arg_int(args, head->planned_seq);
    ledger_add(request, sql_commit);
}

bool ledger_read_pages(PGresult *const *results, struct arena *arena, struct ledger_head *head,
                       int64_t **pages, int *n, struct err *err)
{
    const PGresult *found = results[FIND_PAGES];

    if (!read_head(results[FIND_LOOK], head, err))
        return false;
    *n = PQntuples(found);
    *pages = arena_alloc(arena, (size_t)*n * sizeof(**pages) + 1);
    if (!*pages)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "plan",
                       "cannot list what is to be planned");
    for (int i = 0; i < *n; i++)
        (*pages)[i] = store_int(found, i, 0);
    return true;
}

enum load_step { LOAD_BEGIN, LOAD_LOCK, LOAD_REGISTER };

void ledger_load_page(struct ledger_request *request, const char *zone, struct date today,
                      int64_t page)
{
    const struct ledger_items items = {page * LEDGER_PAGE, (page + 1) * LEDGER_PAGE - 1};

    ledger_add(request, sql_begin_plan);
    ledger_add(request, sql_lock_cursor);
    ledger_load_register(request, zone, today, items);
}

bool ledger_read_page(PGresult *const *results, struct arena *arena, struct plan_input *input,
                      struct err *err)
{
    return ledger_read_register(results + LOAD_REGISTER, arena, input, err);
}

/* Writing ---------------------------------------------------------------------------------------
 */

enum { PLAN_COLUMNS = 16 };

static void put_row(struct store_array columns[PLAN_COLUMNS], const struct obligation *row)
{
    char begin_on[DATE_TEXT], cycle_on[DATE_TEXT], send_on[DATE_TEXT];
    bool is_coalesced = row->state == OBLIGATION_COALESCED;

    date_format(row->cycle_begin_on, begin_on);
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
    for (int i = 9; i < 11; i++)
        if (!is_coalesced)
            store_array_null(&columns[i]);
        else
            store_array_int(&columns[i], i == 9 ? row->coalesced_cycle : row->coalesced_step);
    store_array_int(&columns[11], row->asked_id);
    store_array_text(&columns[12], obligation_rung_word(row->rung));
    store_array_int(&columns[13], row->held);
    store_array_text(&columns[14], *row->awaited ? row->awaited : NULL);
    if (date_is_none(row->cycle_begin_on))
        store_array_null(&columns[15]);
    else
        store_array_text(&columns[15], begin_on);
}

static void put_obligations(struct ledger_request *request, const struct plan_changes *changes,
                            const struct ledger_now *now)
{
    static const bool is_text[PLAN_COLUMNS] = {
        [3] = true, [6] = true, [7] = true, [8] = true, [12] = true, [14] = true, [15] = true};
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

void ledger_write_page(struct ledger_request *request, const struct plan_changes *changes,
                       const struct ledger_now *now)
{
    if (changes->n > 0)
        put_obligations(request, changes, now);
    ledger_add(request, sql_commit);
}

void ledger_end_plan(struct ledger_request *request, const struct ledger_head *head,
                     const struct ledger_now *now)
{
    struct store_args *args;

    ledger_add(request, sql_begin);
    args = ledger_add(request, sql_advance_cursor);
    store_arg_text(args, head->epoch);
    store_arg_int(args, head->seq);
    ledger_add_day(args, now->today);
    ledger_add(request, sql_commit);
}
