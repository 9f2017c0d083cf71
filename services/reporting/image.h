/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image - changes as JSON, and an item's full image put together from the changes that made it.
 *
 * Threading: loop thread only.   Ownership: JSON is a new reference; NULL when out of memory.
 */
#ifndef UPTAKE_REPORTING_IMAGE_H
#define UPTAKE_REPORTING_IMAGE_H

#include "base/arena.h"
#include "store/store.h"

#include <jansson.h>

/* Columns that every query of images begins with. */
enum {
    IMAGE_KEY,
    IMAGE_KIND,
    IMAGE_DOCUMENT,
    IMAGE_REVISION,
    IMAGE_GROUP_CHANGES,
    IMAGE_CHANGE_ID,
    IMAGE_BODY,
};

enum { GROUP_FIRST = 16, GROUP_COUNT_MAX = 32 }; /* field numbers of Change */

/* The change in a bytea column, as JSON; null where it was redacted. */
json_t *image_change(const PGresult *rows, int row, int column, struct arena *arena);

/* The image of the item whose rows begin at *row; *row moves on to the next item. It is a Change
 * with operation enter, that holds every field group as last changed. */
json_t *image_next(const PGresult *rows, int *row, struct arena *arena);

/* What the change did, in a few words: "New action", "Progress: completed", "Timeframe". */
const char *image_what(const PGresult *rows, int row, int column, struct arena *arena);

/* Name of the field group with this number in Change; NULL: there is none. */
const char *image_group_name(uint32_t field);

#endif
