/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram - latencies from a microsecond to hours, each kept within 1 % of what it was, in fixed
 * memory.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

enum {
    HISTOGRAM_PARTS = 128, /* of each power of two */
    HISTOGRAM_CELLS = 34 * HISTOGRAM_PARTS,
};

struct histogram {
    uint64_t cells[HISTOGRAM_CELLS];
    uint64_t n;
    uint64_t most_us;
};

void histogram_add(struct histogram *histogram, uint64_t us);
/* Everything of the other as well. */
void histogram_join(struct histogram *histogram, const struct histogram *other);
/* Microseconds that the given part of the values does not pass; 0 when there are none. */
uint64_t histogram_at(const struct histogram *histogram, double part);
/* "p50_us": 1, "p90_us": ... as members of a JSON object, on standard output. */
void histogram_print(const struct histogram *histogram);

#endif
