/* SPDX-License-Identifier: Apache-2.0 */
#include "import/comment_statements.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum {
    PERIOD_BYTES_MAX = 40,
    PERIOD_WORDS_MAX = 4,
    NEAR_WORDS = 4,  /* between a word of reporting and its rhythm */
    ALONE_WORDS = 3, /* a comment so short states nothing but the rhythm */
};

/* Is what stands at text (a word's beginning) one of the words? */
static bool is_word_of(const char *text, const char *const *words)
{
    for (; *words; words++) {
        size_t len = text_fold_prefix(text, *words);
        if (len && !isalpha((unsigned char)text[len]) && !((unsigned char)text[len] & 0x80))
            return true;
    }
    return false;
}

static const char *next_word(const char *at)
{
    at += strcspn(at, " \n");
    return at + strspn(at, " \n");
}

static bool is_rhythm(const char *at)
{
    static const char *const rhythms[] = {"weekly",
                                          "monthly",
                                          "quarterly",
                                          "half-yearly",
                                          "biannually",
                                          "semi-annually",
                                          "annually",
                                          "yearly",
                                          "six-monthly",
                                          "mensuel",
                                          "mensuelle",
                                          "mensuellement",
                                          "trimestriel",
                                          "trimestrielle",
                                          "trimestriellement",
                                          "semestriel",
                                          "semestrielle",
                                          "semestriellement",
                                          "annuel",
                                          "annuelle",
                                          "annuellement",
                                          "mensual",
                                          "mensualmente",
                                          "trimestral",
                                          "trimestralmente",
                                          "semestral",
                                          "semestralmente",
                                          "anual",
                                          "anualmente",
                                          "every week",
                                          "every month",
                                          "every quarter",
                                          "every year",
                                          "each month",
                                          "each quarter",
                                          "each year",
                                          "twice a year",
                                          "once a year",
                                          "once a month",
                                          "once a quarter",
                                          "chaque mois",
                                          "chaque trimestre",
                                          "chaque semestre",
                                          "chaque annee",
                                          "deux fois par an",
                                          "une fois par an",
                                          "cada mes",
                                          "cada trimestre",
                                          "cada semestre",
                                          "cada ano",
                                          "dos veces al ano",
                                          "una vez al ano",
                                          "biannual",
                                          "bi-annual",
                                          "bi-annually",
                                          "semi-annual",
                                          "half yearly",
                                          "bimonthly",
                                          "bimestral",
                                          "bimestriel",
                                          NULL};

    return is_word_of(at, rhythms);
}

/* "every six months", "tous les 3 mois", "cada seis meses" */
static bool is_interval(const char *at)
{
    static const char *const every[] = {"every ", "tous les ", "toutes les ", "cada ", NULL};
    static const char *const units[] = {"weeks",   "months", "semaines", "mois",
                                        "semanas", "meses",  NULL};

    for (const char *const *word = every; *word; word++) {
        size_t len = text_fold_prefix(at, *word);
        if (len && is_word_of(next_word(at + len), units))
            return true;
    }
    return false;
}

static bool is_report(const char *at)
{
    static const char *const reports[] = {
        "update",     "updates",     "updated",    "report",        "reports",     "reported",
        "reviewed",   "review",      "reviews",    "reporting",     "monitored",   "monitoring",
        "jour",       "rapport",     "rapports",   "revu",          "revue",       "suivi",
        "rendu",      "actualise",   "actualisee", "actualizacion", "actualizado", "actualizada",
        "actualizar", "actualizara", "informe",    "informes",      "informara",   "informar",
        "revisado",   "revisada",    "revisara",   "revision",      "seguimiento", NULL};

    return is_word_of(at, reports);
}

static bool ends_sentence(const char *word)
{
    size_t len = strcspn(word, " \n");

    return len && strchr(".!?", word[len - 1]);
}

