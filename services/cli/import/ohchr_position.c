/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_position.h"

#include "base/text.h"
#include "import/ohchr_code.h"
#include "import/ohchr_words.h"
#include "model/crosswalk.h"

#include <ctype.h>
#include <string.h>

enum {
    SENTENCE_WORDS_MAX = 20, /* the position stands among the first */
    STATED_WORDS_MAX = 6,    /* so soon where nothing but the label says that it is one */
    EXCERPT_BYTES = 80,
    WORDS_BEFORE_MAX = 3, /* "not" so far in front turns its meaning */
};

/* Position ------------------------------------------------------------------------------------ */

static const char *const ticks[] = {"\u2612", "\u2611", "\u2714", "\u2713", "[x]", "[X]", "\u25A0"};
static const char *const boxes[] = {"\u2610", "\u25A1", "[ ]", "[]"};

/* The first of these marks in text, before end. */
static const char *find_mark(const char *text, const char *end, const char *const *marks, size_t n)
{
    const char *first = NULL;

    for (size_t i = 0; i < n; i++) {
        const char *at = strstr(text, marks[i]);
        if (at && (!end || at < end) && (!first || at < first))
            first = at;
    }
    return first;
}

static const char *find_tick(const char *text)
{
    return find_mark(text, NULL, ticks, sizeof(ticks) / sizeof(ticks[0]));
}

static const char *find_box(const char *text, const char *end)
{
    return find_mark(text, end, boxes, sizeof(boxes) / sizeof(boxes[0]));
}

/* Behind a mark. */
static const char *behind_mark(const char *mark)
{
    const char *next = *mark == '[' ? strchr(mark, ']') : NULL;

    if (next)
        return next + 1;
    next = mark;
    text_fold_next(&next);
    return next;
}

/* "Accepted [ ] Rejected [x]": the word in front of the tick, where words come first. */
static const char *word_before(struct document *document, const char *text, const char *tick)
{
    const char *start = text;
    const char *box;
    char *word;

    while ((box = find_box(start, tick)))
        start = behind_mark(box);
    start += strspn(start, " \n");
    word = arena_strndup(&document->arena, start, (size_t)(tick - start));
    document->failed |= !word;
    return word ? word : "";
}

/* Of a list of boxes, the words of the one that is ticked; text itself without a tick. */
static const char *ticked(struct document *document, const char *text)
{
    const char *tick = find_tick(text);
    const char *box = find_box(text, NULL);
    const char *first = !tick || (box && box < tick) ? box : tick;

    if (!tick)
        return text;
    for (const char *at = text; at < first; at += words_next(at))
        if (words_letter(at))
            return word_before(document, text, tick);
    tick = behind_mark(tick);
    return tick + strspn(tick, " ");
}

