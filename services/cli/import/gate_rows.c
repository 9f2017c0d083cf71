/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_rows.h"

#include "import/comments.h"
#include "import/responsible.h"
#include "model/crosswalk.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MAX = 10000,
    PENDING_BYTES_MAX = 4 * 1024, /* a longer beginning of a row is none */
};

struct gate_raw_row {
    struct gate_raw_row *next;
    struct recommendation *recommendation;
    const char *text;
    int line;
    struct gate_row parts;
};

void gate_rows_finish(struct gate_rows *rows)
{
    text_buffer_finish(&rows->row);
    text_buffer_finish(&rows->pending);
}

static void clear(struct text_buffer *buffer)
{
    buffer->len = 0;
}

static void append(struct text_buffer *buffer, const char *text)
{
    if (buffer->len)
        text_put(buffer, " ");
    text_put(buffer, text);
}

static bool ends_with_name(const struct gate_rows *rows, const char *text, size_t len)
{
    char *front = strndup(text, len);
    bool named = front && responsible_start(rows->directory, front) < strlen(front);

    free(front);
    return named;
}

/* A row that begins as rows do may leave its deadline blank, or have a status that is no word we
 * know: then a name stands in front of it. */
static enum gate_row_kind find_parts(const struct gate_rows *rows, const char *text,
                                     struct gate_row *parts)
{
    enum gate_row_kind kind = gate_row_find(text, parts);
    size_t from = 0;

    if (kind != GATE_ROW_NONE || !gate_row_begins(text))
        return kind;
    while (gate_row_undated(text, &from, parts))
        if (ends_with_name(rows, text, parts->front_len))
            return GATE_ROW_LOOSE;
    for (from = 0; gate_row_odd(text, &from, parts);)
        if (ends_with_name(rows, text, parts->front_len))
            return GATE_ROW_ODD_STATUS;
    return GATE_ROW_NONE;
}

/* The row being collected is complete. */
static void keep_row(struct gate_rows *rows, struct recommendation *recommendation)
{
    struct document *document = rows->document;
    struct gate_raw_row *raw;

    if (!rows->row.len)
        return;
    raw = arena_zalloc(&document->arena, sizeof(*raw));
    if (!raw) {
        document->failed = true;
        return;
    }
    raw->recommendation = recommendation;
    raw->line = rows->row_line;
    raw->text = document_text(document, rows->row.text, rows->row.len);
    clear(&rows->row);
    if (!raw->text || find_parts(rows, raw->text, &raw->parts) == GATE_ROW_NONE)
        return;
    if (rows->last)
        rows->last->next = raw;
    else
        rows->rows = raw;
    rows->last = raw;
    rows->nrows++;
}

static void begin_row(struct gate_rows *rows, struct recommendation *recommendation,
                      const char *text, int line)
{
    keep_row(rows, recommendation);
    rows->row_line = line;
    append(&rows->row, text);
}

/* What was pending is a row after all, or else belongs to the comments of the row before it. */
static void settle_pending(struct gate_rows *rows, struct recommendation *recommendation)
{
    struct text_buffer pending = rows->pending;
    struct gate_row parts;
    size_t skip;

    if (!pending.len)
        return;
    rows->pending = (struct text_buffer){0};
    if (find_parts(rows, pending.text, &parts) != GATE_ROW_NONE)
        begin_row(rows, recommendation, pending.text, rows->pending_line);
    else if (rows->row.len && !gate_code(pending.text, &skip))
        append(&rows->row, pending.text);
    else
        document_find(rows->document, SEVERITY_ERROR, "ROW_INCOMPLETE", "key actions",
                      rows->pending_line,
                      "give the row a deadline (YYYY/MM or No due date) and a status, import again",
                      "no deadline and no status of a row were found; it was left out");
    text_buffer_finish(&pending);
}

/* Does what stands in front of the deadline end with a name? Then it is a row. */
static bool follows_name(const struct gate_rows *rows, const char *line, enum gate_row_kind kind,
                         const struct gate_row *parts)
{
    char *front = strndup(line, parts->front_len);
    bool known = front && responsible_ends_known(rows->directory, front);

    free(front);
    return known || (kind == GATE_ROW_LOOSE && ends_with_name(rows, line, parts->front_len));
}

