/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every text, not only for the examples. UPTAKE_TEST_SEED repeats a run. */
#include "model/timeframe.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ROUNDS = 10000, TEXT_BYTES = 256 };

static uint64_t random_state;

/* xorshift64 */
static unsigned draw(unsigned below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 32) % below;
}

static const char *pick(const char *const *list, unsigned n)
{
    return list[draw(n)];
}

#define PICK(list) pick(list, sizeof(list) / sizeof(list[0]))

static const char *const month_names[3][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
     "octobre", "novembre", "décembre"},
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
     "octubre", "noviembre", "diciembre"}};
static const char *const ordinals[3][4] = {{"1st", "second", "3rd", "fourth"},
                                           {"1er", "deuxième", "3e", "4ème"},
                                           {"primer", "segundo", "tercer", "4to"}};
static const char *const quarters[] = {"quarter", "trimestre", "trimestre"};
static const char *const halves[] = {"half", "semestre", "semestre"};
static const char *const ofs[] = {" of ", " de ", " de "};
static const char *const dashes[] = {"-", " - ", "–", " — ", "‑", "−", " to ", " a "};
static const char *const ends[] = {"end of ", "fin ", "finales de ", "by the end of "};
static const char *const mids[] = {"mid-", "mi-", "mediados de ", "middle of "};

/* A text and what it must be read as. */
struct stated {
    char text[TEXT_BYTES];
    struct timeframe means;
};

static void set(struct stated *stated, int year, int first_month, int months,
                enum precision precision)
{
    stated->means.start_on = (struct date){year, first_month, 1};
    stated->means.due_on = date_month_end(year, first_month + months - 1);
    stated->means.precision = precision;
}

static void state_day(struct stated *stated, int language, int year)
{
    int month = 1 + (int)draw(12);
    int day = 1 + (int)draw((unsigned)date_month_length(year, month));

    stated->means = (struct timeframe){
        .start_on = {year, month, day}, .due_on = {year, month, day}, .precision = PRECISION_DAY};
    switch (draw(4)) {
    case 0:
        snprintf(stated->text, TEXT_BYTES, "%04d-%02d-%02d", year, month, day);
        break;
    case 1:
        snprintf(stated->text, TEXT_BYTES, "%d/%d/%d", day > 12 ? day : month,
                 day > 12 ? month : day, year);
        if (day <= 12 && day != month)
            stated->means = (struct timeframe){.precision = PRECISION_NONE};
        break;
    default:
        snprintf(stated->text, TEXT_BYTES, "%d%s%s%s%d", day, language ? ofs[language] : " ",
                 month_names[language][month - 1], language == 2 ? " de " : " ", year);
    }
}

static void state_month(struct stated *stated, int language, int year)
{
    int month = 1 + (int)draw(12);

    set(stated, year, month, 1, PRECISION_MONTH);
    switch (draw(3)) {
    case 0:
        snprintf(stated->text, TEXT_BYTES, "%d/%02d", year, month);
        break;
    case 1:
        snprintf(stated->text, TEXT_BYTES, "%02d/%d", month, year);
        break;
    default:
        snprintf(stated->text, TEXT_BYTES, "%s%s%d", month_names[language][month - 1],
                 language == 2 ? " de " : " ", year);
    }
}

static void state_part(struct stated *stated, int language, int year)
{
    bool quarter = draw(2);
    int n = 1 + (int)draw(quarter ? 4 : 2);
    const char *word = quarter ? quarters[language] : halves[language];

    set(stated, year, quarter ? 3 * n - 2 : 6 * n - 5, quarter ? 3 : 6,
        quarter ? PRECISION_QUARTER : PRECISION_HALF);
    switch (draw(3)) {
    case 0:
        snprintf(stated->text, TEXT_BYTES, "%c%d/%d", quarter ? 'Q' : 'H', n, year);
        break;
    case 1:
        snprintf(stated->text, TEXT_BYTES, "%c%d %d", quarter ? 'T' : 'S', n, year);
        break;
    default:
        snprintf(stated->text, TEXT_BYTES, "%s %s%s%d", ordinals[language][n - 1], word,
                 draw(2) ? ofs[language] : ", ", year);
    }
}

static void state_year(struct stated *stated, int year)
{
    int until = year + 1 + (int)draw(8);
    bool progressive = draw(2);

    set(stated, year, 1, 12, PRECISION_YEAR);
    switch (draw(4)) {
    case 0:
        snprintf(stated->text, TEXT_BYTES, "%s%d", PICK(ends), year);
        break;
    case 1:
        set(stated, year, 1, 6, PRECISION_HALF);
        snprintf(stated->text, TEXT_BYTES, "%s%d", PICK(mids), year);
        break;
    case 2:
        snprintf(stated->text, TEXT_BYTES, "%d", year);
        break;
    default:
        stated->means.due_on = (struct date){until, 12, 31};
        stated->means.precision = PRECISION_RANGE;
        stated->means.progressive = progressive;
        snprintf(stated->text, TEXT_BYTES, "%s%d%s%d",
                 progressive ? "Progressively linked with SDGs " : "", year, PICK(dashes), until);
    }
}

