/* SPDX-License-Identifier: Apache-2.0 */
/* What planning reads of the register and the ledger. */
#include "ledger.h"

#include "sql.h"
#include "uptake/v1/words.pb-c.h"
#include "wire/wire.h"

#include <string.h>

enum {
    FIELD_PROGRESS_REPORT = 23,
    FIELD_PROGRESS_REVIEW = 33,
    FIELD_REDACTION = 46,
    FIELD_CHASE_SET = 48
}; /* of Change */

enum register_step {
    LOAD_POLICIES,
    LOAD_CYCLES,
    LOAD_UNITS = LEDGER_REGISTER_UNITS,
    LOAD_ACTIONS,
    LOAD_RESPONSIBILITIES,
    LOAD_REPORTS,
    LOAD_LEDGER
};

static void add_items(struct store_args *args, struct ledger_items items)
{
    store_arg_int(args, items.first);
    store_arg_int(args, items.last);
}

void ledger_load_register(struct ledger_request *request, const char *zone, struct date today,
                          struct ledger_items items)
{
    struct store_args *args;

    ledger_add(request, sql_load_policies);
    ledger_add(request, sql_load_cycles);
    ledger_add_day(ledger_add(request, sql_load_units), today);
    add_items(ledger_add(request, sql_load_actions), items);
    args = ledger_add(request, sql_load_responsibilities);
    ledger_add_day(args, today);
    add_items(args, items);
    args = ledger_add(request, sql_load_reports);
    store_arg_text(args, zone);
    add_items(args, items);
    add_items(ledger_add(request, sql_load_ledger), items);
}

/* Of actions ------------------------------------------------------------------------------------
 */

/* Rows that belong to an action; they come in order of action, as the actions do. */
struct reading {
    const PGresult *rows;
    int at;
};

static bool next_of(struct reading *reading, int64_t action_id)
{
    while (reading->at < PQntuples(reading->rows) &&
           store_int(reading->rows, reading->at, 0) < action_id)
        reading->at++;
    return reading->at < PQntuples(reading->rows) &&
           store_int(reading->rows, reading->at, 0) == action_id;
}

static struct plan_responsibility read_responsibility(const PGresult *rows, int i)
{
    return (struct plan_responsibility){
        .unit_id = store_int(rows, i, 1),
        .unit_kind = ledger_unit_kind(store_text(rows, i, 2)),
        .has_address = store_bool(rows, i, 3),
        .role = strcmp(store_text(rows, i, 8), "lead") == 0 ? ROLE_LEAD : ROLE_OVERSEER,
        .inferred = store_bool(rows, i, 4),
        .ambiguous = store_bool(rows, i, 5),
        .vague = store_bool(rows, i, 6),
        .confirmed = store_bool(rows, i, 7),
    };
}

/* A report that was wiped was made all the same: the statement knows it by what it changed. What
 * stands beside the redaction says again what was reported before. */
static bool carries_report(const PGresult *rows, int row, struct arena *arena)
{
    size_t len, field_len;
    const uint8_t *field;
    const uint8_t *body = store_bytes(rows, row, 3, arena, &len);

    if (!body)
        return store_is_null(rows, row, 3);
    return wire_field(body, len, FIELD_PROGRESS_REPORT, &field, &field_len) &&
           !wire_field(body, len, FIELD_REDACTION, &field, &field_len);
}

struct report_list {
    struct answer_report *reports; /* of all actions */
    int64_t *revisions;            /* of the action under way */
    bool *returned;
    int n;
};

/* What was returned is no answer, unless that was taken back. n: reports of the action so far. */
static bool note_review(const PGresult *rows, int row, struct arena *arena,
                        const struct report_list *list, int n)
{
    ProtobufCMessage *message;
    const Uptake__V1__ProgressReview *review;

    if (!ledger_field(rows, row, 3, FIELD_PROGRESS_REVIEW, &uptake__v1__progress_review__descriptor,
                      arena, &message))
        return false;
    review = (const Uptake__V1__ProgressReview *)message;
    for (int i = 0; review && i < n; i++)
        if (list->revisions[i] == (int64_t)review->of_revision)
            list->returned[i] = review->review == UPTAKE__V1__REVIEW__REVIEW_RETURNED;
    return true;
}

