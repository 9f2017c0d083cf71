/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_labels.h"

#include "base/text.h"
#include "import/gate_row.h"

#include <ctype.h>
#include <string.h>

enum { COLUMN_HEADS_MIN = 3 };

/* The words of crosswalk/gate.csv for them. */
static const struct {
    const char *word;
    enum gate_field field;
} fields[] = {
    {"recommendation", GATE_FIELD_RECOMMENDATION},
    {"comment", GATE_FIELD_COMMENT},
    {"description", GATE_FIELD_DESCRIPTION},
    {"position", GATE_FIELD_POSITION},
    {"theme", GATE_FIELD_THEME},
    {"actions", GATE_FIELD_ACTIONS},
};

static const struct {
    const char *word;
    enum gate_column column;
} columns[] = {
    {"action", GATE_COLUMN_ACTION},     {"responsible", GATE_COLUMN_RESPONSIBLE},
    {"deadline", GATE_COLUMN_DEADLINE}, {"status", GATE_COLUMN_STATUS},
    {"comments", GATE_COLUMN_COMMENTS},
};

static bool field_of(const char *word, enum gate_field *field)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(fields[i].word, word) == 0) {
            *field = fields[i].field;
            return true;
        }
    }
    return false;
}

const char *gate_skip_blanks(const char *at)
{
    for (;;) {
        const char *next = at;
        unsigned c = text_fold_next(&next);
        if (c != ' ' && c != '\t')
            return at;
        at = next;
    }
}

bool gate_is_heading(const char *line, struct crosswalk_row *row)
{
    size_t len;
    const char *at;

    if (!crosswalk_find("gate", "heading", line, &len, row))
        return false;
    at = gate_skip_blanks(line + len);
    if (*at == ':' && strcmp(row->word, "actions") == 0)
        at = gate_skip_blanks(at + 1);
    return *at == '\0' || *at == '\n';
}

/* "3", "3.1", "n° 3", "#3" at *at, which moves behind it. */
static size_t number_at(const char **at, const char **code)
{
    const char *from = gate_skip_blanks(*at);
    const char *start = from;
    size_t len = 0;

    if (*start == '#')
        start = gate_skip_blanks(start + 1);
    else if (text_fold_next(&from) == 'n' && text_fold_next(&from) == 'o')
        start = gate_skip_blanks(from + (*from == '.'));
    while (isdigit((unsigned char)start[len]) ||
           (len && start[len] == '.' && isdigit((unsigned char)start[len + 1])))
        len++;
    if (len) {
        *code = start;
        *at = start + len;
    }
    return len;
}

bool gate_label_find(const char *line, struct gate_label *label)
{
    const char *at;
    size_t len;

    *label = (struct gate_label){.rest = ""};
    if (crosswalk_find("gate", "label", line, &len, &label->row) &&
        field_of(label->row.word, &label->field)) {
        at = line + len;
        if (label->field == GATE_FIELD_RECOMMENDATION)
            label->code_len = number_at(&at, &label->code);
        at = gate_skip_blanks(at);
        label->rest = at + 1;
        if (*at == ':')
            return true;
    }
    *label = (struct gate_label){.rest = ""};
    return gate_is_heading(line, &label->row) && field_of(label->row.word, &label->field);
}

size_t gate_label_repeated(const char *text, enum gate_field field, const char **code,
                           size_t *code_len)
{
    struct crosswalk_row row;
    enum gate_field found;
    const char *at;
    size_t len;

    *code_len = 0;
    if (!crosswalk_find("gate", "label", text, &len, &row) || !field_of(row.word, &found) ||
        found != field)
        return 0;
    at = text + len;
    if (field == GATE_FIELD_RECOMMENDATION)
        *code_len = number_at(&at, code);
    at = gate_skip_blanks(at);
    if (*code_len && *at == ',')
        return 0; /* "Recommendation 1, 3 and 5 are ...": text */
    if (strchr(":.)", *at) && *at)
        at = gate_skip_blanks(at + 1);
    else if (!*code_len)
        return 0;
    else if (*at == '-')
        at = gate_skip_blanks(at + 1);
    return *at ? (size_t)(at - text) : 0;
}

size_t gate_label_action(const char *text, const char **code, size_t *code_len)
{
    struct crosswalk_row row;
    const char *at;
    size_t len;

    *code_len = 0;
    if (!crosswalk_find("gate", "column", text, &len, &row) || strcmp(row.word, "action") != 0)
        return 0;
    at = text + len;
    *code_len = number_at(&at, code);
    at = gate_skip_blanks(at);
    if (!*code_len || !*at || !strchr(":.)-", *at))
        return 0;
    at = gate_skip_blanks(at + 1);
    return *at ? (size_t)(at - text) : 0;
}

static enum gate_column column_of(const char *word)
{
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        if (strcmp(columns[i].word, word) == 0)
            return columns[i].column;
    return GATE_COLUMN_NONE;
}

bool gate_is_column_heads(const char *line, bool *usual)
{
    enum gate_column before = GATE_COLUMN_ACTION;
    struct crosswalk_row row;
    size_t len;
    int n = 0;

    *usual = true;
    while (crosswalk_find("gate", "column", line, &len, &row)) {
        *usual &= column_of(row.word) >= before;
        before = column_of(row.word);
        line = gate_skip_blanks(line + len);
        line = gate_skip_blanks(line + strspn(line, "/|,"));
        n++;
    }
    return n >= COLUMN_HEADS_MIN && !*line;
}

bool gate_column_find(const char *head, enum gate_column *column)
{
    struct crosswalk_row row;
    bool found = crosswalk_whole("gate", "column", head, &row);

    *column = found ? column_of(row.word) : GATE_COLUMN_NONE;
    return found;
}

bool gate_says_no_action(const char *line)
{
    struct crosswalk_row row;

    return crosswalk_whole("gate", "no_action", line, &row);
}

const char *gate_head_value(const char *line, struct crosswalk_row *row)
{
    size_t len;
    const char *at;

    if (!crosswalk_find("gate", "head", line, &len, row))
        return NULL;
    at = gate_skip_blanks(line + len);
    return *at == ':' ? gate_skip_blanks(at + 1) : NULL;
}
