/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "cycles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One policy asking about one action. */
struct question {
    const struct plan_policy *policy;
    const struct plan_action *action;
    struct obligation *ledger; /* the rows of this pair, in order */
    bool *planned_again;       /* parallel: the plan still knows this row */
    int nledger;
    struct cycle *cycles;
    int ncycles;
};

/* One rung for one recipient on its way through the rules. */
struct candidate {
    const struct cycle *cycle;
    int step;
    struct date send_on;
    int row;      /* index in the question's ledger, or -1 */
    bool settled; /* claimed or sent: it was asked */
};

struct planning {
    const struct plan_input *input;
    struct arena *arena;
    struct plan_changes *changes;
};

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_rows(const void *left, const void *right)
{
    const struct obligation *a = left;
    const struct obligation *b = right;
    int order = compare_int(a->policy_id, b->policy_id);

    if (!order)
        order = compare_int(a->subject_id, b->subject_id);
    if (!order)
        order = compare_int(a->cycle, b->cycle);
    if (!order)
        order = compare_int(a->step, b->step);
    return order ? order : compare_int(a->recipient_id, b->recipient_id);
}

static bool is_settled(const struct obligation *row)
{
    return row->state == OBLIGATION_CLAIMED || row->state == OBLIGATION_SENT;
}

bool plan_may_ask(const struct plan_responsibility *responsibility)
{
    bool is_unsure = responsibility->inferred || responsibility->ambiguous || responsibility->vague;

    return responsibility->role == ROLE_LEAD && responsibility->unit_id != 0 &&
           (responsibility->unit_kind == PLAN_UNIT_UNIT ||
            responsibility->unit_kind == PLAN_UNIT_POST) &&
           responsibility->has_address && (!is_unsure || responsibility->confirmed);
}

static bool put_change(struct planning *planning, const struct obligation *row)
{
    struct plan_changes *changes = planning->changes;

    if (changes->n == changes->room) {
        int room = changes->room ? changes->room * 2 : 64;
        struct obligation *rows = arena_alloc(planning->arena, (size_t)room * sizeof(*rows));
        if (!rows)
            return false;
        if (changes->n)
            memcpy(rows, changes->rows, (size_t)changes->n * sizeof(*rows));
        changes->rows = rows;
        changes->room = room;
    }
    changes->rows[changes->n++] = *row;
    return true;
}

static bool is_same(const struct obligation *a, const struct obligation *b)
{
    return a->state == b->state && strcmp(a->reason, b->reason) == 0 &&
           date_compare(a->cycle_on, b->cycle_on) == 0 &&
           date_compare(a->send_on, b->send_on) == 0 && a->coalesced_cycle == b->coalesced_cycle &&
           a->coalesced_step == b->coalesced_step;
}

/* Moves the row as the life cycle says; particulars are appended to the reason. before: the row in
 * the ledger, or NULL. */
static bool apply(struct planning *planning, const struct obligation *before, struct obligation row,
                  enum obligation_event event, const char *particulars)
{
    const struct obligation_step *step =
        obligation_next(before ? before->state : OBLIGATION_NEW, event);

    if (!step)
        return true;
    row.state = step->to;
    row.reason = particulars[0] ? arena_printf(planning->arena, "%s: %s", step->reason, particulars)
                                : step->reason;
    if (!row.reason)
        return false;
    return before && is_same(before, &row) ? true : put_change(planning, &row);
}

static int find_row(const struct question *question, int cycle, int step, int64_t recipient_id)
{
    struct obligation key = {.policy_id = question->policy->policy_id,
                             .subject_id = question->action->action_id,
                             .cycle = cycle,
                             .step = step,
                             .recipient_id = recipient_id};
    struct obligation *row = question->nledger
                                 ? bsearch(&key, question->ledger, (size_t)question->nledger,
                                           sizeof(*question->ledger), compare_rows)
                                 : NULL;

    return row ? (int)(row - question->ledger) : -1;
}

/* A deadline that moves after somebody was reminded of it opens the next cycle. */
static int deadline_cycle(const struct question *question)
{
    int most = 0;

    for (int i = 0; i < question->nledger; i++) {
        const struct obligation *row = &question->ledger[i];
        if (!is_settled(row))
            continue;
        if (date_compare(row->cycle_on, question->action->due_on) == 0)
            return row->cycle;
        if (row->cycle > most)
            most = row->cycle;
    }
    return most + 1;
}

