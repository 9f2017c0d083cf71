/* SPDX-License-Identifier: Apache-2.0 */
/* One cycle with all that belongs to it, read in two questions: what it is, then who is asked. */
#include "cycles.h"

#include "instant.h"
#include "sql.h"
#include "uptake/v1/words.pb-c.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

/* Steps of the first question and of the second. */
enum { HEAD_CYCLE, HEAD_RULES, HEAD_STEPS };
enum {
    ONE_BEGIN,
    ONE_ASKS,
    ONE_REPORTS,
    ONE_MERGERS,
    ONE_UNSETTLED,
    ONE_EXCLUDED,
    ONE_COMMIT,
    ONE_STEPS
};

/* Columns of sql_cycle_unsettled. */
enum {
    UNSETTLED_ACTION,
    UNSETTLED_TEXT,
    UNSETTLED_NAME,
    UNSETTLED_UNIT,
    UNSETTLED_CODE,
    UNSETTLED_WHY,
    UNSETTLED_BLOCKS,
};

/* Columns of sql_cycle_excluded. */
enum { EXCLUDED_KEY, EXCLUDED_POSITION, EXCLUDED_IS_PART };

/* Reading -------------------------------------------------------------------------------------- */

/* Progress is compared with what it was at the return before, else when the cycle began. */
static void arg_before(const struct cycle *cycle, struct store_args *args)
{
    const char *known = json_string_value(json_object_get(cycle->made_before, "known_at"));
    int64_t us;

    if (known && instant_parse(known, &us))
        store_arg_int(args, us);
    else
        store_arg_text(args, NULL);
    store_arg_int(args, cycle->rule ? cycle->rule->first_step : 0);
}

/* As a JSON list; takes the list over. */
static const char *list_text(json_t *list, struct arena *arena)
{
    char *text = list ? json_dumps(list, JSON_COMPACT) : NULL;
    const char *copy = text ? arena_strdup(arena, text) : "[]";

    free(text);
    json_decref(list);
    return copy;
}

static const char *keys_text(char *const *keys, size_t n, struct arena *arena)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(keys[i]));
    return list_text(list, arena);
}

static const char *instruments_text(const Uptake__V1__PolicyRule *said, struct arena *arena)
{
    json_t *list = json_array();

    for (size_t i = 0; i < said->n_instruments; i++)
        json_array_append_new(list, json_string(wire_word(&uptake__v1__instrument__descriptor,
                                                          (int)said->instruments[i])));
    return list_text(list, arena);
}

static void arg_asks(struct call *call, const struct cycle_one *one, const char *ends_on,
                     struct store_args *args)
{
    store_arg_int(args, one->cycle.policy_id);
    store_arg_text(args, ends_on);
    store_arg_text(args, ends_on);
    store_arg_text(args, call->app->zone_name);
    store_arg_int(args, one->known_at_us);
}

static void arg_unsettled(struct call *call, const struct cycle_one *one, const char *ends_on,
                          struct store_args *args)
{
    static const Uptake__V1__PolicyRule nothing = UPTAKE__V1__POLICY_RULE__INIT;
    const Uptake__V1__PolicyRule *said = one->cycle.rule ? one->cycle.rule->said : &nothing;

    store_arg_int(args, one->cycle.policy_id);
    store_arg_text(args, ends_on);
    store_arg_text(args, keys_text(said->documents, said->n_documents, &call->arena));
    store_arg_text(args, keys_text(said->offices, said->n_offices, &call->arena));
    store_arg_text(args, instruments_text(said, &call->arena));
    store_arg_text(args, *said->anchor_on ? said->anchor_on : NULL);
    store_arg_text(args, call->today_text);
}

static void on_asks(struct call *call, PGresult *const *results)
{
    struct cycle_one *one = call->ctx;

    const struct cycle_scene scene = {results[ONE_ASKS], results[ONE_REPORTS], results[ONE_MERGERS],
                                      &one->rules, one->known_at_us};

    one->asks = cycle_read_asks(&scene, &call->arena);
    if (!one->asks.list) {
        call_json(call, NULL);
        return;
    }
    one->unsettled = results[ONE_UNSETTLED];
    one->excluded = results[ONE_EXCLUDED];
    one->done(call, one);
}

