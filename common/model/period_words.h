/* SPDX-License-Identifier: Apache-2.0 */
/*
 * period_words - cuts a stated period into the few kinds of token its grammar knows.
 *
 * Each token has one letter, so that a period is matched by its signature: "31 Dec 2020" is "dmy",
 * "2022/12" is "y/d".
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_PERIOD_WORDS_H
#define UPTAKE_MODEL_PERIOD_WORDS_H

#include "base/err.h"

enum { PERIOD_TOKENS_MAX = 32 };

enum period_kind {
    PERIOD_NUMBER = 'd',  /* one or two digits */
    PERIOD_YEAR = 'y',    /* four digits */
    PERIOD_MONTH = 'm',   /* a name, value 1..12 */
    PERIOD_QUARTER = 'q', /* value 1..4 */
    PERIOD_HALF = 'h',    /* value 1..2 */
    PERIOD_MIDDLE = 'M',  /* "mid" */
    PERIOD_END = 'E',     /* "end of" */
    PERIOD_SLASH = '/',
    PERIOD_DOT = '.',
    PERIOD_DASH = '-', /* hyphen, dashes, "to" */
    PERIOD_AND = '&',
    PERIOD_OPEN = 'O', /* "ongoing", "continuous" */
    PERIOD_PROGRESSIVE = 'P',
    PERIOD_VAGUE = 'V', /* "early", "fiscal year": the period's last day is not said */
    PERIOD_OTHER = '?',
};

struct period_tokens {
    int n;
    int values[PERIOD_TOKENS_MAX];
    char signature[PERIOD_TOKENS_MAX + 1]; /* one enum period_kind each, NUL-ended */
};

/* Words without meaning here ("of", "the", commas) leave no token. False: more tokens than any
 * period has. */
MUST_CHECK bool period_cut(const char *source, struct period_tokens *tokens);

#endif
