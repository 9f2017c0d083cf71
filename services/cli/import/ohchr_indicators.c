/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_indicators.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOTAL_MAX = 1000,
    NEAR_BYTES = 70, /* "markers" so near the figures */
    RANK_BYTES = 30, /* the percentage so near behind the rank */
    NAME_BYTES_MAX = 160,
    PERIOD_BYTES_MAX = 40,
    PARAGRAPH_BYTES_MAX = 16 * 1024, /* a longer one is no prose */
    INDICATORS_MAX = 500,
};

/* One paragraph. */
struct paragraph {
    struct document *document;
    const char *text;
    const char *end;
    int line;
    int *n; /* indicators so far */
};

static int number_at(const char *text, size_t *len)
{
    *len = strspn(text, "0123456789");
    return *len && *len <= 4 ? atoi(text) : -1;
}

/* "6 out of 10", "29/40": bytes; 0: no such figures. */
static size_t figures(const char *text, int *met, int *total)
{
    const char *at = text;
    size_t len;

    *met = number_at(at, &len);
    if (*met < 0)
        return 0;
    at += len;
    if (*at == '/') {
        at++;
    } else {
        at += strspn(at, " ");
        len = words_at(at, WORDS_OUT_OF);
        if (!len)
            return 0;
        at += len;
        at += strspn(at, " ");
    }
    *total = number_at(at, &len);
    if (*total < 2 || *total > TOTAL_MAX || words_letter(at + len) || at[len] == '/')
        return 0;
    return (size_t)(at + len - text);
}

static bool counts_markers(const struct paragraph *paragraph, const char *at, size_t len)
{
    const char *from = at - paragraph->text > NEAR_BYTES ? at - NEAR_BYTES : paragraph->text;
    const char *to = at + len;
    size_t taken;

    while (from < at && ((unsigned char)*from & 0xC0) == 0x80)
        from++;
    to = paragraph->end - to > NEAR_BYTES ? to + NEAR_BYTES : paragraph->end;
    return words_find(from, to, WORDS_MARKERS, &taken) != NULL;
}

/* The last year that the text names before this place. */
static void date_by_year(const struct paragraph *paragraph, const char *at,
                         struct indicator *indicator)
{
    for (const char *word = paragraph->text; word < at; word += words_next(word)) {
        size_t len;
        int year = number_at(word, &len);
        if (len != 4 || words_letter(word + len) || year < DATE_YEAR_MIN || year > DATE_YEAR_MAX)
            continue;
        indicator->dated = (struct date){year, 12, 31};
        indicator->precision = PRECISION_YEAR;
    }
}

/* "Assessment (January 2024): Area - ..." gives name, date and area. */
static bool name_by_head(const struct paragraph *paragraph, struct indicator *indicator)
{
    const char *colon = memchr(paragraph->text, ':', strnlen(paragraph->text, NAME_BYTES_MAX));
    const char *open =
        colon ? memchr(paragraph->text, '(', (size_t)(colon - paragraph->text)) : NULL;
    const char *close = open ? memchr(open, ')', (size_t)(colon - open)) : NULL;
    const char *area = colon ? colon + 1 + strspn(colon + 1, " ") : NULL;
    const char *end = area;
    char period[PERIOD_BYTES_MAX];
    struct timeframe read;

    if (!close || (size_t)(close - open) >= sizeof(period))
        return false;
    memcpy(period, open + 1, (size_t)(close - open - 1));
    period[close - open - 1] = '\0';
    if (timeframe_read(period, &read) != TIMEFRAME_DATED)
        return false;
    while (*end && end - area < NAME_BYTES_MAX) {
        const char *next = end;
        unsigned c = text_fold_next(&next);
        if (c == '.' || c == ':' || (c == '-' && end > area && end[-1] == ' '))
            break;
        end = next;
    }
    while (end > area && end[-1] == ' ')
        end--;
    while (open > paragraph->text && open[-1] == ' ')
        open--;
    indicator->name =
        arena_printf(&paragraph->document->arena, "%.*s: %.*s", (int)(open - paragraph->text),
                     paragraph->text, (int)(end - area), area);
    indicator->dated = read.due_on;
    indicator->precision = read.precision;
    return true;
}

/* The sentence around the figures stands in for a name. */
static void name_by_sentence(const struct paragraph *paragraph, const char *at,
                             struct indicator *indicator)
{
    const char *start = at;
    const char *end;
    const char *name;

