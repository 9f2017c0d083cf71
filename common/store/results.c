/* SPDX-License-Identifier: Apache-2.0 */
/* Reading result columns. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

const char *store_text(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column);
}

struct date store_day(const PGresult *result, int row, int column)
{
    struct date day;
    struct err err;

    if (!date_parse_optional(store_text(result, row, column), "date", &day, &err))
        return (struct date){0};
    return day;
}

bool store_is_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column);
}

int64_t store_int(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

bool store_bool(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column)[0] == 't';
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

const uint8_t *store_bytes(const PGresult *result, int row, int column, struct arena *arena,
                           size_t *len)
{
    const char *text = PQgetvalue(result, row, column); /* \x6869, always lower case */
    size_t n = strlen(text);
    uint8_t *bytes;

    *len = 0;
    if (PQgetisnull(result, row, column) || n < 2)
        return NULL;
    n = (n - 2) / 2;
    bytes = arena_alloc(arena, n + 1);
    if (!bytes)
        return NULL;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(hex_digit(text[2 + 2 * i]) << 4 | hex_digit(text[3 + 2 * i]));
    *len = n;
    return bytes;
}

const int64_t *store_ints(const PGresult *result, int row, int column, struct arena *arena, int *n)
{
    const char *text = PQgetvalue(result, row, column); /* {1,2,3} */
    size_t most = strlen(text) / 2 + 1;
    int64_t *values = arena_alloc(arena, most * sizeof(*values));

    *n = 0;
    if (!values)
        return NULL;
    for (const char *at = text; *at && *at != '}'; at++)
        if (*at == '{' || *at == ',') {
            char *end;
            long long value = strtoll(at + 1, &end, 10);
            if (end > at + 1)
                values[(*n)++] = value;
        }
    return values;
}
