/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_actions.h"

#include "import/ohchr_deadline.h"
#include "import/ohchr_position.h"
#include "model/crosswalk.h"

#include <string.h>

enum {
    WHOLE_WORDS_MIN = 2,    /* that many are enough if they are all of it */
    REPEATED_WORDS_MIN = 5, /* so many words of the action in a row are its text, no name */
    CELL_BYTES_MAX = 1024,
    REPEATED_TEXT_MAX = 8 * 1024,
};

const char *ohchr_action_name(struct document *document,
                              const struct recommendation *recommendation, const char *code)
{
    size_t len = strlen(recommendation->code);
    bool names_it = strncmp(code, recommendation->code, len) == 0 && code[len] == '.';
    char *name = names_it
                     ? arena_printf(&document->arena, "action %s", code)
                     : arena_printf(&document->arena, "action %s/%s", recommendation->code, code);

    document->failed |= !name;
    return name;
}

static void read_code(struct document *document, const struct ohchr_row *row,
                      const struct recommendation *recommendation, struct action *action,
                      int position)
{
    const char *subject;

    if (row->code.code[0])
        action->code = arena_strdup(&document->arena, row->code.code);
    else
        action->code = arena_printf(&document->arena, "%d", position);
    if (!action->code) {
        document->failed = true;
        return;
    }
    subject = ohchr_action_name(document, recommendation, action->code);
    if (!row->code.code[0])
        document_find(document, SEVERITY_INFO, "NO_CODE", subject, row->line,
                      "number the actions at the source to keep codes when rows move",
                      "the action has no number; its position is its code");
    else if (strcmp(row->code.code, row->code.source) != 0)
        document_find(document, SEVERITY_INFO, "CODE_NORMALISED", subject, row->line,
                      "write the number in digits at the source", "\"%s\" is read as %s",
                      row->code.source, row->code.code);
    if (row->code.foreign && row->code.code[0])
        document_find(document, SEVERITY_WARNING, "CODE_MISMATCH", subject, row->line,
                      "correct the number, or move the action under its recommendation",
                      "the number %s stands under recommendation %s", row->code.source,
                      recommendation->code);
}

static void read_status(struct document *document, const struct ohchr_row *row,
                        struct action *action, const char *subject)
{
    struct crosswalk_row word;
    size_t len;

    const char *status =
        row->status ? document_text(document, row->status, strlen(row->status)) : NULL;

    if (!status)
        return;
    action->progress_source = status;
    action->progress = PROGRESS_UNKNOWN;
    if (crosswalk_find("ohchr", "progress", status, &len, &word) &&
        !ohchr_position_qualified(status, len) && progress_from_word(word.word, &action->progress))
        return;
    action->progress = PROGRESS_UNKNOWN;
    document_find(document, SEVERITY_WARNING, "STATUS_UNKNOWN_WORD", subject, action->line,
                  "ask the responsible unit how far the action is",
                  "\"%s\" is no status we know; progress is kept as unknown",
                  document_excerpt(document, action->progress_source, 80));
}

/* The comment of a row is the narrative of its status. */
static void read_update(struct document *document, const struct ohchr_row *row,
                        struct action *action)
{
    struct progress_update *update;

    if (!action->progress_source && !row->comment)
        return;
    update = arena_zalloc(&document->arena, sizeof(*update));
    if (!update) {
        document->failed = true;
        return;
    }
    update->precision = PRECISION_NONE;
    update->progress = action->progress ? action->progress : PROGRESS_UNKNOWN;
    update->source = action->progress_source;
    update->text = row->comment;
    action->updates = update;
}

/* Bytes that the word at a takes, if the one at b is the same; 0: it is not. */
static size_t same_word(const char *a, const char *b)
{
    const char *start = a;

    while (words_letter(a) && words_letter(b))
        if (text_fold_next(&a) != text_fold_next(&b))
            return 0;
    return words_letter(a) || words_letter(b) ? 0 : (size_t)(a - start);
}

/* Bytes at names that repeat words of the action's text; 0: too few of them in a row. */
static size_t repeated(const char *names, const char *text)
{
    for (const char *from = text; *from; from += words_next(from)) {
        const char *a = names;
        const char *b = from;
        int words = 0;

        while (*a && *b && same_word(a, b)) {
            words++;
            a += words_next(a);
            b += words_next(b);
        }
        if (words >= REPEATED_WORDS_MIN || (words >= WHOLE_WORDS_MIN && from == text && !*b))
            return (size_t)(a - names);
    }
    return 0;
}

