/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a Change: scanned, unpacked, judged, and where it is well-formed written as JSON. */
#include "groups.h"
#include "protocol_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {.cap = 8 * 1024 * 1024};
    struct err err = {0};
    Uptake__V1__Change *change =
        (Uptake__V1__Change *)fuzz_unpack(&uptake__v1__change__descriptor, &arena, data, size);

    if (change && validate_change(change, &err)) {
        json_t *json = wire_to_json(&change->base);
        if (!groups_present(change) || !json)
            abort();
        json_decref(json);
    } else if (change && (!err.code || !err.place[0] || !err.text[0])) {
        abort();
    }
    arena_finish(&arena);
    return 0;
}
