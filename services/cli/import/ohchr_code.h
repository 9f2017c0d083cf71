/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_code - the number in front of an action: "1.2.", "I.2.", "3.a)", "(b)".
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_CLI_OHCHR_CODE_H
#define UPTAKE_CLI_OHCHR_CODE_H

#include "base/err.h"

enum { OHCHR_CODE = 24 };

struct ohchr_code {
    char source[OHCHR_CODE]; /* as written, without marks around it */
    char code[OHCHR_CODE];   /* normalised */
    bool foreign;            /* names another recommendation than the one it stands under */
};

/* Bytes to the words behind the code; 0: text begins with no code. A one that was read as I or l is
 * put right by the number of the recommendation. */
size_t ohchr_code_read(const char *text, const char *recommendation, struct ohchr_code *code);

#endif
