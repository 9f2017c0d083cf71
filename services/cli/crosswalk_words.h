/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosswalk_words - a crosswalk in the register (field group crosswalk_table as JSON) and the same
 * as CSV text (model/crosswalk_csv.h).
 *
 * Ownership: JSON objects are the caller's; texts live in the arena.
 */
#ifndef UPTAKE_CLI_CROSSWALK_WORDS_H
#define UPTAKE_CLI_CROSSWALK_WORDS_H

#include "fetch.h"

/* The field group that says what the CSV text says, which crosswalk_check has passed. NULL: out of
 * memory. */
json_t *crosswalk_words_group(const char *system, const char *csv);

/* The CSV text of a field group. NULL: out of memory. */
MUST_CHECK char *crosswalk_words_csv(const json_t *group, struct arena *arena);

/* How two tables differ: {"added", "removed", "changed"}, arrays of words; a changed one has
 * "before". before may be NULL: nothing is known yet. */
json_t *crosswalk_words_compare(const json_t *before, const json_t *after);

/* Asks for the register's crosswalks and hands those whose version is not below the one compiled in
 * to crosswalk_use; a table that breaks a rule is named on standard error and left out. The texts
 * must outlive every reading. */
MUST_CHECK bool crosswalk_words_use(struct fetch *fetch, struct arena *arena, struct err *err);

#endif
