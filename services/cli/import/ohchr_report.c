/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_report.h"

#include "base/text.h"
#include "import/ohchr_list.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    REPORT_ROWS_MAX = 500,
    WORD_LETTERS_MIN = 4, /* shorter words say nothing of a text */
    ALIKE_BYTES_MAX = 600,
    ALIKE_PERCENT = 50,
};

/* Where the columns stand; -1: not there. */
struct table {
    int first; /* line behind the headings */
    int title, body, responsible;
};

struct collecting {
    struct arena *arena;
    struct ohchr_report *report;
    struct table table;
    struct ohchr_report_row *row; /* being collected */
    struct text_buffer title, body, responsible;
    const char *theme;
    bool numbered;
};

static int column_of(const enum ohchr_column *columns, int n, enum ohchr_column column)
{
    for (int i = 0; i < n; i++)
        if (columns[i] == column)
            return i;
    return -1;
}

/* The table that says most: one with the responsible goes before one without, a later before an
 * earlier one. */
static bool find_table(const struct ohchr_lines *lines, int start, int end, struct table *best)
{
    bool found = false;

    for (int i = start; i < end; i++) {
        enum ohchr_column columns[OHCHR_CELLS_MAX];
        const struct ohchr_line *line = &lines->list[i];
        struct table table = {.first = i + 1};

        if (!ohchr_line_heads(line, columns))
            continue;
        table.title = column_of(columns, line->ncells, COLUMN_RECOMMENDATION);
        table.body = column_of(columns, line->ncells, COLUMN_ACTION);
        table.responsible = column_of(columns, line->ncells, COLUMN_UNIT);
        if (table.title < 0 || (found && best->responsible >= 0 && table.responsible < 0))
            continue;
        *best = table;
        found = true;
    }
    return found;
}

static const char *cell(const struct ohchr_line *line, int column)
{
    return column >= 0 && column < line->ncells ? line->cells[column] : "";
}

static void append(struct text_buffer *buffer, const char *text)
{
    if (buffer->len && *text)
        text_put(buffer, " ");
    text_put(buffer, text);
}

static const char *kept(struct collecting *reading, struct text_buffer *buffer)
{
    const char *text = arena_strdup(reading->arena, buffer->text ? buffer->text : "");

    buffer->len = 0;
    if (buffer->text)
        buffer->text[0] = '\0';
    return text;
}

static bool end_row(struct collecting *reading)
{
    struct ohchr_report_row *row = reading->row;

    if (!row)
        return true;
    reading->row = NULL;
    row->title = kept(reading, &reading->title);
    row->body = kept(reading, &reading->body);
    row->responsible = kept(reading, &reading->responsible);
    if (reading->report->last)
        reading->report->last->next = row;
    else
        reading->report->rows = row;
    reading->report->last = row;
    reading->report->n++;
    return row->title && row->body && row->responsible && !reading->title.failed &&
           !reading->body.failed && !reading->responsible.failed;
}

/* "4. Make ..." or "Recommendation 4: ...": bytes to the words, the number copied. */
static size_t number_of(struct collecting *reading, const char *text, const char **code)
{
    struct label label = words_label(text);
    size_t digits = strspn(text, "0123456789");
    size_t len = digits;

    if (label.kind == LABEL_RECOMMENDATION && label.code_len) {
        *code = arena_strndup(reading->arena, label.code, label.code_len);
        return (size_t)(label.rest - text);
    }
    if (!digits || digits > 3)
        return 0;
    len += strspn(text + len, ".):");
    if (len == digits && text[len] != ' ' && text[len] != '\0')
        return 0;
    if (isdigit((unsigned char)text[len]))
        return 0;
    *code = arena_strndup(reading->arena, text, digits);
    return len + strspn(text + len, " ");
}