static void state_any(struct stated *stated)
{
    int year = DATE_YEAR_MIN + (int)draw(DATE_YEAR_MAX - DATE_YEAR_MIN - 8);
    int language = (int)draw(3);

    *stated = (struct stated){0};
    switch (draw(4)) {
    case 0:
        state_day(stated, language, year);
        break;
    case 1:
        state_month(stated, language, year);
        break;
    case 2:
        state_part(stated, language, year);
        break;
    default:
        state_year(stated, year);
    }
}

/* Letter case, blanks and a full stop at the end change nothing. */
static void disguise(char *text)
{
    if (draw(3) == 0)
        for (char *at = text; *at; at++)
            *at = (char)toupper((unsigned char)*at);
    if (draw(4) == 0)
        strcat(text, draw(2) ? "." : "  ");
}

static bool equal(const struct timeframe *a, const struct timeframe *b)
{
    return date_compare(a->start_on, b->start_on) == 0 && date_compare(a->due_on, b->due_on) == 0 &&
           a->precision == b->precision && a->progressive == b->progressive && a->open == b->open;
}

static void expect_stable(const char *source)
{
    struct timeframe first;
    struct timeframe second;
    char text[TIMEFRAME_TEXT];
    enum timeframe_outcome outcome = timeframe_read(source, &first);

    if (outcome > TIMEFRAME_OPEN)
        return;
    timeframe_format(&first, text);
    if (timeframe_read(text, &second) != outcome || !equal(&first, &second))
        fail_msg("\"%s\" became \"%s\" and then something else", source, text);
}

static void every_stated_period_is_read_as_stated(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct stated stated;
        struct timeframe read;

        state_any(&stated);
        disguise(stated.text);
        timeframe_read(stated.text, &read);
        if (!equal(&read, &stated.means)) {
            char text[TIMEFRAME_TEXT];
            timeframe_format(&read, text);
            fail_msg("\"%s\" is read as \"%s\"", stated.text, text);
        }
        expect_stable(stated.text);
    }
}

/* Words of the grammar in any order. */
static void word_soup(char *text)
{
    static const char *const soup[] = {
        "2022", "2023", "1",       "2",   "12", "31",     "Q4",  "H1",    "/",
        "-",    ".",    "–",       " ",   ",",  "Dec",    "mai", "julio", "quarter",
        "half", "mid",  "end",     "fin", "de", "to",     "a",   "and",   "y",
        "from", "last", "ongoing", "1er", "no", "before", "N/A", "éé",    "(i)"};
    unsigned n = draw(9);

    *text = '\0';
    for (unsigned i = 0; i < n; i++) {
        strcat(text, PICK(soup));
        strcat(text, draw(2) ? " " : "");
    }
}

static void random_bytes(char *text)
{
    unsigned n = draw(TEXT_BYTES - 1);

    for (unsigned i = 0; i < n; i++)
        text[i] = (char)(1 + draw(255));
    text[n] = '\0';
}

static int digit_groups(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += isdigit((unsigned char)*text) && !isdigit((unsigned char)text[1]);
    return n;
}

/* What is read can be said to be in the text: a day needs two numbers, any date one. */
static void expect_no_more_than_said(const char *text)
{
    struct timeframe read;
    enum timeframe_outcome outcome = timeframe_read(text, &read);
    int needed = read.precision == PRECISION_DAY ? 2 : 1;

    assert_int_equal(outcome == TIMEFRAME_DATED, !date_is_none(read.due_on));
    assert_int_equal(outcome == TIMEFRAME_DATED, !date_is_none(read.start_on));
    if (outcome != TIMEFRAME_DATED)
        return;
    assert_true(date_is_valid(read.start_on) && date_is_valid(read.due_on));
    assert_true(date_compare(read.start_on, read.due_on) <= 0);
    if (digit_groups(text) < needed)
        fail_msg("\"%s\" does not say as much as %s", text, precision_word(read.precision));
    if (read.precision != PRECISION_DAY && read.precision != PRECISION_RANGE)
        assert_int_equal(read.due_on.day, date_month_length(read.due_on.year, read.due_on.month));
}

static void no_text_is_read_as_more_than_it_says(void **state)
{
    char text[TEXT_BYTES];

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        word_soup(text);
        expect_no_more_than_said(text);
        expect_stable(text);
    }
}

static void no_bytes_break_the_reading(void **state)
{
    char text[TEXT_BYTES];

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        random_bytes(text);
        expect_no_more_than_said(text);
        expect_stable(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stated_period_is_read_as_stated),
        cmocka_unit_test(no_text_is_read_as_more_than_it_says),
        cmocka_unit_test(no_bytes_break_the_reading),
    };
    const char *given = getenv("UPTAKE_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);

    printf("UPTAKE_TEST_SEED=%llu\n", (unsigned long long)seed);
    random_state = seed * 0x9E3779B97F4A7C15u + 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
