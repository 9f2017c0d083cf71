/* SPDX-License-Identifier: Apache-2.0 */
/* Lists inside field groups: a table of their own each, replaced whole with the group. */
#include "details.h"

#include "sql.h"
#include "wire/wire.h"

typedef void put_rows_fn(struct batch *batch, struct columns *c, int64_t item_id,
                         const void *value);

static void put_answered(struct batch *batch, struct columns *c, int64_t item_id, const void *value)
{
    const Uptake__V1__ActionWording *wording = value;

    for (size_t i = 0; i < wording->n_recommendations; i++) {
        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], detail_id(batch, wording->recommendations[i]));
    }
}

static void put_responsibilities(struct batch *batch, struct columns *c, int64_t item_id,
                                 const void *value)
{
    const Uptake__V1__Responsibilities *said = value;

    for (size_t i = 0; i < said->n_units; i++) {
        const Uptake__V1__Responsibility *u = said->units[i];

        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], (int64_t)i);
        put_id(&c->array[2], detail_id(batch, u->unit));
        store_array_text(&c->array[3], u->name);
        store_array_text(&c->array[4], wire_word(&uptake__v1__role__descriptor, u->role));
        store_array_text(&c->array[5], u->said_by);
        store_array_int(&c->array[6], (u->inferred ? 1 : 0) | (u->ambiguous ? 2 : 0) |
                                          (u->vague ? 4 : 0) | (u->confirmed ? 8 : 0));
    }
}

static void put_extensions(struct batch *batch, struct columns *c, int64_t item_id,
                           const void *value)
{
    const Uptake__V1__Extensions *granted = value;

    (void)batch;
    for (size_t i = 0; i < granted->n_extensions; i++) {
        const Uptake__V1__Extension *e = granted->extensions[i];

        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], (int64_t)i);
        put_date(&c->array[2], e->due_on);
        store_array_text(&c->array[3], e->source);
        store_array_text(&c->array[4], e->approver);
        put_date(&c->array[5], e->approved_on);
    }
}

static void put_milestones(struct batch *batch, struct columns *c, int64_t item_id,
                           const void *value)
{
    const Uptake__V1__Milestones *list = value;

    (void)batch;
    for (size_t i = 0; i < list->n_milestones; i++) {
        const Uptake__V1__Milestone *m = list->milestones[i];

        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], (int64_t)i);
        store_array_text(&c->array[2], m->text);
        put_date(&c->array[3], m->due_on);
        put_date(&c->array[4], m->reached_on);
    }
}

static void put_alternates(struct batch *batch, struct columns *c, int64_t item_id,
                           const void *value)
{
    const Uptake__V1__UnitContact *contact = value;

    (void)batch;
    for (size_t i = 0; i < contact->n_alternates; i++) {
        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], (int64_t)i);
        store_array_text(&c->array[2], contact->alternates[i]->name);
        store_array_text(&c->array[3], contact->alternates[i]->email);
    }
}

static void put_assessed(struct batch *batch, struct columns *c, int64_t item_id, const void *value)
{
    const Uptake__V1__AssessmentMade *assessment = value;

    for (size_t i = 0; i < assessment->n_subjects; i++) {
        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], detail_id(batch, assessment->subjects[i]));
    }
}

static void put_words(struct batch *batch, struct columns *c, int64_t item_id, const void *value)
{
    const Uptake__V1__CrosswalkTable *table = value;

    (void)batch;
    for (size_t i = 0; i < table->n_words; i++) {
        const Uptake__V1__CrosswalkWord *w = table->words[i];

        store_array_int(&c->array[0], item_id);
        store_array_int(&c->array[1], (int64_t)i);
        store_array_text(&c->array[2], w->axis);
        store_array_text(&c->array[3], w->source);
        store_array_text(&c->array[4], w->word);
        store_array_text(&c->array[5], w->note);
        store_array_int(&c->array[6], w->verified);
    }
}

static void put_curve_keys(struct batch *batch, struct columns *c, int64_t item_id,
                           const void *value)
{
    const Uptake__V1__PrincipalKeys *said = value;

    for (size_t i = 0; i < said->n_keys; i++) {
        store_array_int(&c->array[0], item_id);
        store_array_text(&c->array[1], said->keys[i]->public_key);
        store_array_int(&c->array[2], said->keys[i]->revoked);
        store_array_text(&c->array[3], said->keys[i]->reason);
        store_array_int(&c->array[4], batch->recorded_at_us);
    }
}

