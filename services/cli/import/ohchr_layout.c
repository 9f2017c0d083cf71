/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_layout.h"

#include "import/ohchr_markup.h"

#include <ctype.h>
#include <string.h>

enum {
    GAP = 2,        /* so many blanks part columns */
    INDENT_MAX = 3, /* a field of the response begins no further right */
    PIECES_MAX = 2 * OHCHR_CELLS_MAX,
};

/* A stretch of a line; column: where it begins, in characters. */
struct piece {
    const char *at;
    size_t len;
    size_t column;
};

static bool trim(const char **at, size_t *len)
{
    while (*len && isspace((unsigned char)**at)) {
        ++*at;
        --*len;
    }
    while (*len && isspace((unsigned char)(*at)[*len - 1]))
        --*len;
    return *len > 0;
}

static bool fill(struct arena *arena, struct ohchr_line *line, const struct piece *pieces, int n)
{
    line->ncells = n;
    line->cells = arena_alloc(arena, (size_t)n * sizeof(*line->cells));
    for (int i = 0; line->cells && i < n; i++) {
        line->cells[i] = ohchr_plain(arena, pieces[i].len ? pieces[i].at : "", pieces[i].len);
        if (!line->cells[i])
            return false;
    }
    return line->cells != NULL;
}

/* At each mark that no backslash precedes; the last cell takes what is left. */
static int cut_at(const char *at, size_t len, char mark, struct piece *pieces)
{
    const char *end = at + len;
    int n = 0;

    pieces[n++] = (struct piece){.at = at};
    for (const char *here = at; here < end; here++) {
        if (*here != mark || (here > at && here[-1] == '\\') || n == OHCHR_CELLS_MAX)
            continue;
        pieces[n - 1].len = (size_t)(here - pieces[n - 1].at);
        pieces[n++] = (struct piece){.at = here + 1};
    }
    pieces[n - 1].len = (size_t)(end - pieces[n - 1].at);
    return n;
}

/* Columns of blanks --------------------------------------------------------------------------- */