/* Whose report it is: 0 where that is not said, -1 for a unit that nobody knows. False: out of
 * memory. */
static bool read_reporter(const PGresult *rows, int row, const struct ledger_directory *directory,
                          struct arena *arena, int64_t *unit_id)
{
    ProtobufCMessage *message;
    const Uptake__V1__ProgressReport *report;

    *unit_id = 0;
    if (!ledger_field(rows, row, 3, FIELD_PROGRESS_REPORT, &uptake__v1__progress_report__descriptor,
                      arena, &message))
        return false;
    report = (const Uptake__V1__ProgressReport *)message;
    if (report && report->reported_by[0])
        *unit_id = ledger_unit(directory, report->reported_by);
    if (report && report->reported_by[0] && !*unit_id)
        *unit_id = -1;
    return true;
}

static bool take_reports(struct reading *reading, const struct ledger_directory *directory,
                         struct arena *arena, struct report_list *list, struct plan_action *action)
{
    struct answer_report *reports = list->reports + list->n;
    int n = 0;

    for (; next_of(reading, action->action_id); reading->at++) {
        if (!note_review(reading->rows, reading->at, arena, list, n))
            return false;
        if (!carries_report(reading->rows, reading->at, arena))
            continue;
        list->revisions[n] = store_int(reading->rows, reading->at, 4);
        list->returned[n] = false;
        reports[n] = (struct answer_report){store_day(reading->rows, reading->at, 1),
                                            store_day(reading->rows, reading->at, 2), 0};
        if (!read_reporter(reading->rows, reading->at, directory, arena, &reports[n++].unit_id))
            return false;
    }
    action->reports = reports;
    for (int i = 0; i < n; i++)
        if (!list->returned[i])
            reports[action->nreports++] = reports[i];
    list->n += action->nreports;
    return true;
}

static bool take_chase(const PGresult *rows, int row, struct arena *arena,
                       struct plan_action *action)
{
    ProtobufCMessage *message;
    const Uptake__V1__ChaseSet *chase;
    struct err err;

    if (!ledger_field(rows, row, 10, FIELD_CHASE_SET, &uptake__v1__chase_set__descriptor, arena,
                      &message))
        return false;
    chase = (const Uptake__V1__ChaseSet *)message;
    if (chase && !date_parse_optional(chase->snoozed_until, "date", &action->snoozed_until, &err))
        action->snoozed_until = (struct date){0};
    if (chase &&
        !date_parse_optional(chase->acknowledged_on, "date", &action->acknowledged_on, &err))
        action->acknowledged_on = (struct date){0};
    return true;
}

static bool read_action(const PGresult *rows, int i, struct arena *arena,
                        const char *document_before, struct plan_action *action)
{
    const char *document = store_text(rows, i, 6);
    int instrument = 0;

    *action = (struct plan_action){
        .action_id = store_int(rows, i, 0),
        .binds_state = store_bool(rows, i, 1),
        .due_on = store_day(rows, i, 3),
        .anchor = store_day(rows, i, 4),
        .anchor_assumed = store_bool(rows, i, 5),
        .office_id = store_int(rows, i, 7),
        .on_hold = store_bool(rows, i, 9),
        .retracted = store_bool(rows, i, 11),
    };
    if (!progress_from_word(store_text(rows, i, 2), &action->progress))
        action->progress = PROGRESS_UNKNOWN;
    if (wire_word_value(&uptake__v1__instrument__descriptor, store_text(rows, i, 8), &instrument))
        action->instrument = instrument;
    if (document_before && strcmp(document_before, document) == 0)
        action->document = document_before;
    else
        action->document = arena_strdup(arena, document);
    return action->document && take_chase(rows, i, arena, action);
}

