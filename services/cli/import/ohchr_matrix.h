/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_matrix - responses that are one table: a column of recommendations, one of positions, and
 * those of the key actions beside them.
 */
#ifndef UPTAKE_CLI_OHCHR_MATRIX_H
#define UPTAKE_CLI_OHCHR_MATRIX_H

#include "import/ohchr_lines.h"

/* Where the columns stand. Zeroed: there is no such table. */
struct ohchr_matrix {
    bool open;
    int recommendation;
    int position;
    int comment; /* on the recommendation: it stands in front of the actions; -1: none */
};

/* One line of it. Strings lie in the line. */
struct ohchr_matrix_row {
    const char *code; /* of the recommendation */
    size_t code_len;  /* 0: without a number */
    const char *title;
    const char *position;
    const char *comment;
    bool begins; /* a recommendation; else title and position go on */
};

/* Takes the columns; false: the headings have no such columns. */
bool ohchr_matrix_head(struct ohchr_matrix *matrix, const struct ohchr_line *line,
                       const enum ohchr_column *columns);
void ohchr_matrix_row(const struct ohchr_matrix *matrix, const struct ohchr_line *line,
                      struct ohchr_matrix_row *row);
/* Does the line hold a recommendation and its position? */
bool ohchr_matrix_answers(const struct ohchr_matrix *matrix, const struct ohchr_line *line);

#endif
