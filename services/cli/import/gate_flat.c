/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_flat.h"

#include "base/text.h"
#include "model/crosswalk.h"

#include <stdio.h>
#include <string.h>

enum { CELLS_MAX = 32, LABELS_MIN = 1, COLUMNS_MIN = 3 };

/* What a column holds: a field of the recommendation, a cell of its table, or neither. */
enum column { COLUMN_OTHER, COLUMN_RECOMMENDATION, COLUMN_FIELD, COLUMN_CELL };

struct record {
    char *cells[CELLS_MAX]; /* point into text */
    int n;
    int number; /* line it begins on */
    struct text_buffer text;
};

struct table {
    const char *at;
    int number;
    char separator;
    struct record heads;
    enum column columns[CELLS_MAX];
    struct record row;
    struct text_buffer recommendation; /* of the rows before */
};

static const char *skip_comments(const char *text, int *number)
{
    while (*text == '#' || *text == '\n') {
        size_t len = strcspn(text, "\n");
        text += len + (text[len] == '\n');
        ++*number;
    }
    return text;
}

/* One cell at table->at, quotes undone, its line ends as blanks. False: a quote is never closed. */
static bool read_cell(struct table *table, struct text_buffer *into)
{
    const char *at = table->at;
    bool quoted = *at == '"';

    for (at += quoted; *at; at++) {
        if (quoted && *at == '"' && at[1] != '"')
            break;
        if (!quoted && (*at == table->separator || *at == '\n'))
            break;
        at += quoted && *at == '"';
        table->number += *at == '\n';
        text_put_bytes(into, *at == '\n' || *at == '\t' ? " " : at, 1);
    }
    if (quoted && !*at)
        return false;
    at += quoted;
    table->at =
        at + strcspn(at, table->separator == '\t' ? "\t\n" : (char[]){table->separator, '\n', 0});
    return true;
}

/* The next row; none: row->n is 0. */
static bool read_record(struct table *table, struct record *row, struct err *err)
{
    size_t starts[CELLS_MAX];
    char place[32];

    row->n = 0;
    row->text.len = 0;
    while (*table->at == '\n') {
        table->at++;
        table->number++;
    }
    row->number = table->number;
    snprintf(place, sizeof(place), "line %d", row->number);
    for (bool more = *table->at; more && row->n < CELLS_MAX;) {
        starts[row->n++] = row->text.len;
        if (!read_cell(table, &row->text))
            return err_set(err, ERR_REJECT, "CSV_QUOTE", place,
                           "a quote that is opened here is never closed; close it");
        text_put_bytes(&row->text, "", 1);
        more = *table->at == table->separator;
        table->at += more;
    }
    if (row->text.failed)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", place, "cannot allocate");
    for (int i = 0; i < row->n; i++)
        row->cells[i] = row->text.text + starts[i];
    if (*table->at && *table->at != '\n')
        return err_set(err, ERR_REJECT, "CSV_ROW", place,
                       "more than %d cells; keep the columns the page has", (int)CELLS_MAX);
    if (*table->at) {
        table->at++;
        table->number++;
    }
    return true;
}

static enum column column_of(const char *head)
{
    struct crosswalk_row row;

    if (crosswalk_whole("gate", "column", head, &row))
        return COLUMN_CELL;
    if (!crosswalk_whole("gate", "label", head, &row))
        return COLUMN_OTHER;
    return strcmp(row.word, "recommendation") == 0 ? COLUMN_RECOMMENDATION : COLUMN_FIELD;
}

/* Reads the heads; do they name a recommendation and enough columns of its table? */
static bool open_table(struct table *table, const char *text, char separator)
{
    int labels = 0;
    int cells = 0;
    struct err err;

    *table = (struct table){.at = text, .number = 1, .separator = separator};
    table->at = skip_comments(text, &table->number);
    if (!read_record(table, &table->heads, &err))
        return false;
    for (int i = 0; i < table->heads.n; i++) {
        table->columns[i] = column_of(table->heads.cells[i]);
        labels += table->columns[i] == COLUMN_RECOMMENDATION;
        cells += table->columns[i] == COLUMN_CELL;
    }
    return labels >= LABELS_MIN && cells >= COLUMNS_MIN;
}

