/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of one question to one recipient: which is asked on which day, which rests, and why. */
#include "plan_parts.h"

#include "numbering.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PARTICULARS = 160,
    RUNG_WAITS_DAYS = 7, /* at most, for whoever stands above a unit */
};

/* Whose answer to a cycle is missing, of those for whom the recipient is written to. */
struct awaited {
    int64_t first_id;        /* 0: nobody's */
    const char *all;         /* "1,2"; first_id alone: "" */
    struct date answered_on; /* the last of the answers that are there */
};

/* One step on its way through the rules. */
struct candidate {
    const struct cycle *cycle; /* NULL: a step that was sent and is none of the rules any more */
    const struct ladder_place *place;
    const struct awaited *awaited;
    int number; /* of the cycle */
    int step;
    struct date rule_on;  /* its day as the steps say, working day or not */
    struct date order_on; /* where it stands among the others: its day by the rules, or as sent */
    struct date send_on;
    int row; /* index in the question's ledger, or -1 */
    bool settled;
    bool asked; /* to be: the plan said so */
    bool waits; /* for the unit below to have had its time */
    enum obligation_event
        rest; /* why it is not asked; OBLIGATION_EVENT_COUNT: it is in the running */
    char why[PARTICULARS];
};

struct stepping {
    struct planning *planning;
    struct question *question;
    int64_t recipient_id;
    const char *zone;        /* of the recipient */
    struct awaited *awaited; /* parallel to the cycles */
    struct candidate *list;  /* by day */
    int n;
    const struct cycle *answered; /* the last that was; NULL: none */
};

static struct date later_of(struct date a, struct date b)
{
    return date_compare(a, b) > 0 ? a : b;
}

static struct date to_working_day(const struct stepping *stepping, struct date day,
                                  enum working_day_rule rule)
{
    return working_day(stepping->planning->input->holidays, stepping->zone, day, rule);
}

/* The day a step is sent on. A unit that asked to wait is not written to before the day it named.
 */
static struct date send_day(const struct stepping *stepping, const struct candidate *candidate)
{
    enum working_day_rule rule = candidate->cycle->version->working_day;
    struct date until = stepping->question->of.action->snoozed_until;

    if (date_compare(candidate->order_on, until) >= 0)
        return candidate->order_on;
    return to_working_day(stepping, until, rule == WORKING_DAY_BEFORE ? WORKING_DAY_AFTER : rule);
}

/* A last step that moved to the working day after is still asked. */
static struct date closing_day(const struct stepping *stepping, const struct cycle *cycle)
{
    struct date day = date_add_days(cycle->end_on, cycle->version->closes_after_days);

    return later_of(day, to_working_day(stepping, day, cycle->version->working_day));
}

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = date_compare(a->order_on, b->order_on);

    if (!order)
        order = (a->number > b->number) - (a->number < b->number);
    return order ? order : (a->step > b->step) - (a->step < b->step);
}

/* Listing ---------------------------------------------------------------------------------------
 */

static void add_candidate(struct stepping *stepping, const struct cycle *cycle,
                          const struct ladder_place *place, int step)
{
    struct question *question = stepping->question;
    struct candidate *candidate = &stepping->list[stepping->n];
    struct date horizon = date_add_days(stepping->planning->input->today, PLAN_HORIZON_DAYS);

    *candidate = (struct candidate){
        .cycle = cycle,
        .place = place,
        .awaited = &stepping->awaited[cycle - question->cycles],
        .number = cycle->number,
        .step = step,
        .rule_on = date_add_days(cycle->end_on, step),
        .row = plan_find_row(question, cycle->number, step, stepping->recipient_id),
        .rest = OBLIGATION_EVENT_COUNT,
    };
    candidate->order_on = to_working_day(stepping, candidate->rule_on, cycle->version->working_day);
    candidate->send_on = send_day(stepping, candidate);
    if (date_compare(candidate->send_on, horizon) > 0)
        return;
    if (candidate->row >= 0) {
        const struct obligation *row = &question->ledger[candidate->row];
        question->planned_again[candidate->row] = true;
        candidate->settled = numbering_is_settled(row);
        if (candidate->settled)
            candidate->order_on = candidate->send_on = row->send_on;
    }
    stepping->n++;
}

