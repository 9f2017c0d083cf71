/* SPDX-License-Identifier: Apache-2.0 */
#include "crosswalk.h"
#include "crosswalk_csv.h"
#include "crosswalk_tables.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* What crosswalk_use was given; borrowed. */
static const struct crosswalk_table *newer;

void crosswalk_use(const struct crosswalk_table *tables)
{
    newer = tables;
}

static const char *text_in(const struct crosswalk_table *table, const char *system)
{
    for (; table && table->system; table++)
        if (strcmp(table->system, system) == 0)
            return table->csv;
    return NULL;
}

const char *crosswalk_text(const char *system)
{
    const char *csv = text_in(newer, system);

    return csv ? csv : text_in(crosswalk_tables, system);
}

static bool is_blank(unsigned c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A page saved in another encoding has "?" for each letter or apostrophe that encoding lacks. */
static bool is_lost(unsigned c)
{
    return c == '?' || c == 0xFFFD;
}

static bool can_be_lost(unsigned letter)
{
    return letter == '\'' || letter == '-' || (letter < 0x80 && strchr("aceinou", (int)letter));
}

/* Bytes of text that spell the cell at source: letter case, accents and what was lost aside, any
 * run of blanks for a blank; 0 if they do not, or if a word goes on behind them. */
static size_t match(const char *text, const char *source)
{
    const char *at = text;
    const char *next;
    unsigned c;

    while (*source && *source != ',' && *source != '\n') {
        unsigned wanted = text_fold_next(&source);
        next = at;
        c = text_fold_next(&next);
        if (c == '\'' && wanted != '\'') {
            at = next;
            c = text_fold_next(&next);
        }
        if (wanted == '\'' && c != '\'' && !is_lost(c))
            continue;
        if (wanted != c && !(wanted == ' ' && is_blank(c)) && !(is_lost(c) && can_be_lost(wanted)))
            return 0;
        at = next;
        while (wanted == ' ' && is_blank((unsigned char)*at))
            at++;
    }
    next = at;
    c = text_fold_next(&next);
    return c < 0x80 && isalnum((int)c) ? 0 : (size_t)(at - text);
}

bool crosswalk_find(const char *system, const char *axis, const char *text, size_t *len,
                    struct crosswalk_row *row)
{
    size_t axis_len = strlen(axis);
    const char *found = NULL;

    *len = 0;
    for (const char *at = crosswalk_text(system); at && *at; at = crosswalk_next_line(at)) {
        size_t taken;

        if (strncmp(at, axis, axis_len) != 0 || at[axis_len] != ',')
            continue;
        taken = match(text, at + axis_len + 1);
        if (taken > *len) {
            *len = taken;
            found = at;
        }
    }
    if (found)
        crosswalk_cut_row(found, row);
    return found != NULL;
}

bool crosswalk_whole(const char *system, const char *axis, const char *text,
                     struct crosswalk_row *row)
{
    struct crosswalk_row found;
    size_t len;

    if (!crosswalk_find(system, axis, text, &len, &found) || text[len + strspn(text + len, " .")])
        return false;
    *row = found;
    return true;
}

bool crosswalk_position(const char *system, const char *text, enum position *position)
{
    struct crosswalk_row row;

    return crosswalk_whole(system, "position", text, &row) &&
           position_from_word(row.word, position);
}

bool crosswalk_progress(const char *system, const char *text, enum progress *progress)
{
    struct crosswalk_row row;

    return crosswalk_whole(system, "progress", text, &row) &&
           progress_from_word(row.word, progress);
}
