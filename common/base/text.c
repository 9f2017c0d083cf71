/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

size_t text_utf8_check(const char *text, size_t len)
{
    const uint8_t *bad = u8_check((const uint8_t *)text, len);

    return bad ? (size_t)(bad - (const uint8_t *)text) : len;
}

bool text_check(const char *text, size_t len, const char *place, struct err *err)
{
    size_t at = text_utf8_check(text, len);

    if (at < len)
        return err_set(err, ERR_REJECT, "BAD_UTF8", place,
                       "not UTF-8 at byte %zu; save the text as UTF-8", at);
    for (at = 0; at < len; at++) {
        unsigned char c = (unsigned char)text[at];
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
            return err_set(err, ERR_REJECT, "BAD_CHARACTER", place,
                           "control character U+%04X at byte %zu; remove it", c, at);
    }
    return true;
}

static bool is_confusable(ucs4_t c)
{
    return c == 0x061C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F) ||
           c == '\n' || c == '\t';
}

bool text_check_name(const char *text, size_t len, const char *place, struct err *err)
{
    if (!text_check(text, len, place, err))
        return false;
    for (size_t at = 0; at < len;) {
        ucs4_t c = 0;
        int step = u8_mbtouc(&c, (const uint8_t *)text + at, len - at);
        if (is_confusable(c))
            return err_set(err, ERR_REJECT, "CONFUSABLE_TEXT", place,
                           "U+%04X at byte %zu does not belong in a name; remove it", (unsigned)c,
                           at);
        at += step > 0 ? (size_t)step : 1;
    }
    return true;
}

void text_mend(char *text)
{
    const size_t len = strlen(text);

    for (size_t at; (at = text_utf8_check(text, len)) < len;)
        text[at] = '?';
}

int text_fit(const char *text, int most)
{
    int len = 0;

    while (len < most && text[len])
        len++;
    while (text[len] && len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return len;
}

static bool is_ascii(const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return !*text;
}

bool text_is_composed(const char *text)
{
    uint8_t room[512];
    size_t len = strlen(text);
    size_t composed_len = sizeof(room);
    uint8_t *composed;
    bool same;

    if (is_ascii(text))
        return true;
    composed = u8_normalize(UNINORM_NFC, (const uint8_t *)text, len, room, &composed_len);
    same = composed && composed_len == len && memcmp(composed, text, len) == 0;
    if (composed != room)
        free(composed);
    return same;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_fold(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (fold(*a) != fold(*b))
            return false;
    return *a == *b;
}

/* What U+00C0 to U+017F are without accents; '?' where there is no such letter. */
static const char latin_folded[] = "aaaaaaaceeeeiiii"
                                   "dnooooo?ouuuuy?s"
                                   "aaaaaaaceeeeiiii"
                                   "dnooooo?ouuuuy?y"
                                   "aaaaaaccccccccdd"
                                   "ddeeeeeeeeeegggg"
                                   "gggghhhhiiiiiiii"
                                   "iiiijjkkklllllll"
                                   "lllnnnnnnnnnoooo"
                                   "oooorrrrrrssssss"
                                   "ssttttttuuuuuuuu"
                                   "uuuuwwyyyzzzzzzs";

static unsigned fold_code_point(unsigned c)
{
    if (c >= 0xC0 && c <= 0x17F && latin_folded[c - 0xC0] != '?')
        return (unsigned char)latin_folded[c - 0xC0];
    if (c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0xB4)
        return '\'';
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return '-';
    if (c == 0xA0 || c == 0x202F)
        return ' ';
    if (c == 0xB0 || c == 0xBA)
        return 'o';
    return c < 0x100 ? c + 0x100000 : c;
}

unsigned text_fold_next(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    unsigned c = p[0];
    int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;

    if (c == 0)
        return 0;
    if (c < 0x80) {
        ++*at;
        return (unsigned char)fold((char)c);
    }
    if (more == 0) {
        ++*at;
        return c + 0x100000;
    }
    c &= more == 3 ? 0x07u : more == 2 ? 0x0Fu : 0x1Fu;
    *at += 1;
    for (int i = 1; i <= more && (p[i] & 0xC0) == 0x80; i++) {
        c = c << 6 | (p[i] & 0x3Fu);
        *at += 1;
    }
    return fold_code_point(c);
}

size_t text_fold_prefix(const char *text, const char *with)
{
    const char *at = text;

    while (*with) {
        unsigned c = text_fold_next(&at);
        unsigned wanted = text_fold_next(&with);
        if (c != wanted && c != '?')
            return 0;
    }
    return (size_t)(at - text);
}

static bool reserve(struct text_buffer *buffer, size_t more)
{
    size_t room = buffer->room ? buffer->room : 256;
    char *text;

    if (buffer->failed)
        return false;
    if (buffer->len + more < buffer->room)
        return true;
    while (room <= buffer->len + more)
        room *= 2;
    text = realloc(buffer->text, room);
    if (!text) {
        buffer->failed = true;
        return false;
    }
    buffer->text = text;
    buffer->room = room;
    return true;
}

void text_put_bytes(struct text_buffer *buffer, const void *bytes, size_t len)
{
    if (!reserve(buffer, len))
        return;
    if (len)
        memcpy(buffer->text + buffer->len, bytes, len);
    buffer->len += len;
    buffer->text[buffer->len] = '\0';
}

void text_put(struct text_buffer *buffer, const char *text)
{
    text_put_bytes(buffer, text, strlen(text));
}

void text_put_format(struct text_buffer *buffer, const char *format, ...)
{
    va_list args;
    va_list again;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    if (len >= 0 && reserve(buffer, (size_t)len)) {
        vsnprintf(buffer->text + buffer->len, (size_t)len + 1, format, again);
        buffer->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

void text_buffer_finish(struct text_buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct text_buffer){0};
}
