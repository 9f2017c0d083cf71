/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_words.h"

#include "base/text.h"
#include "import/ohchr_vocabulary.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum {
    LABEL_BYTES_MAX = 120,
    REMARK_BYTES_MAX = 20,
};

/* Everything a label may be made of, and the words that tell which it is. */
static const char label_words[] =
    "management|managements|manager|senior|position|stance|response|comment|comments|on|to|of|the|"
    "and|for|from|by|this|recommendation|recommendations|evaluation|overall|office|ohchr|"
    "additional|further|general|reponse|commentaire|commentaires|observation|observations|de|du|"
    "la|le|les|l|d|des|direction|administration|ladministration|gestion|encadrement|"
    "lencadrement|sur|a|au|aux|cette|recommandation|recommandations|levaluation|generale|bureau|"
    "hcdh|decision|acceptance|acceptation|aceptacion|avis|concernant|relative|relatif|posicion|"
    "postura|respuesta|comentario|comentarios|"
    "observacion|observaciones|del|el|las|los|direccion|administracion|gerencia|oficina|sobre|"
    "respecto|esta|con|recomendacion|recomendaciones|acnudh|oacnudh|gerencial|evaluacion";
static const char position_words[] =
    "position|stance|decision|acceptance|acceptation|posicion|postura|aceptacion";
static const char comment_words[] =
    "comment|comments|commentaire|commentaires|observation|observations|comentario|comentarios|"
    "observacion|observaciones";
static const char response_words[] = "response|reponse|respuesta";

size_t words_letter(const char *text)
{
    const char *at = text;
    unsigned c = text_fold_next(&at);
    bool letter = c < 0x80 ? isalnum((int)c) : c >= 0x100 && c < 0x100000 && c / 0xC00 != 2;

    return c && letter ? (size_t)(at - text) : 0;
}

size_t words_next(const char *text)
{
    const char *at = text;
    size_t len;

    if (!*at)
        return 0;
    while ((len = words_letter(at)))
        at += len;
    if (at == text)
        text_fold_next(&at);
    while (*at && !words_letter(at))
        text_fold_next(&at);
    return (size_t)(at - text);
}

static bool is_gap(unsigned c)
{
    return c == ' ' || c == '-' || c == '\n' || c == '\t';
}

static const char *skip_apostrophes(const char *text)
{
    const char *next = text;

    while (text_fold_next(&next) == '\'')
        text = next;
    return text;
}

/* word is of length len and in small letters. */
static size_t match(const char *text, const char *word, size_t len)
{
    const char *at = text;
    const char *next;

    for (size_t i = 0; i < len; i++) {
        unsigned wanted = (unsigned char)word[i];
        if (wanted == '\'')
            continue;
        if (i)
            at = skip_apostrophes(at);
        next = at;
        if (wanted == ' ') {
            if (!is_gap(text_fold_next(&next)))
                return 0;
            do
                at = next;
            while (is_gap(text_fold_next(&next)));
            continue;
        }
        if (text_fold_next(&next) != wanted)
            return 0;
        at = next;
    }
    return words_letter(at) ? 0 : (size_t)(at - text);
}

size_t words_match(const char *text, const char *word)
{
    return match(text, word, strlen(word));
}

static size_t longest(const char *text, const char *list)
{
    const char *first = text;
    unsigned c = text_fold_next(&first);
    size_t best = 0;

    while (*list) {
        size_t len = strcspn(list, "|");
        size_t taken = (unsigned char)*list == c ? match(text, list, len) : 0;
        best = taken > best ? taken : best;
        list += len + (list[len] == '|');
    }
    return best;
}

size_t words_at(const char *text, enum ohchr_words list)
{
    return longest(text, ohchr_vocabulary[list]);
}

const char *words_find_in(const char *text, const char *end, const char *list, size_t *len)
{
    while (*text && text < end) {
        *len = longest(text, list);
        if (*len && text + *len <= end)
            return text;
        text += words_next(text);
    }
    return NULL;
}

const char *words_find(const char *text, const char *end, enum ohchr_words list, size_t *len)
{
    return words_find_in(text, end, ohchr_vocabulary[list], len);
}

/* Labels -------------------------------------------------------------------------------------- */

static size_t blanks(const char *text)
{
    return strspn(text, " \t\n");
}

/* "3", "III", "A"; 0: none. */
static size_t number(const char *text)
{
    size_t len = strspn(text, "0123456789");

    if (len && text[len] == '.' && strspn(text + len + 1, "0123456789") == 1)
        return len <= 2 && !words_letter(text + len + 2) ? len + 2 : 0; /* "1.2" */
    if (len)
        return len <= 3 ? len : 0;
    len = strspn(text, "IVXivx");
    if (len && len <= 5 && !words_letter(text + len))
        return len;
    return isupper((unsigned char)*text) && !words_letter(text + 1) ? 1 : 0;
}

