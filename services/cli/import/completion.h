/* SPDX-License-Identifier: Apache-2.0 */
/*
 * completion - the day on which the source says an action was completed.
 *
 * "Completed on 12 March 2022", "achevée le 12 mars 2022", "finalizada el 12 de marzo de 2022", in
 * the status or the text of an update that says completed. A month is no day; a day that can be
 * read in two ways is none. The day of the report itself is not taken for it.
 */
#ifndef UPTAKE_CLI_COMPLETION_H
#define UPTAKE_CLI_COMPLETION_H

#include "import/document.h"

/* Sets completed_on of the updates that have such a day. */
void completion_read(struct document *document);

/* The day in one text; none: it says none. */
struct date completion_day(const char *text);

#endif