static bool read_actions(PGresult *const *results, const struct ledger_directory *directory,
                         struct arena *arena, struct plan_input *input)
{
    const PGresult *rows = results[LOAD_ACTIONS];
    struct reading who = {results[LOAD_RESPONSIBILITIES], 0};
    struct reading when = {results[LOAD_REPORTS], 0};
    size_t n = (size_t)PQntuples(rows), nreports = (size_t)PQntuples(when.rows);
    struct plan_action *actions = arena_alloc(arena, n * sizeof(*actions) + 1);
    struct plan_responsibility *named =
        arena_alloc(arena, (size_t)PQntuples(who.rows) * sizeof(*named) + 1);
    struct report_list list = {
        .reports = arena_alloc(arena, nreports * sizeof(*list.reports) + 1),
        .revisions = arena_alloc(arena, nreports * sizeof(*list.revisions) + 1),
        .returned = arena_alloc(arena, nreports * sizeof(*list.returned) + 1),
    };
    int nnamed = 0;

    if (!actions || !named || !list.reports || !list.revisions || !list.returned)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        struct plan_action *action = &actions[i];

        if (!read_action(rows, i, arena, i ? actions[i - 1].document : NULL, action))
            return false;
        action->responsibilities = named + nnamed;
        for (; next_of(&who, action->action_id); who.at++, action->nresponsibilities++)
            named[nnamed++] = read_responsibility(who.rows, who.at);
        if (!take_reports(&when, directory, arena, &list, action))
            return false;
    }
    input->actions = actions;
    input->nactions = PQntuples(rows);
    return true;
}

/* Of the ledger ---------------------------------------------------------------------------------
 */

static bool read_ledger(const PGresult *rows, struct arena *arena, struct plan_input *input)
{
    struct obligation *ledger = arena_zalloc(arena, (size_t)PQntuples(rows) * sizeof(*ledger) + 1);

    if (!ledger)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        struct obligation *row = &ledger[i];

        row->policy_id = store_int(rows, i, 0);
        row->subject_id = store_int(rows, i, 1);
        row->cycle = (int)store_int(rows, i, 2);
        row->cycle_on = store_day(rows, i, 3);
        row->step = (int)store_int(rows, i, 4);
        row->recipient_id = store_int(rows, i, 5);
        row->send_on = store_day(rows, i, 6);
        if (!obligation_state_from_word(store_text(rows, i, 7), &row->state))
            row->state = OBLIGATION_SENT; /* a word of a newer schema: hands off */
        row->reason = arena_strdup(arena, store_text(rows, i, 8));
        row->coalesced_cycle = (int)store_int(rows, i, 9);
        row->coalesced_step = (int)store_int(rows, i, 10);
        row->asked_id = store_int(rows, i, 11);
        if (!obligation_rung_from_word(store_text(rows, i, 12), &row->rung))
            row->state = OBLIGATION_SENT;
        row->held = store_bool(rows, i, 13);
        row->digest_on = store_day(rows, i, 14);
        row->awaited = arena_strdup(arena, store_text(rows, i, 15));
        row->cycle_begin_on = store_day(rows, i, 16);
        if (!row->reason || !row->awaited)
            return false;
    }
    input->ledger = ledger;
    input->nledger = PQntuples(rows);
    return true;
}

bool ledger_read_register(PGresult *const *results, struct arena *arena, struct plan_input *input,
                          struct err *err)
{
    struct ledger_directory directory;

    if (!ledger_read_units(results[LOAD_UNITS], arena, &directory) ||
        !ledger_read_policies(results[LOAD_POLICIES], results[LOAD_CYCLES], &directory, arena,
                              input) ||
        !read_actions(results, &directory, arena, input) ||
        !read_ledger(results[LOAD_LEDGER], arena, input))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot hold the register");
    input->units = directory.units;
    input->nunits = directory.n;
    return true;
}
