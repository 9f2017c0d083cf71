/* SPDX-License-Identifier: Apache-2.0 */
#include "follower_fold.h"

#include "wire/wire.h"

#include <string.h>

/* Field numbers of Change that are groups, with room for those to come. */
enum { GROUP_FIRST = 16, GROUP_LAST = 127, TAG_BYTES = 2, LENGTH_BYTES = 5 };

/* The groups of both, the newer one's where both have it. */
static bool group_of(struct follower_image newer, struct follower_image held, uint32_t field,
                     const uint8_t **at, size_t *len)
{
    return wire_field(newer.bytes, newer.len, field, at, len) ||
           (held.len && wire_field(held.bytes, held.len, field, at, len));
}

static uint8_t *put_varint(uint8_t *to, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *to++ = (uint8_t)(value | 0x80);
    *to++ = (uint8_t)value;
    return to;
}

static uint8_t *put_group(uint8_t *to, uint32_t field, const uint8_t *bytes, size_t len)
{
    to = put_varint(to, (uint64_t)field << 3 | 2);
    to = put_varint(to, len);
    if (len)
        memcpy(to, bytes, len);
    return to + len;
}

static uint8_t *pack_head(const Uptake__V1__Change *change, struct arena *arena, size_t *len)
{
    Uptake__V1__Change head = UPTAKE__V1__CHANGE__INIT;

    head.operation = UPTAKE__V1__OPERATION__OPERATION_ENTER;
    head.kind = change->kind;
    head.document = change->document;
    head.subject = change->subject;
    return wire_pack(&head.base, arena, len);
}

bool follower_fold(struct follower_image held, const Uptake__V1__Change *change,
                   struct follower_image body, struct arena *arena, struct follower_image *image)
{
    const bool enters = change->operation == UPTAKE__V1__OPERATION__OPERATION_ENTER;
    const struct follower_image kept = enters ? (struct follower_image){0} : held;
    const uint8_t *group;
    size_t head_len = 0;
    size_t len;
    const uint8_t *head = pack_head(change, arena, &head_len);
    uint8_t *bytes;
    uint8_t *to;
    size_t room = head_len;

    for (uint32_t field = GROUP_FIRST; field <= GROUP_LAST; field++)
        if (group_of(body, kept, field, &group, &len))
            room += TAG_BYTES + LENGTH_BYTES + len;
    bytes = head ? arena_alloc(arena, room) : NULL;
    if (!bytes)
        return false;
    memcpy(bytes, head, head_len);
    to = bytes + head_len;
    for (uint32_t field = GROUP_FIRST; field <= GROUP_LAST; field++)
        if (group_of(body, kept, field, &group, &len))
            to = put_group(to, field, group, len);
    *image = (struct follower_image){bytes, (size_t)(to - bytes)};
    return true;
}
