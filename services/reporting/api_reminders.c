/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/reminders: what is due and not sent, to whom, about what, and what the brake holds of it;
 * for people who read hq. */
#include "api.h"

#include "sql.h"

enum { PAGE_REMINDERS = 1000, PAGE_REMINDERS_MAX = 5000 };

/* Columns of sql_due_reminders. */
enum {
    DUE_OBLIGATION,
    DUE_POLICY,
    DUE_TITLE,
    DUE_HELD,
    DUE_ALLOWED,
    DUE_RECIPIENT,
    DUE_CODE,
    DUE_NAME,
    DUE_SERVED,
    DUE_ACTION,
    DUE_TEXT,
    DUE_ENDS_ON,
    DUE_STEP,
    DUE_SEND_ON,
};

static json_t *reminder_json(const PGresult *rows, int row)
{
    return json_pack(
        "{s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:b,s:s,s:s,s:s,s:I,s:s}", "policy",
        store_text(rows, row, DUE_POLICY), "title", store_text(rows, row, DUE_TITLE), "held",
        store_text(rows, row, DUE_HELD), "allowed", (json_int_t)store_int(rows, row, DUE_ALLOWED),
        "recipient", store_text(rows, row, DUE_RECIPIENT), "code", store_text(rows, row, DUE_CODE),
        "name", store_text(rows, row, DUE_NAME), "has_digest_today",
        store_bool(rows, row, DUE_SERVED), "action", store_text(rows, row, DUE_ACTION), "text",
        store_text(rows, row, DUE_TEXT), "ends_on", store_text(rows, row, DUE_ENDS_ON), "step",
        (json_int_t)store_int(rows, row, DUE_STEP), "send_on", store_text(rows, row, DUE_SEND_ON));
}

static void on_reminders(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[1];
    const int n = PQntuples(rows);
    const char *next = n && n >= call->limit ? store_text(rows, n - 1, DUE_OBLIGATION) : NULL;
    json_t *list;

    if (PQntuples(results[0]) == 0) {
        call_not_found(call);
        return;
    }
    list = json_array();
    for (int row = 0; row < n; row++)
        json_array_append_new(list, reminder_json(rows, row));
    call_json(call, json_pack("{s:s,s:o,s:s?}", "today", call->today_text, "reminders", list,
                              "next", next));
}

void api_reminders(struct call *call)
{
    static const char *const names[] = {"after", "limit", NULL};
    struct store_step steps[2];

    if (!call_params_known(call, names) ||
        !call_param_int(call, "after", 0, 0, INT64_MAX, &call->after) ||
        !call_param_int(call, "limit", PAGE_REMINDERS, 1, PAGE_REMINDERS_MAX, &call->limit))
        return;
    steps[0] = call_step(call, sql_reads_hq);
    store_arg_int(&steps[0].args, call->reader.principal_id);
    steps[1] = call_step(call, sql_due_reminders);
    store_arg_int(&steps[1].args, call->reader.principal_id);
    store_arg_text(&steps[1].args, call->today_text);
    store_arg_int(&steps[1].args, call->after);
    store_arg_int(&steps[1].args, call->limit);
    call_query(call, call->app->reads, steps, 2, on_reminders);
}
