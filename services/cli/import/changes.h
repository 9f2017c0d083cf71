/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes - a document's records to the changes that make the register say the same.
 *
 * What the register has already is asked first (reporting's /v1/documents/KEY/state): per item its
 * revision and a hash of each field group. Only groups that differ are sent, and updates that were
 * never accepted. Items of the register that the file no longer has are named, never deleted.
 *
 * The order is that of the document: document, response, recommendation, its actions, their
 * updates.
 */
#ifndef UPTAKE_CLI_CHANGES_H
#define UPTAKE_CLI_CHANGES_H

#include "import/document.h"
#include "send.h"

struct changes {
    struct outbox outbox;
    json_t *seen; /* keys of the file */
    size_t created, updated, unchanged;
    json_t *vanished; /* keys */
};

/* state: the answer of reporting; json_null for an empty register. Adds findings DUPLICATE_CODE. */
MUST_CHECK bool changes_plan(struct document *document, const char *key, const json_t *state,
                             struct changes *changes, struct err *err);
void changes_finish(struct changes *changes);

#endif
