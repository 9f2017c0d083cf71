/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_markup - plain text from the HTML and Markdown fragments that conversion leaves in a
 * report.
 *
 * Emphasis, links and marks of footnotes go; paragraphs, line breaks and list items become line
 * feeds; entities become characters; runs of blanks one blank.
 */
#ifndef UPTAKE_CLI_OHCHR_MARKUP_H
#define UPTAKE_CLI_OHCHR_MARKUP_H

#include "base/arena.h"

/* NULL when out of memory. Never longer than the text. */
MUST_CHECK char *ohchr_plain(struct arena *arena, const char *text, size_t len);

/* The number of a footnote's mark at the start of text ("<sup>12</sup>", "[^12]"); 0: none. *len:
 * bytes of the mark. */
int ohchr_footnote_mark(const char *text, size_t text_len, size_t *len);

#endif
