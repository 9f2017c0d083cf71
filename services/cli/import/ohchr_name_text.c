/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_name_text.h"

#include "base/text.h"
#include "import/ohchr_words.h"

#include <ctype.h>
#include <string.h>

enum {
    CODE_BYTES_MAX = 10,
    PLACE_WORDS_MAX = 4, /* "in the Central African Republic" */
};

bool name_is_hard(char c)
{
    return !c || strchr(",;/()[]+\n|\\", c) != NULL;
}

bool name_is_stop(const char *text)
{
    const char *next = text;
    unsigned c = name_is_hard(*text) ? 0 : text_fold_next(&next);

    return name_is_hard(*text) || c == 0x2022 || c == 0x25CF || c == 0x25AA || c == 0x2219 ||
           c == 0x25E6;
}

size_t name_dash(const char *text, const char *start)
{
    const char *next = text;

    if (text_fold_next(&next) != '-')
        return 0;
    return text == start || isspace((unsigned char)text[-1]) || !*next ||
                   isspace((unsigned char)*next)
               ? (size_t)(next - text)
               : 0;
}

bool name_is_capital(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (islower((unsigned char)text[i]))
            return false;
    return true;
}

size_t name_word(const char *text)
{
    size_t len = 0;
    size_t letter;

    while ((letter = words_letter(text + len)))
        len += letter;
    return len;
}

bool name_is_code(const char *text, size_t len)
{
    size_t letters = 0;

    for (size_t i = 0; i < len; i++)
        letters += isupper((unsigned char)text[i]) != 0;
    return len >= 2 && len <= CODE_BYTES_MAX && letters >= 2 && name_is_capital(text, len) &&
           isupper((unsigned char)*text);
}

const char *name_hard_end(const char *text)
{
    const char *at = text;

    while (!name_is_stop(at) && !(name_dash(at, text) && at > text))
        at++;
    return at;
}

const char *name_trim_end(const char *text, const char *end)
{
    while (end > text && (isspace((unsigned char)end[-1]) || end[-1] == '.' || end[-1] == ':'))
        end--;
    return end;
}

bool name_ends_with_preposition(const char *text, const char *end)
{
    static const char *const words[] = {"of",  "for", "the", "in", "at", "de", "du",
                                        "des", "la",  "del", "en", "a",  "au"};
    const char *last = end;

    while (last > text && !isspace((unsigned char)last[-1]))
        last--;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words_match(last, words[i]) == (size_t)(end - last))
            return true;
    return false;
}

bool name_is_damaged(const char *text, const char *end)
{
    int codes = 0;

    for (const char *at = text; at < end; at += words_next(at)) {
        size_t len = name_word(at);
        if (!name_is_code(at, len))
            return false;
        codes++;
    }
    return codes >= 2;
}

bool name_is_generic(const char *text, const char *end)
{
    static const char *const words[] = {"regional", "country", "the",    "colleagues",
                                        "staff",    "focal",   "point",  "points",
                                        "ohchr",    "hcdh",    "acnudh", "un"};

    for (const char *at = text; at < end; at += words_next(at)) {
        bool generic = words_at(at, WORDS_UNIT_NOUN) > 0;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !generic; i++)
            generic = words_match(at, words[i]) > 0;
        if (!generic)
            return false;
    }
    return true;
}

/* Do the words begin with the letters of the code? small: those of small words may count, too. */
static bool begin_with(const char *text, const char *end, const char *code, size_t len, bool small)
{
    size_t n = 0;

    for (; text < end; text += words_next(text)) {
        if (isupper((unsigned char)*text) && (n == len || code[n++] != *text))
            return false;
        if (islower((unsigned char)*text) && small)
            n += n < len && toupper((unsigned char)*text) == code[n];
    }
    return n == len;
}

size_t name_spelled_out(const char *text, size_t *whole)
{
    const char *open = text + strcspn(text, "(;/\n\\|");
    size_t code = *open == '(' ? name_word(open + 1) : 0;

    if (!code || open == text || open - text > NAME_BYTES_MAX || open[1 + code] != ')' ||
        !name_is_code(open + 1, code) ||
        (!begin_with(text, open, open + 1, code, false) &&
         !begin_with(text, open, open + 1, code, true)))
        return 0;
    *whole = (size_t)(open + 2 + code - text);
    return (size_t)(name_trim_end(text, open) - text);
}

bool name_is_name(const char *text, const char *end)
{
    size_t len;

    return name_is_code(text, (size_t)(end - text)) || words_find(text, end, WORDS_UNIT_NOUN, &len);
}

const char *name_post_end(const char *text, const char *end)
{
    const char *trimmed = name_trim_end(text, end);

    if (*end != ',' || text + words_at(text, WORDS_POST) != trimmed)
        return end;
    return name_hard_end(end + 1);
}

const char *name_list_end(const char *text, const char *end)
{
    const char *next = end + 1 + (*end ? strspn(end + 1, " ") : 0);
    const char *stop = *end == ',' ? name_hard_end(next) : end;
    size_t len;
    const char *joint = stop > end ? words_find(next, stop, WORDS_JOINT, &len) : NULL;

    /* What stands in front of "and" is no unit by itself; what stands behind it is. */
    if (!joint || joint == next || name_is_name(text, name_trim_end(text, end)) ||
        name_is_name(next, name_trim_end(next, joint)) ||
        !name_is_name(joint + len, name_trim_end(joint, stop)) ||
        name_is_code(joint + len + strspn(joint + len, " "),
                     (size_t)(name_trim_end(joint, stop) - joint - len)))
        return end;
    return stop;
}

size_t name_with_place(const char *text, size_t len)
{
    static const char *const joints[] = {"in the", "in", "of",  "for", "en la",
                                         "en",     "au", "aux", "du",  "de"};
    const char *at = text + len;
    size_t taken = 0;

    if (*at != ' ')
        return len;
    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]) && !taken; i++)
        taken = words_match(at + 1, joints[i]);
    if (!taken || at[1 + taken] != ' ' || !isupper((unsigned char)at[2 + taken]))
        return len;
    at += 2 + taken;
    for (int i = 0; i < PLACE_WORDS_MAX; i++) {
        while (words_letter(at) || *at == '\'' || (*at == '-' && words_letter(at + 1)))
            at += words_letter(at) ? words_letter(at) : 1;
        if (*at != ' ' || !isupper((unsigned char)at[1]) || isupper((unsigned char)at[2]))
            break;
        if (i + 1 < PLACE_WORDS_MAX)
            at++;
    }
    return (size_t)(at - text);
}
