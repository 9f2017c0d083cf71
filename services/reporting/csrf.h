/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csrf - proof that a form was sent from a page of the same session.
 *
 * Another site can make a browser send our cookie, but cannot read our pages. So every form carries
 * a token that follows from the session and the key of this service: nothing is stored, it holds as
 * long as the session, and it is good for no other. Where a browser tells the origin of a request,
 * routes.c has refused a foreign one before. A bearer token is sent by nobody by mistake and needs
 * no proof.
 *
 * Threading: any; pure but for the answer.
 */
#ifndef UPTAKE_REPORTING_CSRF_H
#define UPTAKE_REPORTING_CSRF_H

#include "call.h"

enum { CSRF_TEXT = 65 }; /* hexadecimal digits with the closing NUL */

/* For the hidden field "csrf" of a form; "" where the reader came with a bearer token. */
void csrf_token(const struct call *call, char text[CSRF_TEXT]);
/* given: what the form sent, "" for nothing. False: 403 CSRF is answered, return at once. */
MUST_CHECK bool csrf_check(struct call *call, const char *given);

/* The same for forms that are opened by something else than a session: what follows from that. */
void csrf_of(const struct call *call, const void *what, size_t len, char text[CSRF_TEXT]);
MUST_CHECK bool csrf_matches(struct call *call, const char *expected, const char *given);

#endif
