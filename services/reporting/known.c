/* SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

#include "image.h"

#include <string.h>

/* Columns of sql_known_changes. */
enum {
    KNOWN_KEY,
    KNOWN_KIND,
    KNOWN_DOCUMENT,
    KNOWN_ADDRESSEE,
    KNOWN_REVISION,
    KNOWN_PROGRESS,
    KNOWN_REPORTED_ON,
    KNOWN_BODY,
};

static const char unit_prefix[] = "unit:";

static bool is_same_item(const PGresult *rows, int row, int other)
{
    return strcmp(store_text(rows, row, KNOWN_KEY), store_text(rows, other, KNOWN_KEY)) == 0;
}

int known_count(const PGresult *rows)
{
    int n = 0;

    for (int row = 0; row < PQntuples(rows); row++)
        n += row == 0 || !is_same_item(rows, row, row - 1);
    return n;
}

const char *known_last_key(const PGresult *rows)
{
    const int n = PQntuples(rows);

    return n ? store_text(rows, n - 1, KNOWN_KEY) : "";
}

/* Every field group of the item at *row, as last said; *row moves on to the next item. */
static json_t *fold_item(const PGresult *rows, int *row, struct arena *arena)
{
    const int first = *row;
    json_t *image = json_object();

    for (; *row < PQntuples(rows) && is_same_item(rows, *row, first); ++*row) {
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

/* The first of the fields that the image has; null where it has none. */
struct place {
    const char *group;
    const char *field;
};

static json_t *first_of(const json_t *image, const struct place *places)
{
    for (; places->group; places++) {
        json_t *value = json_object_get(json_object_get(image, places->group), places->field);

        if (value)
            return json_incref(value);
    }
    return json_null();
}

static json_t *text_of(const json_t *image)
{
    static const struct place places[] = {
        {"action_wording", "text"}, {"recommendation_text", "text"}, {"document_identity", "title"},
        {"unit_identity", "name"},  {"policy_rule", "title"},        {NULL, NULL}};

    return first_of(image, places);
}

static json_t *code_of(const json_t *image)
{
    static const struct place places[] = {{"action_wording", "code"},
                                          {"recommendation_text", "code"},
                                          {"unit_identity", "code"},
                                          {NULL, NULL}};

    return first_of(image, places);
}

static json_t *field_of(const json_t *image, const char *group, const char *field)
{
    const struct place places[] = {{group, field}, {NULL, NULL}};

    return first_of(image, places);
}

/* The units of the directory carry their code in their key. */
static json_t *units_of(const json_t *image)
{
    json_t *said = json_object_get(json_object_get(image, "responsibilities"), "units");
    json_t *units = json_array();
    size_t index;
    json_t *one;

    json_array_foreach(said, index, one)
    {
        const char *key = json_string_value(json_object_get(one, "unit"));
        const bool listed = key && strncmp(key, unit_prefix, sizeof(unit_prefix) - 1) == 0;

        json_array_append_new(units, json_pack("{s:s?,s:s?,s:O*,s:O*,s:O*}", "unit", key, "code",
                                               listed ? key + sizeof(unit_prefix) - 1 : NULL,
                                               "name", json_object_get(one, "name"), "role",
                                               json_object_get(one, "role"), "said_by",
                                               json_object_get(one, "said_by")));
    }
    return units;
}

/* What an item says where nobody has said anything. */
static json_t *word_or(json_t *word, const char *otherwise)
{
    if (!json_is_null(word))
        return word;
    json_decref(word);
    return json_string(otherwise);
}

/* Empty is no text, but no date either. */
static json_t *day_or_null(json_t *day)
{
    if (json_is_string(day) && *json_string_value(day))
        return day;
    json_decref(day);
    return json_null();
}

static const char *text_or_null(const PGresult *rows, int row, int column)
{
    return store_is_null(rows, row, column) ? NULL : store_text(rows, row, column);
}

static json_t *item_row(const PGresult *rows, int first, int last, const json_t *image)
{
    const bool recommends = strcmp(store_text(rows, first, KNOWN_KIND), "recommendation") == 0;

    return json_pack(
        "{s:s,s:s,s:s,s:I,s:s,s:o,s:o,s:o,s:o,s:s?,s:s?,s:o,s:o,s:o,s:o}", "key",
        store_text(rows, first, KNOWN_KEY), "kind", store_text(rows, first, KNOWN_KIND), "document",
        store_text(rows, first, KNOWN_DOCUMENT), "revision",
        (json_int_t)store_int(rows, last, KNOWN_REVISION), "addressee",
        store_text(rows, first, KNOWN_ADDRESSEE), "code", code_of(image), "text", text_of(image),
        "position",
        recommends ? word_or(field_of(image, "position_taken", "position"), "none_given")
                   : json_null(),
        "position_source", field_of(image, "position_taken", "source"), "progress",
        text_or_null(rows, first, KNOWN_PROGRESS), "reported_on",
        text_or_null(rows, first, KNOWN_REPORTED_ON), "due_on",
        day_or_null(field_of(image, "timeframe", "due_on")), "timeframe_source",
        field_of(image, "timeframe", "source"), "disclosure",
        word_or(field_of(image, "disclosure_set", "disclosure"), "internal"), "units",
        units_of(image));
}

json_t *known_fold(const PGresult *rows, struct arena *arena)
{
    json_t *items = json_array();

    for (int row = 0; row < PQntuples(rows);) {
        const int first = row;
        json_t *image;
        json_t *item;

        if (store_is_null(rows, row, KNOWN_REVISION)) {
            row++;
            continue;
        }
        image = fold_item(rows, &row, arena);
        item = image ? item_row(rows, first, row - 1, image) : NULL;

        json_decref(image);
        if (!item || json_object_set_new(item, "ordinal",
                                         json_integer((json_int_t)json_array_size(items))) != 0) {
            json_decref(item);
            json_decref(items);
            return NULL;
        }
        json_array_append_new(items, item);
    }
    return items;
}
