/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_start.h"

#include "import/ohchr_matrix.h"
#include "import/ohchr_position.h"

#include <ctype.h>
#include <string.h>

enum {
    LINES_TO_POSITION_MAX = 60,
    ANNEX_BYTES_MAX = 40,
};

/* The label of the first paragraph of any cell text: *next is behind that paragraph. */
struct label ohchr_label_of(struct arena *arena, const char *text, const char **paragraph,
                            const char **next)
{
    size_t len = strcspn(text, "\n");
    char *copy = arena_strndup(arena, text, len);

    *next = text + len + (text[len] == '\n');
    *paragraph = copy ? copy : "";
    return words_label(*paragraph);
}

/* "Management response: Accepted": other layouts have a text of their own behind this label. */
static bool states_position(const struct label *label)
{
    return label->kind == LABEL_POSITION ||
           (label->kind == LABEL_RESPONSE && ohchr_position_stated(label->rest));
}

static bool holds_label(struct arena *arena, const struct ohchr_line *line, enum ohchr_label kind,
                        const char **language)
{
    const char *at = line->ncells ? line->cells[0] : "";

    if (line->kind != LINE_TEXT && line->kind != LINE_HEADING)
        return false;
    while (*at) {
        const char *paragraph;
        struct label label = ohchr_label_of(arena, at, &paragraph, &at);
        *language = label.language;
        if (kind == LABEL_POSITION ? states_position(&label) : label.kind == kind)
            return true;
    }
    return false;
}

static int labelled_start(const struct ohchr_lines *lines, const char **language)
{
    struct arena arena = {0};
    const char *other;
    int start = -1;
    int found = -1;

    for (int i = 0; i < lines->n && found < 0; i++) {
        if (holds_label(&arena, &lines->list[i], LABEL_RECOMMENDATION, &other)) {
            start = i;
            *language = other;
        }
        if (start >= 0 && i - start <= LINES_TO_POSITION_MAX &&
            holds_label(&arena, &lines->list[i], LABEL_POSITION, &other))
            found = start;
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return found;
}

/* Headings with both columns, and a row below them that has a recommendation and a position. */
static int matrix_start(const struct ohchr_lines *lines)
{
    struct ohchr_matrix matrix = {0};
    enum ohchr_column columns[OHCHR_CELLS_MAX];
    int start = -1;

    for (int i = 0; i < lines->n; i++) {
        const struct ohchr_line *line = &lines->list[i];
        if (ohchr_line_heads(line, columns) && ohchr_matrix_head(&matrix, line, columns))
            start = i;
        else if (start >= 0 && i - start <= LINES_TO_POSITION_MAX &&
                 ohchr_matrix_answers(&matrix, line))
            return start;
    }
    return -1;
}

int ohchr_response_start(const struct ohchr_lines *lines, const char **language)
{
    int start = labelled_start(lines, language);

    if (start >= 0)
        return start;
    *language = NULL;
    return matrix_start(lines);
}

/* "2. Introduction": a chapter that no response has. */
static bool is_chapter(const char *heading)
{
    heading += strspn(heading, "0123456789.IVX) ");
    return words_at(heading, WORDS_CHAPTER) > 0;
}

/* "Annex 5", "Annexe II : ..." */
static bool is_over(const struct ohchr_line *line)
{
    const char *at = line->kind == LINE_TEXT && line->ncells == 1 ? line->cells[0] : "";
    size_t len = words_at(at, WORDS_ANNEX);

    if (line->kind == LINE_HEADING)
        return words_at(line->cells[0], WORDS_ANNEX) || is_chapter(line->cells[0]);
    if (!len || !isupper((unsigned char)*at) || strlen(at) > ANNEX_BYTES_MAX)
        return false;
    at += len + strspn(at + len, " ");
    at += strspn(at, "0123456789IVX");
    at += strspn(at, " ");
    return !*at || !words_letter(at);
}

int ohchr_response_end(const struct ohchr_lines *lines, int start)
{
    int end = start + 1;

    while (end < lines->n && !is_over(&lines->list[end]))
        end++;
    return end;
}
