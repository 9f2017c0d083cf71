/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comment_statements - what a comment says besides progress: a milestone with a date of its own
 * (MILESTONE_IN_COMMENT), a rhythm of reporting (CADENCE_STATED).
 */
#ifndef UPTAKE_CLI_COMMENT_STATEMENTS_H
#define UPTAKE_CLI_COMMENT_STATEMENTS_H

#include "import/document.h"

void comment_statements(struct document *document, const struct action *action, const char *subject,
                        const char *comment);

#endif
