/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch - questions to reporting over HTTP.
 *
 * Failures: ERR_RETRY REPORTING_AWAY (no connection, or 5xx), ERR_FATAL TOKEN_REFUSED (401, 403)
 * and TOKEN_FILE_...; ERR_REJECT with the code reporting gives in its problem details, e.g.
 * NOT_FOUND.
 *
 * Ownership: answers are the caller's; release with json_decref.
 */
#ifndef UPTAKE_CLI_FETCH_H
#define UPTAKE_CLI_FETCH_H

#include "base/arena.h"
#include "cli.h"

struct fetch;

MUST_CHECK struct fetch *fetch_open(struct cli *cli, struct err *err);
void fetch_close(struct fetch *fetch);

/* path begins with "/v1/". */
MUST_CHECK json_t *fetch_get(struct fetch *fetch, const char *path, struct err *err);
/* An empty body. */
MUST_CHECK json_t *fetch_post(struct fetch *fetch, const char *path, struct err *err);

/* Percent-encoded copy in the arena. */
MUST_CHECK char *fetch_escape(struct fetch *fetch, const char *text, struct arena *arena);

/* Opens, asks for `before` and the percent-encoded key (NULL: only before), closes. */
MUST_CHECK json_t *fetch_one(struct cli *cli, const char *before, const char *key, struct err *err);

/* Every object of the member `items` of all pages of a listing. path has a query already; what the
 * page's member `next` says (where it has none: the key of the last object) goes into the parameter
 * `after`. The callback returns false to fail with err set. */
typedef bool fetch_row_fn(void *ctx, json_t *row, struct err *err);
MUST_CHECK bool fetch_pages(struct fetch *fetch, const char *path, const char *items,
                            const char *after, fetch_row_fn *on_row, void *ctx, struct err *err);

/* A listing to be asked for from beginning to end, or until enough has come. */
struct listing {
    const char *before; /* "/v1/scopes/", then the name, percent-encoded, then behind */
    const char *name;
    const char *behind;
    const char *items; /* member of each page that holds the rows */
    size_t most;       /* rows wanted; 0: all */
    bool more;         /* set afterwards: there are more than were wanted */
    /* Sees each page whole, after its rows; may be NULL. */
    void (*on_page)(void *ctx, const json_t *page);
    struct {
        const char *name;
        const char *value; /* NULL: left out */
    } params[32];
};

/* Opens, asks page after page, closes. */
MUST_CHECK bool fetch_listing(struct cli *cli, struct listing *listing, fetch_row_fn *on_row,
                              void *ctx, struct err *err);

#endif
