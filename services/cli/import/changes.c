/* SPDX-License-Identifier: Apache-2.0 */
#include "import/changes.h"

#include "import/finding_items.h"
#include "import/item_groups.h"
#include "import/item_keys.h"
#include "import/own_checks.h"
#include "import/person_word.h"

#include <string.h>

/* One run over the document. */
struct planner {
    const struct document *document;
    const char *key;
    struct present *present;
    struct changes *changes;
    json_t *seen; /* keys of the file */
    bool exists;  /* the document, before the import */
    bool other_file;
    struct err *err;
};

static struct arena *arena_of(struct planner *planner)
{
    return &planner->changes->outbox.arena;
}

static bool no_memory(struct planner *planner)
{
    return err_set(planner->err, ERR_FATAL, "OUT_OF_MEMORY", planner->key,
                   "the changes do not fit in memory");
}

/* Each key once: two rows with one code would overwrite each other. own_checks tells. */
static bool first_of_key(struct planner *planner, const char *code, const char *subject)
{
    if (!own_checks_fits(code, subject) || json_object_get(planner->seen, subject))
        return false;
    json_object_set_new(planner->seen, subject, json_true());
    return true;
}

/* Queues what the register does not have of this item. *state is then the item's before the
 * change; *next its revision after it. */
static bool plan_item(struct planner *planner, Uptake__V1__Change *change, struct item_state *state,
                      uint64_t *next, bool *touched)
{
    int left;

    *state = present_state(planner->present, change->subject);
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

static bool noticed(struct planner *planner, enum severity severity, const char *code,
                    const char *subject, int line, const char *remedy, const char *message)
{
    struct document *list = &planner->changes->noticed;

    document_find(list, severity, code, subject, line, remedy, "%s", message ? message : "");
    return (message && !list->failed) || no_memory(planner);
}

/* A person took it out of the register; what the file says of it changes nothing. */
static bool is_retracted(struct planner *planner, const char *subject, int line, bool *retracted)
{
    if (!present_is_retracted(planner->present, subject, retracted, planner->err))
        return false;
    return !*retracted ||
           noticed(planner, SEVERITY_INFO, "ITEM_RETRACTED", subject, line,
                   "restore it in the register, or take it out at the source",
                   "it was retracted in the register, the file still has it; it stays retracted");
}

/* Document and response ----------------------------------------------------------------------- */

/* A file older than what the register was last told is imported all the same, but not silently. */
static bool check_age(struct planner *planner, const char *dated_on)
{
    const json_t *groups;
    const char *known;

    if (!present_groups(planner->present, planner->key, &groups, planner->err))
        return false;
    known = json_string_value(
        json_object_get(json_object_get(groups, "document_identity"), "dated_on"));
    if (!known || !*dated_on || strcmp(known, dated_on) <= 0)
        return true;
    return noticed(planner, SEVERITY_WARNING, "STALE_SOURCE", planner->key, 1,
                   "import the newest source again, if this one was imported by mistake",
                   arena_printf(arena_of(planner),
                                "the register was told by a source dated %s; this one is of %s",
                                known, dated_on));
}

static bool plan_document(struct planner *planner)
{
    struct changes *changes = planner->changes;
    Uptake__V1__DocumentIdentity identity;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_DOCUMENT, planner->key);
    bool retracted;

    if (!item_document(arena_of(planner), planner->document, &identity))
        return no_memory(planner);
    if (!present_is_retracted(planner->present, planner->key, &retracted, planner->err))
        return false;
    if (retracted)
        return err_set(planner->err, ERR_REJECT, "DOCUMENT_RETRACTED", planner->key,
                       "the register has retracted this document; restore it first if that was "
                       "wrong");
    json_object_set_new(planner->seen, planner->key, json_true());
    change.document_identity = &identity;
    if (!plan_simple(planner, &change))
        return false;
    planner->exists = change.base_revision > 0 || changes->unchanged > 0;
    changes->nguard = changes->outbox.n;
    planner->other_file = planner->exists && changes->nguard;
    return !planner->other_file || check_age(planner, identity.dated_on);
}

