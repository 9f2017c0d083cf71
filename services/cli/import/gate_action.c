/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_action.h"

#include "import/comments.h"
#include "import/gate_labels.h"
#include "import/gate_row.h"
#include "import/responsible.h"
#include "model/crosswalk.h"

#include <ctype.h>
#include <string.h>

/* "a) ": length of the code; *skip: bytes to the words. 0: no such letter. */
static size_t letter_code(const char *text, size_t *skip)
{
    size_t bracket = *text == '(';

    if (!isalpha((unsigned char)text[bracket]) || text[bracket + 1] != ')' ||
        text[bracket + 2] != ' ')
        return 0;
    *skip = bracket + 3;
    return 1;
}

static void read_code(const struct gate_actions *actions, const struct gate_raw_row *raw,
                      struct action *action, int position, size_t *skip)
{
    struct document *document = actions->document;
    const char *front = raw->front ? raw->front : "";
    const char *code = front;
    size_t len = gate_code(front, skip);

    if (!len) {
        len = letter_code(front, skip);
        code = front + (*front == '(');
    }
    if (!len)
        *skip = gate_label_action(front, &code, &len);
    if (len && *skip && front[*skip]) {
        action->code = document_text(document, code, len);
    } else {
        *skip = 0;
        action->code = arena_printf(&document->arena, "%d", position);
    }
    document->failed |= !action->code;
}

/* Nothing, or "N/A" and the like. */
static bool is_blank(const char *text)
{
    struct crosswalk_row blank;

    return !text || crosswalk_whole("gate", "blank", text, &blank);
}

static void find_missing_text(struct document *document, struct action *action, const char *subject)
{
    if (!action->text)
        document_find(document, SEVERITY_ERROR, "TEXT_MISSING", subject, action->line,
                      "add what is to be done to the source", "the action has no text");
}

static void find_missing_unit(struct document *document, struct action *action, const char *subject,
                              bool repeats)
{
    if (repeats)
        document_find(document, SEVERITY_WARNING, "UNIT_UNKNOWN", subject, action->line,
                      "say who is responsible; nobody is reminded until then",
                      "the responsible field repeats the action's text and names nobody");
    else
        document_find(document, SEVERITY_WARNING, "UNIT_MISSING", subject, action->line,
                      "say who is responsible; nobody is reminded until then",
                      "no responsible unit was recognised in front of the deadline");
}

/* How the posts were told. */
struct posts {
    const char *list; /* NULL: none */
    bool repeats;     /* the field says the action again */
    bool unsure;      /* it may as well be a part of the action */
};

/* Action and posts in one text, with the action's code in front. */
static struct posts part_front(const struct gate_actions *actions, const char *front, size_t skip,
                               struct action *action)
{
    struct document *document = actions->document;
    struct posts posts = {0};
    size_t repeated = 0;
    size_t start = responsible_repeat(front, &repeated);

    if (!repeated || start <= skip) {
        front += skip;
        skip = 0;
        start = responsible_repeat(front, &repeated);
    }
    posts.repeats = repeated > 0;
    if (!repeated)
        start = responsible_start(actions->directory, front, &posts.unsure);
    action->text = document_text(document, front + skip, start - skip);
    action->responsible_source = document_text(document, front + start, strlen(front + start));
    front += start + repeated;
    posts.list = document_text(document, front, strlen(front));
    return posts;
}

/* The cell of the posts. */
static struct posts read_cell(const struct gate_actions *actions, const char *front,
                              const char *cell, struct action *action)
{
    struct document *document = actions->document;
    struct posts posts = {.list = cell};
    size_t repeated = 0;
    char *both;

    action->text = document_text(document, front, strlen(front));
    action->responsible_source = cell;
    both = cell ? arena_printf(&document->arena, "%s %s", front, cell) : NULL;
    document->failed |= cell && !both;
    posts.repeats = both && responsible_repeat(both, &repeated) == strlen(front) + 1 && repeated;
    if (posts.repeats)
        posts.list = document_text(document, cell + repeated, strlen(cell + repeated));
    return posts;
}

static void find_unsure(struct document *document, struct action *action, const char *subject)
{
    for (struct responsible *each = action->responsible; each; each = each->next)
        each->ambiguous = true;
    document_find(document, SEVERITY_WARNING, "UNIT_AMBIGUOUS", subject, action->line,
                  "say who is responsible; nobody is reminded until then",
                  "\"%.60s\" may name who is responsible, or belong to the action's text",
                  action->responsible_source ? action->responsible_source : "");
}