static void take_line(struct gate_rows *rows, struct recommendation *recommendation,
                      const char *line, int number)
{
    struct gate_row parts;
    enum gate_row_kind kind = gate_row_find(line, &parts);
    bool begins = gate_row_begins(line);

    if (kind == GATE_ROW_WHOLE ||
        (kind != GATE_ROW_NONE && (begins || follows_name(rows, line, kind, &parts)))) {
        begin_row(rows, recommendation, line, number);
    } else if (begins || !rows->row.len) {
        rows->pending_line = number;
        rows->pending_kind = kind;
        append(&rows->pending, line);
    } else {
        append(&rows->row, line);
        if (kind == GATE_ROW_ODD_STATUS)
            document_find(rows->document, SEVERITY_WARNING, "ROW_SUSPECTED", "key actions", number,
                          "if a row begins here, number it or use a known status word",
                          "a deadline without a known status; taken as part of the comment");
    }
}

/* Does this line not belong to what is pending? */
static bool is_next(const struct gate_rows *rows, const char *line, enum gate_row_kind kind)
{
    size_t skip;

    if (rows->pending.len >= PENDING_BYTES_MAX)
        return true;
    if (rows->pending_kind == GATE_ROW_NONE)
        return gate_code(line, &skip) > 0;
    return kind >= GATE_ROW_LOOSE || gate_row_begins(line);
}

void gate_rows_line(struct gate_rows *rows, struct recommendation *recommendation, const char *line,
                    int number)
{
    struct gate_row parts;
    enum gate_row_kind kind = gate_row_find(line, &parts);

    if (!rows->pending.len) {
        take_line(rows, recommendation, line, number);
    } else if (is_next(rows, line, kind)) {
        settle_pending(rows, recommendation);
        take_line(rows, recommendation, line, number);
    } else {
        append(&rows->pending, line);
        if (rows->pending_kind != GATE_ROW_NONE || kind != GATE_ROW_NONE)
            rows->pending_kind = gate_row_find(rows->pending.text, &parts);
        if (rows->pending_kind >= GATE_ROW_LOOSE)
            settle_pending(rows, recommendation);
    }
}

void gate_rows_end(struct gate_rows *rows, struct recommendation *recommendation)
{
    settle_pending(rows, recommendation);
    keep_row(rows, recommendation);
}

static void read_code(struct gate_rows *rows, const struct gate_raw_row *raw, struct action *action,
                      int position, size_t *skip)
{
    struct document *document = rows->document;
    size_t len = gate_code(raw->text, skip);

    if (len && *skip < raw->parts.front_len) {
        action->code = document_text(document, raw->text, len);
    } else {
        *skip = 0;
        action->code = arena_printf(&document->arena, "%d", position);
    }
    document->failed |= !action->code;
}

static void find_missing_text(struct document *document, struct action *action, const char *subject)
{
    if (!action->text)
        document_find(document, SEVERITY_ERROR, "TEXT_MISSING", subject, action->line,
                      "add what is to be done to the source", "the action has no text");
}

static void find_missing_unit(struct document *document, struct action *action, const char *subject,
                              bool repeats)
{
    if (repeats)
        document_find(document, SEVERITY_WARNING, "UNIT_UNKNOWN", subject, action->line,
                      "say who is responsible; nobody is reminded until then",
                      "the responsible field repeats the action's text and names nobody");
    else
        document_find(document, SEVERITY_WARNING, "UNIT_MISSING", subject, action->line,
                      "say who is responsible; nobody is reminded until then",
                      "no responsible unit was recognised in front of the deadline");
}

static void read_front(struct gate_rows *rows, const struct gate_raw_row *raw, size_t skip,
                       struct action *action, const char *subject)
{
    struct document *document = rows->document;
    const char *front = document_text(document, raw->text + skip, raw->parts.front_len - skip);
    const char *list;
    size_t start;
    size_t repeated = 0;

    front = front ? front : "";
    start = responsible_repeat(front, &repeated);
    list = front + start + repeated;
    if (!repeated) {
        start = responsible_start(rows->directory, front);
        list = front + start;
    }
    action->text = document_text(document, front, start);
    action->responsible_source = document_text(document, front + start, strlen(front + start));
    list = document_text(document, list, strlen(list));
    find_missing_text(document, action, subject);
    if (!action->text)
        action->text = "";
    if (list)
        responsible_read(document, rows->directory, action, subject, list);
    else
        find_missing_unit(document, action, subject, repeated > 0);
}

/* Real registers contain deadlines that had passed before anything was evaluated. */
static void find_early(const struct gate_rows *rows, const struct action *action,
                       const char *subject)
{
    char day[DATE_TEXT];

    date_format(rows->not_before, day);
    document_find(rows->document, SEVERITY_WARNING, "DATE_ORDER", subject, action->line,
                  "check the deadline's year at the source",
                  "deadline %s before the evaluation's period, which begins on %s",
                  action->timeframe_source, day);
}

