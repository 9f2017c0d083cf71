/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_response.h"

#include "base/text.h"
#include "import/ohchr_actions.h"
#include "import/ohchr_checks.h"
#include "import/ohchr_diverge.h"
#include "import/ohchr_matrix.h"
#include "import/ohchr_number.h"
#include "import/ohchr_position.h"
#include "import/ohchr_start.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECOMMENDATIONS_MAX = 1000,
    HEADING_BYTES_MAX = 40,
};

enum field { FIELD_TITLE, FIELD_POSITION, FIELD_COMMENT, FIELD_ACTIONS };

struct reader {
    struct document *document;
    const struct ohchr_report *report;
    struct ohchr_actions actions;
    struct ohchr_matrix matrix;
    struct recommendation *recommendation; /* at hand; NULL: none yet */
    const char *subject;                   /* of it */
    enum field field;
    struct text_buffer title, position, comment;
    int nrecommendations;
};

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
    if (row && reader->report->listed && !(title && ohchr_report_alike(title, row->title)))
        row = NULL;
    read_text(reader, title, row);
    ohchr_position_read(document, recommendation, reader->subject, kept(reader, &reader->position));
    ohchr_comment_read(document, recommendation, reader->subject, kept(reader, &reader->comment));
    if (!document->failed)
        ohchr_actions_end(&reader->actions, recommendation);
    if (document->failed)
        return;
    ohchr_comment_actions(document, recommendation);
    ohchr_check_actions(document, recommendation, reader->subject);
    if (row)
        read_row(reader, title, row);
    if (!document->failed)
        ohchr_parts_settle(document, recommendation, reader->subject, row ? row->body : NULL);
    if (!document->failed)
        ohchr_check_codes(document, recommendation);
}

/* Lines --------------------------------------------------------------------------------------- */

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
    reader->subject = ohchr_number_read(reader->document, reader->recommendation, label,
                                        reader->nrecommendations);
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
        struct label label = ohchr_label_of(arena, at, &paragraph, &at);
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

static bool lost_columns(const struct ohchr_line *line)
{
    return line->kind == LINE_TEXT && line->ncells == 1 && words_are_headings(line->cells[0]);
}

static void take_row(struct reader *reader, const struct ohchr_line *line)
{
    ohchr_rows_line(&reader->actions.rows, reader->recommendation->code, line);
    reader->document->failed |= reader->actions.rows.failed;
}

/* The line without the cells of the recommendation and its position. */
static bool action_cells(struct reader *reader, const struct ohchr_line *line,
                         struct ohchr_line *rest)
{
    bool any = false;

    *rest = *line;
    rest->cells = arena_memdup(&reader->document->arena, line->cells,
                               (size_t)line->ncells * sizeof(*line->cells));
    reader->document->failed |= !rest->cells;
    for (int i = 0; rest->cells && i < rest->ncells; i++) {
        if (i == reader->matrix.recommendation || i == reader->matrix.position ||
            i == reader->matrix.comment)
            rest->cells[i] = "";
        any |= rest->cells[i][0] != '\0';
    }
    return any;
}

static bool take_matrix(struct reader *reader, const struct ohchr_line *line, struct err *err)
{
    struct ohchr_matrix_row row;
    struct ohchr_line rest;
    struct label label;

    ohchr_matrix_row(&reader->matrix, line, &row);
    label = (struct label){
        .kind = LABEL_RECOMMENDATION, .code = row.code, .code_len = row.code_len, .rest = ""};
    if (row.begins && !is_same_again(reader, &label) &&
        !begin_recommendation(reader, &label, line->number, err))
        return false;
    if (!reader->recommendation || reader->document->failed)
        return true;
    reader->field = FIELD_TITLE;
    append(reader, row.title);
    reader->field = FIELD_POSITION;
    append(reader, row.position);
    reader->field = FIELD_COMMENT;
    append(reader, row.comment);
    reader->field = FIELD_ACTIONS;
    if (action_cells(reader, line, &rest))
        take_row(reader, &rest);
    return true;
}

