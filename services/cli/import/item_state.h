/* SPDX-License-Identifier: Apache-2.0 */
/*
 * item_state - what the register has of one item, against what a file says of it.
 *
 * Ownership: borrows from the answer it was found in.
 */
#ifndef UPTAKE_CLI_ITEM_STATE_H
#define UPTAKE_CLI_ITEM_STATE_H

#include "base/arena.h"
#include "base/err.h"

#include <jansson.h>
#include <stdint.h>
#include <uptake/v1/items.pb-c.h>

struct item_state {
    uint64_t revision; /* 0: not there */
    const json_t *groups;
    const json_t *progress_history;
};

/* states: item objects by key. */
struct item_state item_state_find(const json_t *states, const char *key);

/* Takes out of the change the groups that the register has already. Returns how many are left. */
MUST_CHECK bool item_state_reduce(const struct item_state *state, Uptake__V1__Change *change,
                                  struct arena *arena, int *left, struct err *err);

/* Was this very report accepted before? */
MUST_CHECK bool item_state_has_report(const struct item_state *state,
                                      const Uptake__V1__ProgressReport *report, struct arena *arena,
                                      bool *has, struct err *err);

#endif
