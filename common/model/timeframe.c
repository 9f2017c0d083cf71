/* SPDX-License-Identifier: Apache-2.0 */
#include "timeframe.h"
#include "period_words.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* A longer text states no period; it describes one. */
enum { SOURCE_BYTES_MAX = 500 };

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
        return TIMEFRAME_IMPOSSIBLE;
    period->first = (struct date){year, first, 1};
    period->last = date_month_end(year, first + count - 1);
    period->precision = precision;
    return TIMEFRAME_DATED;
}

static enum timeframe_outcome day(struct period *period, int year, int month, int day_of_month)
{
    struct date date = {year, month, day_of_month};

    if (!date_is_valid(date))
        return TIMEFRAME_IMPOSSIBLE;
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
        return TIMEFRAME_IMPOSSIBLE;
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

/* "Dec 20": the 20th of a year not said, or the year. */
static enum timeframe_outcome month_and_number(struct period *period, int month, int number)
{
    return number <= 31 ? TIMEFRAME_AMBIGUOUS
                        : months(period, 2000 + number, month, 1, PRECISION_MONTH);
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
    size_t n = strlen(s->signature) - 1; /* the last */

    if (is(s, "my") || is(s, "m.y"))
        return months(period, v[n], v[0], 1, PRECISION_MONTH);
    if (is(s, "m/y") || is(s, "m-y"))
        return months(period, v[2], v[0], 1, PRECISION_MONTH);
    if (is_any(s, "Emy", "Mmy", "M-my"))
        return months(period, v[n], v[n - 1], 1, PRECISION_MONTH);
    if (is_any(s, "md", "m-d", "m/d"))
        return month_and_number(period, v[0], v[n]);
    if (is_any(s, "d-m-d", "d/m/d", "dmd"))
        return v[n] < 10 ? TIMEFRAME_AMBIGUOUS
                         : day(period, 2000 + v[n], is(s, "dmd") ? v[1] : v[2], v[0]);
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
    if (is_any(s, "qd", "q/d", "q-d") && v[n] > 12)
        return quarter(period, 2000 + v[n], v[0]);
    if (is(s, "Eqy"))
        return quarter(period, v[2], v[1]);
    if (is(s, "Ehy"))
        return half(period, v[2], v[1]);
    if (is_any(s, "yq", "y/q", "y-q"))
        return quarter(period, v[0], v[n]);
    if (is_any(s, "hy", "h/y", "h-y"))
        return half(period, v[n], v[0]);
    if (is_any(s, "yh", "y/h", "y-h"))
        return half(period, v[0], v[n]);
    if (is(s, "My") || is(s, "M-y"))
        return half(period, v[n], 1);
    if (is(s, "Ey") || is(s, "E-y"))
        return months(period, v[n], 1, 12, PRECISION_YEAR);
    return TIMEFRAME_UNREADABLE;
}

/* "Jan - Mar 2022": the left side borrows the year of the right one. */
static enum timeframe_outcome read_yearless(const struct stretch *s, struct period *period)
{
    if (s->year_given == 0)
        return TIMEFRAME_UNREADABLE;
    if (is(s, "m"))
        return months(period, s->year_given, s->values[0], 1, PRECISION_MONTH);
    if (is(s, "dm"))
        return day(period, s->year_given, s->values[1], s->values[0]);
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

/* The two sides of a dash are a range; those of a slash or "and" only where the second begins when
 * the first ends ("Q1/Q2 2024"): otherwise they are two dates. */
static bool are_range(char between, const struct period *left, const struct period *right)
{
    if (between == PERIOD_DASH)
        return date_compare(left->first, right->last) <= 0;
    return left->precision == right->precision &&
           date_to_days(left->last) + 1 == date_to_days(right->first);
}

static enum timeframe_outcome read_range(const struct period_tokens *tokens, int from,
                                         struct period *period)
{
    enum timeframe_outcome outcome = TIMEFRAME_UNREADABLE;

    for (int at = from + 1; at + 1 < tokens->n; at++) {
        enum timeframe_outcome side;
        struct period left;
        struct period right;

        if (!strchr("-/&", tokens->signature[at]))
            continue;
        side = read_one(tokens, at + 1, tokens->n, 0, &right);
        if (side == TIMEFRAME_DATED)
            side = read_one(tokens, from, at, right.first.year, &left);
        if (side == TIMEFRAME_DATED && are_range(tokens->signature[at], &left, &right)) {
            *period = (struct period){left.first, right.last, PRECISION_RANGE};
            return TIMEFRAME_DATED;
        }
        if (side == TIMEFRAME_IMPOSSIBLE && tokens->signature[at] == PERIOD_DASH)
            outcome = side;
    }
    return outcome;
}

static enum timeframe_outcome read_from(const struct period_tokens *tokens, int from,
                                        struct period *period)
{
    enum timeframe_outcome outcome = read_one(tokens, from, tokens->n, 0, period);

