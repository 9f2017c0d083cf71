/* SPDX-License-Identifier: Apache-2.0 */
/* instant - instants as text from outside. Threading: any. */
#ifndef UPTAKE_REPORTING_INSTANT_H
#define UPTAKE_REPORTING_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-21T10:00:00.250000Z" or "...+01:00" in microseconds since 1970; false: of another form.
 */
bool instant_parse(const char *text, int64_t *us);

#endif
