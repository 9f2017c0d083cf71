/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_pages - running headers and footers that conversion leaves among the lines.
 *
 * A line is one if it stands alone, comes again, and shows page numbers: its own, or one beside it.
 */
#ifndef UPTAKE_CLI_OHCHR_PAGES_H
#define UPTAKE_CLI_OHCHR_PAGES_H

#include "import/ohchr_lines.h"

/* Turns such lines into furniture. False: out of memory. */
MUST_CHECK bool ohchr_pages_clear(struct ohchr_lines *lines, struct arena *arena);

#endif
