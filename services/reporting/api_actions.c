/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include "actions.h"
#include "summary.h"

#include <stdlib.h>
#include <string.h>

/* GET /v1/scopes/SCOPE/summary ----------------------------------------------------------------- */

static json_t *axis_json(const struct summary_axis *axis)
{
    json_t *counts = json_object();

    for (int i = 0; i < axis->ncounts; i++)
        if (axis->counts[i].n > 0)
            json_object_set_new(counts, axis->counts[i].word, json_integer(axis->counts[i].n));
    return counts;
}

static json_t *rates_json(const struct summary *summary)
{
    json_t *rates = json_array();

    for (int i = 0; i < SUMMARY_RATES; i++)
        json_array_append_new(rates,
                              json_pack("{s:s,s:s,s:I,s:I}", "name", summary->rates[i].name,
                                        "formula", summary->rates[i].formula, "numerator",
                                        (json_int_t)summary->rates[i].numerator, "denominator",
                                        (json_int_t)summary->rates[i].denominator));
    return rates;
}

static void on_summary(struct call *call, PGresult *const *results)
{
    struct summary summary;
    json_t *json;

    summary_read(&summary, results[0]);
    json =
        json_pack("{s:s,s:s,s:s,s:s,s:I}", "scope", call->scope.name, "on", call->on_text, "today",
                  call->today_text, "epoch", call->scope.epoch, "seq", (json_int_t)call->scope.seq);
    for (int a = 0; json && a < SUMMARY_AXES; a++)
        json_object_set_new(json, summary.axes[a].name, axis_json(&summary.axes[a]));
    if (json)
        json_object_set_new(json, "rates", rates_json(&summary));
    call_json(call, json);
}

void api_summary(struct call *call)
{
    static const char *const names[] = {"on", NULL};
    struct store_step step;

    if (!call_params_known(call, names) || !call_param_on(call))
        return;
    step = summary_step(call);
    call_query(call, call->app->reads, &step, 1, on_summary);
}

/* GET /v1/scopes/SCOPE/actions ----------------------------------------------------------------- */

/* PostgreSQL has made each row's JSON; only the frame is ours. */
static void put_actions(struct text_buffer *text, struct call *call, const PGresult *rows)
{
    const int n = PQntuples(rows);
    json_t *frame = json_pack("{s:s,s:s,s:s,s:s,s:I,s:s?}", "scope", call->scope.name, "on",
                              call->on_text, "today", call->today_text, "epoch", call->scope.epoch,
                              "seq", (json_int_t)call->scope.seq, "next", actions_next(call, rows));
    char *head = frame ? json_dumps(frame, JSON_COMPACT) : NULL;

    json_decref(frame);
    if (!head) {
        text->failed = true;
        return;
    }
    text_put_bytes(text, head, strlen(head) - 1);
    free(head);
    text_put(text, ",\"actions\":[");
    for (int row = 0; row < n; row++) {
        text_put(text, row ? "," : "");
        text_put(text, store_text(rows, row, ACTION_JSON));
    }
    text_put(text, "]}");
}

static void on_actions(struct call *call, PGresult *const *results)
{
    struct text_buffer text = {0};

    put_actions(&text, call, results[0]);
    call_json_text(call, &text);
}

void api_actions(struct call *call)
{
    struct action_filter filter;
    struct store_step step;

    if (!actions_filter(call, &filter))
        return;
    step = actions_step(call, &filter);
    call_query(call, call->app->reads, &step, 1, on_actions);
}
