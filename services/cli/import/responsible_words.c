/* SPDX-License-Identifier: Apache-2.0 */
#include "import/responsible_words.h"

#include <ctype.h>
#include <string.h>

enum { CODE_BYTES_MAX = 6 };

void words_cut(const char *text, struct words *words)
{
    const char *end = text + strlen(text);
    int n = 0;

    while (end > text && n < WORDS_MAX) {
        const char *start;
        while (end > text && isspace((unsigned char)end[-1]))
            end--;
        start = end;
        while (start > text && !isspace((unsigned char)start[-1]))
            start--;
        if (start == end)
            break;
        words->list[n++] = (struct word){start, (size_t)(end - start)};
        end = start;
    }
    for (int i = 0; i < n / 2; i++) {
        struct word swap = words->list[i];
        words->list[i] = words->list[n - 1 - i];
        words->list[n - 1 - i] = swap;
    }
    words->n = n;
}

bool word_is(const struct word *word, const char *text)
{
    return word->len == strlen(text) && strncmp(word->at, text, word->len) == 0;
}

/* Only in small letters: in an action in capitals, AND belongs to the action. */
bool word_is_joint(const struct word *word)
{
    return word_is(word, "and") || word_is(word, "with") || word_is(word, "&") ||
           word_is(word, "et") || word_is(word, "y");
}

bool word_ends_item(const struct word *word)
{
    char last = word->at[word->len - 1];

    return last == ',' || last == ';';
}

bool word_has_small(const struct word *word)
{
    for (size_t i = 0; i < word->len; i++)
        if (islower((unsigned char)word->at[i]))
            return true;
    return false;
}

size_t word_bare_len(const struct word *word)
{
    return word_ends_item(word) ? word->len - 1 : word->len;
}

/* "CPC,", "POs": begins with two capitals, is short, and at most its last letter is small. */
bool word_is_code(const struct word *word)
{
    size_t len = word_bare_len(word);

    if (len < 2 || len > CODE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool plural = i + 1 == len && i >= 2 && word->at[i] == 's';
        if (!isupper((unsigned char)word->at[i]) && !plural)
            return false;
    }
    return true;
}

/* "C" and "É": a letter that is not small. */
bool word_begins_capital(const struct word *word)
{
    size_t bracket = word->at[0] == '(' && word->len > 1;
    unsigned char c = (unsigned char)word->at[bracket];
    unsigned char next = word->len > 1 + bracket ? (unsigned char)word->at[1 + bracket] : 0;

    return isupper(c) || (c == 0xC3 && next >= 0x80 && next <= 0x9E);
}

bool word_is_small_link(const struct word *word)
{
    static const char *const links[] = {"of", "for", "the", "de", "du",   "des", "del",
                                        "la", "les", "los", "e",  "para", "pour"};

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (word_is(word, links[i]))
            return true;
    return word_is_joint(word);
}

/* What stands in front of a name inside a sentence: "with the", "a los". */
bool word_is_small_lead(const struct word *word)
{
    static const char *const leads[] = {
        "to",   "in",    "at",    "by",        "on",       "from",      "a",    "an",
        "or",   "as",    "via",   "au",        "aux",      "dans",      "en",   "sur",
        "avec", "par",   "le",    "el",        "las",      "con",       "al",   "por",
        "ou",   "o",     "ante",  "sobre",     "all",      "including", "tous", "toutes",
        "dont", "todos", "todas", "incluidos", "incluidas"};

    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        if (word_is(word, leads[i]))
            return true;
    return word_is_small_link(word);
}

/* "l'Eau", "d'Abidjan", and "dAbidjan", whose apostrophe was lost */
bool word_is_elided(const struct word *word)
{
    return word->len > 2 && strchr("ld", word->at[0]) &&
           (strchr("'?\xE2", word->at[1]) || isupper((unsigned char)word->at[1]));
}

bool word_is_mark(const struct word *word)
{
    return (word->len == 1 && strchr(",;/-&", word->at[0])) || word_is(word, "\xE2\x80\x93");
}