static size_t count_characters(const char *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

static int cut_at_gaps(const char *text, size_t len, struct piece *pieces)
{
    size_t at = 0;
    int n = 0;

    while (at < len && n < PIECES_MAX) {
        size_t end;
        while (at < len && text[at] == ' ')
            at++;
        for (end = at; end < len; end++)
            if (text[end] == ' ' && (end + 1 == len || text[end + 1] == ' '))
                break;
        if (end > at)
            pieces[n++] = (struct piece){text + at, end - at, count_characters(text, at)};
        at = end;
    }
    return n;
}

/* The column that begins nearest to a place. */
static int nearest(const struct ohchr_layout *layout, size_t place)
{
    int best = 0;

    for (int i = 1; i < layout->ncolumns; i++) {
        size_t here =
            layout->columns[i] > place ? layout->columns[i] - place : place - layout->columns[i];
        size_t there = layout->columns[best] > place ? layout->columns[best] - place
                                                     : place - layout->columns[best];
        if (here < there)
            best = i;
    }
    return best;
}

/* A piece that runs into the next column where a word begins there is two: a long text leaves but
 * one blank in front of its neighbour. */
static int split_overlaps(const struct ohchr_layout *layout, struct piece *pieces, int n)
{
    for (int i = 0; i < n && n < PIECES_MAX; i++) {
        int column = nearest(layout, pieces[i].column) + 1;
        size_t bytes = 0;
        if (column >= layout->ncolumns || layout->columns[column] <= pieces[i].column + 1 ||
            (i + 1 < n && nearest(layout, pieces[i + 1].column) <= column))
            continue;
        while (bytes < pieces[i].len &&
               count_characters(pieces[i].at, bytes) < layout->columns[column] - pieces[i].column)
            bytes++;
        if (bytes >= pieces[i].len || pieces[i].at[bytes - 1] != ' ')
            continue;
        memmove(pieces + i + 2, pieces + i + 1, (size_t)(n - i - 1) * sizeof(*pieces));
        pieces[i + 1] =
            (struct piece){pieces[i].at + bytes, pieces[i].len - bytes, layout->columns[column]};
        pieces[i].len = bytes;
        n++;
    }
    return n;
}

/* Pieces that belong to one column are one cell. */
static bool fill_columns(const struct ohchr_layout *layout, struct arena *arena,
                         struct ohchr_line *line, const struct piece *pieces, int n)
{
    struct piece cells[OHCHR_CELLS_MAX] = {0};
    int last = 0;

    for (int i = 0; i < n; i++) {
        int column = nearest(layout, pieces[i].column);
        column = column < last ? last : column;
        if (cells[column].at)
            cells[column].len = (size_t)(pieces[i].at + pieces[i].len - cells[column].at);
        else
            cells[column] = pieces[i];
        last = column;
    }
    return fill(arena, line, cells, last ? layout->ncolumns : 1);
}

/* Headings in columns of blanks: what follows stands below them. */
static bool begin_blanks(struct ohchr_layout *layout, struct arena *arena, const char *text,
                         size_t len, struct ohchr_line *line)
{
    enum ohchr_column columns[OHCHR_CELLS_MAX];
    struct piece pieces[PIECES_MAX];
    int n = cut_at_gaps(text, len, pieces);

    if (n < 2 || n > OHCHR_CELLS_MAX || !fill(arena, line, pieces, n))
        return false;
    line->kind = LINE_TEXT;
    if (!ohchr_line_heads(line, columns))
        return false;
    layout->kind = LAYOUT_BLANKS;
    layout->ncolumns = n;
    for (int i = 0; i < n; i++)
        layout->columns[i] = pieces[i].column;
    layout->columns[0] = 0;
    return true;
}

static bool begin_bars(struct ohchr_layout *layout, struct arena *arena, const char *text,
                       size_t len, struct ohchr_line *line)
{
    enum ohchr_column columns[OHCHR_CELLS_MAX];
    struct piece pieces[OHCHR_CELLS_MAX];
    int n = cut_at(text, len, '|', pieces);

    if (n < 2 || !fill(arena, line, pieces, n))
        return false;
    line->kind = LINE_TEXT;
    if (!ohchr_line_heads(line, columns))
        return false;
    layout->kind = LAYOUT_BARS;
    return true;
}

/* ------------------------------------------------------------------------------------------------
 */

static bool begins_field(struct arena *arena, const char *text, size_t len)
{
    const char *at = text;
    char *plain;

    if (!trim(&at, &len) || at - text > INDENT_MAX)
        return false;
    plain = ohchr_plain(arena, at, len);
    return plain && words_label(plain).kind != LABEL_NONE;
}

static bool cut_plain(struct ohchr_layout *layout, struct arena *arena, const char *text,
                      size_t len, struct ohchr_line *line)
{
    struct piece pieces[PIECES_MAX] = {{.at = text, .len = len}};
    bool bar = memchr(text, '|', len) != NULL;
    int n;

    if (layout->kind != LAYOUT_PLAIN && begins_field(arena, text, len))
        layout->kind = LAYOUT_PLAIN;
    if (bar && begin_bars(layout, arena, text, len, line))
        return true;
    if (!bar && begin_blanks(layout, arena, text, len, line))
        return true;
    if (bar && layout->kind == LAYOUT_BARS)
        return fill(arena, line, pieces, cut_at(text, len, '|', pieces));
    if (layout->kind != LAYOUT_BLANKS || *text == '<' || *text == '#' || *text == '[')
        return fill(arena, line, pieces, 1);
    n = cut_at_gaps(text, len, pieces);
    n = split_overlaps(layout, pieces, n);
    /* A number by itself is the page's, wherever it stands. */
    if (n == 1 && pieces[0].len <= 4 && isdigit((unsigned char)*pieces[0].at))
        return fill(arena, line, pieces, 1);
    return fill_columns(layout, arena, line, pieces, n);
}

bool ohchr_layout_cut(struct ohchr_layout *layout, struct arena *arena, const char *text,
                      size_t len, struct ohchr_line *line)
{
    struct piece pieces[OHCHR_CELLS_MAX];
    const char *inner = text;
    size_t inner_len = len;

    if (memchr(text, '\t', len)) {
        layout->kind = LAYOUT_PLAIN;
        return fill(arena, line, pieces, cut_at(text, len, '\t', pieces));
    }
    /* Bars at both ends belong to no cell. */
    if (trim(&inner, &inner_len) && inner_len > 2 && *inner == '|') {
        layout->kind = LAYOUT_PLAIN;
        inner_len -= 1 + (inner[inner_len - 1] == '|');
        return fill(arena, line, pieces, cut_at(inner + 1, inner_len, '|', pieces));
    }
    return cut_plain(layout, arena, text, len, line);
}
