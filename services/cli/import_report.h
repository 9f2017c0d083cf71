/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_report - what came of an import, for people and as JSON.
 *
 * Findings of severity info are counted for people and listed in JSON.
 */
#ifndef UPTAKE_CLI_IMPORT_REPORT_H
#define UPTAKE_CLI_IMPORT_REPORT_H

#include "import_send.h"

/* How many findings of the severity, in both lists. */
int import_count(const struct document *document, const struct changes *changes,
                 enum severity severity);

/* changes: NULL where nothing was planned. Warnings and errors go to standard error. */
void import_print_findings(const struct document *document, const struct changes *changes);
json_t *import_findings_json(const struct document *document, const struct changes *changes);

/* After sending: appended to results with --json, else printed. EXIT_FINDINGS when something was
 * refused, left out or overtaken. */
enum exit_code import_report(const struct cli *cli, const struct document *document,
                             const char *key, const struct import_result *result, json_t *results);

/* "3 findings: 2 UNIT_UNKNOWN, 1 NO_DEADLINE": warnings and errors by code, in the arena. */
MUST_CHECK const char *import_codes(const struct document *document, const struct changes *changes,
                                    struct arena *arena);

#endif
