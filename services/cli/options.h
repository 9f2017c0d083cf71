/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options - a verb's flags from one table that gives parsing and --help alike.
 *
 * --help, --json and --config FILE are known to every verb. Flags and other arguments may be mixed;
 * after "--" everything is an argument; "-" alone is an argument.
 */
#ifndef UPTAKE_CLI_OPTIONS_H
#define UPTAKE_CLI_OPTIONS_H

#include "cli.h"

struct option {
    const char *name;    /* "--document" */
    const char *metavar; /* "KEY"; NULL: a switch */
    const char *help;
    const char **value; /* set when it has a metavar */
    bool *given;        /* set when it is a switch */
};

struct usage {
    const char *line;             /* "import FILE... [flags]" */
    const char *summary;          /* one or two sentences */
    const struct option *options; /* ended by a row without name */
    int arguments_min, arguments_max;
};

enum options_outcome {
    OPTIONS_RUN,
    OPTIONS_DONE, /* --help was printed */
    OPTIONS_BAD,  /* err is set: ERR_REJECT */
};

/* Moves the arguments that are no flags to the front of argv and their number to *argc. */
MUST_CHECK enum options_outcome options_parse(struct cli *cli, const struct usage *usage, int *argc,
                                              char **argv, struct err *err);

/* options_parse, and what every verb does with the outcome: false when the verb ends here with
 * *code, help printed or the mistake told. */
MUST_CHECK bool options_run(struct cli *cli, const struct usage *usage, int *argc, char **argv,
                            enum exit_code *code);

/* The line every help text ends with. */
void options_print_exit_codes(void);

/* Every value of a flag that may be given several times, in order; how many there are, at most
 * `most` of them stored. Before options_run, which keeps only the last. */
int options_all(int argc, char **argv, const char *name, const char **values, int most);

#endif
