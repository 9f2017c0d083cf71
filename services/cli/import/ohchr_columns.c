/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_words.h"

#include <ctype.h>
#include <string.h>

enum {
    HEADING_BYTES_MAX = 90,
    FIELD_BYTES_MAX = 48,
};

/* Everything the label of one field of an action may be made of. */
static const char field_words[] =
    "key|main|proposed|planned|action|actions|responsible|responsibility|responsibilities|unit|"
    "units|unit(s)|office|offices|entity|party|parties|lead|time|frame|timeframe|timeline|deadline|"
    "due|date|target|completion|status|progress|implementation|of|for|by|mesure|mesures|cle|cles|"
    "responsable|responsables|responsabilite|entite|unite|service|echeance|delai|calendrier|etat|"
    "avancement|d|de|la|du|accion|acciones|clave|medida|medidas|responsabilidad|entidad|unidad|"
    "plazo|fecha|limite|cronograma|estado";

static const struct {
    enum ohchr_column column;
    const char *words;
} columns[] = {
    {COLUMN_TIME, "time|timeframe|timeframes|timeline|timelines|deadline|deadlines|due|date|dates|"
                  "schedule|when|completion|echeance|echeances|delai|delais|calendrier|quand|plazo|"
                  "plazos|fecha|fechas|"
                  "calendario|cronograma|cuando"},
    {COLUMN_STATUS, "status|progress|tracking|statut|etat|avancement|estado|avance|progreso|"
                    "seguimiento|suivi"},
    {COLUMN_UNIT,
     "focal|responsible|responsibility|responsibilities|responsable|responsables|responsabilite|"
     "responsabilites|responsabilidad|responsabilidades|lead|who|whom|unit|units|entite|entites|"
     "unite|"
     "unites|entidad|entidades|unidad|unidades|qui|quien"},
    {COLUMN_POSITION, "position|stance|response|acceptance|accepted|decision|reponse|acceptation|"
                      "posicion|postura|respuesta|aceptacion"},
    {COLUMN_COMMENT, "comment|comments|remark|remarks|commentaire|commentaires|remarque|remarques|"
                     "comentario|comentarios|observaciones|observations|notes"},
    {COLUMN_ACTION,
     "action|actions|key action|key actions|mesure|mesures|activite|activites|activity|"
     "activities|accion|acciones|medida|medidas|actividad|actividades"},
    {COLUMN_RECOMMENDATION, "recommendation|recommendations|recommandation|recommandations|"
                            "recomendacion|recomendaciones"},
};

enum ohchr_column words_column(const char *cell)
{
    size_t len = strlen(cell);

    if (len > HEADING_BYTES_MAX || isdigit((unsigned char)*cell))
        return COLUMN_NONE;
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        size_t taken;
        if (words_find_in(cell, cell + len, columns[i].words, &taken))
            return columns[i].column;
    }
    return COLUMN_NONE;
}

enum ohchr_column words_field(const char *paragraph, const char **rest)
{
    const char *colon = memchr(paragraph, ':', strnlen(paragraph, FIELD_BYTES_MAX));
    char label[FIELD_BYTES_MAX];
    size_t digits;
    enum ohchr_column column;

    if (!colon || colon == paragraph || !words_only(paragraph, colon, field_words))
        return COLUMN_NONE;
    memcpy(label, paragraph, (size_t)(colon - paragraph));
    label[colon - paragraph] = '\0';
    column = words_column(label);
    digits = strcspn(label, "0123456789");
    *rest = colon + 1 + strspn(colon + 1, " \t\n");
    if (column == COLUMN_ACTION && label[digits])
        *rest = paragraph + digits;
    else if (label[digits] || !**rest)
        return COLUMN_NONE;
    return column;
}

static bool holds(const char *text, enum ohchr_column column)
{
    size_t len;

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        if (columns[i].column == column)
            return words_find_in(text, text + strlen(text), columns[i].words, &len) != NULL;
    return false;
}

bool words_are_headings(const char *text)
{
    size_t len = strlen(text);

    return len && len <= HEADING_BYTES_MAX && words_only(text, text + len, field_words) &&
           holds(text, COLUMN_ACTION) && holds(text, COLUMN_UNIT) && holds(text, COLUMN_TIME);
}
