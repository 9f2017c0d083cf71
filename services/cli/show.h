/* SPDX-License-Identifier: Apache-2.0 */
/* show - what the parts of `uptake show` share. Threading: any. */
#ifndef UPTAKE_CLI_SHOW_H
#define UPTAKE_CLI_SHOW_H

#include "cli.h"

/* Text as it is, anything else as JSON. */
void show_value(const json_t *value);

/* The items around the one shown, role by role, as /v1/items tells them. */
void show_related(const json_t *item);

#endif
