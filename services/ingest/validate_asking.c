/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the policies ask, how somebody wants to be chased, and what the desk decided. */
#include "checks.h"

#include "base/bytes.h"
#include "base/date.h"
#include "wire/wire.h"

#include <string.h>

enum {
    STEP_DAYS = 365,
    CLOSES_DAYS = 3650,
    REMINDERS_MOST = 100,
    LADDER_MOST = 32,
};

static bool check_range(uint32_t value, uint32_t most, const char *place, struct err *err)
{
    return value <= most ||
           err_set(err, ERR_REJECT, "NUMBER_RANGE", place, "%u, allowed 0 to %u", value, most);
}

static bool check_steps(const Uptake__V1__PolicyRule *p, struct err *err)
{
    if (p->n_steps == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "policy_rule.steps",
                       "say on which days relative to the end of a cycle somebody is asked");
    for (size_t i = 0; i < p->n_steps; i++)
        if (p->steps[i] < -STEP_DAYS || p->steps[i] > STEP_DAYS ||
            (i > 0 && p->steps[i] <= p->steps[i - 1]))
            return err_set(err, ERR_REJECT, "NUMBER_RANGE", "policy_rule.steps",
                           "%d; ascending, each from -365 to 365", p->steps[i]);
    return check_count(p->n_steps, "policy_rule.steps", err);
}

static bool has_step(const Uptake__V1__PolicyRule *p, int32_t step)
{
    for (size_t i = 0; i < p->n_steps; i++)
        if (p->steps[i] == step)
            return true;
    return false;
}

static bool check_ladder(const Uptake__V1__PolicyRule *p, struct err *err)
{
    if (!check_range((uint32_t)p->n_ladder, LADDER_MOST, "policy_rule.ladder", err))
        return false;
    for (size_t i = 0; i < p->n_ladder; i++) {
        if (!has_step(p, p->ladder[i]->step))
            return err_set(err, ERR_REJECT, "NUMBER_RANGE", "policy_rule.ladder.step",
                           "%d is none of the policy's steps", p->ladder[i]->step);
        if (!check_said_word(&uptake__v1__rung__descriptor, (int)p->ladder[i]->rung,
                             "policy_rule.ladder.rung", err))
            return false;
    }
    return true;
}

/* To which actions it speaks. */
static bool check_reach(const Uptake__V1__PolicyRule *p, struct err *err)
{
    for (size_t i = 0; i < p->n_documents; i++)
        if (!check_line(p->documents[i], "policy_rule.documents", KEY_BYTES, true, err))
            return false;
    for (size_t i = 0; i < p->n_offices; i++)
        if (!check_line(p->offices[i], "policy_rule.offices", KEY_BYTES, true, err))
            return false;
    for (size_t i = 0; i < p->n_instruments; i++)
        if (!check_said_word(&uptake__v1__instrument__descriptor, (int)p->instruments[i],
                             "policy_rule.instruments", err))
            return false;
    return check_count(p->n_documents, "policy_rule.documents", err) &&
           check_count(p->n_offices, "policy_rule.offices", err) &&
           check_count(p->n_instruments, "policy_rule.instruments", err);
}

static bool check_policy(const Uptake__V1__PolicyRule *p, struct err *err)
{
    struct date go_live;

    if (!check_line(p->title, "policy_rule.title", NAME_BYTES, true, err) ||
        !check_said_word(&uptake__v1__trigger__descriptor, p->trigger, "policy_rule.trigger",
                         err) ||
        !date_parse(p->go_live_on, "policy_rule.go_live_on", &go_live, err) ||
        !check_line(p->overseer, "policy_rule.overseer", KEY_BYTES, false, err))
        return false;
    if (p->interval_months > 120 ||
        (p->trigger == UPTAKE__V1__TRIGGER__TRIGGER_INTERVAL && p->interval_months < 1))
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "policy_rule.interval_months",
                       "%u, allowed 1 to 120", p->interval_months);
    return check_steps(p, err) && check_ladder(p, err) && check_reach(p, err) &&
           check_date(p->anchor_on, "policy_rule.anchor_on", err) &&
           check_date(p->in_force_from, "policy_rule.in_force_from", err) &&
           check_word(&uptake__v1__working_day__descriptor, (int)p->working_day,
                      "policy_rule.working_day", err) &&
           check_range(p->most_reminders, REMINDERS_MOST, "policy_rule.most_reminders", err) &&
           check_range(p->closes_after_days, CLOSES_DAYS, "policy_rule.closes_after_days", err) &&
           check_range(p->window_days, CLOSES_DAYS, "policy_rule.window_days", err);
}

