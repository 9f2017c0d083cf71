/* SPDX-License-Identifier: Apache-2.0 */
#include "instant.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>

/* "+07:00", "-03:30" or "Z" to seconds. */
static bool read_offset(const char *text, int *seconds)
{
    int hours, minutes, end = 0;

    *seconds = 0;
    if (strcmp(text, "Z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || strspn(text + 1, "0123456789:") != 5 ||
        sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || end != 5 || text[6] ||
        hours > 15 || minutes > 59)
        return false;
    *seconds = (hours * 60 + minutes) * 60 * (*text == '-' ? -1 : 1);
    return true;
}

/* The digits after the second; *at moves behind them. */
static int read_fraction_us(const char **at)
{
    int us = 0;
    int unit = 100000;

    if (**at != '.')
        return 0;
    for (++*at; **at >= '0' && **at <= '9'; ++*at, unit /= 10)
        us += (**at - '0') * unit;
    return us;
}

bool instant_parse(const char *text, int64_t *us)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    char day[DATE_TEXT];
    int hour, minute, second, fraction, offset;
    struct date date;
    struct err err;
    const char *at = text;

    for (const char *f = form; *f; f++, at++)
        if (*f == 'd' ? *at < '0' || *at > '9' : *at != *f)
            return false;
    memcpy(day, text, sizeof(day) - 1);
    day[sizeof(day) - 1] = '\0';
    if (!date_parse(day, "", &date, &err) ||
        sscanf(text + 11, "%2d:%2d:%2d", &hour, &minute, &second) != 3 || hour > 23 ||
        minute > 59 || second > 59)
        return false;
    fraction = read_fraction_us(&at);
    if (!read_offset(at, &offset))
        return false;
    *us = ((int64_t)date_to_days(date) * 86400 + hour * 3600 + minute * 60 + second - offset) *
              1000000 +
          fraction;
    return true;
}