static const char *without_repeated(struct document *document, const struct ohchr_row *row,
                                    const char *recommendation, const char *subject)
{
    const char *text = row->responsible;
    struct text_buffer names = {0};
    struct ohchr_code code;
    bool found = false;

    if (!text || strlen(text) > CELL_BYTES_MAX || strlen(row->text) > REPEATED_TEXT_MAX)
        return text;
    for (const char *at = text + ohchr_code_read(text, recommendation, &code); *at;) {
        size_t len = repeated(at, row->text);
        found |= len > 0;
        if (!len)
            text_put_bytes(&names, at, len = words_next(at));
        at += len;
    }
    if (found) {
        text = document_text(document, names.len ? names.text : "", names.len);
        document_find(document, SEVERITY_INFO, "TEXT_IN_UNIT_CELL", subject, row->line,
                      "keep only names in the column of the responsible",
                      "the responsible cell repeats the action's text; only the rest is read");
    }
    document->failed |= names.failed;
    text_buffer_finish(&names);
    return text;
}

/* The column where deadlines stand in most rows: the heading's, if one row keeps to it. */
static int usual_column(const struct ohchr_actions *actions)
{
    int first = -1;

    for (const struct ohchr_row *row = actions->rows.first; row; row = row->next) {
        if (row->deadline_column == actions->rows.columns[COLUMN_TIME] && row->deadline_column >= 0)
            return row->deadline_column;
        if (first < 0)
            first = row->deadline_column;
    }
    return first;
}

/* Its cells moved: the names stand where others have their deadline, or nowhere. */
static bool is_shifted(const struct ohchr_row *row, int usual)
{
    return usual >= 0 && row->deadline_column > usual &&
           (row->responsible_column < 0 || row->responsible_column >= usual);
}

/* Of neighbouring shifted rows one has no names: then their cells may be pieces of one that spans
 * them all, and nobody can tell. */
static bool may_span(const struct ohchr_row *rows, const struct ohchr_row *row, int usual)
{
    const struct ohchr_row *first = row;
    bool empty = false;

    for (const struct ohchr_row *at = rows; at != row; at = at->next)
        if (!is_shifted(at, usual))
            first = at->next;
    for (; first && is_shifted(first, usual); first = first->next)
        empty |= !first->responsible;
    return empty;
}

static bool is_first_of_run(const struct ohchr_row *rows, const struct ohchr_row *row, int usual)
{
    const struct ohchr_row *before = rows;

    if (row == rows)
        return true;
    while (before->next != row)
        before = before->next;
    return !is_shifted(before, usual);
}

static void read_shifted(struct ohchr_actions *actions, const struct ohchr_row *row,
                         struct action *action, const char *subject, int usual)
{
    struct document *document = actions->units.document;
    bool span = may_span(actions->rows.first, row, usual);
    bool first = is_first_of_run(actions->rows.first, row, usual);

    if (row->responsible && (first || !span)) {
        ohchr_units_read(&actions->units, action, subject, row->responsible, true);
    } else if (row->responsible) {
        struct responsible *record = document_add_responsible(document, action);
        if (record)
            *record = (struct responsible){
                .name = document_text(document, row->responsible, strlen(row->responsible)),
                .role = ROLE_LEAD,
                .ambiguous = true,
                .damaged = true};
    }
    document_find(document, SEVERITY_WARNING, "UNIT_AMBIGUOUS", subject, row->line,
                  "look at the source and say who is responsible; nobody is reminded until then",
                  span ? "the row's cells are shifted, and its names may be part of a cell that "
                         "spans several rows"
                       : "the row's cells are shifted; its names may belong to another row");
}

/* The deadline stands where the names should: they may be at the end of the text. */
static void find_merged(struct document *document, const struct ohchr_row *row, const char *subject)
{
    document_find(document, SEVERITY_WARNING, "UNIT_AMBIGUOUS", subject, row->line,
                  "look at the source and say who is responsible; nobody is reminded until then",
                  "the deadline stands in the column of the responsible; names may be lost in the "
                  "action's text");
}

