/* SPDX-License-Identifier: Apache-2.0 */
/* Policies as planning needs them: what their items said over time, and what the desk decided. */
#include "ledger.h"

#include "wire/wire.h"

#include <string.h>

enum { FIELD_POLICY_RULE = 27, FIELD_CYCLE_DECISION = 49 }; /* of Change */

bool ledger_field(const PGresult *rows, int row, int column, uint32_t field,
                  const ProtobufCMessageDescriptor *type, struct arena *arena,
                  ProtobufCMessage **message)
{
    size_t len, field_len;
    const uint8_t *at, *body;
    struct err err;

    *message = NULL;
    if (store_is_null(rows, row, column))
        return true;
    body = store_bytes(rows, row, column, arena, &len);
    if (!body)
        return false;
    if (!wire_field(body, len, field, &at, &field_len) || field_len == 0)
        return true;
    *message = wire_unpack(type, arena, at, field_len, &err);
    return *message;
}

/* The directory ---------------------------------------------------------------------------------
 */

enum plan_unit_kind ledger_unit_kind(const char *word)
{
    static const char *const words[] = {"", "unit", "post", "external", "container"};

    for (int i = PLAN_UNIT_UNIT; i <= PLAN_UNIT_CONTAINER; i++)
        if (strcmp(words[i], word) == 0)
            return (enum plan_unit_kind)i;
    return PLAN_UNIT_NONE;
}

bool ledger_read_units(const PGresult *rows, struct arena *arena,
                       struct ledger_directory *directory)
{
    size_t n = (size_t)PQntuples(rows) + 1;
    struct plan_unit *units = arena_zalloc(arena, n * sizeof(*units));
    const char **keys = arena_alloc(arena, n * sizeof(*keys));
    int64_t *successors = arena_alloc(arena, n * sizeof(*successors));

    if (!units || !keys || !successors)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        units[i] = (struct plan_unit){.unit_id = store_int(rows, i, 0),
                                      .kind = ledger_unit_kind(store_text(rows, i, 2)),
                                      .has_address = store_bool(rows, i, 3),
                                      .reports_to_id = store_int(rows, i, 5),
                                      .zone = arena_strdup(arena, store_text(rows, i, 6))};
        keys[i] = arena_strdup(arena, store_text(rows, i, 1));
        successors[i] = store_int(rows, i, 4);
        if (!keys[i] || !units[i].zone)
            return false;
    }
    *directory = (struct ledger_directory){units, keys, successors, PQntuples(rows)};
    return true;
}

/* Place in the directory, or -1. */
static int find_key(const struct ledger_directory *directory, const char *key)
{
    for (int i = 0; key[0] && i < directory->n; i++)
        if (strcmp(directory->keys[i], key) == 0)
            return i;
    return -1;
}

/* Versions --------------------------------------------------------------------------------------
 */

static struct date day_of(const char *text)
{
    struct date day;
    struct err err;

    return date_parse_optional(text, "date", &day, &err) ? day : (struct date){0};
}

int64_t ledger_unit(const struct ledger_directory *directory, const char *key)
{
    int at = find_key(directory, key);

    return at >= 0 ? directory->successors[at] : 0;
}

static bool copy_reach(const Uptake__V1__PolicyRule *rule, const struct ledger_directory *directory,
                       struct arena *arena, struct plan_version *version)
{
    const char **documents = arena_alloc(arena, (rule->n_documents + 1) * sizeof(*documents));
    int64_t *offices = arena_alloc(arena, (rule->n_offices + 1) * sizeof(*offices));
    int *instruments = arena_alloc(arena, (rule->n_instruments + 1) * sizeof(*instruments));

    if (!documents || !offices || !instruments)
        return false;
    for (size_t i = 0; i < rule->n_documents; i++) {
        documents[i] = arena_strdup(arena, rule->documents[i]);
        if (!documents[i])
            return false;
    }
    for (size_t i = 0; i < rule->n_offices; i++) {
        int at = find_key(directory, rule->offices[i]);
        offices[i] = at >= 0 ? directory->units[at].unit_id : -1; /* nobody's office */
    }
    for (size_t i = 0; i < rule->n_instruments; i++)
        instruments[i] = (int)rule->instruments[i];
    version->documents = documents;
    version->ndocuments = (int)rule->n_documents;
    version->offices = offices;
    version->noffices = (int)rule->n_offices;
    version->instruments = instruments;
    version->ninstruments = (int)rule->n_instruments;
    return true;
}

