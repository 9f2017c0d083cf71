/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_response.h"

#include "base/text.h"
#include "import/ohchr_actions.h"
#include "import/ohchr_checks.h"
#include "import/ohchr_diverge.h"
#include "import/ohchr_position.h"
#include "model/crosswalk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECOMMENDATIONS_MAX = 1000,
    LINES_TO_POSITION_MAX = 60,
    HEADING_BYTES_MAX = 40,
};

enum field { FIELD_TITLE, FIELD_POSITION, FIELD_COMMENT, FIELD_ACTIONS };

struct reader {
    struct document *document;
    const struct ohchr_report *report;
    struct ohchr_actions actions;
    struct recommendation *recommendation; /* at hand; NULL: none yet */
    const char *subject;                   /* of it */
    enum field field;
    struct text_buffer title, position, comment;
    int nrecommendations;
};

/* The label of the first paragraph of any cell text: *next is behind that paragraph. */
static struct label label_of(struct arena *arena, const char *text, const char **paragraph,
                             const char **next)
{
    size_t len = strcspn(text, "\n");
    char *copy = arena_strndup(arena, text, len);

    *next = text + len + (text[len] == '\n');
    *paragraph = copy ? copy : "";
    return words_label(*paragraph);
}

/* "Management response: Accepted": other layouts have a text of their own behind this label. */
static bool states_position(const struct label *label)
{
    struct crosswalk_row row;
    size_t len;

    return label->kind == LABEL_POSITION ||
           (label->kind == LABEL_RESPONSE &&
            crosswalk_find("ohchr", "position", label->rest, &len, &row));
}

static bool holds_label(struct arena *arena, const struct ohchr_line *line, enum ohchr_label kind,
                        const char **language)
{
    const char *at = line->ncells ? line->cells[0] : "";

    if (line->kind != LINE_TEXT && line->kind != LINE_HEADING)
        return false;
    while (*at) {
        const char *paragraph;
        struct label label = label_of(arena, at, &paragraph, &at);
        *language = label.language;
        if (kind == LABEL_POSITION ? states_position(&label) : label.kind == kind)
            return true;
    }
    return false;
}

