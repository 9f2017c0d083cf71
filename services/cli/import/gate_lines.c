/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_lines.h"

#include "base/text.h"
#include "import/gate_flat.h"
#include "import/gate_html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_DIGITS_MAX = 3, PAGE_LINE_MAX = 40 };

/* Bytes of text that spell the word, letter case and accents aside; 0 if they do not. */
static size_t fold_len(const char *text, const char *word)
{
    const char *at = text;

    while (*word)
        if (text_fold_next(&at) != text_fold_next(&word))
            return 0;
    return (size_t)(at - text);
}

static const char *skip_number(const char *at, int *number)
{
    size_t digits = strspn(at, "0123456789");

    if (digits == 0 || digits > PAGE_DIGITS_MAX)
        return NULL;
    *number = atoi(at);
    return at + digits + strspn(at + digits, " ");
}

/* "3", "- 3 -", "Page 3 of 9", "página 3/9". A number alone counts only where it goes on from the
 * page before, since a line of text may be cut so that a number stands alone. */
static bool is_page_mark(struct gate_lines *lines, const char *text)
{
    static const char *const words[] = {"page", "pagina", "pag.", "p."};
    static const char *const totals[] = {"of", "sur", "de", "/"};
    const char *at = text + strspn(text, "-| ");
    bool named = false;
    int number;

    if (strlen(text) > PAGE_LINE_MAX)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !named; i++) {
        size_t len = fold_len(at, words[i]);
        named = len > 0;
        at += len;
    }
    at = skip_number(at + strspn(at, " "), &number);
    if (!at)
        return false;
    for (size_t i = 0; named && i < sizeof(totals) / sizeof(totals[0]); i++) {
        size_t len = fold_len(at, totals[i]);
        int total;
        const char *end = len ? skip_number(at + len + strspn(at + len, " "), &total) : NULL;
        at = end ? end : at;
    }
    at += strspn(at, "-| ");
    if (*at || (!named && number != lines->pages + 1))
        return false;
    lines->pages = number;
    return true;
}

void gate_lines_add(struct gate_lines *lines, const char *text, size_t len, int number)
{
    struct gate_line *line;
    char *copy;

    while (len && (*text == ' ' || *text == '\n')) {
        text++;
        len--;
    }
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\n'))
        len--;
    if (len == 0 || lines->document->failed)
        return;
    line = arena_zalloc(&lines->document->arena, sizeof(*line));
    copy = arena_strndup(&lines->document->arena, text, len);
    lines->document->failed |= !line || !copy;
    if (lines->document->failed || is_page_mark(lines, copy) || !copy[strspn(copy, " \t")])
        return;
    line->text = copy;
    line->number = number;
    if (lines->last)
        lines->last->next = line;
    else
        lines->first = line;
    lines->last = line;
}

static void read_plain(struct gate_lines *lines)
{
    int number = 0;

    for (const char *at = lines->document->file->text; *at;) {
        size_t len = strcspn(at, "\n");
        gate_lines_add(lines, at, len, ++number);
        at += len + (at[len] == '\n');
    }
}

bool gate_lines_read(struct gate_lines *lines, struct err *err)
{
    const char *text = lines->document->file->text;

    if (gate_html_recognise(text))
        return gate_html_read(lines, text, err);
    if (gate_flat_recognise(text))
        return gate_flat_read(lines, text, err);
    read_plain(lines);
    return true;
}
