/* SPDX-License-Identifier: Apache-2.0 */
/* Who was asked in a cycle, and whether the question was answered. */
#include "cycles.h"

#include "uptake/v1/items.pb-c.h"
#include "wire/wire.h"

#include <string.h>

enum {
    FIELD_PROGRESS_REPORT = 23,
    FIELD_PROGRESS_REVIEW = 33,
    FIELD_REDACTION = 46
}; /* of Change */

/* Columns of sql_cycle_asks. */
enum {
    ASK_POLICY_ID,
    ASK_ENDS_ON,
    ASK_ACTION_ID,
    ASK_ACTION,
    ASK_TEXT,
    ASK_TITLE,
    ASK_OFFICE,
    ASK_UNIT,
    ASK_UNIT_CODE,
    ASK_UNIT_NAME,
    ASK_FIRST_ON,
    ASK_ASKED_ON,
    ASK_REFUSED,
    ASK_WAITS,
    ASK_NOT_ASKED,
    ASK_BEFORE_ON,
    ASK_BEFORE,
    ASK_AFTER,
    ASK_UNITS,
};

/* Columns of sql_cycle_reports. */
enum { REPORT_ACTION_ID, REPORT_RECORDED_ON, REPORT_REPORTED_ON, REPORT_BODY, REPORT_REVISION };

/* Answers -------------------------------------------------------------------------------------- */

static bool is_after(struct date a, struct date b)
{
    return date_compare(a, b) > 0;
}

/* The first report that came in after `after` and not after `until`, and that does not speak only
 * of the time up to `began`. None: no such report. */
static struct date first_report(const struct cycle_report *reports, int n, struct date after,
                                struct date until, struct date began)
{
    for (int i = 0; i < n; i++) {
        const bool is_old =
            !date_is_none(reports[i].reported_on) && !is_after(reports[i].reported_on, began);

        if (!is_old && is_after(reports[i].recorded_on, after) &&
            !is_after(reports[i].recorded_on, until))
            return reports[i].recorded_on;
    }
    return (struct date){0};
}

/* Day of the month kept where the month has it. */
static struct date months_before(struct date day, int months)
{
    const int at = day.year * 12 + day.month - 1 - months;
    struct date before = {at / 12, at % 12 + 1, day.day};
    const int most = date_month_length(before.year, before.month);

    if (before.day > most)
        before.day = most;
    return before;
}

/* A deadline's question runs from its first step on; a window the policy names goes before both. */
static struct date cycle_begin(const struct cycle_ask *ask, const struct cycle *cycle)
{
    const json_int_t window = json_integer_value(json_object_get(cycle->rule, "window_days"));

    if (window > 0)
        return date_add_days(ask->ends_on, -(int)window);
    if (strcmp(cycle->trigger, "deadline") == 0)
        return date_add_days(ask->ends_on, cycle->first_step - 1);
    return date_is_none(ask->before_on) ? months_before(ask->ends_on, cycle->interval_months)
                                        : ask->before_on;
}

/* From when on a report counts for this cycle: one that came late, while the cycle before was still
 * being chased, answered that one. */
static struct date counts_after(const struct cycle_ask *ask, const struct cycle *cycle,
                                struct date began, const struct cycle_report *reports, int n)
{
    const int late_days = cycle->last_step > 0 ? cycle->last_step : 0;
    struct date until = date_add_days(began, late_days);
    struct date began_before, late;

    if (date_is_none(ask->before_on) || date_compare(began, ask->before_on) != 0)
        return began;
    began_before = months_before(began, cycle->interval_months);
    if (!date_is_none(first_report(reports, n, began_before, began, began_before)))
        return began;
    if (is_after(until, ask->ends_on))
        until = ask->ends_on;
    late = first_report(reports, n, began, until, began_before);
    return date_is_none(late) ? began : late;
}

struct date cycle_answered(const struct cycle_ask *ask, const struct cycle *cycle,
                           const struct cycle_report *reports, int n)
{
    const struct date began = cycle_begin(ask, cycle);
    const struct date after = counts_after(ask, cycle, began, reports, n);
    const int late_days = cycle->last_step > 0 ? cycle->last_step : 0;
    const struct date answered = first_report(reports, n, after, ask->ends_on, began);
    const bool is_chased_on = strcmp(cycle->trigger, "deadline") == 0;
    const struct date until =
        date_add_days(ask->ends_on, is_chased_on ? CYCLES_DAYS_MAX : late_days);

    return date_is_none(answered) ? first_report(reports, n, ask->ends_on, until, began) : answered;
}

