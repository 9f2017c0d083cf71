/* SPDX-License-Identifier: Apache-2.0 */
/* Who was asked in a cycle, and whether the question was answered. */
#include "cycle_parts.h"

#include <string.h>

enum { SPAN_TEXT = 2 * DATE_TEXT }; /* "begin:end" */

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
    ASK_BEFORE,
    ASK_AFTER,
    ASK_CLOSED_ON,
    ASK_SPANS,
};

/* What the asks are put together from. */
struct reading {
    const struct cycle_scene *scene;
    struct cycle_reports reports;
    struct cycle_mergers mergers;
    struct arena *arena;
};

/* The policy's cycles about an action, in order of end. */
struct spans {
    struct answer_span *list;
    int n;
};

/* Spans ---------------------------------------------------------------------------------------- */

static struct answer_rule rule_on(const struct reading *reading, int64_t policy_id,
                                  struct date ends_on)
{
    const struct cycle_rule *rule =
        cycle_rule_for(reading->scene->rules, policy_id, ends_on, reading->scene->known_at_us);

    return rule ? rule->answer : (struct answer_rule){0};
}

/* "begin:end", with or without a begin. */
static bool read_span(const char *text, size_t len, struct answer_span *span)
{
    char copy[SPAN_TEXT];
    char *colon;
    struct err err;

    if (len >= sizeof(copy))
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    colon = strchr(copy, ':');
    if (!colon)
        return false;
    *colon = '\0';
    return date_parse_optional(copy, "cycle", &span->begin_on, &err) &&
           date_parse(colon + 1, "cycle", &span->end_on, &err);
}

/* NULL list: out of memory. */
static struct spans read_spans(const struct reading *reading, const struct cycle_ask *ask,
                               const char *text)
{
    const size_t most = strlen(text) / DATE_TEXT + 1;
    struct spans spans = {arena_zalloc(reading->arena, most * sizeof(*spans.list)), 0};

    for (const char *at = text; spans.list && *at; at += strcspn(at, " "), at += *at == ' ') {
        struct answer_span *span = &spans.list[spans.n];
        if (!read_span(at, strcspn(at, " "), span))
            continue;
        span->rule = rule_on(reading, ask->policy_id, span->end_on);
        spans.n++;
    }
    return spans;
}

static const struct answer_span *find_span(const struct spans *spans, struct date end_on)
{
    for (int i = 0; i < spans->n; i++)
        if (date_compare(spans->list[i].end_on, end_on) == 0)
            return &spans->list[i];
    return NULL;
}

static const struct answer_span *next_span(const struct spans *spans, const struct answer_span *of)
{
    for (int i = 0; i < spans->n; i++)
        if (date_compare(spans->list[i].begin_on, of->end_on) == 0)
            return &spans->list[i];
    return NULL;
}

static bool has_neighbours(const struct answer_span *span)
{
    return !date_is_none(span->begin_on) && span->rule.takes_reports;
}

/* The cycle that is asked about, those before it without a gap, as far as it matters who answered
 * them late, and the next, with which its lateness ends. What lies beyond a gap is of other rules.
 * A deadline stands alone. own: index in the chain. NULL list: out of memory. */
static struct spans chain_to(const struct reading *reading, const struct spans *all,
                             const struct cycle_ask *ask, bool is_deadline, int *own)
{
    const struct answer_span *span = find_span(all, ask->ends_on), *next;
    struct spans chain = {arena_zalloc(reading->arena, ((size_t)all->n + 2) * sizeof(*chain.list)),
                          0};
    int before = 0;

    *own = 0;
    if (!chain.list || !span) {
        if (chain.list)
            chain.list[chain.n++] = (struct answer_span){
                .end_on = ask->ends_on, .rule = rule_on(reading, ask->policy_id, ask->ends_on)};
        return chain;
    }
    next = is_deadline ? NULL : next_span(all, span);
    for (const struct answer_span *at = span; at; before++) {
        chain.list[all->n - before] = *at;
        at = is_deadline || !has_neighbours(at) ? NULL : find_span(all, at->begin_on);
    }
    memmove(chain.list, &chain.list[all->n - before + 1], (size_t)before * sizeof(*chain.list));
    chain.n = before;
    *own = before - 1;
    if (next)
        chain.list[chain.n++] = *next;
    return chain;
}

