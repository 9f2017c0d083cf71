/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_checks - what does not fit together in what was read: numbers missing or given twice,
 * progress stated only for the whole, a rhythm stated in an action's text.
 */
#ifndef UPTAKE_CLI_OHCHR_CHECKS_H
#define UPTAKE_CLI_OHCHR_CHECKS_H

#include "import/document.h"

/* The recommendation's number against those before it: CODE_GAP, DUPLICATE_CODE. */
void ohchr_check_order(struct document *document, const struct recommendation *recommendation,
                       const char *subject);
/* Its actions: PROGRESS_ON_RECOMMENDATION_ONLY, CADENCE_STATED. */
void ohchr_check_actions(struct document *document, const struct recommendation *recommendation,
                         const char *subject);
/* Once its parts are known, the actions' numbers: CODE_GAP, DUPLICATE_CODE. */
void ohchr_check_codes(struct document *document, const struct recommendation *recommendation);

#endif
