/* SPDX-License-Identifier: Apache-2.0 */
#include "import/changes.h"

#include "base/text.h"
#include "import/item_state.h"

#include <string.h>

/* One run over the document. Texts are lent to messages, which want char * but do not write. */
struct planner {
    struct document *document;
    const char *key;
    json_t *states; /* item objects by key */
    struct changes *changes;
    struct err *err;
};

static char *lend(const char *text)
{
    return text ? (char *)(uintptr_t)text : (char *)(uintptr_t) "";
}

static struct arena *arena_of(struct planner *planner)
{
    return &planner->changes->outbox.arena;
}

static bool no_memory(struct planner *planner)
{
    return err_set(planner->err, ERR_FATAL, "OUT_OF_MEMORY", planner->key,
                   "the changes do not fit in memory");
}

static char *date_text(struct planner *planner, struct date date)
{
    char text[DATE_TEXT];
    char *copy;

    date_format(date, text);
    copy = arena_strdup(arena_of(planner), text);
    return copy ? copy : lend("");
}

/* Each key once: two rows with one code would overwrite each other. */
static bool first_of_key(struct planner *planner, const char *subject, int line)
{
    if (json_object_get(planner->changes->seen, subject)) {
        document_find(planner->document, SEVERITY_ERROR, "DUPLICATE_CODE", subject, line,
                      "give each its own number at the source and import again",
                      "a row above has the same code; this one was left out");
        return false;
    }
    json_object_set_new(planner->changes->seen, subject, json_true());
    return true;
}

/* Queues what the register does not have of this item. *state is then the item's before the
 * change; *next its revision after it. */
static bool plan_item(struct planner *planner, Uptake__V1__Change *change, struct item_state *state,
                      uint64_t *next, bool *touched)
{
    int left;

    *state = item_state_find(planner->states, change->subject);
    *next = state->revision;
    *touched = false;
    if (!item_state_reduce(state, change, arena_of(planner), &left, planner->err))
        return false;
    if (left == 0)
        return true;
    change->base_revision = state->revision;
    *next = state->revision + 1;
    *touched = true;
    return outbox_add(&planner->changes->outbox, change, planner->err);
}

static void count(struct planner *planner, const struct item_state *state, bool touched)
{
    if (state->revision == 0)
        planner->changes->created++;
    else if (touched)
        planner->changes->updated++;
    else
        planner->changes->unchanged++;
}

static Uptake__V1__Change change_of(struct planner *planner, Uptake__V1__ItemKind kind,
                                    const char *subject)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;

    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = kind;
    change.document = lend(planner->key);
    change.subject = lend(subject);
    return change;
}

static bool plan_simple(struct planner *planner, Uptake__V1__Change *change)
{
    struct item_state state;
    uint64_t next;
    bool touched;

    if (!plan_item(planner, change, &state, &next, &touched))
        return false;
    count(planner, &state, touched);
    return true;
}

static bool plan_document(struct planner *planner)
{
    const struct document *document = planner->document;
    Uptake__V1__DocumentIdentity identity = UPTAKE__V1__DOCUMENT_IDENTITY__INIT;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_DOCUMENT, planner->key);
    char dated_on[DATE_TEXT];

    if (!first_of_key(planner, planner->key, 1))
        return true;
    identity.title = lend(document->title);
    identity.instrument = UPTAKE__V1__INSTRUMENT__INSTRUMENT_EVALUATION;
    identity.office = lend(document->office);
    identity.office_unit = lend(document->office_unit);
    identity.language = lend(document->language ? document->language : "en");
    date_format(document->dated_on, dated_on);
    identity.dated_on = dated_on;
    identity.addressee = UPTAKE__V1__ADDRESSEE__ADDRESSEE_OFFICE;
    identity.source_name = lend(document->file->name);
    identity.source_sha256.data = (uint8_t *)(uintptr_t)document->file->sha256;
    identity.source_sha256.len = SHA256_BYTES;
    change.document_identity = &identity;
    return plan_simple(planner, &change);
}

