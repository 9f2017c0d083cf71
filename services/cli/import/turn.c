/* SPDX-License-Identifier: Apache-2.0 */
#include "import/turn.h"

#include "base/text.h"

/* Words that change the role of those who follow; the longest that fits. */
static const struct {
    const char *words;
    enum role role;
} turns[] = {
    {"in collaboration with", ROLE_SUPPORT},
    {"in coordination with", ROLE_SUPPORT},
    {"in consultation with", ROLE_SUPPORT},
    {"with the support of", ROLE_SUPPORT},
    {"with support from", ROLE_SUPPORT},
    {"with support of", ROLE_SUPPORT},
    {"supported by", ROLE_SUPPORT},
    {"with", ROLE_SUPPORT},
    {"reporting to", ROLE_OVERSEER},
    {"overseen by", ROLE_OVERSEER},
    {"under the supervision of", ROLE_OVERSEER},
    {"under supervision of", ROLE_OVERSEER},
    {"en collaboration avec", ROLE_SUPPORT},
    {"en coordination avec", ROLE_SUPPORT},
    {"avec l'appui de la", ROLE_SUPPORT},
    {"avec l'appui de", ROLE_SUPPORT},
    {"avec l'appui du", ROLE_SUPPORT},
    {"avec l'appui des", ROLE_SUPPORT},
    {"avec le soutien de", ROLE_SUPPORT},
    {"avec le soutien du", ROLE_SUPPORT},
    {"avec", ROLE_SUPPORT},
    {"sous la supervision de la", ROLE_OVERSEER},
    {"sous la supervision de", ROLE_OVERSEER},
    {"sous la supervision du", ROLE_OVERSEER},
    {"rendant compte a", ROLE_OVERSEER},
    {"rendant compte au", ROLE_OVERSEER},
    {"en colaboracion con", ROLE_SUPPORT},
    {"en coordinacion con", ROLE_SUPPORT},
    {"con el apoyo de la", ROLE_SUPPORT},
    {"con el apoyo de", ROLE_SUPPORT},
    {"con el apoyo del", ROLE_SUPPORT},
    {"con apoyo de", ROLE_SUPPORT},
    {"con", ROLE_SUPPORT},
    {"bajo la supervision de la", ROLE_OVERSEER},
    {"bajo la supervision de", ROLE_OVERSEER},
    {"bajo la supervision del", ROLE_OVERSEER},
    {"reportando a", ROLE_OVERSEER},
    {"que informa a", ROLE_OVERSEER},
};

size_t turn_words(const char *text, const char *with)
{
    const char *at = text;

    while (*with) {
        const char *next = at;
        unsigned wanted = text_fold_next(&with);
        unsigned c = text_fold_next(&next);
        bool lost = wanted == '\'' && c != '\'' && c != '?' && c != ' ';
        if (c != wanted && wanted != '\'')
            return 0;
        if (!lost)
            at = next;
    }
    return *at == ' ' ? (size_t)(at - text) : 0;
}

size_t turn_find(const char *text, enum role *role)
{
    size_t best = 0;

    for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        size_t len = turn_words(text, turns[i].words);
        if (len > best) {
            best = len;
            *role = turns[i].role;
        }
    }
    return best;
}
