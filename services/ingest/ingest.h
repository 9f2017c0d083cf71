/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest - the one way into the register.
 *
 * Puts together the parts of this folder: keys from the database decide who may connect, intake
 * reads and answers, the writer commits, the doorbell rings.
 */
#ifndef UPTAKE_INGEST_INGEST_H
#define UPTAKE_INGEST_INGEST_H

#include "base/err.h"
#include "runtime/config.h"

#include <uv.h>

extern const struct config_row ingest_settings[];

/* Runs until told to stop; returns the exit code. */
enum exit_code ingest_run(uv_loop_t *loop, const struct config *config);

#endif
