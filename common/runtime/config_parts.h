/* SPDX-License-Identifier: Apache-2.0 */
/* config_parts - what config.c (rows, environment, flags) and config_file.c share; not for others.
 */
#ifndef UPTAKE_RUNTIME_CONFIG_PARTS_H
#define UPTAKE_RUNTIME_CONFIG_PARTS_H

#include "config.h"

/* The number of the row, or -1. */
int config_row(const struct config *config, const char *name);
/* Checks and keeps a copy; place says where the value was found. */
MUST_CHECK bool config_set(struct config *config, int row, const char *value, const char *place,
                           struct err *err);
MUST_CHECK bool config_read_file(struct config *config, const char *path, struct err *err);

#endif
