/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_row.h"

#include "model/crosswalk.h"

#include <ctype.h>
#include <string.h>

/* A row in capitals is told by its first words. */
enum { HEAD_WORDS = 8, HEAD_CAPITALS = 3 };

/* "2021/11:" is a label in a comment and "2022/12/31" a day: a deadline is followed by a blank. */
static bool is_end(char c)
{
    return !c || isspace((unsigned char)c);
}

/* Bytes of a deadline at text + at: YYYY/MM, or the words for none. */
static size_t deadline_at(const char *text, size_t at)
{
    static const char *const none[] = {"No due date", "Not specified", "No deadline"};
    const char *here = text + at;

    if (at && !isspace((unsigned char)text[at - 1]))
        return 0;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (strncmp(here, none[i], strlen(none[i])) == 0 && is_end(here[strlen(none[i])]))
            return strlen(none[i]);
    for (int i = 0; i < 7; i++)
        if (i == 4 ? here[i] != '/' : !isdigit((unsigned char)here[i]))
            return 0;
    return is_end(here[7]) ? 7 : 0;
}

static enum gate_row_kind fill(const char *text, size_t at, size_t len, struct gate_row *row)
{
    struct crosswalk_row word;
    bool known;

    row->front_len = at;
    row->deadline = at;
    row->deadline_len = len;
    row->status = at + len + strspn(text + at + len, " \t\n");
    known = crosswalk_find("gate", "progress", text + row->status, &row->status_len, &word);
    if (!known)
        row->status_len = strcspn(text + row->status, " \t\n");
    row->comment = row->status + row->status_len;
    return known ? GATE_ROW_WHOLE : GATE_ROW_ODD_STATUS;
}

enum gate_row_kind gate_row_find(const char *text, struct gate_row *row)
{
    enum gate_row_kind found = GATE_ROW_NONE;

    for (size_t at = 0; text[at]; at++) {
        struct gate_row candidate;
        enum gate_row_kind kind;
        size_t len = deadline_at(text, at);
        if (!len)
            continue;
        kind = fill(text, at, len, &candidate);
        /* The first with a known status; failing that, the first of all. */
        if (kind > found) {
            found = kind;
            *row = candidate;
        }
        if (kind == GATE_ROW_WHOLE)
            break;
    }
    return found;
}

size_t gate_code(const char *text, size_t *skip)
{
    size_t len = 0;
    size_t end = 0;

    while (isdigit((unsigned char)text[len])) {
        while (isdigit((unsigned char)text[len]))
            len++;
        end = len;
        if (text[len] == '.')
            len++;
    }
    /* "2012 work plan" is no code: a code ends with a full stop, or has one inside. */
    if (!end || len > 12 || !isspace((unsigned char)text[len]) || !memchr(text, '.', len))
        return 0;
    *skip = len + strspn(text + len, " \t\n");
    return end;
}

bool gate_row_begins(const char *line)
{
    size_t skip;
    size_t code = gate_code(line, &skip);
    int capital = 0;
    int small = 0;

    if (code && memchr(line, '.', code))
        return true;
    for (int words = 0; *line && words < HEAD_WORDS; words++) {
        size_t len = strcspn(line, " ");
        bool has_small = false;
        for (size_t i = 0; i < len; i++)
            has_small |= islower((unsigned char)line[i]) != 0;
        if (has_small && words < HEAD_CAPITALS)
            return false;
        capital += !has_small && isupper((unsigned char)*line);
        small += has_small;
        line += len;
        line += strspn(line, " ");
    }
    return capital >= HEAD_CAPITALS && capital > small;
}
