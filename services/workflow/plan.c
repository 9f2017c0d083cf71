/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "plan_parts.h"

#include <stdlib.h>
#include <string.h>

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int obligation_compare(const void *left, const void *right)
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

/* Changes ---------------------------------------------------------------------------------------
 */

static bool put_change(struct planning *planning, const struct obligation *row)
{
    struct plan_changes *changes = planning->changes;
    struct obligation *rows =
        arena_grow(planning->arena, changes->rows, changes->n, &changes->room, sizeof(*rows));

    if (!rows)
        return false;
    changes->rows = rows;
    rows += changes->n++;
    *rows = *row;
    rows->reason = arena_strdup(planning->arena, row->reason);
    rows->awaited = arena_strdup(planning->arena, row->awaited);
    return rows->reason && rows->awaited;
}

static bool is_same(const struct obligation *a, const struct obligation *b)
{
    return a->state == b->state && strcmp(a->reason, b->reason) == 0 &&
           date_compare(a->cycle_begin_on, b->cycle_begin_on) == 0 &&
           date_compare(a->cycle_on, b->cycle_on) == 0 &&
           date_compare(a->send_on, b->send_on) == 0 && a->asked_id == b->asked_id &&
           strcmp(a->awaited, b->awaited) == 0 && a->rung == b->rung && a->held == b->held &&
           a->coalesced_cycle == b->coalesced_cycle && a->coalesced_step == b->coalesced_step;
}

bool plan_apply(struct planning *planning, const struct obligation *before, struct obligation row,
                enum obligation_event event, const char *particulars)
{
    const struct obligation_step *step =
        obligation_next(before ? before->state : OBLIGATION_NEW, event);

    if (!step)
        return true;
    row.state = step->to;
    row.reason = step->reason;
    if (particulars[0])
        row.reason = arena_printf(&planning->scratch, "%s: %s", step->reason, particulars);
    if (!row.reason)
        return false;
    return before && is_same(before, &row) ? true : put_change(planning, &row);
}

int plan_find_row(const struct question *question, int cycle, int step, int64_t recipient_id)
{
    struct obligation key = {.policy_id = question->of.policy->policy_id,
                             .subject_id = question->of.action->action_id,
                             .cycle = cycle,
                             .step = step,
                             .recipient_id = recipient_id};
    const struct obligation *row = question->nledger
                                       ? bsearch(&key, question->ledger, (size_t)question->nledger,
                                                 sizeof(*question->ledger), obligation_compare)
                                       : NULL;

    return row ? (int)(row - question->ledger) : -1;
}

/* Whom it is put to -----------------------------------------------------------------------------
 */

static const struct question_ladder *find_ladder(const struct question *question,
                                                 const struct plan_version *version)
{
    for (int i = 0; i < question->nladders; i++)
        if (question->ladders[i].version == version)
            return &question->ladders[i];
    return NULL;
}

const struct question_ladder *question_ladder_of(const struct question *question,
                                                 const struct cycle *cycle)
{
    return find_ladder(question, cycle->version);
}

const struct ladder_place *question_place(const struct question *question,
                                          const struct cycle *cycle, int64_t recipient_id)
{
    const struct question_ladder *ladder = question_ladder_of(question, cycle);

    for (int i = 0; i < ladder->n; i++)
        if (ladder->places[i].recipient_id == recipient_id)
            return &ladder->places[i];
    return NULL;
}

static bool find_ladders(struct planning *planning, struct question *question)
{
    question->ladders = arena_alloc(&planning->scratch, (size_t)question->of.policy->nversions *
                                                            sizeof(*question->ladders));
    if (!question->ladders)
        return false;
    for (int i = 0; i < question->ncycles; i++) {
        const struct plan_version *version = question->cycles[i].version;
        struct question_ladder *ladder = &question->ladders[question->nladders];

        if (find_ladder(question, version))
            continue;
        ladder->version = version;
        if (!ladder_places(planning->input, version, question->of.action, &planning->scratch,
                           &ladder->places, &ladder->n))
            return false;
        question->nladders++;
    }
    return true;
}

static bool is_first_place(const struct question *question, int ladder, int place)
{
    int64_t recipient_id = question->ladders[ladder].places[place].recipient_id;

    for (int i = 0; i < ladder; i++)
        for (int p = 0; p < question->ladders[i].n; p++)
            if (question->ladders[i].places[p].recipient_id == recipient_id)
                return false;
    return true;
}

static bool plan_recipients(struct planning *planning, struct question *question)
{
    for (int i = 0; i < question->nladders; i++)
        for (int p = 0; p < question->ladders[i].n; p++)
            if (is_first_place(question, i, p) &&
                !plan_steps(planning, question, question->ladders[i].places[p].recipient_id))
                return false;
    return true;
}

