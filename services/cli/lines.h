/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines - changes as JSON lines: the form of `push`, `export` and `import -`.
 *
 * Each line is one change as wire JSON; empty lines are passed over; a missing operation is "set".
 * A mistake is ERR_REJECT with the line's number: JSON_BAD, FIELD_MISSING, and what wire_from_json
 * and outbox_add say.
 */
#ifndef UPTAKE_CLI_LINES_H
#define UPTAKE_CLI_LINES_H

#include "send.h"

/* Is this standard input ("-"), or a file that begins like JSON rather than like a document? */
bool lines_recognise(const char *path);
/* Adds every change of the file, or of standard input, to the outbox; of any length, line by line.
 * FILE_MISSING, FILE_UNREADABLE. */
MUST_CHECK bool lines_read(const char *path, struct outbox *outbox, struct err *err);
/* The same; the number of the line at fault stands in *line, which is 0 when none is, and the place
 * within it in err->place. */
MUST_CHECK bool lines_read_numbered(const char *path, struct outbox *outbox, long long *line,
                                    struct err *err);

/* What became of the outbox after sending: {"applied", "known_before", "refused": [...]}. known:
 * how many more the register had before. NULL: out of memory. */
json_t *lines_result(const struct outbox *outbox, size_t known);
/* The same for people: refusals to standard error, then one line behind the given words. */
void lines_print(const struct outbox *outbox, size_t known, const char *before);
/* EXIT_FINDINGS when something was refused. */
enum exit_code lines_exit_code(const struct outbox *outbox);

#endif
