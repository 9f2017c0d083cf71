/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/scopes/SCOPE/items: items by what they say on every axis, as they stand, or, with
 * ?known_at=, as far as they were known at an instant. */
#include "api.h"

#include "actions.h"
#include "known.h"
#include "sql.h"
#include "uptake/v1/words.pb-c.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_ITEMS = 200, PAGE_ITEMS_MAX = 1000 };

enum filter_id {
    KIND,
    DOCUMENT,
    POSITION,
    PROGRESS,
    TIME,
    UNIT,
    DISCLOSURE,
    FRESHNESS,
    ASSURANCE,
    LEVEL,
    HOLD,
    ADDRESSEE,
    INSTRUMENT,
    CODE,
    SEVERITY,
    STATE,
    ASSIGNED,
    RELATION,
    ABOUT,
    FILTERS,
};

static const char *const freshnesses[] = {"fresh", "update_due", "stale", "never_updated", NULL};
static const char *const assurances[] = {"self_reported", "validated", "evidence_attached",
                                         "assessed_by_others", NULL};
/* Of findings ("gone": the last import no longer met it), links and responses. */
static const char *const states[] = {"open",  "assigned", "resolved",  "dismissed",
                                     "gone",  "proposed", "confirmed", "rejected",
                                     "draft", "approved", NULL};

/* Sets of kinds. */
#define ONE(kind) (1u << UPTAKE__V1__ITEM_KIND__ITEM_KIND_##kind)
#define EVERY (~0u)

static const unsigned actions = ONE(ACTION);

/* Words from an enum, from a list, or (neither) any text; and the kinds that have the axis. */
static const struct filter {
    const char *name;
    const ProtobufCEnumDescriptor *type;
    const char *const *words;
    unsigned kinds;
} filters[FILTERS] = {
    [KIND] = {"kind", &uptake__v1__item_kind__descriptor, NULL, EVERY},
    [DOCUMENT] = {"document", NULL, NULL, EVERY},
    [POSITION] = {"position", &uptake__v1__position__descriptor, NULL, ONE(RECOMMENDATION)},
    [PROGRESS] = {"progress", &uptake__v1__progress__descriptor, NULL, ONE(ACTION)},
    [TIME] = {"time", NULL, action_times, ONE(ACTION)},
    [UNIT] = {"unit", NULL, NULL, ONE(RECOMMENDATION) | ONE(ACTION)},
    [DISCLOSURE] = {"disclosure", &uptake__v1__disclosure__descriptor, NULL, EVERY},
    [FRESHNESS] = {"freshness", NULL, freshnesses, ONE(ACTION)},
    [ASSURANCE] = {"assurance", NULL, assurances, ONE(ACTION)},
    [LEVEL] = {"level", &uptake__v1__assessment_level__descriptor, NULL,
               ONE(ASSESSMENT) | ONE(RECOMMENDATION) | ONE(ACTION)},
    [HOLD] = {"hold", &uptake__v1__hold__descriptor, NULL, ONE(RECOMMENDATION) | ONE(ACTION)},
    [ADDRESSEE] = {"addressee", &uptake__v1__addressee__descriptor, NULL, EVERY},
    [INSTRUMENT] = {"instrument", &uptake__v1__instrument__descriptor, NULL, EVERY},
    [CODE] = {"code", NULL, NULL, ONE(FINDING)},
    [SEVERITY] = {"severity", &uptake__v1__severity__descriptor, NULL, ONE(FINDING)},
    [STATE] = {"state", NULL, states, ONE(FINDING) | ONE(LINK) | ONE(RESPONSE)},
    [ASSIGNED] = {"assigned", NULL, NULL, ONE(FINDING)},
    [RELATION] = {"relation", &uptake__v1__relation__descriptor, NULL, ONE(LINK)},
    [ABOUT] = {"about", NULL, NULL,
               ONE(FINDING) | ONE(INDICATOR) | ONE(LINK) | ONE(ASSESSMENT) | ONE(ACTION)},
};

static const char *const other_params[] = {"open",  "retracted", "on", "known_at",
                                           "after", "limit",     NULL};

struct list {
    const char *value[FILTERS]; /* NULL: left out */
    unsigned kinds;             /* that may be listed: they have every axis asked for */
    bool only_open;
    bool retracted;
    int64_t known_at_us; /* -1: now */
};

/* A filter on an axis the kind does not have would answer "none" to a slip of the pen. */
static bool check_axes(struct call *call, struct list *list)
{
    static const char detail[] =
        "position belongs to recommendations; progress, time, freshness, assurance and open to "
        "actions; unit and hold to both; level to both and to assessments; code, severity and "
        "assigned to findings; relation to links; state to findings, links and responses; about "
        "to findings, indicators, links, assessments and actions.";
    int kind;

    list->kinds = list->only_open ? actions : EVERY;
    for (int i = 0; i < FILTERS; i++)
        if (list->value[i])
            list->kinds &= filters[i].kinds;
    if (list->value[KIND] &&
        wire_word_value(&uptake__v1__item_kind__descriptor, list->value[KIND], &kind))
        list->kinds &= 1u << kind;
    if (list->kinds)
        return true;
    call_problem(call, 400, "PARAMETER_INVALID", "AXIS_OF_ANOTHER_KIND", detail);
    return false;
}

