/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include "base/log.h"
#include "said.h"
#include "uptake/v1/items.pb-c.h"
#include "uptake/v1/words.pb-c.h"
#include "wire/wire.h"

#include <string.h>

/* NULL: redacted, or out of memory. */
static const Uptake__V1__Change *unpack(const PGresult *rows, int row, int column,
                                        struct arena *arena)
{
    const ProtobufCMessage *change;
    size_t len = 0;
    const uint8_t *body = store_bytes(rows, row, column, arena, &len);
    struct err err;

    if (!body)
        return NULL;
    change = wire_unpack(&uptake__v1__change__descriptor, arena, body, len, &err);
    if (!change)
        log_err(LOG_ERROR, "stored_change_unreadable", &err);
    return (const Uptake__V1__Change *)change;
}

json_t *image_change(const PGresult *rows, int row, int column, struct arena *arena)
{
    const Uptake__V1__Change *change = unpack(rows, row, column, arena);

    return change ? wire_to_json(&change->base) : json_null();
}

static const char *group_touched(const Uptake__V1__Change *change)
{
    json_t *json = wire_to_json(&change->base);
    const char *title = said_most(json);

    json_decref(json);
    return title ? title : "Change";
}

const char *image_what(const PGresult *rows, int row, int column, struct arena *arena)
{
    const Uptake__V1__Change *change = unpack(rows, row, column, arena);
    const char *text = NULL;

    if (!change)
        return "Redacted";
    if (change->operation == UPTAKE__V1__OPERATION__OPERATION_LEAVE)
        return "Left this scope";
    if (change->operation == UPTAKE__V1__OPERATION__OPERATION_ENTER)
        return "Came into this scope";
    if (change->reminder_record)
        return "Reminder sent";
    if (change->retraction)
        return change->retraction->retracted ? "Retracted" : "Restored";
    if (change->progress_report)
        text = arena_printf(
            arena, "Progress: %s",
            wire_word(&uptake__v1__progress__descriptor, (int)change->progress_report->progress));
    else if (change->base_revision == 0)
        text = arena_printf(arena, "New %s",
                            wire_word(&uptake__v1__item_kind__descriptor, (int)change->kind));
    return text ? text : group_touched(change);
}

const char *image_group_name(uint32_t field)
{
    const ProtobufCFieldDescriptor *found;

    if (field < GROUP_FIRST)
        return NULL;
    found = protobuf_c_message_descriptor_get_field(&uptake__v1__change__descriptor, field);
    return found ? found->name : NULL;
}

/* Copies the groups that this change was the last to touch. */
static bool take_groups(json_t *image, json_t *change, int64_t change_id, const int64_t *groups,
                        int n)
{
    for (int i = 0; i < n; i++) {
        const char *name = image_group_name((uint32_t)(GROUP_FIRST + i));
        json_t *group = name && groups[i] == change_id ? json_object_get(change, name) : NULL;

        if (group && json_object_set(image, name, group) != 0)
            return false;
    }
    return true;
}

static json_t *begin_image(const PGresult *rows, int row)
{
    return json_pack("{s:s,s:s,s:s,s:s}", "operation", "enter", "kind",
                     store_text(rows, row, IMAGE_KIND), "document",
                     store_text(rows, row, IMAGE_DOCUMENT), "subject",
                     store_text(rows, row, IMAGE_KEY));
}

json_t *image_next(const PGresult *rows, int *row, struct arena *arena)
{
    const int first = *row;
    const char *key = store_text(rows, first, IMAGE_KEY);
    json_t *image = begin_image(rows, first);
    bool whole = image != NULL;
    const int64_t *groups;
    int n = 0;

    groups = store_ints(rows, first, IMAGE_GROUP_CHANGES, arena, &n);
    for (; *row < PQntuples(rows) && strcmp(store_text(rows, *row, IMAGE_KEY), key) == 0; ++*row) {
        json_t *change = image_change(rows, *row, IMAGE_BODY, arena);

        whole = whole && change && groups &&
                take_groups(image, change, store_int(rows, *row, IMAGE_CHANGE_ID), groups, n);
        json_decref(change);
    }
    if (whole)
        return image;
    json_decref(image);
    return NULL;
}
