/* SPDX-License-Identifier: Apache-2.0 */
/*
 * principals - who may connect and what each may push, as the database had it at most a second ago.
 *
 * Asked at every handshake and again for every message, so a revoked key is deaf at once even on an
 * open connection. Nothing known = nobody admitted.
 */
#ifndef UPTAKE_INGEST_PRINCIPALS_H
#define UPTAKE_INGEST_PRINCIPALS_H

#include "base/err.h"

#include <libpq-fe.h>
#include <uptake/v1/words.pb-c.h>

struct principals;

struct principal {
    int id;
    const char *name;
    bool internal;
};

MUST_CHECK struct principals *principals_create(struct err *err);
void principals_destroy(struct principals *principals);

/* Replaces all that is known by the results of load_principals.sql and load_push_grants.sql. False
 * (out of memory): what was known stays. */
MUST_CHECK bool principals_load(struct principals *principals, const PGresult *keys,
                                const PGresult *grants, struct err *err);

/* Whose key is it? NULL: nobody's. Valid until the next load. */
const struct principal *principals_find(const struct principals *principals,
                                        const char *public_key);

bool principals_may_push(const struct principals *principals, int principal_id,
                         Uptake__V1__ItemKind kind, const char *document);

#endif
