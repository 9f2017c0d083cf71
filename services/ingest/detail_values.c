/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of each field group, behind the id of its item. */
#include "details.h"

#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

int64_t detail_id(struct batch *batch, const char *key)
{
    const struct item_state *item = key[0] ? batch_item(batch, key, false) : NULL;

    return item ? item->item_id : 0;
}

static void put_totals(struct columns *c, int at, const Uptake__V1__DocumentIdentity *d)
{
    json_t *totals = json_object();
    char *text;

    for (size_t i = 0; i < d->n_totals; i++)
        json_object_set_new(totals, d->totals[i]->name, json_integer(d->totals[i]->count));
    text = json_dumps(totals, JSON_COMPACT);
    store_array_text(&c->array[at], text);
    c->array[at].failed |= !text;
    free(text);
    json_decref(totals);
}

static void put_document(struct batch *batch, struct columns *c,
                         const Uptake__V1__DocumentIdentity *d)
{
    store_array_text(&c->array[1], d->title);
    store_array_text(&c->array[2], d->symbol);
    put_date(&c->array[3], d->dated_on);
    store_array_text(&c->array[4], wire_word(&uptake__v1__instrument__descriptor, d->instrument));
    store_array_text(&c->array[5], d->office);
    put_id(&c->array[6], detail_id(batch, d->office_unit));
    store_array_text(&c->array[7], d->language);
    put_totals(c, 8, d);
    store_array_text(&c->array[9], d->source_name);
    store_array_bytes(&c->array[10], d->source_sha256.data, d->source_sha256.len);
}

static void put_response(struct columns *c, const Uptake__V1__ResponseStatement *r)
{
    store_array_text(&c->array[1], wire_word(&uptake__v1__response_state__descriptor, r->state));
    store_array_text(&c->array[2], r->approver);
    put_date(&c->array[3], r->approved_on);
}

static void put_recommendation(struct columns *c, const Uptake__V1__RecommendationText *r)
{
    store_array_text(&c->array[1], r->code);
    store_array_text(&c->array[2], r->text);
    put_texts(c, 3, r->issuers, r->n_issuers);
    put_texts(c, 4, r->themes, r->n_themes);
}

static void put_position(struct batch *batch, struct columns *c, const Uptake__V1__PositionTaken *p)
{
    size_t room = 3;
    char *words;

    for (size_t i = 0; i < p->n_comment_progress; i++)
        room += strlen(wire_word(&uptake__v1__progress__descriptor, p->comment_progress[i])) + 1;
    words = arena_alloc(&batch->arena, room);
    batch->failed |= !words;
    if (!words)
        return;
    words[0] = '{';
    words[1] = '\0';
    for (size_t i = 0; i < p->n_comment_progress; i++) {
        strcat(words, i ? "," : "");
        strcat(words, wire_word(&uptake__v1__progress__descriptor, p->comment_progress[i]));
    }
    strcat(words, "}");
    store_array_text(&c->array[1], p->source);
    store_array_text(&c->array[2], words);
}

void detail_put_timeframe(struct columns *c, int from, const Uptake__V1__Timeframe *t)
{
    struct store_array *at = &c->array[from];

    store_array_text(&at[0], t->source);
    put_date(&at[1], t->start_on);
    put_date(&at[2], t->due_on);
    store_array_text(&at[3], wire_word(&uptake__v1__precision__descriptor, t->precision));
    store_array_int(&at[4], (t->progressive ? 1 : 0) | (t->open ? 2 : 0));
}

static void put_former_names(struct batch *batch, struct columns *c, int at,
                             const Uptake__V1__UnitIdentity *u)
{
    char **names = arena_alloc(&batch->arena, (u->n_former_names + 1) * sizeof(*names));

    batch->failed |= !names;
    for (size_t i = 0; names && i < u->n_former_names; i++)
        names[i] = u->former_names[i]->name;
    if (names)
        put_texts(c, at, names, u->n_former_names);
}

