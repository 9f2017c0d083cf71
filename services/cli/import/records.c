/* SPDX-License-Identifier: Apache-2.0 */
#include "import/records.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

static bool write_object(json_t *object, FILE *stream, struct err *err)
{
    int failed;

    if (!object)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "output", "a record does not fit");
    failed = json_dumpf(object, stream, JSON_COMPACT);
    json_decref(object);
    if (failed || putc('\n', stream) == EOF)
        return err_set(err, ERR_RETRY, "OUTPUT_FAILED", "output", "cannot write: %s",
                       strerror(errno));
    return true;
}

/* null for what stands nowhere in the file. */
static json_t *place_of(int line)
{
    return line ? json_sprintf("line %d", line) : json_null();
}

static json_t *date_value(struct date date)
{
    char text[DATE_TEXT];

    if (date_is_none(date))
        return json_null();
    date_format(date, text);
    return json_string(text);
}

/* The period as the source states it: "2022-12" for a month, "2022-Q4" for a quarter. */
static json_t *period_value(struct date last, enum precision precision)
{
    struct timeframe period = {.due_on = last, .precision = precision};
    char text[TIMEFRAME_TEXT];

    if (date_is_none(last) || precision == PRECISION_RANGE)
        return date_value(last);
    timeframe_format(&period, text);
    return json_string(text);
}

static json_t *document_record(const struct document *document)
{
    char hex[SHA256_HEX];

    bytes_to_hex(document->file->sha256, SHA256_BYTES, hex);
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:{}, s:s}", "type", "document", "format",
                     document->format, "title", document->title, "date",
                     date_value(document->dated_on), "addressee", "office", "totals", "sha256",
                     hex);
}

static json_t *response_record(const struct document *document)
{
    const char *state = document->response_state;
    const char *word = !state ? NULL : text_equal_fold(state, "Approved") ? "approved" : "draft";

    return json_pack("{s:s, s:s?, s:o, s:s?}", "type", "response", "state", word, "approved_on",
                     date_value(document->response_approved_on), "text", document->response_text);
}

static json_t *themes_value(const struct recommendation *record)
{
    json_t *themes = json_array();

    for (int i = 0; i < record->nthemes; i++)
        json_array_append_new(themes, json_string(record->themes[i]));
    return themes;
}

static json_t *comment_progress_value(const struct recommendation *record)
{
    json_t *words = json_array();

    for (int i = 0; i < record->ncomment_progress; i++)
        json_array_append_new(words, json_string(progress_word(record->comment_progress[i])));
    return words;
}

/* Names that are none stand apart: nobody is responsible by them until a person says who. */
static bool is_unresolved(const struct responsible *unit)
{
    return unit->vague || unit->damaged;
}

static json_t *unit_value(const struct responsible *unit, const char *said_by)
{
    json_t *value =
        json_pack("{s:s, s:s, s:b, s:s}", "name", unit->name, "role", role_word(unit->role),
                  "inferred", unit->inferred, "said_by", said_by);

    if (value && unit->ambiguous)
        json_object_set_new(value, "ambiguous", json_true());
    return value;
}

static json_t *units_value(const struct responsible *list, const char *said_by)
{
    json_t *units = json_array();

    for (const struct responsible *unit = list; unit; unit = unit->next)
        if (!is_unresolved(unit))
            json_array_append_new(units, unit_value(unit, said_by));
    return units;
}

static json_t *unresolved_value(const struct responsible *list)
{
    json_t *names = json_array();

    for (const struct responsible *unit = list; unit; unit = unit->next)
        if (is_unresolved(unit))
            json_array_append_new(names, json_pack("{s:s, s:s}", "name", unit->name, "why",
                                                   unit->vague       ? "vague"
                                                   : unit->ambiguous ? "ambiguous"
                                                                     : "damaged"));
    return names;
}

static json_t *recommendation_record(const struct recommendation *record)
{
    const char *position =
        record->position == POSITION_UNSPECIFIED ? NULL : position_word(record->position);
    json_t *value = json_pack(
        "{s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:o, s:[], s:o, s:o}", "type",
        "recommendation", "code", record->code, "parent", record->parent, "text", record->text,
        "position", position, "position_source", record->position_source, "caveat", record->caveat,
        "comment", record->comment, "comment_progress", comment_progress_value(record), "issuers",
        "themes", themes_value(record), "place", place_of(record->line));

    if (value && record->evaluator)
        json_object_set_new(value, "units", units_value(record->evaluator, "evaluator"));
    return value;
}

