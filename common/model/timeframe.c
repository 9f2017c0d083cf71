/* SPDX-License-Identifier: Apache-2.0 */
#include "timeframe.h"
#include "period_words.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* One stated period. */
struct period {
    struct date first;
    struct date last;
    enum precision precision;
};

/* A stretch of the tokens, with the year that a range states only once. */
struct stretch {
    const int *values;
    char signature[PERIOD_TOKENS_MAX + 1];
    int year_given; /* 0: none */
};

static bool year_in_range(int year)
{
    return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX;
}

static enum timeframe_outcome months(struct period *period, int year, int first, int count,
                                     enum precision precision)
{
    if (!year_in_range(year) || first < 1 || first + count - 1 > 12)
        return TIMEFRAME_UNREADABLE;
    period->first = (struct date){year, first, 1};
    period->last = date_month_end(year, first + count - 1);
    period->precision = precision;
    return TIMEFRAME_DATED;
}

static enum timeframe_outcome day(struct period *period, int year, int month, int day_of_month)
{
    struct date date = {year, month, day_of_month};

    if (!date_is_valid(date))
        return TIMEFRAME_UNREADABLE;
    *period = (struct period){date, date, PRECISION_DAY};
    return TIMEFRAME_DATED;
}

/* Two numbers and a year: only one of the numbers may be able to be the month. */
static enum timeframe_outcome day_and_month(struct period *period, int a, int b, int year)
{
    if (a <= 12 && b <= 12 && a != b)
        return TIMEFRAME_AMBIGUOUS;
    return b <= 12 ? day(period, year, b, a) : day(period, year, a, b);
}

/* "2022/12" is a month, "2022/23" two years. */
static enum timeframe_outcome year_and_number(struct period *period, int year, int number)
{
    if (number <= 12)
        return months(period, year, number, 1, PRECISION_MONTH);
    if (number <= year % 100 || !year_in_range(year) || !year_in_range(year - year % 100 + number))
        return TIMEFRAME_UNREADABLE;
    period->first = (struct date){year, 1, 1};
    period->last = (struct date){year - year % 100 + number, 12, 31};
    period->precision = PRECISION_RANGE;
    return TIMEFRAME_DATED;
}

/* "09/21" is September 2021; "12/11" could also be a day of a month. */
static enum timeframe_outcome month_and_short_year(struct period *period, int a, int b)
{
    if (b <= 12)
        return TIMEFRAME_AMBIGUOUS;
    return months(period, 2000 + b, a, 1, PRECISION_MONTH);
}

static bool is(const struct stretch *stretch, const char *signature)
{
    return strcmp(stretch->signature, signature) == 0;
}

static bool is_any(const struct stretch *stretch, const char *a, const char *b, const char *c)
{
    return is(stretch, a) || is(stretch, b) || is(stretch, c);
}

static enum timeframe_outcome quarter(struct period *period, int year, int n)
{
    return months(period, year, 3 * n - 2, 3, PRECISION_QUARTER);
}

static enum timeframe_outcome half(struct period *period, int year, int n)
{
    return months(period, year, 6 * n - 5, 6, PRECISION_HALF);
}

static enum timeframe_outcome read_numbers(const struct stretch *s, struct period *period)
{
    const int *v = s->values;

    if (is(s, "y"))
        return months(period, v[0], 1, 12, PRECISION_YEAR);
    if (is_any(s, "y/d", "y-d", "y.d"))
        return year_and_number(period, v[0], v[2]);
    if (is_any(s, "d/y", "d-y", "d.y"))
        return months(period, v[2], v[0], 1, PRECISION_MONTH);
    if (is(s, "d/d"))
        return month_and_short_year(period, v[0], v[2]);
    if (is_any(s, "y-d-d", "y/d/d", "y.d.d"))
        return day(period, v[0], v[2], v[4]);
    if (is_any(s, "d/d/y", "d-d-y", "d.d.y"))
        return day_and_month(period, v[0], v[2], v[4]);
    if (is_any(s, "d/d/d", "d-d-d", "d.d.d"))
        return TIMEFRAME_AMBIGUOUS;
    return TIMEFRAME_UNREADABLE;
}

static enum timeframe_outcome read_names(const struct stretch *s, struct period *period)
{
    const int *v = s->values;

