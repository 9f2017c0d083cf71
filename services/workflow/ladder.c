/* SPDX-License-Identifier: Apache-2.0 */
#include "ladder.h"

#include <limits.h>
#include <stdlib.h>

struct climb {
    const struct plan_input *input;
    const struct plan_version *version;
    const struct plan_action *action;
    struct ladder_place *places;
    int n;
    int nleads; /* the first of the places */
};

static bool is_sure(const struct plan_responsibility *responsibility)
{
    bool is_unsure = responsibility->inferred || responsibility->ambiguous || responsibility->vague;

    return responsibility->unit_id != 0 && (!is_unsure || responsibility->confirmed);
}

static bool has_mail(enum plan_unit_kind kind, bool has_address)
{
    return has_address && (kind == PLAN_UNIT_UNIT || kind == PLAN_UNIT_POST);
}

bool plan_may_ask(const struct plan_responsibility *responsibility)
{
    return responsibility->role == ROLE_LEAD && is_sure(responsibility) &&
           has_mail(responsibility->unit_kind, responsibility->has_address);
}

static int compare_units(const void *left, const void *right)
{
    const struct plan_unit *a = left;
    const struct plan_unit *b = right;

    return (a->unit_id > b->unit_id) - (a->unit_id < b->unit_id);
}

const struct plan_unit *ladder_unit(const struct plan_input *input, int64_t unit_id)
{
    const struct plan_unit key = {.unit_id = unit_id};

    if (unit_id == 0 || input->nunits == 0)
        return NULL;
    return bsearch(&key, input->units, (size_t)input->nunits, sizeof(key), compare_units);
}

static int64_t head_of(const struct plan_input *input, int64_t unit_id)
{
    const struct plan_unit *unit = ladder_unit(input, unit_id);

    return unit ? unit->reports_to_id : 0;
}

static bool has_place(const struct climb *climb, int64_t recipient_id)
{
    for (int i = 0; i < climb->n; i++)
        if (climb->places[i].recipient_id == recipient_id)
            return true;
    return false;
}

static void add_leads(struct climb *climb)
{
    const struct plan_action *action = climb->action;

    for (int i = 0; i < action->nresponsibilities; i++) {
        int64_t lead = action->responsibilities[i].unit_id;
        if (plan_may_ask(&action->responsibilities[i]) && !has_place(climb, lead))
            climb->places[climb->n++] = (struct ladder_place){lead, lead, RUNG_UNIT, INT_MIN};
    }
    climb->nleads = climb->n;
}

static int64_t overseer_of(const struct climb *climb)
{
    const struct plan_action *action = climb->action;

    for (int i = 0; i < action->nresponsibilities; i++)
        if (action->responsibilities[i].role == ROLE_OVERSEER &&
            is_sure(&action->responsibilities[i]))
            return action->responsibilities[i].unit_id;
    return climb->version->overseer_id;
}

/* INT_MAX: the ladder has no such rung. */
static int first_step(const struct plan_version *version, enum obligation_rung rung)
{
    int first = INT_MAX;

    for (int i = 0; i < version->nladder; i++)
        if (version->ladder[i].rung == rung && version->ladder[i].step < first)
            first = version->ladder[i].step;
    return first;
}

static void add_above(struct climb *climb, enum obligation_rung rung, int64_t unit_id,
                      int64_t asked_id, int from_step)
{
    const struct plan_unit *unit = ladder_unit(climb->input, unit_id);

    if (unit && has_mail(unit->kind, unit->has_address) && !has_place(climb, unit_id))
        climb->places[climb->n++] = (struct ladder_place){unit_id, asked_id, rung, from_step};
}

static void add_rung(struct climb *climb, enum obligation_rung rung)
{
    int from_step = first_step(climb->version, rung);
    int64_t overseer;

    if (from_step == INT_MAX)
        return;
    overseer = overseer_of(climb);
    for (int i = 0; i < climb->nleads; i++) {
        int64_t lead = climb->places[i].recipient_id;
        int64_t above = rung == RUNG_UNIT_HEAD  ? head_of(climb->input, lead)
                        : rung == RUNG_OVERSEER ? overseer
                                                : head_of(climb->input, overseer);
        add_above(climb, rung, above, lead, from_step);
    }
}

bool ladder_is_of(const struct plan_input *input, const struct ladder_place *place, int64_t lead_id)
{
    if (place->rung == RUNG_UNIT)
        return place->recipient_id == lead_id;
    return place->rung != RUNG_UNIT_HEAD || head_of(input, lead_id) == place->recipient_id;
}

bool ladder_places(const struct plan_input *input, const struct plan_version *version,
                   const struct plan_action *action, struct arena *arena,
                   struct ladder_place **places, int *n)
{
    /* Each lead, its head, the overseer and its head. */
    int most = 2 * action->nresponsibilities + 2;
    struct climb climb = {.input = input, .version = version, .action = action};

    climb.places = arena_alloc(arena, (size_t)most * sizeof(*climb.places));
    if (!climb.places)
        return false;
    add_leads(&climb);
    for (int rung = RUNG_UNIT_HEAD; rung < RUNG_COUNT; rung++)
        add_rung(&climb, (enum obligation_rung)rung);
    *places = climb.places;
    *n = climb.n;
    return true;
}
