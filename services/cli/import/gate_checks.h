/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_checks - what does not fit together in a page that was read: numbers missing or given twice,
 * positions without a word or a reason, a page older than half a year.
 */
#ifndef UPTAKE_CLI_GATE_CHECKS_H
#define UPTAKE_CLI_GATE_CHECKS_H

#include "base/err.h"
#include "import/document.h"

/* ERR_REJECT NUMBER_RANGE when a recommendation or action has a number no document reaches. */
MUST_CHECK bool gate_check_numbers(const struct document *document, struct err *err);

/* Findings CODE_GAP, DUPLICATE_CODE, NO_POSITION, NO_REASON; STALE_SOURCE where document->read_on
 * is given. saved_on: the day the page says it was saved; none: not said. */
void gate_checks(struct document *document, struct date saved_on);

#endif
