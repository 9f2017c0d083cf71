/* SPDX-License-Identifier: Apache-2.0 */
#include "period_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 24 };

/* Kinds that exist only until neighbours are joined: "1st" + "quarter" is one quarter. */
enum { KIND_ORDINAL = 'o', KIND_QUARTER_WORD = 'Q', KIND_HALF_WORD = 'H', KIND_FILLER = 0 };

static const struct {
    const char *word; /* lower case */
    char kind;
    int value;
} words[] = {
    {"jan", 'm', 1},        {"january", 'm', 1},     {"janvier", 'm', 1},
    {"enero", 'm', 1},      {"feb", 'm', 2},         {"february", 'm', 2},
    {"février", 'm', 2},    {"fevrier", 'm', 2},     {"febrero", 'm', 2},
    {"mar", 'm', 3},        {"march", 'm', 3},       {"mars", 'm', 3},
    {"marzo", 'm', 3},      {"apr", 'm', 4},         {"april", 'm', 4},
    {"avril", 'm', 4},      {"abril", 'm', 4},       {"may", 'm', 5},
    {"mai", 'm', 5},        {"mayo", 'm', 5},        {"jun", 'm', 6},
    {"june", 'm', 6},       {"juin", 'm', 6},        {"junio", 'm', 6},
    {"jul", 'm', 7},        {"july", 'm', 7},        {"juillet", 'm', 7},
    {"julio", 'm', 7},      {"aug", 'm', 8},         {"august", 'm', 8},
    {"août", 'm', 8},       {"aout", 'm', 8},        {"agosto", 'm', 8},
    {"sep", 'm', 9},        {"sept", 'm', 9},        {"september", 'm', 9},
    {"septembre", 'm', 9},  {"septiembre", 'm', 9},  {"oct", 'm', 10},
    {"october", 'm', 10},   {"octobre", 'm', 10},    {"octubre", 'm', 10},
    {"nov", 'm', 11},       {"november", 'm', 11},   {"novembre", 'm', 11},
    {"noviembre", 'm', 11}, {"dec", 'm', 12},        {"december", 'm', 12},
    {"décembre", 'm', 12},  {"decembre", 'm', 12},   {"diciembre", 'm', 12},
    {"q1", 'q', 1},         {"q2", 'q', 2},          {"q3", 'q', 3},
    {"q4", 'q', 4},         {"t1", 'q', 1},          {"t2", 'q', 2},
    {"t3", 'q', 3},         {"t4", 'q', 4},          {"h1", 'h', 1},
    {"h2", 'h', 2},         {"s1", 'h', 1},          {"s2", 'h', 2},
    {"1st", 'o', 1},        {"2nd", 'o', 2},         {"3rd", 'o', 3},
    {"4th", 'o', 4},        {"first", 'o', 1},       {"second", 'o', 2},
    {"third", 'o', 3},      {"fourth", 'o', 4},      {"1er", 'o', 1},
    {"2e", 'o', 2},         {"3e", 'o', 3},          {"4e", 'o', 4},
    {"quarter", 'Q', 0},    {"trimestre", 'Q', 0},   {"half", 'H', 0},
    {"semester", 'H', 0},   {"semestre", 'H', 0},    {"mid", 'M', 0},
    {"mi", 'M', 0},         {"mediados", 'M', 0},    {"end", 'E', 0},
    {"fin", 'E', 0},        {"finales", 'E', 0},     {"to", '-', 0},
    {"à", '-', 0},          {"ongoing", 'O', 0},     {"continuous", 'O', 0},
    {"continu", 'O', 0},    {"continuo", 'O', 0},    {"continua", 'O', 0},
    {"permanent", 'O', 0},  {"progressive", 'P', 0}, {"progressively", 'P', 0},
    {"of", KIND_FILLER, 0}, {"the", KIND_FILLER, 0}, {"by", KIND_FILLER, 0},
    {"de", KIND_FILLER, 0}, {"du", KIND_FILLER, 0},  {"del", KIND_FILLER, 0},
    {"en", KIND_FILLER, 0}, {"a", KIND_FILLER, 0},   {"in", KIND_FILLER, 0},
};