static bool plan_response(struct planner *planner)
{
    const struct document *document = planner->document;
    Uptake__V1__ResponseStatement statement = UPTAKE__V1__RESPONSE_STATEMENT__INIT;
    char *subject = arena_printf(arena_of(planner), "%s#response", planner->key);
    char approved_on[DATE_TEXT];
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_RESPONSE, subject);

    if (!subject)
        return no_memory(planner);
    if (!document->response_state) {
        document_find(planner->document, SEVERITY_WARNING, "RESPONSE_STATE_UNKNOWN", "response", 1,
                      "keep the line that says Approved or Draft when saving the page",
                      "the source does not say whether the response is approved; it was left out");
        return true;
    }
    json_object_set_new(planner->changes->seen, subject, json_true());
    statement.state = text_equal_fold(document->response_state, "Approved")
                          ? UPTAKE__V1__RESPONSE_STATE__RESPONSE_STATE_APPROVED
                          : UPTAKE__V1__RESPONSE_STATE__RESPONSE_STATE_DRAFT;
    statement.text = lend(document->response_text);
    statement.approver = lend(document->response_approver);
    date_format(document->response_approved_on, approved_on);
    statement.approved_on = approved_on;
    change.response_statement = &statement;
    return plan_simple(planner, &change);
}

/* The caveat stands in front of the comment it belongs to. */
static char *comment_text(struct planner *planner, const struct recommendation *record)
{
    if (!record->caveat || !record->comment)
        return lend(record->caveat ? record->caveat : record->comment);
    return arena_printf(arena_of(planner), "%s\n%s", record->caveat, record->comment);
}

/* "KEY#1.3" for part 1.3, "KEY#10.iii" for part iii of recommendation 10. */
static char *recommendation_key(struct planner *planner, const struct recommendation *record)
{
    size_t len = record->parent ? strlen(record->parent) : 0;

    if (!record->parent ||
        (strncmp(record->code, record->parent, len) == 0 && record->code[len] == '.'))
        return arena_printf(arena_of(planner), "%s#%s", planner->key, record->code);
    return arena_printf(arena_of(planner), "%s#%s.%s", planner->key, record->parent, record->code);
}

static bool plan_recommendation(struct planner *planner, const struct recommendation *record,
                                const char *subject)
{
    Uptake__V1__RecommendationText text = UPTAKE__V1__RECOMMENDATION_TEXT__INIT;
    Uptake__V1__PositionTaken position = UPTAKE__V1__POSITION_TAKEN__INIT;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION, subject);

    text.code = lend(record->code);
    text.text = lend(record->text);
    if (record->parent)
        text.parent = arena_printf(arena_of(planner), "%s#%s", planner->key, record->parent);
    position.position = (Uptake__V1__Position)record->position;
    position.source = lend(record->position_source);
    position.comment = comment_text(planner, record);
    if (!text.parent || !position.comment)
        return no_memory(planner);
    change.recommendation_text = &text;
    if (record->position != POSITION_UNSPECIFIED)
        change.position_taken = &position;
    return plan_simple(planner, &change);
}

static bool fill_responsibilities(struct planner *planner, const struct action *action,
                                  Uptake__V1__Responsibilities *group)
{
    size_t n = 0;
    Uptake__V1__Responsibility *units;

    for (const struct responsible *unit = action->responsible; unit; unit = unit->next)
        n++;
    units = arena_zalloc(arena_of(planner), n * sizeof(*units) + 1);
    group->units = arena_zalloc(arena_of(planner), n * sizeof(*group->units) + 1);
    if (!units || !group->units)
        return no_memory(planner);
    group->source = lend(action->responsible_source);
    for (const struct responsible *unit = action->responsible; unit; unit = unit->next) {
        Uptake__V1__Responsibility *to = &units[group->n_units];
        uptake__v1__responsibility__init(to);
        to->unit = lend(unit->unit);
        to->name = lend(unit->name);
        to->role = (Uptake__V1__Role)unit->role;
        to->said_by = lend("management");
        to->vague = unit->vague;
        to->inferred = unit->inferred;
        /* What is no name for sure waits for a person as well. */
        to->ambiguous = unit->ambiguous || unit->damaged;
        group->units[group->n_units++] = to;
    }
    return true;
}

