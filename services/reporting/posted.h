/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posted - the fields of a form as a browser sends it (application/x-www-form-urlencoded).
 *
 * Threading: loop thread only.   Ownership: values live in the call's arena.
 */
#ifndef UPTAKE_REPORTING_POSTED_H
#define UPTAKE_REPORTING_POSTED_H

#include "call.h"

/* False ends the walk. */
typedef bool posted_field_fn(void *ctx, const char *name, char *value);
/* Every field, decoded, in order. False: it is no form, a field is no text (bad percent coding,
 * NUL, ill-formed UTF-8), or each returned false. */
MUST_CHECK bool posted_each(struct call *call, posted_field_fn *each, void *ctx);
/* The field of that name; "" where there is none, or where it is no form. */
const char *posted(struct call *call, const char *name);

#endif