static bool plan_response(struct planner *planner)
{
    const char *subject = item_key_response(arena_of(planner), planner->key);
    Uptake__V1__ResponseStatement statement;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_RESPONSE, subject);
    bool retracted;

    if (planner->document->key_ending || !planner->document->response_state)
        return true;
    if (!subject || !item_response(arena_of(planner), planner->document, &statement))
        return no_memory(planner);
    json_object_set_new(planner->seen, subject, json_true());
    change.response_statement = &statement;
    if (!is_retracted(planner, subject, 1, &retracted))
        return false;
    return retracted || plan_simple(planner, &change);
}

/* Responsibilities ---------------------------------------------------------------------------- */

/* Puts what the file says into the change, as far as a person has not said otherwise. */
static bool plan_responsibilities(struct planner *planner, Uptake__V1__Change *change,
                                  Uptake__V1__Responsibilities *read, int line)
{
    enum person_word word;

    change->responsibilities = read;
    if (!person_word_weigh(planner->present, change->subject, read, arena_of(planner), &word,
                           planner->err))
        return false;
    if (word == PERSON_WORD_STANDS)
        change->responsibilities = NULL;
    if (word != PERSON_WORD_KEPT)
        return true;
    return noticed(planner, SEVERITY_WARNING, "RESPONSIBILITY_CHANGED", change->subject, line,
                   "look at who is responsible and confirm it again",
                   arena_printf(arena_of(planner),
                                "the source now says \"%.200s\"; a person's word was kept for the "
                                "names it still has",
                                read->source));
}

/* Recommendations and actions ----------------------------------------------------------------- */

static bool plan_recommendation(struct planner *planner, const struct recommendation *record,
                                const char *subject)
{
    struct arena *arena = arena_of(planner);
    Uptake__V1__RecommendationText text;
    Uptake__V1__PositionTaken position;
    Uptake__V1__Responsibilities evaluator;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION, subject);

    if (!item_recommendation(arena, planner->key, record, &text) ||
        !item_position(arena, record, &position) ||
        !item_responsibilities(arena, record->evaluator_source, record->evaluator, "evaluator",
                               &evaluator))
        return no_memory(planner);
    change.recommendation_text = &text;
    if (record->position != POSITION_UNSPECIFIED)
        change.position_taken = &position;
    if ((record->evaluator || record->evaluator_source) &&
        !plan_responsibilities(planner, &change, &evaluator, record->line))
        return false;
    return plan_simple(planner, &change);
}

static bool plan_update(struct planner *planner, const char *subject,
                        const struct progress_update *update, const struct item_state *state,
                        uint64_t *next, bool *touched)
{
    Uptake__V1__ProgressReport report;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION, subject);
    bool has;

    if (!item_progress(arena_of(planner), update, &report))
        return no_memory(planner);
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
    struct arena *arena = arena_of(planner);
    Uptake__V1__ActionWording wording;
    Uptake__V1__Timeframe timeframe;
    Uptake__V1__Responsibilities responsibilities;
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION, subject);
    char *answered[] = {lend(recommendation)};
    struct item_state state;
    uint64_t next;
    bool touched;

    if (!item_wording(arena, action, answered, &wording) ||
        !item_timeframe(arena, action, &timeframe) ||
        !item_responsibilities(arena, action->responsible_source, action->responsible, "management",
                               &responsibilities))
        return no_memory(planner);
    change.action_wording = &wording;
    change.timeframe = &timeframe;
    if (!plan_responsibilities(planner, &change, &responsibilities, action->line) ||
        !plan_item(planner, &change, &state, &next, &touched))
        return false;
    for (const struct progress_update *update = action->updates; update; update = update->next)
        if (!plan_update(planner, subject, update, &state, &next, &touched))
            return false;
    count(planner, &state, touched);
    return true;
}

static bool plan_actions(struct planner *planner, const struct recommendation *record,
                         const char *key)
{
    for (const struct action *action = record->actions; action; action = action->next) {
        const char *subject = item_key_action(arena_of(planner), key, action);
        bool retracted;

        if (!subject)
            return no_memory(planner);
        if (!first_of_key(planner, action->code, subject))
            continue;
        if (!is_retracted(planner, subject, action->line, &retracted) ||
            (!retracted && !plan_action(planner, key, action, subject)))
            return false;
    }
    return true;
}

