/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_units - who is responsible, from the cells of a response's and a report's table, with the
 * findings UNIT_UNKNOWN, UNIT_VAGUE and UNIT_EXTERNAL.
 */
#ifndef UPTAKE_CLI_OHCHR_UNITS_H
#define UPTAKE_CLI_OHCHR_UNITS_H

#include "import/directory.h"
#include "import/document.h"

struct ohchr_units {
    struct document *document;         /* borrowed */
    const struct directory *directory; /* borrowed */
    bool own_missing;                  /* found already: the office is not in the directory */
};

/* Reads the cell into the action. shifted: it stands in a column of others. */
void ohchr_units_read(struct ohchr_units *units, struct action *action, const char *subject,
                      const char *cell, bool shifted);

/* The same units as of the row above, inferred. */
void ohchr_units_repeat(struct ohchr_units *units, struct action *action,
                        const struct action *above);

/* What the report's own table says, as the evaluators' statement. */
void ohchr_units_read_evaluator(struct ohchr_units *units, struct recommendation *recommendation,
                                const char *subject, const char *cell, int line);

#endif
