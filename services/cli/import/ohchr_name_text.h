/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_name_text - what a stretch of a responsible cell looks like, without knowing any unit.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CLI_OHCHR_NAME_TEXT_H
#define UPTAKE_CLI_OHCHR_NAME_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { NAME_BYTES_MAX = 160 }; /* longer is a sentence */

/* Does the mark part names? The end of the text does. */
bool name_is_hard(char c);
/* A hard mark, or the bullet of another item. */
bool name_is_stop(const char *text);
/* Length of a dash that stands between names: with a blank on one side at least. */
size_t name_dash(const char *text, const char *start);
/* The next stop or dash. */
const char *name_hard_end(const char *text);
const char *name_trim_end(const char *text, const char *end);

/* Bytes of the word at text. */
size_t name_word(const char *text);
bool name_is_capital(const char *text, size_t len);
bool name_is_code(const char *text, size_t len);

/* Can this stretch stand for a unit by itself? */
bool name_is_name(const char *text, const char *end);
bool name_ends_with_preposition(const char *text, const char *end);
/* Two codes side by side with nothing between them. */
bool name_is_damaged(const char *text, const char *end);
/* "Regional Office", "colleagues": words that only go with a name. */
bool name_is_generic(const char *text, const char *end);

/* "Water, Land and Air Section (WLAS)": a name spells out the code in brackets behind it. Bytes of
 * the name; 0: none. *whole: with the bracket. */
size_t name_spelled_out(const char *text, size_t *whole);
/* "Country Office in Syldavia" is one name: bytes with the place behind the first len. */
size_t name_with_place(const char *text, size_t len);
/* "Director, Records Division": the post and where it is are one name. */
const char *name_post_end(const char *text, const char *end);
/* "Press, Print and Radio Section": a list of what one unit does; end without one. */
const char *name_list_end(const char *text, const char *end);

#endif
