/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_cells.h"

#include "import/comments.h"
#include "import/gate_lines.h"

#include <string.h>

/* A line with so many cells is a whole row. */
enum { ROW_CELLS_MIN = 4, HEADS_MIN = 3, TABS_MIN = 2 };

static const enum gate_column usual[] = {GATE_COLUMN_ACTION, GATE_COLUMN_RESPONSIBLE,
                                         GATE_COLUMN_DEADLINE, GATE_COLUMN_STATUS,
                                         GATE_COLUMN_COMMENTS};
enum { USUAL_COLUMNS = sizeof(usual) / sizeof(usual[0]) };

void gate_cells_finish(struct gate_cells *cells)
{
    text_buffer_finish(&cells->cell);
}

/* How many cells a row has. */
static int width(const struct gate_cells *cells)
{
    return cells->ncolumns ? cells->ncolumns : (int)USUAL_COLUMNS;
}

/* Are they heads? Then they tell the columns from here on. A first head may be blank. */
static bool take_heads(struct gate_cells *cells, const char *const *texts, int n)
{
    enum gate_column columns[GATE_CELLS_MAX + 1];
    int known = 0;
    int filled = 0;
    bool action = false;
    bool blank = n > 0 && !texts[0];

    for (int i = 0; i < n; i++) {
        columns[i] = GATE_COLUMN_NONE;
        filled += texts[i] != NULL;
        if (!texts[i] || !gate_column_find(texts[i], &columns[i]))
            continue;
        known++;
        action |= columns[i] == GATE_COLUMN_ACTION;
    }
    if (known < HEADS_MIN || 2 * known < filled || n >= GATE_CELLS_MAX)
        return false;
    if (!action && !blank) {
        memmove(columns + 1, columns, (size_t)n * sizeof(columns[0]));
        n++;
    }
    if (!action)
        columns[0] = GATE_COLUMN_ACTION;
    memcpy(cells->columns, columns, (size_t)n * sizeof(columns[0]));
    cells->ncolumns = n;
    return true;
}

/* A column whose head we do not know is left out, and said so. */
static void find_unread(const struct gate_cells *cells, const char *const *texts, int n, int line)
{
    enum gate_column column;

    for (int i = 0; i < n; i++)
        if (texts[i] && !gate_column_find(texts[i], &column))
            document_find(cells->rows->document, SEVERITY_WARNING, "COLUMN_UNKNOWN", "key actions",
                          line, "rename the column to one of the page's own, if it is to be read",
                          "the column \"%.40s\" is none we know; it was left out", texts[i]);
}

static void take_row(struct gate_cells *cells, struct recommendation *recommendation,
                     const char *const *texts, int n, int line)
{
    const char *row[GATE_COLUMN_NONE] = {0};
    const enum gate_column *columns = cells->ncolumns ? cells->columns : usual;
    int filled = 0;

    if (take_heads(cells, texts, n)) {
        find_unread(cells, texts, n, line);
        return;
    }
    for (int i = 0; i < n; i++) {
        filled += texts[i] != NULL;
        if (texts[i] && i < width(cells) && columns[i] != GATE_COLUMN_NONE)
            row[columns[i]] = texts[i];
        else if (texts[i] && i >= width(cells))
            document_find(cells->rows->document, SEVERITY_WARNING, "ROW_SUSPECTED", "key actions",
                          line, "check that each cell stands in its own column",
                          "the row has more cells than the table has columns; left out: %.40s",
                          texts[i]);
    }
    if (filled > 1 || (filled && row[GATE_COLUMN_ACTION] && !gate_says_no_action(texts[0])))
        gate_rows_cells(cells->rows, recommendation, row, line);
}

/* A line that is a row. */
static void take_whole(struct gate_cells *cells, struct recommendation *recommendation,
                       const char *line, size_t len, char separator, int number)
{
    struct document *document = cells->rows->document;
    const char *texts[GATE_CELLS_MAX];
    const char *end = line + len;
    int n = 0;

    for (;;) {
        const char *next = memchr(line, separator, (size_t)(end - line));
        size_t cell = (size_t)((next ? next : end) - line);
        if (n < GATE_CELLS_MAX)
            texts[n++] = document_text(document, line, cell);
        if (!next)
            break;
        line = next + 1;
    }
    take_row(cells, recommendation, texts, n, number);
}