static bool is_asked_at_all(const struct question *question)
{
    return question->policy->active && question->policy->nsteps > 0 &&
           !question->action->binds_state && progress_is_open(question->action->progress);
}

static bool find_cycles(const struct planning *planning, struct question *question)
{
    const struct plan_policy *policy = question->policy;
    const struct plan_action *action = question->action;

    if (!is_asked_at_all(question))
        return true;
    if (policy->trigger == PLAN_INTERVAL)
        return cycles_of(policy, action, planning->input->today, planning->arena, &question->cycles,
                         &question->ncycles);
    if (date_is_none(action->due_on) || date_compare(action->due_on, policy->go_live_on) < 0)
        return true;
    question->cycles = arena_zalloc(planning->arena, sizeof(*question->cycles));
    if (!question->cycles)
        return false;
    question->cycles[0] = (struct cycle){deadline_cycle(question), action->due_on, {0}};
    question->ncycles = 1;
    return true;
}

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = date_compare(a->send_on, b->send_on);

    if (!order)
        order = compare_int(a->cycle->number, b->cycle->number);
    return order ? order : compare_int(a->step, b->step);
}

static struct candidate *list_candidates(const struct planning *planning, struct question *question,
                                         int64_t recipient_id, int *n)
{
    struct date horizon = date_add_days(planning->input->today, PLAN_HORIZON_DAYS);
    const struct plan_policy *policy = question->policy;
    struct candidate *list =
        arena_alloc(planning->arena, (size_t)(question->ncycles * policy->nsteps) * sizeof(*list));

    *n = 0;
    if (!list)
        return NULL;
    for (int c = 0; c < question->ncycles; c++)
        for (int s = 0; s < policy->nsteps; s++) {
            const struct cycle *cycle = &question->cycles[c];
            struct candidate *candidate = &list[*n];
            *candidate = (struct candidate){
                .cycle = cycle,
                .step = policy->steps[s],
                .send_on = date_add_days(cycle->end_on, policy->steps[s]),
                .row = find_row(question, cycle->number, policy->steps[s], recipient_id),
            };
            if (date_compare(candidate->send_on, horizon) > 0)
                continue;
            if (candidate->row >= 0) {
                question->planned_again[candidate->row] = true;
                candidate->settled = is_settled(&question->ledger[candidate->row]);
            }
            (*n)++;
        }
    qsort(list, (size_t)*n, sizeof(*list), compare_candidates);
    return list;
}

/* The last cycle that was answered, or NULL. */
static const struct cycle *last_answered(const struct question *question)
{
    for (int i = question->ncycles - 1; i >= 0; i--)
        if (!date_is_none(question->cycles[i].answered_on))
            return &question->cycles[i];
    return NULL;
}

/* Whom an unsent candidate whose day has passed gives way to: the first after it that was sent,
 * else the newest that waits. Itself: it is the newest. */
static const struct candidate *speaker_for(const struct candidate *list, int n, int at,
                                           struct date today, const struct cycle *answered)
{
    const struct candidate *newest = &list[at];

    for (int i = at + 1; i < n && date_compare(list[i].send_on, today) <= 0; i++) {
        if (list[i].settled)
            return &list[i];
        if (!answered || list[i].cycle->number > answered->number)
            newest = &list[i];
    }
    return newest;
}

static bool plan_candidate(struct planning *planning, const struct question *question,
                           const struct candidate *list, int n, int at, int64_t recipient_id)
{
    const struct candidate *candidate = &list[at];
    const struct cycle *cycle = candidate->cycle;
    const struct cycle *answered = last_answered(question);
    const struct obligation *before =
        candidate->row >= 0 ? &question->ledger[candidate->row] : NULL;
    const struct candidate *speaker;
    char day[DATE_TEXT], text[64];
    struct obligation row = {
        .policy_id = question->policy->policy_id,
        .subject_id = question->action->action_id,
        .cycle = cycle->number,
        .cycle_on = cycle->end_on,
        .step = candidate->step,
        .recipient_id = recipient_id,
        .send_on = candidate->send_on,
    };

    if (!date_is_none(cycle->answered_on)) {
        date_format(cycle->answered_on, day);
        return apply(planning, before, row, OBLIGATION_EV_SUBMITTED, day);
    }
    if (answered && answered->number > cycle->number) {
        snprintf(text, sizeof(text), "cycle %d", answered->number);
        return apply(planning, before, row, OBLIGATION_EV_ANSWERED_LATER, text);
    }
    speaker = speaker_for(list, n, at, planning->input->today, answered);
    if (date_compare(candidate->send_on, planning->input->today) <= 0 && speaker != candidate) {
        row.coalesced_cycle = speaker->cycle->number;
        row.coalesced_step = speaker->step;
        snprintf(text, sizeof(text), "cycle %d step %+d", row.coalesced_cycle, row.coalesced_step);
        return apply(planning, before, row, OBLIGATION_EV_OVERTAKEN, text);
    }
    return apply(planning, before, row, OBLIGATION_EV_ASK,
                 question->policy->trigger == PLAN_INTERVAL && question->action->anchor_assumed
                     ? "ANCHOR_ASSUMED, the document's date"
                     : "");
}

