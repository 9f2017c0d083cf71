/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_lines.h"

#include "import/ohchr_layout.h"
#include "import/ohchr_markup.h"
#include "import/ohchr_pages.h"
#include "import/ohchr_tables.h"

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

static bool is_html_heading(struct span span)
{
    return (starts(span, "<h") || starts(span, "<H")) && span.len > 3 &&
           isdigit((unsigned char)span.at[2]);
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
    if (starts(span, "#") || is_html_heading(span))
        return LINE_HEADING;
    /* A footnote goes on to the next blank line, unless a field begins. */
    if (before == LINE_FOOTNOTE && line->ncells == 1 &&
        words_label(line->cells[0]).kind == LABEL_NONE)
        return LINE_FOOTNOTE;
    return LINE_TEXT;
}

/* Marks of headings and quotations in front of the text. */
static struct span without_marks(struct span span)
{
    size_t n = 0;

    while (n < span.len && (span.at[n] == '#' || span.at[n] == '>' || (n && span.at[n] == ' ')))
        n++;
    return (struct span){span.at + n, span.len - n};
}

static bool cut_line(struct ohchr_layout *layout, struct arena *arena, struct span span,
                     struct ohchr_line *line, enum ohchr_line_kind before)
{
    struct span trimmed = trim(span);

    /* A tab at the start is an empty first cell. */
    if (!trimmed.len)
        span = trimmed;
    if (trimmed.len && (*trimmed.at == '#' || *trimmed.at == '>'))
        span = without_marks(trimmed);
    if (!ohchr_layout_cut(layout, arena, span.at, span.len, line))
        return false;
    line->bold = is_bold(trimmed);
    line->kind = kind_of(line, trimmed, before);
    return true;
}

bool ohchr_lines_cut(const char *text, struct arena *arena, struct ohchr_lines *lines,
                     struct err *err)
{
    struct ohchr_layout layout = {0};
    struct ohchr_flat flat;

    if (!ohchr_tables_flatten(text, arena, &flat, err))
        return false;
    if (flat.lines > LINES_MAX)
        return err_set(err, ERR_REJECT, "TOO_MANY_LINES", "file",
                       "%d lines, limit %d; import the document in parts", flat.lines,
                       (int)LINES_MAX);
    lines->list = arena_zalloc(arena, ((size_t)flat.lines + 1) * sizeof(*lines->list));
    lines->n = flat.lines;
    text = flat.text;
    for (int i = 0; i < flat.lines && lines->list; i++) {
        size_t len = strcspn(text, "\n");
        lines->list[i].number = flat.numbers[i];
        if (!cut_line(&layout, arena, (struct span){text, len}, &lines->list[i],
                      i ? lines->list[i - 1].kind : LINE_BLANK))
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "file", "its lines do not fit");
        text += len + (text[len] == '\n');
    }
    return (lines->list && ohchr_pages_clear(lines, arena)) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "file", "its lines do not fit");
}

/* "Management position:" in a cell of its own, its value in the next. */
static bool is_labelled(const char *cell)
{
    enum ohchr_label kind = words_label(cell).kind;

    return kind == LABEL_RECOMMENDATION || (kind != LABEL_NONE && strchr(cell, ':'));
}

bool ohchr_line_heads(const struct ohchr_line *line, enum ohchr_column columns[OHCHR_CELLS_MAX])
{
    unsigned seen = 0;
    int different = 0;
    int strange = 0;

    if (line->kind != LINE_TEXT || line->ncells < 2 || is_labelled(line->cells[0]))
        return false;
    for (int i = 0; i < line->ncells; i++) {
        columns[i] = words_column(line->cells[i]);
        if (columns[i] == COLUMN_NONE) {
            /* "No.", "#" */
            strange += strlen(line->cells[i]) > 4;
            continue;
        }
        different += !(seen & 1u << columns[i]);
        seen |= 1u << columns[i];
    }
    /* Headings we do not know stand only among more that we do. */
    return different >= 2 && (strange == 0 || (different >= 3 && strange <= 2));
}

bool ohchr_line_is_only(const struct ohchr_line *line, int cell)
{
    for (int i = 0; i < line->ncells; i++)
        if (i != cell && line->cells[i][0])
            return false;
    return true;
}
