/* SPDX-License-Identifier: Apache-2.0 */
/*
 * units - what the parts of `uptake units` share: what was asked, and all units as they stand.
 */
#ifndef UPTAKE_CLI_UNITS_H
#define UPTAKE_CLI_UNITS_H

#include "edit.h"
#include "unit_book.h"

enum { UNITS_MANY = 32 }; /* values of one flag */

/* A flag that may be given several times. */
struct unit_values {
    const char *list[UNITS_MANY];
    int n;
};

struct units {
    struct cli *cli;
    const char *name; /* --name, and so on; NULL: not given */
    const char *kind;
    const char *parent;
    const char *region;
    const char *reports_to;
    const char *zone;
    const char *from;
    const char *on;
    const char *until;
    const char *email;
    const char *language;
    const char *focal_point;
    const char *unit;
    const char *role;
    struct unit_values names, aliases, alternates;
    bool no_alternates;
    bool tree;
    bool dry_run;
    struct unit_book book;
    struct outbox outbox;
};

/* argument: the code, or the action's key; other: the second argument or NULL. They add what is to
 * be changed to the outbox. */
typedef bool units_fn(struct units *units, const char *argument, const char *other,
                      struct err *err);

units_fn units_add, units_rename, units_move, units_merge, units_split_back, units_contact,
    units_confirm;

enum exit_code units_list(struct units *units);
enum exit_code units_show(struct units *units, const char *code);

#endif
