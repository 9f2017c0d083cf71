/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_file - a file to be imported: read whole, checked, hashed.
 *
 * Refused by name: what is not there, may not be read or is no regular file (ERR_RETRY
 * FILE_MISSING, FILE_UNREADABLE; ERR_REJECT FILE_IS_DIRECTORY, FILE_NOT_REGULAR), is empty
 * (FILE_EMPTY), over 20 MiB (FILE_TOO_LARGE), UTF-16 (FILE_ENCODING), not UTF-8 (BAD_UTF8) or holds
 * control characters (BAD_CHARACTER).
 *
 * Ownership: text lives in the arena given.
 */
#ifndef UPTAKE_CLI_SOURCE_FILE_H
#define UPTAKE_CLI_SOURCE_FILE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

enum { SOURCE_FILE_MAX = 20 * 1024 * 1024 };

struct source_file {
    const char *path;             /* borrowed */
    const char *name;             /* last part of the path, borrowed */
    const char *text;             /* line ends are LF, no byte order mark */
    size_t len;                   /* of text */
    uint8_t sha256[SHA256_BYTES]; /* of the bytes as read */
};

MUST_CHECK bool source_file_read(const char *path, struct arena *arena, struct source_file *file,
                                 struct err *err);
/* "a report (2020).txt" -> "a-report-2020": the document's key where none is given. NULL when no
 * letter or digit is in the name, or out of memory. */
MUST_CHECK char *source_file_key(const struct source_file *file, struct arena *arena);

#endif