/* An action's fields follow a line of the comment with a number or bullet: it was the action. */
static bool take_back(struct reader *reader, int line)
{
    static const enum ohchr_column plain[OHCHR_CELLS_MAX] = {COLUMN_ACTION};
    struct text_buffer *comment = &reader->comment;
    const char *cells[1];
    struct ohchr_line row = {.number = line, .kind = LINE_TEXT, .ncells = 1, .cells = cells};
    struct ohchr_code code;
    size_t at = comment->len;

    while (at && comment->text[at - 1] != '\n')
        at--;
    if (reader->field != FIELD_COMMENT || !comment->len ||
        (!ohchr_code_read(comment->text + at, reader->recommendation->code, &code) &&
         !strchr("-*", comment->text[at])))
        return false;
    cells[0] = document_text(reader->document, comment->text + at, comment->len - at);
    comment->len = at ? at - 1 : 0;
    if (!cells[0])
        return false;
    ohchr_rows_head(&reader->actions.rows, &row, plain);
    reader->actions.rows.fresh = true;
    reader->field = FIELD_ACTIONS;
    take_row(reader, &row);
    return true;
}

/* "Key action 1.1: ...", "Responsible: ...": a row without a table, one field a line. */
static bool take_labelled(struct reader *reader, const struct ohchr_line *line)
{
    const char *cells[COLUMN_COUNT] = {0};
    struct ohchr_line row = {.number = line->number, .kind = LINE_TEXT, .ncells = COLUMN_COUNT};
    enum ohchr_column columns[OHCHR_CELLS_MAX] = {0};
    const char *rest;
    enum ohchr_column column = words_field(line->cells[0], &rest);

    if (!reader->recommendation || line->ncells != 1 || column == COLUMN_NONE)
        return false;
    if (column != COLUMN_ACTION && !(reader->field == FIELD_ACTIONS && reader->actions.rows.last) &&
        !((column == COLUMN_UNIT || column == COLUMN_TIME) && take_back(reader, line->number)))
        return false;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        cells[i] = i == (int)column ? rest : "";
        columns[i] = (enum ohchr_column)i;
    }
    row.cells = cells;
    ohchr_rows_head(&reader->actions.rows, &row, columns);
    reader->actions.rows.fresh = column == COLUMN_ACTION;
    reader->field = FIELD_ACTIONS;
    take_row(reader, &row);
    return true;
}

static bool take_heads(struct reader *reader, const struct ohchr_line *line)
{
    static const enum ohchr_column plain[OHCHR_CELLS_MAX] = {COLUMN_ACTION, COLUMN_UNIT,
                                                             COLUMN_TIME};
    enum ohchr_column columns[OHCHR_CELLS_MAX];
    struct ohchr_line three = {.ncells = 3};

    if (ohchr_line_heads(line, columns)) {
        bool matrix = ohchr_matrix_head(&reader->matrix, line, columns);
        if (!reader->recommendation && !matrix)
            return false;
        ohchr_rows_head(&reader->actions.rows, line, columns);
    } else if (reader->recommendation && (is_actions_heading(line) || lost_columns(line))) {
        ohchr_rows_head(&reader->actions.rows, &three, plain);
    } else {
        return false;
    }
    reader->field = FIELD_ACTIONS;
    return true;
}

static bool take_line(struct reader *reader, const struct ohchr_line *line, struct err *err)
{
    const char *paragraph;
    const char *next;
    struct label label;

    if (line->kind != LINE_TEXT && line->kind != LINE_HEADING)
        return true;
    if (line->kind == LINE_TEXT && take_labelled(reader, line))
        return true;
    if (take_heads(reader, line))
        return true;
    if (reader->matrix.open && line->ncells > 1)
        return take_matrix(reader, line, err);
    label = ohchr_label_of(&reader->document->arena, line->cells[0], &paragraph, &next);
    if (label.kind != LABEL_NONE) {
        reader->matrix.open = false;
        return take_fields(reader, line, err);
    }
    if (line->kind == LINE_HEADING)
        return true;
    if (reader->field != FIELD_ACTIONS || !reader->recommendation)
        return take_fields(reader, line, err);
    take_row(reader, line);
    return true;
}

bool ohchr_response_read(struct document *document, const struct directory *directory,
                         const struct ohchr_lines *lines, int start, int end,
                         const struct ohchr_report *report, struct err *err)
{
    struct reader reader = {
        .document = document,
        .report = report,
        .actions = {.units = {.document = document, .directory = directory},
                    .rows = {.arena = &document->arena, .directory = directory}},
    };
    bool good = true;

    for (int i = start; i < end && good && !document->failed; i++) {
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
