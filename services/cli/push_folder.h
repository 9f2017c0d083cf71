/* SPDX-License-Identifier: Apache-2.0 */
/*
 * push_folder - the folder that `push --follow` empties.
 *
 * Takes part: regular files named *.jsonl, by name. Whoever writes them writes under another name
 * and renames; a file without a last line break is left alone until nobody wrote to it for two
 * seconds. While it is taken it lies in .taking/, so that the next one may come under its name.
 * What is done with lies in done/, what cannot be read in bad/, beside a file NAME.error.json that
 * says why. A name that is taken there gets a number.
 */
#ifndef UPTAKE_CLI_PUSH_FOLDER_H
#define UPTAKE_CLI_PUSH_FOLDER_H

#include "base/err.h"

#include <dirent.h>
#include <limits.h>

enum { PUSH_PATH_BYTES = 4096, PUSH_FILE_BYTES_MAX = 64 * 1024 * 1024 };

struct push_folder {
    char path[PUSH_PATH_BYTES];
    struct dirent **names; /* of the last look; those up to `at` are done with */
    int n;
    int at;
    bool is_taking; /* they lie in .taking/ */
};

struct push_file {
    char name[NAME_MAX + 1];
    char shown[NAME_MAX + 1]; /* the name as it may stand in JSON: a folder holds any bytes */
    char path[PUSH_PATH_BYTES + NAME_MAX + 16]; /* in .taking/ */
    long long size;
};

/* FOLDER_MISSING, FOLDER_UNUSABLE. Makes done/ and bad/. */
MUST_CHECK bool push_folder_open(struct push_folder *folder, const char *path, struct err *err);
void push_folder_close(struct push_folder *folder);
/* Path of a file in it. False: too long. */
MUST_CHECK bool push_folder_join(const struct push_folder *folder, const char *name,
                                 char path[PUSH_PATH_BYTES], struct err *err);

/* Does a file of this name take part? */
bool push_folder_takes(const char *name);
/* The next file that can be read, moved aside into .taking/; false when there is none now: the next
 * call looks again. */
bool push_folder_next(struct push_folder *folder, struct push_file *file);

/* The file cannot be taken now: the next call begins with it. */
void push_folder_again(struct push_folder *folder);

/* Durably in done/. */
MUST_CHECK bool push_folder_done(const struct push_folder *folder, const struct push_file *file,
                                 struct err *err);
/* Durably in bad/, after what says why. line 0: the file as a whole. */
MUST_CHECK bool push_folder_bad(const struct push_folder *folder, const struct push_file *file,
                                long long line, const struct err *why, struct err *err);

#endif
