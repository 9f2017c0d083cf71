/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_tables.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    COLUMNS_MAX = 10,
    SPAN_MAX = 40,
    REPEATED_BYTES_MAX = 4 * 1024 * 1024, /* of cells that span rows, all together */
};

struct span_cell {
    const char *at;
    size_t len;
    int rows; /* so many rows below still hold it */
};

struct flattening {
    struct text_buffer out;
    int *numbers;
    int lines;
    int number; /* of the line in the file at hand */
    const char *counted;
    size_t repeated;
    struct span_cell spans[COLUMNS_MAX];
};

/* "<td", "</tr": is this tag here? Neither "<thead" nor "<title" is "<t". */
static bool is_tag(const char *at, const char *name)
{
    size_t len = strlen(name);

    return strncasecmp(at, name, len) == 0 && !isalnum((unsigned char)at[len]);
}

/* The first of two tags before end; end when there is none. */
static const char *find_tag(const char *at, const char *end, const char *a, const char *b)
{
    for (; at < end; at++)
        if (*at == '<' && (is_tag(at, a) || (b && is_tag(at, b))))
            return at;
    return end;
}

/* "rowspan=2", "colspan="3"" in the tag at hand; 1: not there. */
static int span_of(const char *tag, const char *end, const char *attribute)
{
    size_t len = strlen(attribute);

    for (; tag + len < end && *tag != '>'; tag++) {
        const char *at = tag + len;
        int value;
        if (strncasecmp(tag, attribute, len) != 0)
            continue;
        at += strspn(at, " =\"'");
        value = at < end ? atoi(at) : 1;
        return value < 1 ? 1 : value > SPAN_MAX ? SPAN_MAX : value;
    }
    return 1;
}

static void count_to(struct flattening *flattening, const char *at)
{
    for (; flattening->counted < at; flattening->counted++)
        flattening->number += *flattening->counted == '\n';
}

static void end_line(struct flattening *flattening, int number)
{
    flattening->numbers[flattening->lines++] = number;
    text_put(&flattening->out, "\n");
}

/* Its own line feeds and tabs are blanks. */
static void put_cell(struct flattening *flattening, const char *at, size_t len)
{
    size_t start = flattening->out.len;

    text_put_bytes(&flattening->out, at, len);
    for (size_t i = start; !flattening->out.failed && i < flattening->out.len; i++)
        if (flattening->out.text[i] == '\n' || flattening->out.text[i] == '\t')
            flattening->out.text[i] = ' ';
}

/* Cells of rows above that reach into this one, from this column on. */
static int put_spanned(struct flattening *flattening, int column)
{
    for (; column < COLUMNS_MAX && flattening->spans[column].rows; column++) {
        struct span_cell *cell = &flattening->spans[column];
        bool repeat = column > 0 && flattening->repeated + cell->len <= REPEATED_BYTES_MAX;
        cell->rows--;
        if (column)
            text_put(&flattening->out, "\t");
        if (repeat)
            put_cell(flattening, cell->at, cell->len);
        flattening->repeated += repeat ? cell->len : 0;
    }
    return column;
}

/* The cell that begins at tag; *column is where it stands, then where the next one does. */
static const char *take_cell(struct flattening *flattening, const char *tag, const char *end,
                             int *column)
{
    const char *text = memchr(tag, '>', (size_t)(end - tag));
    const char *close;
    int rows = span_of(tag, end, "rowspan") - 1;
    int columns = span_of(tag, end, "colspan");

    if (!text)
        return end;
    text++;
    close = find_tag(text, end, "</td", "</th");
    close = find_tag(text, close, "<td", "<th");
    for (int i = 0; i < columns; i++) {
        *column = put_spanned(flattening, *column);
        if (*column >= COLUMNS_MAX)
            return close;
        if (*column)
            text_put(&flattening->out, "\t");
        if (i == 0)
            put_cell(flattening, text, (size_t)(close - text));
        flattening->spans[*column] =
            (struct span_cell){text, i == 0 ? (size_t)(close - text) : 0, rows};
        ++*column;
    }
    return close;
}

static void take_row(struct flattening *flattening, const char *at, const char *end)
{
    int column = 0;
    int number;

    count_to(flattening, at);
    number = flattening->number;
    while ((at = find_tag(at, end, "<td", "<th")) < end)
        at = take_cell(flattening, at, end, &column);
    put_spanned(flattening, column);
    end_line(flattening, number);
}

