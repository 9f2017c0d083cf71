/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_start - where in a file the response begins: at the first recommendation that management's
 * position follows, or at a table that has a column for each.
 */
#ifndef UPTAKE_CLI_OHCHR_START_H
#define UPTAKE_CLI_OHCHR_START_H

#include "import/ohchr_lines.h"

/* Index of the line; -1: the file holds no response. *language: that of its labels, NULL: not
 * told. */
int ohchr_response_start(const struct ohchr_lines *lines, const char **language);

/* Index of the line behind the response: an annex or another chapter of the report, or the end. */
int ohchr_response_end(const struct ohchr_lines *lines, int start);

/* The label of the first paragraph of a cell's text, which is copied; *next is behind it. */
struct label ohchr_label_of(struct arena *arena, const char *text, const char **paragraph,
                            const char **next);

#endif
