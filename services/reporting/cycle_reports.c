/* SPDX-License-Identifier: Apache-2.0 */
/* The reports that may answer a cycle, and whose they are as known at an instant. */
#include "cycle_parts.h"

#include "uptake/v1/items.pb-c.h"
#include "wire/wire.h"

#include <string.h>

enum {
    FIELD_PROGRESS_REPORT = 23,
    FIELD_UNIT_IDENTITY = 25,
    FIELD_PROGRESS_REVIEW = 33,
    FIELD_REDACTION = 46
}; /* of Change */

enum { CHAIN_MAX = 20 }; /* mergers one after the other, as successor_of has it */

/* Columns of sql_cycle_reports. */
enum { REPORT_ACTION_ID, REPORT_RECORDED_ON, REPORT_REPORTED_ON, REPORT_BODY, REPORT_REVISION };

/* Columns of sql_cycle_mergers. */
enum { MERGER_UNIT, MERGER_INTO, MERGER_BODY };

/* Reports -------------------------------------------------------------------------------------- */

static bool carries_report(const uint8_t *body, size_t len)
{
    size_t field_len;
    const uint8_t *field;

    return wire_field(body, len, FIELD_PROGRESS_REPORT, &field, &field_len) &&
           !wire_field(body, len, FIELD_REDACTION, &field, &field_len);
}

/* What was returned is no answer, unless that was taken back; a correction is a report of its own.
 * The reports of an action stand together. */
static void note_review(const uint8_t *body, size_t len, struct arena *arena,
                        struct cycle_reports *reports, int64_t action_id)
{
    const Uptake__V1__ProgressReview *review;
    size_t field_len;
    const uint8_t *field;
    struct err err;

    if (!wire_field(body, len, FIELD_PROGRESS_REVIEW, &field, &field_len))
        return;
    review = (const Uptake__V1__ProgressReview *)wire_unpack(
        &uptake__v1__progress_review__descriptor, arena, field, field_len, &err);
    for (int i = reports->n; review && i-- > 0 && reports->list[i].action_id == action_id;)
        if (reports->list[i].revision == review->of_revision)
            reports->list[i].returned = review->review == UPTAKE__V1__REVIEW__REVIEW_RETURNED;
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

bool cycle_read_reports(const PGresult *rows, struct arena *arena, struct cycle_reports *reports)
{
    *reports = (struct cycle_reports){
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*reports->list) + 1), 0};
    for (int row = 0; reports->list && row < PQntuples(rows); row++) {
        size_t len = 0;
        const uint8_t *body = store_bytes(rows, row, REPORT_BODY, arena, &len);
        const int64_t action_id = store_int(rows, row, REPORT_ACTION_ID);
        struct cycle_report *report = &reports->list[reports->n];

        if (body)
            note_review(body, len, arena, reports, action_id);
        if (!(body ? carries_report(body, len) : store_is_null(rows, row, REPORT_BODY)))
            continue;
        *report = (struct cycle_report){.action_id = action_id,
                                        .revision = (uint64_t)store_int(rows, row, REPORT_REVISION),
                                        .recorded_on = store_day(rows, row, REPORT_RECORDED_ON),
                                        .reported_on = store_day(rows, row, REPORT_REPORTED_ON),
                                        .unit = reporter(body, len, arena)};
        if (!report->unit)
            return false;
        reports->n++;
    }
    return reports->list;
}

struct cycle_reports cycle_reports_of(const struct cycle_reports *reports, int64_t action_id)
{
    struct cycle_reports of = {0};
    int from = 0, to = reports->n;

    while (from < to) {
        const int middle = from + (to - from) / 2;
        if (reports->list[middle].action_id < action_id)
            from = middle + 1;
        else
            to = middle;
    }
    of.list = reports->list + from;
    while (from + of.n < reports->n && of.list[of.n].action_id == action_id)
        of.n++;
    return of;
}

/* Mergers -------------------------------------------------------------------------------------- */

/* Into which unit the row says the other was merged; *into stays where it says nothing of it.
 * False: out of memory. */
static bool read_into(const PGresult *rows, int row, struct arena *arena, const char **into)
{
    const Uptake__V1__UnitIdentity *said;
    size_t len, field_len;
    const uint8_t *body, *field;
    struct err err;

    if (!store_is_null(rows, row, MERGER_INTO)) {
        *into = arena_strdup(arena, store_text(rows, row, MERGER_INTO));
        return *into;
    }
    body = store_bytes(rows, row, MERGER_BODY, arena, &len);
    if (!body || !wire_field(body, len, FIELD_UNIT_IDENTITY, &field, &field_len))
        return body;
    said = (const Uptake__V1__UnitIdentity *)wire_unpack(&uptake__v1__unit_identity__descriptor,
                                                         arena, field, field_len, &err);
    if (said)
        *into = said->merged_into;
    return said;
}

/* The rows of a unit stand together, oldest first: the last that speaks of its identity counts. */
bool cycle_read_mergers(const PGresult *rows, struct arena *arena, struct cycle_mergers *mergers)
{
    *mergers = (struct cycle_mergers){
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*mergers->list) + 1), 0};
    for (int row = 0; mergers->list && row < PQntuples(rows); row++) {
        const char *unit = store_text(rows, row, MERGER_UNIT);
        const bool is_same =
            mergers->n > 0 && strcmp(mergers->list[mergers->n - 1].unit, unit) == 0;
        struct cycle_merger *merger = &mergers->list[is_same ? mergers->n - 1 : mergers->n++];

        if (!is_same)
            *merger = (struct cycle_merger){arena_strdup(arena, unit), ""};
        if (!merger->unit || !read_into(rows, row, arena, &merger->into))
            return false;
    }
    return mergers->list;
}

static const char *into_of(const struct cycle_mergers *mergers, const char *unit)
{
    for (int i = 0; i < mergers->n; i++)
        if (strcmp(mergers->list[i].unit, unit) == 0)
            return mergers->list[i].into;
    return "";
}

bool cycle_answers_for(const struct cycle_mergers *mergers, const char *unit, const char *asked)
{
    const char *successor = unit, *into;

    if (!*unit || strcmp(unit, asked) == 0)
        return true;
    for (int i = 0; i < CHAIN_MAX && *(into = into_of(mergers, successor)); i++)
        successor = into;
    return strcmp(successor, asked) == 0;
}