static const struct cycle *find_cycle(const struct question *question, int number)
{
    for (int i = 0; i < question->ncycles; i++)
        if (question->cycles[i].number == number)
            return &question->cycles[i];
    return NULL;
}

/* What was sent speaks for what came before it, also where the rules have no such step any more. */
static void add_sent(struct stepping *stepping)
{
    const struct question *question = stepping->question;

    for (int i = 0; i < question->nledger; i++) {
        const struct obligation *row = &question->ledger[i];
        if (row->recipient_id == stepping->recipient_id && !question->planned_again[i] &&
            numbering_is_settled(row) && find_cycle(question, row->cycle))
            stepping->list[stepping->n++] = (struct candidate){.number = row->cycle,
                                                               .step = row->step,
                                                               .order_on = row->send_on,
                                                               .send_on = row->send_on,
                                                               .row = i,
                                                               .settled = true};
    }
}

/* Answers ---------------------------------------------------------------------------------------
 */

static bool is_of_lead(const struct stepping *stepping, int cycle, int64_t lead_id)
{
    const struct question *question = stepping->question;
    const struct ladder_place *place =
        question_place(question, &question->cycles[cycle], stepping->recipient_id);

    return place && ladder_is_of(stepping->planning->input, place, lead_id);
}

static bool note_silent(struct stepping *stepping, struct awaited *awaited, int64_t lead_id)
{
    struct arena *arena = &stepping->planning->scratch;

    if (!awaited->first_id)
        awaited->first_id = lead_id;
    else if (*awaited->all)
        awaited->all = arena_printf(arena, "%s,%" PRId64, awaited->all, lead_id);
    else
        awaited->all = arena_printf(arena, "%" PRId64 ",%" PRId64, awaited->first_id, lead_id);
    return awaited->all;
}

static bool note_lead(struct stepping *stepping, int64_t lead_id)
{
    struct question *question = stepping->question;

    if (!cycles_answered(question->of.action, lead_id, question->cycles, question->ncycles,
                         &stepping->planning->scratch))
        return false;
    for (int i = 0; i < question->ncycles; i++) {
        struct awaited *awaited = &stepping->awaited[i];
        struct date answered_on = question->cycles[i].answered_on;

        if (!is_of_lead(stepping, i, lead_id))
            continue;
        if (!date_is_none(answered_on))
            awaited->answered_on = later_of(awaited->answered_on, answered_on);
        else if (!note_silent(stepping, awaited, lead_id))
            return false;
    }
    return true;
}

/* A cycle is answered to the recipient when all have for whom it is written to. The leads are the
 * same in every cycle. */
static bool note_answers(struct stepping *stepping)
{
    struct question *question = stepping->question;
    int n = question->ncycles;
    const struct question_ladder *ladder =
        n ? question_ladder_of(question, question->cycles) : NULL;

    stepping->awaited =
        arena_zalloc(&stepping->planning->scratch, (size_t)n * sizeof(*stepping->awaited) + 1);
    if (!stepping->awaited)
        return false;
    for (int i = 0; i < n; i++)
        stepping->awaited[i].all = "";
    for (int lead = 0; ladder && lead < ladder->n; lead++) {
        bool is_concerned = false;
        for (int i = 0; !is_concerned && i < n; i++)
            is_concerned = is_of_lead(stepping, i, ladder->places[lead].recipient_id);
        if (is_concerned && ladder->places[lead].rung == RUNG_UNIT &&
            !note_lead(stepping, ladder->places[lead].recipient_id))
            return false;
    }
    for (int i = 0; i < n; i++)
        question->cycles[i].answered_on =
            stepping->awaited[i].first_id ? (struct date){0} : stepping->awaited[i].answered_on;
    return true;
}

