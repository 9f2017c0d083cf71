/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/cycles, /v1/cycles/NAME/DAY and /v1/cycles/NAME/DAY/return: what policies ask, for people
 * who read hq; to nobody else are they there. */
#include "api.h"

#include "cycles.h"

static void on_list(struct call *call, json_t *list)
{
    call_json(call, json_pack("{s:s,s:o}", "today", call->today_text, "cycles", list));
}

void api_cycles(struct call *call)
{
    static const char *const names[] = {"days", NULL};

    if (call_params_known(call, names))
        cycle_fetch_list(call, on_list);
}

static void on_cycle(struct call *call, struct cycle_one *one)
{
    json_t *json = cycle_one_json(call, one);

    cycle_finish(&one->cycle);
    call_json(call, json);
}

void api_cycle(struct call *call)
{
    static const char *const names[] = {NULL};

    if (call_params_known(call, names))
        cycle_fetch(call, -1, on_cycle);
}

static void on_return(struct call *call, struct cycle_one *one)
{
    json_t *made = cycle_return_json(call, one);

    cycle_finish(&one->cycle);
    call_json(call, made);
}

/* Counted now, or as it was known at an instant: what a stored return is checked against. */
void api_cycle_return(struct call *call)
{
    static const char *const names[] = {"known_at", NULL};
    int64_t known_at_us;

    if (call_params_known(call, names) && call_param_instant(call, "known_at", &known_at_us))
        cycle_fetch(call, known_at_us, on_return);
}
