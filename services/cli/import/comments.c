/* SPDX-License-Identifier: Apache-2.0 */
#include "import/comments.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum {
    SEGMENTS_MAX = 64,
    LABEL_BYTES_MAX = 40,
    PERIOD_WORDS_MAX = 4,
};

/* What a label says about the text behind it. */
enum segment_kind {
    SEGMENT_PREVIOUS, /* "Previous update:": older than whatever stands before it */
    SEGMENT_UNLABELLED,
    SEGMENT_DATED,
};

struct segment {
    enum segment_kind kind;
    const char *text;
    size_t len;
    struct timeframe reported;
};

/* Bytes of text that spell the words, letter case and accents aside; 0 if they do not. */
static size_t fold_len(const char *text, const char *with)
{
    const char *at = text;

    while (*with) {
        unsigned c = text_fold_next(&at);
        unsigned wanted = text_fold_next(&with);
        if (c != wanted && !(wanted == '\'' && c == '?'))
            return 0;
    }
    return (size_t)(at - text);
}

static bool fold_starts(const char *text, const char *with)
{
    return fold_len(text, with) > 0;
}

static const char *const previous_labels[] = {
    "previous update",        "earlier update",         "previously",
    "mise a jour precedente", "precedente mise a jour", "precedemment",
    "actualizacion anterior", "actualizacion previa",   "anteriormente",
    "informe anterior",
};

static const char *const update_words[] = {"update", "mise a jour", "actualizacion"};

static bool is_previous(const char *label)
{
    for (size_t i = 0; i < sizeof(previous_labels) / sizeof(previous_labels[0]); i++)
        if (fold_starts(label, previous_labels[i]))
            return true;
    return false;
}

/* "Update Dec 2022" and "Dec 2022 update" are dated by what is left without the word. */
static void drop_word(char *label, const char *word)
{
    for (char *at = label; *at; at++) {
        size_t len = at == label || at[-1] == ' ' ? fold_len(at, word) : 0;
        if (len) {
            memset(at, ' ', len);
            return;
        }
    }
}

/* A label at text: sets kind and date. Returns its length with the colon, 0 when there is none. */
static size_t read_label(const char *text, struct segment *segment)
{
    size_t len = 0;
    char label[LABEL_BYTES_MAX + 1];

    while (len < LABEL_BYTES_MAX && text[len] && text[len] != ':' && text[len] != '\n')
        len++;
    if (text[len] != ':' || len == 0)
        return 0;
    memcpy(label, text, len);
    label[len] = '\0';
    *segment = (struct segment){.kind = SEGMENT_PREVIOUS};
    if (is_previous(label))
        return len + 1;
    for (size_t i = 0; i < sizeof(update_words) / sizeof(update_words[0]); i++)
        drop_word(label, update_words[i]);
    segment->kind = SEGMENT_DATED;
    return timeframe_read(label, &segment->reported) == TIMEFRAME_DATED ? len + 1 : 0;
}

/* A label stands at the beginning or behind a sentence's end. */
static bool may_begin(const char *comment, const char *at)
{
    const char *before = at;

    if (at == comment)
        return true;
    if (!isspace((unsigned char)at[-1]) || isspace((unsigned char)*at))
        return false;
    while (before > comment && isspace((unsigned char)before[-1]))
        before--;
    return before == comment || strchr(".!?)\"", before[-1]) || at[-1] == '\n';
}

static int cut(const char *comment, struct segment *segments)
{
    const char *at = comment;
    int n = 0;

    segments[0] = (struct segment){.kind = SEGMENT_UNLABELLED, .text = comment};
    for (; *at; at++) {
        struct segment found;
        size_t label;
        if (!may_begin(comment, at) || n + 1 >= SEGMENTS_MAX)
            continue;
        label = read_label(at, &found);
        if (!label)
            continue;
        segments[n].len = (size_t)(at - segments[n].text);
        if (at != comment)
            n++;
        at += label;
        segments[n] = found;
        segments[n].text = at;
        at--;
    }
    segments[n].len = (size_t)(comment + strlen(comment) - segments[n].text);
    return n + 1;
}

static bool is_older(const struct segment *a, const struct segment *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->kind == SEGMENT_DATED && date_compare(a->reported.due_on, b->reported.due_on) < 0;
}

/* Oldest first. The newest stands first in the cell, so equals are taken in reverse. */
static void sort(struct segment *segments, int n)
{
    for (int i = 0; i < n / 2; i++) {
        struct segment swap = segments[i];
        segments[i] = segments[n - 1 - i];
        segments[n - 1 - i] = swap;
    }
    for (int i = 1; i < n; i++) {
        struct segment moved = segments[i];
        int to = i;
        for (; to > 0 && is_older(&moved, &segments[to - 1]); to--)
            segments[to] = segments[to - 1];
        segments[to] = moved;
    }
}

