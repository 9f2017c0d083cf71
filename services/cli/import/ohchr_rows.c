/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_rows.h"

#include "import/ohchr_deadline.h"
#include "import/ohchr_names.h"
#include "import/ohchr_split.h"

#include <ctype.h>
#include <string.h>

enum {
    TEXT_BYTES_MAX = 64 * 1024,
    NAMES_WORDS_MAX = 16, /* so far from the end names may begin */
};

void ohchr_rows_finish(struct ohchr_rows *rows)
{
    text_buffer_finish(&rows->text);
    text_buffer_finish(&rows->responsible);
}

void ohchr_rows_head(struct ohchr_rows *rows, const struct ohchr_line *line,
                     const enum ohchr_column *columns)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        rows->columns[i] = -1;
    rows->ignored = 0;
    for (int i = line->ncells - 1; i >= 0; i--) {
        rows->columns[columns[i]] = i;
        if (columns[i] == COLUMN_NONE && line->cells && *line->cells[i])
            rows->ignored |= 1u << i;
    }
    /* A column of recommendations holds what is to be done when there is no other. */
    if (rows->columns[COLUMN_ACTION] < 0)
        rows->columns[COLUMN_ACTION] = rows->columns[COLUMN_RECOMMENDATION];
}

static const char *cell(const struct ohchr_line *line, int column)
{
    return column >= 0 && column < line->ncells ? line->cells[column] : "";
}

/* Does the column hold something that is neither a unit nor a deadline? */
static bool holds_other(const struct ohchr_rows *rows, int column)
{
    return (rows->ignored >> column & 1u) || column == rows->columns[COLUMN_STATUS] ||
           column == rows->columns[COLUMN_COMMENT] || column == rows->columns[COLUMN_ACTION];
}

/* The deadline's column: the heading's if its cell reads as a period; else the last that names
 * days; else the last that is not empty, from the heading's on, whatever it says. */
static int find_deadline(const struct ohchr_rows *rows, const struct ohchr_line *line)
{
    int wanted = rows->columns[COLUMN_TIME];

    if (ohchr_deadline_is(cell(line, wanted)))
        return wanted;
    for (int i = line->ncells - 1; i > 0; i--)
        if (!holds_other(rows, i) && ohchr_deadline_is_dated(line->cells[i]))
            return i;
    for (int i = line->ncells - 1; wanted > 0 && i >= wanted; i--)
        if (!holds_other(rows, i) && i != rows->columns[COLUMN_UNIT] && line->cells[i][0])
            return i;
    return -1;
}

static int find_text(const struct ohchr_rows *rows, const struct ohchr_line *line, int deadline)
{
    int wanted = rows->columns[COLUMN_ACTION];

    if (*cell(line, wanted) && wanted != deadline)
        return wanted;
    for (int i = 0; i < line->ncells; i++)
        if (line->cells[i][0] && (i == wanted || !holds_other(rows, i)))
            return i == deadline || i == rows->columns[COLUMN_UNIT] ? -1 : i;
    return -1;
}

static int find_responsible(const struct ohchr_rows *rows, const struct ohchr_line *line, int text,
                            int deadline)
{
    int wanted = rows->columns[COLUMN_UNIT];

    if (wanted != text && wanted != deadline && *cell(line, wanted))
        return wanted;
    for (int i = text + 1; i < line->ncells; i++)
        if (i != deadline && line->cells[i][0] && !holds_other(rows, i))
            return i;
    return -1;
}

/* Rows ---------------------------------------------------------------------------------------- */

static void append(struct text_buffer *buffer, const char *text)
{
    if (buffer->len + strlen(text) > TEXT_BYTES_MAX)
        return;
    if (buffer->len && *text)
        text_put(buffer, " ");
    text_put(buffer, text);
}

static const char *settle_buffer(struct ohchr_rows *rows, struct text_buffer *buffer)
{
    const char *text = buffer->len ? arena_strndup(rows->arena, buffer->text, buffer->len) : NULL;

    rows->failed |= buffer->failed || (buffer->len && !text);
    buffer->len = 0;
    return text;
}

/* Without columns the fields may stand in a bracket behind the text. */
static void read_bracket(struct ohchr_rows *rows, struct ohchr_row *row)
{
    struct ohchr_bracket bracket;

    if (row->responsible || row->deadline || !row->text)
        return;
    rows->failed |= !ohchr_split_bracket(&bracket, rows->arena, row->text);
    if (rows->failed || !bracket.text_len)
        return;
    row->text = arena_strndup(rows->arena, row->text, bracket.text_len);
    rows->failed |= !row->text;
    row->responsible = bracket.fields[COLUMN_UNIT];
    row->deadline = bracket.fields[COLUMN_TIME];
    if (!row->status)
        row->status = bracket.fields[COLUMN_STATUS];
}

