/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date - civil days of the Gregorian calendar, 1990-01-01 to 2100-12-31.
 *
 * A day has no hour and no zone; "today" is always a parameter (calendar/zone.h turns an instant
 * into a day). A zeroed struct date means "none": it formats as "" and sorts before every day.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_BASE_DATE_H
#define UPTAKE_BASE_DATE_H

#include "err.h"

#include <stdint.h>

enum {
    DATE_YEAR_MIN = 1990,
    DATE_YEAR_MAX = 2100,
    DATE_TEXT = 11, /* "2026-11-21" with the closing NUL */
};

struct date {
    int year;  /* 0: no day at all */
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

bool date_is_none(struct date date);
/* A day that exists and lies in the range. */
bool date_is_valid(struct date date);

/* Exactly YYYY-MM-DD, a day of the range; else ERR_REJECT BAD_DATE. */
MUST_CHECK bool date_parse(const char *text, const char *place, struct date *date, struct err *err);
/* date_parse that takes "" (and NULL) as none. */
MUST_CHECK bool date_parse_optional(const char *text, const char *place, struct date *date,
                                    struct err *err);
void date_format(struct date date, char text[DATE_TEXT]);

/* Less than, equal to or greater than 0, like strcmp. */
int date_compare(struct date a, struct date b);

/* Days since 1970-01-01; the date must be a day. The second works for any day number an int32 of
 * years 0 to 9999 gives, also outside the range above. */
int32_t date_to_days(struct date date);
struct date date_from_days(int32_t days);
struct date date_add_days(struct date date, int days);

/* Days of the month, leap years counted. */
int date_month_length(int year, int month);
struct date date_month_end(int year, int month);
/* 0 Sunday to 6 Saturday. */
int date_weekday(struct date date);

#endif
