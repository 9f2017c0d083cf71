/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep - what ingest does for the register between the changes: folds progress reports into the
 * counts, and drops refusals that a sender no longer needs.
 *
 * Works on a connection of its own, a little at a time; nobody waits for it, and what it has not
 * done yet is added up by whoever reads the counts.
 */
#ifndef UPTAKE_INGEST_SWEEP_H
#define UPTAKE_INGEST_SWEEP_H

#include "base/err.h"

#include <uv.h>

struct sweep;

MUST_CHECK struct sweep *sweep_open(uv_loop_t *loop, const char *conninfo, struct err *err);
/* NULL sweep: closed is called at once. */
void sweep_close(struct sweep *sweep, void (*closed)(void *ctx), void *ctx);

#endif
