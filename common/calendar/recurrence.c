/* SPDX-License-Identifier: Apache-2.0 */
#include "recurrence.h"

struct date date_add_months(struct date date, int months)
{
    int total = date.year * 12 + (date.month - 1) + months;
    int year = total / 12;
    int month = total % 12 + 1;
    int length = date_month_length(year, month);

    return (struct date){year, month, date.day < length ? date.day : length};
}

struct date recurrence_day(const struct recurrence *rule, int n)
{
    return date_add_months(rule->anchor, n * rule->interval_months);
}

int recurrence_first_from(const struct recurrence *rule, struct date day)
{
    int months = (day.year - rule->anchor.year) * 12 + (day.month - rule->anchor.month);
    int n;

    if (date_compare(day, rule->anchor) <= 0)
        return 0;
    n = months / rule->interval_months;
    /* The month alone may name an occurrence that lies earlier in it: at most one step off. */
    return date_compare(recurrence_day(rule, n), day) < 0 ? n + 1 : n;
}