static void find_shared(struct document *document, const struct ohchr_row *row, const char *subject)
{
    document_find(document, SEVERITY_WARNING, "UNIT_AMBIGUOUS", subject, row->line,
                  "say which unit is responsible for which action; nobody is reminded until then",
                  "one cell names several units for several actions");
}

/* "Idem.", or ditto marks. */
static bool is_same(const char *cell)
{
    size_t len = words_at(cell, WORDS_SAME);

    len = len ? len : strspn(cell, "\"'\u201D\u3003 ");
    return len && !cell[len + strspn(cell + len, " .")];
}

/* Where the cell says "the same", that of the row above; it is the first one's that counts. */
static const char *deadline_of(const struct ohchr_actions *actions, const struct ohchr_row *row)
{
    const char *deadline = NULL;

    for (const struct ohchr_row *at = actions->rows.first; at; at = at->next) {
        if (!at->deadline || !is_same(at->deadline))
            deadline = at->deadline;
        if (at == row)
            return deadline ? deadline : row->deadline;
    }
    return row->deadline;
}

static void read_units(struct ohchr_actions *actions, const struct ohchr_row *row,
                       const char *recommendation, struct action *action,
                       const struct action *above, const char *subject, int usual)
{
    struct document *document = actions->units.document;
    const char *names = without_repeated(document, row, recommendation, subject);
    bool same = names && is_same(names);

    action->responsible_source = row->responsible;
    if (!row->responsible && row->deadline_column >= 0 &&
        row->deadline_column == actions->rows.columns[COLUMN_UNIT]) {
        find_merged(document, row, subject);
    } else if (is_shifted(row, usual)) {
        read_shifted(actions, row, action, subject, usual);
    } else if (names && !same && strspn(names, "-_. ") != strlen(names)) {
        ohchr_units_read(&actions->units, action, subject, names, row->shared);
        if (row->shared)
            find_shared(document, row, subject);
    } else if (above && (!row->responsible || same)) {
        ohchr_units_repeat(&actions->units, action, above);
        document_find(document, SEVERITY_INFO, "UNIT_INFERRED", subject, row->line,
                      "confirm that the same units are responsible",
                      "the cell is blank; the units of the row above are taken over");
    } else {
        document_find(document, SEVERITY_WARNING, "UNIT_MISSING", subject, row->line,
                      "say who is responsible; nobody is reminded until then",
                      "no responsible unit is given");
    }
}

static struct action *read_row(struct ohchr_actions *actions, const struct ohchr_row *row,
                               struct recommendation *recommendation, const struct action *above,
                               int position, int usual)
{
    struct document *document = actions->units.document;
    struct action *action = document_add_action(document, recommendation, row->line);
    const char *subject;

    if (!action)
        return NULL;
    read_code(document, row, recommendation, action, position);
    if (document->failed)
        return NULL;
    subject = ohchr_action_name(document, recommendation, action->code);
    action->text = row->text;
    if (!*action->text)
        document_find(document, SEVERITY_ERROR, "TEXT_MISSING", subject, row->line,
                      "add what is to be done to the source", "the action has no text");
    ohchr_deadline_read(document, action, subject, deadline_of(actions, row));
    read_units(actions, row, recommendation->code, action, above, subject, usual);
    read_status(document, row, action, subject);
    read_update(document, row, action);
    return action;
}

void ohchr_actions_end(struct ohchr_actions *actions, struct recommendation *recommendation)
{
    struct document *document = actions->units.document;
    const struct action *above = NULL;
    int position = 0;
    int usual;

    ohchr_rows_end(&actions->rows);
    document->failed |= actions->rows.failed;
    usual = usual_column(actions);
    for (const struct ohchr_row *row = actions->rows.first; row && !document->failed;
         row = row->next) {
        above = read_row(actions, row, recommendation, above, ++position, usual);
    }
    if (actions->rows.too_many)
        document_find(document, SEVERITY_ERROR, "TOO_MANY_RECORDS", "key actions",
                      recommendation->line, "import the document in parts",
                      "more than %d actions; those behind are left out", (int)OHCHR_ROWS_MAX);
    actions->rows.first = actions->rows.last = NULL;
    actions->rows.n = 0;
    actions->rows.too_many = false;
}