static bool plan_recipient(struct planning *planning, struct question *question,
                           int64_t recipient_id)
{
    int n;
    struct candidate *list = list_candidates(planning, question, recipient_id, &n);

    if (!list)
        return false;
    for (int i = 0; i < n; i++)
        if (!plan_candidate(planning, question, list, n, i, recipient_id))
            return false;
    return true;
}

static bool is_first_mention(const struct plan_action *action, int at)
{
    for (int i = 0; i < at; i++)
        if (action->responsibilities[i].unit_id == action->responsibilities[at].unit_id &&
            plan_may_ask(&action->responsibilities[i]))
            return false;
    return true;
}

static enum obligation_event why_dropped(const struct question *question,
                                         const struct obligation *row, const char **particulars)
{
    const struct plan_action *action = question->action;

    *particulars = "";
    if (!progress_is_open(action->progress)) {
        *particulars = progress_word(action->progress);
        return OBLIGATION_EV_CLOSED;
    }
    if (date_compare(row->cycle_on, question->policy->go_live_on) < 0)
        return OBLIGATION_EV_BEFORE_GO_LIVE;
    if (!question->policy->active)
        *particulars = "the policy is not active";
    else if (action->binds_state)
        *particulars = "the action binds a State";
    else
        *particulars = "deadline, policy or responsible unit changed";
    return OBLIGATION_EV_DROPPED;
}

/* What stands in the ledger and in no plan any more. */
static bool drop_rows(struct planning *planning, const struct question *question)
{
    for (int i = 0; i < question->nledger; i++) {
        const struct obligation *row = &question->ledger[i];
        const char *particulars;
        enum obligation_event event;

        if (question->planned_again[i])
            continue;
        event = why_dropped(question, row, &particulars);
        if (!apply(planning, row, *row, event, particulars))
            return false;
    }
    return true;
}

/* The rows of the pair stand side by side in the sorted ledger. */
static void find_ledger(const struct plan_input *input, struct question *question)
{
    struct obligation key = {.policy_id = question->policy->policy_id,
                             .subject_id = question->action->action_id,
                             .cycle = 0};
    int low = 0, high = input->nledger;

    while (low < high) {
        int middle = low + (high - low) / 2;
        if (compare_rows(&input->ledger[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    question->ledger = input->ledger + low;
    while (low + question->nledger < input->nledger &&
           question->ledger[question->nledger].policy_id == key.policy_id &&
           question->ledger[question->nledger].subject_id == key.subject_id)
        question->nledger++;
}

static bool plan_question(struct planning *planning, const struct plan_policy *policy,
                          const struct plan_action *action)
{
    struct question question = {.policy = policy, .action = action};

    find_ledger(planning->input, &question);
    question.planned_again =
        arena_zalloc(planning->arena, (size_t)question.nledger * sizeof(bool) + 1);
    if (!question.planned_again || !find_cycles(planning, &question))
        return false;
    for (int i = 0; question.ncycles && i < action->nresponsibilities; i++)
        if (plan_may_ask(&action->responsibilities[i]) && is_first_mention(action, i) &&
            !plan_recipient(planning, &question, action->responsibilities[i].unit_id))
            return false;
    return drop_rows(planning, &question);
}

bool plan(const struct plan_input *input, struct arena *arena, struct plan_changes *changes,
          struct err *err)
{
    struct planning planning = {input, arena, changes};

    *changes = (struct plan_changes){0};
    if (input->nledger)
        qsort(input->ledger, (size_t)input->nledger, sizeof(*input->ledger), compare_rows);
    for (int p = 0; p < input->npolicies; p++)
        for (int a = 0; a < input->nactions; a++)
            if (!plan_question(&planning, &input->policies[p], &input->actions[a]))
                return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot allocate");
    return true;
}
