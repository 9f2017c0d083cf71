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

static json_t *place_of(int line)
{
    return json_sprintf("line %d", line);
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
    if (date_is_none(last))
        return json_null();
    switch (precision) {
    case PRECISION_MONTH:
        return json_sprintf("%04d-%02d", last.year, last.month);
    case PRECISION_QUARTER:
        return json_sprintf("%04d-Q%d", last.year, last.month / 3);
    case PRECISION_HALF:
        return json_sprintf("%04d-H%d", last.year, last.month / 6);
    case PRECISION_YEAR:
        return json_sprintf("%04d", last.year);
    default:
        return date_value(last);
    }
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

    return json_pack("{s:s, s:s?, s:n, s:s?}", "type", "response", "state", word, "approved_on",
                     "text", document->response_text);
}

static json_t *themes_value(const struct recommendation *record)
{
    json_t *themes = json_array();

    for (int i = 0; i < record->nthemes; i++)
        json_array_append_new(themes, json_string(record->themes[i]));
    return themes;
}

static json_t *recommendation_record(const struct recommendation *record)
{
    return json_pack("{s:s, s:s, s:n, s:s, s:s, s:s?, s:n, s:s?, s:[], s:[], s:o, s:o}", "type",
                     "recommendation", "code", record->code, "parent", "text", record->text,
                     "position", position_word(record->position), "position_source",
                     record->position_source, "caveat", "comment", record->comment,
                     "comment_progress", "issuers", "themes", themes_value(record), "place",
                     place_of(record->line));
}

static json_t *units_value(const struct action *action)
{
    json_t *units = json_array();

    for (const struct responsible *unit = action->responsible; unit; unit = unit->next)
        json_array_append_new(units, json_pack("{s:s, s:s, s:b, s:s}", "name", unit->name, "role",
                                               role_word(unit->role), "inferred", 0, "said_by",
                                               "management"));
    return units;
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

    return json_pack("{s:s, s:s, s:[s], s:s, s:o, s:o, s:s?, s:s?, s:o}", "type", "action", "code",
                     action->code, "recommendations", parent->code, "text", action->text, "units",
                     units_value(action), "timeframe", timeframe_value(action), "progress",
                     progress, "progress_source", action->progress_source, "place",
                     place_of(action->line));
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

bool records_write(const struct document *document, FILE *stream, struct err *err)
{
    if (!write_object(document_record(document), stream, err) ||
        !write_object(response_record(document), stream, err))
        return false;
    for (const struct recommendation *record = document->recommendations; record;
         record = record->next) {
        if (!write_object(recommendation_record(record), stream, err))
            return false;
        for (const struct action *action = record->actions; action; action = action->next)
            if (!write_action(record, action, stream, err))
                return false;
    }
    for (const struct finding *finding = document->findings; finding; finding = finding->next)
        if (!write_object(records_finding(finding), stream, err))
            return false;
    if (fflush(stream) != 0)
        return err_set(err, ERR_RETRY, "OUTPUT_FAILED", "output", "cannot write: %s",
                       strerror(errno));
    return true;
}
