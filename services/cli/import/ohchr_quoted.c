/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_quoted.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LABEL_BYTES_MAX = 140,
    LABEL_WORDS_MAX = 10,
    TEXT_WORDS_MIN = 4,
    QUOTED_MAX = 200,
    PARTS_MAX = 12,
};

/* What was read last: a quotation set in bold goes on with the bold paragraph behind it. */
struct quoting {
    struct document *document;
    struct document *quoted; /* of the last label */
    bool bold;               /* the last paragraph was a quotation, all bold */
    bool announced;          /* the last was a label with nothing behind it */
    int n;
};

static int year_in(const char *text, const char *end)
{
    for (const char *at = text; at < end; at += words_next(at)) {
        size_t digits = strspn(at, "0123456789");
        int year = digits == 4 ? atoi(at) : 0;
        if (year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX)
            return year;
    }
    return 0;
}

static bool names_recommendations(const char *text, const char *end)
{
    static const char *const words[] = {"recommendation",  "recommendations", "recommandation",
                                        "recommandations", "recomendacion",   "recomendaciones"};
    int n = 0;
    bool found = false;

    for (const char *at = text; at < end; at += words_next(at), n++)
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            found |= words_match(at, words[i]) > 0;
    return found && n <= LABEL_WORDS_MAX;
}

/* The year of a label; *rest is behind it. 0: this is none. */
static int quotes(const char *text, const char **rest)
{
    const char *colon = memchr(text, ':', strnlen(text, LABEL_BYTES_MAX));
    int year = colon ? year_in(text, colon) : 0;

    if (!year || !names_recommendations(text, colon))
        return 0;
    *rest = colon + 1 + strspn(colon + 1, " \n");
    return year;
}

static int count_words(const char *text)
{
    int n = 0;

    for (; *text && n < TEXT_WORDS_MIN; text += words_next(text))
        n++;
    return n;
}

static struct document *document_of(struct quoting *quoting, int year)
{
    struct document *last = quoting->document;
    char ending[32];

    snprintf(ending, sizeof(ending), "quoted-%d", year);
    for (; last->quoted; last = last->quoted)
        if (strcmp(last->quoted->key_ending, ending) == 0)
            return last->quoted;
    last->quoted = arena_zalloc(&quoting->document->arena, sizeof(*last->quoted));
    if (!last->quoted) {
        quoting->document->failed = true;
        return NULL;
    }
    last->quoted->file = quoting->document->file;
    last->quoted->format = "quoted-recommendations";
    last->quoted->language = quoting->document->language;
    last->quoted->office = quoting->document->office;
    last->quoted->office_unit = quoting->document->office_unit;
    last->quoted->key_ending = arena_strdup(&quoting->document->arena, ending);
    last->quoted->title =
        arena_printf(&quoting->document->arena, "%d recommendations, quoted in %s", year,
                     quoting->document->title);
    quoting->document->failed |= !last->quoted->key_ending || !last->quoted->title;
    return quoting->document->failed ? NULL : last->quoted;
}

/* Parts --------------------------------------------------------------------------------------- */

static const char *const numerals[][PARTS_MAX] = {
    {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"},
    {"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"},
    {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
    {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"},
    {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"},
};

/* "(II)" in text; NULL: not there. *len: bytes of it. */
static const char *find_mark(const char *text, const char *numeral, size_t *len)
{
    char mark[12];

    *len = (size_t)snprintf(mark, sizeof(mark), "(%s)", numeral);
    return strstr(text, mark);
}

static void add_part(struct document *quoted, const struct recommendation *whole,
                     const char *numeral, const char *text, const char *end)
{
    struct recommendation *part;

    while (end > text && (isspace((unsigned char)end[-1]) || end[-1] == ';'))
        end--;
    part = document_add_recommendation(quoted, whole->line);
    if (!part)
        return;
    part->code = numeral;
    part->parent = whole->code;
    part->text = document_text(quoted, text, (size_t)(end - text));
    if (!part->text)
        part->text = whole->text;
}

/* A text that BEGINS with "(I)" and goes on to "(II)" is several recommendations in one; marks in
 * the midst of a sentence are not. */
static void add_parts(struct document *quoted, const struct recommendation *whole)
{
    for (size_t style = 0; style < sizeof(numerals) / sizeof(numerals[0]); style++) {
        size_t len;
        const char *at = find_mark(whole->text, numerals[style][0], &len);
        size_t next_len;
        if (at != whole->text || !find_mark(at, numerals[style][1], &next_len))
            continue;
        for (int i = 0; i < PARTS_MAX && at; i++) {
            const char *next =
                i + 1 < PARTS_MAX ? find_mark(at + len, numerals[style][i + 1], &next_len) : NULL;
            add_part(quoted, whole, numerals[style][i], at + len, next ? next : at + strlen(at));
            at = next;
            len = next_len;
        }
        return;
    }
}

/* --------------------------------------------------------------------------------------------- */

static void add(struct quoting *quoting, const char *text, const struct ohchr_line *line)
{
    struct document *quoted = quoting->quoted;
    struct recommendation *record;
    int n = 1;

    if (++quoting->n > QUOTED_MAX)
        return;
    for (const struct recommendation *r = quoted->recommendations; r; r = r->next)
        n += r->parent == NULL;
    record = document_add_recommendation(quoted, line->number);
    if (!record)
        return;
    record->code = arena_printf(&quoted->arena, "%d", n);
    record->text = document_text(quoted, text, strlen(text));
    if (!record->code || !record->text)
        quoted->failed = true;
    if (!quoted->failed)
        add_parts(quoted, record);
    quoting->bold = line->bold;
    quoting->announced = false;
}

static void take_line(struct quoting *quoting, const struct ohchr_line *line)
{
    const char *text = line->cells[0];
    const char *rest = text;
    bool goes_on = quoting->bold && line->bold && line->kind == LINE_TEXT;
    int year = ohchr_line_is_only(line, 0) ? quotes(text, &rest) : 0;

    if (year) {
        quoting->quoted = document_of(quoting, year);
        quoting->bold = false;
        quoting->announced = quoting->quoted && !*rest;
        if (quoting->quoted && count_words(rest) >= TEXT_WORDS_MIN)
            add(quoting, rest, line);
    } else if ((goes_on || quoting->announced) && line->kind == LINE_TEXT &&
               count_words(text) >= TEXT_WORDS_MIN) {
        add(quoting, text, line);
    } else {
        quoting->bold = quoting->announced = false;
    }
}

static void find_codes(struct document *quoted)
{
    if (quoted->recommendations)
        document_find(quoted, SEVERITY_INFO, "NO_CODE", "document", quoted->recommendations->line,
                      "import the older report to have its own numbers",
                      "the quoted recommendations have no numbers; their order is their code");
}

void ohchr_quoted_read(struct document *document, const struct ohchr_lines *lines, int end)
{
    struct quoting quoting = {.document = document};

    for (int i = 0; i < end && !document->failed; i++) {
        const struct ohchr_line *line = &lines->list[i];
        if (line->kind == LINE_TEXT || line->kind == LINE_HEADING)
            take_line(&quoting, line);
    }
    for (struct document *quoted = document->quoted; quoted; quoted = quoted->quoted) {
        find_codes(quoted);
        document->failed |= quoted->failed;
    }
}