static bool is_past(const struct call *call, const struct list *list)
{
    return list->known_at_us >= 0 || date_compare(call->on, call->today) < 0;
}

/* Assurance hangs on judgements and reviews that carry no day of their own, so that it is judged of
 * today alone. Who else judged an item is, besides, said of that item by others. */
static bool check_judged(struct call *call, const struct list *list)
{
    const bool of_others = (list->kinds & ~ONE(ASSESSMENT)) != 0;
    const char *axis = list->value[ASSURANCE] && is_past(call, list)               ? "assurance"
                       : list->value[LEVEL] && of_others && list->known_at_us >= 0 ? "level"
                                                                                   : NULL;
    const char *detail;

    if (!axis)
        return true;
    detail = arena_printf(&call->arena, "%s is judged of the present only: ask without %s.", axis,
                          list->known_at_us >= 0 ? "known_at" : "a day that has passed");
    call_problem(call, 400, "PARAMETER_INVALID", "AXIS_NOT_JUDGED_IN_THE_PAST",
                 detail ? detail : axis);
    return false;
}

/* Knowledge of an instant is judged on its own day unless another is asked for. */
static bool read_days(struct call *call, const struct list *list)
{
    if (list->known_at_us >= 0) {
        call->today = zone_date(call->app->zone, list->known_at_us);
        call->on = call->today;
        date_format(call->today, call->today_text);
        date_format(call->on, call->on_text);
    }
    return call_param_on(call);
}

static bool read_filter(struct call *call, const struct filter *filter, const char **value)
{
    if (filter->type)
        return call_param_enum(call, filter->name, filter->type, value);
    if (filter->words)
        return call_param_word(call, filter->name, filter->words, value);
    *value = call_param(call, filter->name);
    return true;
}

static bool check_names(struct call *call)
{
    const char *names[FILTERS + sizeof(other_params) / sizeof(*other_params)];
    int n = 0;

    for (int i = 0; i < FILTERS; i++)
        names[n++] = filters[i].name;
    for (int i = 0; other_params[i]; i++)
        names[n++] = other_params[i];
    names[n] = NULL;
    return call_params_known(call, names);
}

static bool read_list(struct call *call, struct list *list)
{
    *list = (struct list){.only_open = call_param_set(call, "open"),
                          .retracted = call_param_set(call, "retracted")};
    if (!check_names(call))
        return false;
    for (int i = 0; i < FILTERS; i++)
        if (!read_filter(call, &filters[i], &list->value[i]))
            return false;
    return call_param_int(call, "limit", PAGE_ITEMS, 1, PAGE_ITEMS_MAX, &call->limit) &&
           call_param_instant(call, "known_at", &list->known_at_us) && read_days(call, list) &&
           check_axes(call, list) && check_judged(call, list);
}

/* The axes that these rows are silent on, by name: nobody is to take that for "none". */
static json_t *not_judged(const struct call *call, const struct list *list)
{
    json_t *axes = json_array();

    if ((list->kinds & actions) && is_past(call, list))
        json_array_append_new(axes, json_string("assurance"));
    if ((list->kinds & (actions | ONE(RECOMMENDATION))) && list->known_at_us >= 0)
        json_array_append_new(axes, json_string("level"));
    return axes;
}

/* Columns of sql_list_now and sql_list_known: two objects that are told as one. */
enum { ROW_KEY, ROW_COMMON, ROW_OF_KIND };

static void put_row(struct text_buffer *text, const PGresult *rows, int row)
{
    const char *common = store_text(rows, row, ROW_COMMON);
    const char *of_kind = store_text(rows, row, ROW_OF_KIND);

    if (strlen(of_kind) <= strlen("{}")) {
        text_put(text, common);
        return;
    }
    text_put_bytes(text, common, strlen(common) - 1);
    text_put(text, ",");
    text_put(text, of_kind + 1);
}

/* PostgreSQL has made each row's JSON; only the frame is ours. */
static void answer(struct call *call, const struct list *list, const PGresult *rows,
                   const char *next)
{
    const char *known_at = call_param(call, "known_at");
    json_t *frame =
        json_pack("{s:s,s:s,s:s?,s:s?,s:o}", "scope", call->scope.name, "on", call->on_text,
                  "known_at", known_at, "next", next, "not_judged", not_judged(call, list));
    char *head = frame ? json_dumps(frame, JSON_COMPACT) : NULL;
    struct text_buffer text = {.failed = head == NULL};

    json_decref(frame);
    if (head)
        text_put_bytes(&text, head, strlen(head) - 1);
    free(head);
    text_put(&text, ",\"items\":[");
    for (int row = 0; row < PQntuples(rows); row++) {
        text_put(&text, row ? "," : "");
        put_row(&text, rows, row);
    }
    text_put(&text, "]}");
    call_json_text(call, &text);
}

