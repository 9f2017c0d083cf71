/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the round that decides which policies the brake holds, and tells it. */
#include "sweep_parts.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

void sweep_watch_clock(struct sweep *sweep)
{
    const int64_t own_us = (int64_t)(uv_hrtime() / 1000);
    const int64_t most_us =
        (int64_t)config_int(sweep->options.config, "brake_jump_s") * INT64_C(1000000);

    if (brake_clock_jumped(sweep->looked_us, sweep->now.us, sweep->looked_own_us, own_us,
                           most_us)) {
        sweep->clock_jumped = true;
        log_event(
            LOG_ERROR, "clock_jumped", "by_s",
            log_num((sweep->now.us - sweep->looked_us - own_us + sweep->looked_own_us) / 1000000),
            "remedy", "what is due is held; look at it with `uptake remind preview`", NULL);
    }
    sweep->looked_us = sweep->now.us;
    sweep->looked_own_us = own_us;
}

/* Recipients the brake holds of a policy, as a metric of its own. */
static double *gauge_of(struct sweep *sweep, const struct brake_policy *policy)
{
    struct sweep_gauge *gauge = sweep->gauges;
    const struct sweep_gauge *end = sweep->gauges + sweep->ngauges;

    while (gauge < end && gauge->policy_id != policy->policy_id)
        gauge++;
    if (gauge == end) {
        if (sweep->ngauges == SWEEP_GAUGES)
            return NULL;
        sweep->ngauges++;
        gauge->policy_id = policy->policy_id;
        snprintf(gauge->labels, sizeof(gauge->labels), "policy=\"%s\"", policy->key);
        gauge->held =
            service_metric(sweep->options.service, METRIC_GAUGE, "uptake_workflow_brake_recipients",
                           gauge->labels, "recipients the brake holds back; 0: it holds nothing");
    }
    return gauge->held;
}

/* Logged when it begins and when it ends, whichever process noticed. */
static void tell(struct sweep *sweep, const struct brake_policy *policy,
                 const struct brake_verdict *verdict)
{
    double *gauge = gauge_of(sweep, policy);

    if (gauge)
        *gauge = verdict->holds ? policy->due : 0;
    if (verdict->holds && (!policy->held_for || strcmp(policy->held_for, verdict->reason) != 0))
        log_event(LOG_ERROR, "brake_holds", "policy", policy->key, "reason", verdict->reason,
                  "recipients", log_num(policy->due), "allowed", log_num(verdict->allowed),
                  "remedy",
                  "`uptake remind preview` shows what would go, `uptake remind release` lets it go",
                  NULL);
    if (!verdict->holds && policy->held_for)
        log_event(LOG_INFO, "brake_lets_go", "policy", policy->key, "recipients",
                  log_num(policy->due), NULL);
}

bool sweep_brake(struct sweep *sweep, PGresult *const *results, struct err *err)
{
    const struct brake_limits limits = {
        .most = (int)config_int(sweep->options.config, "brake_recipients"),
        .least = (int)config_int(sweep->options.config, "brake_least"),
    };
    int64_t *held;

    if (!ledger_read_brakes(results, &sweep->arena, &sweep->brakes, err))
        return false;
    held = arena_alloc(&sweep->arena, (size_t)sweep->brakes.n * sizeof(*held) + 1);
    if (!held)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "brake", "cannot hold what is held");
    sweep->held = (struct ledger_held){.policies = held};
    for (int i = 0; i < sweep->brakes.n; i++) {
        const struct brake_policy *policy = &sweep->brakes.policies[i];
        struct brake_verdict *verdict = &sweep->brakes.verdicts[i];

        *verdict = brake_decide(policy, &limits, sweep->clock_jumped);
        tell(sweep, policy, verdict);
        if (verdict->holds)
            held[sweep->held.n++] = policy->policy_id;
    }
    return true;
}