/* Reading -------------------------------------------------------------------------------------- */

static bool carries_report(const uint8_t *body, size_t len)
{
    size_t field_len;
    const uint8_t *field;

    return wire_field(body, len, FIELD_PROGRESS_REPORT, &field, &field_len) &&
           !wire_field(body, len, FIELD_REDACTION, &field, &field_len);
}

/* Revision of the report that this change sends back for correction; 0: it sends none back. */
static uint64_t sends_back(const uint8_t *body, size_t len, struct arena *arena)
{
    const Uptake__V1__ProgressReview *review;
    size_t field_len;
    const uint8_t *field;
    struct err err;

    if (!wire_field(body, len, FIELD_PROGRESS_REVIEW, &field, &field_len))
        return 0;
    review = (const Uptake__V1__ProgressReview *)wire_unpack(
        &uptake__v1__progress_review__descriptor, arena, field, field_len, &err);
    return review && review->review == UPTAKE__V1__REVIEW__REVIEW_RETURNED ? review->of_revision
                                                                           : 0;
}

/* A report that was sent back answers nothing; its correction is one of its own. */
static void drop(struct cycle_report *reports, int *n, int64_t action_id, uint64_t revision)
{
    for (int i = *n; i-- > 0 && reports[i].action_id == action_id;)
        if (reports[i].revision == revision) {
            memmove(&reports[i], &reports[i + 1], (size_t)(*n - i - 1) * sizeof(*reports));
            --*n;
            return;
        }
}

/* NULL: out of memory. */
static const char *reporter(const uint8_t *body, size_t len, struct arena *arena)
{
    const Uptake__V1__ProgressReport *report;
    size_t field_len;
    const uint8_t *field;
    struct err err;

    if (!body || !wire_field(body, len, FIELD_PROGRESS_REPORT, &field, &field_len))
        return "";
    report = (const Uptake__V1__ProgressReport *)wire_unpack(
        &uptake__v1__progress_report__descriptor, arena, field, field_len, &err);
    return report ? report->reported_by : NULL;
}

static struct cycle_report *read_reports(const PGresult *rows, struct arena *arena, int *n)
{
    struct cycle_report *reports =
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*reports) + 1);

    *n = 0;
    for (int row = 0; reports && row < PQntuples(rows); row++) {
        size_t len = 0;
        const uint8_t *body = store_bytes(rows, row, REPORT_BODY, arena, &len);
        const int64_t action_id = store_int(rows, row, REPORT_ACTION_ID);
        const uint64_t back = body ? sends_back(body, len, arena) : 0;

        if (back)
            drop(reports, n, action_id, back);
        if (!(body ? carries_report(body, len) : store_is_null(rows, row, REPORT_BODY)))
            continue;
        reports[*n] =
            (struct cycle_report){.action_id = action_id,
                                  .revision = (uint64_t)store_int(rows, row, REPORT_REVISION),
                                  .recorded_on = store_day(rows, row, REPORT_RECORDED_ON),
                                  .reported_on = store_day(rows, row, REPORT_REPORTED_ON),
                                  .unit = reporter(body, len, arena)};
        if (!reports[(*n)++].unit)
            return NULL;
    }
    return reports;
}

/* The reports of an action, which stand together, in order of action. */
static const struct cycle_report *reports_of(int64_t action_id, const struct cycle_report *reports,
                                             int n, int *nof)
{
    int from = 0, to = n;

    while (from < to) {
        const int middle = from + (to - from) / 2;
        if (reports[middle].action_id < action_id)
            from = middle + 1;
        else
            to = middle;
    }
    for (*nof = 0; from + *nof < n && reports[from + *nof].action_id == action_id; ++*nof)
        continue;
    return reports + from;
}

/* Is it a line of the list? */
static bool is_among(const char *lines, const char *key)
{
    const size_t len = strlen(key);

    for (const char *at = lines; *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strcspn(at, "\n") == len && strncmp(at, key, len) == 0)
            return true;
    return false;
}

/* Those that answer for one of the units, keys a line each. NULL: out of memory. */
static const struct cycle_report *answers_of(const char *units, const struct cycle_report *reports,
                                             int *n, struct arena *arena)
{
    struct cycle_report *own = arena_alloc(arena, (size_t)*n * sizeof(*own) + 1);
    int kept = 0;

    for (int i = 0; own && i < *n; i++)
        if (!*reports[i].unit || is_among(units, reports[i].unit))
            own[kept++] = reports[i];
    *n = kept;
    return own;
}

