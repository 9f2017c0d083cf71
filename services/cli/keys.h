/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys - what the commands of `uptake keys` and `uptake tokens` share: one principal is read, its
 * groups are changed in their JSON form, and the difference is sent like any other change.
 *
 * keys_open, then keys_group for each group to be changed, then keys_send; keys_close in any case.
 * Only keys_bootstrap works without ingest and reporting.
 */
#ifndef UPTAKE_CLI_KEYS_H
#define UPTAKE_CLI_KEYS_H

#include "base/arena.h"
#include "bus/bus.h"
#include "edit.h"
#include "options.h"

struct keys {
    struct cli *cli;
    struct arena arena;
    struct outbox outbox;
    const char *subject; /* "principal:NAME" */
    json_t *item;        /* NULL: the register has none yet */
    json_t *groups;      /* to be said; changed in place */
};

/* Reads the principal. Where there is none: NOT_FOUND, or with `may_be_new` an empty one. */
MUST_CHECK bool keys_open(struct keys *keys, struct cli *cli, const char *name, bool may_be_new,
                          struct err *err);
void keys_close(struct keys *keys);

/* keys_open, edit, keys_close. */
typedef enum exit_code keys_edit_fn(struct keys *keys, void *ctx);
enum exit_code keys_with(struct cli *cli, const char *name, bool may_be_new, keys_edit_fn *edit,
                         void *ctx);

/* The group as it is, to be changed in place; borrowed. Without a change of it nothing is sent. */
json_t *keys_group(struct keys *keys, const char *group);
/* A member of a group that is a list; made where it is missing. Borrowed. */
json_t *keys_list_in(json_t *group, const char *name);

/* The entry of a list with this text in this member; NULL: none. Borrowed. */
json_t *keys_find(const json_t *list, const char *name, const char *text);
/* The nth (from 0) entry that is not revoked; NULL: none. Borrowed. */
json_t *keys_in_use(const json_t *list, size_t nth);

/* Puts the change into the outbox, if there is one. */
MUST_CHECK bool keys_add_change(struct keys *keys, struct err *err);
/* keys_add_change, then sends and prints. `shown` is an object (released; may be NULL) that is
 * printed once what was sent is recorded: its texts as "name: text", or with --json as members. */
enum exit_code keys_send(struct keys *keys, json_t *shown);

/* A public key as typed, or from a key file: what could be either is the file. */
MUST_CHECK bool keys_read_public(const char *text, char public_key[BUS_KEY_TEXT], struct err *err);

/* The commands; argv behind their name. */
verb_fn keys_bootstrap, keys_adopt, keys_list, keys_add, keys_rotate, keys_revoke, keys_grant,
    keys_withdraw;

/* A table of them. */
struct command {
    const char *name;
    verb_fn *run;
    const char *summary;
};

/* Runs the command argv[0] names; --help without one lists them. */
enum exit_code keys_run(struct cli *cli, const struct command *commands, const char *summary,
                        int argc, char **argv);

#endif
