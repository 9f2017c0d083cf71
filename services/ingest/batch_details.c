/* SPDX-License-Identifier: Apache-2.0 */
/* What only some kinds of item have: one set-based statement per field group and batch. Where a
 * batch touches the same group of an item twice, the later one is written. */
#include "details.h"

#include "circumstances.h"
#include "sql.h"

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

/* Groups not named here live in item and change alone. */
static const struct {
    const char *sql;
    const char *types;
} statements[GROUP_LAST + 1] = {
    [GROUP_DOCUMENT_IDENTITY] = {sql_set_document_identity, "itttttitttb"},
    [GROUP_RESPONSE_STATEMENT] = {sql_set_response_statement, "ittt"},
    [GROUP_RECOMMENDATION_TEXT] = {sql_set_recommendation_text, "itttt"},
    [GROUP_POSITION_TAKEN] = {sql_set_position_taken, "itt"},
    [GROUP_ACTION_WORDING] = {sql_set_action_wording, "itt"},
    [GROUP_TIMEFRAME] = {sql_set_timeframe, "itttti"},
    [GROUP_RESPONSIBILITIES] = {sql_set_responsibility_source, "it"},
    [GROUP_UNIT_IDENTITY] = {sql_set_unit_identity, "itttitittttit"},
    [GROUP_UNIT_CONTACT] = {sql_set_unit_contact, "ittt"},
    [GROUP_POLICY_RULE] = {sql_set_policy_rule, "ittittii"},
    [GROUP_PROGRESS_REVIEW] = {sql_set_progress_review, "iti"},
    [GROUP_ROUND_HELD] = {sql_set_round_held, "itttttt"},
    [GROUP_ASSESSMENT_MADE] = {sql_set_assessment_made, "iittt"},
    [GROUP_INDICATOR_STATED] = {sql_set_indicator_stated, "itiiittttt"},
    [GROUP_LINK_DRAWN] = {sql_set_link_drawn, "itiitti"},
    [GROUP_LINK_DECISION] = {sql_set_link_decision, "it"},
    [GROUP_FINDING_RAISED] = {sql_set_finding_raised, "itttttti"},
    [GROUP_FINDING_HANDLING] = {sql_set_finding_handling, "ittttt"},
    [GROUP_CROSSWALK_TABLE] = {sql_set_crosswalk_table, "iti"},
    [GROUP_PRINCIPAL_IDENTITY] = {sql_set_principal_identity, "itti"},
};

/* The value of a group of the same new item, said by the change that made it; NULL: not said then.
 */
static const void *take_beside(struct batch *batch, int at, int group)
{
    for (int i = at + 1; i < batch->ndetails && batch->details[i].item == batch->details[at].item;
         i++)
        if (batch->details[i].group == group) {
            batch->details[i].written = true;
            return batch->details[i].value;
        }
    return NULL;
}

static void put_new_action(struct batch *batch, struct columns *c, int at)
{
    static const Uptake__V1__Timeframe none = UPTAKE__V1__TIMEFRAME__INIT;
    const Uptake__V1__ActionWording *wording = (const void *)batch->details[at].value;
    const Uptake__V1__Timeframe *timeframe = take_beside(batch, at, GROUP_TIMEFRAME);
    const Uptake__V1__Responsibilities *said = take_beside(batch, at, GROUP_RESPONSIBILITIES);

    batch->details[at].written = true;
    store_array_int(&c->array[0], batch->details[at].item->item_id);
    store_array_text(&c->array[1], wording->code);
    store_array_text(&c->array[2], wording->text);
    detail_put_timeframe(c, 3, timeframe ? timeframe : &none);
    store_array_text(&c->array[8], said ? said->source : "");
}

static void new_action_step(struct batch *batch, struct steps *steps)
{
    struct columns c;

    columns_init(&c, &batch->arena, "ittttttit");
    for (int i = 0; i < batch->ndetails; i++)
        if (batch->details[i].group == GROUP_ACTION_WORDING && batch->details[i].item->created)
            put_new_action(batch, &c, i);
    if (columns_rows(&c) > 0)
        columns_step(steps, sql_insert_actions, &c);
}

void batch_detail_steps(struct batch *batch, struct steps *steps)
{
    new_action_step(batch, steps);
    for (int group = 1; group <= GROUP_LAST; group++) {
        struct columns c;
        struct store_args *args;

        if (!statements[group].sql)
            continue;
        columns_init(&c, &batch->arena, statements[group].types);
        for (int i = 0; i < batch->ndetails; i++) {
            if (batch->details[i].group != group || batch->details[i].written)
                continue;
            store_array_int(&c.array[0], batch->details[i].item->item_id);
            detail_put(batch, &c, group, batch->details[i].value);
        }
        if (columns_rows(&c) == 0)
            continue;
        args = columns_step(steps, statements[group].sql, &c);
        if (group == GROUP_UNIT_IDENTITY || group == GROUP_PRINCIPAL_IDENTITY)
            store_arg_time_us(args, batch->recorded_at_us);
    }
    detail_list_steps(batch, steps);
    circumstances_settle_steps(batch, steps);
}
