/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records - a document as JSON lines, one object per record: the form people and tests compare.
 *
 * Order: document, response, recommendations each followed by its actions and their updates,
 * indicators, findings; then the same of a quoted document, which has no response. Fields that are
 * rarely there are left out when empty: "ambiguous" of a unit, "unresolved" of an action (names
 * that name nobody), "units" of a recommendation (whom the evaluators hold responsible).
 */
#ifndef UPTAKE_CLI_RECORDS_H
#define UPTAKE_CLI_RECORDS_H

#include "import/document.h"

#include <jansson.h>
#include <stdio.h>

/* ERR_RETRY OUTPUT_FAILED when the stream takes no more. */
MUST_CHECK bool records_write(const struct document *document, FILE *stream, struct err *err);

/* One finding as an object; NULL when out of memory. */
MUST_CHECK json_t *records_finding(const struct finding *finding);

#endif