static bool list_candidates(struct stepping *stepping)
{
    const struct question *question = stepping->question;
    int most = question->nledger;

    for (int i = 0; i < question->ncycles; i++)
        most += question->cycles[i].version->nsteps;
    stepping->list =
        arena_alloc(&stepping->planning->scratch, (size_t)most * sizeof(*stepping->list));
    if (!stepping->list || !note_answers(stepping))
        return false;
    for (int i = 0; i < question->ncycles; i++) {
        const struct cycle *cycle = &question->cycles[i];
        const struct ladder_place *place = question_place(question, cycle, stepping->recipient_id);
        for (int s = 0; place && s < cycle->version->nsteps; s++)
            if (cycle->version->steps[s] >= place->from_step)
                add_candidate(stepping, cycle, place, cycle->version->steps[s]);
        if (!date_is_none(cycle->answered_on))
            stepping->answered = cycle;
    }
    add_sent(stepping);
    if (stepping->n)
        qsort(stepping->list, (size_t)stepping->n, sizeof(*stepping->list), compare_candidates);
    return true;
}

/* Resting ---------------------------------------------------------------------------------------
 */

static void rest(struct candidate *candidate, enum obligation_event event)
{
    candidate->rest = event;
}

static void rest_until(struct candidate *candidate, enum obligation_event event, struct date day)
{
    rest(candidate, event);
    date_format(day, candidate->why);
}

/* An acknowledgement speaks of the cycle that was being asked about, up to its end. */
static bool is_acknowledged(const struct plan_action *action, const struct candidate *candidate)
{
    const struct cycle *cycle = candidate->cycle;
    struct date first = date_add_days(cycle->end_on, cycle->version->steps[0]);

    return !date_is_none(action->acknowledged_on) &&
           date_compare(action->acknowledged_on, first) >= 0 &&
           date_compare(action->acknowledged_on, cycle->end_on) <= 0 &&
           date_compare(later_of(candidate->rule_on, action->snoozed_until), cycle->end_on) <= 0;
}

/* Reminders that were sent, or are to be before this one, in its cycle. */
static int count_asked(const struct stepping *stepping, int at)
{
    int n = 0;

    for (int i = 0; i < stepping->n; i++)
        n += stepping->list[i].number == stepping->list[at].number &&
             (stepping->list[i].settled || (i < at && stepping->list[i].asked));
    return n;
}

static bool is_capped(const struct stepping *stepping, int at)
{
    int most = stepping->list[at].cycle->version->most_reminders;

    return most > 0 && count_asked(stepping, at) >= most;
}

static void note_rest(const struct stepping *stepping, int at)
{
    const struct plan_action *action = stepping->question->of.action;
    struct candidate *candidate = &stepping->list[at];
    const struct cycle *cycle = candidate->cycle;
    int closes_days = cycle->version->closes_after_days;
    struct date closes_on = closing_day(stepping, cycle);

    if (!date_is_none(cycle->answered_on)) {
        rest_until(candidate, OBLIGATION_EV_SUBMITTED, cycle->answered_on);
    } else if (stepping->answered && stepping->answered->number > cycle->number) {
        rest(candidate, OBLIGATION_EV_ANSWERED_LATER);
        snprintf(candidate->why, PARTICULARS, "cycle %d", stepping->answered->number);
    } else if (cycle->closed) {
        rest(candidate, OBLIGATION_EV_ENDED);
        snprintf(candidate->why, PARTICULARS, "the desk closed it");
    } else if (closes_days > 0 &&
               date_compare(later_of(candidate->send_on, stepping->planning->input->today),
                            closes_on) > 0) {
        rest_until(candidate, OBLIGATION_EV_ENDED, closes_on);
    } else if (is_capped(stepping, at)) {
        rest(candidate, OBLIGATION_EV_CAPPED);
    } else if (is_acknowledged(action, candidate)) {
        rest_until(candidate, OBLIGATION_EV_ACKNOWLEDGED, action->acknowledged_on);
    }
}

