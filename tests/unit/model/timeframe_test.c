/* SPDX-License-Identifier: Apache-2.0 */
#include "model/timeframe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *source;
    const char *start_on;
    const char *due_on;
    enum precision precision;
    bool progressive;
};

static void expect(const struct example *example)
{
    struct timeframe timeframe;
    char text[DATE_TEXT];
    enum timeframe_outcome outcome = timeframe_read(example->source, &timeframe);

    if (outcome != TIMEFRAME_DATED)
        fail_msg("not read: %s", example->source);
    date_format(timeframe.due_on, text);
    if (strcmp(text, example->due_on) != 0)
        fail_msg("%s is due on %s, not %s", example->source, text, example->due_on);
    date_format(timeframe.start_on, text);
    assert_string_equal(text, example->start_on);
    assert_int_equal(timeframe.precision, example->precision);
    assert_int_equal(timeframe.progressive, example->progressive);
}

static void deadline_is_the_last_day_of_the_stated_period(void **state)
{
    static const struct example examples[] = {
        {"Q4/2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"Q2 2023", "2023-04-01", "2023-06-30", PRECISION_QUARTER, false},
        {"1st Quarter, 2018", "2018-01-01", "2018-03-31", PRECISION_QUARTER, false},
        {"2024 Q3", "2024-07-01", "2024-09-30", PRECISION_QUARTER, false},
        {"2022/12", "2022-12-01", "2022-12-31", PRECISION_MONTH, false},
        {"2021/02", "2021-02-01", "2021-02-28", PRECISION_MONTH, false},
        {"2024-02", "2024-02-01", "2024-02-29", PRECISION_MONTH, false},
        {"12/2022", "2022-12-01", "2022-12-31", PRECISION_MONTH, false},
        {"09/21", "2021-09-01", "2021-09-30", PRECISION_MONTH, false},
        {"December 2021", "2021-12-01", "2021-12-31", PRECISION_MONTH, false},
        {"Dec 2022", "2022-12-01", "2022-12-31", PRECISION_MONTH, false},
        {"diciembre de 2021", "2021-12-01", "2021-12-31", PRECISION_MONTH, false},
        {"août 2024", "2024-08-01", "2024-08-31", PRECISION_MONTH, false},
        {"31/12/2020", "2020-12-31", "2020-12-31", PRECISION_DAY, false},
        {"12/31/2020", "2020-12-31", "2020-12-31", PRECISION_DAY, false},
        {"04/04/2024", "2024-04-04", "2024-04-04", PRECISION_DAY, false},
        {"31 Dec 2020", "2020-12-31", "2020-12-31", PRECISION_DAY, false},
        {"July 2, 2024", "2024-07-02", "2024-07-02", PRECISION_DAY, false},
        {"2024-07-02", "2024-07-02", "2024-07-02", PRECISION_DAY, false},
        {"2023", "2023-01-01", "2023-12-31", PRECISION_YEAR, false},
        {"4.º trimestre de 2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"by June 2026 at the latest", "2026-06-01", "2026-06-30", PRECISION_MONTH, false},
        {"during 2026", "2026-01-01", "2026-12-31", PRECISION_YEAR, false},
        {"courant 2026", "2026-01-01", "2026-12-31", PRECISION_YEAR, false},
        {"end of 2023", "2023-01-01", "2023-12-31", PRECISION_YEAR, false},
        {"fin 2024", "2024-01-01", "2024-12-31", PRECISION_YEAR, false},
        {"mid-2024", "2024-01-01", "2024-06-30", PRECISION_HALF, false},
        {"H1 2025", "2025-01-01", "2025-06-30", PRECISION_HALF, false},
        {"second half of 2025", "2025-07-01", "2025-12-31", PRECISION_HALF, false},
        {"2022–2023", "2022-01-01", "2023-12-31", PRECISION_RANGE, false},
        {"2022/23", "2022-01-01", "2023-12-31", PRECISION_RANGE, false},
        {"Jan - Mar 2022", "2022-01-01", "2022-03-31", PRECISION_RANGE, false},
        {"Q1 2022 to Q2 2023", "2022-01-01", "2023-06-30", PRECISION_RANGE, false},
        {"T4/2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"4T 2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"Q3/24", "2024-07-01", "2024-09-30", PRECISION_QUARTER, false},
        {"Q 4, 2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"quatrième trimestre 2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"2e trimestre de 2026", "2026-04-01", "2026-06-30", PRECISION_QUARTER, false},
        {"IV trimestre 2025", "2025-10-01", "2025-12-31", PRECISION_QUARTER, false},
        {"end of Q2 2026", "2026-04-01", "2026-06-30", PRECISION_QUARTER, false},
        {"Premier semestre 2026", "2026-01-01", "2026-06-30", PRECISION_HALF, false},
        {"DÉCEMBRE 2025", "2025-12-01", "2025-12-31", PRECISION_MONTH, false},
        {"d'ici fin décembre 2025", "2025-12-01", "2025-12-31", PRECISION_MONTH, false},
        {"dici la fin de 2025", "2025-01-01", "2025-12-31", PRECISION_YEAR, false},
        {"avant la fin de l’année 2025", "2025-01-01", "2025-12-31", PRECISION_YEAR, false},
        {"a más tardar en marzo de 2026", "2026-03-01", "2026-03-31", PRECISION_MONTH, false},
        {"1er mars 2026", "2026-03-01", "2026-03-01", PRECISION_DAY, false},
        {"de enero a marzo de 2026", "2026-01-01", "2026-03-31", PRECISION_RANGE, false},
        {"3er trimestre de 2024", "2024-07-01", "2024-09-30", PRECISION_QUARTER, false},
        {"último trimestre de 2024", "2024-10-01", "2024-12-31", PRECISION_QUARTER, false},
        {"segundo semestre de 2023", "2023-07-01", "2023-12-31", PRECISION_HALF, false},
        {"mediados de 2024", "2024-01-01", "2024-06-30", PRECISION_HALF, false},
        {"final de 2024", "2024-01-01", "2024-12-31", PRECISION_YEAR, false},
        {"mid-June 2024", "2024-06-01", "2024-06-30", PRECISION_MONTH, false},
        {"December 31st, 2024", "2024-12-31", "2024-12-31", PRECISION_DAY, false},
        {"31-Dec-20", "2020-12-31", "2020-12-31", PRECISION_DAY, false},
        {"Q1/Q2 2024", "2024-01-01", "2024-06-30", PRECISION_RANGE, false},
        {"2024/2025", "2024-01-01", "2025-12-31", PRECISION_RANGE, false},
        {"between 2022 and 2023", "2022-01-01", "2023-12-31", PRECISION_RANGE, false},
        {"15 March to 20 June 2024", "2024-03-15", "2024-06-20", PRECISION_RANGE, false},
        {"jusqu’à décembre 2025", "2025-12-01", "2025-12-31", PRECISION_MONTH, false},
        {"Ongoing until 2025", "2025-01-01", "2025-12-31", PRECISION_YEAR, false},
        {"Progressively linked with SDGs 2015–2030", "2015-01-01", "2030-12-31", PRECISION_RANGE,
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
        expect(&examples[i]);
}

static void expect_outcome(const char *source, enum timeframe_outcome outcome)
{
    struct timeframe timeframe;

    if (timeframe_read(source, &timeframe) != outcome)
        fail_msg("%s: not outcome %d", source, (int)outcome);
    assert_true(date_is_none(timeframe.due_on));
    assert_int_equal(timeframe.precision, PRECISION_NONE);
    assert_int_equal(timeframe.open, outcome == TIMEFRAME_OPEN);
}

static void text_with_two_readings_gets_no_date(void **state)
{
    (void)state;
    expect_outcome("03/04/2024", TIMEFRAME_AMBIGUOUS);
    expect_outcome("12/11", TIMEFRAME_AMBIGUOUS);
    expect_outcome("01.02.2024", TIMEFRAME_AMBIGUOUS);
    expect_outcome("01/02/03", TIMEFRAME_AMBIGUOUS);
    expect_outcome("Dec-22", TIMEFRAME_AMBIGUOUS);
}

static void no_deadline_and_no_end_are_told_apart(void **state)
{
    (void)state;
    expect_outcome("", TIMEFRAME_NONE);
    expect_outcome("  ", TIMEFRAME_NONE);
    expect_outcome("N/A", TIMEFRAME_NONE);
    expect_outcome("No due date", TIMEFRAME_NONE);
    expect_outcome("Ongoing", TIMEFRAME_OPEN);
    expect_outcome("continuous", TIMEFRAME_OPEN);
    expect_outcome("en continu", TIMEFRAME_OPEN);
    expect_outcome("On-going.", TIMEFRAME_OPEN);
    expect_outcome("on an ongoing basis", TIMEFRAME_OPEN);
    expect_outcome("continuous process", TIMEFRAME_OPEN);
    expect_outcome("immédiatement", TIMEFRAME_OPEN);
    expect_outcome("inmediatamente", TIMEFRAME_OPEN);
    expect_outcome("sans échéance", TIMEFRAME_NONE);
    expect_outcome("Sin fecha límite", TIMEFRAME_NONE);
}

static void a_day_that_does_not_exist_is_told_from_unknown_words(void **state)
{
    static const char *const impossible[] = {"30 Feb 2026", "2026-02-30",  "31/02/2024", "2022/13",
                                             "2021/00",     "1889",        "Q1 2150",    "2023/22",
                                             "29 Feb 2023", "2020 - 2101", "0/2024"};

    (void)state;
    for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++)
        expect_outcome(impossible[i], TIMEFRAME_IMPOSSIBLE);
}

static void a_period_whose_last_day_is_not_said_is_asked_about(void **state)
{
    static const char *const vague[] = {"early 2024",
                                        "Beginning of March 2024",
                                        "FY 2023/24",
                                        "FY2024",
                                        "FY24",
                                        "fiscal year 2023-2024",
                                        "début 2024",
                                        "exercice 2023",
                                        "principios de 2024",
                                        "inicios del 2024"};

    (void)state;
    for (size_t i = 0; i < sizeof(vague) / sizeof(vague[0]); i++)
        expect_outcome(vague[i], TIMEFRAME_AMBIGUOUS);
}

static void what_is_not_a_period_is_not_guessed(void **state)
{
    static const char *const odd[] = {"soon",
                                      "from 2024",
                                      "early on",
                                      "2022/06 and 2022/12",
                                      "Q5 2024",
                                      "2023/11/",
                                      "20222",
                                      "2030 - 2022",
                                      "when funds allow, 2024",
                                      "//",
                                      "before 2025",
                                      "avant décembre 2025",
                                      "third half of 2025"};
    char endless[512];

    (void)state;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        expect_outcome(odd[i], TIMEFRAME_UNREADABLE);
    memset(endless, '/', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    expect_outcome(endless, TIMEFRAME_UNREADABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadline_is_the_last_day_of_the_stated_period),
        cmocka_unit_test(text_with_two_readings_gets_no_date),
        cmocka_unit_test(no_deadline_and_no_end_are_told_apart),
        cmocka_unit_test(a_day_that_does_not_exist_is_told_from_unknown_words),
        cmocka_unit_test(a_period_whose_last_day_is_not_said_is_asked_about),
        cmocka_unit_test(what_is_not_a_period_is_not_guessed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
