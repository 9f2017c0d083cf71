/* SPDX-License-Identifier: Apache-2.0 */
/* protocol_fuzz - what the fuzzers of the sync protocol share. */
#ifndef UPTAKE_TESTS_PROTOCOL_FUZZ_H
#define UPTAKE_TESTS_PROTOCOL_FUZZ_H

#include "base/log.h"
#include "validate.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>
#include <uptake/v1/envelope.pb-c.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Scans and unpacks; NULL: it was refused, with a code, a place and a text. What passes packs again
 * to something that passes. */
static inline ProtobufCMessage *fuzz_unpack(const ProtobufCMessageDescriptor *type,
                                            struct arena *arena, const uint8_t *data, size_t size)
{
    struct err err = {0};
    ProtobufCMessage *message = wire_unpack(type, arena, data, size, &err);
    uint8_t *again;
    size_t len;

    if (!message) {
        if (!err.code || !err.place[0] || !err.text[0] || err.kind != ERR_REJECT)
            abort();
        return NULL;
    }
    again = wire_pack(message, arena, &len);
    if (again && len > 0 && !wire_unpack(type, arena, again, len, &err) &&
        strcmp(err.code, "MESSAGE_TOO_LARGE") != 0)
        abort();
    return message;
}

#endif