int ohchr_response_start(const struct ohchr_lines *lines, const char **language)
{
    struct arena arena = {0};
    const char *other;
    int start = -1;
    int found = -1;

    for (int i = 0; i < lines->n && found < 0; i++) {
        if (holds_label(&arena, &lines->list[i], LABEL_RECOMMENDATION, &other)) {
            start = i;
            *language = other;
        }
        if (start >= 0 && i - start <= LINES_TO_POSITION_MAX &&
            holds_label(&arena, &lines->list[i], LABEL_POSITION, &other))
            found = start;
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return found;
}

/* A recommendation is complete -------------------------------------------------------------- */

static const char *kept(struct reader *reader, struct text_buffer *buffer)
{
    const char *text =
        document_text(reader->document, buffer->len ? buffer->text : "", buffer->len);

    reader->document->failed |= buffer->failed;
    buffer->len = 0;
    return text;
}

static void read_text(struct reader *reader, const char *title, const struct ohchr_report_row *row)
{
    struct document *document = reader->document;
    struct recommendation *recommendation = reader->recommendation;

    recommendation->text = title ? title : "";
    if (row && *row->title)
        recommendation->text = row->title;
    if (row && *row->body)
        recommendation->text = arena_printf(&document->arena, "%s%s%s", recommendation->text,
                                            *recommendation->text ? "\n" : "", row->body);
    document->failed |= !recommendation->text;
    if (!document->failed && !*recommendation->text)
        document_find(document, SEVERITY_ERROR, "TEXT_MISSING", reader->subject,
                      recommendation->line, "add the recommendation's text to the source",
                      "the recommendation has no text");
}

static void read_row(struct reader *reader, const char *title, const struct ohchr_report_row *row)
{
    struct recommendation *recommendation = reader->recommendation;

    if (row->theme)
        recommendation->themes[recommendation->nthemes++] = row->theme;
    recommendation->evaluator_source = *row->responsible ? row->responsible : NULL;
    if (*row->responsible)
        ohchr_units_read_evaluator(&reader->actions.units, recommendation, reader->subject,
                                   row->responsible, row->line);
    if (title)
        ohchr_diverge_find(reader->document, recommendation, reader->subject, title, row);
}

static void end_recommendation(struct reader *reader)
{
    struct document *document = reader->document;
    struct recommendation *recommendation = reader->recommendation;
    const char *title = kept(reader, &reader->title);
    const struct ohchr_report_row *row;

    if (!recommendation || document->failed)
        return;
    row = ohchr_report_find(reader->report, recommendation->code);
    read_text(reader, title, row);
    ohchr_position_read(document, recommendation, reader->subject, kept(reader, &reader->position));
    ohchr_comment_read(document, recommendation, kept(reader, &reader->comment));
    if (!document->failed)
        ohchr_actions_end(&reader->actions, recommendation);
    if (document->failed)
        return;
    ohchr_check_actions(document, recommendation, reader->subject);
    if (row)
        read_row(reader, title, row);
    if (!document->failed)
        ohchr_parts_settle(document, recommendation, reader->subject, row ? row->body : NULL);
}

/* Lines --------------------------------------------------------------------------------------- */

static int roman_value(const char *text, size_t len)
{
    int sum = 0;
    int before = 0;

    while (len-- > 0) {
        char c = (char)toupper((unsigned char)text[len]);
        int value = c == 'I' ? 1 : c == 'V' ? 5 : c == 'X' ? 10 : 0;
        if (!value)
            return 0;
        sum += value < before ? -value : value;
        before = value;
    }
    return sum;
}

static void read_code(struct reader *reader, const struct label *label, int line)
{
    struct document *document = reader->document;
    struct recommendation *recommendation = reader->recommendation;
    int roman = roman_value(label->code, label->code_len);
    bool digits = label->code_len && isdigit((unsigned char)*label->code);

    if (!label->code_len)
        recommendation->code = arena_printf(&document->arena, "%d", reader->nrecommendations);
    else if (digits || roman)
        recommendation->code =
            arena_printf(&document->arena, "%d", digits ? atoi(label->code) : roman);
    else
        recommendation->code = arena_strndup(&document->arena, label->code, label->code_len);
    reader->subject = recommendation->code ? arena_printf(&document->arena, "recommendation %s",
                                                          recommendation->code)
                                           : NULL;
    document->failed |= !reader->subject;
    if (document->failed)
        return;
    if (!label->code_len)
        document_find(document, SEVERITY_INFO, "NO_CODE", reader->subject, line,
                      "number the recommendations at the source to keep codes when they move",
                      "the recommendation has no number; its position is its code");
    else if (!digits && roman)
        document_find(document, SEVERITY_INFO, "CODE_NORMALISED", reader->subject, line,
                      "write the number in digits at the source", "\"%.*s\" is read as %s",
                      (int)label->code_len, label->code, recommendation->code);
}

static bool is_same_again(const struct reader *reader, const struct label *label)
{
    return reader->recommendation && label->code_len &&
           strlen(reader->recommendation->code) == label->code_len &&
           strncmp(reader->recommendation->code, label->code, label->code_len) == 0;
}

static bool begin_recommendation(struct reader *reader, const struct label *label, int line,
                                 struct err *err)
{
    end_recommendation(reader);
    if (++reader->nrecommendations > RECOMMENDATIONS_MAX)
        return err_set(err, ERR_REJECT, "TOO_MANY_RECORDS", "recommendations",
                       "more than %d; import the document in parts", (int)RECOMMENDATIONS_MAX);
    reader->recommendation = document_add_recommendation(reader->document, line);
    reader->field = FIELD_TITLE;
    if (!reader->recommendation)
        return true;
    read_code(reader, label, line);
    if (!reader->document->failed)
        ohchr_check_order(reader->document, reader->recommendation, reader->subject);
    return true;
}

static void append(struct reader *reader, const char *text)
{
    struct text_buffer *buffer = reader->field == FIELD_TITLE      ? &reader->title
                                 : reader->field == FIELD_POSITION ? &reader->position
                                                                   : &reader->comment;

    if (!*text)
        return;
    if (buffer->len)
        text_put(buffer, reader->field == FIELD_TITLE ? " " : "\n");
    text_put(buffer, text);
}

static bool take_label(struct reader *reader, const struct label *label, int line, struct err *err)
{
    switch (label->kind) {
    case LABEL_RECOMMENDATION:
        if (!is_same_again(reader, label) && !begin_recommendation(reader, label, line, err))
            return false;
        break;
    case LABEL_POSITION:
        reader->field = FIELD_POSITION;
        break;
    case LABEL_RESPONSE:
        reader->field = reader->position.len ? FIELD_COMMENT : FIELD_POSITION;
        break;
    default:
        reader->field = FIELD_COMMENT;
        break;
    }
    append(reader, label->rest);
    return true;
}

/* All paragraphs of the first cell, then the other cells. */
static bool take_fields(struct reader *reader, const struct ohchr_line *line, struct err *err)
{
    struct arena *arena = &reader->document->arena;

    for (const char *at = line->cells[0]; *at;) {
        const char *paragraph;
        struct label label = label_of(arena, at, &paragraph, &at);
        if (label.kind == LABEL_NONE)
            append(reader, paragraph);
        else if (!take_label(reader, &label, line->number, err))
            return false;
        if (!reader->recommendation)
            return true;
    }
    for (int i = 1; i < line->ncells; i++)
        append(reader, line->cells[i]);
    return true;
}

/* "Key actions" by itself, above a list or a table without headings. */
static bool is_actions_heading(const struct ohchr_line *line)
{
    return ohchr_line_is_only(line, 0) && strlen(line->cells[0]) <= HEADING_BYTES_MAX &&
           words_column(line->cells[0]) == COLUMN_ACTION;
}

static bool is_over(const struct ohchr_line *line)
{
    return line->kind == LINE_HEADING && words_at(line->cells[0], WORDS_ANNEX);
}

static bool take_line(struct reader *reader, const struct ohchr_line *line, struct err *err)
{
    static const enum ohchr_column plain[OHCHR_CELLS_MAX] = {COLUMN_ACTION, COLUMN_UNIT,
                                                             COLUMN_TIME};
    enum ohchr_column columns[OHCHR_CELLS_MAX];
    const char *paragraph;
    const char *next;
    struct label label;

    if (line->kind != LINE_TEXT && line->kind != LINE_HEADING)
        return true;
    if (reader->recommendation && ohchr_line_heads(line, columns)) {
        ohchr_rows_head(&reader->actions.rows, line, columns);
        reader->field = FIELD_ACTIONS;
        return true;
    }
    label = label_of(&reader->document->arena, line->cells[0], &paragraph, &next);
    if (label.kind == LABEL_NONE && reader->recommendation && is_actions_heading(line)) {
        struct ohchr_line three = {.ncells = 3};
        ohchr_rows_head(&reader->actions.rows, &three, plain);
        reader->field = FIELD_ACTIONS;
        return true;
    }
    if (label.kind == LABEL_NONE && line->kind == LINE_HEADING)
        return true;
    if (label.kind == LABEL_NONE && reader->field == FIELD_ACTIONS && reader->recommendation) {
        ohchr_rows_line(&reader->actions.rows, reader->recommendation->code, line);
        reader->document->failed |= reader->actions.rows.failed;
        return true;
    }
    return take_fields(reader, line, err);
}

bool ohchr_response_read(struct document *document, const struct directory *directory,
                         const struct ohchr_lines *lines, int start,
                         const struct ohchr_report *report, struct err *err)
{
    struct reader reader = {
        .document = document,
        .report = report,
        .actions = {.units = {.document = document, .directory = directory},
                    .rows = {.arena = &document->arena, .directory = directory}},
    };
    bool good = true;

    for (int i = start; i < lines->n && good && !document->failed; i++) {
        if (is_over(&lines->list[i]))
            break;
        good = take_line(&reader, &lines->list[i], err);
    }
    if (good)
        end_recommendation(&reader);
    ohchr_rows_finish(&reader.actions.rows);
    text_buffer_finish(&reader.title);
    text_buffer_finish(&reader.position);
    text_buffer_finish(&reader.comment);
    return good;
}