    return outcome == TIMEFRAME_UNREADABLE ? read_range(tokens, from, period) : outcome;
}

/* Letter case, accents and blanks at the end aside. */
static bool equal_folded(const char *text, const char *word)
{
    for (unsigned c = text_fold_next(&word); c; c = text_fold_next(&word))
        if (text_fold_next(&text) != c)
            return false;
    return text[strspn(text, " \t\n.")] == '\0';
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
        "not specified",
        "no date",
        "not set",
        "to be determined",
        "to be confirmed",
        "sans objet",
        "s/o",
        "sans echeance",
        "aucune echeance",
        "pas d'echeance",
        "sans date limite",
        "pas de date limite",
        "non specifie",
        "non specifiee",
        "a confirmer",
        "non precise",
        "a determiner",
        "no aplica",
        "sin fecha",
        "sin fecha limite",
        "sin fecha de vencimiento",
        "sin plazo",
        "no procede",
        "no especificado",
        "por confirmar",
        "por determinar",
        "por definir",
    };

    while (*source == ' ' || *source == '\t' || *source == '\n')
        source++;
    if (!*source)
        return true;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (equal_folded(source, none[i]))
            return true;
    return false;
}

/* "ongoing", and "ongoing until 2025", which ends: what stands behind the word is the period. */
static int skip_open(const struct period_tokens *tokens)
{
    int from = 0;

    while (from < tokens->n && strchr("O/&-", tokens->signature[from]))
        from++;
    return tokens->signature[0] == PERIOD_OPEN ? from : 0;
}

/* "early 2024", "FY 2023/24": a period is stated and its last day is not. Takes the words out. */
static bool take_vague(struct period_tokens *tokens)
{
    int n = 0;

    for (int i = 0; i < tokens->n; i++) {
        if (tokens->signature[i] == PERIOD_VAGUE)
            continue;
        tokens->values[n] = tokens->values[i];
        tokens->signature[n++] = tokens->signature[i];
    }
    tokens->signature[n] = '\0';
    if (n == tokens->n)
        return false;
    tokens->n = n;
    return true;
}

enum timeframe_outcome timeframe_read(const char *source, struct timeframe *timeframe)
{
    struct period period = {0};
    struct period_tokens tokens;
    enum timeframe_outcome outcome = TIMEFRAME_UNREADABLE;
    bool vague;
    int from;

    *timeframe = (struct timeframe){.precision = PRECISION_NONE};
    if (says_none(source))
        return TIMEFRAME_NONE;
    if (strlen(source) > SOURCE_BYTES_MAX || !period_cut(source, &tokens) || tokens.n == 0)
        return TIMEFRAME_UNREADABLE;
    vague = take_vague(&tokens);
    if (vague && (tokens.n == 0 || strcmp(tokens.signature, "d") == 0))
        return tokens.n ? TIMEFRAME_AMBIGUOUS : TIMEFRAME_UNREADABLE;
    from = skip_open(&tokens);
    if (from == tokens.n) {
        timeframe->open = true;
        return TIMEFRAME_OPEN;
    }
    timeframe->progressive = strchr(tokens.signature, PERIOD_PROGRESSIVE) != NULL;
    do {
        outcome = read_from(&tokens, from++, &period);
        /* What is reached progressively may be described before the period is named. */
    } while (timeframe->progressive && outcome == TIMEFRAME_UNREADABLE && from < tokens.n);
    if (outcome == TIMEFRAME_DATED && vague)
        outcome = TIMEFRAME_AMBIGUOUS;
    if (outcome != TIMEFRAME_DATED) {
        timeframe->progressive = false;
        return outcome;
    }
    timeframe->start_on = period.first;
    timeframe->due_on = period.last;
    timeframe->precision = period.precision;
    return TIMEFRAME_DATED;
}

void timeframe_format(const struct timeframe *timeframe, char text[TIMEFRAME_TEXT])
{
    struct date due = timeframe->due_on;
    char first[DATE_TEXT];
    char last[DATE_TEXT];
    int len = snprintf(text, TIMEFRAME_TEXT, "%s", timeframe->progressive ? "progressively " : "");
    size_t room = TIMEFRAME_TEXT - (size_t)len;

    text += len;
    date_format(timeframe->start_on, first);
    date_format(due, last);
    switch (timeframe->precision) {
    case PRECISION_DAY:
        snprintf(text, room, "%s", last);
        break;
    case PRECISION_MONTH:
        snprintf(text, room, "%.7s", last);
        break;
    case PRECISION_QUARTER:
        snprintf(text, room, "%.4s-Q%d", last, due.month / 3);
        break;
    case PRECISION_HALF:
        snprintf(text, room, "%.4s-H%d", last, due.month / 6);
        break;
    case PRECISION_YEAR:
        snprintf(text, room, "%.4s", last);
        break;
    case PRECISION_RANGE:
        snprintf(text, room, "%s - %s", first, last);
        break;
    default:
        snprintf(text, room, "%s", timeframe->open ? "ongoing" : "");
        break;
    }
}
