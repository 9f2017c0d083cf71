/* SPDX-License-Identifier: Apache-2.0 */
#include "crosswalk.h"
#include "crosswalk_tables.h"

#include <ctype.h>
#include <string.h>

static const char *table_of(const char *format)
{
    for (const struct crosswalk_table *table = crosswalk_tables; table->format; table++)
        if (strcmp(table->format, format) == 0)
            return table->csv;
    return NULL;
}

/* One cell, up to comma or line end; cells of these tables need no quotes. Returns what follows. */
static const char *cut_cell(const char *at, char *cell, size_t room)
{
    size_t len = strcspn(at, ",\n");
    size_t keep = len < room - 1 ? len : room - 1;

    memcpy(cell, at, keep);
    cell[keep] = '\0';
    at += len;
    return *at == ',' ? at + 1 : at;
}

static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return *at ? at + 1 : at;
}

/* Bytes of text that spell source: letter case aside, any run of blanks for a blank; 0 if they do
 * not, or if a word goes on behind them. */
static size_t match(const char *text, const char *source)
{
    const char *at = text;

    for (; *source; source++) {
        if (*source == ' ') {
            if (!isspace((unsigned char)*at))
                return 0;
            while (isspace((unsigned char)*at))
                at++;
        } else if (tolower((unsigned char)*at) == tolower((unsigned char)*source)) {
            at++;
        } else {
            return 0;
        }
    }
    return isalnum((unsigned char)*at) ? 0 : (size_t)(at - text);
}

bool crosswalk_find(const char *format, const char *axis, const char *text, size_t *len,
                    struct crosswalk_row *row)
{
    const char *table = table_of(format);
    size_t best = 0;

    for (const char *at = table; at && *at; at = next_line(at)) {
        struct crosswalk_row candidate;
        char cell[CROSSWALK_WORD];
        const char *rest = cut_cell(at, cell, sizeof(cell));
        size_t taken;

        if (*at == '#' || strcmp(cell, axis) != 0)
            continue;
        rest = cut_cell(rest, candidate.source, sizeof(candidate.source));
        rest = cut_cell(rest, candidate.word, sizeof(candidate.word));
        cut_cell(rest, candidate.note, sizeof(candidate.note));
        taken = match(text, candidate.source);
        if (taken > best) {
            best = taken;
            *row = candidate;
        }
    }
    *len = best;
    return best > 0;
}

static bool find_whole(const char *format, const char *axis, const char *text,
                       struct crosswalk_row *row)
{
    size_t len;

    return crosswalk_find(format, axis, text, &len, row) && len == strlen(text);
}

bool crosswalk_position(const char *format, const char *text, enum position *position)
{
    struct crosswalk_row row;

    return find_whole(format, "position", text, &row) && position_from_word(row.word, position);
}

bool crosswalk_progress(const char *format, const char *text, enum progress *progress)
{
    struct crosswalk_row row;

    return find_whole(format, "progress", text, &row) && progress_from_word(row.word, progress);
}