static void fetch_asks(struct call *call, const struct cycle_one *one)
{
    struct store_step steps[ONE_STEPS] = {
        [ONE_BEGIN] = call_step(call, sql_begin_snapshot),
        [ONE_ASKS] = call_step(call, sql_cycle_asks),
        [ONE_REPORTS] = call_step(call, sql_cycle_reports),
        [ONE_MERGERS] = call_step(call, sql_cycle_mergers),
        [ONE_UNSETTLED] = call_step(call, sql_cycle_unsettled),
        [ONE_EXCLUDED] = call_step(call, sql_cycle_excluded),
        [ONE_COMMIT] = call_step(call, sql_commit),
    };
    char text[DATE_TEXT];
    const char *ends_on;

    date_format(one->cycle.ends_on, text);
    ends_on = arena_strdup(&call->arena, text);
    arg_asks(call, one, ends_on, &steps[ONE_ASKS].args);
    arg_before(&one->cycle, &steps[ONE_ASKS].args);
    arg_asks(call, one, ends_on, &steps[ONE_REPORTS].args);
    store_arg_int(&steps[ONE_MERGERS].args, one->known_at_us);
    arg_unsettled(call, one, ends_on, &steps[ONE_UNSETTLED].args);
    store_arg_int(&steps[ONE_EXCLUDED].args, one->cycle.policy_id);
    store_arg_text(&steps[ONE_EXCLUDED].args, ends_on);
    call_query(call, call->app->reads, steps, ONE_STEPS, on_asks);
}

/* The ledger plans nothing for what ended before the policy went live; asked for by name, it is
 * told so. */
static bool was_before_go_live(const struct cycle_one *one)
{
    const struct cycle_rule *rule = one->cycle.rule;

    return rule && date_compare(one->ends_on, rule->go_live_on) < 0;
}

static void on_head(struct call *call, PGresult *const *results)
{
    struct cycle_one *one = call->ctx;
    bool is_there;

    if (PQntuples(results[HEAD_CYCLE]) == 0) {
        call_not_found(call);
        return;
    }
    if (!cycle_read_rules(results[HEAD_RULES], &call->arena, &one->rules)) {
        call_json(call, NULL);
        return;
    }
    is_there = cycle_read(results[HEAD_CYCLE], 0, &call->arena, &one->cycle);
    if (!one->is_known_given)
        one->known_at_us = one->cycle.head_us;
    one->cycle.ends_on = one->ends_on;
    one->cycle.rule =
        cycle_rule_for(&one->rules, one->cycle.policy_id, one->ends_on, one->known_at_us);
    if (!is_there && !was_before_go_live(one)) {
        cycle_finish(&one->cycle);
        call_not_found(call);
        return;
    }
    fetch_asks(call, one);
}

/* "NAME/DAY". */
static bool read_name(struct call *call, struct cycle_one *one)
{
    const char *slash = strrchr(call->wild, '/');
    struct err err;

    if (!slash || slash == call->wild || !date_parse(slash + 1, "", &one->ends_on, &err))
        return false;
    one->policy = arena_printf(&call->arena, "policy:%.*s", (int)(slash - call->wild), call->wild);
    return one->policy;
}

static void finish_one(struct call *call)
{
    struct cycle_one *one = call->ctx;

    cycle_finish(&one->cycle);
}

void cycle_fetch(struct call *call, int64_t known_at_us,
                 void (*done)(struct call *call, struct cycle_one *one))
{
    struct cycle_one *one = arena_zalloc(&call->arena, sizeof(*one));
    struct store_step steps[HEAD_STEPS] = {[HEAD_CYCLE] = call_step(call, sql_cycle_heads),
                                           [HEAD_RULES] = call_step(call, sql_cycle_rules)};
    struct store_args *args = &steps[HEAD_CYCLE].args;
    char day[DATE_TEXT];

    if (!one || !read_name(call, one)) {
        call_not_found(call);
        return;
    }
    one->done = done;
    one->known_at_us = known_at_us;
    one->is_known_given = known_at_us >= 0;
    call->ctx = one;
    call->finish = finish_one;
    date_format(one->ends_on, day);
    store_arg_int(args, call->reader.principal_id);
    store_arg_text(args, one->policy);
    store_arg_text(args, day);
    store_arg_text(args, day);
    if (one->is_known_given)
        store_arg_int(args, known_at_us);
    else
        store_arg_text(args, NULL);
    store_arg_text(&steps[HEAD_RULES].args, one->policy);
    call_query(call, call->app->reads, steps, HEAD_STEPS, on_head);
}

/* As JSON -------------------------------------------------------------------------------------- */

static json_t *day_json(struct date day)
{
    char text[DATE_TEXT];

    if (date_is_none(day))
        return json_null();
    date_format(day, text);
    return json_string(text);
}

