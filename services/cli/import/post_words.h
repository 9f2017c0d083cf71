/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post_words - nouns that posts and units are named with, in English, French and Spanish: "team",
 * "responsable", "oficina".
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CLI_POST_WORDS_H
#define UPTAKE_CLI_POST_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Is the word of len bytes such a noun? Letter case, accents, lost letters ("?"), a plural and
 * marks behind it aside. */
bool post_noun(const char *word, size_t len);

#endif
