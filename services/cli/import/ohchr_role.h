/* SPDX-License-Identifier: Apache-2.0 */
/* ohchr_role - words in a responsible cell that tell the role of the names around them. */
#ifndef UPTAKE_CLI_OHCHR_ROLE_H
#define UPTAKE_CLI_OHCHR_ROLE_H

#include "model/words.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a word that changes the role of those behind it; a noun does only with a colon. */
size_t ohchr_role_turn(const char *text, enum role *role, bool at_start);

#endif