bool ledger_version(const Uptake__V1__PolicyRule *rule, const struct ledger_directory *directory,
                    struct arena *arena, struct plan_version *version)
{

    *version = (struct plan_version){
        .in_force_from = day_of(rule->in_force_from),
        .trigger =
            rule->trigger == UPTAKE__V1__TRIGGER__TRIGGER_INTERVAL ? PLAN_INTERVAL : PLAN_DEADLINE,
        .interval_months = (int)rule->interval_months,
        .go_live_on = day_of(rule->go_live_on),
        .anchor_on = day_of(rule->anchor_on),
        .overseer_id = ledger_unit(directory, rule->overseer),
        .most_reminders = (int)rule->most_reminders,
        .closes_after_days = (int)rule->closes_after_days,
        .window_days = (int)rule->window_days,
        .working_day = (enum working_day_rule)rule->working_day,
        .active = rule->active,
    };
    for (size_t i = 0; i < rule->n_steps && version->nsteps < PLAN_STEPS_MAX; i++)
        version->steps[version->nsteps++] = rule->steps[i];
    for (size_t i = 0; i < rule->n_ladder && version->nladder < PLAN_LADDER_MAX; i++)
        version->ladder[version->nladder++] = (struct plan_ladder_step){
            rule->ladder[i]->step, (enum obligation_rung)rule->ladder[i]->rung};
    return copy_reach(rule, directory, arena, version);
}

/* Policies and decisions ------------------------------------------------------------------------
 */

/* Rows of one policy stand together. */
static bool read_versions(const PGresult *rows, const struct ledger_directory *directory,
                          struct arena *arena, struct plan_policy *policies, const char **keys,
                          int *n)
{
    struct plan_version *versions =
        arena_alloc(arena, (size_t)PQntuples(rows) * sizeof(*versions) + 1);

    *n = 0;
    for (int i = 0; versions && i < PQntuples(rows); i++) {
        int64_t policy_id = store_int(rows, i, 0);
        ProtobufCMessage *rule;

        if (!ledger_field(rows, i, 3, FIELD_POLICY_RULE, &uptake__v1__policy_rule__descriptor,
                          arena, &rule))
            return false;
        if (!rule)
            continue;
        if (*n == 0 || policies[*n - 1].policy_id != policy_id) {
            keys[*n] = arena_strdup(arena, store_text(rows, i, 1));
            policies[(*n)++] = (struct plan_policy){.policy_id = policy_id, .versions = versions};
        }
        if (!keys[*n - 1] ||
            !ledger_version((const Uptake__V1__PolicyRule *)rule, directory, arena, versions))
            return false;
        versions++->active &= !store_bool(rows, i, 2);
        policies[*n - 1].nversions++;
    }
    return versions;
}

/* Those of one policy into the list, which has room. */
static bool read_decisions(const PGresult *rows, const char *policy_key, struct arena *arena,
                           struct plan_decision *list, int *n)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        ProtobufCMessage *message;
        const Uptake__V1__CycleDecision *said;

        if (!ledger_field(rows, i, 0, FIELD_CYCLE_DECISION, &uptake__v1__cycle_decision__descriptor,
                          arena, &message))
            return false;
        said = (const Uptake__V1__CycleDecision *)message;
        if (said && strcmp(said->policy, policy_key) == 0)
            list[(*n)++] = (struct plan_decision){
                .ends_on = day_of(said->ends_on),
                .held = said->decision == UPTAKE__V1__CYCLE_WORD__CYCLE_WORD_HELD,
                .closed = said->decision == UPTAKE__V1__CYCLE_WORD__CYCLE_WORD_CLOSED,
            };
    }
    return true;
}

bool ledger_read_policies(const PGresult *policies, const PGresult *cycles,
                          const struct ledger_directory *directory, struct arena *arena,
                          struct plan_input *input)
{
    size_t most = (size_t)PQntuples(policies) + 1;
    const char **keys = arena_alloc(arena, most * sizeof(*keys));
    struct plan_policy *list = arena_alloc(arena, most * sizeof(*list));
    struct plan_decision *decisions =
        arena_alloc(arena, ((size_t)PQntuples(cycles) + 1) * sizeof(*decisions));

    if (!keys || !list || !decisions ||
        !read_versions(policies, directory, arena, list, keys, &input->npolicies))
        return false;
    for (int p = 0; p < input->npolicies; p++) {
        list[p].decisions = decisions;
        if (!read_decisions(cycles, keys[p], arena, decisions, &list[p].ndecisions))
            return false;
        decisions += list[p].ndecisions;
    }
    input->policies = list;
    return true;
}
