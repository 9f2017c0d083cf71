/* SPDX-License-Identifier: Apache-2.0 */
#include "zone_rule.h"

#include <ctype.h>
#include <string.h>

enum { DAY_SECONDS = 86400, HOUR_SECONDS = 3600 };

static bool take_number(const char **at, int most, int *value)
{
    int number = 0;
    const char *start = *at;

    while (isdigit((unsigned char)**at) && number <= most) {
        number = number * 10 + (**at - '0');
        (*at)++;
    }
    *value = number;
    return *at > start && number <= most;
}

/* "CET" or "<+07>". */
static bool skip_name(const char **at)
{
    const char *start = *at;

    if (**at == '<') {
        const char *close = strchr(*at, '>');
        if (!close)
            return false;
        *at = close + 1;
        return true;
    }
    while (isalpha((unsigned char)**at))
        (*at)++;
    return *at - start >= 3;
}

/* [+-]hh[:mm[:ss]], in seconds. */
static bool take_clock(const char **at, int *seconds)
{
    int sign = **at == '-' ? -1 : 1;
    int part;
    int total;

    if (**at == '-' || **at == '+')
        (*at)++;
    if (!take_number(at, 167, &part))
        return false;
    total = part * HOUR_SECONDS;
    for (int unit = 60; **at == ':' && unit >= 1; unit /= 60) {
        (*at)++;
        if (!take_number(at, 59, &part))
            return false;
        total += part * unit;
    }
    *seconds = sign * total;
    return true;
}

static bool take_day(const char **at, struct zone_rule_day *day)
{
    if (*(*at)++ != ',')
        return false;
    if (**at == 'M') {
        day->form = 'M';
        (*at)++;
        if (!take_number(at, 12, &day->month) || *(*at)++ != '.' ||
            !take_number(at, 5, &day->week) || *(*at)++ != '.' || !take_number(at, 6, &day->day) ||
            day->month < 1 || day->week < 1)
            return false;
    } else {
        day->form = **at == 'J' ? 'J' : '0';
        if (**at == 'J')
            (*at)++;
        if (!take_number(at, 365, &day->day))
            return false;
    }
    day->second = 2 * HOUR_SECONDS;
    if (**at != '/')
        return true;
    (*at)++;
    return take_clock(at, &day->second);
}

bool zone_rule_parse(const char *text, struct zone_rule *rule)
{
    const char *at = text;
    int west;

    *rule = (struct zone_rule){0};
    if (!skip_name(&at) || !take_clock(&at, &west))
        return false;
    rule->standard = -west; /* the rule counts offsets westwards */
    rule->summer = rule->standard;
    if (!*at)
        return true;
    if (!skip_name(&at))
        return false;
    rule->has_summer = true;
    rule->summer = rule->standard + HOUR_SECONDS;
    if (*at != ',') {
        if (!take_clock(&at, &west))
            return false;
        rule->summer = -west;
    }
    return take_day(&at, &rule->begins) && take_day(&at, &rule->ends) && !*at;
}

static int32_t day_of_rule(const struct zone_rule_day *day, int year)
{
    struct date first = {year, 1, 1};
    int32_t at;

    switch (day->form) {
    case 'M':
        first.month = day->month;
        at = date_to_days(first);
        at += (day->day - date_weekday(first) + 7) % 7 + (day->week - 1) * 7;
        /* Week 5 means the last one, which some months have as their fourth. */
        if (at > date_to_days(date_month_end(year, day->month)))
            at -= 7;
        return at;
    case 'J':
        at = date_to_days(first) + day->day - 1;
        return day->day >= 60 && date_month_length(year, 2) == 29 ? at + 1 : at;
    default:
        return date_to_days(first) + day->day;
    }
}

int zone_rule_offset(const struct zone_rule *rule, int64_t at)
{
    int64_t local = at + rule->standard;
    int64_t day = local / DAY_SECONDS - (local % DAY_SECONDS < 0 ? 1 : 0);
    int year = date_from_days((int32_t)day).year;
    int64_t begins;
    int64_t ends;

    if (!rule->has_summer)
        return rule->standard;
    begins = (int64_t)day_of_rule(&rule->begins, year) * DAY_SECONDS + rule->begins.second -
             rule->standard;
    ends = (int64_t)day_of_rule(&rule->ends, year) * DAY_SECONDS + rule->ends.second - rule->summer;
    if (begins < ends)
        return at >= begins && at < ends ? rule->summer : rule->standard;
    return at >= begins || at < ends ? rule->summer : rule->standard;
}
