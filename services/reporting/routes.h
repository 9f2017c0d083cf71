/* SPDX-License-Identifier: Apache-2.0 */
/* routes - which handler answers what, and who may ask: the table is the public interface. */
#ifndef UPTAKE_REPORTING_ROUTES_H
#define UPTAKE_REPORTING_ROUTES_H

#include "runtime/http.h"

struct call;

/* The http_handler_fn of the server; ctx is the struct reporting. */
void routes_handle(void *ctx, struct http_request *request);
/* Hash of the session that the request's cookie names, whether or not there is one; NULL: no
 * cookie. */
const uint8_t *routes_session(struct call *call);
/* What a log may show of the path of a request: not the tokens in it. */
const char *routes_path_in_log(const char *path);
/* Bytes a request for this path may bring. */
size_t routes_max_body(const char *path);

#endif
