/* SPDX-License-Identifier: Apache-2.0 */
#include "crosswalk_csv.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MIN = 4, CELLS_MAX = 5 };

/* The words of each axis besides position and progress, each between blanks. */
static const struct {
    const char *axis;
    const char *words;
} axes[] = {
    {"assessment", " none partial full unassessed "},
    {"rank", " no_progress some_progress good_progress fully_achieved "},
    {"grade", " A B C D E "},
    {"assurance", " self_reported validated evidence_attached assessed_by_others "},
    {"hold", " none blocked_external needs_funding disputed "},
    {"state", " draft approved "},
    /* What a reader finds its way by in a source's pages. */
    {"label", " recommendation comment position theme description "},
    {"heading", " actions page "},
    {"column", " action responsible deadline status comments "},
    {"head", " office period title country state saved "},
    {"blank", " blank "},
    {"deadline", " none "},
    {"no_action", " none "},
};

const char *crosswalk_next_line(const char *at)
{
    const char *end = strchr(at, '\n');

    return end ? end + 1 : at + strlen(at);
}

/* One cell, up to comma or line end. Returns what follows. */
static const char *cut_cell(const char *at, char *cell, size_t room)
{
    size_t len = strcspn(at, ",\n");
    size_t keep = len < room - 1 ? len : room - 1;

    memcpy(cell, at, keep);
    cell[keep] = '\0';
    at += len;
    return *at == ',' ? at + 1 : at;
}

void crosswalk_cut_row(const char *line, struct crosswalk_row *row)
{
    char mark[CROSSWALK_WORD];
    const char *rest = cut_cell(line, row->axis, sizeof(row->axis));

    rest = cut_cell(rest, row->source, sizeof(row->source));
    rest = cut_cell(rest, row->word, sizeof(row->word));
    rest = cut_cell(rest, row->note, sizeof(row->note));
    cut_cell(rest, mark, sizeof(mark));
    row->verified = strcmp(mark, "unverified") != 0;
}

static bool is_line(const char *at, const char *text)
{
    size_t len = strlen(text);

    return strncmp(at, text, len) == 0 && (at[len] == '\n' || !at[len]);
}

/* The next line that is no remark; NULL: there is none. */
static const char *next_content(struct crosswalk_walk *walk)
{
    while (*walk->at) {
        const char *line = walk->at;

        walk->at = crosswalk_next_line(line);
        walk->line++;
        if (*line != '#' && *line != '\n')
            return line;
    }
    return NULL;
}

bool crosswalk_walk_next(struct crosswalk_walk *walk, struct crosswalk_row *row)
{
    const char *line = next_content(walk);

    if (line && is_line(line, CROSSWALK_HEADER))
        line = next_content(walk);
    if (line)
        crosswalk_cut_row(line, row);
    return line != NULL;
}

unsigned crosswalk_version(const char *csv)
{
    static const char word[] = "Version ";

    for (const char *at = csv; *at; at = crosswalk_next_line(at)) {
        const char *found = *at == '#' ? strstr(at, word) : NULL;

        if (found && found < crosswalk_next_line(at)) {
            long version = strtol(found + sizeof(word) - 1, NULL, 10);
            return version > 0 && version < 1000000 ? (unsigned)version : 0;
        }
    }
    return 0;
}

bool crosswalk_same_word(const char *cell, const char *word)
{
    unsigned c;
    unsigned wanted;

    do {
        wanted = text_fold_next(&word);
        c = text_fold_next(&cell);
        if (c == ',' || c == '\n')
            c = 0;
        if (c != wanted)
            return false;
    } while (wanted);
    return true;
}

/* Rules --------------------------------------------------------------------------------------- */

static const char *words_of(const char *axis)
{
    for (size_t i = 0; i < sizeof(axes) / sizeof(axes[0]); i++)
        if (strcmp(axes[i].axis, axis) == 0)
            return axes[i].words;
    return NULL;
}

