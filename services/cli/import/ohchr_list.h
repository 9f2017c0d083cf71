/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_list - the recommendations of a report that states them as a numbered list, not in a table.
 *
 * Headings that speak of recommendations stand in summaries, too: the last list before the response
 * is read. Whether it is the right one shows when the response is compared with it.
 */
#ifndef UPTAKE_CLI_OHCHR_LIST_H
#define UPTAKE_CLI_OHCHR_LIST_H

#include "import/ohchr_report.h"

/* Adds what lines start to end list; nothing when there is no list. */
MUST_CHECK bool ohchr_list_read(const struct ohchr_lines *lines, int start, int end,
                                struct arena *arena, struct ohchr_report *report);

#endif
