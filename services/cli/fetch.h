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

/* Every object of the member `items` of all pages of a listing. path has a query already; the key
 * of the last object goes into the parameter `after`. The callback returns false to fail with err
 * set. */
typedef bool fetch_row_fn(void *ctx, json_t *row, struct err *err);
MUST_CHECK bool fetch_pages(struct fetch *fetch, const char *path, const char *items,
                            const char *after, fetch_row_fn *on_row, void *ctx, struct err *err);

#endif
