/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_matrix.h"

#include "import/ohchr_position.h"

#include <ctype.h>
#include <string.h>

bool ohchr_matrix_head(struct ohchr_matrix *matrix, const struct ohchr_line *line,
                       const enum ohchr_column *columns)
{
    int comment = -1;

    *matrix = (struct ohchr_matrix){.recommendation = -1, .position = -1, .comment = -1};
    for (int i = line->ncells - 1; i >= 0; i--) {
        if (columns[i] == COLUMN_RECOMMENDATION)
            matrix->recommendation = i;
        if (columns[i] == COLUMN_POSITION)
            matrix->position = i;
        if (columns[i] == COLUMN_COMMENT)
            comment = i;
    }
    for (int i = 0; i < comment; i++)
        if (columns[i] == COLUMN_ACTION)
            comment = -1;
    matrix->comment = comment;
    matrix->open = matrix->recommendation >= 0 && matrix->position >= 0;
    return matrix->open;
}

static const char *cell(const struct ohchr_line *line, int column)
{
    return column >= 0 && column < line->ncells ? line->cells[column] : "";
}

/* "4. Make ..." or "Recommendation 4: ..." */
static void read_title(const char *text, struct ohchr_matrix_row *row)
{
    struct label label = words_label(text);
    size_t digits = strspn(text, "0123456789");
    size_t marks = strspn(text + digits, ".):");

    row->title = text;
    if (label.kind == LABEL_RECOMMENDATION) {
        row->code = label.code;
        row->code_len = label.code_len;
        row->title = label.rest;
    } else if (digits && digits <= 3 && !isdigit((unsigned char)text[digits + marks]) &&
               (marks || !text[digits] || isspace((unsigned char)text[digits]))) {
        row->code = text;
        row->code_len = digits;
        row->title = text + digits + marks + strspn(text + digits + marks, " \n");
    }
}

void ohchr_matrix_row(const struct ohchr_matrix *matrix, const struct ohchr_line *line,
                      struct ohchr_matrix_row *row)
{
    *row = (struct ohchr_matrix_row){.position = cell(line, matrix->position),
                                     .comment = cell(line, matrix->comment)};
    read_title(cell(line, matrix->recommendation), row);
    row->begins = row->code_len || (*row->title && *row->position);
}

bool ohchr_matrix_answers(const struct ohchr_matrix *matrix, const struct ohchr_line *line)
{
    struct ohchr_matrix_row row;

    if (line->kind != LINE_TEXT || line->ncells < 2)
        return false;
    ohchr_matrix_row(matrix, line, &row);
    return row.begins && ohchr_position_stated(row.position);
}
