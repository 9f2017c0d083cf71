/* SPDX-License-Identifier: Apache-2.0 */
/*
 * references - the other items a change names, in one place.
 *
 * What is loaded before a batch is decided and what has to exist for a change to be applied is the
 * same list.
 */
#ifndef UPTAKE_INGEST_REFERENCES_H
#define UPTAKE_INGEST_REFERENCES_H

#include <stdbool.h>
#include <uptake/v1/items.pb-c.h>

struct reference {
    const char *key;
    const char *place; /* field path */
    unsigned kinds;    /* KIND_BIT of each kind it may lead to */
    bool optional;     /* it may be the name of something that is no item */
};

#define KIND_BIT(word) (1u << UPTAKE__V1__ITEM_KIND__ITEM_KIND_##word)

/* Return false to stop. */
typedef bool reference_fn(void *ctx, const struct reference *reference);

/* Calls visit for each reference that is not empty; false when visit stopped. */
bool references_each(const Uptake__V1__Change *change, reference_fn *visit, void *ctx);

#endif
