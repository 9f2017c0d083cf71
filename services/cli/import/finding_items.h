/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_items - findings as items of the register, so that they are work for people.
 *
 * A finding's key is DOCUMENT#finding:CODE:HASH. The hash is of its code, of what it is about, and
 * of what the message quotes and counts, but not of the line it stands on nor of the words around:
 * a finding stays the same when rows move and when messages are worded better. Equal ones get "-2",
 * "-3". What people say of it is another field group, which import never touches.
 *
 * A finding that is no longer met is marked as gone, never retracted; it comes back when it is met
 * again. Findings that tell what happened at an import (STALE_SOURCE, RESPONSIBILITY_CHANGED) are
 * not met by the same file again: they go when another file is imported.
 */
#ifndef UPTAKE_CLI_FINDING_ITEMS_H
#define UPTAKE_CLI_FINDING_ITEMS_H

#include "import/document.h"
#include "import/present.h"
#include "send.h"

struct finding_items {
    const char *document; /* key */
    json_t *by_name;      /* item_keys_by_name */
    json_t *met;          /* keys of the findings met so far */
    struct present *present;
    struct outbox *outbox; /* the one in use */
    bool other_file;       /* than that of the last import */
    size_t raised, withdrawn;
};

/* The key of a finding, the n-th of its kind (1: no number). NULL: out of memory. */
MUST_CHECK const char *finding_item_key(struct arena *arena, const char *document,
                                        const struct finding *finding, const char *about, int n);

/* Is it one that tells what happened at an import? */
bool finding_item_tells_event(const char *code);

/* Queues what the register does not have of the findings of the file (found) and of those about the
 * file against the register (noticed), and marks as gone what was not met. What tells what happened
 * goes into events, the rest into others; they may be the same. */
MUST_CHECK bool finding_items_plan(struct finding_items *items, const struct document *found,
                                   const struct document *noticed, struct outbox *events,
                                   struct outbox *others, struct err *err);

#endif
