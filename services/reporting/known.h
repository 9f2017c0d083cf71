/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known - items folded from the changes that were recorded of them by an instant, and with them
 * what they are judged by.
 *
 * Folding is by field group: of each group what the newest known change said stands.
 *
 * Ownership: JSON is a new reference; NULL when out of memory.
 */
#ifndef UPTAKE_REPORTING_KNOWN_H
#define UPTAKE_REPORTING_KNOWN_H

#include "base/arena.h"
#include "store/store.h"

#include <jansson.h>

/* What list_known.sql reads, from rows of known_changes.sql: by part, a list of items. */
json_t *known_fold(const PGresult *rows, struct arena *arena);
/* How many items the rows tell of, those included of which nothing was known. */
int known_count(const PGresult *rows);
/* The key of the last of them; "" when there are none. */
const char *known_last_key(const PGresult *rows);

#endif
