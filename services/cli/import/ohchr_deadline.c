/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_deadline.h"

#include "import/ohchr_words.h"
#include "model/crosswalk.h"

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

/* "31 December 2025 (first draft)": the remark behind a period; NULL: there is none, or it names
 * another date. */
static const char *find_remark(const char *source, char period[CELL_BYTES_MAX])
{
    const char *at = source + strcspn(source, "(,;[");
    size_t len = (size_t)(at - source);

    if (!*at || !len || len >= CELL_BYTES_MAX || strpbrk(at, "0123456789"))
        return NULL;
    memcpy(period, source, len);
    period[len] = '\0';
    return at;
}

/* A period with a remark behind it is read without it. */
static enum timeframe_outcome read_remarked(struct document *document, struct action *action,
                                            const char *subject)
{
    char period[CELL_BYTES_MAX];
    const char *remark = find_remark(action->timeframe_source, period);
    struct timeframe read;
    enum timeframe_outcome outcome = remark ? timeframe_read(period, &read) : TIMEFRAME_UNREADABLE;

    if (outcome != TIMEFRAME_DATED && outcome != TIMEFRAME_OPEN)
        return TIMEFRAME_UNREADABLE;
    action->timeframe = read;
    document_find(document, SEVERITY_INFO, "DATE_WITH_REMARK", subject, action->line,
                  "check whether the remark changes the deadline", "beside the deadline stands %s",
                  remark);
    return outcome;
}

/* "2025 onwards", "from Q2 2025": begun, it goes on without an end. */
static bool is_without_end(const char *source)
{
    char period[CELL_BYTES_MAX];
    struct timeframe read;
    size_t since = words_at(source, WORDS_SINCE);
    size_t len;
    const char *onwards = words_find(source, source + strlen(source), WORDS_ONWARDS, &len);
    const char *end = onwards ? onwards : source + strlen(source);

    if (end <= source + since || (size_t)(end - source) >= sizeof(period) ||
        (onwards ? words_letter(onwards + len + strspn(onwards + len, " .")) > 0 : !since))
        return false;
    memcpy(period, source + since, (size_t)(end - source) - since);
    period[(size_t)(end - source) - since] = '\0';
    return timeframe_read(period, &read) == TIMEFRAME_DATED;
}

static bool is_all(const char *text, enum ohchr_words list)
{
    size_t len = words_at(text, list);

    return len && !words_letter(text + len + strspn(text + len, " ."));
}

/* A status, or how often something is to be done, where a deadline should be. */
static bool read_other(struct document *document, struct action *action, const char *subject)
{
    const char *source = action->timeframe_source;
    struct crosswalk_row word;
    size_t len;

    if (is_all(source, WORDS_CADENCE) || is_all(source, WORDS_INTERVAL))
        document_find(document, SEVERITY_INFO, "CADENCE_STATED", subject, action->line,
                      "make a policy of it, if somebody is to be asked so often",
                      "in place of a deadline stands how often it is due: %s", source);
    else if (crosswalk_find("ohchr", "progress", source, &len, &word) && !source[len] &&
             progress_from_word(word.word, &action->progress))
        action->progress_source = source;
    else
        return false;
    return true;
}

/* Registers hold such rows: reported, and kept as it is written. */
static void find_order(struct document *document, const struct action *action, const char *subject)
{
    struct date issued = document->dated_on;
    char due[DATE_TEXT];
    char day[DATE_TEXT];

    if (date_is_none(issued) || date_is_none(action->timeframe.due_on) ||
        date_compare(action->timeframe.due_on, issued) >= 0)
        return;
    date_format(action->timeframe.due_on, due);
    date_format(issued, day);
    document_find(document, SEVERITY_WARNING, "DATE_ORDER", subject, action->line,
                  "correct the deadline, or the date of the document",
                  "deadline %s before issued %s", due, day);
}

static void find_none(struct document *document, const struct action *action, const char *subject)
{
    document_find(document, SEVERITY_WARNING, "NO_DEADLINE", subject, action->line,
                  "ask the response's owner by when it is to be done",
                  "no deadline is given; it can never be late");
}

static void find_unreadable(struct document *document, struct action *action, const char *subject)
{
    const char *end = action->timeframe_source + strlen(action->timeframe_source);
    size_t len;
    bool relative = words_find(action->timeframe_source, end, WORDS_RELATIVE, &len) != NULL;

    document_find(document, SEVERITY_WARNING, "DATE_UNREADABLE", subject, action->line,
                  relative ? "write the day that is meant, like 2025-12-31"
                           : "write a deadline like Q4/2025 or 2025-12-31",
                  relative ? "\"%s\" counts from another day; no date is made of it"
                           : "\"%s\" is not a period we can read",
                  action->timeframe_source);
}

void ohchr_deadline_read(struct document *document, struct action *action, const char *subject,
                         const char *source)
{
    enum timeframe_outcome outcome;

    action->timeframe_source = source ? as_line(document, source) : NULL;
    if (document->failed)
        return;
    outcome = timeframe_read(source ? source : "", &action->timeframe);
    if (outcome == TIMEFRAME_UNREADABLE)
        outcome = read_remarked(document, action, subject);
    if (outcome == TIMEFRAME_UNREADABLE && is_without_end(action->timeframe_source)) {
        action->timeframe = (struct timeframe){.precision = PRECISION_NONE, .open = true};
        outcome = TIMEFRAME_OPEN;
    }
    if (outcome == TIMEFRAME_UNREADABLE && read_other(document, action, subject))
        outcome = TIMEFRAME_NONE;
    switch (outcome) {
    case TIMEFRAME_NONE:
        find_none(document, action, subject);
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
        find_unreadable(document, action, subject);
        break;
    default:
        find_order(document, action, subject);
        break;
    }
    find_other_dates(document, action, subject);
}
