/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_pages.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_WORDS_MIN = 3, /* shorter lines are names and words of status */
    HEADER_BYTES_MAX = 160,
    PAGES_MIN = 2,
};

/* A line that may be a header. */
struct candidate {
    const char *text; /* without a page number at its ends */
    size_t len;
    int line;
    bool numbered; /* shows a page number */
};

static bool is_mark(char c)
{
    return isspace((unsigned char)c) || isdigit((unsigned char)c) || c == '|' || c == '-' ||
           c == '.';
}

static void trim_number(struct candidate *candidate)
{
    size_t digits = 0;

    while (candidate->len && is_mark(*candidate->text)) {
        digits += isdigit((unsigned char)*candidate->text) != 0;
        candidate->text++;
        candidate->len--;
    }
    while (candidate->len && is_mark(candidate->text[candidate->len - 1]))
        digits += isdigit((unsigned char)candidate->text[--candidate->len]) != 0;
    candidate->numbered = digits > 0;
}

static int count_words(const struct candidate *candidate)
{
    const char *at = candidate->text;
    int words = 0;

    while (at < candidate->text + candidate->len && words < HEADER_WORDS_MIN) {
        words += words_letter(at) > 0;
        at += words_next(at);
    }
    return words;
}

/* The next line with something on it, up or down; NULL: none. */
static const struct ohchr_line *neighbour(const struct ohchr_lines *lines, int at, int step)
{
    for (at += step; at >= 0 && at < lines->n; at += step)
        if (lines->list[at].kind != LINE_BLANK)
            return &lines->list[at];
    return NULL;
}

static bool is_page(const struct ohchr_line *line)
{
    return line && line->kind == LINE_FURNITURE && line->ncells == 1;
}

static bool stands_alone(const struct ohchr_lines *lines, int at)
{
    const struct ohchr_line *list = lines->list;

    return (at == 0 || list[at - 1].kind != LINE_TEXT) &&
           (at + 1 == lines->n || list[at + 1].kind != LINE_TEXT);
}

static bool read_candidate(const struct ohchr_lines *lines, int at, struct candidate *candidate)
{
    const struct ohchr_line *line = &lines->list[at];

    if (line->kind != LINE_TEXT || line->ncells != 1 || strlen(line->cells[0]) > HEADER_BYTES_MAX ||
        words_label(line->cells[0]).kind != LABEL_NONE || !stands_alone(lines, at))
        return false;
    *candidate = (struct candidate){line->cells[0], strlen(line->cells[0]), at, false};
    trim_number(candidate);
    candidate->numbered |= is_page(neighbour(lines, at, -1)) || is_page(neighbour(lines, at, 1));
    return count_words(candidate) >= HEADER_WORDS_MIN;
}

static int compare(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;
    size_t len = left->len < right->len ? left->len : right->len;
    int order = memcmp(left->text, right->text, len);

    if (order)
        return order;
    if (left->len != right->len)
        return left->len < right->len ? -1 : 1;
    return left->line - right->line;
}

static bool are_same(const struct candidate *a, const struct candidate *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static void clear_run(struct ohchr_lines *lines, const struct candidate *run, int n)
{
    int numbered = 0;

    for (int i = 0; i < n; i++)
        numbered += run[i].numbered;
    for (int i = 0; numbered >= PAGES_MIN && i < n; i++)
        if (run[i].numbered)
            lines->list[run[i].line].kind = LINE_FURNITURE;
}

bool ohchr_pages_clear(struct ohchr_lines *lines, struct arena *arena)
{
    struct candidate *candidates = NULL;
    int room = 0;
    int n = 0;

    for (int i = 0; i < lines->n; i++) {
        struct candidate candidate;
        if (!read_candidate(lines, i, &candidate))
            continue;
        candidates = arena_grow(arena, candidates, n, &room, sizeof(*candidates));
        if (!candidates)
            return false;
        candidates[n++] = candidate;
    }
    if (n)
        qsort(candidates, (size_t)n, sizeof(*candidates), compare);
    for (int from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && are_same(&candidates[from], &candidates[to]);)
            to++;
        clear_run(lines, candidates + from, to - from);
    }
    return true;
}
