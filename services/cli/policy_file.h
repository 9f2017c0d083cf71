/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_file - a reminder policy as people write it: YAML, one policy per file.
 *
 *     policy: six-monthly-update        # its name: small letters, digits and -
 *     title: Managers send FOTCD a new update every six months
 *     trigger: interval                 # or deadline
 *     interval_months: 6
 *     go_live_on: 2026-01-01            # cycles that end before were not asked
 *     in_force_from: 2026-07-01         # cycles that end from this day on follow this version
 *     steps: [-30, -7, 0, 14]           # days from the end of the cycle
 *     ladder:                           # from this step on these are written to, too
 *       - {step: 14, rung: unit_head}
 *     overseer: FOTCD
 *     active: true
 *
 * and, where wanted, anchor_on, documents, offices, instruments, working_day, most_reminders,
 * closes_after_days, window_days. A mistake is told with its line, its code, what is wrong and what
 * to do; all of a file at once.
 *
 * Codes: YAML_BAD (no YAML, or not one mapping), YAML_BAD_TYPE, YAML_UNKNOWN_FIELD,
 * YAML_FIELD_TWICE, FIELD_MISSING, BAD_KEY, BAD_DATE, NUMBER_RANGE, ENUM_UNKNOWN, RULE_ENDLESS; and
 * from the register UNIT_UNKNOWN, DOCUMENT_UNKNOWN.
 *
 * Ownership: texts live in the arena; rule and mistakes are released by policy_file_finish.
 */
#ifndef UPTAKE_CLI_POLICY_FILE_H
#define UPTAKE_CLI_POLICY_FILE_H

#include "base/arena.h"
#include "cli.h"

/* A value that names something of the register. */
struct policy_reference {
    const char *key; /* "unit:CODE", or a document's */
    const char *field;
    int line;
    bool is_unit;
    struct policy_reference *next;
};

struct policy_file {
    struct arena *arena;
    const char *path;
    const char *name; /* "six-monthly-update"; NULL: not said */
    json_t *rule;     /* the field group policy_rule */
    json_t *lines;    /* of each field that the file has */
    json_t *mistakes; /* [{"code", "file", "line", "field", "text"}] */
    size_t nmistakes; /* those included that could not be put into the list */
    struct policy_reference *references;
};

/* False only when the file cannot be read at all (source_file_read) or memory is out; mistakes are
 * in the list. */
MUST_CHECK bool policy_file_read(const char *path, struct arena *arena, struct policy_file *file,
                                 struct err *err);
void policy_file_finish(struct policy_file *file);

/* Adds a mistake; text is formatted. */
void policy_file_mistake(struct policy_file *file, const char *code, int line, const char *field,
                         const char *format, ...) PRINTF_LIKE(5, 6);

/* Do the units and documents exist? False: the register could not be asked. */
MUST_CHECK bool policy_file_check(struct cli *cli, struct policy_file *file, struct err *err);

/* Prints the mistakes (an object with --json), EXIT_BAD_USAGE. */
enum exit_code policy_file_fail(struct cli *cli, const struct policy_file *file);

/* The rule as such a file, on standard output. */
void policy_file_print(const char *name, const json_t *rule);

#endif
