/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include "scan.h"

#include <string.h>

static void *allocate(void *ctx, size_t size)
{
    return arena_alloc(ctx, size);
}

static void release(void *ctx, void *block)
{
    (void)ctx, (void)block; /* the arena drops everything at once */
}

ProtobufCMessage *wire_unpack(const ProtobufCMessageDescriptor *type, struct arena *arena,
                              const uint8_t *bytes, size_t len, struct err *err)
{
    ProtobufCAllocator allocator = {.alloc = allocate, .free = release, .allocator_data = arena};
    ProtobufCMessage *message;

    if (len == 0)
        return err_null(err, ERR_REJECT, "EMPTY_MESSAGE", type->short_name,
                        "zero bytes; send an encoded %s", type->short_name);
    if (!scan_message(type, bytes, len, err))
        return NULL;
    message = protobuf_c_message_unpack(type, &allocator, len, bytes);
    if (!message)
        return err_null(err, ERR_REJECT, "MESSAGE_TOO_LARGE", type->short_name,
                        "needs more memory than one message may; send less at a time");
    return message;
}

uint8_t *wire_pack(const ProtobufCMessage *message, struct arena *arena, size_t *len)
{
    uint8_t *bytes;

    *len = protobuf_c_message_get_packed_size(message);
    bytes = arena_alloc(arena, *len + 1); /* an empty message packs to nothing, not to NULL */
    if (bytes)
        protobuf_c_message_pack(message, bytes);
    return bytes;
}

bool wire_field(const uint8_t *bytes, size_t len, uint32_t field, const uint8_t **at,
                size_t *field_len)
{
    const uint8_t *end = bytes + len;
    uint64_t tag;
    uint64_t value = 0;

    while (bytes < end && scan_varint(&bytes, end, &tag) &&
           scan_value(&bytes, end, (unsigned)(tag & 7), &value)) {
        if (tag >> 3 == field && (tag & 7) == WIRE_TYPE_BYTES) {
            *at = bytes - value;
            *field_len = (size_t)value;
            return true;
        }
    }
    return false;
}