    while (start > paragraph->text &&
           !(start[-1] == ' ' && start > paragraph->text + 1 && strchr(".;:\n", start[-2])) &&
           start[-1] != '\n')
        start--;
    for (end = at; *end && *end != '\n' && !(*end == '.' && end[1] == ' '); end++)
        continue;
    name = document_text(paragraph->document, start, (size_t)(end - start));
    indicator->name = name ? document_excerpt(paragraph->document, name, NAME_BYTES_MAX) : NULL;
    date_by_year(paragraph, at, indicator);
}

static struct indicator *add(const struct paragraph *paragraph)
{
    return ++*paragraph->n <= INDICATORS_MAX
               ? document_add_indicator(paragraph->document, paragraph->line)
               : NULL;
}

static void add_met(const struct paragraph *paragraph, const char *at, int met, int total)
{
    struct indicator *indicator = add(paragraph);

    if (!indicator)
        return;
    indicator->met = met;
    indicator->total = total;
    if (!name_by_head(paragraph, indicator))
        name_by_sentence(paragraph, at, indicator);
    if (!indicator->name)
        paragraph->document->failed = true;
}

/* A figure that cannot be is left out. */
static void find_range(const struct paragraph *paragraph, const char *what, int value, int most)
{
    document_find(paragraph->document, SEVERITY_WARNING, "NUMBER_RANGE", "document",
                  paragraph->line, "correct the figure at the source; it is left out",
                  "%s %d, allowed 0-%d", what, value, most);
}

/* "68%", "91 percent", near behind the rank; -1: none. */
static int percentage(const char *text, const char *end)
{
    static const char *const words[] = {"percent", "per cent", "pour cent", "por ciento"};

    end = end - text > RANK_BYTES ? text + RANK_BYTES : end;
    for (; text < end && *text; text++) {
        size_t len;
        int value;
        if (!isdigit((unsigned char)*text))
            continue;
        value = number_at(text, &len);
        text += len + strspn(text + len, " ");
        if (*text == '%')
            return value;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            if (words_match(text, words[i]))
                return value;
        return -1;
    }
    return -1;
}

static void find_ranks(const struct paragraph *paragraph)
{
    const char *at = paragraph->text;
    size_t len;

    while ((at = words_find(at, paragraph->end, WORDS_RANK, &len))) {
        int value = percentage(at + len, paragraph->end);
        struct indicator *indicator = value >= 0 && value <= 100 ? add(paragraph) : NULL;
        if (value > 100)
            find_range(paragraph, "percent", value, 100);
        if (indicator) {
            indicator->name = document_text(paragraph->document, at, len);
            indicator->value = value;
            indicator->unit = "percent";
            date_by_year(paragraph, at, indicator);
        }
        at += len;
    }
}

static void find_met(const struct paragraph *paragraph)
{
    for (const char *at = paragraph->text; at < paragraph->end;) {
        size_t len = strcspn(at, "0123456789");
        int met;
        int total;
        at += len;
        if (at >= paragraph->end)
            break;
        len = at > paragraph->text && (words_letter(at - 1) || at[-1] == '.' || at[-1] == '/')
                  ? 0
                  : figures(at, &met, &total);
        if (len && met > total)
            len = memchr(at, '/', len) || met > TOTAL_MAX ? 0 : len; /* a date, a year */
        if (len && met > total && counts_markers(paragraph, at, len))
            find_range(paragraph, "met", met, total);
        else if (len && counts_markers(paragraph, at, len))
            add_met(paragraph, at, met, total);
        at += len ? len : strspn(at, "0123456789");
    }
}

void ohchr_indicators_read(struct document *document, const struct ohchr_lines *lines)
{
    int n = 0;

    for (int i = 0; i < lines->n && !document->failed && n < INDICATORS_MAX; i++) {
        const struct ohchr_line *line = &lines->list[i];
        struct paragraph paragraph = {.document = document, .line = line->number, .n = &n};
        if ((line->kind != LINE_TEXT && line->kind != LINE_FOOTNOTE) || line->ncells > 1)
            continue;
        paragraph.text = line->cells[0];
        paragraph.end = paragraph.text + strlen(paragraph.text);
        if (paragraph.end - paragraph.text <= PARAGRAPH_BYTES_MAX &&
            strpbrk(paragraph.text, "0123456789")) {
            find_met(&paragraph);
            find_ranks(&paragraph);
        }
    }
}
