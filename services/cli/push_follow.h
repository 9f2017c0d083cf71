/* SPDX-License-Identifier: Apache-2.0 */
/*
 * push_follow - `push --follow DIR`: what is laid into a folder goes to ingest.
 *
 * A file is read as a whole, put into the outbox DIR/.outbox.sqlite as a whole, and only then moved
 * to done/. Killed at any point it is read again: the same change has the same id, so nothing is
 * doubled; and what is in the outbox stays there until its final outcome, so nothing is lost.
 */
#ifndef UPTAKE_CLI_PUSH_FOLLOW_H
#define UPTAKE_CLI_PUSH_FOLLOW_H

#include "cli.h"

/* Until it is interrupted. new_epoch: this outbox is the one that goes on, copies are refused. */
MUST_CHECK bool push_follow(struct cli *cli, const char *folder, bool new_epoch, struct err *err);

/* What was refused, in conflict or parked and is not acknowledged; printed. *code: EXIT_FINDINGS
 * when there is any. */
MUST_CHECK bool push_settled(struct cli *cli, const char *folder, enum exit_code *code,
                             struct err *err);
/* Forgets them. */
MUST_CHECK bool push_acknowledge(struct cli *cli, const char *folder, struct err *err);

#endif
