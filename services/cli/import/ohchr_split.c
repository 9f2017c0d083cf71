/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_split.h"

#include "import/ohchr_code.h"

#include <string.h>

static const char *cell(const struct ohchr_line *line, int column)
{
    return column >= 0 && column < line->ncells ? line->cells[column] : "";
}

static int count_paragraphs(const char *text)
{
    int n = *text != '\0';

    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

static bool has_code(const char *text, const char *recommendation)
{
    struct ohchr_code code = {0};

    return ohchr_code_read(text, recommendation, &code) > 0 && !code.foreign;
}

/* Each action goes to the paragraph with the next number. */
static bool cut_actions(struct ohchr_split *split, struct arena *arena, const char *text,
                        const char *recommendation)
{
    while (*text && split->n < OHCHR_SPLIT_MAX) {
        const char *end = text + strcspn(text, "\n");
        while (*end && !has_code(end + 1, recommendation))
            end += 1 + strcspn(end + 1, "\n");
        split->actions[split->n] = arena_strndup(arena, text, (size_t)(end - text));
        if (!split->actions[split->n++])
            return false;
        text = *end ? end + 1 : end;
    }
    return true;
}

static bool cut_times(struct ohchr_split *split, struct arena *arena, const char *text)
{
    bool in_turn = count_paragraphs(text) == split->n;

    for (int i = 0; i < split->n; i++) {
        size_t len = in_turn ? strcspn(text, "\n") : strlen(text);
        split->times[i] = arena_strndup(arena, text, len);
        if (!split->times[i])
            return false;
        text += in_turn ? len + (text[len] == '\n') : 0;
    }
    return true;
}

bool ohchr_split_read(struct ohchr_split *split, struct arena *arena, const struct ohchr_line *line,
                      const int columns[COLUMN_COUNT], const char *recommendation)
{
    const char *text = cell(line, columns[COLUMN_ACTION]);

    *split = (struct ohchr_split){.action = columns[COLUMN_ACTION],
                                  .unit = columns[COLUMN_UNIT],
                                  .time = columns[COLUMN_TIME]};
    if (!strchr(text, '\n') || !has_code(text, recommendation))
        return true;
    if (!cut_actions(split, arena, text, recommendation))
        return false;
    split->shared = count_paragraphs(cell(line, split->unit)) > 1;
    return split->n < 2 || cut_times(split, arena, cell(line, split->time));
}

bool ohchr_split_row(const struct ohchr_split *split, struct arena *arena,
                     const struct ohchr_line *line, int n, struct ohchr_line *row)
{
    *row = *line;
    row->cells = arena_memdup(arena, line->cells, (size_t)line->ncells * sizeof(*line->cells));
    if (!row->cells)
        return false;
    row->cells[split->action] = split->actions[n];
    if (split->time >= 0 && split->time < line->ncells)
        row->cells[split->time] = split->times[n];
    return true;
}

bool ohchr_split_bracket(struct ohchr_bracket *bracket, struct arena *arena, const char *text)
{
    const char *open = strrchr(text, '(');
    size_t len = strlen(text);
    char *inner;
    char *rest;

    *bracket = (struct ohchr_bracket){0};
    if (!open || open == text || text[len - 1] != ')')
        return true;
    inner = arena_strndup(arena, open + 1, len - (size_t)(open + 1 - text) - 1);
    if (!inner)
        return false;
    for (char *at = strtok_r(inner, ";", &rest); at; at = strtok_r(NULL, ";", &rest)) {
        const char *value;
        enum ohchr_column column = words_field(at + strspn(at, " "), &value);
        if (column == COLUMN_NONE || column == COLUMN_ACTION) {
            *bracket = (struct ohchr_bracket){0};
            return true;
        }
        bracket->fields[column] = value;
    }
    len = (size_t)(open - text);
    while (len && text[len - 1] == ' ')
        len--;
    bracket->text_len = len;
    return true;
}