bool ohchr_position_qualified(const char *text, size_t len)
{
    const char *rest = text + len + strspn(text + len, " ");
    size_t taken;

    return *rest == '/' || *rest == '%' ||
           words_find(rest, rest + strlen(rest), WORDS_PARTLY, &taken) != NULL;
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

/* "Largely accepted": how much of it is, nobody says. */
static bool is_limited(const char *text, const char *word)
{
    size_t len;

    return words_find(text, word, WORDS_PARTLY, &len) != NULL;
}

/* The first word of a position in the text's first words. */
static const char *find_position(const char *text, size_t *len, struct crosswalk_row *row)
{
    const char *at = text;

    for (int i = 0; *at && i < SENTENCE_WORDS_MAX; i++, at += words_next(at))
        if (crosswalk_find("ohchr", "position", at, len, row))
            return is_negated(text, at) || is_limited(text, at) ? NULL : at;
    return NULL;
}

bool ohchr_position_stated(const char *text)
{
    struct crosswalk_row row;
    size_t len;

    for (int i = 0; *text && i < STATED_WORDS_MAX; i++, text += words_next(text))
        if (crosswalk_find("ohchr", "position", text, &len, &row))
            return true;
    return false;
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
    const char *chosen = ticked(document, text ? text : "");
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
    box = find_box(chosen, NULL);
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

/* "ONGOING - ...", "Initiated." say how far it is; "Initiated talks with ..." tells a story, and
 * "COMPLETED IN PART" does not say how far. */
static bool stands_alone(const char *text, size_t len)
{
    const char *rest = text + len + strspn(text + len, " ");
    bool capitals = true;

    for (size_t i = 0; i < len; i++)
        capitals &= !islower((unsigned char)text[i]);
    return (capitals || !words_letter(rest)) && !words_at(rest, WORDS_PARTLY);
}

/* The words of status at the start of a line: "ONGOING", "INITIATED / ONGOING". */
static void read_words(struct recommendation *recommendation, const char *text)
{
    struct crosswalk_row row;
    enum progress progress;
    size_t len;

    while (crosswalk_find("ohchr", "progress", text, &len, &row) && stands_alone(text, len) &&
           progress_from_word(row.word, &progress)) {
        add_progress(recommendation, progress);
        text += len + strspn(text + len, " ");
        if (*text != '/' && *text != '&')
            return;
        text++;
        text += strspn(text, " ");
    }
}

/* "COMPLETED IN PART" says neither that it is nor how far. */
static void find_partly(struct document *document, const struct recommendation *recommendation,
                        const char *subject, const char *text)
{
    struct crosswalk_row row;
    size_t len;

    if (crosswalk_find("ohchr", "progress", text, &len, &row) &&
        words_at(text + len + strspn(text + len, " "), WORDS_PARTLY))
        document_find(document, SEVERITY_WARNING, "STATUS_UNKNOWN_WORD", subject,
                      recommendation->line, "ask management how far it is",
                      "\"%s\" does not say how far it is; it is kept as a comment",
                      document_excerpt(document, text, EXCERPT_BYTES));
}

void ohchr_comment_read(struct document *document, struct recommendation *recommendation,
                        const char *subject, const char *text)
{
    recommendation->comment = text ? document_text(document, text, strlen(text)) : NULL;
    for (const char *at = recommendation->comment; at && *at;) {
        const char *start = at;

        while (*start && *start != '\n' && !words_letter(start))
            text_fold_next(&start);
        read_words(recommendation, start);
        find_partly(document, recommendation, subject, start);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}

static struct action *find_action(struct recommendation *recommendation, const char *code)
{
    struct action *action = recommendation->actions;

    while (action && strcmp(action->code, code) != 0)
        action = action->next;
    return action;
}

static void read_action_line(struct document *document, struct recommendation *recommendation,
                             const char *text)
{
    struct ohchr_code code = {0};
    struct action *action;
    struct crosswalk_row row;
    enum progress progress;
    size_t len;

    while (*text && *text != '\n' && !words_letter(text))
        text_fold_next(&text);
    text += ohchr_code_read(text, recommendation->code, &code);
    action = code.code[0] ? find_action(recommendation, code.code) : NULL;
    while (*text && *text != '\n' && !words_letter(text))
        text_fold_next(&text);
    if (!action || action->progress || !crosswalk_find("ohchr", "progress", text, &len, &row) ||
        !stands_alone(text, len) || !progress_from_word(row.word, &progress))
        return;
    action->progress = progress;
    action->progress_source = document_text(document, text, len);
    action->updates = arena_zalloc(&document->arena, sizeof(*action->updates));
    document->failed |= !action->updates;
    if (action->updates)
        *action->updates =
            (struct progress_update){.precision = PRECISION_NONE,
                                     .progress = progress,
                                     .source = action->progress_source,
                                     .text = document_text(document, text, strcspn(text, "\n"))};
}

void ohchr_comment_actions(struct document *document, struct recommendation *recommendation)
{
    for (const char *at = recommendation->comment; at && *at && !document->failed;) {
        read_action_line(document, recommendation, at);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}
