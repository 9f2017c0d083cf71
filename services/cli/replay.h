/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay - brings a register up to a list of changes, as `export` writes it.
 *
 * What the register holds already, byte for byte and whoever sent it, is not sent again: the feed
 * of hq is read first. So an export replayed on its own register changes nothing, and on an empty
 * one makes the same state. Reading the feed takes time in proportion to the whole history; `push`
 * does without and leans on message ids alone.
 */
#ifndef UPTAKE_CLI_REPLAY_H
#define UPTAKE_CLI_REPLAY_H

#include "cli.h"

/* path: a file, or "-". Tells the result: appended to results with --json, else printed. */
enum exit_code replay(struct cli *cli, const char *path, bool dry_run, json_t *results);

#endif
