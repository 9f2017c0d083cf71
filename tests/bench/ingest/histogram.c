/* SPDX-License-Identifier: Apache-2.0 */
#include "histogram.h"

#include <inttypes.h>
#include <stdio.h>

static unsigned cell_of(uint64_t us)
{
    unsigned power = 0;
    unsigned cell;

    if (us < HISTOGRAM_PARTS)
        return (unsigned)us;
    while (us >> power >= 2 * HISTOGRAM_PARTS)
        power++;
    cell = (power + 1) * HISTOGRAM_PARTS + (unsigned)((us >> power) - HISTOGRAM_PARTS);
    return cell < HISTOGRAM_CELLS ? cell : HISTOGRAM_CELLS - 1;
}

/* The largest value of the cell. */
static uint64_t value_of(unsigned cell)
{
    unsigned power;

    if (cell < HISTOGRAM_PARTS)
        return cell;
    power = cell / HISTOGRAM_PARTS - 1;
    return ((uint64_t)(cell % HISTOGRAM_PARTS + HISTOGRAM_PARTS + 1) << power) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t us)
{
    histogram->cells[cell_of(us)]++;
    histogram->n++;
    if (us > histogram->most_us)
        histogram->most_us = us;
}

void histogram_join(struct histogram *histogram, const struct histogram *other)
{
    for (unsigned i = 0; i < HISTOGRAM_CELLS; i++)
        histogram->cells[i] += other->cells[i];
    histogram->n += other->n;
    if (other->most_us > histogram->most_us)
        histogram->most_us = other->most_us;
}

uint64_t histogram_at(const struct histogram *histogram, double part)
{
    uint64_t wanted = (uint64_t)(part * (double)histogram->n);
    uint64_t seen = 0;

    for (unsigned i = 0; i < HISTOGRAM_CELLS && histogram->n > 0; i++) {
        seen += histogram->cells[i];
        if (seen > wanted || seen == histogram->n)
            return value_of(i) < histogram->most_us ? value_of(i) : histogram->most_us;
    }
    return 0;
}

void histogram_print(const struct histogram *histogram)
{
    printf("\"p50_us\": %" PRIu64 ", \"p90_us\": %" PRIu64 ", \"p99_us\": %" PRIu64
           ", \"p999_us\": %" PRIu64 ", \"max_us\": %" PRIu64,
           histogram_at(histogram, 0.5), histogram_at(histogram, 0.9),
           histogram_at(histogram, 0.99), histogram_at(histogram, 0.999), histogram->most_us);
}