    if (is(s, "my") || is(s, "m.y"))
        return months(period, v[strlen(s->signature) - 1], v[0], 1, PRECISION_MONTH);
    if (is_any(s, "m/y", "m-y", "Emy"))
        return months(period, v[2], is(s, "Emy") ? v[1] : v[0], 1, PRECISION_MONTH);
    if (is(s, "ym"))
        return months(period, v[0], v[1], 1, PRECISION_MONTH);
    if (is(s, "dmy"))
        return day(period, v[2], v[1], v[0]);
    if (is(s, "d-m-y") || is(s, "d/m/y"))
        return day(period, v[4], v[2], v[0]);
    if (is(s, "mdy"))
        return day(period, v[2], v[0], v[1]);
    if (is(s, "qy"))
        return quarter(period, v[1], v[0]);
    if (is(s, "q/y") || is(s, "q-y"))
        return quarter(period, v[2], v[0]);
    if (is_any(s, "yq", "y/q", "y-q"))
        return quarter(period, v[0], v[strlen(s->signature) - 1]);
    if (is_any(s, "hy", "h/y", "h-y"))
        return half(period, v[strlen(s->signature) - 1], v[0]);
    if (is_any(s, "yh", "y/h", "y-h"))
        return half(period, v[0], v[strlen(s->signature) - 1]);
    if (is(s, "My") || is(s, "M-y"))
        return half(period, v[strlen(s->signature) - 1], 1);
    if (is(s, "Ey") || is(s, "E-y"))
        return months(period, v[strlen(s->signature) - 1], 1, 12, PRECISION_YEAR);
    return TIMEFRAME_UNREADABLE;
}

/* "Jan - Mar 2022": the left side borrows the year of the right one. */
static enum timeframe_outcome read_yearless(const struct stretch *s, struct period *period)
{
    if (s->year_given == 0)
        return TIMEFRAME_UNREADABLE;
    if (is(s, "m"))
        return months(period, s->year_given, s->values[0], 1, PRECISION_MONTH);
    if (is(s, "q"))
        return quarter(period, s->year_given, s->values[0]);
    if (is(s, "h"))
        return half(period, s->year_given, s->values[0]);
    return TIMEFRAME_UNREADABLE;
}

static enum timeframe_outcome read_one(const struct period_tokens *tokens, int from, int to,
                                       int year_given, struct period *period)
{
    struct stretch stretch = {.values = tokens->values + from, .year_given = year_given};
    enum timeframe_outcome outcome;

    memcpy(stretch.signature, tokens->signature + from, (size_t)(to - from));
    outcome = read_numbers(&stretch, period);
    if (outcome == TIMEFRAME_UNREADABLE)
        outcome = read_names(&stretch, period);
    if (outcome == TIMEFRAME_UNREADABLE)
        outcome = read_yearless(&stretch, period);
    return outcome;
}

static enum timeframe_outcome read_range(const struct period_tokens *tokens, int from,
                                         struct period *period)
{
    for (int at = from + 1; at + 1 < tokens->n; at++) {
        struct period left;
        struct period right;

        if (tokens->signature[at] != PERIOD_DASH ||
            read_one(tokens, at + 1, tokens->n, 0, &right) != TIMEFRAME_DATED ||
            read_one(tokens, from, at, right.first.year, &left) != TIMEFRAME_DATED ||
            date_compare(left.first, right.last) > 0)
            continue;
        *period = (struct period){left.first, right.last, PRECISION_RANGE};
        return TIMEFRAME_DATED;
    }
    return TIMEFRAME_UNREADABLE;
}

static enum timeframe_outcome read_from(const struct period_tokens *tokens, int from,
                                        struct period *period)
{
    enum timeframe_outcome outcome = read_one(tokens, from, tokens->n, 0, period);

    return outcome == TIMEFRAME_UNREADABLE ? read_range(tokens, from, period) : outcome;
}

static bool says_none(const char *source)
{
    static const char *const none[] = {
        "n/a",
        "na",
        "none",
        "-",
        "no due date",
        "no deadline",
        "no deadline established",
        "not applicable",
        "tbd",
        "tbc",
        "sans objet",
    };

    while (*source == ' ' || *source == '\t' || *source == '\n')
        source++;
    if (!*source)
        return true;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (text_equal_fold(source, none[i]))
            return true;
    return false;
}

enum timeframe_outcome timeframe_read(const char *source, struct timeframe *timeframe)
{
    struct period period = {0};
    struct period_tokens tokens;
    enum timeframe_outcome outcome = TIMEFRAME_UNREADABLE;
    int from = 0;

    *timeframe = (struct timeframe){.precision = PRECISION_NONE};
    if (says_none(source))
        return TIMEFRAME_NONE;
    if (!period_cut(source, &tokens) || tokens.n == 0)
        return TIMEFRAME_UNREADABLE;
    if (tokens.signature[0] == PERIOD_OPEN && strspn(tokens.signature, "O/") == (size_t)tokens.n) {
        timeframe->open = true;
        return TIMEFRAME_OPEN;
    }
    timeframe->progressive = strchr(tokens.signature, PERIOD_PROGRESSIVE) != NULL;
    do {
        outcome = read_from(&tokens, from++, &period);
        /* What is reached progressively may be described before the period is named. */
    } while (timeframe->progressive && outcome == TIMEFRAME_UNREADABLE && from < tokens.n);
    if (outcome != TIMEFRAME_DATED)
        return outcome;
    timeframe->start_on = period.first;
    timeframe->due_on = period.last;
    timeframe->precision = period.precision;
    return TIMEFRAME_DATED;
}
