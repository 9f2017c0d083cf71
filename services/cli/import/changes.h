/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes - a document's records to the changes that make the register say the same.
 *
 * What the register has already is asked first (present.h). Only groups that differ are sent, and
 * updates that were never accepted. Items of the register that the file no longer has become
 * findings, never deletions; what a person retracted stays retracted; what a person said of who is
 * responsible stands (person_word.h).
 *
 * The order is that of the document: document, response, recommendation, its actions, their
 * updates; then indicators and findings. The first `nguard` changes are to be accepted before the
 * rest is sent: they end with the change of the document itself, which two people who import two
 * versions at once cannot both make. Findings that tell what happened at an import come before it,
 * so that a run cut off behind it has told them.
 */
#ifndef UPTAKE_CLI_CHANGES_H
#define UPTAKE_CLI_CHANGES_H

#include "import/document.h"
#include "import/present.h"
#include "send.h"

struct changes {
    struct outbox outbox;
    size_t nguard;
    size_t created, updated, unchanged; /* items of the document, findings apart */
    size_t raised, withdrawn;           /* findings */
    json_t *vanished;                   /* keys */
    struct document noticed;            /* holds findings alone: the file against the register */
    struct arena early;                 /* of the changes spliced in front */
};

/* document: read and checked (own_checks.h); it is not changed. DOCUMENT_RETRACTED;
 * REGISTER_CHANGED; what present.h and outbox_add say. */
MUST_CHECK bool changes_plan(const struct document *document, const char *key,
                             struct present *present, struct changes *changes, struct err *err);
void changes_finish(struct changes *changes);

#endif
