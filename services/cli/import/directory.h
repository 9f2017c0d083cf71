/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory - the units and posts a reader may recognise in free text.
 *
 * Filled from the register (unit items as JSON images) or from a file of unit changes, so that
 * reading a document needs no service. Codes and other names in capitals are matched as written;
 * names with small letters whatever their case, accents, apostrophes and blanks or hyphens between
 * words. The longest match wins; of equal ones a present name before a former one, and a unit that
 * exists before one that was closed. A text that names a merged unit means that unit: who does its
 * work now, directory_successor tells. A container is never responsible: its role says so.
 *
 * A document also teaches short codes of its own ("CPC, POs and DRD"): those have no key.
 *
 * Ownership: strings are copied into the directory's arena.
 */
#ifndef UPTAKE_CLI_DIRECTORY_H
#define UPTAKE_CLI_DIRECTORY_H

#include "base/arena.h"
#include "base/date.h"
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
    struct date from;   /* first day the unit exists; none: without limit */
    struct date until;  /* last day; none: without limit */
    const char *into;   /* key of the unit that took over its work; "": none */
    bool former;        /* the unit bears this name no more */
    struct date borne;  /* last day of a former name; none: not known */
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
/* JSON lines of Changes. ERR_REJECT JSON_BAD (a line is no object), BAD_DATE (of a unit's days
 * or of a former name's last), REFERENCE_CYCLE (a unit is part of itself). */
MUST_CHECK bool directory_read_file(struct directory *directory, const char *path, struct err *err);
/* A code of the document's own; kept once. */
MUST_CHECK bool directory_teach(struct directory *directory, const char *code, size_t len);

/* Any entry of the unit with this key; NULL: there is none. */
const struct directory_name *directory_unit(const struct directory *directory, const char *key);
/* Any entry of the unit that does its work now: itself, or the last of those it was merged into. */
const struct directory_name *directory_successor(const struct directory *directory,
                                                 const struct directory_name *entry);

/* The longest name at the START of text that ends at a word's end; NULL: none. *len: bytes taken. A
 * plural s behind a taught code counts as its own. */
const struct directory_name *directory_match(const struct directory *directory, const char *text,
                                             size_t *len);

#endif
