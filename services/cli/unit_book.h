/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit_book - all units of the register at once, for what concerns more than one of them.
 *
 * A row is {"key", "kind", "document", "revision", "change"} as reporting gives it. Units are named
 * by code, "SEARO", or by key, "unit:SEARO". Days are "YYYY-MM-DD".
 *
 * Ownership: rows belong to the book.
 */
#ifndef UPTAKE_CLI_UNIT_BOOK_H
#define UPTAKE_CLI_UNIT_BOOK_H

#include "fetch.h"

struct unit_book {
    json_t *rows; /* object by key; retracted units are left out */
};

MUST_CHECK bool unit_book_load(struct cli *cli, struct unit_book *book, struct err *err);
void unit_book_finish(struct unit_book *book);

/* NULL: no such unit. */
json_t *unit_book_find(const struct unit_book *book, const char *code);
/* ERR_REJECT UNIT_NOT_FOUND. */
MUST_CHECK json_t *unit_book_need(const struct unit_book *book, const char *code, struct err *err);

/* Its group unit_identity, and a text of it. */
const json_t *unit_identity(const json_t *row);
const char *unit_text(const json_t *row, const char *field);
/* ERR_REJECT UNIT_CONTAINER: it holds units and is never asked anything. */
MUST_CHECK bool unit_is_recipient(const json_t *row, struct err *err);

/* Who does its work now: itself, or the last of those it was merged into. */
const json_t *unit_book_successor(const struct unit_book *book, const json_t *row);
/* Does following this field ("parent", "reports_to") from the unit lead to that key? */
bool unit_book_leads_to(const struct unit_book *book, const json_t *row, const char *field,
                        const char *key);
/* Another unit than this key that goes by the name now, whatever its letter case; NULL: none. */
const json_t *unit_book_bearer(const struct unit_book *book, const char *name, const char *but);

bool unit_exists_on(const json_t *row, const char *day);
/* The name it bore on the day. */
const char *unit_name_on(const json_t *row, const char *day);

#endif
