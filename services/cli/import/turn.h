/* SPDX-License-Identifier: Apache-2.0 */
/*
 * turn - words in a list of the responsible that turn the role of those who follow: "with",
 * "reporting to", "sous la supervision de".
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CLI_TURN_H
#define UPTAKE_CLI_TURN_H

#include "model/words.h"

#include <stddef.h>

/* Bytes of text that spell the words, a blank behind them; letter case, accents and a lost
 * apostrophe aside. 0: they do not. */
size_t turn_words(const char *text, const char *with);

/* Bytes of the longest turn at text; 0 if there is none. */
size_t turn_find(const char *text, enum role *role);

#endif
