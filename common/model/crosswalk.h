/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosswalk - a source's own words to the register's.
 *
 * The tables are data: crosswalk/SYSTEM.csv, compiled in (crosswalk_csv.h tells the form). A newer
 * version, as the register has it, goes before once it is handed to crosswalk_use. A word without a
 * row is not guessed: the caller keeps it as written and reports it. A row that maps to "unknown"
 * is a known word that says nothing on this axis; its note tells why. The mark "unverified" stands
 * where nobody has yet shown a document that uses the word so.
 *
 * Threading: any, but crosswalk_use while no other thread looks words up.
 */
#ifndef UPTAKE_MODEL_CROSSWALK_H
#define UPTAKE_MODEL_CROSSWALK_H

#include "words.h"

enum { CROSSWALK_WORD = 64, CROSSWALK_AXIS = 24 };

/* One system's table as CSV text. */
struct crosswalk_table {
    const char *system; /* "gate"; NULL ends a list */
    const char *csv;
};

struct crosswalk_row {
    char axis[CROSSWALK_AXIS];   /* "position", "progress", "label", ... */
    char source[CROSSWALK_WORD]; /* spelling of the table */
    char word[CROSSWALK_WORD];   /* the register's */
    char note[2 * CROSSWALK_WORD];
    bool verified;
};

/* These tables go before those compiled in, system by system; NULL: none does any more. The list
 * and its texts, which crosswalk_check has passed, are the caller's and stay until the next call.
 */
void crosswalk_use(const struct crosswalk_table *tables);
/* The table in use; NULL: no such system. */
const char *crosswalk_text(const char *system);

/* The row of axis ("position", "progress") for the word at the START of text: the longest one,
 * letter case, accents, lost letters and apostrophes ("?") and runs of blanks aside, ending at a
 * word's end. *len is how much of text it took. False: no row.
 */
MUST_CHECK bool crosswalk_find(const char *system, const char *axis, const char *text, size_t *len,
                               struct crosswalk_row *row);

/* The whole text, but for a full stop, must be the word. False: no row; what the last argument
 * points to is untouched. */
MUST_CHECK bool crosswalk_whole(const char *system, const char *axis, const char *text,
                                struct crosswalk_row *row);
MUST_CHECK bool crosswalk_position(const char *system, const char *text, enum position *position);
MUST_CHECK bool crosswalk_progress(const char *system, const char *text, enum progress *progress);

#endif