static void put_unit(struct batch *batch, struct columns *c, const Uptake__V1__UnitIdentity *u)
{
    store_array_text(&c->array[1], u->code);
    store_array_text(&c->array[2], u->name);
    store_array_text(&c->array[3], wire_word(&uptake__v1__unit_kind__descriptor, u->kind));
    put_id(&c->array[4], detail_id(batch, u->parent));
    store_array_text(&c->array[5], u->region);
    put_id(&c->array[6], detail_id(batch, u->reports_to));
    store_array_text(&c->array[7], u->zone);
    put_texts(c, 8, u->aliases, u->n_aliases);
    put_date(&c->array[9], u->valid_from);
    put_date(&c->array[10], u->valid_to);
    put_id(&c->array[11], detail_id(batch, u->merged_into));
    put_former_names(batch, c, 12, u);
}

static void put_principal(struct columns *c, const Uptake__V1__PrincipalIdentity *p)
{
    store_array_text(&c->array[1], p->title);
    store_array_text(&c->array[2], p->contact);
    store_array_int(&c->array[3], p->speaks_for_others);
}

static void put_contact(struct columns *c, const Uptake__V1__UnitContact *u)
{
    store_array_text(&c->array[1], u->email);
    store_array_text(&c->array[2], u->language);
    store_array_text(&c->array[3], u->focal_point);
}

static void put_policy(struct batch *batch, struct columns *c, const Uptake__V1__PolicyRule *p)
{
    int64_t *steps = arena_alloc(&batch->arena, (p->n_steps + 1) * sizeof(*steps));

    batch->failed |= !steps;
    for (size_t i = 0; steps && i < p->n_steps; i++)
        steps[i] = p->steps[i];
    store_array_text(&c->array[1], p->title);
    store_array_text(&c->array[2], wire_word(&uptake__v1__trigger__descriptor, p->trigger));
    store_array_int(&c->array[3], p->interval_months);
    put_date(&c->array[4], p->go_live_on);
    if (steps)
        put_ints(c, 5, steps, (int)p->n_steps);
    put_id(&c->array[6], detail_id(batch, p->overseer));
    store_array_int(&c->array[7], p->active);
}

static void put_review(struct columns *c, const Uptake__V1__ProgressReview *r)
{
    store_array_text(&c->array[1], wire_word(&uptake__v1__review__descriptor, r->review));
    store_array_int(&c->array[2], (int64_t)r->of_revision);
}

static void put_round(struct columns *c, const Uptake__V1__RoundHeld *r)
{
    store_array_text(&c->array[1], r->name);
    store_array_text(&c->array[2], r->forum);
    put_date(&c->array[3], r->held_from);
    put_date(&c->array[4], r->held_to);
    put_texts(c, 5, r->organisers, r->n_organisers);
    store_array_text(&c->array[6], wire_word(&uptake__v1__scale__descriptor, r->scale));
}

static void put_assessment(struct batch *batch, struct columns *c,
                           const Uptake__V1__AssessmentMade *a)
{
    put_id(&c->array[1], detail_id(batch, a->round));
    store_array_text(&c->array[2], a->assessor);
    store_array_text(&c->array[3], wire_word(&uptake__v1__assessment_level__descriptor, a->level));
    store_array_text(&c->array[4], a->source);
}

static void put_indicator(struct batch *batch, struct columns *c,
                          const Uptake__V1__IndicatorStated *i)
{
    store_array_text(&c->array[1], i->name);
    put_id(&c->array[2], detail_id(batch, i->about));
    store_array_int(&c->array[3], i->met);
    store_array_int(&c->array[4], i->total);
    store_array_text(&c->array[5], i->value[0] ? i->value : NULL);
    store_array_text(&c->array[6], i->unit);
    put_date(&c->array[7], i->dated_on);
    store_array_text(&c->array[8], i->target[0] ? i->target : NULL);
    store_array_text(&c->array[9], i->level);
}