static void put_tokens(struct batch *batch, struct columns *c, int64_t item_id, const void *value)
{
    const Uptake__V1__PrincipalKeys *said = value;

    for (size_t i = 0; i < said->n_tokens; i++) {
        const Uptake__V1__BearerToken *token = said->tokens[i];

        store_array_int(&c->array[0], item_id);
        store_array_bytes(&c->array[1], token->token_hash.data, token->token_hash.len);
        put_date(&c->array[2], token->expires_on);
        store_array_int(&c->array[3], token->revoked);
        store_array_text(&c->array[4], token->note);
        store_array_int(&c->array[5], batch->recorded_at_us);
    }
}

static void put_pushes(struct batch *batch, struct columns *c, int64_t item_id, const void *value)
{
    const Uptake__V1__PrincipalGrants *grants = value;

    (void)batch;
    for (size_t i = 0; i < grants->n_pushes; i++) {
        const Uptake__V1__PushGrant *push = grants->pushes[i];

        store_array_int(&c->array[0], item_id);
        store_array_text(&c->array[1], wire_word(&uptake__v1__item_kind__descriptor, push->kind));
        put_texts(c, 2, push->groups, push->n_groups);
        store_array_text(&c->array[3], push->document);
        store_array_text(&c->array[4], push->unit);
    }
}

static void put_reads(struct batch *batch, struct columns *c, int64_t item_id, const void *value)
{
    const Uptake__V1__PrincipalGrants *grants = value;

    (void)batch;
    for (size_t i = 0; i < grants->n_reads; i++) {
        store_array_int(&c->array[0], item_id);
        store_array_text(&c->array[1], grants->reads[i]);
    }
}

static const struct list {
    int group;
    const char *clear; /* NULL: rows are never taken away */
    const char *insert;
    const char *types;
    put_rows_fn *put;
} lists[] = {
    {GROUP_ACTION_WORDING, sql_clear_recommendations, sql_insert_recommendations, "ii",
     put_answered},
    {GROUP_RESPONSIBILITIES, sql_clear_responsibilities, sql_insert_responsibilities, "iiittti",
     put_responsibilities},
    {GROUP_EXTENSIONS, sql_clear_extensions, sql_insert_extensions, "iitttt", put_extensions},
    {GROUP_MILESTONES, sql_clear_milestones, sql_insert_milestones, "iittt", put_milestones},
    {GROUP_UNIT_CONTACT, sql_clear_alternates, sql_insert_alternates, "iitt", put_alternates},
    {GROUP_ASSESSMENT_MADE, sql_clear_assessed, sql_insert_assessed, "ii", put_assessed},
    {GROUP_CROSSWALK_TABLE, sql_clear_crosswalk_words, sql_insert_crosswalk_words, "iitttti",
     put_words},
    {GROUP_PRINCIPAL_KEYS, NULL, sql_put_curve_keys, "ititi", put_curve_keys},
    {GROUP_PRINCIPAL_KEYS, NULL, sql_put_tokens, "ibtiti", put_tokens},
    {GROUP_PRINCIPAL_GRANTS, sql_clear_push_grants, sql_insert_push_grants, "itttt", put_pushes},
    {GROUP_PRINCIPAL_GRANTS, sql_clear_read_grants, sql_insert_read_grants, "it", put_reads},
};

static void write_list(struct batch *batch, struct steps *steps, const struct list *list)
{
    struct columns old, rows;

    columns_init(&old, &batch->arena, "i");
    columns_init(&rows, &batch->arena, list->types);
    for (int i = 0; i < batch->ndetails; i++) {
        const struct detail *detail = &batch->details[i];

        if (detail->group != list->group)
            continue;
        /* What bootstrap granted was there before the item. */
        if (list->clear && (!detail->item->created || list->group == GROUP_PRINCIPAL_GRANTS))
            store_array_int(&old.array[0], detail->item->item_id);
        list->put(batch, &rows, detail->item->item_id, detail->value);
    }
    if (columns_rows(&old) > 0)
        columns_step(steps, list->clear, &old);
    if (columns_rows(&rows) > 0)
        columns_step(steps, list->insert, &rows);
}

void detail_list_steps(struct batch *batch, struct steps *steps)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        write_list(batch, steps, &lists[i]);
}
