/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - the instant it is now, for records and for people; never for order.
 *
 * Threading: any.
 */
#ifndef UPTAKE_BASE_CLOCK_H
#define UPTAKE_BASE_CLOCK_H

#include <stdint.h>

/* Microseconds since 1970-01-01, UTC. */
int64_t clock_now_us(void);

#endif
