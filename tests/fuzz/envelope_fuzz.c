/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as each message of the protocol; the first byte says which. */
#include "protocol_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ProtobufCMessageDescriptor *const types[] = {
        &uptake__v1__envelope__descriptor,
        &uptake__v1__hello__descriptor,
        &uptake__v1__welcome__descriptor,
        &uptake__v1__push__descriptor,
        &uptake__v1__receipts__descriptor,
        &uptake__v1__ping__descriptor,
        &uptake__v1__pong__descriptor,
        &uptake__v1__doorbell__descriptor,
        &uptake__v1__query_outcome__descriptor,
        &uptake__v1__outcomes__descriptor,
        &uptake__v1__fetch__descriptor,
        &uptake__v1__batch__descriptor,
        &uptake__v1__resync_required__descriptor,
        &uptake__v1__problem__descriptor,
    };
    struct arena arena = {.cap = 4 * 1024 * 1024};

    if (size > 0)
        fuzz_unpack(types[data[0] % (sizeof(types) / sizeof(types[0]))], &arena, data + 1,
                    size - 1);
    arena_finish(&arena);
    return 0;
}
