/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responsible_words - a text as words, and what each word's letters tell of it.
 *
 * Threading: any; pure functions. Ownership: words point into the text.
 */
#ifndef UPTAKE_CLI_RESPONSIBLE_WORDS_H
#define UPTAKE_CLI_RESPONSIBLE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_MAX = 400 }; /* a longer text is judged by its last words */

struct word {
    const char *at;
    size_t len;
};

/* The last words of a text. */
struct words {
    int n;
    struct word list[WORDS_MAX];
};

void words_cut(const char *text, struct words *words);

bool word_is(const struct word *word, const char *text);
/* "and", "with", "&", "et", "y". Only in small letters: in an action in capitals, AND belongs to
 * the action. */
bool word_is_joint(const struct word *word);
/* A comma or semicolon stands at its end. */
bool word_ends_item(const struct word *word);
bool word_has_small(const struct word *word);
/* Without that comma. */
size_t word_bare_len(const struct word *word);
/* "CPC,", "POs": begins with two capitals, is short, and at most its last letter is small. */
bool word_is_code(const struct word *word);
/* "C" and "É", behind a bracket, too. */
bool word_begins_capital(const struct word *word);
/* Small words inside names ("of", "du"), and joints. */
bool word_is_small_link(const struct word *word);
/* What stands in front of a name inside a sentence: "with the", "a los". */
bool word_is_small_lead(const struct word *word);
/* "l'Eau", "d'Abidjan", and "dAbidjan", whose apostrophe was lost. */
bool word_is_elided(const struct word *word);
/* A comma, slash or dash that stands alone. */
bool word_is_mark(const struct word *word);

#endif
