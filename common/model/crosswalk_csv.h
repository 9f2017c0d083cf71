/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosswalk_csv - the form in which crosswalks are kept, edited and compiled in.
 *
 *     # What it is. Version 3.
 *     axis,source,word,note,mark
 *     progress,Nearly done,ongoing,,unverified
 *
 * One row a line; no cell holds a comma; lines that begin with # are remarks, and one of them names
 * the version. axis: what the word speaks of; source: the source's own word; word: the register's;
 * note: needed where that word is "unknown"; mark: empty, or "unverified".
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_CROSSWALK_CSV_H
#define UPTAKE_MODEL_CROSSWALK_CSV_H

#include "crosswalk.h"

#include <stddef.h>

enum { CROSSWALK_ROWS_MAX = 1000 }; /* of one table */

#define CROSSWALK_HEADER "axis,source,word,note,mark"

/* Behind the line's end. */
const char *crosswalk_next_line(const char *at);
/* The cells of one line; what is too long is cut. */
void crosswalk_cut_row(const char *line, struct crosswalk_row *row);

/* Where a walk over the rows stands; begins as {csv, 0}. */
struct crosswalk_walk {
    const char *at;
    int line; /* number of the line last given, from 1 */
};

/* The next row; remarks and the header are passed over. False: there is none. */
bool crosswalk_walk_next(struct crosswalk_walk *walk, struct crosswalk_row *row);

/* The number behind "Version" in a remark; 0: none is named. */
unsigned crosswalk_version(const char *csv);

/* Letter case, accents and kinds of apostrophe aside: what a lookup cannot tell apart. The cell may
 * stand within a row. */
bool crosswalk_same_word(const char *cell, const char *word);

/* Does every row keep the rules? ERR_REJECT with the line in the place: VERSION_MISSING,
 * HEADER_MISSING, ROW_BAD, AXIS_UNKNOWN, WORD_UNKNOWN (the register has no such word on that axis),
 * NOTE_MISSING, MARK_UNKNOWN, WORD_TWICE, TOO_MANY_WORDS, and what text_check says. */
MUST_CHECK bool crosswalk_check(const char *csv, const char *name, struct err *err);

#endif
