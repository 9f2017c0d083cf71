/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records - what a run of the load had committed, in a file, so that a later run can send the same
 * once more: id, action and base revision make the same bytes again.
 */
#ifndef BENCH_RECORDS_H
#define BENCH_RECORDS_H

#include "updates.h"

#include <stdio.h>

struct record {
    uint8_t id[UPDATE_ID_BYTES];
    uint32_t action; /* its place in the list of actions */
    uint32_t base;
};

MUST_CHECK bool record_write(FILE *file, const uint8_t id[UPDATE_ID_BYTES], long action,
                             int64_t base);
/* All of the file in random order, the same at each reading; to be freed. NULL: no file of records
 * over so many actions. */
MUST_CHECK struct record *records_read(const char *path, long nactions, uint64_t *n,
                                       struct err *err);

#endif
