/* SPDX-License-Identifier: Apache-2.0 */
/*
 * likeness_lists - words of English, French and Spanish that say little of what a recommendation
 * asks for. Small letters without accents; every list is one text of words.
 */
#ifndef UPTAKE_MODEL_LIKENESS_LISTS_H
#define UPTAKE_MODEL_LIKENESS_LISTS_H

/* Words that hold sentences together. */
extern const char *const likeness_stop_words[];
/* What recommendations of every kind are full of, in any form of the word. */
extern const char *const likeness_common_words[];
/* Sequences that begin a purpose, to the sentence's end; at a sentence's beginning, to the comma.
 */
extern const char *const likeness_purpose_openers[];
/* Sequences that begin a sentence on what will come of it. */
extern const char *const likeness_outcome_openers[];
/* Nouns before a purpose that is the very ask: "take measures to ensure ...". */
extern const char *const likeness_means_words[];

#endif