static void read_front(const struct gate_actions *actions, const struct gate_raw_row *raw,
                       size_t skip, struct action *action, const char *subject)
{
    struct document *document = actions->document;
    const char *front = raw->front ? raw->front : "";
    struct posts posts = raw->cells ? read_cell(actions, front + skip, raw->responsible, action)
                                    : part_front(actions, front, skip, action);

    find_missing_text(document, action, subject);
    if (!action->text)
        action->text = "";
    if (!is_blank(posts.list))
        responsible_read(document, actions->directory, action, subject, posts.list);
    else
        find_missing_unit(document, action, subject, posts.repeats);
    if (posts.unsure && action->responsible)
        find_unsure(document, action, subject);
}

/* Real registers contain deadlines that had passed before anything was evaluated. */
static void find_early(const struct gate_actions *actions, const struct action *action,
                       const char *subject)
{
    char day[DATE_TEXT];

    date_format(actions->not_before, day);
    document_find(actions->document, SEVERITY_WARNING, "DATE_ORDER", subject, action->line,
                  "check the deadline's year at the source",
                  "deadline %s before the evaluation's period, which begins on %s",
                  action->timeframe_source, day);
}

static void read_deadline(const struct gate_actions *actions, struct action *action,
                          const char *subject)
{
    struct document *document = actions->document;
    const char *source = action->timeframe_source;

    switch (timeframe_read(source ? source : "", &action->timeframe)) {
    case TIMEFRAME_DATED:
        if (date_compare(action->timeframe.due_on, actions->not_before) < 0)
            find_early(actions, action, subject);
        break;
    case TIMEFRAME_NONE:
        document_find(document, SEVERITY_WARNING, "NO_DEADLINE", subject, action->line,
                      "ask the response's owner by when it is to be done",
                      "no deadline is given; it can never be late");
        break;
    case TIMEFRAME_IMPOSSIBLE:
        document_find(document, SEVERITY_WARNING, "BAD_DATE", subject, action->line,
                      "correct the deadline at the source: a day that exists, 1990 to 2100",
                      "\"%s\" names no day or month of the calendar", source);
        break;
    case TIMEFRAME_AMBIGUOUS:
        document_find(document, SEVERITY_WARNING, "DATE_AMBIGUOUS", subject, action->line,
                      "write the month as a word, or the day by which",
                      "\"%s\" does not say one day by which", source);
        break;
    case TIMEFRAME_UNREADABLE:
        document_find(document, SEVERITY_WARNING, "DATE_UNREADABLE", subject, action->line,
                      "write a deadline like 2022/12", "\"%s\" is not a period we can read",
                      source);
        break;
    case TIMEFRAME_OPEN:
        break;
    }
}

static void read_status(struct document *document, struct action *action, const char *subject)
{
    struct crosswalk_row word;
    bool known = action->progress_source &&
                 crosswalk_whole("gate", "progress", action->progress_source, &word);

    if (!action->progress_source) {
        document_find(document, SEVERITY_INFO, "NO_STATUS", subject, action->line,
                      "ask the responsible unit how far the action is", "no status is given");
        return;
    }
    action->progress = PROGRESS_UNKNOWN;
    if (known && progress_from_word(word.word, &action->progress) &&
        action->progress != PROGRESS_UNKNOWN)
        return;
    document_find(document, SEVERITY_WARNING, "STATUS_UNKNOWN_WORD", subject, action->line,
                  "ask the responsible unit how far the action is",
                  "the status \"%s\" %s; progress is kept as unknown", action->progress_source,
                  known ? word.note : "is no word we know");
}

void gate_action_read(const struct gate_actions *actions, const struct gate_raw_row *raw,
                      int position)
{
    struct document *document = actions->document;
    struct action *action = document_add_action(document, raw->recommendation, raw->line);
    const char *subject;
    size_t skip = 0;

    if (!action)
        return;
    read_code(actions, raw, action, position, &skip);
    subject = document_action_name(document, raw->recommendation, action);
    if (document->failed)
        return;
    if (!skip)
        document_find(document, SEVERITY_INFO, "NO_CODE", subject, raw->line,
                      "number the actions at the source to keep codes when rows move",
                      "the action has no number; its position is its code");
    read_front(actions, raw, skip, action, subject);
    action->timeframe_source = raw->deadline;
    action->progress_source = raw->status;
    if (document->failed)
        return;
    read_deadline(actions, action, subject);
    read_status(document, action, subject);
    comments_read(document, action, subject, is_blank(raw->comment) ? NULL : raw->comment);
}
