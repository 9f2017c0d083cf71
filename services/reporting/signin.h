/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signin - one-time links into the web page, and the sessions they open.
 *
 * A link carries a signed token of purpose "signin", good for 15 minutes and once. Opening it
 * changes nothing (mail scanners follow links); its button POSTs, which stores the nonce with a new
 * session. The session id is a cookie that scripts cannot read; the database holds its hash.
 */
#ifndef UPTAKE_REPORTING_SIGNIN_H
#define UPTAKE_REPORTING_SIGNIN_H

#include "call.h"

const char *signin_cookie_name(const struct reporting *app);
/* Did our own page send this request? Asked for everything that changes something by cookie. */
bool signin_same_origin(const struct call *call);

/* Answers by itself where not. */
MUST_CHECK bool signin_may_make_links(struct call *call);
void signin_make(struct call *call); /* POST /v1/signin-links */
void signin_show(struct call *call); /* GET /signin?token=    */
void signin_use(struct call *call);  /* POST /signin          */
void signin_end(struct call *call);  /* POST /signout         */

#endif