static const struct cycle *cycle_of(const struct cycle_ask *ask, const struct cycle *cycles, int n)
{
    for (int i = 0; i < n; i++)
        if (cycles[i].policy_id == ask->policy_id &&
            date_compare(cycles[i].ends_on, ask->ends_on) == 0)
            return &cycles[i];
    return NULL;
}

static void read_ask(const PGresult *rows, int row, struct arena *arena, struct cycle_ask *ask)
{
    *ask = (struct cycle_ask){
        .policy_id = store_int(rows, row, ASK_POLICY_ID),
        .action_id = store_int(rows, row, ASK_ACTION_ID),
        .ends_on = store_day(rows, row, ASK_ENDS_ON),
        .action = arena_strdup(arena, store_text(rows, row, ASK_ACTION)),
        .text = arena_strdup(arena, store_text(rows, row, ASK_TEXT)),
        .title = arena_strdup(arena, store_text(rows, row, ASK_TITLE)),
        .office = arena_strdup(arena, store_text(rows, row, ASK_OFFICE)),
        .unit = arena_strdup(arena, store_text(rows, row, ASK_UNIT)),
        .unit_code = arena_strdup(arena, store_text(rows, row, ASK_UNIT_CODE)),
        .unit_name = arena_strdup(arena, store_text(rows, row, ASK_UNIT_NAME)),
        .first_on = store_day(rows, row, ASK_FIRST_ON),
        .asked_on = store_day(rows, row, ASK_ASKED_ON),
        .before_on = store_day(rows, row, ASK_BEFORE_ON),
        .is_refused = store_bool(rows, row, ASK_REFUSED),
        .waits = store_bool(rows, row, ASK_WAITS),
        .not_asked = store_bool(rows, row, ASK_NOT_ASKED),
        .before = arena_strdup(arena, store_text(rows, row, ASK_BEFORE)),
        .after = arena_strdup(arena, store_text(rows, row, ASK_AFTER)),
    };
}

struct cycle_asks cycle_read_asks(const PGresult *asks, const PGresult *reports,
                                  const struct cycle *cycles, int ncycles, struct arena *arena)
{
    struct cycle_asks read = {
        arena_zalloc(arena, (size_t)PQntuples(asks) * sizeof(struct cycle_ask) + 1), 0};
    int nreports, nof;
    const struct cycle_report *known = read_reports(reports, arena, &nreports);

    for (int row = 0; known && read.list && row < PQntuples(asks); row++) {
        struct cycle_ask *ask = &read.list[read.n++];
        const struct cycle_report *of;
        const struct cycle *cycle;

        read_ask(asks, row, arena, ask);
        of = reports_of(ask->action_id, known, nreports, &nof);
        of = answers_of(store_text(asks, row, ASK_UNITS), of, &nof, arena);
        cycle = cycle_of(ask, cycles, ncycles);
        if (!cycle || !of)
            continue;
        ask->answered_on = cycle_answered(ask, cycle, of, nof);
        ask->late = !date_is_none(ask->answered_on) && is_after(ask->answered_on, ask->ends_on);
    }
    return read;
}

/* Counting ------------------------------------------------------------------------------------- */

static bool is_of(const struct cycle_ask *ask, const struct cycle *cycle)
{
    return ask->policy_id == cycle->policy_id && date_compare(ask->ends_on, cycle->ends_on) == 0;
}

/* In order of unit, so a unit is new when the one before is another. */
struct cycle_counts cycle_count(const struct cycle *cycle, const struct cycle_asks *asks)
{
    struct cycle_counts counts = {0};
    const char *unit = "";

    for (int i = 0; i < asks->n; i++) {
        const struct cycle_ask *ask = &asks->list[i];
        const bool is_asked = !date_is_none(ask->asked_on);
        const bool is_answered = !date_is_none(ask->answered_on);

        if (!is_of(ask, cycle))
            continue;
        counts.questions++;
        counts.units += strcmp(unit, ask->unit) != 0;
        unit = ask->unit;
        counts.asked += is_asked;
        counts.answered += is_asked && is_answered;
        counts.late += is_asked && ask->late;
        counts.unasked += !is_asked && is_answered;
        counts.refused += !is_asked && ask->is_refused;
    }
    return counts;
}
