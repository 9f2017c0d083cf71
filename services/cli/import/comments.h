/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comments - a comment cell that several reporting rounds have written into, cut into its updates.
 *
 * "Dec 2022: ... Previous update: ..." is two updates: the older one first, without a date and
 * without a status of its own; the newer one carries the row's status. A cell without such labels
 * is one update without a date. What the cell says besides progress becomes findings: a milestone
 * with a date of its own (MILESTONE_IN_COMMENT), a rhythm of reporting (CADENCE_STATED).
 */
#ifndef UPTAKE_CLI_COMMENTS_H
#define UPTAKE_CLI_COMMENTS_H

#include "import/document.h"

/* Does an update of its own begin with this line: "Dec 2022: ...", "Previous update: ..."? */
bool comments_begin(const char *line);

/* comment may be NULL. Takes the row's status from action->progress and progress_source. */
void comments_read(struct document *document, struct action *action, const char *subject,
                   const char *comment);

#endif
