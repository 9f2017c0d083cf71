/* SPDX-License-Identifier: Apache-2.0 */
#include "import/post_words.h"

#include "base/text.h"

/* Bytes of word that spell the noun; 0 if they do not. */
static size_t spells(const char *word, const char *end, const char *noun)
{
    const char *at = word;

    while (*noun) {
        unsigned wanted = text_fold_next(&noun);
        unsigned c = at < end ? text_fold_next(&at) : 0;
        if (c != wanted && c != '?')
            return 0;
    }
    return (size_t)(at - word);
}

bool post_noun(const char *word, size_t len)
{
    static const char *const nouns[] = {
        "office",         "team",          "unit",           "section",     "division",
        "department",     "manager",       "management",     "specialist",  "analyst",
        "coordinator",    "director",      "representative", "adviser",     "advisor",
        "officer",        "consultant",    "associate",      "assistant",   "staff",
        "personnel",      "lead",          "head",           "chief",       "secretariat",
        "committee",      "board",         "bureau",         "service",     "focal",
        "equipe",         "unite",         "direction",      "departement", "responsable",
        "charge",         "chargee",       "chef",           "cheffe",      "coordonnateur",
        "coordonnatrice", "coordinateur",  "coordinatrice",  "directeur",   "directrice",
        "representant",   "representante", "conseiller",     "conseillere", "specialiste",
        "analyste",       "consultante",   "gestionnaire",   "secretaire",  "comite",
        "oficina",        "equipo",        "unidad",         "seccion",     "departamento",
        "encargado",      "encargada",     "jefe",           "jefa",        "coordinador",
        "coordinadora",   "directora",     "representacion", "asesor",      "asesora",
        "especialista",   "analista",      "consultor",      "consultora",  "gerente",
        "gerencia",       "direccion",     "secretaria",     "asistente",   "oficial"};
    const char *end = word + len;

    if (len && *word == '(')
        word++;
    while (end > word && (end[-1] == ',' || end[-1] == ';' || end[-1] == '.' || end[-1] == ')'))
        end--;
    for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
        const char *at = word + spells(word, end, nouns[i]);
        if (at == word)
            continue;
        at += end - at == 2 && at[0] == 'e' && at[1] == 's'; /* "consultores" */
        if (at == end || (at + 1 == end && (*at == 's' || *at == 'x')))
            return true;
    }
    return false;
}