static bool begin_row(struct collecting *reading, const struct ohchr_line *line, const char *code,
                      size_t skip)
{
    struct ohchr_report_row *row = arena_zalloc(reading->arena, sizeof(*row));

    if (!end_row(reading) || !row || !code)
        return false;
    row->code = code;
    row->line = line->number;
    row->theme = reading->theme;
    reading->row = row;
    append(&reading->title, cell(line, reading->table.title) + skip);
    append(&reading->body, cell(line, reading->table.body));
    append(&reading->responsible, cell(line, reading->table.responsible));
    return true;
}

static bool continue_row(struct collecting *reading, const struct ohchr_line *line)
{
    append(&reading->title, cell(line, reading->table.title));
    append(&reading->body, cell(line, reading->table.body));
    append(&reading->responsible, cell(line, reading->table.responsible));
    return true;
}

/* False in *more: the table is over. */
static bool take_line(struct collecting *reading, const struct ohchr_line *line, bool *more)
{
    const char *title = cell(line, reading->table.title);
    const char *code = NULL;
    size_t skip = number_of(reading, title, &code);
    bool alone = ohchr_line_is_only(line, reading->table.title);

    if (skip) {
        reading->numbered = true;
        return begin_row(reading, line, code, skip);
    }
    if (reading->row && (!*title || islower((unsigned char)*title)))
        return continue_row(reading, line);
    if (alone && line->ncells > 1) {
        reading->theme = title;
        return end_row(reading);
    }
    *more = *title && !alone && !reading->numbered && reading->report->n < REPORT_ROWS_MAX;
    if (!*more)
        return true;
    return begin_row(
        reading, line,
        arena_printf(reading->arena, "%d", reading->report->n + (reading->row != NULL) + 1), 0);
}

bool ohchr_report_read(const struct ohchr_lines *lines, int start, int end, struct arena *arena,
                       struct ohchr_report *report, struct err *err)
{
    struct collecting reading = {.arena = arena, .report = report};
    bool more = find_table(lines, start, end, &reading.table);
    bool good = true;

    for (int i = more ? reading.table.first : end; i < end && more && good; i++) {
        const struct ohchr_line *line = &lines->list[i];
        enum ohchr_column columns[OHCHR_CELLS_MAX];
        if (line->kind == LINE_HEADING || ohchr_line_heads(line, columns) ||
            report->n >= REPORT_ROWS_MAX)
            break;
        if (line->kind == LINE_TEXT)
            good = take_line(&reading, line, &more);
    }
    good = end_row(&reading) && good;
    if (good && !report->n)
        good = ohchr_list_read(lines, start, end, arena, report);
    text_buffer_finish(&reading.title);
    text_buffer_finish(&reading.body);
    text_buffer_finish(&reading.responsible);
    return good ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "report", "its recommendations do not fit");
}

const struct ohchr_report_row *ohchr_report_find(const struct ohchr_report *report,
                                                 const char *code)
{
    for (const struct ohchr_report_row *row = report->rows; row; row = row->next)
        if (strcmp(row->code, code) == 0)
            return row;
    return NULL;
}

static bool holds_word(const char *text, const char *word, size_t len)
{
    char copy[64];

    if (len >= sizeof(copy))
        return false;
    for (size_t i = 0; i < len; i++)
        copy[i] = (char)tolower((unsigned char)word[i]);
    copy[len] = '\0';
    for (const char *end = text + strnlen(text, ALIKE_BYTES_MAX); text < end;
         text += words_next(text))
        if (strncasecmp(text, copy, len) == 0 && !words_letter(text + len))
            return true;
    return false;
}

bool ohchr_report_alike(const char *a, const char *b)
{
    int words = 0;
    int found = 0;

    for (const char *end = a + strnlen(a, ALIKE_BYTES_MAX); a < end; a += words_next(a)) {
        size_t len = 0;
        while (words_letter(a + len))
            len += words_letter(a + len);
        if (len < WORD_LETTERS_MIN)
            continue;
        words++;
        found += holds_word(b, a, len);
    }
    return words > 0 && found * 100 >= words * ALIKE_PERCENT;
}
