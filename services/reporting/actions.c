/* SPDX-License-Identifier: Apache-2.0 */
#include "actions.h"

#include "sql.h"
#include "uptake/v1/words.pb-c.h"

enum { PAGE_ACTIONS = 200, PAGE_ACTIONS_MAX = 1000 };

const char *const action_times[] = {"not_due",     "due_soon",       "overdue",
                                    "no_deadline", "not_applicable", "suggested_period_elapsed",
                                    NULL};

bool actions_filter(struct call *call, struct action_filter *filter)
{
    static const char *const names[] = {"scope",  "document", "progress", "time", "open",
                                        "chased", "reported", "overdue",  "on",   "recommendation",
                                        "after",  "limit",    NULL};

    *filter = (struct action_filter){.document = call_param(call, "document"),
                                     .after_key = call_param(call, "after"),
                                     .recommendation = call_param(call, "recommendation"),
                                     .chased = call_param_set(call, "chased"),
                                     .reported = call_param_set(call, "reported"),
                                     .only_open = call_param_set(call, "open")};
    if (!call_params_known(call, names) || !call_param_on(call) ||
        !call_param_enum(call, "progress", &uptake__v1__progress__descriptor, &filter->progress) ||
        !call_param_word(call, "time", action_times, &filter->time_word) ||
        !call_param_int(call, "limit", PAGE_ACTIONS, 1, PAGE_ACTIONS_MAX, &filter->limit))
        return false;
    if (call_param_set(call, "overdue"))
        filter->time_word = "overdue";
    call->limit = filter->limit;
    return true;
}

const char *actions_next(const struct call *call, const PGresult *rows)
{
    const int n = PQntuples(rows);

    return n > 0 && n == call->limit ? store_text(rows, n - 1, ACTION_KEY) : NULL;
}

struct store_step actions_step(struct call *call, const struct action_filter *filter)
{
    struct store_step step = call_step(call, sql_actions);

    store_arg_int(&step.args, call->scope.id);
    store_arg_text(&step.args, call->on_text);
    store_arg_text(&step.args, call->today_text);
    store_arg_text(&step.args, filter->document);
    store_arg_bool(&step.args, filter->only_open || filter->chased);
    store_arg_text(&step.args, filter->progress);
    store_arg_text(&step.args, filter->time_word);
    store_arg_text(&step.args, filter->after_key);
    store_arg_int(&step.args, filter->limit);
    store_arg_bool(&step.args, filter->by_due);
    store_arg_text(&step.args, filter->recommendation);
    store_arg_bool(&step.args, filter->chased);
    store_arg_bool(&step.args, filter->reported);
    return step;
}