static void close_table(struct table *table)
{
    text_buffer_finish(&table->heads.text);
    text_buffer_finish(&table->row.text);
    text_buffer_finish(&table->recommendation);
}

static bool open_any(struct table *table, const char *text)
{
    static const char separators[] = ",;\t";

    for (const char *separator = separators; *separator; separator++) {
        if (open_table(table, text, *separator))
            return true;
        close_table(table);
    }
    return false;
}

bool gate_flat_recognise(const char *text)
{
    struct table table;
    bool found = open_any(&table, text);

    if (found)
        close_table(&table);
    return found;
}

static void add_cells(struct gate_lines *lines, const struct table *table,
                      const struct record *record)
{
    static const char cell = GATE_CELL;
    struct text_buffer line = {0};
    bool filled = false;
    int n = 0;

    for (int i = 0; i < record->n; i++) {
        if (table->columns[i] != COLUMN_CELL)
            continue;
        if (n++)
            text_put_bytes(&line, &cell, 1);
        text_put(&line, record->cells[i]);
        filled |= record->cells[i][strspn(record->cells[i], " ")] != '\0';
    }
    if (filled && !line.failed)
        gate_lines_add(lines, line.text, line.len, record->number);
    lines->document->failed |= line.failed;
    text_buffer_finish(&line);
}

static void add_fields(struct gate_lines *lines, const struct table *table, enum column which)
{
    for (int i = 0; i < table->row.n; i++) {
        struct text_buffer line = {0};
        if (table->columns[i] != which)
            continue;
        text_put_format(&line, "%s: %s", table->heads.cells[i], table->row.cells[i]);
        if (!line.failed)
            gate_lines_add(lines, line.text, line.len, table->row.number);
        lines->document->failed |= line.failed;
        text_buffer_finish(&line);
    }
}

static const char *recommendation_of(const struct table *table)
{
    for (int i = 0; i < table->row.n; i++)
        if (table->columns[i] == COLUMN_RECOMMENDATION)
            return table->row.cells[i];
    return "";
}

/* A blank recommendation, or the same again, goes on with the one above. */
static void add_row(struct gate_lines *lines, struct table *table)
{
    static const char heading[] = "Key Actions";
    const char *recommendation = recommendation_of(table);
    const char *before = table->recommendation.len ? table->recommendation.text : "";

    if (recommendation[strspn(recommendation, " ")] && strcmp(recommendation, before) != 0) {
        add_fields(lines, table, COLUMN_RECOMMENDATION);
        add_fields(lines, table, COLUMN_FIELD);
        gate_lines_add(lines, heading, strlen(heading), table->row.number);
        add_cells(lines, table, &table->heads);
        table->recommendation.len = 0;
        text_put(&table->recommendation, recommendation);
    }
    add_cells(lines, table, &table->row);
}

static void find_unread(struct gate_lines *lines, const struct table *table)
{
    for (int i = 0; i < table->heads.n; i++) {
        const char *head =
            document_text(lines->document, table->heads.cells[i], strlen(table->heads.cells[i]));
        if (head && table->columns[i] == COLUMN_OTHER)
            document_find(lines->document, SEVERITY_WARNING, "COLUMN_UNKNOWN", "document",
                          table->heads.number,
                          "rename the column to one of the page's own, if it is to be read",
                          "the column \"%.40s\" is none we know; it was left out", head);
    }
}

bool gate_flat_read(struct gate_lines *lines, const char *text, struct err *err)
{
    struct table table;
    bool good = open_any(&table, text);
    char place[32];

    if (good)
        find_unread(lines, &table);
    while (good) {
        good = read_record(&table, &table.row, err);
        if (!good || table.row.n == 0)
            break;
        snprintf(place, sizeof(place), "line %d", table.row.number);
        if (table.row.n != table.heads.n)
            good = err_set(err, ERR_REJECT, "CSV_ROW", place,
                           "%d cells, expected %d; quote cells that contain the separator",
                           table.row.n, table.heads.n);
        else
            add_row(lines, &table);
    }
    close_table(&table);
    return good;
}
