/* SPDX-License-Identifier: Apache-2.0 */
/*
 * principals - who may connect and what each may push, as the database had it at most a second ago.
 *
 * Asked at every handshake and again for every message, so a revoked key is deaf at once even on an
 * open connection. Nothing known = nobody admitted; what no grant names is refused.
 */
#ifndef UPTAKE_INGEST_PRINCIPALS_H
#define UPTAKE_INGEST_PRINCIPALS_H

#include "base/err.h"
#include "submission.h"

#include <libpq-fe.h>
#include <uptake/v1/items.pb-c.h>

struct principals;

struct principal {
    int id;
    const char *name;
    bool internal;
    bool speaks_for_others; /* may name another whose token it checked */
    int64_t producer_epoch; /* pushes of an older one are refused; 0: not used */
};

MUST_CHECK struct principals *principals_create(struct err *err);
void principals_destroy(struct principals *principals);

/* Replaces all that is known by the results of load_principals.sql and load_push_grants.sql. False
 * (out of memory): what was known stays. */
MUST_CHECK bool principals_load(struct principals *principals, const PGresult *people,
                                const PGresult *grants, struct err *err);

/* Whose key is it? NULL: nobody's. Valid until the next load, as is the next one's. */
const struct principal *principals_find(const struct principals *principals,
                                        const char *public_key);
/* Also one that holds no key. NULL: nobody is called that. */
const struct principal *principals_by_name(const struct principals *principals, const char *name);

/* May the sender push this kind of change at all? False with NOT_GRANTED (place: kind, document or
 * subject). What may have been accepted before, when the sender had the right, is left to the
 * batch: field groups that no grant covers stand in s->not_owned; where the rights end with what
 * some units see, their scopes stand in s->within. */
MUST_CHECK bool principals_may_push(const struct principals *principals, struct submission *s,
                                    struct err *err);

#endif
