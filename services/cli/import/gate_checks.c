/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_checks.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STALE_MONTHS = 6, NUMBER_DIGITS_MAX = 4 };

static bool check_number(const char *code, int line, struct err *err)
{
    char place[32];

    for (const char *at = code; *at; at += *at == '.') {
        size_t digits = strspn(at, "0123456789");
        if (digits > NUMBER_DIGITS_MAX) {
            snprintf(place, sizeof(place), "line %d", line);
            return err_set(err, ERR_REJECT, "NUMBER_RANGE", place,
                           "number %.20s, allowed 1 to 9999; correct it at the source", code);
        }
        at += digits;
        at += strcspn(at, ".");
    }
    return true;
}

bool gate_check_numbers(const struct document *document, struct err *err)
{
    for (const struct recommendation *each = document->recommendations; each; each = each->next) {
        if (!check_number(each->code, each->line, err))
            return false;
        for (const struct action *action = each->actions; action; action = action->next)
            if (!check_number(action->code, action->line, err))
                return false;
    }
    return true;
}

/* The last number of a code: 3 of "3", 2 of "1.2"; 0 where there is none. */
static int last_number(const char *code)
{
    const char *dot = strrchr(code, '.');

    return atoi(dot ? dot + 1 : code);
}

/* Do both belong to one run of numbers: "1.2" and "1.4", "2" and "4"? */
static bool same_run(const char *a, const char *b)
{
    const char *dot_a = strrchr(a, '.');
    const char *dot_b = strrchr(b, '.');
    size_t len = dot_a ? (size_t)(dot_a - a) : 0;

    return !dot_a == !dot_b && (!dot_a || (len == (size_t)(dot_b - b) && !strncmp(a, b, len)));
}

/* The first number of a run should be 1. */
static bool is_gap(const char *before, const char *code)
{
    int from = before && same_run(before, code) ? last_number(before) : 0;

    if (before && !isdigit((unsigned char)*before))
        return false; /* behind "c" anything may follow */
    return last_number(code) > from + 1;
}

static void find_gap(struct document *document, const char *subject, int line)
{
    document_find(document, SEVERITY_WARNING, "CODE_GAP", subject, line,
                  "look at the source for the one that is missing",
                  "the number before this one is not there");
}

static void find_twice(struct document *document, const char *subject, int line)
{
    document_find(document, SEVERITY_ERROR, "DUPLICATE_CODE", subject, line,
                  "give each its own number at the source", "the same number stands above already");
}

static void check_recommendation_code(struct document *document,
                                      const struct recommendation *recommendation)
{
    const char *before = NULL;
    bool twice = false;

    for (const struct recommendation *each = document->recommendations; each != recommendation;
         each = each->next) {
        twice |= strcmp(each->code, recommendation->code) == 0;
        before = each->code;
    }
    if (twice)
        find_twice(document, recommendation->code, recommendation->line);
    else if (is_gap(before, recommendation->code))
        find_gap(document, recommendation->code, recommendation->line);
}

static void check_action_codes(struct document *document,
                               const struct recommendation *recommendation)
{
    const char *before = NULL;

    for (const struct action *action = recommendation->actions; action; action = action->next) {
        const char *subject = document_action_name(document, recommendation, action);
        bool twice = false;

        for (const struct action *above = recommendation->actions; above != action;
             above = above->next)
            twice |= strcmp(above->code, action->code) == 0;
        if (twice)
            find_twice(document, subject, action->line);
        else if (is_gap(before, action->code))
            find_gap(document, subject, action->line);
        before = action->code;
    }
}

static void check_position(struct document *document, const struct recommendation *record)
{
    if (!record->position_source)
        document_find(document, SEVERITY_INFO, "NO_POSITION", record->code, record->line,
                      "ask the response's owner whether it is accepted",
                      "no position is given for the recommendation");
    if ((record->position == POSITION_NOT_ACCEPTED ||
         record->position == POSITION_PARTIALLY_ACCEPTED) &&
        !record->comment)
        document_find(document, SEVERITY_WARNING, "NO_REASON", record->code, record->line,
                      "ask the response's owner for the reason",
                      "the position \"%s\" is given without a reason", record->position_source);
}

static void later(struct date *newest, struct date date)
{
    if (!date_is_none(date) && (date_is_none(*newest) || date_compare(date, *newest) > 0))
        *newest = date;
}

static struct date months_later(struct date date, int months)
{
    int month = date.month - 1 + months;
    struct date last = date_month_end(date.year + month / 12, month % 12 + 1);

    if (date.day < last.day)
        last.day = date.day;
    return last;
}

/* What is imported as today's state was written long ago. */
static void check_age(struct document *document, struct date saved_on)
{
    struct date newest = saved_on;
    char day[DATE_TEXT];
    char today[DATE_TEXT];

    for (const struct recommendation *each = document->recommendations; each; each = each->next)
        for (const struct action *action = each->actions; action; action = action->next)
            for (const struct progress_update *update = action->updates; update;
                 update = update->next)
                later(&newest, update->reported_on);
    if (date_is_none(document->read_on) || date_is_none(newest) || newest.year >= DATE_YEAR_MAX ||
        date_compare(document->read_on, months_later(newest, STALE_MONTHS)) <= 0)
        return;
    date_format(newest, day);
    date_format(document->read_on, today);
    document_find(document, SEVERITY_WARNING, "STALE_SOURCE", "document", 1,
                  "export the response again and import that",
                  "the newest statement in it is of %s, more than six months before %s", day,
                  today);
}

void gate_checks(struct document *document, struct date saved_on)
{
    for (const struct recommendation *each = document->recommendations; each && !document->failed;
         each = each->next) {
        check_recommendation_code(document, each);
        check_position(document, each);
        check_action_codes(document, each);
    }
    if (!document->failed)
        check_age(document, saved_on);
}