/* Asking ----------------------------------------------------------------------------------------
 */

static bool may_speak(const struct candidate *candidate, const struct candidate *other)
{
    return other->settled || (other->rest == OBLIGATION_EVENT_COUNT &&
                              (!other->cycle->held || other->cycle == candidate->cycle));
}

/* Whom an unsent candidate gives way to, its day having passed or being the other's too: the first
 * after it that was sent, else the newest in the running. Itself: it is the newest. */
static const struct candidate *speaker_for(const struct stepping *stepping, int at)
{
    const struct candidate *candidate = &stepping->list[at];
    const struct candidate *newest = candidate;
    struct date until = later_of(candidate->send_on, stepping->planning->input->today);

    for (int i = at + 1; i < stepping->n; i++) {
        const struct candidate *other = &stepping->list[i];
        if (date_compare(other->send_on, until) > 0)
            break;
        if (!may_speak(candidate, other))
            continue;
        if (other->settled)
            return other;
        newest = other;
    }
    return newest;
}

static void put_why(struct candidate *candidate, size_t *len, const char *text)
{
    int n = snprintf(candidate->why + *len, PARTICULARS - *len, "%s%s", *len ? "; " : "", text);

    if (n > 0 && *len + (size_t)n < PARTICULARS)
        *len += (size_t)n;
}

static void put_working_day(const struct stepping *stepping, struct candidate *candidate,
                            size_t *len)
{
    enum working_day_rule rule = candidate->cycle->version->working_day;
    char day[DATE_TEXT], text[PARTICULARS];

    if (rule != WORKING_DAY_BEFORE && rule != WORKING_DAY_AFTER)
        return;
    if (date_compare(candidate->rule_on, candidate->order_on) != 0) {
        date_format(candidate->rule_on, day);
        snprintf(text, sizeof(text), "%s is no working day", day);
        put_why(candidate, len, text);
    }
    if (!holidays_know(stepping->planning->input->holidays, stepping->zone,
                       candidate->order_on.year))
        put_why(candidate, len, "HOLIDAYS_UNKNOWN, weekends count alone");
}

/* The day of the first digest that asked the unit in this cycle, or in a later one whose step spoke
 * for this one's; none: not yet. */
static struct date first_asked(const struct stepping *stepping, const struct candidate *candidate)
{
    const struct question *question = stepping->question;
    struct date first = {0};

    for (int i = 0; i < question->nledger; i++) {
        const struct obligation *row = &question->ledger[i];
        if (row->cycle >= candidate->number && row->recipient_id == candidate->awaited->first_id &&
            !date_is_none(row->digest_on) &&
            (date_is_none(first) || date_compare(row->digest_on, first) < 0))
            first = row->digest_on;
    }
    return first;
}

/* Nobody hears of a silence that had no time to be one: after downtime, or when a policy goes live
 * in the midst of a cycle, all steps are due at once. But before the cycle is closed somebody has
 * to hear of it. */
static void wait_for_unit(const struct stepping *stepping, struct candidate *candidate)
{
    const struct plan_version *version = candidate->cycle->version;
    int days = candidate->step - version->steps[0];
    struct date first = first_asked(stepping, candidate);
    struct date day, closes_on = closing_day(stepping, candidate->cycle);

    if (candidate->place->rung == RUNG_UNIT)
        return;
    if (days > RUNG_WAITS_DAYS)
        days = RUNG_WAITS_DAYS;
    day = date_add_days(date_is_none(first) ? stepping->planning->input->today : first, days);
    if (date_compare(day, candidate->send_on) <= 0)
        return;
    candidate->waits = true;
    candidate->send_on = to_working_day(
        stepping, day,
        version->working_day == WORKING_DAY_BEFORE ? WORKING_DAY_AFTER : version->working_day);
    if (version->closes_after_days > 0 && date_compare(candidate->send_on, closes_on) > 0)
        candidate->send_on = closes_on;
}

