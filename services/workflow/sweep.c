/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include "base/bytes.h"
#include "base/log.h"
#include "model/identity.h"
#include "sweep_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    UNSETTLED_MOST_S = 600, /* a register that is never quiet does not stop the reminders */
    US_PER_S = 1000000,
};

static void go(struct sweep *sweep, enum sweep_state state);
static void on_reply(void *ctx, PGresult *const *results, int nresults, const struct err *err);

static long setting(const struct sweep *sweep, const char *name)
{
    return config_int(sweep->options.config, name);
}

static void on_timer(uv_timer_t *timer);

static void rest(struct sweep *sweep)
{
    uint64_t wait_ms = sweep->ring_again ? 0 : (uint64_t)setting(sweep, "poll_ms");

    if (sweep->is_stopping) {
        sweep_close_all(sweep); /* what is unfinished: the leases will run out */
        return;
    }
    sweep->state = SWEEP_IDLE;
    sweep->ring_again = false;
    uv_timer_start(&sweep->timer, on_timer, wait_ms, 0);
}

void sweep_begin(struct sweep *sweep)
{
    uv_timer_stop(&sweep->timer);
    if (!store_is_ready(sweep->store)) {
        rest(sweep);
        return;
    }
    if (sweep->noutcomes > 0)
        go(sweep, SWEEP_FINISHING);
    else if (sweep->nsending > 0)
        go(sweep, SWEEP_SENDING);
    else if (sweep->nsettled > 0)
        go(sweep, SWEEP_RECORDING);
    else
        go(sweep, SWEEP_LOOKING);
}

static void on_timer(uv_timer_t *timer)
{
    sweep_begin(timer->data);
}

void sweep_ring(struct sweep *sweep)
{
    if (sweep->state == SWEEP_IDLE && !sweep->is_stopping)
        sweep_begin(sweep);
    else
        sweep->ring_again = true;
}

void sweep_on_outcome(struct sweep *sweep)
{
    if (sweep->state == SWEEP_SENDING)
        go(sweep, SWEEP_FINISHING);
    else if (sweep->state == SWEEP_IDLE)
        sweep_ring(sweep);
}

/* The steps -------------------------------------------------------------------------------------
 */

static void new_attempt(struct sweep *sweep)
{
    uint8_t random[16];
    char hex[33];

    bytes_random(random, sizeof(random));
    bytes_to_hex(random, sizeof(random), hex);
    snprintf(sweep->attempt.id, sizeof(sweep->attempt.id), "%.8s-%.4s-%.4s-%.4s-%.12s", hex,
             hex + 8, hex + 12, hex + 16, hex + 20);
    sweep->attempt.lease_s = (int)setting(sweep, "attempt_lease_s");
    sweep->attempt.looked_ago_us = (int64_t)(uv_hrtime() / 1000) - sweep->looked_own_us;
    sweep->attempt.most = sweep->batch;
}

/* An import arrives as many changes; a plan for each of them would be waste, and a reminder of what
 * the next one settles helps nobody. */
static bool is_register_quiet(struct sweep *sweep)
{
    int64_t quiet_us = sweep->now.us - sweep->head.recorded_us;

    if (quiet_us >= setting(sweep, "settle_s") * US_PER_S)
        return true;
    if (!sweep->unsettled_since_us)
        sweep->unsettled_since_us = sweep->now.us;
    return sweep->now.us - sweep->unsettled_since_us > (int64_t)UNSETTLED_MOST_S * US_PER_S;
}

static void claim(struct sweep *sweep, struct ledger_request *request)
{
    bool may_create = sweep->is_planned;

    new_attempt(sweep);
    if (may_create)
        *sweep->metrics.claimed += sweep->due.nobligations;
    ledger_claim(request, may_create ? &sweep->due : NULL, &sweep->notices, &sweep->attempt,
                 &sweep->now, sweep->head.epoch,
                 identity_domain(config_text(sweep->options.config, "mail_from")));
}

static void submit(struct sweep *sweep, struct ledger_request *request)
{
    struct err err;

    if (store_submit(sweep->store, request->steps, request->nsteps, on_reply, sweep, &err))
        return;
    log_err(LOG_WARN, "round_ended", &err);
    rest(sweep);
}

/* Enters a state and sends its statements. After the stop began only what settles work under way
 * is entered. */
