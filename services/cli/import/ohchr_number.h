/* SPDX-License-Identifier: Apache-2.0 */
/* ohchr_number - the number of a recommendation as its code, in digits. */
#ifndef UPTAKE_CLI_OHCHR_NUMBER_H
#define UPTAKE_CLI_OHCHR_NUMBER_H

#include "import/document.h"
#include "import/ohchr_words.h"

/* Fills the code from the label, or from the position (from 1) where there is no number: findings
 * NO_CODE, CODE_NORMALISED. The subject of its findings, "recommendation 3"; NULL when out of
 * memory. */
const char *ohchr_number_read(struct document *document, struct recommendation *recommendation,
                              const struct label *label, int position);

#endif