static bool plan_update(struct planner *planner, const char *subject,
                        const struct progress_update *update, const struct item_state *state,
                        uint64_t *next, bool *touched)
{
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION, subject);
    bool has;

    report.progress = (Uptake__V1__Progress)update->progress;
    report.source = lend(update->source);
    report.narrative = lend(update->text);
    report.reported_on = date_text(planner, update->reported_on);
    report.precision = (Uptake__V1__Precision)update->precision;
    if (!item_state_has_report(state, &report, arena_of(planner), &has, planner->err))
        return false;
    if (has)
        return true;
    change.base_revision = (*next)++;
    change.progress_report = &report;
    *touched = true;
    return outbox_add(&planner->changes->outbox, &change, planner->err);
}

static bool plan_action(struct planner *planner, const char *recommendation,
                        const struct action *action, const char *subject)
{
    Uptake__V1__ActionWording wording = UPTAKE__V1__ACTION_WORDING__INIT;
    Uptake__V1__Timeframe timeframe = UPTAKE__V1__TIMEFRAME__INIT;
    Uptake__V1__Responsibilities responsibilities = UPTAKE__V1__RESPONSIBILITIES__INIT;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION, subject);
    char *answered[] = {lend(recommendation)};
    struct item_state state;
    uint64_t next;
    bool touched;

    wording.code = lend(action->code);
    wording.n_recommendations = 1;
    wording.recommendations = answered;
    wording.text = lend(action->text);
    timeframe.source = lend(action->timeframe_source);
    timeframe.start_on = date_text(planner, action->timeframe.start_on);
    timeframe.due_on = date_text(planner, action->timeframe.due_on);
    timeframe.precision = (Uptake__V1__Precision)action->timeframe.precision;
    timeframe.progressive = action->timeframe.progressive;
    timeframe.open = action->timeframe.open;
    change.action_wording = &wording;
    change.timeframe = &timeframe;
    change.responsibilities = &responsibilities;
    if (!fill_responsibilities(planner, action, &responsibilities) ||
        !plan_item(planner, &change, &state, &next, &touched))
        return false;
    for (const struct progress_update *update = action->updates; update; update = update->next)
        if (!plan_update(planner, subject, update, &state, &next, &touched))
            return false;
    count(planner, &state, touched);
    return true;
}

static bool plan_with_actions(struct planner *planner, const struct recommendation *record)
{
    char *key = recommendation_key(planner, record);

    if (!key)
        return no_memory(planner);
    if (!first_of_key(planner, key, record->line))
        return true;
    if (!plan_recommendation(planner, record, key))
        return false;
    for (const struct action *action = record->actions; action; action = action->next) {
        char *subject = arena_printf(arena_of(planner), "%s/%s", key, action->code);
        if (!subject)
            return no_memory(planner);
        if (first_of_key(planner, subject, action->line) &&
            !plan_action(planner, key, action, subject))
            return false;
    }
    return true;
}

static bool index_states(struct planner *planner, const json_t *state)
{
    const json_t *items = json_object_get(state, "items");

    planner->states = json_object();
    for (size_t i = 0; i < json_array_size(items) && planner->states; i++) {
        json_t *item = json_array_get(items, i);
        json_object_set(planner->states, cli_text(item, "key"), item);
    }
    return planner->states && planner->changes->seen && planner->changes->vanished;
}

/* Reminders are the register's own; everything else of the document should stand in the file. */
static void name_vanished(struct planner *planner)
{
    const char *key;
    json_t *item;

    json_object_foreach(planner->states, key, item)
    {
        if (strcmp(cli_text(item, "kind"), "reminder") != 0 &&
            !json_object_get(planner->changes->seen, key))
            json_array_append_new(planner->changes->vanished, json_string(key));
    }
}

bool changes_plan(struct document *document, const char *key, const json_t *state,
                  struct changes *changes, struct err *err)
{
    struct planner planner = {.document = document, .key = key, .changes = changes, .err = err};
    bool good;

    changes->seen = json_object();
    changes->vanished = json_array();
    good = index_states(&planner, state) || no_memory(&planner);
    good = good && plan_document(&planner) &&
           (document->key_ending || plan_response(&planner)); /* a quoted one has none */
    for (const struct recommendation *record = document->recommendations; good && record;
         record = record->next)
        good = plan_with_actions(&planner, record);
    if (good)
        name_vanished(&planner);
    json_decref(planner.states);
    return good;
}

void changes_finish(struct changes *changes)
{
    outbox_finish(&changes->outbox);
    json_decref(changes->seen);
    json_decref(changes->vanished);
    *changes = (struct changes){0};
}