static bool add(struct period_tokens *tokens, char kind, int value)
{
    if (kind == KIND_FILLER)
        return true;
    if (tokens->n == PERIOD_TOKENS_MAX)
        return false;
    tokens->signature[tokens->n] = kind;
    tokens->values[tokens->n++] = value;
    return true;
}

static bool add_word(struct period_tokens *tokens, const char *word)
{
    size_t len = strlen(word);

    if (strspn(word, "0123456789") == len) {
        if (len <= 2)
            return add(tokens, PERIOD_NUMBER, atoi(word));
        return add(tokens, len == 4 ? PERIOD_YEAR : PERIOD_OTHER, atoi(word));
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(word, words[i].word) == 0)
            return add(tokens, words[i].kind, words[i].value);
    return add(tokens, PERIOD_OTHER, 0);
}

static bool starts(const char *at, const char *with)
{
    return strncmp(at, with, strlen(with)) == 0;
}

/* Letters, digits and the bytes of accented letters; not the dashes, which begin with E2 80. */
static bool is_word_byte(const char *at)
{
    unsigned char c = (unsigned char)*at;

    return isalnum(c) || (c >= 0x80 && !starts(at, "\xE2\x80") && !starts(at, "\xC2\xA0"));
}

static const char *cut_word(const char *at, char word[WORD_BYTES])
{
    size_t len = 0;

    while (is_word_byte(at)) {
        if (len + 1 < WORD_BYTES)
            word[len++] = (char)(isupper((unsigned char)*at) ? tolower((unsigned char)*at) : *at);
        at++;
    }
    word[len] = '\0';
    return at;
}

static void take_out(struct period_tokens *tokens, int at)
{
    memmove(tokens->signature + at, tokens->signature + at + 1, (size_t)(tokens->n - at - 1));
    memmove(tokens->values + at, tokens->values + at + 1,
            (size_t)(tokens->n - at - 1) * sizeof(tokens->values[0]));
    tokens->n--;
}

/* "1st quarter", "quarter 1": one token. */
static void join(struct period_tokens *tokens)
{
    for (int i = 0; i + 1 < tokens->n; i++) {
        char *pair = tokens->signature + i;
        char word = pair[0] == KIND_ORDINAL ? pair[1] : pair[0];
        int value = pair[0] == KIND_ORDINAL ? tokens->values[i] : tokens->values[i + 1];
        int most = word == KIND_QUARTER_WORD ? 4 : 2;

        if (pair[0] != KIND_ORDINAL && pair[1] != PERIOD_NUMBER)
            continue;
        if ((word != KIND_QUARTER_WORD && word != KIND_HALF_WORD) || value < 1 || value > most)
            continue;
        tokens->values[i] = value;
        pair[0] = word == KIND_QUARTER_WORD ? PERIOD_QUARTER : PERIOD_HALF;
        take_out(tokens, i + 1);
    }
}

bool period_cut(const char *source, struct period_tokens *tokens)
{
    char word[WORD_BYTES];
    bool fits = true;

    *tokens = (struct period_tokens){0};
    for (const char *at = source; *at && fits;) {
        if (is_word_byte(at)) {
            at = cut_word(at, word);
            fits = add_word(tokens, word);
        } else if (starts(at, "\xE2\x80\x90") || starts(at, "\xE2\x80\x91") ||
                   starts(at, "\xE2\x80\x93") || starts(at, "\xE2\x80\x94")) {
            fits = add(tokens, PERIOD_DASH, 0);
            at += 3;
        } else {
            if (*at == '-' || *at == '/' || *at == '.')
                fits = add(tokens, *at, 0);
            at++;
        }
    }
    join(tokens);
    tokens->signature[tokens->n] = '\0';
    return fits;
}
