/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_guess - what a damaged or misspelt name may have been, to help the person who decides.
 *
 * Threading: any; reads only.
 */
#ifndef UPTAKE_CLI_OHCHR_GUESS_H
#define UPTAKE_CLI_OHCHR_GUESS_H

#include "import/directory.h"

/* Two names of the directory that the text may stand for ("COMMSP SMS": a blank one letter too
 * far); second NULL: one, but for a letter; both NULL: none. */
void ohchr_guess(const struct directory *directory, const char *name, size_t name_len,
                 const char **first, const char **second);

#endif
