/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_deadline.h"

#include "import/ohchr_words.h"

#include <string.h>

enum {
    CELL_BYTES_MAX = 80,
    PERIOD_WORDS_MAX = 5, /* "the end of December 2028" */
    PERIOD_BYTES_MAX = 60,
};

bool ohchr_deadline_is(const char *cell)
{
    struct timeframe timeframe;

    return *cell && strlen(cell) <= CELL_BYTES_MAX &&
           timeframe_read(cell, &timeframe) != TIMEFRAME_UNREADABLE;
}

bool ohchr_deadline_is_dated(const char *cell)
{
    struct timeframe timeframe;
    enum timeframe_outcome outcome = *cell && strlen(cell) <= CELL_BYTES_MAX
                                         ? timeframe_read(cell, &timeframe)
                                         : TIMEFRAME_UNREADABLE;

    return outcome != TIMEFRAME_UNREADABLE && outcome != TIMEFRAME_NONE;
}

size_t ohchr_deadline_start(const char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    size_t best = len;

    for (int words = 0; words < PERIOD_WORDS_MAX; words++) {
        while (start && text[start - 1] == ' ')
            start--;
        while (start && text[start - 1] != ' ')
            start--;
        if (!start || len - start > PERIOD_BYTES_MAX)
            break;
        if (ohchr_deadline_is_dated(text + start))
            best = start;
    }
    return best;
}

/* The longest period that begins at text, up to a few words. */
static size_t period_at(const char *text, struct timeframe *timeframe)
{
    const char *at = text;
    size_t best = 0;

    for (int i = 0; i < PERIOD_WORDS_MAX && *at; i++) {
        char copy[PERIOD_BYTES_MAX];
        struct timeframe read;
        size_t len;

        while (words_letter(at) || *at == '/')
            at += *at == '/' ? 1 : words_letter(at);
        len = (size_t)(at - text);
        if (len >= sizeof(copy))
            break;
        memcpy(copy, text, len);
        copy[len] = '\0';
        if (timeframe_read(copy, &read) == TIMEFRAME_DATED) {
            best = len;
            *timeframe = read;
        }
        if (*at != ' ')
            break;
        at++;
    }
    return best;
}

static void find_other_dates(struct document *document, const struct action *action,
                             const char *subject)
{
    const char *at = action->text;
    const char *end = at + strlen(at);
    size_t len;

    while ((at = words_find(at, end, WORDS_DUE, &len))) {
        const char *start = at + len + strspn(at + len, " :");
        struct timeframe other;
        size_t taken = period_at(start, &other);

        at += len;
        if (!taken || date_is_none(action->timeframe.due_on) ||
            date_compare(other.due_on, action->timeframe.due_on) == 0)
            continue;
        document_find(document, SEVERITY_INFO, "DATE_OTHER_IN_TEXT", subject, action->line,
                      "check which date is the action's deadline",
                      "the text names %.*s; the deadline is %s", (int)taken, start,
                      action->timeframe_source);
        return;
    }
}

/* One line, as a timeframe's source in the register is. */
static const char *as_line(struct document *document, const char *source)
{
    const char *text = document_excerpt(document, source, 200);
    char *line = text ? arena_strdup(&document->arena, text) : NULL;

    for (char *at = line; at && (at = strchr(at, '\n')); at++)
        *at = ' ';
    document->failed |= !line;
    return line;
}

void ohchr_deadline_read(struct document *document, struct action *action, const char *subject,
                         const char *source)
{
    action->timeframe_source = source ? as_line(document, source) : NULL;
    if (document->failed)
        return;
    switch (timeframe_read(source ? source : "", &action->timeframe)) {
    case TIMEFRAME_NONE:
        document_find(document, SEVERITY_WARNING, "NO_DEADLINE", subject, action->line,
                      "ask the response's owner by when it is to be done",
                      "no deadline is given; it can never be late");
        break;
    case TIMEFRAME_AMBIGUOUS:
        document_find(document, SEVERITY_WARNING, "DATE_AMBIGUOUS", subject, action->line,
                      "write the month as a word", "\"%s\" can be read as two dates",
                      action->timeframe_source);
        break;
    case TIMEFRAME_IMPOSSIBLE:
        document_find(document, SEVERITY_WARNING, "BAD_DATE", subject, action->line,
                      "correct the deadline at the source: a day that exists, 1990 to 2100",
                      "\"%s\" names no day or month of the calendar", action->timeframe_source);
        break;
    case TIMEFRAME_UNREADABLE:
        document_find(document, SEVERITY_WARNING, "DATE_UNREADABLE", subject, action->line,
                      "write a deadline like Q4/2025 or 2025-12-31",
                      "\"%s\" is not a period we can read", action->timeframe_source);
        break;
    default:
        break;
    }
    find_other_dates(document, action, subject);
}