/* Does a word of reporting stand within a few words behind at, in the same sentence? */
static bool report_follows(const char *at)
{
    for (int words = 0; words < NEAR_WORDS && *at && !ends_sentence(at); words++) {
        at = next_word(at);
        if (is_report(at))
            return true;
    }
    return false;
}

static int count_words(const char *text)
{
    int n = 0;

    for (text += strspn(text, " \n"); *text; text = next_word(text))
        n++;
    return n;
}

/* "updated quarterly", "monthly report": a rhythm beside a word of reporting, or alone. */
static const char *find_cadence(const char *comment)
{
    bool alone = count_words(comment) <= ALONE_WORDS;
    int since = NEAR_WORDS + 1; /* words behind a word of reporting */

    for (const char *at = comment + strspn(comment, " \n"); *at; at = next_word(at)) {
        bool rhythm = is_rhythm(at) || is_interval(at);
        since = is_report(at) ? 0 : since + 1;
        if (rhythm && (alone || since <= NEAR_WORDS || report_follows(at)))
            return at;
        if (ends_sentence(at))
            since = NEAR_WORDS + 1;
    }
    return NULL;
}

/* The longest period of up to four words at text. Returns its bytes, 0 if there is none. */
static size_t read_period(const char *text)
{
    size_t best = 0;
    const char *at = text;

    for (int words = 0; words < PERIOD_WORDS_MAX && *at; words++) {
        struct timeframe timeframe;
        char period[PERIOD_BYTES_MAX + 1];
        size_t len = (size_t)(at - text) + strcspn(at, " \n.,;)");
        if (len > PERIOD_BYTES_MAX)
            break;
        memcpy(period, text, len);
        period[len] = '\0';
        if (timeframe_read(period, &timeframe) == TIMEFRAME_DATED &&
            (timeframe.precision == PRECISION_DAY || timeframe.precision == PRECISION_MONTH ||
             timeframe.precision == PRECISION_QUARTER))
            best = len;
        at = next_word(at);
    }
    return best;
}

/* "should be completed by 09/21": a plan, not a report of what was. Returns the period. */
static const char *find_milestone(const char *comment, size_t *len)
{
    static const char *const plans[] = {
        "should",  "will",      "shall",    "must",      "expected",   "due",     "planned",
        "to be",   "envisaged", "devra",    "devrait",   "devront",    "doit",    "doivent",
        "sera",    "seront",    "prevu",    "prevue",    "prevus",     "prevues", "debera",
        "deberia", "deberan",   "debe",     "previsto",  "prevista",   "sera",    "seran",
        "estara",  "target",    "foreseen", "scheduled", "programado", NULL};
    static const char *const bys[] = {"by ", "d'ici ", "avant ", "para ", "antes de ", "hasta "};
    bool planned = false;

    for (const char *at = comment + strspn(comment, " \n"); *at; at = next_word(at)) {
        if (is_word_of(at, plans))
            planned = true;
        for (size_t i = 0; planned && i < sizeof(bys) / sizeof(bys[0]); i++) {
            const char *period = at + text_fold_prefix(at, bys[i]);
            *len = period > at ? read_period(period) : 0;
            if (*len)
                return period;
        }
        if (ends_sentence(at))
            planned = false;
    }
    return NULL;
}

void comment_statements(struct document *document, const struct action *action, const char *subject,
                        const char *comment)
{
    size_t len = 0;
    const char *milestone = find_milestone(comment, &len);
    const char *cadence = find_cadence(comment);

    if (milestone)
        document_find(document, SEVERITY_INFO, "MILESTONE_IN_COMMENT", subject, action->line,
                      "enter the milestone with its own date if it is to be followed",
                      "the comment names a step with a date of its own: %.*s", (int)len, milestone);
    if (cadence)
        document_find(document, SEVERITY_INFO, "CADENCE_STATED", subject, action->line,
                      "check that the policy asks this action as often",
                      "the comment states its own rhythm of updates: %.*s",
                      (int)strcspn(cadence, " \n.,;"), cadence);
}
