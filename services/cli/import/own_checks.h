/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_checks - what import itself looks for in a document, whatever reader read it.
 *
 * Adds findings: DUPLICATE_CODE (two rows would be one item; the second is left out),
 * FIELD_TOO_LONG (cut, or the row left out when its key would be), TEXT_CLEANED (a name has
 * characters that mislead), RESPONSE_STATE_UNKNOWN, ANCHOR_ASSUMED (no day of approval),
 * NUMBER_RANGE (more met than there are; the figure is left out), UNIT_RETIRED (before the day of
 * the document, or merged: who took over). What a reader has found already is not said twice.
 */
#ifndef UPTAKE_CLI_OWN_CHECKS_H
#define UPTAKE_CLI_OWN_CHECKS_H

#include "import/directory.h"
#include "import/document.h"

/* key: of the document, e.g. "unwomen-cambodia-2020". False: out of memory. */
MUST_CHECK bool own_checks(struct document *document, const char *key,
                           const struct directory *directory);

/* Can it be an item: are its code and its key short enough, is it no broken figure? What the checks
 * say is left out is left out by these. */
bool own_checks_fits(const char *code, const char *key);
bool own_checks_counts(const struct indicator *indicator);

#endif
