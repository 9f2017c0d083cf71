/* SPDX-License-Identifier: Apache-2.0 */
/* list_rows - one line of `uptake list`: the key, what the item's kind says on its axes, its text.
 */
#ifndef UPTAKE_CLI_LIST_ROWS_H
#define UPTAKE_CLI_LIST_ROWS_H

#include "cli.h"

/* A row of /v1/scopes/SCOPE/items. */
void list_print_row(const json_t *row);

#endif