static bool recommendation_word(const char **at, const char **language)
{
    static const struct {
        const char *word;
        const char *language;
    } words[] = {{"recommendation", "en"},
                 {"evaluation recommendation", "en"},
                 {"rec", "en"},
                 {"recommandation", "fr"},
                 {"recomendacion", "es"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t len = words_match(*at, words[i].word);
        if (!len)
            continue;
        *at += len;
        *language = words[i].language;
        return true;
    }
    return false;
}

/* Marks that may stand between a recommendation's number and its text. */
static size_t separator(const char *text)
{
    const char *at = text + blanks(text);
    const char *next = at;
    unsigned c = text_fold_next(&next);

    if (c == '.' && isdigit((unsigned char)*next))
        return 0;
    if (c == ':' || c == '.' || c == ')' || c == '-' || c == '|') {
        at = next + blanks(next);
        next = at;
        c = text_fold_next(&next);
        if (c == ':' || c == '-')
            at = next + blanks(next);
        return (size_t)(at - text);
    }
    return *at ? 0 : (size_t)(at - text) + 1;
}

/* "No. ", "n.º ", "# " in front of a number. */
static const char *skip_number_sign(const char *text)
{
    static const char *const signs[] = {"no", "num", "numero", "number", "n"};

    if (*text == '#')
        return text + 1 + blanks(text + 1);
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        const char *at = text + words_match(text, signs[i]);
        const char *next;
        if (at == text)
            continue;
        at += *at == '.';
        next = at;
        /* The ring behind "n." */
        at = (unsigned char)*at >= 0x80 && text_fold_next(&next) == 'o' ? next : at;
        at += blanks(at);
        if (number(at))
            return at;
    }
    return text;
}

/* "R3:", "R3 -" */
static bool is_short_recommendation(const char *paragraph, struct label *label)
{
    size_t digits = *paragraph == 'R' ? strspn(paragraph + 1, "0123456789") : 0;
    size_t len = digits && digits <= 2 ? separator(paragraph + 1 + digits) : 0;

    if (len < 2)
        return false;
    label->code = paragraph + 1;
    label->code_len = digits;
    label->rest = paragraph + 1 + digits + len;
    return *label->rest != '\0';
}

static bool is_recommendation(const char *paragraph, struct label *label)
{
    const char *at = paragraph;
    const char *after;
    size_t len;

    if (is_short_recommendation(paragraph, label))
        return true;
    if (!recommendation_word(&at, &label->language))
        return false;
    at += at - paragraph == 3 && *at == '.'; /* "Rec." */
    at += blanks(at);
    at = skip_number_sign(at);
    label->code_len = number(at);
    label->code = at;
    after = at + label->code_len;
    /* "Recommendation 4 (continued):" */
    if (label->code_len && after[blanks(after)] == '(' && strcspn(after, ")") < REMARK_BYTES_MAX)
        after += strcspn(after, ")") + (after[strcspn(after, ")")] == ')');
    len = separator(after);
    if (!len || (!label->code_len && !*at))
        return false;
    label->rest = after[len - 1] ? after + len : after + strlen(after);
    return true;
}

bool words_only(const char *text, const char *end, const char *list)
{
    int words = 0;

    while (text < end) {
        size_t len;
        if (*text == '(') {
            const char *close = memchr(text, ')', (size_t)(end - text));
            text = close ? close + 1 : end;
            continue;
        }
        if (!words_letter(text)) {
            text_fold_next(&text);
            continue;
        }
        len = longest(text, list);
        if (!len && isdigit((unsigned char)*text))
            len = strspn(text, "0123456789.");
        if (!len)
            return false;
        text += len;
        words++;
    }
    return words > 0;
}

struct label words_label(const char *paragraph)
{
    struct label label = {.language = "en"};
    const char *colon = memchr(paragraph, ':', strnlen(paragraph, LABEL_BYTES_MAX));
    const char *end = colon ? colon : paragraph + strlen(paragraph);
    size_t len;

    if (is_recommendation(paragraph, &label)) {
        label.kind = LABEL_RECOMMENDATION;
        return label;
    }
    label.rest = end + (colon != NULL);
    label.rest += blanks(label.rest);
    if (end - paragraph > LABEL_BYTES_MAX || !words_only(paragraph, end, label_words))
        return label;
    if (words_find_in(paragraph, end, position_words, &len))
        label.kind = LABEL_POSITION;
    else if (words_find_in(paragraph, end, comment_words, &len))
        label.kind = LABEL_COMMENT;
    else if (colon && words_find_in(paragraph, end, response_words, &len))
        label.kind = LABEL_RESPONSE;
    return label;
}