/* Answers -------------------------------------------------------------------------------------- */

/* Those that answer for the unit that was asked and were not sent back. NULL: out of memory. */
static const struct answer_report *reports_for(const struct reading *reading,
                                               const struct cycle_ask *ask, int *n)
{
    const struct cycle_reports of = cycle_reports_of(&reading->reports, ask->action_id);
    struct answer_report *own = arena_alloc(reading->arena, (size_t)of.n * sizeof(*own) + 1);

    *n = 0;
    for (int i = 0; own && i < of.n; i++)
        if (!of.list[i].returned &&
            cycle_answers_for(&reading->mergers, of.list[i].unit, ask->unit))
            own[(*n)++] = (struct answer_report){of.list[i].recorded_on, of.list[i].reported_on, 0};
    return own;
}

/* False: out of memory. */
static bool find_answer(const struct reading *reading, struct cycle_ask *ask, struct date closed_on,
                        const char *text)
{
    const struct cycle_rule *rule = cycle_rule_for(reading->scene->rules, ask->policy_id,
                                                   ask->ends_on, reading->scene->known_at_us);
    const struct spans all = read_spans(reading, ask, text);
    struct spans chain;
    const struct answer_report *reports;
    struct date *answered_on;
    int own, n;

    if (rule && !rule->answer.takes_reports) {
        ask->answered_on = closed_on;
        return true;
    }
    if (!all.list)
        return false;
    chain = chain_to(reading, &all, ask, rule && rule->is_deadline, &own);
    reports = reports_for(reading, ask, &n);
    answered_on = arena_alloc(reading->arena, ((size_t)all.n + 2) * sizeof(*answered_on));
    if (!chain.list || !reports || !answered_on)
        return false;
    answers_find(chain.list, chain.n, reports, n, 0, answered_on);
    ask->answered_on = answered_on[own];
    return true;
}

/* Reading -------------------------------------------------------------------------------------- */

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
        .is_refused = store_bool(rows, row, ASK_REFUSED),
        .waits = store_bool(rows, row, ASK_WAITS),
        .not_asked = store_bool(rows, row, ASK_NOT_ASKED),
        .before = arena_strdup(arena, store_text(rows, row, ASK_BEFORE)),
        .after = arena_strdup(arena, store_text(rows, row, ASK_AFTER)),
    };
}

struct cycle_asks cycle_read_asks(const struct cycle_scene *scene, struct arena *arena)
{
    const PGresult *rows = scene->asks;
    struct cycle_asks read = {
        arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(struct cycle_ask) + 1), 0};
    struct reading reading = {.scene = scene, .arena = arena};
    bool good = read.list && cycle_read_reports(scene->reports, arena, &reading.reports) &&
                cycle_read_mergers(scene->mergers, arena, &reading.mergers);

    for (int row = 0; good && row < PQntuples(rows); row++) {
        struct cycle_ask *ask = &read.list[read.n++];

        read_ask(rows, row, arena, ask);
        good = ask->action && ask->text && ask->title && ask->office && ask->unit &&
               ask->unit_code && ask->unit_name && ask->before && ask->after &&
               find_answer(&reading, ask, store_day(rows, row, ASK_CLOSED_ON),
                           store_text(rows, row, ASK_SPANS));
        ask->late =
            !date_is_none(ask->answered_on) && date_compare(ask->answered_on, ask->ends_on) > 0;
    }
    return good ? read : (struct cycle_asks){0};
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
