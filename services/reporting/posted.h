/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posted - the fields of a form as a browser sends it (application/x-www-form-urlencoded).
 *
 * Threading: loop thread only.   Ownership: values live in the call's arena.
 */
#ifndef UPTAKE_REPORTING_POSTED_H
#define UPTAKE_REPORTING_POSTED_H

#include "call.h"

/* The first field of that name, decoded; "" where there is none, or where it is no text (bad
 * percent coding, NUL, ill-formed UTF-8). */
const char *posted(struct call *call, const char *name);

#endif
