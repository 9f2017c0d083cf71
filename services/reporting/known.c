/* SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

#include "image.h"

#include <string.h>

/* Columns of sql_known_changes. */
enum {
    KNOWN_PART,
    KNOWN_KEY,
    KNOWN_KIND,
    KNOWN_DOCUMENT,
    KNOWN_REVISION,
    KNOWN_PROGRESS,
    KNOWN_REPORTED_ON,
    KNOWN_BODY,
};

static bool is_item(const PGresult *rows, int row)
{
    return strcmp(store_text(rows, row, KNOWN_PART), "item") == 0;
}

/* An item may stand there twice: for itself, and as the document of others. */
static bool is_same(const PGresult *rows, int row, int other)
{
    return strcmp(store_text(rows, row, KNOWN_KEY), store_text(rows, other, KNOWN_KEY)) == 0 &&
           strcmp(store_text(rows, row, KNOWN_PART), store_text(rows, other, KNOWN_PART)) == 0;
}

int known_count(const PGresult *rows)
{
    int n = 0;

    for (int row = 0; row < PQntuples(rows); row++)
        n += is_item(rows, row) && (row == 0 || !is_same(rows, row, row - 1));
    return n;
}

const char *known_last_key(const PGresult *rows)
{
    for (int row = PQntuples(rows); row-- > 0;)
        if (is_item(rows, row))
            return store_text(rows, row, KNOWN_KEY);
    return "";
}

/* Every field group of the item at *row, as last said; *row moves on to the next item. */
static json_t *fold_item(const PGresult *rows, int *row, struct arena *arena)
{
    const int first = *row;
    json_t *image = json_object();

    for (; *row < PQntuples(rows) && is_same(rows, *row, first); ++*row) {
        json_t *change = image_change(rows, *row, KNOWN_BODY, arena);
        const char *name;
        json_t *group;

        json_object_foreach(change, name, group)
        {
            if (json_is_object(group))
                json_object_set(image, name, group);
        }
        json_decref(change);
    }
    return image;
}

static const char *text_or_null(const PGresult *rows, int row, int column)
{
    return store_is_null(rows, row, column) ? NULL : store_text(rows, row, column);
}

/* Takes over the image. */
static json_t *item_row(const PGresult *rows, int first, int last, int ordinal, json_t *image)
{
    return json_pack("{s:i,s:s,s:s,s:s,s:I,s:s?,s:s?,s:o}", "ordinal", ordinal, "key",
                     store_text(rows, first, KNOWN_KEY), "kind",
                     store_text(rows, first, KNOWN_KIND), "document",
                     store_text(rows, first, KNOWN_DOCUMENT), "revision",
                     (json_int_t)store_int(rows, last, KNOWN_REVISION), "progress",
                     text_or_null(rows, first, KNOWN_PROGRESS), "reported_on",
                     text_or_null(rows, first, KNOWN_REPORTED_ON), "image", image);
}

/* The list of a part, made when it is first needed; borrowed. */
static json_t *list_of(json_t *told, const char *part)
{
    json_t *list = json_object_get(told, part);

    if (list)
        return list;
    json_object_set_new(told, part, json_array());
    return json_object_get(told, part);
}

json_t *known_fold(const PGresult *rows, struct arena *arena)
{
    json_t *told = json_object();

    for (int row = 0; row < PQntuples(rows);) {
        const int first = row;
        json_t *list = list_of(told, store_text(rows, row, KNOWN_PART));

        if (store_is_null(rows, row, KNOWN_REVISION)) {
            row++;
            continue;
        }
        json_t *image = fold_item(rows, &row, arena);

        if (json_array_append_new(list, item_row(rows, first, row - 1, first, image)) != 0) {
            json_decref(told);
            return NULL;
        }
    }
    return told;
}
