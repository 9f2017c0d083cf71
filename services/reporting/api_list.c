/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/scopes/SCOPE/items: items by what they say on every axis, as they stand, or, with
 * ?known_at=, as far as they were known at an instant. */
#include "api.h"

#include "known.h"
#include "sql.h"
#include "uptake/v1/words.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_ITEMS = 200, PAGE_ITEMS_MAX = 1000 };

/* Values are NULL where a filter is left out. */
struct list {
    const char *kind;
    const char *document;
    const char *position;
    const char *progress;
    const char *time_word;
    const char *unit;
    const char *disclosure;
    bool only_open;
    int64_t known_at_us; /* -1: now */
};

static const char *const times[] = {"not_due",     "due_soon",       "overdue",
                                    "no_deadline", "not_applicable", "suggested_period_elapsed",
                                    NULL};
/* A filter on an axis the kind does not have would answer "none" to a slip of the pen. */
static bool check_axes(struct call *call, const struct list *list)
{
    const bool of_actions = list->progress || list->time_word || list->unit || list->only_open;
    const char *needed = of_actions ? "action" : list->position ? "recommendation" : NULL;
    const char *detail;

    if (of_actions && list->position)
        needed = "";
    if (!needed || (list->kind ? strcmp(list->kind, needed) == 0 : *needed))
        return true;
    detail = "position belongs to recommendations; progress, time, unit and open to actions.";
    call_problem(call, 400, "PARAMETER_INVALID", "AXIS_OF_ANOTHER_KIND", detail);
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

static bool read_list(struct call *call, struct list *list)
{
    *list = (struct list){.document = call_param(call, "document"),
                          .unit = call_param(call, "unit"),
                          .only_open = call_param_set(call, "open")};
    return call_param_enum(call, "kind", &uptake__v1__item_kind__descriptor, &list->kind) &&
           call_param_enum(call, "position", &uptake__v1__position__descriptor, &list->position) &&
           call_param_enum(call, "progress", &uptake__v1__progress__descriptor, &list->progress) &&
           call_param_word(call, "time", times, &list->time_word) &&
           call_param_enum(call, "disclosure", &uptake__v1__disclosure__descriptor,
                           &list->disclosure) &&
           call_param_int(call, "limit", PAGE_ITEMS, 1, PAGE_ITEMS_MAX, &call->limit) &&
           call_param_instant(call, "known_at", &list->known_at_us) && read_days(call, list) &&
           check_axes(call, list);
}

/* PostgreSQL has made each row's JSON; only the frame is ours. */
static void answer(struct call *call, const PGresult *rows, const char *next)
{
    const char *known_at = call_param(call, "known_at");
    json_t *frame = json_pack("{s:s,s:s,s:s?,s:s?}", "scope", call->scope.name, "on", call->on_text,
                              "known_at", known_at, "next", next);
    char *head = frame ? json_dumps(frame, JSON_COMPACT) : NULL;
    struct text_buffer text = {.failed = head == NULL};

    json_decref(frame);
    if (head)
        text_put_bytes(&text, head, strlen(head) - 1);
    free(head);
    text_put(&text, ",\"items\":[");
    for (int row = 0; row < PQntuples(rows); row++) {
        text_put(&text, row ? "," : "");
        text_put(&text, store_text(rows, row, 1));
    }
    text_put(&text, "]}");
    call_json_text(call, &text);
}

/* As they stand -------------------------------------------------------------------------------- */

static void on_now(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    const int n = PQntuples(rows);

    answer(call, rows, n && n == call->limit ? store_text(rows, n - 1, 0) : NULL);
}

static void ask_now(struct call *call, const struct list *list)
{
    struct store_step step = call_step(call, sql_list_now);

    store_arg_int(&step.args, call->scope.id);
    store_arg_text(&step.args, call->on_text);
    store_arg_text(&step.args, call->today_text);
    store_arg_text(&step.args, list->kind);
    store_arg_text(&step.args, list->document);
    store_arg_text(&step.args, list->position);
    store_arg_text(&step.args, list->progress);
    store_arg_text(&step.args, list->time_word);
    store_arg_text(&step.args, list->unit);
    store_arg_text(&step.args, list->disclosure);
    store_arg_bool(&step.args, list->only_open);
    store_arg_text(&step.args, call_param(call, "after"));
    store_arg_int(&step.args, call->limit);
    call_query(call, call->app->reads, &step, 1, on_now);
}

/* As known at an instant ------------------------------------------------------------------------
 * The changes known then -> folded here, by field group -> judged and filtered. */

static void on_judged(struct call *call, PGresult *const *results)
{
    answer(call, results[0], call->next);
}

static void judge(struct call *call, const char *folded)
{
    struct store_step step = call_step(call, sql_list_known);
    struct list list;

    if (!read_list(call, &list))
        return;
    store_arg_text(&step.args, folded);
    store_arg_text(&step.args, call->on_text);
    store_arg_text(&step.args, list.position);
    store_arg_text(&step.args, list.progress);
    store_arg_text(&step.args, list.time_word);
    store_arg_text(&step.args, list.unit);
    store_arg_text(&step.args, list.disclosure);
    store_arg_bool(&step.args, list.only_open);
    call_query(call, call->app->reads, &step, 1, on_judged);
}

/* Filters may leave a page short, even empty; next says whether there are more. */
static void on_known(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    json_t *items = known_fold(rows, &call->arena);
    char *folded = items ? json_dumps(items, JSON_COMPACT) : NULL;

    json_decref(items);
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
    store_arg_text(&step.args, list->kind);
    store_arg_text(&step.args, list->document);
    store_arg_text(&step.args, call_param(call, "after"));
    store_arg_int(&step.args, call->limit);
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