void ohchr_rows_end(struct ohchr_rows *rows)
{
    if (!rows->last || rows->last->text)
        return;
    rows->last->text = settle_buffer(rows, &rows->text);
    rows->last->responsible = settle_buffer(rows, &rows->responsible);
    read_bracket(rows, rows->last);
    if (!rows->last->text)
        rows->last->text = "";
}

static bool ends_sentence(const struct text_buffer *buffer)
{
    return !buffer->len || strchr(".!?;:)", buffer->text[buffer->len - 1]);
}

/* Does the line go on with the row above? */
static bool continues(const struct ohchr_rows *rows, const char *text, bool has_code,
                      bool has_deadline, bool has_responsible)
{
    if (!rows->last || has_code || rows->fresh)
        return false;
    if (has_deadline && rows->last->deadline)
        return false;
    if (!*text || islower((unsigned char)*text) || *text == '(')
        return true;
    if (!ends_sentence(&rows->text))
        return !(has_deadline && has_responsible);
    return !has_deadline && !has_responsible;
}

static bool begin_row(struct ohchr_rows *rows, const struct ohchr_line *line,
                      const struct ohchr_code *code)
{
    struct ohchr_row *row = arena_zalloc(rows->arena, sizeof(*row));

    ohchr_rows_end(rows);
    rows->failed |= !row;
    rows->too_many |= rows->n >= OHCHR_ROWS_MAX;
    if (!row || rows->too_many)
        return false;
    rows->n++;
    row->line = line->number;
    row->deadline_column = row->responsible_column = -1;
    row->code = *code;
    row->shared = rows->shared;
    if (rows->last)
        rows->last->next = row;
    else
        rows->first = row;
    rows->last = row;
    return true;
}

static const char *without_bullet(const char *text)
{
    const char *next = text;
    unsigned c = text_fold_next(&next);

    return (c == '-' || c == '*' || c == 0x2022 || c == 0x25CF || c == 0x25AA ||
            c == 0xB7 + 0x100000) &&
                   *next == ' '
               ? next + 1
               : text;
}

/* A column for the number alone: the words stand in the next one. */
static int words_column_of(const struct ohchr_rows *rows, const struct ohchr_line *line, int text,
                           const char *recommendation, struct ohchr_code *code, size_t *skip)
{
    const char *words = text >= 0 ? without_bullet(line->cells[text]) : "";

    *skip = ohchr_code_read(words, recommendation, code);
    if (*skip && !words[*skip] && text + 1 < line->ncells &&
        text + 1 != rows->columns[COLUMN_UNIT] && text + 1 != rows->columns[COLUMN_TIME]) {
        *skip = 0;
        return text + 1;
    }
    if (!*skip && text > 0 &&
        ohchr_code_read(line->cells[text - 1], recommendation, code) ==
            strlen(line->cells[text - 1]))
        return text;
    if (!*skip)
        code->code[0] = '\0';
    return text;
}

/* Lines without columns ---------------------------------------------------------------------- */

static bool are_known(const struct ohchr_names *names)
{
    bool known = false;

    for (int i = 0; i < names->n; i++) {
        if (names->list[i].kind == NAME_UNKNOWN || names->list[i].kind == NAME_DAMAGED ||
            names->list[i].kind == NAME_VAGUE)
            return false;
        known = true;
    }
    return known;
}

/* Where known names at the end of text begin; its length when there are none. */
static size_t names_start(const struct directory *directory, const char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    size_t best = len;

    for (int words = 0; words < NAMES_WORDS_MAX && start; words++) {
        struct ohchr_names names;
        while (start && text[start - 1] == ' ')
            start--;
        while (start && text[start - 1] != ' ')
            start--;
        ohchr_names_read(directory, text + start, &names);
        if (start && are_known(&names) && names.list[0].at == text + start)
            best = start;
    }
    return best;
}

/* The line as three cells, if a deadline ends it; false: it is left as it is. */
static bool cut_line(struct ohchr_rows *rows, const struct ohchr_line *line,
                     struct ohchr_line *whole, const char **cells)
{
    const char *text = line->cells[0];
    size_t deadline = ohchr_deadline_start(text);
    size_t names;
    char *front;