/* Under what was retracted nothing new may hang. */
static bool plan_with_actions(struct planner *planner, const struct recommendation *record)
{
    const char *key = item_key_recommendation(arena_of(planner), planner->key, record);
    bool retracted;

    if (!key)
        return no_memory(planner);
    if (!first_of_key(planner, record->code, key))
        return true;
    if (!is_retracted(planner, key, record->line, &retracted))
        return false;
    return retracted ||
           (plan_recommendation(planner, record, key) && plan_actions(planner, record, key));
}

static bool plan_indicator(struct planner *planner, const struct indicator *indicator)
{
    Uptake__V1__IndicatorStated stated;
    const char *subject =
        item_key_indicator(arena_of(planner), planner->key, indicator, planner->seen);
    Uptake__V1__Change change =
        change_of(planner, UPTAKE__V1__ITEM_KIND__ITEM_KIND_INDICATOR, subject);
    bool retracted;

    if (!subject || !item_indicator(arena_of(planner), planner->key, indicator, &stated))
        return no_memory(planner);
    change.indicator_stated = &stated;
    if (!is_retracted(planner, subject, indicator->line, &retracted))
        return false;
    return retracted || plan_simple(planner, &change);
}

/* What the file no longer has ----------------------------------------------------------------- */

static bool stands_in_the_file(const char *kind)
{
    static const char *const kinds[] = {"response", "recommendation", "action", "indicator"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

static bool name_vanished(struct planner *planner)
{
    const char *key;
    json_t *item;

    json_object_foreach(planner->present->states, key, item)
    {
        bool retracted;

        if (!stands_in_the_file(cli_text(item, "kind")) || json_object_get(planner->seen, key))
            continue;
        if (!present_is_retracted(planner->present, key, &retracted, planner->err))
            return false;
        if (retracted)
            continue;
        json_array_append_new(planner->changes->vanished, json_string(key));
        if (!noticed(planner, SEVERITY_WARNING, "ROW_VANISHED", key, 0,
                     "ask the response's owner; retract it in the register if it was withdrawn",
                     "the register has it, the file does not; it was left as it is"))
            return false;
    }
    return true;
}

/* Findings ------------------------------------------------------------------------------------ */

/* What was queued apart goes in front. */
static void splice(struct changes *changes, struct outbox *early)
{
    changes->early = early->arena;
    if (!early->n)
        return;
    early->last->next = changes->outbox.first;
    changes->outbox.first = early->first;
    if (!changes->outbox.last)
        changes->outbox.last = early->last;
    changes->outbox.n += early->n;
    changes->nguard += early->n;
}

static bool plan_findings(struct planner *planner)
{
    struct changes *changes = planner->changes;
    struct outbox early = {0};
    struct outbox *events = planner->exists ? &early : &changes->outbox;
    struct finding_items items = {.document = planner->key,
                                  .by_name = item_keys_by_name(planner->document, planner->key),
                                  .met = json_object(),
                                  .present = planner->present,
                                  .other_file = planner->other_file};
    bool good = (items.by_name && items.met) || no_memory(planner);

    good = good && finding_items_plan(&items, planner->document, &changes->noticed, events,
                                      &changes->outbox, planner->err);
    changes->raised = items.raised;
    changes->withdrawn = items.withdrawn;
    splice(changes, &early);
    json_decref(items.by_name);
    json_decref(items.met);
    return good;
}

bool changes_plan(const struct document *document, const char *key, struct present *present,
                  struct changes *changes, struct err *err)
{
    struct planner planner = {.document = document,
                              .key = key,
                              .present = present,
                              .changes = changes,
                              .seen = json_object(),
                              .err = err};
    bool good;

    changes->vanished = json_array();
    good = (planner.seen && changes->vanished) || no_memory(&planner);
    good = good && plan_document(&planner) && plan_response(&planner);
    for (const struct recommendation *record = document->recommendations; good && record;
         record = record->next)
        good = plan_with_actions(&planner, record);
    for (const struct indicator *each = document->indicators; good && each; each = each->next)
        good = !own_checks_counts(each) || plan_indicator(&planner, each);
    good = good && name_vanished(&planner) && plan_findings(&planner);
    json_decref(planner.seen);
    return good;
}

void changes_finish(struct changes *changes)
{
    outbox_finish(&changes->outbox);
    arena_finish(&changes->early);
    document_finish(&changes->noticed);
    json_decref(changes->vanished);
    *changes = (struct changes){0};
}
