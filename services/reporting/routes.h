/* SPDX-License-Identifier: Apache-2.0 */
/* routes - which handler answers what, and who may ask: the table is the public interface. */
#ifndef UPTAKE_REPORTING_ROUTES_H
#define UPTAKE_REPORTING_ROUTES_H

#include "runtime/http.h"

/* The http_handler_fn of the server; ctx is the struct reporting. */
void routes_handle(void *ctx, struct http_request *request);
/* Bytes a request for this path may bring. */
size_t routes_max_body(const char *path);

#endif
