/* SPDX-License-Identifier: Apache-2.0 */
#include "date.h"

#include <stdio.h>
#include <string.h>

bool date_is_none(struct date date)
{
    return date.year == 0;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

static bool exists(struct date date)
{
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= date_month_length(date.year, date.month);
}

bool date_is_valid(struct date date)
{
    return date.year >= DATE_YEAR_MIN && date.year <= DATE_YEAR_MAX && exists(date);
}

/* The number that exactly n digits at text spell; -1 where one is no digit. */
static int digits(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool date_parse(const char *text, const char *place, struct date *date, struct err *err)
{
    struct date read = {0};

    if (!text || strlen(text) != DATE_TEXT - 1 || text[4] != '-' || text[7] != '-')
        return err_set(err, ERR_REJECT, "BAD_DATE", place, "write the day as YYYY-MM-DD");
    read.year = digits(text, 4);
    read.month = digits(text + 5, 2);
    read.day = digits(text + 8, 2);
    if (read.year < 0 || read.month < 0 || read.day < 0)
        return err_set(err, ERR_REJECT, "BAD_DATE", place, "write the day as YYYY-MM-DD");
    if (!exists(read))
        return err_set(err, ERR_REJECT, "BAD_DATE", place,
                       "there is no such day in the calendar; check month and day");
    if (!date_is_valid(read))
        return err_set(err, ERR_REJECT, "BAD_DATE", place,
                       "the year must lie in %d to %d; correct it at the source", DATE_YEAR_MIN,
                       DATE_YEAR_MAX);
    *date = read;
    return true;
}

bool date_parse_optional(const char *text, const char *place, struct date *date, struct err *err)
{
    if (!text || !*text) {
        *date = (struct date){0};
        return true;
    }
    return date_parse(text, place, date, err);
}

void date_format(struct date date, char text[DATE_TEXT])
{
    if (date_is_none(date)) {
        text[0] = '\0';
        return;
    }
    /* The remainders only tell the compiler what the range already promises: it fits. */
    snprintf(text, DATE_TEXT, "%04u-%02u-%02u", (unsigned)date.year % 10000u,
             (unsigned)date.month % 100u, (unsigned)date.day % 100u);
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

/*
 * Years are counted from March, so that the leap day is the last of its year and month lengths
 * follow (153 * m + 2) / 5; 400 such years ("era") have 146097 days.
 */
int32_t date_to_days(struct date date)
{
    int year = date.month <= 2 ? date.year - 1 : date.year;
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int month_from_march = (date.month + 9) % 12;
    int day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int32_t days)
{
    int shifted = days + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    struct date date;

    date.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    date.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

struct date date_add_days(struct date date, int days)
{
    return date_from_days(date_to_days(date) + days);
}

struct date date_month_end(int year, int month)
{
    return (struct date){year, month, date_month_length(year, month)};
}

int date_weekday(struct date date)
{
    int days = date_to_days(date);

    return ((days % 7) + 7 + 4) % 7; /* 1970-01-01 was a Thursday */
}
