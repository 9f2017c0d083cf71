/* SPDX-License-Identifier: Apache-2.0 */
#include "period_words.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 24 };

/* Kinds that exist only until neighbours are joined: "1st" + "quarter" is one quarter. */
enum {
    KIND_ORDINAL = 'o',
    KIND_ROMAN = 'R', /* "IV": a number only beside "quarter" and the like */
    KIND_QUARTER_WORD = 'Q',
    KIND_HALF_WORD = 'H',
    KIND_BEFORE = 'B', /* "before the end of": before anything else it is no period */
    KIND_FROM = 'F',   /* "from", "between": a period only where its end is stated, too */
    KIND_LAST = 'L',   /* the last quarter, the last half */
    KIND_FILLER = 0,
};

static const struct {
    const char *word; /* small letters without accents */
    char kind;
    int value;
} words[] = {
    {"jan", 'm', 1},
    {"january", 'm', 1},
    {"janvier", 'm', 1},
    {"janv", 'm', 1},
    {"ene", 'm', 1},
    {"enero", 'm', 1},
    {"feb", 'm', 2},
    {"february", 'm', 2},
    {"fevrier", 'm', 2},
    {"fev", 'm', 2},
    {"fevr", 'm', 2},
    {"febrero", 'm', 2},
    {"mar", 'm', 3},
    {"march", 'm', 3},
    {"mars", 'm', 3},
    {"marzo", 'm', 3},
    {"apr", 'm', 4},
    {"april", 'm', 4},
    {"avril", 'm', 4},
    {"avr", 'm', 4},
    {"abr", 'm', 4},
    {"abril", 'm', 4},
    {"may", 'm', 5},
    {"mai", 'm', 5},
    {"mayo", 'm', 5},
    {"jun", 'm', 6},
    {"june", 'm', 6},
    {"juin", 'm', 6},
    {"junio", 'm', 6},
    {"jul", 'm', 7},
    {"july", 'm', 7},
    {"juillet", 'm', 7},
    {"juil", 'm', 7},
    {"julio", 'm', 7},
    {"aug", 'm', 8},
    {"august", 'm', 8},
    {"aout", 'm', 8},
    {"ago", 'm', 8},
    {"agosto", 'm', 8},
    {"sep", 'm', 9},
    {"sept", 'm', 9},
    {"september", 'm', 9},
    {"septembre", 'm', 9},
    {"septiembre", 'm', 9},
    {"setiembre", 'm', 9},
    {"oct", 'm', 10},
    {"october", 'm', 10},
    {"octobre", 'm', 10},
    {"octubre", 'm', 10},
    {"nov", 'm', 11},
    {"november", 'm', 11},
    {"novembre", 'm', 11},
    {"noviembre", 'm', 11},
    {"dec", 'm', 12},
    {"december", 'm', 12},
    {"decembre", 'm', 12},
    {"dic", 'm', 12},
    {"diciembre", 'm', 12},
    {"q1", 'q', 1},
    {"1q", 'q', 1},
    {"t1", 'q', 1},
    {"1t", 'q', 1},
    {"q2", 'q', 2},
    {"2q", 'q', 2},
    {"t2", 'q', 2},
    {"2t", 'q', 2},
    {"q3", 'q', 3},
    {"3q", 'q', 3},
    {"t3", 'q', 3},
    {"3t", 'q', 3},
    {"q4", 'q', 4},
    {"4q", 'q', 4},
    {"t4", 'q', 4},
    {"4t", 'q', 4},
    {"h1", 'h', 1},
    {"s1", 'h', 1},
    {"1h", 'h', 1},
    {"h2", 'h', 2},
    {"s2", 'h', 2},
    {"2h", 'h', 2},
    {"1s", 'h', 1},
    {"2s", 'h', 2},
    {"first", KIND_ORDINAL, 1},
    {"i", KIND_ROMAN, 1},
    {"premier", KIND_ORDINAL, 1},
    {"premiere", KIND_ORDINAL, 1},
    {"primer", KIND_ORDINAL, 1},
    {"primero", KIND_ORDINAL, 1},
    {"primera", KIND_ORDINAL, 1},
    {"second", KIND_ORDINAL, 2},
    {"ii", KIND_ROMAN, 2},
    {"deuxieme", KIND_ORDINAL, 2},
    {"segundo", KIND_ORDINAL, 2},
    {"segunda", KIND_ORDINAL, 2},
    {"third", KIND_ORDINAL, 3},
    {"iii", KIND_ROMAN, 3},
    {"troisieme", KIND_ORDINAL, 3},
    {"tercer", KIND_ORDINAL, 3},
    {"tercero", KIND_ORDINAL, 3},
    {"fourth", KIND_ORDINAL, 4},
    {"iv", KIND_ROMAN, 4},
    {"quatrieme", KIND_ORDINAL, 4},
    {"cuarto", KIND_ORDINAL, 4},
    {"last", KIND_LAST, 0},
    {"final", KIND_LAST, 1},
    {"dernier", KIND_LAST, 0},
    {"ultimo", KIND_LAST, 0},
    {"quarter", KIND_QUARTER_WORD, 0},
    {"trimestre", KIND_QUARTER_WORD, 0},
    {"trim", KIND_QUARTER_WORD, 0},
    {"q", KIND_QUARTER_WORD, 0},
    {"t", KIND_QUARTER_WORD, 0},
    {"half", KIND_HALF_WORD, 0},
    {"semester", KIND_HALF_WORD, 0},
    {"semestre", KIND_HALF_WORD, 0},
    {"h", KIND_HALF_WORD, 0},
    {"s", KIND_HALF_WORD, 0},
    {"mid", 'M', 0},
    {"mi", 'M', 0},
    {"middle", 'M', 0},
    {"mediados", 'M', 0},
    {"milieu", 'M', 0},
    {"mitad", 'M', 0},
    {"end", 'E', 0},
    {"fin", 'E', 0},
    {"finales", 'E', 0},
    {"fines", 'E', 0},
    {"finalizar", 'E', 0},
    {"late", 'E', 0},
    {"to", '-', 0},
    {"until", '-', 0},
    {"through", '-', 0},
    {"a", '-', 0},
    {"hasta", '-', 0},
    {"till", '-', 0},
    {"jusqu", '-', 0},
    {"jusqua", '-', 0},
    {"and", '&', 0},
    {"et", '&', 0},
    {"y", '&', 0},
    {"e", '&', 0},
    {"from", KIND_FROM, 0},
    {"between", KIND_FROM, 1},
    {"entre", KIND_FROM, 1},
    {"desde", KIND_FROM, 0},
    {"depuis", KIND_FROM, 0},
    {"ongoing", 'O', 0},
    {"going", 'O', 0},
    {"curso", 'O', 0},
    {"cours", 'O', 0},
    {"continuous", 'O', 0},
    {"continuously", 'O', 0},
    {"continu", 'O', 0},
    {"continue", 'O', 0},
    {"continua", 'O', 0},
    {"continuo", 'O', 0},
    {"permanent", 'O', 0},
    {"permanente", 'O', 0},
    {"immediate", 'O', 0},
    {"immediately", 'O', 0},
    {"immediat", 'O', 0},
    {"inmediato", 'O', 0},
    {"immediatement", 'O', 0},
    {"inmediatamente", 'O', 0},
    {"progressive", 'P', 0},
    {"progressively", 'P', 0},
    {"progressivement", 'P', 0},
    {"progresivamente", 'P', 0},
    {"early", 'V', 0},
    {"beginning", 'V', 0},
    {"start", 'V', 0},
    {"debut", 'V', 0},
    {"principios", 'V', 0},
    {"principio", 'V', 0},
    {"inicios", 'V', 0},
    {"inicio", 'V', 0},
    {"comienzos", 'V', 0},
    {"comienzo", 'V', 0},
    {"fy", 'V', 0},
    {"fiscal", 'V', 0},
    {"fiscale", 'V', 0},
    {"financial", 'V', 0},
    {"exercice", 'V', 0},
    {"ejercicio", 'V', 0},
    {"of", KIND_FILLER, 0},
    {"on", KIND_FILLER, 0},
    {"er", KIND_FILLER, 0},
    {"o", KIND_FILLER, 0}, /* the sign of "4.º" */
    {"at", KIND_FILLER, 0},
    {"latest", KIND_FILLER, 0},
    {"during", KIND_FILLER, 0},
    {"throughout", KIND_FILLER, 0},
    {"durant", KIND_FILLER, 0},
    {"courant", KIND_FILLER, 0},
    {"durante", KIND_FILLER, 0},
    {"an", KIND_FILLER, 0},
    {"basis", KIND_FILLER, 0},
    {"process", KIND_FILLER, 0},
    {"processus", KIND_FILLER, 0},
    {"proceso", KIND_FILLER, 0},
    {"the", KIND_FILLER, 0},
    {"by", KIND_FILLER, 0},
    {"de", KIND_FILLER, 0},
    {"du", KIND_FILLER, 0},
    {"del", KIND_FILLER, 0},
    {"la", KIND_FILLER, 0},
    {"le", KIND_FILLER, 0},
    {"en", KIND_FILLER, 0},
    {"in", KIND_FILLER, 0},
    {"d", KIND_FILLER, 0},
    {"dici", KIND_FILLER, 0},
    {"lannee", KIND_FILLER, 0},
    {"l", KIND_FILLER, 0},
    {"ici", KIND_FILLER, 0},
    {"el", KIND_FILLER, 0},
    {"los", KIND_FILLER, 0},
    {"au", KIND_FILLER, 0},
    {"plus", KIND_FILLER, 0},
    {"tard", KIND_FILLER, 0},
    {"mas", KIND_FILLER, 0},
    {"tardar", KIND_FILLER, 0},
    {"before", KIND_BEFORE, 0},
    {"avant", KIND_BEFORE, 0},
    {"antes", KIND_BEFORE, 0},
    {"no", KIND_FILLER, 0},
    {"later", KIND_FILLER, 0},
    {"than", KIND_FILLER, 0},
    {"year", KIND_FILLER, 0},
    {"annee", KIND_FILLER, 0},
    {"ano", KIND_FILLER, 0},
    {"mois", KIND_FILLER, 0},
    {"mes", KIND_FILLER, 0},
    {"month", KIND_FILLER, 0},
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

/* "1st", "2e", "3er", "4to", "31st": what follows the digits is an ending of ordinals. */
static int ordinal(const char *word)
{
    static const char *const endings[] = {"st",  "nd", "rd",  "th", "e",  "er", "ere", "re",
                                          "eme", "o",  "nde", "a",  "do", "da", "ro",  "to"};
    size_t digits = strspn(word, "0123456789");

    for (size_t i = 0; digits && digits <= 2 && i < sizeof(endings) / sizeof(endings[0]); i++)
        if (strcmp(word + digits, endings[i]) == 0)
            return atoi(word);
    return 0;
}

/* "fy2024", "fy24" */
static bool is_fiscal_year(const char *word)
{
    return strncmp(word, "fy", 2) == 0 && word[2] &&
           word[2 + strspn(word + 2, "0123456789")] == '\0';
}

static bool add_word(struct period_tokens *tokens, const char *word)
{
    size_t len;

    if (is_fiscal_year(word)) {
        if (!add(tokens, PERIOD_VAGUE, 0))
            return false;
        word += 2;
    }
    len = strlen(word);
    if (ordinal(word))
        return add(tokens, KIND_ORDINAL, ordinal(word));
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

/* Letters, digits and the bytes of accented letters; not the dashes and apostrophes, which begin
 * with E2 80. */
static bool is_word_byte(const char *at)
{
    unsigned char c = (unsigned char)*at;

    return isalnum(c) || (c >= 0x80 && !starts(at, "\xE2\x80") && !starts(at, "\xE2\x88") &&
                          !starts(at, "\xC2\xA0"));
}

static const char *cut_word(const char *at, char word[WORD_BYTES])
{
    size_t len = 0;

    while (*at && is_word_byte(at)) {
        unsigned c = text_fold_next(&at);
        if (len + 1 < WORD_BYTES)
            word[len++] = c < 0x80 ? (char)c : '?';
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

static bool is_period_word(char kind)
{
    return kind == KIND_QUARTER_WORD || kind == KIND_HALF_WORD;
}

static bool is_count(char kind)
{
    return kind == KIND_ORDINAL || kind == KIND_ROMAN || kind == PERIOD_NUMBER || kind == KIND_LAST;
}

/* "1st quarter", "quarter 1", "4 trimestre": one token. */
static void join(struct period_tokens *tokens)
{
    for (int i = 0; i + 1 < tokens->n; i++) {
        char *pair = tokens->signature + i;
        bool word_first = is_period_word(pair[0]);
        char word = word_first ? pair[0] : pair[1];
        char number = word_first ? pair[1] : pair[0];
        int most = word == KIND_QUARTER_WORD ? 4 : 2;
        int value = number == KIND_LAST ? most : tokens->values[word_first ? i + 1 : i];

        if (!is_period_word(word) || !is_count(number) || value < 1 || value > most)
            continue;
        tokens->values[i] = value;
        pair[0] = word == KIND_QUARTER_WORD ? PERIOD_QUARTER : PERIOD_HALF;
        take_out(tokens, i + 1);
    }
}

static bool is_digits(char kind)
{
    return kind == PERIOD_NUMBER || kind == PERIOD_YEAR;
}

/* A full stop that does not part two numbers ends an abbreviation or the text. */
static void drop_stops(struct period_tokens *tokens)
{
    for (int i = tokens->n - 1; i >= 0; i--)
        if (tokens->signature[i] == PERIOD_DOT &&
            (i == 0 || i + 1 == tokens->n || !is_digits(tokens->signature[i - 1]) ||
             !is_digits(tokens->signature[i + 1])))
            take_out(tokens, i);
}

/* "from 2022 to 2023", "between 2022 and 2023": the word in front goes, the one inside is a dash.
 * Where no end is stated it stays: the beginning of something is no deadline. */
static void settle_from(struct period_tokens *tokens)
{
    if (tokens->n < 2 || tokens->signature[0] != KIND_FROM)
        return;
    for (int i = 1; i + 1 < tokens->n; i++) {
        bool and = tokens->signature[i] == PERIOD_AND && tokens->values[0];
        if (!and&&tokens->signature[i] != PERIOD_DASH)
            continue;
        if (and)
            tokens->signature[i] = PERIOD_DASH;
        take_out(tokens, 0);
        return;
    }
}

/* What is left of helpers: "1st March" is a number, "before the end of" the end. */
static void settle(struct period_tokens *tokens)
{
    for (int i = 0; i < tokens->n; i++) {
        if (tokens->signature[i] == KIND_ORDINAL)
            tokens->signature[i] = PERIOD_NUMBER;
        else if (tokens->signature[i] == KIND_LAST && tokens->values[i])
            tokens->signature[i] = PERIOD_END; /* "a final de 2024" */
    }
    while (tokens->n > 1 && tokens->signature[0] == KIND_BEFORE &&
           (tokens->signature[1] == PERIOD_END || tokens->signature[1] == PERIOD_DASH))
        take_out(tokens, 0);
    while (tokens->n > 1 && tokens->signature[0] == PERIOD_DASH)
        take_out(tokens, 0);
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
        } else {
            unsigned c = text_fold_next(&at);
            if (c == '-' || c == '/' || c == '.' || c == '&')
                fits = add(tokens, (char)c, 0);
        }
    }
    drop_stops(tokens);
    join(tokens);
    settle(tokens);
    settle_from(tokens);
    tokens->signature[tokens->n] = '\0';
    return fits;
}
