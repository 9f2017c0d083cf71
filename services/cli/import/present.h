/* SPDX-License-Identifier: Apache-2.0 */
/*
 * present - what the register holds of a document while an import is planned.
 *
 * Of every item its revision and a hash of each field group are known from the start (reporting's
 * /v1/documents/KEY/state); what the groups say is asked for kind by kind, and only when it is
 * needed: for the document, for what a person may have said of who is responsible, for findings no
 * longer met, and to show differences.
 *
 * Ownership: holds its own references; what it gives is borrowed.
 */
#ifndef UPTAKE_CLI_PRESENT_H
#define UPTAKE_CLI_PRESENT_H

#include "import/item_state.h"

/* The items of one kind as the register shows them: an object by key of {"revision", "change"}; the
 * caller's. */
typedef json_t *present_fetch_fn(void *ctx, const char *kind, struct err *err);

struct present {
    json_t *states; /* objects by key */
    json_t *kinds;  /* by kind: what fetch gave */
    present_fetch_fn *fetch;
    void *ctx;
};

/* state: the answer of reporting; NULL for an empty register. */
MUST_CHECK bool present_open(struct present *present, const json_t *state, present_fetch_fn *fetch,
                             void *ctx, struct err *err);
void present_close(struct present *present);

struct item_state present_state(const struct present *present, const char *key);

/* What the item's groups say, by name; *groups is NULL for an item that is not there.
 * REGISTER_CHANGED (ERR_RETRY) when it has moved on since the state was read. */
MUST_CHECK bool present_groups(struct present *present, const char *key, const json_t **groups,
                               struct err *err);

/* Was it retracted, and not restored? */
MUST_CHECK bool present_is_retracted(struct present *present, const char *key, bool *retracted,
                                     struct err *err);

#endif
