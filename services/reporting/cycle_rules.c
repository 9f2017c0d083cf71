/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy said of the cycle that ends on a day, as it was known at an instant. */
#include "cycles.h"

#include "uptake/v1/items.pb-c.h"
#include "wire/wire.h"

enum { FIELD_POLICY_RULE = 27 }; /* of Change */

/* Columns of sql_cycle_rules. */
enum { RULE_POLICY_ID, RULE_RECORDED_US, RULE_BODY };

static struct date day_of(const char *text)
{
    struct date day;
    struct err err;

    return date_parse_optional(text, "date", &day, &err) ? day : (struct date){0};
}

/* *said stays NULL where the change says nothing of the rule. False: out of memory. */
static bool read_rule(const PGresult *rows, int row, struct arena *arena,
                      const Uptake__V1__PolicyRule **said)
{
    size_t len, field_len;
    const uint8_t *field;
    const uint8_t *body = store_bytes(rows, row, RULE_BODY, arena, &len);
    struct err err;

    *said = NULL;
    if (!body)
        return false;
    if (!wire_field(body, len, FIELD_POLICY_RULE, &field, &field_len) || field_len == 0)
        return true;
    *said = (const Uptake__V1__PolicyRule *)wire_unpack(&uptake__v1__policy_rule__descriptor, arena,
                                                        field, field_len, &err);
    return *said;
}

bool cycle_read_rules(const PGresult *rows, struct arena *arena, struct cycle_rules *rules)
{
    *rules = (struct cycle_rules){
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*rules->list) + 1), 0};
    for (int row = 0; rules->list && row < PQntuples(rows); row++) {
        const Uptake__V1__PolicyRule *said;

        if (!read_rule(rows, row, arena, &said))
            return false;
        if (said)
            rules->list[rules->n++] = (struct cycle_rule){
                .policy_id = store_int(rows, row, RULE_POLICY_ID),
                .recorded_us = store_int(rows, row, RULE_RECORDED_US),
                .in_force_from = day_of(said->in_force_from),
                .go_live_on = day_of(said->go_live_on),
                .is_deadline = said->trigger == UPTAKE__V1__TRIGGER__TRIGGER_DEADLINE,
                .first_step = said->n_steps ? said->steps[0] : 0,
                .answer = answer_rule(said->trigger == UPTAKE__V1__TRIGGER__TRIGGER_DEADLINE,
                                      (int)said->window_days, (int)said->closes_after_days,
                                      said->n_steps ? said->steps[said->n_steps - 1] : 0),
                .said = said,
            };
    }
    return rules->list;
}

/* As workflow's plan has it: the last that was said among those in force when the cycle ends. */
const struct cycle_rule *cycle_rule_for(const struct cycle_rules *rules, int64_t policy_id,
                                        struct date ends_on, int64_t known_at_us)
{
    for (int i = rules->n; i-- > 0;) {
        const struct cycle_rule *rule = &rules->list[i];
        if (rule->policy_id == policy_id && rule->recorded_us <= known_at_us &&
            date_compare(rule->in_force_from, ends_on) <= 0)
            return rule;
    }
    return NULL;
}
