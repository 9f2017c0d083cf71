/* SPDX-License-Identifier: Apache-2.0 */
/* Laid over a program (LD_PRELOAD), it makes one kind of change deadly: reading a Change whose
 * bytes hold "DEADLY" ends the process, as a fault in the reader would. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <protobuf-c/protobuf-c.h>
#include <stdlib.h>
#include <string.h>

typedef ProtobufCMessage *unpack_fn(const ProtobufCMessageDescriptor *type,
                                    ProtobufCAllocator *allocator, size_t len, const uint8_t *data);

ProtobufCMessage *protobuf_c_message_unpack(const ProtobufCMessageDescriptor *type,
                                            ProtobufCAllocator *allocator, size_t len,
                                            const uint8_t *data)
{
    static unpack_fn *next;

    if (!next)
        next = (unpack_fn *)dlsym(RTLD_NEXT, "protobuf_c_message_unpack");
    if (strcmp(type->name, "uptake.v1.Change") == 0 && memmem(data, len, "DEADLY", 6))
        abort();
    return next(type, allocator, len, data);
}