/* What is dropped -------------------------------------------------------------------------------
 */

static bool is_closed(const struct plan_policy *policy, struct date cycle_on)
{
    for (int i = 0; i < policy->ndecisions; i++)
        if (date_compare(policy->decisions[i].ends_on, cycle_on) == 0)
            return policy->decisions[i].closed;
    return false;
}

static enum obligation_event why_dropped(const struct question *question,
                                         const struct obligation *row, const char **particulars)
{
    const struct plan_action *action = question->of.action;
    const struct plan_version *version = cycles_version(question->of.policy, row->cycle_on);

    *particulars = "";
    if (row->state == OBLIGATION_PLANNED && is_closed(question->of.policy, row->cycle_on)) {
        *particulars = "the desk closed it";
        return OBLIGATION_EV_ENDED;
    }
    if (action->retracted) {
        *particulars = "the action was retracted";
        return OBLIGATION_EV_DROPPED;
    }
    if (!progress_is_open(action->progress)) {
        *particulars = progress_word(action->progress);
        return date_compare(row->cycle_begin_on, question->of.today) < 0
                   ? OBLIGATION_EV_CLOSED
                   : OBLIGATION_EV_CLOSED_BEFORE;
    }
    if (version && date_compare(row->cycle_on, version->go_live_on) < 0)
        return OBLIGATION_EV_BEFORE_GO_LIVE;
    if (!version)
        *particulars = "no version of the policy speaks of that day";
    else if (!version->active)
        *particulars = "the policy is not active";
    else if (action->binds_state)
        *particulars = "the action binds a State";
    else if (!cycles_reach(version, action))
        *particulars = "the policy does not speak to it";
    else if (cycles_rest(version, action))
        *particulars = "the action is on hold";
    else
        *particulars = "deadline, policy or responsible unit changed";
    return OBLIGATION_EV_DROPPED;
}

/* What stands in the ledger and in no plan any more. */
static bool drop_rows(struct planning *planning, const struct question *question)
{
    for (int i = 0; i < question->nledger; i++) {
        const struct obligation *before = &question->ledger[i];
        struct obligation row = *before;
        const char *particulars;
        enum obligation_event event;

        if (question->planned_again[i])
            continue;
        row.held = false;
        event = why_dropped(question, before, &particulars);
        if (!plan_apply(planning, before, row, event, particulars))
            return false;
    }
    return true;
}

/* The questions ---------------------------------------------------------------------------------
 */

/* The rows of the pair stand side by side in the sorted ledger. */
static void find_ledger(const struct plan_input *input, struct question *question)
{
    struct obligation key = {.policy_id = question->of.policy->policy_id,
                             .subject_id = question->of.action->action_id,
                             .cycle = 0};
    int low = 0, high = input->nledger;

    while (low < high) {
        int middle = low + (high - low) / 2;
        if (obligation_compare(&input->ledger[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    question->ledger = input->ledger + low;
    while (low + question->nledger < input->nledger &&
           question->ledger[question->nledger].policy_id == key.policy_id &&
           question->ledger[question->nledger].subject_id == key.subject_id)
        question->nledger++;
    question->of.ledger = question->ledger;
    question->of.nledger = question->nledger;
}

static bool plan_question(struct planning *planning, const struct plan_policy *policy,
                          const struct plan_action *action)
{
    struct question question = {
        .of = {.policy = policy, .action = action, .today = planning->input->today}};

    arena_reset(&planning->scratch);
    find_ledger(planning->input, &question);
    question.planned_again =
        arena_zalloc(&planning->scratch, (size_t)question.nledger * sizeof(bool) + 1);
    if (!question.planned_again)
        return false;
    if (!action->binds_state && progress_is_open(action->progress) &&
        !cycles_of(&question.of, &planning->scratch, &question.cycles, &question.ncycles))
        return false;
    if (question.ncycles &&
        (!find_ladders(planning, &question) || !plan_recipients(planning, &question)))
        return false;
    return drop_rows(planning, &question);
}

bool plan(const struct plan_input *input, struct arena *arena, struct plan_changes *changes,
          struct err *err)
{
    struct planning planning = {.input = input, .arena = arena, .changes = changes};
    bool good = true;

    *changes = (struct plan_changes){0};
    if (input->nledger)
        qsort(input->ledger, (size_t)input->nledger, sizeof(*input->ledger), obligation_compare);
    for (int p = 0; good && p < input->npolicies; p++)
        for (int a = 0; good && a < input->nactions; a++)
            good = plan_question(&planning, &input->policies[p], &input->actions[a]);
    arena_finish(&planning.scratch);
    return good || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot allocate");
}
