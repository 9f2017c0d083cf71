/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a GATE page. */
#include "reader_fuzz.h"

#include "import/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(data, size, gate_read, gate_recognise,
                UPTAKE_SOURCE_DIR "/deploy/sample/gate/harbour-units.jsonl");
    return 0;
}
