/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - checks on text from outside, and a growing buffer.
 *
 * Threading: any.
 */
#ifndef UPTAKE_BASE_TEXT_H
#define UPTAKE_BASE_TEXT_H

#include "err.h"

#include <stdint.h>

/* Offset of the first byte that is not well-formed UTF-8 (RFC 3629), or len if all is well. */
size_t text_utf8_check(const char *text, size_t len);

/*
 * Refuses what no stored text may hold: ill-formed UTF-8 (BAD_UTF8), NUL and control characters
 * other than tab and line feed (BAD_CHARACTER).
 */
MUST_CHECK bool text_check(const char *text, size_t len, const char *place, struct err *err);

/* text_check, and no bidirectional override, zero-width character or line break
 * (CONFUSABLE_TEXT): for names and keys that people compare by eye. */
MUST_CHECK bool text_check_name(const char *text, size_t len, const char *place, struct err *err);

/* Is it composed as far as it can be (Unicode's form NFC), as everything written by the same hand
 * is? Text that was not text_checked is not. Out of memory: no. */
bool text_is_composed(const char *text);

/* Puts "?" for each byte that is not of a whole character, as formats leave them that cut at bytes:
 * JSON and the database take no such text. */
void text_mend(char *text);

/* As many bytes of the text as hold whole characters, at most so many: for "%.*s". */
int text_fit(const char *text, int most);

/* ASCII-only case folding; enough for vocabulary words of any one spelling. */
bool text_equal_fold(const char *a, const char *b);

/* The next character of *at, which moves behind it, for comparing words of Latin script: small, and
 * without its accent ("É" is 'e'). Curly apostrophes are '\'', dashes '-', a hard space ' ', the
 * signs of "n°" and "nº" 'o'. 0 at the end; any other character is a number above 255. */
unsigned text_fold_next(const char **at);

/* Bytes of text that spell `with` at its beginning, letter case, accents and lost letters ("?")
 * aside; 0 if they do not. */
size_t text_fold_prefix(const char *text, const char *with);

/* A growing, always NUL-ended buffer. Zeroed is empty. After a failed allocation `failed` is set,
 * further puts do nothing and text may be NULL: check once at the end. */
struct text_buffer {
    char *text;
    size_t len;
    size_t room;
    bool failed;
};

void text_put(struct text_buffer *buffer, const char *text);
void text_put_bytes(struct text_buffer *buffer, const void *bytes, size_t len);
void text_put_format(struct text_buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
void text_buffer_finish(struct text_buffer *buffer);

#endif
