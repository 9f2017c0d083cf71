/* SPDX-License-Identifier: Apache-2.0 */
/*
 * differences - what an import would change, old beside new, before anything is sent.
 */
#ifndef UPTAKE_CLI_DIFFERENCES_H
#define UPTAKE_CLI_DIFFERENCES_H

#include "import/present.h"
#include "send.h"

/* An array of {"key", "kind", "group", "old", "new"}, one per item and field group in the order of
 * the outbox; "old" is null for what is not there yet. The caller's. */
MUST_CHECK json_t *differences_of(const struct outbox *outbox, struct present *present,
                                  struct err *err);

/* The same for people: per item its groups, per group the fields that differ. */
void differences_print(const json_t *differences);

#endif
