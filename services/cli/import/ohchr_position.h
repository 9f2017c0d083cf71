/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_position - what management says to a recommendation: its position, the caveat beside it,
 * its comment with the progress it states, and positions that differ from part to part.
 *
 * "Accepted" with a part left out is a partial acceptance. A part is a numbered piece ("1.3") or an
 * item in the text ("(iii)"); parts become records of their own only where their positions differ.
 */
#ifndef UPTAKE_CLI_OHCHR_POSITION_H
#define UPTAKE_CLI_OHCHR_POSITION_H

#include "import/document.h"

/* Does the text say within its first words which position is taken? */
bool ohchr_position_stated(const char *text);

/* Does what stands behind a word of status (of len bytes) take part of it back: "in part", "but
 * not ...", "/ ongoing"? */
bool ohchr_position_qualified(const char *text, size_t len);

/* Fills position, position_source and caveat; text may be NULL. Findings NO_POSITION,
 * POSITION_UNKNOWN_WORD. */
void ohchr_position_read(struct document *document, struct recommendation *recommendation,
                         const char *subject, const char *text);

/* Fills comment and comment_progress; text may be NULL. Finding STATUS_UNKNOWN_WORD where a word of
 * status is taken back in part. */
void ohchr_comment_read(struct document *document, struct recommendation *recommendation,
                        const char *subject, const char *text);

/* Once the actions are known: what lines of the comment say of one, "1.1 - ONGOING: ...". */
void ohchr_comment_actions(struct document *document, struct recommendation *recommendation);

/* Once the actions are known: parts as records behind the recommendation, and findings
 * PART_EXCLUDED, POSITION_PARTIAL_UNDER_ACCEPTED, NO_REASON. body: the report's text of it; NULL:
 * not there. */
void ohchr_parts_settle(struct document *document, struct recommendation *recommendation,
                        const char *subject, const char *body);

#endif