/* What became of a question, in one word. */
static const char *ask_word(const struct cycle_ask *ask)
{
    const bool is_asked = !date_is_none(ask->asked_on);

    if (!date_is_none(ask->answered_on))
        return !is_asked ? "answered_unasked" : ask->late ? "answered_late" : "answered";
    if (is_asked)
        return "not_answered";
    if (ask->is_refused)
        return "refused_by_mail_server";
    return ask->not_asked ? "not_asked" : ask->waits ? "to_be_asked" : "rests";
}

static json_t *asks_json(const struct cycle_asks *asks)
{
    json_t *list = json_array();

    for (int i = 0; i < asks->n; i++) {
        const struct cycle_ask *ask = &asks->list[i];
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:s}", "action",
                            ask->action, "text", ask->text, "title", ask->title, "office",
                            ask->office, "unit", ask->unit, "code", ask->unit_code, "name",
                            ask->unit_name, "outcome", ask_word(ask), "first_on",
                            day_json(ask->first_on), "asked_on", day_json(ask->asked_on),
                            "answered_on", day_json(ask->answered_on), "progress", ask->after));
    }
    return list;
}

/* In single quotes, for a shell. */
static const char *quoted(const char *text, struct arena *arena)
{
    struct text_buffer buffer = {0};
    const char *copy;

    text_put(&buffer, "'");
    for (; *text; text++)
        if (*text == '\'')
            text_put(&buffer, "'\\''");
        else
            text_put_bytes(&buffer, text, 1);
    text_put(&buffer, "'");
    copy = buffer.failed ? "''" : arena_strdup(arena, buffer.text);
    text_buffer_finish(&buffer);
    return copy ? copy : "''";
}

static bool has_word(const char *words, const char *word)
{
    const char *at = strstr(words, word);

    return at && (at == words || at[-1] == ' ');
}

/* The command that corrects it. */
static const char *command_for(const PGresult *rows, int row, struct arena *arena)
{
    const char *why = store_text(rows, row, UNSETTLED_WHY);
    const char *action = quoted(store_text(rows, row, UNSETTLED_ACTION), arena);
    const char *name = quoted(store_text(rows, row, UNSETTLED_NAME), arena);
    const char *code = store_text(rows, row, UNSETTLED_CODE);
    const char *command;

    if (has_word(why, "nobody_named"))
        command = arena_printf(arena, "uptake show %s", action);
    else if (has_word(why, "no_address"))
        command = arena_printf(arena, "uptake units contact %s --email ADDRESS", code);
    else if (strcmp(why, "no_person") == 0)
        command = arena_printf(arena, "uptake units contact %s --focal-point NAME", code);
    else if (*code && !has_word(why, "external") && !has_word(why, "container") &&
             !has_word(why, "retired"))
        command = arena_printf(arena, "uptake units confirm %s --name %s --unit %s", action, name,
                               quoted(code, arena));
    else
        command =
            arena_printf(arena, "uptake units confirm %s --name %s --unit CODE", action, name);
    return command ? command : "";
}

static json_t *unsettled_json(const PGresult *rows, struct arena *arena)
{
    json_t *list = json_array();

    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(list,
                              json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:s}", "action",
                                        store_text(rows, row, UNSETTLED_ACTION), "text",
                                        store_text(rows, row, UNSETTLED_TEXT), "name",
                                        store_text(rows, row, UNSETTLED_NAME), "unit",
                                        store_text(rows, row, UNSETTLED_UNIT), "why",
                                        store_text(rows, row, UNSETTLED_WHY), "keeps_mail_back",
                                        store_bool(rows, row, UNSETTLED_BLOCKS), "command",
                                        command_for(rows, row, arena)));
    return list;
}

static json_t *excluded_json(const PGresult *rows)
{
    json_t *list = json_array();

    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(list,
                              json_pack("{s:s,s:s,s:b}", "key", store_text(rows, row, EXCLUDED_KEY),
                                        "position", store_text(rows, row, EXCLUDED_POSITION),
                                        "part", store_bool(rows, row, EXCLUDED_IS_PART)));
    return list;
}

json_t *cycle_one_json(struct call *call, const struct cycle_one *one)
{
    const struct cycle_counts counts = cycle_count(&one->cycle, &one->asks);
    json_t *json = cycle_json(call, &one->cycle, &counts);

    json_object_set_new(json, "asks", asks_json(&one->asks));
    json_object_set_new(json, "unsettled", unsettled_json(one->unsettled, &call->arena));
    json_object_set_new(json, "excluded", excluded_json(one->excluded));
    json_object_set_new(json, "return",
                        one->cycle.made ? json_incref(one->cycle.made) : json_null());
    return json;
}
