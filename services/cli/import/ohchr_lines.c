/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_lines.h"

#include "import/ohchr_markup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 400000 };

/* A stretch of the file. */
struct span {
    const char *at;
    size_t len;
};

static struct span trim(struct span span)
{
    while (span.len && isspace((unsigned char)*span.at)) {
        span.at++;
        span.len--;
    }
    while (span.len && isspace((unsigned char)span.at[span.len - 1]))
        span.len--;
    return span;
}

static bool starts(struct span span, const char *with)
{
    size_t len = strlen(with);

    return span.len >= len && strncmp(span.at, with, len) == 0;
}

static bool ends(struct span span, const char *with)
{
    size_t len = strlen(with);

    return span.len >= len && strncmp(span.at + span.len - len, with, len) == 0;
}

static bool is_bold(struct span span)
{
    if (starts(span, "<p>") && ends(span, "</p>"))
        span = trim((struct span){span.at + 3, span.len - 7});
    return (starts(span, "**") && ends(span, "**") && span.len > 4) ||
           (starts(span, "<b>") && ends(span, "</b>"));
}

/* "Page 3 of 10", "12 | Page", "12": nothing but a number and words of pages. */
static bool is_page_number(const char *cell)
{
    static const char *const words[] = {"page", "of", "sur", "de", "pagina", "p"};
    int numbers = 0;

    if (strlen(cell) > 24)
        return false;
    while (*cell) {
        size_t len = strspn(cell, "0123456789");
        if (len) {
            numbers++;
            cell += len;
            continue;
        }
        if (!words_letter(cell)) {
            cell++;
            continue;
        }
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !len; i++)
            len = words_match(cell, words[i]);
        if (!len)
            return false;
        cell += len;
    }
    return numbers > 0 && numbers <= 2;
}

static bool is_rule(const struct ohchr_line *line)
{
    bool marks = false;

    for (int i = 0; i < line->ncells; i++) {
        const char *cell = line->cells[i];
        if (strspn(cell, "-_=:. ") != strlen(cell) ||
            (*cell && strlen(cell) < 2 && line->ncells == 1))
            return false;
        marks |= *cell != '\0';
    }
    return marks;
}

static enum ohchr_line_kind kind_of(const struct ohchr_line *line, struct span span,
                                    enum ohchr_line_kind before)
{
    size_t len;

    if (ohchr_footnote_mark(span.at, span.len, &len))
        return LINE_FOOTNOTE;
    if (is_rule(line) || starts(span, "!["))
        return LINE_FURNITURE;
    if (line->ncells == 1 && !line->cells[0][0])
        return LINE_BLANK;
    if (line->ncells == 1 && is_page_number(line->cells[0]))
        return LINE_FURNITURE;
    if (starts(span, "#"))
        return LINE_HEADING;
    /* A footnote goes on to the next blank line, unless a field begins. */
    if (before == LINE_FOOTNOTE && line->ncells == 1 &&
        words_label(line->cells[0]).kind == LABEL_NONE)
        return LINE_FOOTNOTE;
    return LINE_TEXT;
}

static int count_cells(struct span span, char mark)
{
    int n = 1;

    for (size_t i = 0; i < span.len && n < OHCHR_CELLS_MAX; i++)
        n += span.at[i] == mark && !(i && span.at[i - 1] == '\\');
    return n;
}

/* Bars at both ends belong to no cell. */
static char find_mark(struct span *span)
{
    struct span inner = trim(*span);

    if (memchr(span->at, '\t', span->len))
        return '\t';
    if (inner.len > 2 && *inner.at == '|') {
        inner.at++;
        inner.len -= 1 + (inner.at[inner.len - 2] == '|');
        *span = inner;
        return '|';
    }
    return '\t';
}

static bool cut_cells(struct arena *arena, struct span span, struct ohchr_line *line)
{
    char mark = find_mark(&span);
    size_t at = 0;

    line->ncells = count_cells(span, mark);
    line->cells = arena_alloc(arena, (size_t)line->ncells * sizeof(*line->cells));
    if (!line->cells)
        return false;
    for (int i = 0; i < line->ncells; i++) {
        size_t end = at;
        /* The last cell takes what is left. */
        while (end < span.len &&
               (i + 1 == line->ncells || span.at[end] != mark || (end && span.at[end - 1] == '\\')))
            end++;
        line->cells[i] = ohchr_plain(arena, span.at + at, end - at);
        if (!line->cells[i])
            return false;
        at = end + (end < span.len);
    }
    return true;
}

/* Marks of headings and quotations in front of the text. */
static struct span without_marks(struct span span)
{
    size_t n = 0;

    while (n < span.len && (span.at[n] == '#' || span.at[n] == '>' || (n && span.at[n] == ' ')))
        n++;
    return (struct span){span.at + n, span.len - n};
}

static bool cut_line(struct arena *arena, struct span span, struct ohchr_line *line,
                     enum ohchr_line_kind before)
{
    struct span trimmed = trim(span);

    /* A tab at the start is an empty first cell. */
    if (!trimmed.len)
        span = trimmed;
    if (trimmed.len && (*trimmed.at == '#' || *trimmed.at == '>'))
        span = without_marks(trimmed);
    if (!cut_cells(arena, span, line))
        return false;
    line->bold = is_bold(trimmed);
    line->kind = kind_of(line, trimmed, before);
    return true;
}

bool ohchr_lines_cut(const char *text, struct arena *arena, struct ohchr_lines *lines,
                     struct err *err)
{
    int n = 1;

    for (const char *at = text; (at = strchr(at, '\n')); at++)
        n++;
    if (n > LINES_MAX)
        return err_set(err, ERR_REJECT, "TOO_MANY_LINES", "file",
                       "%d lines, limit %d; import the document in parts", n, (int)LINES_MAX);
    lines->list = arena_zalloc(arena, (size_t)n * sizeof(*lines->list));
    lines->n = n;
    for (int i = 0; i < n && lines->list; i++) {
        size_t len = strcspn(text, "\n");
        lines->list[i].number = i + 1;
        if (!cut_line(arena, (struct span){text, len}, &lines->list[i],
                      i ? lines->list[i - 1].kind : LINE_BLANK))
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "file", "its lines do not fit");
        text += len + (text[len] == '\n');
    }
    return lines->list || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "file", "its lines do not fit");
}

bool ohchr_line_heads(const struct ohchr_line *line, enum ohchr_column columns[OHCHR_CELLS_MAX])
{
    unsigned seen = 0;
    int different = 0;

    if (line->kind != LINE_TEXT || line->ncells < 2 ||
        words_label(line->cells[0]).kind == LABEL_RECOMMENDATION)
        return false;
    for (int i = 0; i < line->ncells; i++) {
        columns[i] = words_column(line->cells[i]);
        if (columns[i] == COLUMN_NONE) {
            /* "No.", "#" */
            if (strlen(line->cells[i]) > 4)
                return false;
            continue;
        }
        different += !(seen & 1u << columns[i]);
        seen |= 1u << columns[i];
    }
    return different >= 2;
}

bool ohchr_line_is_only(const struct ohchr_line *line, int cell)
{
    for (int i = 0; i < line->ncells; i++)
        if (i != cell && line->cells[i][0])
            return false;
    return true;
}
