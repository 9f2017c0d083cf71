/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_position.h"

#include "base/text.h"
#include "import/ohchr_words.h"
#include "model/crosswalk.h"

#include <ctype.h>
#include <string.h>

enum {
    SENTENCE_WORDS_MAX = 20, /* the position stands among the first */
    EXCERPT_BYTES = 80,
    WORDS_BEFORE_MAX = 3, /* "not" so far in front turns its meaning */
};

/* Position ------------------------------------------------------------------------------------ */

/* Of a list of boxes, what stands behind the one that is ticked; text itself without boxes. */
static const char *ticked(const char *text)
{
    static const char *const ticks[] = {"\u2612", "\u2611", "\u2714", "\u2713", "[x]", "[X]"};

    for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
        const char *tick = strstr(text, ticks[i]);
        if (tick) {
            tick += strlen(ticks[i]);
            return tick + strspn(tick, " ");
        }
    }
    return text;
}

static bool is_negated(const char *text, const char *word)
{
    static const char *const words[] = {"not", "no", "non", "pas", "never", "ne", "ni", "nor"};
    const char *starts[WORDS_BEFORE_MAX] = {0};
    int n = 0;

    for (const char *at = text; at < word; at += words_next(at))
        starts[n++ % WORDS_BEFORE_MAX] = at;
    for (int i = 0; i < WORDS_BEFORE_MAX; i++)
        for (size_t j = 0; starts[i] && j < sizeof(words) / sizeof(words[0]); j++)
            if (words_match(starts[i], words[j]))
                return true;
    return false;
}

/* The first word of a position in the text's first words. */
static const char *find_position(const char *text, size_t *len, struct crosswalk_row *row)
{
    const char *at = text;

    for (int i = 0; *at && i < SENTENCE_WORDS_MAX; i++, at += words_next(at))
        if (crosswalk_find("ohchr", "position", at, len, row))
            return is_negated(text, at) ? NULL : at;
    return NULL;
}

/* "Accepted / Partially accepted / Not accepted": nobody has chosen. */
static bool is_unchosen(const char *rest)
{
    struct crosswalk_row row;
    size_t len;

    rest += strspn(rest, " ");
    if (*rest != '/' && *rest != '|')
        return false;
    rest++;
    return crosswalk_find("ohchr", "position", rest + strspn(rest, " "), &len, &row);
}

static const char *skip_marks(const char *text)
{
    for (;;) {
        const char *next = text;
        unsigned c = text_fold_next(&next);
        if (c != ' ' && c != '\n' && c != '-' && c != ':' && c != ',' && c != '.' && c != ';')
            return text;
        text = next;
    }
}

static const char *as_line(struct document *document, const char *text)
{
    char *line = text ? arena_strdup(&document->arena, text) : NULL;

    for (char *at = line; at && (at = strchr(at, '\n')); at++)
        *at = ' ';
    document->failed |= !line;
    return line;
}

void ohchr_position_read(struct document *document, struct recommendation *recommendation,
                         const char *subject, const char *text)
{
    const char *chosen = ticked(text ? text : "");
    struct crosswalk_row row;
    size_t len = 0;
    const char *word = find_position(chosen, &len, &row);
    const char *box;

    recommendation->position = POSITION_NONE_GIVEN;
    if (!*chosen) {
        document_find(document, SEVERITY_WARNING, "NO_POSITION", subject, recommendation->line,
                      "ask the response's owner for the position",
                      "management states no position on it");
        return;
    }
    if (!word || is_unchosen(word + len)) {
        recommendation->position_source =
            as_line(document, document_excerpt(document, chosen, EXCERPT_BYTES));
        recommendation->caveat = document_text(document, chosen, strlen(chosen));
        document_find(document, SEVERITY_WARNING, "POSITION_UNKNOWN_WORD", subject,
                      recommendation->line, "ask the response's owner which position is meant",
                      "\"%s\" is no position we know; none is recorded",
                      document_excerpt(document, chosen, EXCERPT_BYTES));
        return;
    }
    if (!position_from_word(row.word, &recommendation->position))
        recommendation->position = POSITION_NONE_GIVEN;
    recommendation->position_source = as_line(document, document_text(document, word, len));
    chosen = skip_marks(word == chosen || chosen != text ? word + len : chosen);
    box = strstr(chosen, "\u2610");
    recommendation->caveat =
        document_text(document, chosen, box ? (size_t)(box - chosen) : strlen(chosen));
    if (recommendation->caveat && recommendation->position == POSITION_ACCEPTED &&
        words_find(chosen, chosen + strlen(chosen), WORDS_CHANGED, &len))
        recommendation->position = POSITION_ACCEPTED_WITH_CHANGES;
}

/* Comment ------------------------------------------------------------------------------------- */

static void add_progress(struct recommendation *recommendation, enum progress progress)
{
    for (int i = 0; i < recommendation->ncomment_progress; i++)
        if (recommendation->comment_progress[i] == progress)
            return;
    if (recommendation->ncomment_progress < PROGRESS_WORDS_MAX)
        recommendation->comment_progress[recommendation->ncomment_progress++] = progress;
}

/* "ONGOING - ...", "Initiated." say how far it is; "Initiated talks with ..." tells a story. */
static bool stands_alone(const char *text, size_t len)
{
    bool capitals = true;

    for (size_t i = 0; i < len; i++)
        capitals &= !islower((unsigned char)text[i]);
    text += len;
    text += strspn(text, " ");
    return capitals || !words_letter(text);
}

void ohchr_comment_read(struct document *document, struct recommendation *recommendation,
                        const char *text)
{
    recommendation->comment = text ? document_text(document, text, strlen(text)) : NULL;
    for (const char *at = recommendation->comment; at && *at;) {
        const char *start = at;
        struct crosswalk_row row;
        enum progress progress;
        size_t len;

        while (*start && *start != '\n' && !words_letter(start))
            text_fold_next(&start);
        if (crosswalk_find("ohchr", "progress", start, &len, &row) && stands_alone(start, len) &&
            progress_from_word(row.word, &progress))
            add_progress(recommendation, progress);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}
