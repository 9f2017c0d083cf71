/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli - what all verbs of the program share: settings, how to talk, how to end.
 *
 * Results go to standard output, everything else to standard error. With --json the result is one
 * JSON object and nothing else. A failure is one line "uptake: CODE: place: text".
 *
 * Ownership: the struct cli belongs to main.
 */
#ifndef UPTAKE_CLI_CLI_H
#define UPTAKE_CLI_CLI_H

#include "base/date.h"
#include "base/err.h"
#include "runtime/config.h"

#include <jansson.h>

struct cli {
    const char *config_path; /* --config; NULL: looked for */
    bool json;               /* --json */
    bool configured;
    struct config config;
    const char *verb; /* "import", for messages */
};

typedef enum exit_code verb_fn(struct cli *cli, int argc, char **argv);

verb_fn verb_import, verb_push, verb_feed, verb_export, verb_due, verb_show, verb_list,
    verb_history, verb_findings, verb_units, verb_crosswalks, verb_links, verb_retract, verb_status,
    verb_keys, verb_tokens, verb_conflicts, verb_redact, verb_dead_letters, verb_verify,
    verb_policy, verb_simulate, verb_cycles, verb_remind;

/* Loads the settings once: --config, $UPTAKE_CONFIG, else var/uptake.conf here or in a folder
 * above. ERR_FATAL CONFIG_MISSING when there is none. */
MUST_CHECK bool cli_configure(struct cli *cli, struct err *err);

/* Today in the register's zone. */
MUST_CHECK bool cli_today(struct cli *cli, struct date *today, struct err *err);
/* What --database says, else the settings; a role that may read the whole schema. */
MUST_CHECK bool cli_database(struct cli *cli, const char **database, struct err *err);

/* Prints the failure and returns the exit code it asks for. */
enum exit_code cli_fail(const struct err *err);

/* Writes the object to standard output and releases it. NULL: out of memory. */
enum exit_code cli_print_json(json_t *object, enum exit_code otherwise);

/* Writes out what stands in the buffers. A reader that has closed the pipe (`| head`) has what it
 * wanted: that is no failure and is not spoken of. */
enum exit_code cli_end_output(enum exit_code otherwise);
/* Nobody reads standard output any more: what is still to be printed may be left out. */
bool cli_output_is_closed(void);

/* "" for what is absent or no text. */
const char *cli_text(const json_t *object, const char *name);
long long cli_number(const json_t *object, const char *name);

/* Prints at most this many characters of the text, on one line; what was cut off shows as "...". */
void cli_put_short(const char *text, size_t most);

/* Prints codes, or names where there is no code, as "A, B". */
void cli_put_units(const json_t *units);

/* The plural's ending: "" for one, else "s". */
const char *cli_s(unsigned long long n);

#endif
