/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records - a document as JSON lines, one object per record: the form people and tests compare.
 *
 * Order: document, response, recommendations each followed by its actions and their updates,
 * findings.
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
