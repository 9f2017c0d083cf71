/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the round that plans: what is to be planned, and page after page of it. */
#include "base/log.h"
#include "sweep_parts.h"

#include <string.h>

/* On another day, or another copy of the register, every action may be asked otherwise; and what an
 * earlier version of this program planned is not taken for granted. */
bool sweep_is_all_new(const struct sweep *sweep)
{
    return !sweep->has_planned || sweep->must_replan ||
           strcmp(sweep->head.epoch, sweep->head.planned_epoch) != 0 ||
           date_compare(sweep->head.planned_on, sweep->now.today) != 0;
}

bool sweep_take_pages(struct sweep *sweep, PGresult *const *results, struct err *err)
{
    arena_reset(&sweep->paging);
    sweep->page = 0;
    sweep->nchanged = 0;
    return ledger_read_pages(results, &sweep->paging, &sweep->head, &sweep->pages, &sweep->npages,
                             err);
}

bool sweep_plan_page(struct sweep *sweep, PGresult *const *results, struct ledger_request *request,
                     struct err *err)
{
    struct plan_input input = {.today = sweep->now.today, .holidays = sweep->holidays};
    struct plan_changes changes;

    if (!ledger_read_page(results, &sweep->arena, &input, err) ||
        !plan(&input, &sweep->arena, &changes, err))
        return false;
    sweep->nchanged += changes.n;
    ledger_write_page(request, &changes, &sweep->now);
    return true;
}

void sweep_end_plan(struct sweep *sweep)
{
    if (sweep->is_planned)
        return; /* what had moved concerns no plan, and only the cursor followed it */
    (*sweep->metrics.plans)++;
    *sweep->metrics.rows += (double)sweep->nchanged;
    log_event(LOG_INFO, "planned", "pages", log_num(sweep->npages), "changes",
              log_num(sweep->nchanged), "seq", log_num(sweep->head.seq), NULL);
    sweep->is_planned = sweep->has_planned = sweep->tells_desk = true;
    sweep->must_replan = false;
    sweep->unsettled_since_us = 0;
}
