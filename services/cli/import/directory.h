/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory - the units and posts a reader may recognise in free text.
 *
 * Filled from the register (unit items as JSON images) or from a file of unit changes, so that
 * reading a document needs no service. Codes and other names in capitals are matched as written;
 * names with small letters whatever their case, accents, apostrophes and blanks or hyphens between
 * words. The longest match wins.
 *
 * A document also teaches short codes of its own ("CPC, POs and DRD"): those have no key.
 *
 * Ownership: strings are copied into the directory's arena.
 */
#ifndef UPTAKE_CLI_DIRECTORY_H
#define UPTAKE_CLI_DIRECTORY_H

#include "base/arena.h"
#include "base/err.h"
#include "model/words.h"

#include <jansson.h>
#include <stddef.h>

/* One spelling of one unit. */
struct directory_name {
    struct directory_name *next;
    const char *name;
    const char *unit;   /* key, e.g. "unit:DRD"; NULL: a code the document taught */
    const char *parent; /* key of the unit it is part of, "" for none; NULL: not known */
    enum role role;     /* ROLE_CONTAINER, ROLE_EXTERNAL, else ROLE_LEAD: what the unit can be */
    bool as_written;    /* capitals must match */
};

struct directory {
    struct arena arena;
    struct directory_name *names;
    int nunits;
    int ntaught; /* codes of the document's own */
};

void directory_finish(struct directory *directory);

/* One unit from the JSON form of a Change or image; other kinds are passed over. */
MUST_CHECK bool directory_add_change(struct directory *directory, json_t *change, struct err *err);
/* JSON lines of Changes. */
MUST_CHECK bool directory_read_file(struct directory *directory, const char *path, struct err *err);
/* A code of the document's own; kept once. */
MUST_CHECK bool directory_teach(struct directory *directory, const char *code, size_t len);

/* The longest name at the START of text that ends at a word's end; NULL: none. *len: bytes taken. A
 * plural s behind a taught code counts as its own. */
const struct directory_name *directory_match(const struct directory *directory, const char *text,
                                             size_t *len);

#endif