static void go(struct sweep *sweep, enum sweep_state state)
{
    struct ledger_request request = {.arena = &sweep->arena};
    const char *zone = config_text(sweep->options.config, "register_zone");
    struct ledger_now now;

    if (sweep->is_stopping && state != SWEEP_SENDING && state != SWEEP_FINISHING &&
        state != SWEEP_RECORDING) {
        sweep_close_all(sweep);
        return;
    }
    sweep->state = state;
    switch (state) {
    case SWEEP_LOOKING:
        arena_reset(&sweep->arena);
        ledger_look(&request, zone);
        break;
    case SWEEP_PAGING:
        ledger_find_pages(&request, sweep_is_all_new(sweep), &sweep->head, &sweep->now);
        break;
    case SWEEP_LOADING:
        arena_reset(&sweep->arena);
        ledger_load_page(&request, zone, sweep->now.today, sweep->pages[sweep->page]);
        break;
    case SWEEP_PLANNED:
        ledger_end_plan(&request, &sweep->head, &sweep->now);
        break;
    case SWEEP_BRAKING:
        ledger_load_brakes(&request, &sweep->now, (int)setting(sweep, "brake_least"));
        break;
    case SWEEP_DUE:
        if (!mail_is_ready(sweep->mail)) { /* an attempt now would only count as one */
            go(sweep, SWEEP_HOLDING);
            return;
        }
        ledger_load_due(&request, &sweep->now, &sweep->held,
                        sweep->tells_desk && !sweep->clock_jumped);
        ledger_put_brakes(&request, &sweep->brakes, &sweep->now);
        break;
    case SWEEP_HOLDING:
        ledger_put_brakes(&request, &sweep->brakes, &sweep->now);
        if (request.nsteps == 0) {
            go(sweep, SWEEP_GATHERING);
            return;
        }
        break;
    case SWEEP_CLAIMING:
        claim(sweep, &request);
        break;
    case SWEEP_COMPOSING:
        ledger_store_messages(&request, sweep->deliveries, sweep->ndeliveries, &sweep->attempt);
        break;
    case SWEEP_FINISHING:
        now = sweep->now; /* the look may be as long ago as a batch of mails takes */
        now.us += (int64_t)(uv_hrtime() / 1000) - sweep->looked_own_us;
        sweep->nfinishing = sweep->noutcomes;
        ledger_finish(&request, sweep->outcomes, sweep->nfinishing, &now,
                      (int)setting(sweep, "retry_s"));
        break;
    case SWEEP_GATHERING:
        /* What is not answered, or answered and not recorded, would be gathered a second time. */
        if (sweep->npushing > 0 || sweep->nsettled > 0) {
            rest(sweep);
            return;
        }
        ledger_load_reminders(&request, sweep->started_us, SWEEP_BATCH);
        break;
    case SWEEP_RECORDING:
        sweep->nrecording = sweep->nsettled;
        ledger_record_reminders(&request, sweep->settled, sweep->nrecording, &sweep->now);
        break;
    case SWEEP_SENDING:
        return; /* on_mail goes on */
    case SWEEP_IDLE:
    case SWEEP_PLANNING: /* entered with its statements by on_loaded */
    case SWEEP_CLOSING:
        return;
    }
    submit(sweep, &request);
}

/* The replies -----------------------------------------------------------------------------------
 */

static void fail_round(struct sweep *sweep, const struct err *err)
{
    bool is_mending = err->kind == ERR_RETRY;

    log_err(is_mending ? LOG_WARN : LOG_ERROR, "round_ended", err);
    if (!is_mending)
        service_condition(sweep->options.service, "ledger", false, err->text);
    sweep->nfinishing = 0;
    sweep->nrecording = 0;
    sweep->ring_again = false;
    rest(sweep);
}

/* Memory is out or the ledger is not ours; an open transaction ends with the connection. */
static void give_up(struct sweep *sweep, const struct err *err)
{
    sweep->state = SWEEP_IDLE;
    service_fail(sweep->options.service, err);
}

static void on_looked(struct sweep *sweep, PGresult *const *results)
{
    const struct ledger_head *head = &sweep->head;
    struct err err;

    if (!ledger_read_look(results, &sweep->now, &sweep->head, &err)) {
        fail_round(sweep, &err);
        return;
    }
    service_condition(sweep->options.service, "ledger", true, "");
    sweep_watch_clock(sweep);
    if (!sweep->started_us)
        sweep->started_us = sweep->now.us;
    if (sweep_is_all_new(sweep) || head->has_moved)
        sweep->is_planned = false;
    if (sweep->is_planned)
        go(sweep, head->seq != head->planned_seq ? SWEEP_PLANNED : SWEEP_BRAKING);
    else /* without a plan only mails that were claimed before are sent */
        go(sweep, is_register_quiet(sweep) ? SWEEP_PAGING : SWEEP_BRAKING);
}

static void plan_next(struct sweep *sweep)
{
    go(sweep, sweep->page < sweep->npages ? SWEEP_LOADING : SWEEP_PLANNED);
}

