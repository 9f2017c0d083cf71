/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower_fold - what an item looks like after one more change. Pure.
 *
 * An image is an encoded Change with operation ENTER that holds every field group as last said:
 * the exact bytes of each group, in the order of their numbers, also of groups that this program
 * does not know yet.
 *
 * Threading: any.   Ownership: the image lives in the arena.
 */
#ifndef UPTAKE_CLIENT_FOLLOWER_FOLD_H
#define UPTAKE_CLIENT_FOLLOWER_FOLD_H

#include "base/arena.h"

#include <stdint.h>
#include <uptake/v1/items.pb-c.h>

/* Bytes of an encoded Change; none: NULL and 0. */
struct follower_image {
    const uint8_t *bytes;
    size_t len;
};

/* body: the encoded change, a SET or an ENTER, that unpacks to `change`. SET replaces the groups
 * that are present and keeps those of `held`; ENTER replaces everything. False: out of memory. */
MUST_CHECK bool follower_fold(struct follower_image held, const Uptake__V1__Change *change,
                              struct follower_image body, struct arena *arena,
                              struct follower_image *image);

#endif
