/* SPDX-License-Identifier: Apache-2.0 */
#include "holidays.h"
#include "holidays_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONE_TEXT = 64, LINE_TEXT = 256 };

struct station {
    char zone[ZONE_TEXT];
    int first_year, last_year;
    bool is_verified;
    struct date *days; /* ascending */
    int ndays;
};

struct holidays {
    struct station *stations;
    int n;
};

static bool bad(const struct holidays_table *table, int line, const char *why, struct err *err)
{
    char place[64];

    snprintf(place, sizeof(place), "holidays/%.32s.csv line %d", table->station, line);
    return err_set(err, ERR_REJECT, "HOLIDAYS_BAD", place, "%s", why);
}

/* The value of "name: value;" in the comment on top; false when it is not there. */
static bool find_value(const char *line, const char *name, char value[ZONE_TEXT])
{
    const char *at = strstr(line, name);
    size_t len;

    if (!at)
        return false;
    at += strlen(name);
    len = strcspn(at, ";");
    if (len == 0 || len >= ZONE_TEXT)
        return false;
    memcpy(value, at, len);
    value[len] = '\0';
    return true;
}

static bool read_head(struct station *station, const char *line)
{
    char years[ZONE_TEXT], verified[ZONE_TEXT];
    char end;

    if (!find_value(line, "# zone: ", station->zone) || !find_value(line, " years: ", years) ||
        !find_value(line, " verified: ", verified) || !strstr(line, " source: "))
        return false;
    station->is_verified = strcmp(verified, "yes") == 0;
    return (station->is_verified || strcmp(verified, "no") == 0) &&
           sscanf(years, "%4d-%4d%c", &station->first_year, &station->last_year, &end) == 2 &&
           station->first_year <= station->last_year;
}

static bool read_row(struct station *station, const struct holidays_table *table, int number,
                     char *line, struct err *err)
{
    char *comma = strchr(line, ',');
    struct date day;
    struct err why;

    if (!comma || !comma[1])
        return bad(table, number, "write a day, a comma and the holiday's name", err);
    *comma = '\0';
    if (!date_parse(line, "date", &day, &why))
        return bad(table, number, why.text, err);
    if (day.year < station->first_year || day.year > station->last_year)
        return bad(table, number, "the day lies outside the years of the table", err);
    if (station->ndays && date_compare(station->days[station->ndays - 1], day) >= 0)
        return bad(table, number, "days must ascend, each once", err);
    station->days[station->ndays++] = day;
    return true;
}

static bool read_line(struct station *station, const struct holidays_table *table, int number,
                      char *line, bool *in_rows, struct err *err)
{
    if (*in_rows)
        return read_row(station, table, number, line, err);
    if (line[0] == '#') {
        if (strncmp(line, "# zone: ", 8) == 0 && !read_head(station, line))
            return bad(table, number, "write zone, years, verified (yes or no) and source", err);
        return true;
    }
    *in_rows = true;
    if (strcmp(line, "date,name") != 0)
        return bad(table, number, "expected the line date,name", err);
    return station->zone[0] || bad(table, number, "no line above says the zone", err);
}

static size_t count_lines(const char *text)
{
    size_t n = 1;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static bool read_table(struct station *station, const struct holidays_table *table, struct err *err)
{
    const char *at = table->csv;
    bool in_rows = false;
    char line[LINE_TEXT];

    station->days = calloc(count_lines(table->csv), sizeof(*station->days));
    if (!station->days)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "holidays", "cannot hold a table");
    for (int number = 1; *at; number++) {
        size_t len = strcspn(at, "\n");
        if (len >= sizeof(line))
            return bad(table, number, "the line is too long", err);
        memcpy(line, at, len);
        line[len] = '\0';
        if (!read_line(station, table, number, line, &in_rows, err))
            return false;
        at += len + (at[len] == '\n');
    }
    return in_rows || bad(table, 1, "the table has no rows", err);
}

static const struct station *find_station(const struct holidays *holidays, const char *zone)
{
    for (int i = 0; holidays && i < holidays->n; i++)
        if (strcmp(holidays->stations[i].zone, zone) == 0)
            return &holidays->stations[i];
    return NULL;
}

static bool read_tables(struct holidays *holidays, const struct holidays_table *tables,
                        struct err *err)
{
    for (const struct holidays_table *table = tables; table->station; table++) {
        struct station *station = &holidays->stations[holidays->n];
        bool is_read = read_table(station, table, err);

        if (is_read && find_station(holidays, station->zone))
            is_read = err_set(err, ERR_REJECT, "TWO_TABLES", table->station,
                              "another table speaks for %s; join them", station->zone);
        holidays->n++;
        if (!is_read)
            return false;
    }
    return true;
}

struct holidays *holidays_read(const struct holidays_table *tables, struct err *err)
{
    struct holidays *holidays = calloc(1, sizeof(*holidays));
    size_t n = 0;

    while (tables[n].station)
        n++;
    if (holidays)
        holidays->stations = calloc(n + 1, sizeof(*holidays->stations));
    if (!holidays || !holidays->stations)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "holidays", "cannot hold the tables");
    else if (read_tables(holidays, tables, err))
        return holidays;
    holidays_close(holidays);
    return NULL;
}

struct holidays *holidays_open(struct err *err)
{
    return holidays_read(holidays_tables, err);
}

void holidays_close(struct holidays *holidays)
{
    if (!holidays)
        return;
    for (int i = 0; i < holidays->n; i++)
        free(holidays->stations[i].days);
    free(holidays->stations);
    free(holidays);
}

bool holidays_know(const struct holidays *holidays, const char *zone, int year)
{
    const struct station *station = find_station(holidays, zone);

    return station && year >= station->first_year && year <= station->last_year;
}

bool holidays_are_verified(const struct holidays *holidays, const char *zone)
{
    const struct station *station = find_station(holidays, zone);

    return station && station->is_verified;
}

static int compare_days(const void *left, const void *right)
{
    return date_compare(*(const struct date *)left, *(const struct date *)right);
}

bool holidays_has(const struct holidays *holidays, const char *zone, struct date day)
{
    const struct station *station = find_station(holidays, zone);

    return station && station->ndays > 0 &&
           bsearch(&day, station->days, (size_t)station->ndays, sizeof(day), compare_days);
}
