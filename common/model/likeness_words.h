/* SPDX-License-Identifier: Apache-2.0 */
/*
 * likeness_words - the words of a text by which it is compared, each with what it counts.
 *
 * Letter case, accents, blanks and the endings of English, French and Spanish are set aside. Words
 * that only hold a sentence together are left out. Words that every recommendation uses ("ensure",
 * "capacité", "informe") count less, and so does what a sentence says of its purpose ("in order
 * to ..."): two different asks often share the purpose.
 *
 * Threading: any; the lexicon is only read once it is made.
 */
#ifndef UPTAKE_MODEL_LIKENESS_WORDS_H
#define UPTAKE_MODEL_LIKENESS_WORDS_H

#include "base/arena.h"

#include <stdint.h>

struct likeness_word {
    uint64_t stem; /* the same for the forms of one word */
    double counts; /* 0 to 1 */
    uint32_t at;   /* bytes from the beginning of the text */
    uint32_t len;
    bool is_number;
    bool is_name; /* written like one: a capital within a sentence, or several */
};

/* The lists of words, ready for look-up. */
struct likeness_lexicon;

MUST_CHECK struct likeness_lexicon *likeness_lexicon_make(struct arena *arena);

/* In the order of the text, in the arena. NULL: out of memory. Any bytes are a text. */
MUST_CHECK struct likeness_word *likeness_words(const struct likeness_lexicon *lexicon,
                                                const char *text, struct arena *arena, int *n);

/* The stem of a sequence of words: depends on their order. */
uint64_t likeness_stems_join(uint64_t first, uint64_t second);
/* A number for a text as a whole, letter case and accents aside. */
uint64_t likeness_stem_of(const char *text);

#endif
