/* SPDX-License-Identifier: Apache-2.0 */
#include "import/own_checks.h"

#include "import/item_groups.h"
#include "import/item_keys.h"

#include <string.h>

struct checks {
    struct document *document;
    const char *key;
    const struct directory *directory;
    json_t *names; /* item keys by the names findings use */
    json_t *seen;  /* keys that stand above */
};

bool own_checks_fits(const char *code, const char *key)
{
    struct arena arena = {0};
    bool changed;
    const char *line = item_line(&arena, code, ITEM_CODE_MOST, &changed);
    bool fits = line && *line && !changed && strlen(key) <= ITEM_KEY_MOST;

    arena_finish(&arena);
    return fits;
}

bool own_checks_counts(const struct indicator *indicator)
{
    return indicator->total ? indicator->met >= 0 && indicator->met <= indicator->total
                            : indicator->total == 0;
}

/* Has a finding of this code been made about the same item? */
static struct finding *found_before(const struct checks *checks, const char *code,
                                    const char *about)
{
    for (struct finding *each = checks->document->findings; each; each = each->next)
        if (strcmp(each->code, code) == 0 &&
            strcmp(item_key_about(checks->names, checks->key, each->subject), about) == 0)
            return each;
    return NULL;
}

/* Keys ---------------------------------------------------------------------------------------- */

static void check_key(struct checks *checks, const char *code, const char *key, int line)
{
    if (!own_checks_fits(code, key)) {
        document_find(checks->document, SEVERITY_ERROR, "FIELD_TOO_LONG", "document", line,
                      "give it a short code at the source and import again",
                      "\"%.40s\" cannot be a code: at most %d bytes of one line; the row was left "
                      "out",
                      code, (int)ITEM_CODE_MOST);
    } else if (json_object_get(checks->seen, key)) {
        if (!found_before(checks, "DUPLICATE_CODE", key))
            document_find(checks->document, SEVERITY_ERROR, "DUPLICATE_CODE",
                          arena_strdup(&checks->document->arena, key), line,
                          "give each its own number at the source and import again",
                          "a row above has the same code; this one was left out");
    } else {
        json_object_set_new(checks->seen, key, json_true());
    }
}

/* Texts --------------------------------------------------------------------------------------- */

static void check_line(struct checks *checks, const char *subject, int line, const char *field,
                       const char *text, size_t most)
{
    struct document *document = checks->document;
    struct arena arena = {0};
    bool changed;

    if (item_line(&arena, text, most, &changed) && changed) {
        if (strlen(text) > most)
            document_find(document, SEVERITY_WARNING, "FIELD_TOO_LONG", subject, line,
                          "shorten it at the source; the source keeps the whole",
                          "the %s has %zu bytes, limit %zu; the rest was cut off", field,
                          strlen(text), most);
        else
            document_find(document, SEVERITY_INFO, "TEXT_CLEANED", subject, line,
                          "look at the source for characters that cannot be seen",
                          "the %s has line breaks or characters that mislead; they were left out",
                          field);
    }
    arena_finish(&arena);
}

static void check_text(struct checks *checks, const char *subject, int line, const char *field,
                       const char *text)
{
    if (text && strlen(text) > ITEM_TEXT_MOST)
        document_find(checks->document, SEVERITY_WARNING, "FIELD_TOO_LONG", subject, line,
                      "shorten it at the source; the source keeps the whole",
                      "the %s has %zu bytes, limit %d; the rest was cut off", field, strlen(text),
                      (int)ITEM_TEXT_MOST);
}

static void check_names(struct checks *checks, const char *subject, int line,
                        const struct responsible *list)
{
    size_t n = 0;

    for (; list; list = list->next) {
        check_line(checks, subject, line, "name of a unit", list->name, ITEM_NAME_MOST);
        if (++n == ITEM_LIST_MOST + 1)
            document_find(checks->document, SEVERITY_WARNING, "LIST_TOO_LONG", subject, line,
                          "name fewer units, or a unit that holds them",
                          "more than %d units are named; the rest was left out",
                          (int)ITEM_LIST_MOST);
    }
}

/* Units in time ------------------------------------------------------------------------------- */

static bool is_before(struct date day, struct date other)
{
    return !date_is_none(day) && !date_is_none(other) && date_compare(day, other) < 0;
}

static void check_unit(struct checks *checks, const char *subject, int line,
                       const struct responsible *named)
{
    struct document *document = checks->document;
    const struct directory_name *unit =
        named->unit ? directory_unit(checks->directory, named->unit) : NULL;
    const struct directory_name *successor;
    char day[DATE_TEXT];

    if (!unit || !(*unit->into || is_before(unit->until, document->dated_on) ||
                   is_before(unit->until, document->read_on)))
        return;
    date_format(unit->until, day);
    successor = directory_successor(checks->directory, unit);
    if (*unit->into)
        document_find(document, SEVERITY_INFO, "UNIT_RETIRED", subject, line,
                      "name the unit that took over when the source is written anew",
                      "\"%.120s\" was merged%s%s; %s is asked in its place", named->name,
                      *day ? " on " : "", day, successor == unit ? unit->into : successor->unit);
    else
        document_find(document, SEVERITY_WARNING, "UNIT_RETIRED", subject, line,
                      "name the unit that took over; nobody is reminded until then",
                      "\"%.120s\" exists no longer, its last day was %s", named->name, day);
}

