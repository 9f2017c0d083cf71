/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_labels - the words that part a GATE page: labels of fields, headings, heads of columns.
 *
 * They are data (common/model/crosswalk/gate.csv, axes label, heading, column, head); what stands
 * between them is text.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CLI_GATE_LABELS_H
#define UPTAKE_CLI_GATE_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/crosswalk.h"

enum gate_field {
    GATE_FIELD_HEADER, /* everything before the first recommendation */
    GATE_FIELD_RECOMMENDATION,
    GATE_FIELD_COMMENT,
    GATE_FIELD_DESCRIPTION,
    GATE_FIELD_POSITION,
    GATE_FIELD_THEME,
    GATE_FIELD_ACTIONS,
};

struct gate_label {
    enum gate_field field;
    const char *code; /* "3" of "Recommendation 3:"; NULL: none */
    size_t code_len;
    const char *rest; /* what follows the label */
    struct crosswalk_row row;
};

/* The columns of a table of actions. */
enum gate_column {
    GATE_COLUMN_ACTION,
    GATE_COLUMN_RESPONSIBLE,
    GATE_COLUMN_DEADLINE,
    GATE_COLUMN_STATUS,
    GATE_COLUMN_COMMENTS,
    GATE_COLUMN_NONE, /* one we do not read, or nothing in it */
};

/* Behind blanks and, in French, a hard one. */
const char *gate_skip_blanks(const char *at);

/* Does a field begin on this line? */
bool gate_label_find(const char *line, struct gate_label *label);

/* "RECOMMENDATION 2", "Recomendación 1:" in front of a field's text: bytes of it, 0 if it is not
 * there, and the number in *code. For a field without numbers the label needs a colon. */
size_t gate_label_repeated(const char *text, enum gate_field field, const char **code,
                           size_t *code_len);

/* The same for "Key action 4:" in front of an action. */
size_t gate_label_action(const char *text, const char **code, size_t *code_len);

/* A heading stands alone; "Key Actions are ..." is text. */
bool gate_is_heading(const char *line, struct crosswalk_row *row);

/* The heads of the columns, and nothing else. *usual: they stand in the page's own order, that of
 * enum gate_column. */
bool gate_is_column_heads(const char *line, bool *usual);

/* One head; false for a word that is none. */
bool gate_column_find(const char *head, enum gate_column *column);

/* "No actions", "Key Action not added." */
bool gate_says_no_action(const char *line);

/* "Office: ..." in the page's head: what it names ("office", "period", "title", "country", "state",
 * "saved") goes into row->word; NULL: no such label. */
const char *gate_head_value(const char *line, struct crosswalk_row *row);

#endif
