/* SPDX-License-Identifier: Apache-2.0 */
/* The history of an item: its changes, oldest first, each told against what stood before it. */
#include "said.h"

#include "image.h"

#include <string.h>

/* Columns of sql_source_names. */
enum { SOURCE_CHANGE_ID, SOURCE_BODY };

/* The file the document had been read from when the change was accepted; NULL: none is known. */
static json_t *source_name(const PGresult *sources, int64_t change_id, struct arena *arena)
{
    json_t *name = NULL;

    for (int row = 0; row < PQntuples(sources); row++) {
        json_t *change, *found;

        if (name && store_int(sources, row, SOURCE_CHANGE_ID) > change_id)
            break;
        change = image_change(sources, row, SOURCE_BODY, arena);
        found = json_object_get(json_object_get(change, "document_identity"), "source_name");
        if (found) {
            json_decref(name);
            name = json_incref(found);
        }
        json_decref(change);
    }
    return name;
}

/* Does it come from a document: does it say where it stands there, or what the document's word was?
 */
static bool is_read(const json_t *group)
{
    return json_object_get(group, "place") || json_object_get(group, "source");
}

static json_t *place_of(json_t *image)
{
    const char *name;
    json_t *group;

    json_object_foreach(image, name, group)
    {
        json_t *place = json_object_get(group, "place");

        if (place)
            return json_incref(place);
    }
    return NULL;
}

/* One line per group; the image takes what the change said. */
static json_t *lines(json_t *change, json_t *image, bool *read, struct arena *arena)
{
    json_t *said = json_array();
    const char *name;
    json_t *group;

    json_object_foreach(change, name, group)
    {
        if (!json_is_object(group))
            continue;
        *read = *read || is_read(group);
        json_array_append_new(
            said, json_pack("{s:s,s:s}", "group", name, "text",
                            said_line(name, group, json_object_get(image, name), arena)));
        json_object_set(image, name, group);
    }
    return said;
}

static json_t *entry(const PGresult *rows, int row, json_t *image, const PGresult *sources,
                     struct arena *arena)
{
    json_t *change = image_change(rows, row, SAID_BODY, arena);
    const bool is_set = strcmp(store_text(rows, row, SAID_OPERATION), "set") == 0;
    bool read = false;
    json_t *said = is_set ? lines(change, image, &read, arena) : json_array();

    return json_pack(
        "{s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:o,s:o,s:o*,s:o*}", "revision",
        (json_int_t)store_int(rows, row, SAID_REVISION), "change_id",
        store_text(rows, row, SAID_CHANGE_ID), "operation", store_text(rows, row, SAID_OPERATION),
        "outcome", store_text(rows, row, SAID_OUTCOME), "sender",
        store_text(rows, row, SAID_SENDER), "recorded_at", store_text(rows, row, SAID_RECORDED_AT),
        "recorded_at_us", (json_int_t)store_int(rows, row, SAID_RECORDED_AT_US), "sha256",
        store_text(rows, row, SAID_SHA256), "reported_on", store_text(rows, row, SAID_REPORTED_ON),
        "change", change ? change : json_null(), "said", said, "source_name",
        read ? source_name(sources, store_int(rows, row, SAID_CHANGE_ID), arena) : NULL, "place",
        read ? place_of(image) : NULL);
}

json_t *said_history(const PGresult *rows, int64_t after, const PGresult *sources,
                     struct arena *arena)
{
    const int n = PQntuples(rows);
    const bool newest_first =
        n > 1 && store_int(rows, 0, SAID_CHANGE_ID) > store_int(rows, n - 1, SAID_CHANGE_ID);
    json_t *entries = json_array();
    json_t *image = json_object();

    for (int i = 0; i < n; i++) {
        const int row = newest_first ? n - 1 - i : i;
        json_t *one = entry(rows, row, image, sources, arena);

        if (store_int(rows, row, SAID_REVISION) > after)
            json_array_append_new(entries, one);
        else
            json_decref(one);
    }
    json_decref(image);
    return entries;
}