static void check_units(struct checks *checks, const char *subject, int line,
                        const struct responsible *list)
{
    for (const struct responsible *each = list; each; each = each->next) {
        const struct responsible *above = list;
        while (above != each && (!above->unit || !each->unit || strcmp(above->unit, each->unit)))
            above = above->next;
        if (above == each)
            check_unit(checks, subject, line, each);
    }
}

/* Records ------------------------------------------------------------------------------------- */

static void check_action(struct checks *checks, const struct recommendation *record,
                         const char *recommendation_key, const struct action *action)
{
    const char *subject = document_action_name(checks->document, record, action);
    const char *key = item_key_action(&checks->document->arena, recommendation_key, action);

    if (!subject || !key) {
        checks->document->failed = true;
        return;
    }
    check_key(checks, action->code, key, action->line);
    check_text(checks, subject, action->line, "text", action->text);
    check_line(checks, subject, action->line, "deadline", action->timeframe_source, ITEM_NAME_MOST);
    check_names(checks, subject, action->line, action->responsible);
    check_units(checks, subject, action->line, action->responsible);
    for (const struct progress_update *update = action->updates; update; update = update->next) {
        check_line(checks, subject, action->line, "status", update->source, ITEM_NAME_MOST);
        check_text(checks, subject, action->line, "update", update->text);
    }
}

static void check_recommendation(struct checks *checks, const struct recommendation *record)
{
    struct document *document = checks->document;
    const char *subject = arena_printf(&document->arena, "recommendation %s", record->code);
    const char *key = item_key_recommendation(&document->arena, checks->key, record);

    if (!subject || !key) {
        document->failed = true;
        return;
    }
    check_key(checks, record->code, key, record->line);
    check_text(checks, subject, record->line, "text", record->text);
    check_text(checks, subject, record->line, "caveat", record->caveat);
    check_text(checks, subject, record->line, "comment", record->comment);
    check_line(checks, subject, record->line, "position", record->position_source, ITEM_NAME_MOST);
    check_names(checks, subject, record->line, record->evaluator);
    for (int i = 0; i < record->nthemes; i++)
        check_line(checks, subject, record->line, "theme", record->themes[i], ITEM_NAME_MOST);
    check_units(checks, subject, record->line, record->evaluator);
    for (const struct action *action = record->actions; action && !document->failed;
         action = action->next)
        check_action(checks, record, key, action);
}

static void check_indicators(struct checks *checks)
{
    for (const struct indicator *each = checks->document->indicators; each; each = each->next) {
        check_line(checks, "document", each->line, "name of a figure", each->name, ITEM_NAME_MOST);
        if (!own_checks_counts(each))
            document_find(checks->document, SEVERITY_WARNING, "NUMBER_RANGE", "document",
                          each->line, "look at the source for the right figure",
                          "\"%.80s\" says %d of %d; it was left out", each->name, each->met,
                          each->total);
    }
}

static void check_head(struct checks *checks)
{
    struct document *document = checks->document;

    check_line(checks, "document", 1, "title", document->title, ITEM_TITLE_MOST);
    check_line(checks, "document", 1, "office", document->office, ITEM_NAME_MOST);
    if (document->key_ending) /* a quoted document has no response of its own */
        return;
    check_text(checks, "response", 1, "text", document->response_text);
    if (!document->response_state)
        document_find(document, SEVERITY_WARNING, "RESPONSE_STATE_UNKNOWN", "response", 1,
                      "keep the line that says Approved or Draft when saving the page",
                      "the source does not say whether the response is approved; it was left out");
    if (date_is_none(document->response_approved_on) && !date_is_none(document->dated_on) &&
        !found_before(checks, "ANCHOR_ASSUMED", checks->key))
        document_find(document, SEVERITY_INFO, "ANCHOR_ASSUMED", "document", 1,
                      "push the day on which the response was approved",
                      "the source gives no day of approval; the document's date stands in");
}

bool own_checks(struct document *document, const char *key, const struct directory *directory)
{
    struct checks checks = {.document = document,
                            .key = key,
                            .directory = directory,
                            .names = item_keys_by_name(document, key),
                            .seen = json_object()};

    document->failed |= !checks.names || !checks.seen;
    if (!document->failed)
        check_head(&checks);
    for (const struct recommendation *record = document->recommendations;
         record && !document->failed; record = record->next)
        check_recommendation(&checks, record);
    if (!document->failed)
        check_indicators(&checks);
    json_decref(checks.names);
    json_decref(checks.seen);
    return !document->failed;
}
