/* SPDX-License-Identifier: Apache-2.0 */
/*
 * preview - what a verb that changes items would send, for --dry-run.
 */
#ifndef UPTAKE_CLI_PREVIEW_H
#define UPTAKE_CLI_PREVIEW_H

#include "send.h"

/* The changes of the outbox as a JSON array, as `uptake push` takes them; NULL: out of memory. */
json_t *preview_changes(const struct outbox *outbox);

/* With dry_run prints the changes, sends nothing and releases the outbox; else edit_send. */
enum exit_code preview_or_send(struct cli *cli, struct outbox *outbox, bool dry_run);

#endif