/* As they stand -------------------------------------------------------------------------------- */

static void on_now(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    const int n = PQntuples(rows);
    struct list list;

    if (read_list(call, &list))
        answer(call, &list, rows, n && n == call->limit ? store_text(rows, n - 1, ROW_KEY) : NULL);
}

static void put_values(struct store_args *args, const struct list *list, const enum filter_id *ids,
                       int n)
{
    for (int i = 0; i < n; i++)
        store_arg_text(args, list->value[ids[i]]);
}

static void ask_now(struct call *call, const struct list *list)
{
    static const enum filter_id first[] = {KIND, DOCUMENT, POSITION,  PROGRESS,
                                           TIME, UNIT,     DISCLOSURE};
    static const enum filter_id second[] = {FRESHNESS, ASSURANCE, LEVEL, HOLD};
    static const enum filter_id third[] = {ADDRESSEE, INSTRUMENT, CODE,     SEVERITY,
                                           STATE,     ASSIGNED,   RELATION, ABOUT};
    struct store_step step = call_step(call, sql_list_now);

    store_arg_int(&step.args, call->scope.id);
    store_arg_text(&step.args, call->on_text);
    store_arg_text(&step.args, call->today_text);
    put_values(&step.args, list, first, sizeof(first) / sizeof(*first));
    store_arg_bool(&step.args, list->only_open);
    store_arg_text(&step.args, call_param(call, "after"));
    store_arg_int(&step.args, call->limit);
    put_values(&step.args, list, second, sizeof(second) / sizeof(*second));
    store_arg_bool(&step.args, list->retracted);
    put_values(&step.args, list, third, sizeof(third) / sizeof(*third));
    call_query(call, call->app->reads, &step, 1, on_now);
}

/* As known at an instant ------------------------------------------------------------------------
 * The changes known then -> folded here, by field group -> judged and filtered. */

static void on_judged(struct call *call, PGresult *const *results)
{
    struct list list;

    if (read_list(call, &list))
        answer(call, &list, results[0], call->next);
}

static void judge(struct call *call, const char *folded)
{
    static const enum filter_id first[] = {POSITION, PROGRESS, TIME, UNIT, DISCLOSURE};
    static const enum filter_id second[] = {FRESHNESS, LEVEL, HOLD};
    static const enum filter_id third[] = {ADDRESSEE, INSTRUMENT, CODE,     SEVERITY,
                                           STATE,     ASSIGNED,   RELATION, ABOUT};
    struct store_step step = call_step(call, sql_list_known);
    struct list list;

    if (!read_list(call, &list))
        return;
    store_arg_text(&step.args, folded);
    store_arg_text(&step.args, call->on_text);
    put_values(&step.args, &list, first, sizeof(first) / sizeof(*first));
    store_arg_bool(&step.args, list.only_open);
    put_values(&step.args, &list, second, sizeof(second) / sizeof(*second));
    store_arg_bool(&step.args, list.retracted);
    put_values(&step.args, &list, third, sizeof(third) / sizeof(*third));
    call_query(call, call->app->reads, &step, 1, on_judged);
}

/* Filters may leave a page short, even empty; next says whether there are more. */
static void on_known(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    json_t *told = known_fold(rows, &call->arena);
    char *folded = told ? json_dumps(told, JSON_COMPACT) : NULL;

    json_decref(told);
    if (known_count(rows) == call->limit)
        call->next = arena_strdup(&call->arena, known_last_key(rows));
    if (folded)
        judge(call, folded);
    else
        call_json(call, NULL);
    free(folded);
}

static void ask_known(struct call *call, const struct list *list)
{
    struct store_step step = call_step(call, sql_known_changes);

    store_arg_int(&step.args, call->scope.id);
    store_arg_time_us(&step.args, list->known_at_us);
    store_arg_text(&step.args, call->today_text);
    store_arg_text(&step.args, call->on_text);
    store_arg_text(&step.args, list->value[KIND]);
    store_arg_text(&step.args, list->value[DOCUMENT]);
    store_arg_text(&step.args, call_param(call, "after"));
    store_arg_int(&step.args, call->limit);
    store_arg_bool(&step.args, list->value[UNIT] != NULL);
    call_query(call, call->app->reads, &step, 1, on_known);
}

void api_list(struct call *call)
{
    struct list list;

    if (!read_list(call, &list))
        return;
    if (list.known_at_us >= 0)
        ask_known(call, &list);
    else
        ask_now(call, &list);
}
