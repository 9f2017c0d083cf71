/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_row - one row of a key actions table whose columns were lost:
 * text, posts, deadline, status, comments.
 *
 * The anchor is the deadline with a status word behind it; everything else is told from there.
 */
#ifndef UPTAKE_CLI_GATE_ROW_H
#define UPTAKE_CLI_GATE_ROW_H

#include "base/err.h"

#include <stddef.h>

/* Where the parts lie in the row's text. */
struct gate_row {
    size_t front_len; /* text and posts: from 0 */
    size_t deadline, deadline_len;
    size_t status, status_len; /* len 0: none */
    size_t comment;            /* to the end */
};

enum gate_row_kind {
    GATE_ROW_NONE,       /* no deadline in it */
    GATE_ROW_ODD_STATUS, /* a deadline, and behind it a word we do not know */
    GATE_ROW_LOOSE,      /* any stated period ("fin 2024") with a status in capitals behind it */
    GATE_ROW_WHOLE,      /* YYYY/MM, or the words for no deadline, and a status */
};

enum gate_row_kind gate_row_find(const char *text, struct gate_row *row);

/* The next status in capitals behind *from, for a row whose deadline is left blank: the front ends
 * where the status begins. False: no more. */
bool gate_row_undated(const char *text, size_t *from, struct gate_row *row);

/* The next word in capitals behind *from with a stated period in front, for a row whose status is
 * no word we know. False: no more. */
bool gate_row_odd(const char *text, size_t *from, struct gate_row *row);

/* Does a new row begin here: with a number of two parts ("1.2."), or with words in capitals
 * and no prose behind them? */
bool gate_row_begins(const char *line);

/* "1.2. " or "3) " at the start of text: length of the code, without its full stop; *skip: bytes to
 * the words. 0: not numbered. */
size_t gate_code(const char *text, size_t *skip);

#endif