static bool check_word(const struct crosswalk_row *row, const char *place, struct err *err)
{
    char wanted[CROSSWALK_WORD + 2];
    const char *words = words_of(row->axis);
    enum position position;
    enum progress progress;
    bool exists;

    snprintf(wanted, sizeof(wanted), " %s ", row->word);
    if (strcmp(row->axis, "position") == 0)
        exists = position_from_word(row->word, &position) && position != POSITION_UNSPECIFIED;
    else if (strcmp(row->axis, "progress") == 0)
        exists = progress_from_word(row->word, &progress) && progress != PROGRESS_UNSPECIFIED;
    else if (words)
        exists = !strchr(row->word, ' ') && strstr(words, wanted);
    else
        return err_set(
            err, ERR_REJECT, "AXIS_UNKNOWN", place,
            "no such axis: \"%s\"; position, progress, assessment, ... as in the shipped "
            "tables",
            row->axis);
    if (exists)
        return true;
    return err_set(err, ERR_REJECT, "WORD_UNKNOWN", place,
                   "\"%s\" is no word of the register for %s; allowed:%s", row->word, row->axis,
                   words ? words : " the words of words.proto, in small letters");
}

/* Cells of the line, and the form they must have. */
static bool check_cells(const char *line, const char *place, struct err *err)
{
    static const size_t rooms[CELLS_MAX] = {CROSSWALK_AXIS, CROSSWALK_WORD, CROSSWALK_WORD,
                                            2 * CROSSWALK_WORD, CROSSWALK_WORD};
    const char *at = line;
    int n = 0;

    for (bool more = true; more; n++) {
        size_t len = strcspn(at, ",\n");

        if (n == CELLS_MAX)
            return err_set(err, ERR_REJECT, "ROW_BAD", place,
                           "more than %d cells; no cell holds a comma", CELLS_MAX);
        if (len >= rooms[n] || (n < 3 && len == 0))
            return err_set(err, ERR_REJECT, "ROW_BAD", place,
                           "cell %d is empty or longer than %zu bytes", n + 1, rooms[n] - 1);
        if (len && (at[0] == ' ' || at[len - 1] == ' '))
            return err_set(err, ERR_REJECT, "ROW_BAD", place, "a blank at an end of cell %d",
                           n + 1);
        if (n == CELLS_MAX - 1 && len && !is_line(at, "unverified"))
            return err_set(err, ERR_REJECT, "MARK_UNKNOWN", place,
                           "the last cell is empty or \"unverified\"");
        more = at[len] == ',';
        at += len + more;
    }
    return n >= CELLS_MIN || err_set(err, ERR_REJECT, "ROW_BAD", place,
                                     "%d cells; " CROSSWALK_HEADER " are meant", n);
}

/* Does an earlier row of the axis spell the same? */
static bool check_once(const char *csv, const char *line, const struct crosswalk_row *row,
                       const char *place, struct err *err)
{
    size_t axis = strlen(row->axis);
    int number = 1;

    for (const char *at = csv; at < line; at = crosswalk_next_line(at), number++)
        if (strncmp(at, row->axis, axis) == 0 && at[axis] == ',' &&
            crosswalk_same_word(at + axis + 1, row->source))
            return err_set(err, ERR_REJECT, "WORD_TWICE", place,
                           "\"%s\" stands on line %d already; letter case and accents aside",
                           row->source, number);
    return true;
}

static bool check_row(const char *csv, const char *line, const char *place, struct err *err)
{
    struct crosswalk_row row;

    if (!check_cells(line, place, err))
        return false;
    crosswalk_cut_row(line, &row);
    if (!check_word(&row, place, err) || !check_once(csv, line, &row, place, err))
        return false;
    if (strcmp(row.word, "unknown") == 0 && !row.note[0])
        return err_set(err, ERR_REJECT, "NOTE_MISSING", place,
                       "the note tells why \"%s\" says nothing of %s", row.source, row.axis);
    return true;
}

bool crosswalk_check(const char *csv, const char *name, struct err *err)
{
    struct crosswalk_walk walk = {csv, 0};
    const char *line = next_content(&walk);
    char place[80];
    int n = 0;

    if (!text_check(csv, strlen(csv), name, err))
        return false;
    if (!crosswalk_version(csv))
        return err_set(err, ERR_REJECT, "VERSION_MISSING", name,
                       "a remark on top names it: # ... Version 2.");
    if (!line || !is_line(line, CROSSWALK_HEADER))
        return err_set(err, ERR_REJECT, "HEADER_MISSING", name,
                       "the first line that is no remark is: " CROSSWALK_HEADER);
    while ((line = next_content(&walk)) != NULL) {
        snprintf(place, sizeof(place), "%.60s line %d", name, walk.line);
        if (n++ == CROSSWALK_ROWS_MAX)
            return err_set(err, ERR_REJECT, "TOO_MANY_WORDS", place, "a table holds %d",
                           CROSSWALK_ROWS_MAX);
        if (!check_row(csv, line, place, err))
            return false;
    }
    return true;
}