static json_t *timeframe_value(const struct action *action)
{
    const struct timeframe *read = &action->timeframe;

    return json_pack("{s:s?, s:o, s:o, s:s, s:b, s:b}", "source", action->timeframe_source,
                     "start_on", date_value(read->start_on), "due_on", date_value(read->due_on),
                     "precision", precision_word(read->precision), "progressive", read->progressive,
                     "open", read->open);
}

static json_t *action_record(const struct recommendation *parent, const struct action *action)
{
    const char *progress =
        action->progress == PROGRESS_UNSPECIFIED ? NULL : progress_word(action->progress);

    json_t *unresolved = unresolved_value(action->responsible);
    json_t *value =
        json_pack("{s:s, s:s, s:[s], s:s, s:o, s:o, s:s?, s:s?, s:o}", "type", "action", "code",
                  action->code, "recommendations", parent->code, "text", action->text, "units",
                  units_value(action->responsible, "management"), "timeframe",
                  timeframe_value(action), "progress", progress, "progress_source",
                  action->progress_source, "place", place_of(action->line));

    if (value && json_array_size(unresolved))
        json_object_set(value, "unresolved", unresolved);
    json_decref(unresolved);
    return value;
}

static json_t *update_record(const struct recommendation *parent, const struct action *action,
                             const struct progress_update *update)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s?}", "type", "update", "action",
                     action->code, "recommendation", parent->code, "reported_on",
                     period_value(update->reported_on, update->precision), "precision",
                     precision_word(update->precision), "progress", progress_word(update->progress),
                     "text", update->text);
}

static json_t *indicator_record(const struct indicator *indicator)
{
    json_t *value = json_pack("{s:s, s:s, s:o, s:o}", "type", "indicator", "name", indicator->name,
                              "dated", period_value(indicator->dated, indicator->precision),
                              "place", place_of(indicator->line));

    if (value && indicator->total) {
        json_object_set_new(value, "met", json_integer(indicator->met));
        json_object_set_new(value, "total", json_integer(indicator->total));
    } else if (value) {
        json_object_set_new(value, "value", json_integer(indicator->value));
        json_object_set_new(value, "unit", json_string(indicator->unit));
    }
    return value;
}

json_t *records_finding(const struct finding *finding)
{
    return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:o}", "type", "finding", "code",
                     finding->code, "severity", severity_word(finding->severity), "subject",
                     finding->subject, "message", finding->message, "remedy", finding->remedy,
                     "place", place_of(finding->line));
}

static bool write_action(const struct recommendation *parent, const struct action *action,
                         FILE *stream, struct err *err)
{
    if (!write_object(action_record(parent, action), stream, err))
        return false;
    for (const struct progress_update *update = action->updates; update; update = update->next)
        if (!write_object(update_record(parent, action, update), stream, err))
            return false;
    return true;
}

static bool write_with_actions(const struct recommendation *record, FILE *stream, struct err *err)
{
    if (!write_object(recommendation_record(record), stream, err))
        return false;
    for (const struct action *action = record->actions; action; action = action->next)
        if (!write_action(record, action, stream, err))
            return false;
    return true;
}

static bool write_document(const struct document *document, FILE *stream, struct err *err)
{
    bool good = write_object(document_record(document), stream, err);

    if (!document->key_ending)
        good = good && write_object(response_record(document), stream, err);
    for (const struct recommendation *record = document->recommendations; good && record;
         record = record->next)
        good = write_with_actions(record, stream, err);
    for (const struct indicator *each = document->indicators; good && each; each = each->next)
        good = write_object(indicator_record(each), stream, err);
    for (const struct finding *each = document->findings; good && each; each = each->next)
        good = write_object(records_finding(each), stream, err);
    return good;
}

bool records_write(const struct document *document, FILE *stream, struct err *err)
{
    for (const struct document *each = document; each; each = each->quoted)
        if (!write_document(each, stream, err))
            return false;
    if (fflush(stream) != 0)
        return err_set(err, ERR_RETRY, "OUTPUT_FAILED", "output", "cannot write: %s",
                       strerror(errno));
    return true;
}
