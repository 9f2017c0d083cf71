/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit - a person changes field groups of one item: what the verbs for units, findings, links and
 * crosswalks share.
 *
 * The item is read, the groups are set in its JSON form, and the difference is sent on the revision
 * that was read, so that two people who change the same group at once become a conflict and never
 * overwrite each other. A group that says already what is asked for is not sent again.
 *
 * Failures are those of fetch.h, wire_from_json and send.h.
 */
#ifndef UPTAKE_CLI_EDIT_H
#define UPTAKE_CLI_EDIT_H

#include "send.h"

/* The item as reporting has it: {"key", "kind", "document", "revision", "change", "history"}; its
 * groups stand in "change". NOT_FOUND; WRONG_KIND when it is of another kind than this (NULL:
 * any). */
MUST_CHECK json_t *edit_fetch(struct cli *cli, const char *key, const char *kind, struct err *err);

/* A copy of a group, or an empty object where the item has none; the caller's. */
json_t *edit_group(const json_t *item, const char *group);

/* Adds the change that sets these groups (an object by group name; released) to the outbox; nothing
 * when the item says just that. */
MUST_CHECK bool edit_add(struct outbox *outbox, const json_t *item, json_t *groups,
                         struct err *err);

/* Adds the change that sets just these groups (released), whatever the item says. Of the item only
 * "key", "kind", "document" and "revision" are looked at. */
MUST_CHECK bool edit_set(struct outbox *outbox, const json_t *item, json_t *groups,
                         struct err *err);

/* A change that creates an item with these groups (released). */
MUST_CHECK bool edit_create(struct outbox *outbox, const char *kind, const char *document,
                            const char *key, json_t *groups, struct err *err);

/* Sends, prints what became of it (an object with --json) and releases the outbox. */
enum exit_code edit_send(struct cli *cli, struct outbox *outbox);

#endif
