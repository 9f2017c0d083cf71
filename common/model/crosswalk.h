/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosswalk - a source's own words to the register's.
 *
 * The tables are data: crosswalk/SYSTEM.csv, columns axis, source, word, note, mark, compiled in. A
 * word without a row is not guessed: the caller keeps it as written and reports it. A row that maps
 * to "unknown" is a known word that says nothing on this axis; its note tells why. The mark
 * "unverified" stands where nobody has yet shown a document that uses the word so.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_CROSSWALK_H
#define UPTAKE_MODEL_CROSSWALK_H

#include "words.h"

enum { CROSSWALK_WORD = 64 };

struct crosswalk_row {
    char source[CROSSWALK_WORD]; /* spelling of the table */
    char word[CROSSWALK_WORD];   /* the register's */
    char note[2 * CROSSWALK_WORD];
    bool verified;
};

/* The row of axis ("position", "progress") for the word at the START of text: the longest one,
 * letter case, accents, lost letters and apostrophes ("?") and runs of blanks aside, ending at a
 * word's end. *len is how much of text it took. False: no row. format is a system: "gate", "erc".
 */
MUST_CHECK bool crosswalk_find(const char *format, const char *axis, const char *text, size_t *len,
                               struct crosswalk_row *row);

/* The whole text, but for a full stop, must be the word. False: no row; what the last argument
 * points to is untouched. */
MUST_CHECK bool crosswalk_whole(const char *format, const char *axis, const char *text,
                                struct crosswalk_row *row);
MUST_CHECK bool crosswalk_position(const char *format, const char *text, enum position *position);
MUST_CHECK bool crosswalk_progress(const char *format, const char *text, enum progress *progress);

#endif
