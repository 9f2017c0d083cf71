/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a management response inside an evaluation report. */
#include "reader_fuzz.h"

#include "import/ohchr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(data, size, ohchr_read, ohchr_recognise,
                UPTAKE_SOURCE_DIR "/deploy/sample/ohchr/lagoon-units.jsonl");
    return 0;
}
