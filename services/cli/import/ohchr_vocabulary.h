/* SPDX-License-Identifier: Apache-2.0 */
/* ohchr_vocabulary - the word lists of ohchr_words. */
#ifndef UPTAKE_CLI_OHCHR_VOCABULARY_H
#define UPTAKE_CLI_OHCHR_VOCABULARY_H

#include "import/ohchr_words.h"

/* Words of one list, joined by bars; small letters without accents. */
extern const char *const ohchr_vocabulary[WORDS_COUNT];

#endif