static void close_cell(struct gate_cells *cells, int line)
{
    struct document *document = cells->rows->document;
    struct gate_cell *cell = arena_zalloc(&document->arena, sizeof(*cell));

    if (!cell || cells->cell.failed) {
        document->failed = true;
        return;
    }
    if (cells->cell.len)
        cell->text = document_text(document, cells->cell.text, cells->cell.len);
    cell->line = cell->text ? cells->cell_line : line;
    cells->cell.len = 0;
    if (cells->last)
        cells->last->next = cell;
    else
        cells->first = cell;
    cells->last = cell;
}

/* Part of a line of the open table: bars end cells, and a line's end is a blank. */
static void take_open(struct gate_cells *cells, const char *line, int number)
{
    for (;;) {
        size_t len = strcspn(line, "|");
        bool text = strspn(line, " \t") < len;
        if (text && cells->cell.len)
            text_put(&cells->cell, comments_begin(line + strspn(line, " \t")) ? "\n" : " ");
        else if (text)
            cells->cell_line = number;
        if (text)
            text_put_bytes(&cells->cell, line, len);
        if (!line[len])
            break;
        close_cell(cells, number);
        line += len + 1;
    }
}

/* "---|---|---", "|:--|" */
static bool is_rule(const char *line)
{
    return strchr(line, '-') && line[strspn(line, "-|: \t+")] == '\0';
}

static int count(const char *line, size_t len, char c)
{
    int n = 0;

    for (size_t i = 0; i < len; i++)
        n += line[i] == c;
    return n;
}

bool gate_cells_line(struct gate_cells *cells, struct recommendation *recommendation,
                     const char *line, int number)
{
    const char *start = line + strspn(line, " \t");
    size_t len = strlen(start);

    if (strchr(line, GATE_CELL)) {
        take_whole(cells, recommendation, line, strlen(line), GATE_CELL, number);
        return true;
    }
    /* A bar inside the comment of a row without bars is text. */
    if (!cells->open && (cells->rows->row.len || cells->rows->pending.len))
        return false;
    if (!strchr(line, '|') && !cells->open) {
        bool tabs = count(line, strlen(line), '\t') >= TABS_MIN;
        if (tabs)
            take_whole(cells, recommendation, line, strlen(line), '\t', number);
        return tabs;
    }
    if (is_rule(line))
        return true;
    if (!cells->open) {
        bool front = *start == '|';
        bool back = len > 1 && start[len - 1] == '|';
        size_t inner = len - front - back;
        if (count(start + front, inner, '|') + 1 >= ROW_CELLS_MIN) {
            take_whole(cells, recommendation, start + front, inner, '|', number);
            return true;
        }
    }
    cells->open = true;
    take_open(cells, line, number);
    return true;
}

/* Up to n cells from *at; blank ones in front of a row are what its first bar left. */
static int gather(const struct gate_cell **at, int n, const char **texts, int *line)
{
    int found = 0;

    while (*at && !(*at)->text)
        *at = (*at)->next;
    if (*at)
        *line = (*at)->line;
    for (; *at && found < n; *at = (*at)->next)
        texts[found++] = (*at)->text;
    return found;
}

/* Heads in front: as many as are known words. */
static const struct gate_cell *gather_heads(struct gate_cells *cells)
{
    const struct gate_cell *at = cells->first;
    const struct gate_cell *from = at;
    const char *texts[GATE_CELLS_MAX];
    enum gate_column column;
    int line = 0;
    int n = 0;

    while (from && !from->text)
        from = from->next;
    for (at = from; at && at->text && n < GATE_CELLS_MAX && gate_column_find(at->text, &column);
         at = at->next)
        n++;
    at = from;
    if (n < HEADS_MIN)
        return from;
    n = gather(&at, n, texts, &line);
    return take_heads(cells, texts, n) ? at : from;
}

void gate_cells_end(struct gate_cells *cells, struct recommendation *recommendation)
{
    const struct gate_cell *at;

    if (!cells->open)
        return;
    if (cells->cell.len)
        close_cell(cells, cells->cell_line);
    for (at = gather_heads(cells); at && !cells->rows->document->failed;) {
        const char *texts[GATE_CELLS_MAX];
        int line = 0;
        int n = gather(&at, width(cells), texts, &line);
        if (n)
            take_row(cells, recommendation, texts, n, line);
    }
    cells->first = cells->last = NULL;
    cells->cell.len = 0;
    cells->open = false;
}