static void put_link(struct batch *batch, struct columns *c, const Uptake__V1__LinkDrawn *l)
{
    store_array_text(&c->array[1], wire_word(&uptake__v1__relation__descriptor, l->relation));
    put_id(&c->array[2], detail_id(batch, l->from));
    put_id(&c->array[3], detail_id(batch, l->to));
    store_array_text(&c->array[4], l->cited_document);
    store_array_text(&c->array[5], l->cited_paragraph);
    store_array_int(&c->array[6], l->score);
}

static void put_finding(struct columns *c, const Uptake__V1__FindingRaised *f)
{
    store_array_text(&c->array[1], f->code);
    store_array_text(&c->array[2], wire_word(&uptake__v1__severity__descriptor, f->severity));
    store_array_text(&c->array[3], f->about);
    store_array_text(&c->array[4], f->place);
    store_array_text(&c->array[5], f->message);
    store_array_text(&c->array[6], f->remedy);
    store_array_int(&c->array[7], f->gone);
}

static void put_handling(struct columns *c, const Uptake__V1__FindingHandling *h)
{
    store_array_text(&c->array[1], wire_word(&uptake__v1__finding_state__descriptor, h->state));
    store_array_text(&c->array[2], h->assigned_to);
    store_array_text(&c->array[3], h->resolution);
    store_array_text(&c->array[4], h->handled_by);
    put_date(&c->array[5], h->handled_on);
}

void detail_put(struct batch *batch, struct columns *c, int group, const void *value)
{
    switch (group) {
    case GROUP_DOCUMENT_IDENTITY:
        put_document(batch, c, value);
        break;
    case GROUP_RESPONSE_STATEMENT:
        put_response(c, value);
        break;
    case GROUP_RECOMMENDATION_TEXT:
        put_recommendation(c, value);
        break;
    case GROUP_POSITION_TAKEN:
        put_position(batch, c, value);
        break;
    case GROUP_ACTION_WORDING:
        store_array_text(&c->array[1], ((const Uptake__V1__ActionWording *)value)->code);
        store_array_text(&c->array[2], ((const Uptake__V1__ActionWording *)value)->text);
        break;
    case GROUP_TIMEFRAME:
        detail_put_timeframe(c, 1, value);
        break;
    case GROUP_RESPONSIBILITIES:
        store_array_text(&c->array[1], ((const Uptake__V1__Responsibilities *)value)->source);
        break;
    case GROUP_UNIT_IDENTITY:
        put_unit(batch, c, value);
        break;
    case GROUP_UNIT_CONTACT:
        put_contact(c, value);
        break;
    case GROUP_POLICY_RULE:
        put_policy(batch, c, value);
        break;
    case GROUP_PROGRESS_REVIEW:
        put_review(c, value);
        break;
    case GROUP_ROUND_HELD:
        put_round(c, value);
        break;
    case GROUP_ASSESSMENT_MADE:
        put_assessment(batch, c, value);
        break;
    case GROUP_INDICATOR_STATED:
        put_indicator(batch, c, value);
        break;
    case GROUP_LINK_DRAWN:
        put_link(batch, c, value);
        break;
    case GROUP_LINK_DECISION:
        store_array_text(&c->array[1], wire_word(&uptake__v1__link_state__descriptor,
                                                 ((const Uptake__V1__LinkDecision *)value)->state));
        break;
    case GROUP_FINDING_RAISED:
        put_finding(c, value);
        break;
    case GROUP_FINDING_HANDLING:
        put_handling(c, value);
        break;
    case GROUP_CROSSWALK_TABLE:
        store_array_text(&c->array[1], ((const Uptake__V1__CrosswalkTable *)value)->system);
        store_array_int(&c->array[2], ((const Uptake__V1__CrosswalkTable *)value)->version);
        break;
    case GROUP_PRINCIPAL_IDENTITY:
        put_principal(c, value);
        break;
    default:
        break;
    }
}
