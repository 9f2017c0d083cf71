/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config - settings from a table: file, then environment, then flags; the last one wins.
 *
 * One row per setting gives the file key, the environment variable and the flag alike: the row
 * {"push_endpoint", CONFIG_TEXT, ...} is `push_endpoint = ...` in the file, UPTAKE_PUSH_ENDPOINT in
 * the environment and --push-endpoint on the command line. The file is INI: section [uptake] is
 * for every program, a section named after the program ([ingest]) for that one; other known
 * programs' sections are passed over. A key that no row knows is refused with file and line
 * (CONFIG_UNKNOWN_KEY), as is a value of the wrong form (CONFIG_BAD_VALUE): exit code 78.
 *
 * The file is UTF-8; a comment is a line that begins with # or ;, or follows white space and a ;.
 *
 * Every program takes --config FILE (or UPTAKE_CONFIG), --help and --version besides its rows.
 * Secrets are never settings: settings name the files they stand in.
 *
 * Ownership: the struct config owns the values; release with config_finish.
 */
#ifndef UPTAKE_RUNTIME_CONFIG_H
#define UPTAKE_RUNTIME_CONFIG_H

#include "base/err.h"

enum config_type {
    CONFIG_TEXT,
    CONFIG_INT,  /* whole number, range min..max of the row */
    CONFIG_DATE, /* YYYY-MM-DD, or empty */
};

struct config_row {
    const char *name;
    enum config_type type;
    const char *fallback; /* NULL: the setting is required */
    const char *help;     /* one line for --help */
    long min, max;        /* CONFIG_INT */
};

struct config {
    const char *program;           /* section name, e.g. "ingest" */
    const char *summary;           /* first line of --help */
    const struct config_row *rows; /* ended by a row with name NULL */
    char **values;                 /* one per row */
};

enum config_outcome {
    CONFIG_RUN,  /* go on                                        */
    CONFIG_DONE, /* --help or --version was printed: exit with 0 */
    CONFIG_BAD,  /* err is set: print it and exit with its code (an unknown flag 2, else 78) */
};

/* Flags it does not know are an error; there are no positional arguments. */
MUST_CHECK enum config_outcome config_load(struct config *config, int argc, char **argv,
                                           struct err *err);
/* File and environment only, for the command-line program, whose verbs have arguments of their own.
 * path NULL: UPTAKE_CONFIG, else var/uptake.conf in the current directory or the nearest parent
 * that has one. A missing file is an error only when it was named (by path or UPTAKE_CONFIG). */
MUST_CHECK bool config_load_file(struct config *config, const char *path, struct err *err);
void config_finish(struct config *config);

/* The name must be a row's; anything else is a bug and aborts. */
const char *config_text(const struct config *config, const char *name);
long config_int(const struct config *config, const char *name);

#endif
