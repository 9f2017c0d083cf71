/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_send - one document against the register: ask, plan, send, and look again.
 *
 * Two people may import at once. The change of the document itself goes first and alone: of two
 * versions only one gets it in, and of the other nothing more is sent (held). Two imports of the
 * same version make the same changes with the same ids. After sending, the register is asked again:
 * what was refused because somebody else had said just that counts as said; what says something
 * else by now, though it was accepted, is named (overtaken).
 *
 * Ownership: borrows what the target names; import_result_finish releases the result.
 */
#ifndef UPTAKE_CLI_IMPORT_SEND_H
#define UPTAKE_CLI_IMPORT_SEND_H

#include "fetch.h"
#include "import/changes.h"

struct import_target {
    struct cli *cli;
    struct fetch *fetch;
    const struct document *document;
    const char *key;
};

struct import_result {
    struct present present;
    struct changes changes;
    bool held;         /* another version came in between: the rest was not sent */
    json_t *overtaken; /* keys */
};

/* Asks what the register has and plans. */
MUST_CHECK bool import_plan(const struct import_target *target, struct import_result *result,
                            struct err *err);
/* Plans and sends. What was refused is no failure here: look at the outcomes. */
MUST_CHECK bool import_send(const struct import_target *target, struct import_result *result,
                            struct err *err);
void import_result_finish(struct import_result *result);

/* Was it answered, and not with yes? */
bool import_was_refused(const struct outgoing *out);

#endif
