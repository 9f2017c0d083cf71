/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

/* The reports among which an answer is looked for, and of whom. */
struct search {
    const struct answer_report *reports;
    int n;
    int64_t unit_id;
};

static bool is_after(struct date a, struct date b)
{
    return date_compare(a, b) > 0;
}

static struct date later_of(struct date a, struct date b)
{
    return is_after(a, b) ? a : b;
}

struct answer_rule answer_rule(bool is_deadline, int window_days, int closes_after_days,
                               int last_step)
{
    const int late_days = closes_after_days > 0 ? closes_after_days : last_step;

    return (struct answer_rule){.takes_reports = !is_deadline || window_days > 0,
                                .window_days = window_days,
                                .late_days = late_days > 0 ? late_days : 0};
}

/* The first report of the unit that came in after `after` and not after `until`, and that does not
 * speak only of the time up to `before`. None: no such report. */
static struct date first_report(const struct search *search, struct date after, struct date until,
                                struct date before)
{
    for (int i = 0; i < search->n; i++) {
        const struct answer_report *report = &search->reports[i];
        const bool is_old =
            !date_is_none(report->reported_on) && !is_after(report->reported_on, before);

        if (report->unit_id && report->unit_id != search->unit_id)
            continue;
        if (!is_old && is_after(report->recorded_on, after) &&
            !is_after(report->recorded_on, until))
            return report->recorded_on;
    }
    return (struct date){0};
}

/* After a late answer the next cycle counts only what came in later still. */
void answers_find(const struct answer_span *spans, int n, const struct answer_report *reports,
                  int nreports, int64_t unit_id, struct date *answered_on)
{
    const struct search search = {reports, nreports, unit_id};
    struct date after = {0};

    for (int i = 0; i < n; i++) {
        const struct answer_span *span = &spans[i];
        const int window_days = span->rule.window_days;
        struct date until = date_add_days(span->end_on, span->rule.late_days);

        answered_on[i] = (struct date){0};
        if (!span->rule.takes_reports)
            continue;
        after = later_of(after, span->begin_on);
        if (window_days > 0)
            after = later_of(after, date_add_days(span->end_on, -window_days - 1));
        if (i + 1 < n && is_after(until, spans[i + 1].end_on))
            until = spans[i + 1].end_on;
        answered_on[i] = first_report(&search, after, span->end_on, span->begin_on);
        after = span->end_on;
        if (!date_is_none(answered_on[i]))
            continue;
        answered_on[i] = first_report(&search, after, until, span->begin_on);
        if (!date_is_none(answered_on[i]))
            after = answered_on[i];
    }
}