static void read_deadline(const struct gate_rows *rows, struct action *action, const char *subject)
{
    struct document *document = rows->document;
    const char *source = action->timeframe_source;

    switch (timeframe_read(source ? source : "", &action->timeframe)) {
    case TIMEFRAME_DATED:
        if (date_compare(action->timeframe.due_on, rows->not_before) < 0)
            find_early(rows, action, subject);
        break;
    case TIMEFRAME_NONE:
        document_find(document, SEVERITY_WARNING, "NO_DEADLINE", subject, action->line,
                      "ask the response's owner by when it is to be done",
                      "no deadline is given; it can never be late");
        break;
    case TIMEFRAME_IMPOSSIBLE:
        document_find(document, SEVERITY_WARNING, "BAD_DATE", subject, action->line,
                      "correct the deadline at the source: a day that exists, 1990 to 2100",
                      "\"%s\" names no day or month of the calendar", source);
        break;
    case TIMEFRAME_AMBIGUOUS:
        document_find(document, SEVERITY_WARNING, "DATE_AMBIGUOUS", subject, action->line,
                      "write the month as a word", "\"%s\" can be read as two dates", source);
        break;
    case TIMEFRAME_UNREADABLE:
        document_find(document, SEVERITY_WARNING, "DATE_UNREADABLE", subject, action->line,
                      "write a deadline like 2022/12", "\"%s\" is not a period we can read",
                      source);
        break;
    case TIMEFRAME_OPEN:
        break;
    }
}

static void read_status(struct document *document, struct action *action, const char *subject)
{
    struct crosswalk_row word;
    size_t len;
    bool known = action->progress_source &&
                 crosswalk_find("gate", "progress", action->progress_source, &len, &word);

    if (!action->progress_source)
        return;
    action->progress = PROGRESS_UNKNOWN;
    if (known && progress_from_word(word.word, &action->progress) &&
        action->progress != PROGRESS_UNKNOWN)
        return;
    document_find(document, SEVERITY_WARNING, "STATUS_UNKNOWN_WORD", subject, action->line,
                  "ask the responsible unit how far the action is",
                  "the status \"%s\" %s; progress is kept as unknown", action->progress_source,
                  known ? word.note : "is no word we know");
}

static void read_row(struct gate_rows *rows, const struct gate_raw_row *raw, int position)
{
    struct document *document = rows->document;
    const struct gate_row *parts = &raw->parts;
    struct action *action = document_add_action(document, raw->recommendation, raw->line);
    const char *subject;
    size_t skip = 0;

    if (!action)
        return;
    read_code(rows, raw, action, position, &skip);
    subject = document_action_name(document, raw->recommendation, action);
    if (document->failed)
        return;
    if (!skip)
        document_find(document, SEVERITY_INFO, "NO_CODE", subject, raw->line,
                      "number the actions at the source to keep codes when rows move",
                      "the action has no number; its position is its code");
    read_front(rows, raw, skip, action, subject);
    action->timeframe_source =
        document_text(document, raw->text + parts->deadline, parts->deadline_len);
    action->progress_source = document_text(document, raw->text + parts->status, parts->status_len);
    if (document->failed)
        return;
    read_deadline(rows, action, subject);
    read_status(document, action, subject);
    comments_read(
        document, action, subject,
        document_text(document, raw->text + parts->comment, strlen(raw->text + parts->comment)));
}

static bool teach(struct gate_rows *rows)
{
    for (const struct gate_raw_row *raw = rows->rows; raw; raw = raw->next) {
        char *front = strndup(raw->text, raw->parts.front_len);
        bool good = front && responsible_learn(rows->directory, front);
        free(front);
        if (!good)
            return false;
    }
    return true;
}

bool gate_rows_read(struct gate_rows *rows, struct err *err)
{
    const struct recommendation *of = NULL;
    int position = 0;

    if (rows->row.failed || rows->pending.failed || !teach(rows))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "key actions", "cannot allocate");
    if (rows->nrows > ROWS_MAX)
        return err_set(err, ERR_REJECT, "TOO_MANY_RECORDS", "key actions",
                       "%d actions, limit %d; import the document in parts", rows->nrows,
                       (int)ROWS_MAX);
    for (const struct gate_raw_row *raw = rows->rows; raw; raw = raw->next) {
        position = raw->recommendation == of ? position + 1 : 1;
        of = raw->recommendation;
        read_row(rows, raw, position);
    }
    return true;
}