static struct progress_update *add_update(struct document *document, struct progress_update **end,
                                          const struct segment *segment)
{
    struct progress_update *update = arena_zalloc(&document->arena, sizeof(*update));

    if (!update) {
        document->failed = true;
        return NULL;
    }
    update->progress = PROGRESS_UNKNOWN;
    update->precision = PRECISION_NONE;
    if (segment) {
        update->text = document_text(document, segment->text, segment->len);
        if (segment->kind == SEGMENT_DATED) {
            update->reported_on = segment->reported.due_on;
            update->precision = segment->reported.precision;
        }
    }
    return *end = update;
}

/* Is what stands at text (a word's beginning) one of the words? */
static bool is_word_of(const char *text, const char *const *words)
{
    for (; *words; words++) {
        size_t len = fold_len(text, *words);
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

/* "updated quarterly", "monthly report": a rhythm beside a word of reporting. */
static const char *find_cadence(const char *comment)
{
    static const char *const rhythms[] = {"weekly",          "monthly",       "quarterly",
                                          "half-yearly",     "biannually",    "semi-annually",
                                          "annually",        "yearly",        "six-monthly",
                                          "mensuel",         "mensuelle",     "mensuellement",
                                          "trimestriel",     "trimestrielle", "trimestriellement",
                                          "semestriel",      "semestrielle",  "semestriellement",
                                          "annuel",          "annuelle",      "annuellement",
                                          "mensual",         "mensualmente",  "trimestral",
                                          "trimestralmente", "semestral",     "semestralmente",
                                          "anual",           "anualmente",    NULL};
    static const char *const reports[] = {
        "update",   "updates",  "updated",       "report",      "reports",     "reported",
        "reviewed", "review",   "reporting",     "jour",        "rapport",     "rapports",
        "revu",     "revue",    "actualizacion", "actualizado", "actualizada", "actualizar",
        "informe",  "informes", "revisado",      "revisada",    NULL};
    bool reported = false;

    for (const char *at = comment + strspn(comment, " \n"); *at; at = next_word(at)) {
        bool rhythm = is_word_of(at, rhythms);
        if (rhythm && (reported || is_word_of(next_word(at), reports)))
            return at;
        reported = is_word_of(at, reports);
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
        char period[LABEL_BYTES_MAX + 1];
        size_t len = (size_t)(at - text) + strcspn(at, " \n.,;)");
        if (len > LABEL_BYTES_MAX)
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

static bool ends_sentence(const char *word)
{
    size_t len = strcspn(word, " \n");

    return len && strchr(".!?", word[len - 1]);
}

/* "should be completed by 09/21": a plan, not a report of what was. Returns the period. */
static const char *find_milestone(const char *comment, size_t *len)
{
    static const char *const plans[] = {
        "should",    "will",   "shall",   "must",    "expected", "due",      "planned", "to be",
        "envisaged", "devra",  "devrait", "devront", "doit",     "sera",     "seront",  "prevu",
        "prevue",    "debera", "deberia", "debe",    "previsto", "prevista", NULL};
    static const char *const bys[] = {"by ", "d'ici ", "avant ", "para ", "antes de ", "hasta "};
    bool planned = false;

    for (const char *at = comment + strspn(comment, " \n"); *at; at = next_word(at)) {
        if (is_word_of(at, plans))
            planned = true;
        for (size_t i = 0; planned && i < sizeof(bys) / sizeof(bys[0]); i++) {
            const char *period = at + fold_len(at, bys[i]);
            *len = period > at ? read_period(period) : 0;
            if (*len)
                return period;
        }
        if (ends_sentence(at))
            planned = false;
    }
    return NULL;
}

static void find_statements(struct document *document, const struct action *action,
                            const char *subject, const char *comment)
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

void comments_read(struct document *document, struct action *action, const char *subject,
                   const char *comment)
{
    struct segment segments[SEGMENTS_MAX];
    struct progress_update **end = &action->updates;
    struct progress_update *newest = NULL;
    int n = comment ? cut(comment, segments) : 0;

    sort(segments, n);
    for (int i = 0; i < n; i++) {
        newest = add_update(document, end, &segments[i]);
        if (!newest)
            return;
        end = &newest->next;
    }
    if (action->progress != PROGRESS_UNSPECIFIED &&
        (!newest || segments[n - 1].kind == SEGMENT_PREVIOUS))
        newest = add_update(document, end, NULL);
    if (newest && action->progress != PROGRESS_UNSPECIFIED) {
        newest->progress = action->progress;
        newest->source = action->progress_source;
    }
    if (comment)
        find_statements(document, action, subject, comment);
}
