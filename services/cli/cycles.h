/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cycles - what the commands of `uptake cycles` share: the flags, and how a cycle is read and
 * changed.
 *
 * A cycle is a policy and the day it ends. What the desk decides of it is a change of its item like
 * any other, so two people who decide at once become a conflict.
 */
#ifndef UPTAKE_CLI_CYCLES_H
#define UPTAKE_CLI_CYCLES_H

#include "edit.h"

struct cycles {
    struct cli *cli;
    const char *by, *note, *days;
    bool check;
};

/* /v1/cycles/NAME/DAY and what stands behind; policy with or without "policy:". */
MUST_CHECK json_t *cycles_fetch(struct cycles *cycles, const char *policy, const char *day,
                                const char *behind, struct err *err);
/* Sends the decision on a cycle, with other groups (released) in the same change. */
enum exit_code cycles_decide(struct cycles *cycles, const json_t *cycle, const char *word,
                             json_t *groups);

/* cycles_return.c */
enum exit_code cycles_close(struct cycles *cycles, const char *policy, const char *day);
enum exit_code cycles_return(struct cycles *cycles, const char *policy, const char *day);

/* The name to stand for who decides: what was given, else the login's. NULL with err set: neither.
 */
MUST_CHECK const char *cycles_by(const char *given, struct err *err);

#endif
