/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_code.h"

#include "import/ohchr_words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES_MAX = 3, PIECE_BYTES_MAX = 5 };

struct pieces {
    int n;
    const char *at[PIECES_MAX];
    size_t len[PIECES_MAX];
};

static bool is_piece_letter(char c)
{
    return isdigit((unsigned char)c) || strchr("IVXLivxl|", c);
}

/* Digits, a Roman number, or what was read for one; behind the first also one letter. */
static size_t piece(const char *text, bool first)
{
    size_t len = 0;

    while (len < PIECE_BYTES_MAX && text[len] && is_piece_letter(text[len]))
        len++;
    if (!len && !first && islower((unsigned char)*text))
        len = 1;
    return words_letter(text + len) ? 0 : len;
}

static int roman(const char *text, size_t len)
{
    static const char letters[] = "ivxl";
    static const int values[] = {1, 5, 10, 50};
    int sum = 0;
    int before = 0;

    for (size_t i = len; i-- > 0;) {
        const char *letter = strchr(letters, tolower((unsigned char)text[i]));
        int value;
        if (!letter || !*letter)
            return 0;
        value = values[letter - letters];
        sum += value < before ? -value : value;
        before = value > before ? value : before;
    }
    return sum;
}

/* The number as digits; a one that was read as I, l or a bar counts as one. */
static int value_of(const char *text, size_t len)
{
    char digits[PIECE_BYTES_MAX + 1];
    int value = roman(text, len);

    if (value > 0 && !(len == 1 && (*text == 'l')))
        return value;
    for (size_t i = 0; i < len; i++)
        digits[i] = strchr("Il|i", text[i]) ? '1' : text[i];
    digits[len] = '\0';
    return strspn(digits, "0123456789") == len ? atoi(digits) : 0;
}

/* "1.2", "1.2.3", "1-2", "1,2": the pieces and the marks between them. */
static size_t cut(const char *text, struct pieces *pieces, bool *pointed)
{
    const char *at = text;

    pieces->n = 0;
    *pointed = true;
    while (pieces->n < PIECES_MAX) {
        size_t len = piece(at, pieces->n == 0);
        if (!len)
            break;
        pieces->at[pieces->n] = at;
        pieces->len[pieces->n++] = len;
        at += len;
        if (!*at || !strchr(".-,", *at) || !piece(at + 1, false) || pieces->n == PIECES_MAX)
            break;
        *pointed &= *at == '.';
        at++;
    }
    return (size_t)(at - text);
}

/* "(a)", "b)", "ii.": one piece needs a mark that says it is a number. */
static size_t read_single(const char *text, struct ohchr_code *code)
{
    bool open = *text == '(';
    const char *at = text + open;
    size_t len = 0;
    size_t marks;

    while (len < 4 && isalnum((unsigned char)at[len]))
        len++;
    if (!len || (len > 1 && strspn(at, "0123456789ivxIVX") < len))
        return 0;
    marks = strspn(at + len, ".):");
    if (!marks || (open && at[len] != ')') || (at[len + marks] && at[len + marks] != ' ') ||
        (isdigit((unsigned char)*at) && len > 2))
        return 0;
    snprintf(code->source, sizeof(code->source), "%.*s", (int)len, at);
    memcpy(code->code, code->source, sizeof(code->code));
    len = (size_t)(at - text) + len + marks;
    return len + strspn(text + len, " ");
}

static void copy_source(struct ohchr_code *code, const char *text, size_t len)
{
    snprintf(code->source, sizeof(code->source), "%.*s", (int)len, text);
}

/* The first piece is the recommendation's number, or it is no code of this table. */
static bool normalise(const struct pieces *pieces, const char *recommendation,
                      struct ohchr_code *code)
{
    int first = value_of(pieces->at[0], pieces->len[0]);
    int wanted = atoi(recommendation);
    size_t len;

    code->foreign = wanted && first != wanted;
    len = (size_t)snprintf(code->code, sizeof(code->code), "%d", first);
    for (int i = 1; i < pieces->n; i++) {
        bool digits = strspn(pieces->at[i], "0123456789") >= pieces->len[i];
        int value = digits ? atoi(pieces->at[i]) : 0;
        bool one = !digits && pieces->len[i] == 1 && strchr("Il|", *pieces->at[i]);
        if (digits || one)
            len += (size_t)snprintf(code->code + len, sizeof(code->code) - len, ".%d",
                                    one ? 1 : value);
        else
            len += (size_t)snprintf(code->code + len, sizeof(code->code) - len, ".%.*s",
                                    (int)pieces->len[i], pieces->at[i]);
    }
    return first > 0 && first < 1000;
}

size_t ohchr_code_read(const char *text, const char *recommendation, struct ohchr_code *code)
{
    static const char *const heads[] = {"key action",   "action", "mesure cle",   "mesure",
                                        "accion clave", "accion", "medida clave", "medida"};
    struct pieces pieces;
    size_t head = 0;
    size_t len;
    size_t marks;
    bool pointed;

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]) && !head; i++)
        head = words_match(text, heads[i]);
    head += head ? strspn(text + head, " ") : 0;
    if (head && !isdigit((unsigned char)text[head]))
        head = 0;
    len = cut(text + head, &pieces, &pointed);
    if (pieces.n < 2)
        return head ? 0 : read_single(text, code);
    marks = strspn(text + head + len, ".):");
    copy_source(code, text + head, len);
    if (!normalise(&pieces, recommendation, code))
        return 0;
    len += head + marks;
    /* "5.1 million people", "2-3 days": without a mark behind it only "2.1" is a number, and only
     * under recommendation 2. */
    if (((code->foreign || !pointed) && !marks) ||
        (text[len] && text[len] != ' ' && text[len] != '-'))
        return 0;
    while (text[len] == ' ' || (text[len] == '-' && text[len + 1] == ' '))
        len++;
    return len;
}
