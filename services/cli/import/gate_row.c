/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_row.h"

#include "model/crosswalk.h"
#include "model/timeframe.h"

#include <ctype.h>
#include <string.h>

/* A row in capitals is told by its first words. */
enum { HEAD_WORDS = 8, HEAD_CAPITALS = 3 };

/* "by the end of December 2024" */
enum { PERIOD_WORDS_MAX = 7, PERIOD_BYTES_MAX = 60 };

/* "2021/11:" is a label in a comment and "2022/12/31" a day: a deadline is followed by a blank. */
static bool is_end(char c)
{
    return !c || isspace((unsigned char)c);
}

static bool begins_word(const char *text, size_t at)
{
    return !isspace((unsigned char)text[at]) && (at == 0 || isspace((unsigned char)text[at - 1]));
}

/* "C" and "É": a letter that is not small. */
static bool is_capital(const char *at)
{
    unsigned char c = (unsigned char)at[0];
    unsigned char next = c ? (unsigned char)at[1] : 0;

    return isupper(c) || (c == 0xC3 && next >= 0x80 && next <= 0x9E);
}

/* Bytes of a deadline at text + at: YYYY/MM, or the words for none. */
static size_t deadline_at(const char *text, size_t at)
{
    const char *here = text + at;
    struct crosswalk_row none;
    size_t len;

    if (!begins_word(text, at))
        return 0;
    if (is_capital(here) && crosswalk_find("gate", "deadline", here, &len, &none) &&
        is_end(here[len]))
        return len;
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

static enum gate_row_kind find_strict(const char *text, struct gate_row *row)
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

/* Start of the longest period of a few words that ends before text + end; end if there is none. */
static size_t period_before(const char *text, size_t end)
{
    size_t start = end;
    size_t last;

    while (end && isspace((unsigned char)text[end - 1]))
        end--;
    last = end;
    for (int words = 0; words < PERIOD_WORDS_MAX && last; words++) {
        char period[PERIOD_BYTES_MAX];
        struct timeframe read;

        while (last && !isspace((unsigned char)text[last - 1]))
            last--;
        if (end - last >= sizeof(period))
            break;
        memcpy(period, text + last, end - last);
        period[end - last] = '\0';
        if (end > last && timeframe_read(period, &read) != TIMEFRAME_UNREADABLE)
            start = last;
        while (last && isspace((unsigned char)text[last - 1]))
            last--;
    }
    return start;
}

/* "FY 2023/24" is no 2023/24: what makes a deadline vague belongs to it. */
static void take_vague(const char *text, struct gate_row *row)
{
    size_t end = row->deadline + row->deadline_len;
    size_t start = period_before(text, end);
    char period[PERIOD_BYTES_MAX];
    struct timeframe read;

    if (start >= row->deadline)
        return;
    memcpy(period, text + start, end - start);
    period[end - start] = '\0';
    if (timeframe_read(period, &read) != TIMEFRAME_AMBIGUOUS)
        return;
    row->front_len = row->deadline = start;
    row->deadline_len = end - start;
}

bool gate_row_undated(const char *text, size_t *from, struct gate_row *row)
{
    for (size_t at = *from; text[at]; at++) {
        struct crosswalk_row word;
        size_t len;

        if (!at || !begins_word(text, at) || !is_capital(text + at) ||
            !crosswalk_find("gate", "progress", text + at, &len, &word) || !is_end(text[at + len]))
            continue;
        *row = (struct gate_row){
            .front_len = at, .deadline = at, .status = at, .status_len = len, .comment = at + len};
        *from = at + 1;
        return true;
    }
    return false;
}

bool gate_row_odd(const char *text, size_t *from, struct gate_row *row)
{
    for (size_t at = *from; text[at]; at++) {
        size_t start;
        size_t end = at;

        if (!begins_word(text, at) || !is_capital(text + at))
            continue;
        start = period_before(text, at);
        if (start == at)
            continue;
        while (isspace((unsigned char)text[end - 1]))
            end--;
        fill(text, start, end - start, row);
        *from = at + 1;
        return true;
    }
    return false;
}

static enum gate_row_kind find_loose(const char *text, struct gate_row *row)
{
    struct gate_row candidate;

    for (size_t from = 0; gate_row_undated(text, &from, &candidate);) {
        size_t start = period_before(text, candidate.status);
        size_t end = candidate.status;
        if (start == candidate.status)
            continue;
        while (isspace((unsigned char)text[end - 1]))
            end--;
        candidate.front_len = candidate.deadline = start;
        candidate.deadline_len = end - start;
        *row = candidate;
        return GATE_ROW_LOOSE;
    }
    return GATE_ROW_NONE;
}

enum gate_row_kind gate_row_find(const char *text, struct gate_row *row)
{
    struct gate_row loose;
    enum gate_row_kind found = find_strict(text, row);

    if (found != GATE_ROW_NONE)
        take_vague(text, row);
    if (found == GATE_ROW_WHOLE || find_loose(text, &loose) == GATE_ROW_NONE ||
        (found == GATE_ROW_ODD_STATUS && row->front_len < loose.front_len))
        return found;
    *row = loose;
    return GATE_ROW_LOOSE;
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
    /* "2012 work plan" is no code: a code ends with a mark, or has a full stop inside. */
    if (end && text[len] == ')' && isspace((unsigned char)text[len + 1]) && len <= 3) {
        *skip = len + 1 + strspn(text + len + 1, " \t\n");
        return end;
    }
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
        capital += !has_small && is_capital(line);
        small += has_small;
        line += len;
        line += strspn(line, " ");
    }
    return capital >= HEAD_CAPITALS && capital > small;
}
