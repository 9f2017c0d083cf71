/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readers - whose CURVE keys are whose and who may read which scopes, as the database had it at
 * most a second ago.
 *
 * Asked at every handshake and again for every message and every answer, so a revoked key is deaf
 * at once even on an open connection. Nothing known = nobody admitted.
 */
#ifndef UPTAKE_REPORTING_READERS_H
#define UPTAKE_REPORTING_READERS_H

#include "base/err.h"

#include <libpq-fe.h>
#include <stdint.h>

struct readers;

struct key_holder {
    int principal_id;
    const char *name;
};

MUST_CHECK struct readers *readers_create(struct err *err);
void readers_destroy(struct readers *readers);

/* Replaces all that is known by the results of load_reader_keys.sql and load_readable.sql. False
 * (out of memory): what was known stays. */
MUST_CHECK bool readers_load(struct readers *readers, const PGresult *keys, const PGresult *rights,
                             struct err *err);

/* Whose key is it? NULL: nobody's. Valid until the next load. */
const struct key_holder *readers_find(const struct readers *readers, const char *public_key);

bool readers_may_read(const struct readers *readers, int principal_id, int64_t scope_id);

#endif