static bool check_chase(const Uptake__V1__ChaseSet *chase, struct err *err)
{
    return check_date(chase->snoozed_until, "chase_set.snoozed_until", err) &&
           check_date(chase->acknowledged_on, "chase_set.acknowledged_on", err) &&
           (!chase->delegated_to[0] ||
            check_email(chase->delegated_to, "chase_set.delegated_to", err)) &&
           check_line(chase->note, "chase_set.note", NAME_BYTES, false, err);
}

static bool check_cycle(const Uptake__V1__CycleDecision *d, struct err *err)
{
    struct date day;

    return check_line(d->policy, "cycle_decision.policy", KEY_BYTES, true, err) &&
           date_parse(d->ends_on, "cycle_decision.ends_on", &day, err) &&
           check_said_word(&uptake__v1__cycle_word__descriptor, (int)d->decision,
                           "cycle_decision.decision", err) &&
           check_line(d->decided_by, "cycle_decision.decided_by", NAME_BYTES, true, err) &&
           check_line(d->note, "cycle_decision.note", NAME_BYTES, false, err);
}

/* The parts are of the whole: nobody answers who was not asked. */
static bool check_row(const Uptake__V1__ReturnRow *row, struct err *err)
{
    if (!check_line(row->unit, "return_made.rows.unit", KEY_BYTES, true, err) ||
        !check_line(row->office, "return_made.rows.office", NAME_BYTES, false, err))
        return false;
    if (row->late > row->answered ||
        (uint64_t)row->answered + row->not_answered != (uint64_t)row->asked)
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "return_made.rows",
                       "%u asked, %u answered (%u late), %u not", row->asked, row->answered,
                       row->late, row->not_answered);
    return true;
}

/* A row per unit and office: a large organisation has more of them than other lists have entries.
 */
static bool check_row_count(size_t n, struct err *err)
{
    return n <= WIRE_ROWS_MAX || err_set(err, ERR_REJECT, "LIST_TOO_LONG", "return_made.rows",
                                         "%zu entries, limit %d", n, (int)WIRE_ROWS_MAX);
}

static bool check_return(const Uptake__V1__ReturnMade *made, struct err *err)
{
    struct date day;

    if (!date_parse(made->made_on, "return_made.made_on", &day, err) ||
        !check_line(made->known_at, "return_made.known_at", NAME_BYTES, false, err))
        return false;
    for (size_t i = 0; i < made->n_rows; i++)
        if (!check_row(made->rows[i], err))
            return false;
    for (size_t i = 0; i < made->n_figures; i++)
        if (!check_line(made->figures[i]->name, "return_made.figures.name", NAME_BYTES, true,
                        err) ||
            !check_line(made->figures[i]->formula, "return_made.figures.formula", NAME_BYTES, true,
                        err))
            return false;
    return (made->rows_sha256.len == SHA256_BYTES ||
            err_set(err, ERR_REJECT, "FIELD_MISSING", "return_made.rows_sha256",
                    "need the 32 bytes of a SHA-256")) &&
           check_row_count(made->n_rows, err) &&
           check_count(made->n_figures, "return_made.figures", err);
}

static bool check_release(const Uptake__V1__BrakeRelease *release, struct err *err)
{
    struct date day;

    if (!date_parse(release->released_on, "brake_release.released_on", &day, err))
        return false;
    if (release->recipients == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "brake_release.recipients",
                       "say to how many recipients the mail may go");
    return check_line(release->released_by, "brake_release.released_by", NAME_BYTES, true, err) &&
           check_line(release->note, "brake_release.note", NAME_BYTES, false, err);
}

bool check_asking_groups(const Uptake__V1__Change *c, struct err *err)
{
    return (!c->policy_rule || check_policy(c->policy_rule, err)) &&
           (!c->chase_set || check_chase(c->chase_set, err)) &&
           (!c->cycle_decision || check_cycle(c->cycle_decision, err)) &&
           (!c->return_made || check_return(c->return_made, err)) &&
           (!c->brake_release || check_release(c->brake_release, err));
}
