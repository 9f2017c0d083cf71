/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_deadline - an action's deadline, and other dates that its text states.
 */
#ifndef UPTAKE_CLI_OHCHR_DEADLINE_H
#define UPTAKE_CLI_OHCHR_DEADLINE_H

#include "import/document.h"

/* Does the cell read as a period, or say that there is none or no end? */
bool ohchr_deadline_is(const char *cell);
/* Does it name days of a calendar, if only such that it does not have? */
bool ohchr_deadline_is_dated(const char *cell);
/* Where a deadline at the end of text begins; its length when there is none. */
size_t ohchr_deadline_start(const char *text);

/* source: NULL for an empty cell. Findings NO_DEADLINE, DATE_AMBIGUOUS, DATE_UNREADABLE and, for
 * the action's text, DATE_OTHER_IN_TEXT. */
void ohchr_deadline_read(struct document *document, struct action *action, const char *subject,
                         const char *source);

#endif