static void take_table(struct flattening *flattening, const char *at, const char *end)
{
    memset(flattening->spans, 0, sizeof(flattening->spans));
    while ((at = find_tag(at, end, "<tr", NULL)) < end) {
        const char *next = find_tag(at + 1, end, "<tr", "</tr");
        take_row(flattening, at, next);
        at = next;
    }
}

/* "<p>", "<h2 ...>": a block that begins here. */
static bool opens_block(const char *at)
{
    return is_tag(at, "<p") || is_tag(at, "<div") ||
           (strncasecmp(at, "<h", 2) == 0 && at[2] >= '1' && at[2] <= '6' &&
            !isalnum((unsigned char)at[3]));
}

/* Behind "</p>" or "</h2>"; NULL: no block ends here. */
static const char *behind_block(const char *at)
{
    if (strncasecmp(at, "</p>", 4) == 0)
        return at + 4;
    return strncasecmp(at, "</h", 3) == 0 && at[3] >= '1' && at[3] <= '6' && at[4] == '>' ? at + 5
                                                                                          : NULL;
}

static bool is_blank(const char *at, const char *end)
{
    while (at < end && isspace((unsigned char)*at))
        at++;
    return at == end;
}

/* One line, and each block in it as a line of its own. */
static void take_line(struct flattening *flattening, const char *at, const char *end)
{
    bool whole = memchr(at, '\t', (size_t)(end - at)) || memchr(at, '|', (size_t)(end - at));

    for (const char *here = at; here < end && !whole; here++) {
        const char *behind = *here == '<' ? behind_block(here) : NULL;
        const char *cut = behind ? behind : here;
        if (*here != '<' || cut > end || (!behind && !opens_block(here)) || is_blank(at, cut) ||
            is_blank(cut, end))
            continue;
        text_put_bytes(&flattening->out, at, (size_t)(cut - at));
        end_line(flattening, flattening->number);
        at = cut;
        here = cut - 1 + (cut == here);
    }
    text_put_bytes(&flattening->out, at, (size_t)(end - at));
    end_line(flattening, flattening->number);
}

/* Text between tables, line by line. */
static void take_text(struct flattening *flattening, const char *at, const char *end)
{
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *stop = feed ? feed : end;
        count_to(flattening, at);
        take_line(flattening, at, stop);
        at = stop + (feed != NULL);
    }
}

static bool flatten(struct flattening *flattening, const char *text, const char *end)
{
    while (text < end) {
        const char *table = find_tag(text, end, "<table", NULL);
        const char *close = find_tag(table, end, "</table", NULL);
        if (close == end)
            table = end;
        take_text(flattening, text, table);
        if (table < end)
            take_table(flattening, table, close);
        text = table < end ? close + strlen("</table") : end;
        if (text < end && *text == '>')
            text++;
    }
    return !flattening->out.failed;
}

/* No more lines than this can come of the text. */
static size_t count_lines(const char *text)
{
    size_t n = 2;

    for (; *text; text++)
        n += *text == '\n' || *text == '<';
    return n;
}

static int *number_lines(const char *text, struct arena *arena, int *lines)
{
    int *numbers;

    *lines = 1;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        ++*lines;
    numbers = arena_alloc(arena, (size_t)*lines * sizeof(*numbers));
    for (int i = 0; numbers && i < *lines; i++)
        numbers[i] = i + 1;
    return numbers;
}

bool ohchr_tables_flatten(const char *text, struct arena *arena, struct ohchr_flat *flat,
                          struct err *err)
{
    const char *end = text + strlen(text);
    struct flattening flattening = {.number = 1, .counted = text};
    bool good;

    if (!strchr(text, '<')) {
        flat->text = text;
        flat->numbers = number_lines(text, arena, &flat->lines);
        return flat->numbers ||
               err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "file", "its lines do not fit");
    }
    flattening.numbers = arena_alloc(arena, count_lines(text) * sizeof(*flattening.numbers));
    good = flattening.numbers && flatten(&flattening, text, end);
    flat->text = good ? arena_strndup(arena, flattening.out.text ? flattening.out.text : "",
                                      flattening.out.len)
                      : NULL;
    flat->numbers = flattening.numbers;
    flat->lines = flattening.lines;
    text_buffer_finish(&flattening.out);
    return flat->text || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "file", "its tables do not fit");
}
