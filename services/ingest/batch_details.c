/* SPDX-License-Identifier: Apache-2.0 */
/* The statements that write what only some kinds of item have: one per field group. */
#include "batch.h"

#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static const char *word(const ProtobufCEnumDescriptor *type, int value)
{
    const char *text = wire_word(type, value);

    return text ? text : "";
}

static struct store_args *detail(struct batch *batch, const struct item_state *item,
                                 const char *sql)
{
    struct store_args *args = steps_add(&batch->details, sql);

    store_arg_int(args, item->item_id);
    return args;
}

static void arg_texts(struct batch *batch, struct store_args *args, char *const *texts, size_t n)
{
    struct store_array array;

    store_array_init(&array, &batch->arena, STORE_TEXT_ARRAY);
    for (size_t i = 0; i < n; i++)
        store_array_text(&array, texts[i]);
    store_arg_array(args, &array);
}

static void arg_totals(struct batch *batch, struct store_args *args,
                       const Uptake__V1__DocumentIdentity *d)
{
    json_t *totals = json_object();
    char *text;

    for (size_t i = 0; i < d->n_totals; i++)
        json_object_set_new(totals, d->totals[i]->name, json_integer(d->totals[i]->count));
    text = json_dumps(totals, JSON_COMPACT);
    store_arg_text(args, text ? arena_strdup(&batch->arena, text) : "{}");
    free(text);
    json_decref(totals);
}

static void set_document(struct batch *batch, const struct item_state *item,
                         const Uptake__V1__DocumentIdentity *d)
{
    struct store_args *args = detail(batch, item, sql_set_document_identity);

    store_arg_text(args, d->title);
    store_arg_text(args, d->symbol);
    store_arg_text(args, d->dated_on);
    store_arg_text(args, word(&uptake__v1__instrument__descriptor, d->instrument));
    store_arg_text(args, d->office);
    store_arg_text(args, d->office_unit);
    store_arg_text(args, d->language);
    arg_totals(batch, args, d);
    store_arg_text(args, d->source_name);
    store_arg_bytes(args, d->source_sha256.data, d->source_sha256.len);
}

static void set_response(struct batch *batch, const struct item_state *item,
                         const Uptake__V1__ResponseStatement *r)
{
    struct store_args *args = detail(batch, item, sql_set_response_statement);

    store_arg_text(args, word(&uptake__v1__response_state__descriptor, r->state));
    store_arg_text(args, r->approver);
    store_arg_text(args, r->approved_on);
}

static void set_recommendation(struct batch *batch, const struct item_state *item,
                               const Uptake__V1__RecommendationText *r)
{
    struct store_args *args = detail(batch, item, sql_set_recommendation_text);

    store_arg_text(args, r->code);
    store_arg_text(args, r->text);
    arg_texts(batch, args, r->issuers, r->n_issuers);
}

static void set_wording(struct batch *batch, const struct item_state *item,
                        const Uptake__V1__ActionWording *a)
{
    struct store_args *args = detail(batch, item, sql_set_action_wording);

    store_arg_text(args, a->code);
    store_arg_text(args, a->text);
    args = detail(batch, item, sql_set_action_recommendations);
    arg_texts(batch, args, a->recommendations, a->n_recommendations);
}

static void set_timeframe(struct batch *batch, const struct item_state *item,
                          const Uptake__V1__Timeframe *t)
{
    struct store_args *args = detail(batch, item, sql_set_timeframe);

    store_arg_text(args, t->source);
    store_arg_text(args, t->start_on);
    store_arg_text(args, word(&uptake__v1__precision__descriptor, t->precision));
    store_arg_bool(args, t->progressive);
    store_arg_bool(args, t->open);
}

static void set_responsibilities(struct batch *batch, const struct item_state *item,
                                 const Uptake__V1__Responsibilities *r)
{
    struct store_array ordinals, units, names, roles, said, flags;
    struct store_args *args;

    store_array_init(&ordinals, &batch->arena, STORE_INT8_ARRAY);
    store_array_init(&units, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&names, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&roles, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&said, &batch->arena, STORE_TEXT_ARRAY);
    store_array_init(&flags, &batch->arena, STORE_INT8_ARRAY);
    for (size_t i = 0; i < r->n_units; i++) {
        const Uptake__V1__Responsibility *u = r->units[i];
        store_array_int(&ordinals, (int64_t)i);
        store_array_text(&units, u->unit);
        store_array_text(&names, u->name);
        store_array_text(&roles, word(&uptake__v1__role__descriptor, u->role));
        store_array_text(&said, u->said_by);
        store_array_int(&flags, (u->inferred ? 1 : 0) | (u->ambiguous ? 2 : 0) |
                                    (u->vague ? 4 : 0) | (u->confirmed ? 8 : 0));
    }
    store_arg_text(detail(batch, item, sql_set_responsibility_source), r->source);
    detail(batch, item, sql_clear_responsibilities);
    args = detail(batch, item, sql_insert_responsibilities);
    store_arg_array(args, &ordinals);
    store_arg_array(args, &units);
    store_arg_array(args, &names);
    store_arg_array(args, &roles);
    store_arg_array(args, &said);
    store_arg_array(args, &flags);
}

static void set_unit(struct batch *batch, const struct item_state *item,
                     const Uptake__V1__UnitIdentity *u)
{
    struct store_args *args = detail(batch, item, sql_set_unit_identity);

    store_arg_text(args, u->code);
    store_arg_text(args, u->name);
    store_arg_text(args, word(&uptake__v1__unit_kind__descriptor, u->kind));
    store_arg_text(args, u->parent);
    store_arg_text(args, u->region);
    store_arg_text(args, u->reports_to);
    store_arg_text(args, u->zone);
    arg_texts(batch, args, u->aliases, u->n_aliases);
    store_arg_time_us(args, batch->recorded_at_us);
}

static void set_policy(struct batch *batch, const struct item_state *item,
                       const Uptake__V1__PolicyRule *p)
{
    struct store_args *args = detail(batch, item, sql_set_policy_rule);
    struct store_array steps;

    store_arg_text(args, p->title);
    store_arg_text(args, word(&uptake__v1__trigger__descriptor, p->trigger));
    store_arg_int(args, p->interval_months);
    store_arg_text(args, p->go_live_on);
    store_array_init(&steps, &batch->arena, STORE_INT8_ARRAY);
    for (size_t i = 0; i < p->n_steps; i++)
        store_array_int(&steps, p->steps[i]);
    store_arg_array(args, &steps);
    store_arg_text(args, p->overseer);
    store_arg_bool(args, p->active);
}

void batch_add_details(struct batch *batch, const struct item_state *item,
                       const Uptake__V1__Change *c)
{
    if (c->document_identity)
        set_document(batch, item, c->document_identity);
    if (c->response_statement)
        set_response(batch, item, c->response_statement);
    if (c->recommendation_text)
        set_recommendation(batch, item, c->recommendation_text);
    if (c->position_taken)
        store_arg_text(detail(batch, item, sql_set_position_taken), c->position_taken->source);
    if (c->action_wording)
        set_wording(batch, item, c->action_wording);
    if (c->timeframe)
        set_timeframe(batch, item, c->timeframe);
    if (c->responsibilities)
        set_responsibilities(batch, item, c->responsibilities);
    if (c->unit_identity)
        set_unit(batch, item, c->unit_identity);
    if (c->unit_contact) {
        struct store_args *args = detail(batch, item, sql_set_unit_contact);
        store_arg_text(args, c->unit_contact->email);
        store_arg_text(args, c->unit_contact->language);
    }
    if (c->policy_rule)
        set_policy(batch, item, c->policy_rule);
}
