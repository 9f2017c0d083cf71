/* SPDX-License-Identifier: Apache-2.0 */
#include "cycles.h"

#include "calendar/recurrence.h"

static bool is_after(struct date a, struct date b)
{
    return date_compare(a, b) > 0;
}

/* The first report that came in after `after` and not after `until`, and that does not speak only
 * of the time up to `before`. None: no such report. */
static struct date first_report(const struct plan_action *action, struct date after,
                                struct date until, struct date before)
{
    for (int i = 0; i < action->nreports; i++) {
        const struct plan_report *report = &action->reports[i];
        bool is_old = !date_is_none(report->reported_on) && !is_after(report->reported_on, before);

        if (!is_old && is_after(report->recorded_on, after) &&
            !is_after(report->recorded_on, until))
            return report->recorded_on;
    }
    return (struct date){0};
}

/* After a late answer the next cycle counts only what came in later still. */
static void note_answers(const struct recurrence *rule, const struct plan_policy *policy,
                         const struct plan_action *action, struct cycle *cycles, int n)
{
    int last_step = policy->steps[policy->nsteps - 1];
    int late_days = last_step > 0 ? last_step : 0;
    struct date after = recurrence_day(rule, cycles[0].number - 1);

    for (int i = 0; i < n; i++) {
        struct cycle *cycle = &cycles[i];
        struct date before = recurrence_day(rule, cycle->number - 1);
        struct date next_end = recurrence_day(rule, cycle->number + 1);
        struct date late_until = date_add_days(cycle->end_on, late_days);

        cycle->answered_on = first_report(action, after, cycle->end_on, before);
        after = cycle->end_on;
        if (!date_is_none(cycle->answered_on))
            continue;
        if (is_after(late_until, next_end))
            late_until = next_end;
        cycle->answered_on = first_report(action, after, late_until, before);
        if (!date_is_none(cycle->answered_on))
            after = cycle->answered_on;
    }
}

bool cycles_of(const struct plan_policy *policy, const struct plan_action *action,
               struct date today, struct arena *arena, struct cycle **cycles, int *n)
{
    struct recurrence rule = {action->anchor, policy->interval_months};
    struct date horizon = date_add_days(today, PLAN_HORIZON_DAYS);
    int first, last;

    *cycles = NULL;
    *n = 0;
    if (date_is_none(action->anchor) || policy->nsteps == 0 || policy->interval_months < 1)
        return true;
    first = recurrence_first_from(&rule, policy->go_live_on);
    if (first < 1)
        first = 1;
    last = first - 1;
    while (!is_after(date_add_days(recurrence_day(&rule, last + 1), policy->steps[0]), horizon))
        last++;
    if (last < first)
        return true;
    *cycles = arena_zalloc(arena, (size_t)(last - first + 1) * sizeof(**cycles));
    if (!*cycles)
        return false;
    for (int number = first; number <= last; number++)
        (*cycles)[(*n)++] = (struct cycle){number, recurrence_day(&rule, number), {0}};
    note_answers(&rule, policy, action, *cycles, *n);
    return true;
}
