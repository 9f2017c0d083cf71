/* SPDX-License-Identifier: Apache-2.0 */
#include "columns.h"

#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void columns_init(struct columns *columns, struct arena *arena, const char *types)
{
    columns->arena = arena;
    columns->n = (int)strlen(types);
    for (int i = 0; i < columns->n; i++)
        store_array_init(&columns->array[i], arena,
                         types[i] == 'i'   ? STORE_INT8_ARRAY
                         : types[i] == 'b' ? STORE_BYTEA_ARRAY
                         : types[i] == 'u' ? STORE_UUID_ARRAY
                                           : STORE_TEXT_ARRAY);
}

int columns_rows(const struct columns *columns)
{
    return columns->array[0].n;
}

struct store_args *columns_step(struct steps *steps, const char *sql, struct columns *columns)
{
    struct store_args *args = steps_add(steps, sql);

    for (int i = 0; i < columns->n; i++)
        store_arg_array(args, &columns->array[i]);
    return args;
}

void put_id(struct store_array *array, int64_t id)
{
    if (id)
        store_array_int(array, id);
    else
        store_array_null(array);
}

void put_date(struct store_array *array, const char *date)
{
    store_array_text(array, date && date[0] ? date : NULL);
}

void put_ints(struct columns *columns, int at, const int64_t *values, int n)
{
    size_t room = (size_t)n * 21 + 3;
    char *text = arena_alloc(columns->arena, room);
    size_t len = 0;

    if (!text) {
        columns->array[at].failed = true;
        return;
    }
    text[len++] = '{';
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, room - len, i ? ",%lld" : "%lld", (long long)values[i]);
    text[len++] = '}';
    text[len] = '\0';
    store_array_text(&columns->array[at], text);
}

void put_texts(struct columns *columns, int at, char *const *texts, size_t n)
{
    json_t *list = json_array();
    char *text;

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(texts[i]));
    text = json_dumps(list, JSON_COMPACT);
    if (text && json_array_size(list) == n)
        store_array_text(&columns->array[at], text);
    else
        columns->array[at].failed = true;
    free(text);
    json_decref(list);
}

const char *word_or_null(const ProtobufCEnumDescriptor *type, int value)
{
    return value ? wire_word(type, value) : NULL;
}
