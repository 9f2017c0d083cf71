/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_rows.h"

#include "import/comments.h"
#include "import/gate_action.h"
#include "import/responsible.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MAX = 10000,
    PENDING_BYTES_MAX = 4 * 1024,  /* a longer beginning of a row is none */
    FRONT_BYTES_MAX = 4 * 1024,    /* names stand in the last ones */
    ODD_ROW_BYTES_MAX = 64 * 1024, /* in a longer text only what is sure is looked for */
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

/* "2022/" and "12", "On-" and "going" belong together; other lines are parted by a blank. */
static bool goes_on(const struct text_buffer *buffer, const char *text)
{
    char last = buffer->text[buffer->len - 1];
    char before = buffer->len > 1 ? buffer->text[buffer->len - 2] : ' ';

    return (last == '/' && isdigit((unsigned char)before) && isdigit((unsigned char)*text)) ||
           (last == '-' && isalpha((unsigned char)before) && islower((unsigned char)*text));
}

static void append(struct text_buffer *buffer, const char *text)
{
    if (buffer->len && !goes_on(buffer, text))
        text_put(buffer, comments_begin(text) ? "\n" : " ");
    text_put(buffer, text);
}

/* unsure: a name that may as well be a part of the sentence will do. */
static bool ends_with_name(const struct gate_rows *rows, const char *text, size_t len, bool unsure)
{
    size_t from = len > FRONT_BYTES_MAX ? len - FRONT_BYTES_MAX : 0;
    char *front;
    bool doubt;
    bool named;

    while (from < len && ((unsigned char)text[from] & 0xC0) == 0x80)
        from++;
    front = strndup(text + from, len - from);
    named = front && responsible_start(rows->directory, front, &doubt) < strlen(front);

    free(front);
    return named && (unsure || !doubt);
}

/* A deadline in any words and a status that is no word we know, a name in front of them. */
static bool find_odd(const struct gate_rows *rows, const char *text, struct gate_row *parts)
{
    for (size_t from = 0; gate_row_odd(text, &from, parts);)
        if (ends_with_name(rows, text, parts->front_len, false))
            return true;
    return false;
}

/* A row may leave its deadline blank, or have a status that is no word we know: then a name stands
 * in front of it. */
static enum gate_row_kind find_parts(const struct gate_rows *rows, const char *text,
                                     struct gate_row *parts)
{
    enum gate_row_kind kind = gate_row_find(text, parts);
    size_t from = 0;

    if (kind != GATE_ROW_NONE || strlen(text) > ODD_ROW_BYTES_MAX)
        return kind;
    while (gate_row_undated(text, &from, parts))
        if (ends_with_name(rows, text, parts->front_len, false))
            return GATE_ROW_LOOSE;
    return find_odd(rows, text, parts) ? GATE_ROW_ODD_STATUS : GATE_ROW_NONE;
}

static struct gate_raw_row *add_raw(struct gate_rows *rows, struct recommendation *recommendation,
                                    int line)
{
    struct gate_raw_row *raw = arena_zalloc(&rows->document->arena, sizeof(*raw));

    if (!raw) {
        rows->document->failed = true;
        return NULL;
    }
    raw->recommendation = recommendation;
    raw->line = line;
    if (rows->last)
        rows->last->next = raw;
    else
        rows->rows = raw;
    rows->last = raw;
    rows->nrows++;
    return raw;
}

/* The row being collected is complete. */
static void keep_row(struct gate_rows *rows, struct recommendation *recommendation)
{
    struct document *document = rows->document;
    struct gate_row parts;
    struct gate_raw_row *raw;
    const char *text;

    text = rows->row.len ? document_text(document, rows->row.text, rows->row.len) : NULL;
    clear(&rows->row);
    if (!text || find_parts(rows, text, &parts) == GATE_ROW_NONE)
        return;
    raw = add_raw(rows, recommendation, rows->row_line);
    if (!raw)
        return;
    raw->front = document_text(document, text, parts.front_len);
    raw->deadline = document_text(document, text + parts.deadline, parts.deadline_len);
    raw->status = document_text(document, text + parts.status, parts.status_len);
    raw->comment = document_text(document, text + parts.comment, strlen(text + parts.comment));
}