static void on_paged(struct sweep *sweep, PGresult *const *results)
{
    struct err err;

    if (sweep_take_pages(sweep, results, &err))
        plan_next(sweep);
    else
        give_up(sweep, &err);
}

static void on_loaded(struct sweep *sweep, PGresult *const *results)
{
    struct ledger_request request = {.arena = &sweep->arena};
    struct err err;

    if (!sweep_plan_page(sweep, results, &request, &err)) {
        give_up(sweep, &err);
        return;
    }
    sweep->state = SWEEP_PLANNING;
    submit(sweep, &request);
}

static void hand_out(struct sweep *sweep)
{
    sweep_send(sweep);
    if (sweep->noutcomes > 0)
        go(sweep, SWEEP_FINISHING);
    else if (sweep->nsending > 0)
        go(sweep, SWEEP_SENDING);
    else
        go(sweep, SWEEP_GATHERING);
}

static void on_claimed(struct sweep *sweep, PGresult *const *results, int nresults)
{
    struct err err;

    if (!ledger_read_claim(results, nresults, &sweep->arena, &sweep->deliveries,
                           &sweep->ndeliveries, &err)) {
        fail_round(sweep, &err);
        return;
    }
    sweep->clock_jumped &= !sweep->is_planned; /* what it holds stands in the ledger now */
    sweep->tells_desk &= !sweep->is_planned;   /* so does what overseers are told */
    sweep->more = sweep->ndeliveries == sweep->batch || (sweep->is_planned && sweep->due.more);
    if (sweep_compose(sweep))
        go(sweep, SWEEP_COMPOSING);
    else
        hand_out(sweep);
}

static void on_finished(struct sweep *sweep, PGresult *const *results)
{
    sweep->must_replan |= ledger_read_finish(results);
    sweep_forget_outcomes(sweep);
    if (sweep->noutcomes > 0)
        go(sweep, SWEEP_FINISHING);
    else if (sweep->nsending > 0)
        go(sweep, SWEEP_SENDING);
    else if (sweep->more)
        go(sweep, SWEEP_LOOKING);
    else
        go(sweep, SWEEP_GATHERING);
}

static void on_gathered(struct sweep *sweep, PGresult *const *results)
{
    struct ledger_reminder *reminders;
    struct err err;
    int n;

    if (!ledger_read_reminders(results, &sweep->arena, &reminders, &n, &err)) {
        fail_round(sweep, &err);
        return;
    }
    sweep_push(sweep, reminders, n);
    rest(sweep);
}

static void on_reply(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct sweep *sweep = ctx;
    struct err due_err;

    if (sweep->state == SWEEP_CLOSING)
        return;
    if (err) {
        fail_round(sweep, err);
        return;
    }
    switch (sweep->state) {
    case SWEEP_LOOKING:
        on_looked(sweep, results);
        break;
    case SWEEP_LOADING:
        on_loaded(sweep, results);
        break;
    case SWEEP_PAGING:
        on_paged(sweep, results);
        break;
    case SWEEP_PLANNING:
        sweep->page++;
        plan_next(sweep);
        break;
    case SWEEP_PLANNED:
        sweep_end_plan(sweep);
        go(sweep, SWEEP_BRAKING);
        break;
    case SWEEP_BRAKING:
        if (sweep_brake(sweep, results, &due_err))
            go(sweep, SWEEP_DUE);
        else
            give_up(sweep, &due_err);
        break;
    case SWEEP_HOLDING:
        sweep->clock_jumped &= !sweep->is_planned; /* what it holds stands in the ledger now */
        go(sweep, SWEEP_GATHERING);
        break;
    case SWEEP_DUE:
        if (ledger_read_due(results, sweep->batch, &sweep->arena, &sweep->due, &sweep->notices,
                            &due_err))
            go(sweep, SWEEP_CLAIMING);
        else
            give_up(sweep, &due_err);
        break;
    case SWEEP_CLAIMING:
        on_claimed(sweep, results, nresults);
        break;
    case SWEEP_COMPOSING:
        ledger_read_stored(results, sweep->deliveries, sweep->ndeliveries);
        hand_out(sweep);
        break;
    case SWEEP_FINISHING:
        on_finished(sweep, results);
        break;
    case SWEEP_GATHERING:
        on_gathered(sweep, results);
        break;
    case SWEEP_RECORDING:
        sweep_forget_settled(sweep);
        go(sweep, SWEEP_LOOKING);
        break;
    case SWEEP_IDLE:
    case SWEEP_SENDING:
    case SWEEP_CLOSING:
        break; /* no statement is under way in these */
    }
}