    if (!text[deadline] || rows->columns[COLUMN_ACTION] != 0)
        return false;
    front = arena_strndup(rows->arena, text, deadline);
    if (!front) {
        rows->failed = true;
        return false;
    }
    while (deadline && front[deadline - 1] == ' ')
        front[--deadline] = '\0';
    names = names_start(rows->directory, front);
    cells[1] = front + names;
    while (names && front[names - 1] == ' ')
        names--;
    cells[0] = arena_strndup(rows->arena, front, names);
    cells[2] = text + ohchr_deadline_start(text);
    rows->failed |= !cells[0];
    *whole = (struct ohchr_line){
        .number = line->number, .kind = line->kind, .ncells = 3, .cells = cells};
    return cells[0] != NULL;
}

/* "None", "No action required" */
static bool is_no_action(const char *text)
{
    size_t len = words_at(text, WORDS_NO_ACTION);

    return len && text[len + strspn(text + len, " .")] == '\0';
}

static bool says_nothing(const char *cell)
{
    return cell[strspn(cell, "-. ")] == '\0' || is_no_action(cell);
}

static void take_line(struct ohchr_rows *rows, const char *recommendation,
                      const struct ohchr_line *line)
{
    int deadline = find_deadline(rows, line);
    int text = find_text(rows, line, deadline);
    struct ohchr_code code = {0};
    size_t skip;
    int responsible;
    const char *words;
    bool bulleted;

    text = words_column_of(rows, line, text, recommendation, &code, &skip);
    responsible = find_responsible(rows, line, text, deadline);
    words = without_bullet(cell(line, text)) + skip;
    bulleted = without_bullet(cell(line, text)) > cell(line, text);
    if (!code.code[0] && is_no_action(words) && says_nothing(cell(line, responsible)) &&
        says_nothing(cell(line, deadline)))
        return;
    rows->fresh |= bulleted && rows->bulleted;
    if (!continues(rows, words, code.code[0], deadline >= 0, responsible >= 0)) {
        if (!begin_row(rows, line, &code))
            return;
        rows->bulleted = bulleted;
    }
    rows->fresh = false;
    append(&rows->text, words);
    append(&rows->responsible, cell(line, responsible));
    if (responsible >= 0 && rows->last->responsible_column < 0)
        rows->last->responsible_column = responsible;
    if (deadline >= 0 && !rows->last->deadline) {
        rows->last->deadline = line->cells[deadline];
        rows->last->deadline_column = deadline;
    }
    if (*cell(line, rows->columns[COLUMN_STATUS]) && !rows->last->status)
        rows->last->status = cell(line, rows->columns[COLUMN_STATUS]);
    if (*cell(line, rows->columns[COLUMN_COMMENT]) && !rows->last->comment)
        rows->last->comment = cell(line, rows->columns[COLUMN_COMMENT]);
}

static void take_whole(struct ohchr_rows *rows, const char *recommendation,
                       const struct ohchr_line *line)
{
    const char *cells[3];
    struct ohchr_line whole;
    struct ohchr_code code;
    struct ohchr_rows three;

    if (rows->too_many)
        return;
    if (line->ncells > 1 || rows->columns[COLUMN_TIME] < 0 ||
        !ohchr_code_read(line->cells[0], recommendation, &code) ||
        !cut_line(rows, line, &whole, cells)) {
        take_line(rows, recommendation, line);
        return;
    }
    three = *rows;
    three.columns[COLUMN_ACTION] = 0;
    three.columns[COLUMN_UNIT] = 1;
    three.columns[COLUMN_TIME] = 2;
    take_line(&three, recommendation, &whole);
    memcpy(three.columns, rows->columns, sizeof(three.columns));
    *rows = three;
    if (rows->last) {
        rows->last->deadline_column = rows->columns[COLUMN_TIME];
        if (rows->last->responsible_column >= 0)
            rows->last->responsible_column = rows->columns[COLUMN_UNIT];
        else /* no name we know: it may be part of the text */
            rows->last->deadline_column = rows->columns[COLUMN_UNIT];
    }
}

void ohchr_rows_line(struct ohchr_rows *rows, const char *recommendation,
                     const struct ohchr_line *line)
{
    struct ohchr_split split;
    struct ohchr_line row;

    if (!ohchr_split_read(&split, rows->arena, line, rows->columns, recommendation)) {
        rows->failed = true;
        return;
    }
    if (split.n < 2) {
        take_whole(rows, recommendation, line);
        return;
    }
    rows->shared = split.shared;
    for (int i = 0; i < split.n && !rows->failed; i++) {
        rows->failed = !ohchr_split_row(&split, rows->arena, line, i, &row);
        if (!rows->failed)
            take_line(rows, recommendation, &row);
    }
    rows->shared = false;
}
