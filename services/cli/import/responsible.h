/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responsible - the posts at the end of a text that runs "what is to be done, by whom".
 *
 * The text of a table whose columns were lost. Where the posts begin is told by what is known of
 * names (directory, and codes the document itself teaches) and by letter case: an action in
 * capitals ends before the first word with small letters; a sentence ends at its full stop, and one
 * without a full stop before the capitalised words at its end. No word list of any one document is
 * involved. Words that join or turn roles are known in English, French and Spanish.
 *
 * Roles: leads first; behind "with" those who support; behind "reporting to" who oversees.
 */
#ifndef UPTAKE_CLI_RESPONSIBLE_H
#define UPTAKE_CLI_RESPONSIBLE_H

#include "import/directory.h"
#include "import/document.h"

/* Teaches the directory the short codes that stand in lists joined by commas or "and" at the end of
 * text. Run it over all rows of a document before the first responsible_start. */
MUST_CHECK bool responsible_learn(struct directory *directory, const char *text);

/* Where the posts begin in text; its length when none are found. *unsure: they may as well be a
 * part of the sentence in front of them. */
size_t responsible_start(const struct directory *directory, const char *text, bool *unsure);

/* A responsible field that was filled with the action's own words: how much of text is the action,
 * and in *repeated how much behind it says the same again (0: it does not). */
size_t responsible_repeat(const char *text, size_t *repeated);

/* Does text end with a name the directory knows? */
bool responsible_ends_known(const struct directory *directory, const char *text);

/* Reads the list of posts into the action, finding UNIT_UNKNOWN and UNIT_VAGUE. */
void responsible_read(struct document *document, const struct directory *directory,
                      struct action *action, const char *subject, const char *list);

#endif
