/* SPDX-License-Identifier: Apache-2.0 */
/* What only some kinds of item have: one set-based statement per field group and batch. Where a
 * batch touches the same group of an item twice, the later one is written. */
#include "batch.h"

#include "columns.h"
#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

void batch_add_details(struct batch *batch, const struct item_state *item,
                       const Uptake__V1__Change *change)
{
    for (int group = 1; group <= GROUP_LAST; group++) {
        const ProtobufCMessage *value = group_get(change, group);
        struct detail *details = batch->details;
        int at = 0;

        if (!value)
            continue;
        while (at < batch->ndetails && (details[at].item != item || details[at].group != group))
            at++;
        if (at == batch->ndetails) {
            details = arena_grow(&batch->arena, details, batch->ndetails, &batch->room_details,
                                 sizeof(*details));
            if (!details) {
                batch->failed = true;
                return;
            }
            batch->details = details;
            batch->ndetails++;
        }
        details[at] = (struct detail){.item = item, .group = group, .value = value};
    }
}

static int64_t id_of(struct batch *batch, const char *key)
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
    put_id(&c->array[6], id_of(batch, d->office_unit));
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
}

static void put_timeframe(struct columns *c, const Uptake__V1__Timeframe *t)
{
    store_array_text(&c->array[1], t->source);
    put_date(&c->array[2], t->start_on);
    store_array_text(&c->array[3], wire_word(&uptake__v1__precision__descriptor, t->precision));
    store_array_int(&c->array[4], (t->progressive ? 1 : 0) | (t->open ? 2 : 0));
}

static void put_unit(struct batch *batch, struct columns *c, const Uptake__V1__UnitIdentity *u)
{
    store_array_text(&c->array[1], u->code);
    store_array_text(&c->array[2], u->name);
    store_array_text(&c->array[3], wire_word(&uptake__v1__unit_kind__descriptor, u->kind));
    put_id(&c->array[4], id_of(batch, u->parent));
    store_array_text(&c->array[5], u->region);
    put_id(&c->array[6], id_of(batch, u->reports_to));
    store_array_text(&c->array[7], u->zone);
    put_texts(c, 8, u->aliases, u->n_aliases);
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
    put_id(&c->array[6], id_of(batch, p->overseer));
    store_array_int(&c->array[7], p->active);
}

/* The columns behind item_id; the letters of the table below say how many there are. */
static void put_value(struct batch *batch, struct columns *c, int group, const void *value)
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
        store_array_text(&c->array[1], ((const Uptake__V1__PositionTaken *)value)->source);
        break;
    case GROUP_ACTION_WORDING:
        store_array_text(&c->array[1], ((const Uptake__V1__ActionWording *)value)->code);
        store_array_text(&c->array[2], ((const Uptake__V1__ActionWording *)value)->text);
        break;
    case GROUP_TIMEFRAME:
        put_timeframe(c, value);
        break;
    case GROUP_RESPONSIBILITIES:
        store_array_text(&c->array[1], ((const Uptake__V1__Responsibilities *)value)->source);
        break;
    case GROUP_UNIT_IDENTITY:
        put_unit(batch, c, value);
        break;
    case GROUP_UNIT_CONTACT:
        store_array_text(&c->array[1], ((const Uptake__V1__UnitContact *)value)->email);
        store_array_text(&c->array[2], ((const Uptake__V1__UnitContact *)value)->language);
        break;
    case GROUP_POLICY_RULE:
        put_policy(batch, c, value);
        break;
    default:
        break;
    }
}