void gate_rows_cells(struct gate_rows *rows, struct recommendation *recommendation,
                     const char *const cells[GATE_COLUMN_NONE], int line)
{
    struct gate_raw_row *raw = add_raw(rows, recommendation, line);

    if (!raw)
        return;
    raw->cells = true;
    raw->front = cells[GATE_COLUMN_ACTION];
    raw->responsible = cells[GATE_COLUMN_RESPONSIBLE];
    raw->deadline = cells[GATE_COLUMN_DEADLINE];
    raw->status = cells[GATE_COLUMN_STATUS];
    raw->comment = cells[GATE_COLUMN_COMMENTS];
}

static void begin_row(struct gate_rows *rows, struct recommendation *recommendation,
                      const char *text, int line)
{
    keep_row(rows, recommendation);
    rows->row_line = line;
    append(&rows->row, text);
}

static void find_suspected(struct gate_rows *rows, int line)
{
    document_find(rows->document, SEVERITY_WARNING, "ROW_SUSPECTED", "key actions", line,
                  "if a row begins here, number it or use a known status word",
                  "it may be a row; taken as part of the comment above");
}

/* A number that cannot follow the row's own: "2.1 million" in a comment of 1.1. */
static bool is_foreign(const char *row, const char *text)
{
    size_t skip;
    size_t own = gate_code(row, &skip);
    size_t code = gate_code(text, &skip);

    return own && code &&
           (strcspn(row, ".") != strcspn(text, ".") || strncmp(row, text, strcspn(text, ".")) != 0);
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
    if (find_parts(rows, pending.text, &parts) != GATE_ROW_NONE) {
        begin_row(rows, recommendation, pending.text, rows->pending_line);
    } else if (rows->row.len && is_foreign(rows->row.text, pending.text)) {
        append(&rows->row, pending.text);
        find_suspected(rows, rows->pending_line);
    } else if (rows->row.len && !gate_code(pending.text, &skip)) {
        append(&rows->row, pending.text);
    } else {
        document_find(rows->document, SEVERITY_ERROR, "ROW_INCOMPLETE", "key actions",
                      rows->pending_line,
                      "give the row a deadline (YYYY/MM or No due date) and a status, import again",
                      "no deadline and no status of a row were found; it was left out");
    }
    text_buffer_finish(&pending);
}

static bool begins_capital(const char *at)
{
    unsigned char c = (unsigned char)*at;

    return isupper(c) || (c == 0xC3 && (unsigned char)at[1] <= 0x9E);
}

/* Does what stands in front of the deadline end with a name? Then it is a row. */
static bool follows_name(const struct gate_rows *rows, const char *line, enum gate_row_kind kind,
                         const struct gate_row *parts)
{
    char *front = strndup(line, parts->front_len);
    bool known = front && responsible_ends_known(rows->directory, front);

    free(front);
    return known || ((kind == GATE_ROW_LOOSE || begins_capital(line + parts->status)) &&
                     ends_with_name(rows, line, parts->front_len,
                                    kind == GATE_ROW_LOOSE && begins_capital(line)));
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
        if (kind == GATE_ROW_ODD_STATUS ||
            (begins_capital(line) && strlen(line) < FRONT_BYTES_MAX &&
             find_odd(rows, line, &parts)))
            find_suspected(rows, number);
    }
}

/* Does this line not belong to what is pending? */
static bool is_next(const struct gate_rows *rows, const char *line, enum gate_row_kind kind)
{
    struct gate_row parts;
    size_t skip;

    if (rows->pending.len >= PENDING_BYTES_MAX)
        return true;
    if (rows->pending_kind == GATE_ROW_NONE)
        return gate_code(line, &skip) > 0 ||
               (kind >= GATE_ROW_LOOSE && find_odd(rows, rows->pending.text, &parts));
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
        kind = goes_on(&rows->pending, line) ? GATE_ROW_ODD_STATUS : kind;
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

static bool teach(struct gate_rows *rows)
{
    for (const struct gate_raw_row *raw = rows->rows; raw; raw = raw->next) {
        if (raw->front && !raw->cells && !responsible_learn(rows->directory, raw->front))
            return false;
    }
    return true;
}

bool gate_rows_read(struct gate_rows *rows, struct err *err)
{
    const struct gate_actions actions = {rows->document, rows->directory, rows->not_before};
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
        gate_action_read(&actions, raw, position);
    }
    return true;
}