/* What a person should know about a step that is asked. */
static void say_why(const struct stepping *stepping, struct candidate *candidate)
{
    const struct plan_action *action = stepping->question->of.action;
    const struct plan_version *version = candidate->cycle->version;
    size_t len = 0;

    if (candidate->cycle->held)
        put_why(candidate, &len, "the desk holds the cycle until it is opened");
    if (date_compare(candidate->send_on, candidate->order_on) > 0)
        put_why(candidate, &len,
                candidate->waits ? "the unit has its time to answer first"
                                 : "the unit asked to wait until then");
    put_working_day(stepping, candidate, &len);
    if (version->trigger == PLAN_INTERVAL && action->anchor_assumed &&
        date_is_none(version->anchor_on))
        put_why(candidate, &len, "ANCHOR_ASSUMED, the document's date");
}

static bool plan_candidate(struct stepping *stepping, int at)
{
    const struct question *question = stepping->question;
    struct candidate *candidate = &stepping->list[at];
    const struct candidate *speaker;
    const struct obligation *before =
        candidate->row >= 0 ? &question->ledger[candidate->row] : NULL;
    struct obligation row = {
        .policy_id = question->of.policy->policy_id,
        .subject_id = question->of.action->action_id,
        .cycle = candidate->number,
        .cycle_begin_on = candidate->cycle->begin_on,
        .cycle_on = candidate->cycle->end_on,
        .step = candidate->step,
        .recipient_id = stepping->recipient_id,
        .asked_id = candidate->awaited->first_id ? candidate->awaited->first_id
                                                 : candidate->place->asked_id,
        .awaited = *candidate->awaited->all
                       ? arena_printf(&stepping->planning->scratch, "{%s}", candidate->awaited->all)
                       : "",
        .rung = candidate->place->rung,
        .send_on = candidate->send_on,
    };

    if (!row.awaited)
        return false;
    if (candidate->cycle->closed && (!before || before->state != OBLIGATION_PLANNED))
        return before || plan_apply(stepping->planning, NULL, row, OBLIGATION_EV_DROPPED,
                                    "the desk closed the cycle");
    if (candidate->rest == OBLIGATION_EVENT_COUNT && is_capped(stepping, at))
        rest(candidate, OBLIGATION_EV_CAPPED);
    if (candidate->rest != OBLIGATION_EVENT_COUNT)
        return plan_apply(stepping->planning, before, row, candidate->rest, candidate->why);
    speaker = speaker_for(stepping, at);
    if (speaker != candidate) {
        row.coalesced_cycle = speaker->number;
        row.coalesced_step = speaker->step;
        snprintf(candidate->why, PARTICULARS, "cycle %d step %+d", speaker->number, speaker->step);
        return plan_apply(stepping->planning, before, row, OBLIGATION_EV_OVERTAKEN, candidate->why);
    }
    candidate->asked = true;
    wait_for_unit(stepping, candidate);
    row.send_on = candidate->send_on;
    row.held = candidate->cycle->held;
    say_why(stepping, candidate);
    return plan_apply(stepping->planning, before, row, OBLIGATION_EV_ASK, candidate->why);
}

bool plan_steps(struct planning *planning, struct question *question, int64_t recipient_id)
{
    const struct plan_unit *recipient = ladder_unit(planning->input, recipient_id);
    struct stepping stepping = {.planning = planning,
                                .question = question,
                                .recipient_id = recipient_id,
                                .zone = recipient && recipient->zone ? recipient->zone : ""};

    if (!list_candidates(&stepping))
        return false;
    for (int i = 0; i < stepping.n; i++)
        if (!stepping.list[i].settled)
            note_rest(&stepping, i);
    for (int i = 0; i < stepping.n; i++)
        if (!stepping.list[i].settled && !plan_candidate(&stepping, i))
            return false;
    return true;
}