/* Groups not named here live in item and change alone. */
static const struct {
    const char *sql;
    const char *types;
} statements[GROUP_LAST + 1] = {
    [GROUP_DOCUMENT_IDENTITY] = {sql_set_document_identity, "itttttitttb"},
    [GROUP_RESPONSE_STATEMENT] = {sql_set_response_statement, "ittt"},
    [GROUP_RECOMMENDATION_TEXT] = {sql_set_recommendation_text, "ittt"},
    [GROUP_POSITION_TAKEN] = {sql_set_position_taken, "it"},
    [GROUP_ACTION_WORDING] = {sql_set_action_wording, "itt"},
    [GROUP_TIMEFRAME] = {sql_set_timeframe, "ittti"},
    [GROUP_RESPONSIBILITIES] = {sql_set_responsibility_source, "it"},
    [GROUP_UNIT_IDENTITY] = {sql_set_unit_identity, "itttititt"},
    [GROUP_UNIT_CONTACT] = {sql_set_unit_contact, "itt"},
    [GROUP_POLICY_RULE] = {sql_set_policy_rule, "ittittii"},
};

static void write_recommendations(struct batch *batch, struct steps *steps)
{
    struct columns actions, answered;

    columns_init(&actions, &batch->arena, "i");
    columns_init(&answered, &batch->arena, "ii");
    for (int i = 0; i < batch->ndetails; i++) {
        const Uptake__V1__ActionWording *wording = (const void *)batch->details[i].value;
        if (batch->details[i].group != GROUP_ACTION_WORDING)
            continue;
        store_array_int(&actions.array[0], batch->details[i].item->item_id);
        for (size_t r = 0; r < wording->n_recommendations; r++) {
            store_array_int(&answered.array[0], batch->details[i].item->item_id);
            store_array_int(&answered.array[1], id_of(batch, wording->recommendations[r]));
        }
    }
    if (columns_rows(&actions) == 0)
        return;
    columns_step(steps, sql_clear_recommendations, &actions);
    columns_step(steps, sql_insert_recommendations, &answered);
}

static void put_responsibility(struct batch *batch, struct columns *c, int64_t action_id,
                               size_t ordinal, const Uptake__V1__Responsibility *u)
{
    store_array_int(&c->array[0], action_id);
    store_array_int(&c->array[1], (int64_t)ordinal);
    put_id(&c->array[2], id_of(batch, u->unit));
    store_array_text(&c->array[3], u->name);
    store_array_text(&c->array[4], wire_word(&uptake__v1__role__descriptor, u->role));
    store_array_text(&c->array[5], u->said_by);
    store_array_int(&c->array[6], (u->inferred ? 1 : 0) | (u->ambiguous ? 2 : 0) |
                                      (u->vague ? 4 : 0) | (u->confirmed ? 8 : 0));
}

static void write_responsibilities(struct batch *batch, struct steps *steps)
{
    struct columns actions, units;

    columns_init(&actions, &batch->arena, "i");
    columns_init(&units, &batch->arena, "iiittti");
    for (int i = 0; i < batch->ndetails; i++) {
        const Uptake__V1__Responsibilities *said = (const void *)batch->details[i].value;
        if (batch->details[i].group != GROUP_RESPONSIBILITIES)
            continue;
        store_array_int(&actions.array[0], batch->details[i].item->item_id);
        for (size_t u = 0; u < said->n_units; u++)
            put_responsibility(batch, &units, batch->details[i].item->item_id, u, said->units[u]);
    }
    if (columns_rows(&actions) == 0)
        return;
    columns_step(steps, sql_clear_responsibilities, &actions);
    columns_step(steps, sql_insert_responsibilities, &units);
}

void batch_detail_steps(struct batch *batch, struct steps *steps)
{
    for (int group = 1; group <= GROUP_LAST; group++) {
        struct columns c;
        struct store_args *args;

        if (!statements[group].sql)
            continue;
        columns_init(&c, &batch->arena, statements[group].types);
        for (int i = 0; i < batch->ndetails; i++) {
            if (batch->details[i].group != group)
                continue;
            store_array_int(&c.array[0], batch->details[i].item->item_id);
            put_value(batch, &c, group, batch->details[i].value);
        }
        if (columns_rows(&c) == 0)
            continue;
        args = columns_step(steps, statements[group].sql, &c);
        if (group == GROUP_UNIT_IDENTITY)
            store_arg_time_us(args, batch->recorded_at_us);
    }
    write_recommendations(batch, steps);
    write_responsibilities(batch, steps);
}
