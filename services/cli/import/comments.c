/* SPDX-License-Identifier: Apache-2.0 */
#include "import/comments.h"
#include "import/comment_statements.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum {
    SEGMENTS_MAX = 64,
    LABEL_BYTES_MAX = 40,
    PERIOD_WORDS_MAX = 5,
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

static bool fold_starts(const char *text, const char *with)
{
    return text_fold_prefix(text, with) > 0;
}

static const char *const previous_labels[] = {
    "previous update",        "earlier update",         "previously",
    "mise a jour precedente", "precedente mise a jour", "precedemment",
    "actualizacion anterior", "actualizacion previa",   "anteriormente",
    "informe anterior",
};

/* Words of a label beside its date. */
static const char *const update_words[] = {
    "updated",     "updates",     "update",        "progress",  "status",       "as of",
    "as at",       "mise a jour", "maj",           "situation", "etat",         "actualizacion",
    "actualizado", "avance",      "a la fecha de", "estado",    "a la date du",
};

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
        size_t len = at == label || at[-1] == ' ' ? text_fold_prefix(at, word) : 0;
        if (len) {
            memset(at, ' ', len);
            return;
        }
    }
}

/* Does the label (copied, so it may be changed) state a period, alone or beside words like
 * "update"?
 */
static bool label_date(char *label, struct timeframe *reported)
{
    for (size_t i = 0; i < sizeof(previous_labels) / sizeof(previous_labels[0]); i++)
        drop_word(label, previous_labels[i]);
    for (size_t i = 0; i < sizeof(update_words) / sizeof(update_words[0]); i++)
        drop_word(label, update_words[i]);
    return timeframe_read(label, reported) == TIMEFRAME_DATED;
}

static bool read_part(const char *text, size_t len, struct timeframe *reported)
{
    char label[LABEL_BYTES_MAX + 1];

    if (len == 0 || len > LABEL_BYTES_MAX)
        return false;
    memcpy(label, text, len);
    label[len] = '\0';
    return label_date(label, reported);
}

/* "Dec 2022:", "Update June 2023:", "Previous update:". Returns its length with the colon. */
static size_t colon_label(const char *text, struct segment *segment)
{
    size_t len = strcspn(text, ":\n");
    bool previous = is_previous(text);

    if (text[len] != ':' || len > LABEL_BYTES_MAX)
        return 0;
    segment->kind = SEGMENT_DATED;
    if (read_part(text, len, &segment->reported))
        return len + 1;
    segment->kind = SEGMENT_PREVIOUS;
    return previous ? len + 1 : 0;
}

/* "(Jan 2023)", "[15 May 2023]" */
static size_t bracket_label(const char *text, struct segment *segment)
{
    size_t len = strcspn(text, ")]\n");

    if (!strchr("([", *text) || !strchr(")]", text[len]) || !text[len])
        return 0;
    if (!read_part(text + 1, len - 1, &segment->reported))
        return 0;
    segment->kind = SEGMENT_DATED;
    len++;
    return len + strspn(text + len, " :-");
}

/* Bytes of a dash with blanks around it; 0: none. */
static size_t dash_at(const char *text)
{
    const char *at = text + strspn(text, " ");
    const char *next = at;

    if (text_fold_next(&next) != '-' || *next != ' ' || (at == text && next == at + 1))
        return 0;
    return (size_t)(next - text);
}

/* A year alone in front of a dash may be anything; a day, month or quarter dates what follows. */
static bool is_precise(const struct timeframe *reported)
{
    return reported->precision == PRECISION_DAY || reported->precision == PRECISION_MONTH ||
           reported->precision == PRECISION_QUARTER;
}

/* Is what follows the dash the other end of a period ("May 2023 - June 2023")? */
static bool is_range(const char *text, size_t label, size_t dash)
{
    const char *end = text + label + dash;
    struct timeframe range;

    for (int words = 0; words < PERIOD_WORDS_MAX && *end; words++) {
        end += strspn(end, " ");
        end += strcspn(end, " .,:;\n");
        if (read_part(text, (size_t)(end - text), &range))
            return true;
    }
    return false;
}

/* "12/2022 -- ...", "May 2023 - ...", "As of March 2024, ..." */
static size_t phrase_label(const char *text, struct segment *segment)
{
    bool as_of = fold_starts(text, "as of ") || fold_starts(text, "as at ");
    size_t len = 0;

    for (int words = 0; words < PERIOD_WORDS_MAX && text[len]; words++) {
        size_t dash;
        len += strspn(text + len, " ");
        len += strcspn(text + len, " ,\n");
        dash = dash_at(text + len);
        if (!dash && !(as_of && text[len] == ','))
            continue;
        if (!read_part(text, len, &segment->reported) || !is_precise(&segment->reported))
            continue;
        if (dash && is_range(text, len, dash))
            return 0;
        segment->kind = SEGMENT_DATED;
        return len + (dash ? dash : 1);
    }
    return 0;
}

/* A label at text: sets kind and date. Returns its length, 0 when there is none. */
static size_t read_label(const char *text, struct segment *segment)
{
    size_t len;

    *segment = (struct segment){.kind = SEGMENT_UNLABELLED};
    len = colon_label(text, segment);
    if (!len)
        len = bracket_label(text, segment);
    return len ? len : phrase_label(text, segment);
}

bool comments_begin(const char *line)
{
    struct segment segment;

    return read_label(line, &segment) > 0;
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
        comment_statements(document, action, subject, comment);
}
