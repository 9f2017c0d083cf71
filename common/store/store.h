/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store - statements against PostgreSQL from the event loop.
 *
 * One connection; one request in flight, the rest wait in order. A request is one or more
 * statements sent together in pipeline mode with one sync: one round trip, and one implicit
 * transaction unless a statement says BEGIN. Statements are prepared on first use and found again
 * by the address of their text, so the text must be static (the embedded SQL files are).
 *
 * A connection that is lost, or whose server does not answer a request in time, is opened again
 * with growing delays; what was in flight or waiting fails with ERR_RETRY: whether an in-flight
 * COMMIT happened is then unknown. After a failed statement the rest of its request is not run and
 * an open transaction is rolled back before the next request.
 *
 * Threading: loop thread only.   Instants are UTC.
 * Ownership: arguments are copied before store_submit returns; results belong to the store and are
 * valid only inside the callback.
 */
#ifndef UPTAKE_STORE_STORE_H
#define UPTAKE_STORE_STORE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

#include <libpq-fe.h>
#include <stdint.h>
#include <uv.h>

enum {
    STORE_ARGS_MAX = 32,
    STORE_STEPS_MAX = 1024,
    STORE_SCHEMA_VERSION = 5, /* what this build expects in uptake.schema_version */
};

struct store;

/* Told when the connection becomes usable (err NULL) or is lost (err says why). An ERR_FATAL here
 * (no schema, or another version of it) will not mend by waiting. */
typedef void store_state_fn(void *ctx, bool ready, const struct err *err);

struct store_options {
    const char *conninfo; /* libpq connection string; copied */
    const char *name;     /* application_name; copied */
    bool skip_version;    /* bootstrap only: do not compare the schema version */
    const char *session;  /* statement run once on every new connection; static; NULL: none */
    int request_ms;       /* how long a request may take; 0: as long as a statement, and a bit */
    store_state_fn *on_state;
    void *ctx;
};

/* Starts connecting; on_state follows from the loop. */
MUST_CHECK struct store *store_open(uv_loop_t *loop, const struct store_options *options,
                                    struct err *err);
/* Fails what is queued (ERR_RETRY), closes, then calls closed. NULL store: closed is called at
 * once.
 */
void store_close(struct store *store, void (*closed)(void *ctx), void *ctx);
bool store_is_ready(const struct store *store);

/* Arguments of one statement. Values are borrowed until store_submit returns. A failed allocation
 * marks the arguments bad and store_submit refuses them. */
struct store_args {
    struct arena *arena; /* for numbers and arrays */
    int n;
    bool failed;
    const char *values[STORE_ARGS_MAX];
    int lengths[STORE_ARGS_MAX];
    int formats[STORE_ARGS_MAX]; /* 0 text, 1 binary */
    Oid types[STORE_ARGS_MAX];   /* 0: the server infers it from the statement */
};

void store_arg_text(struct store_args *args, const char *value); /* NULL: SQL NULL */
void store_arg_int(struct store_args *args, long long value);
void store_arg_bool(struct store_args *args, bool value);
void store_arg_bytes(struct store_args *args, const void *bytes, size_t len); /* bytea */
void store_arg_time_us(struct store_args *args, int64_t us_since_1970);       /* timestamptz */

/* One-dimensional arrays in PostgreSQL's binary format, for unnest(). */
enum store_array_type {
    STORE_INT8_ARRAY,
    STORE_TEXT_ARRAY,
    STORE_BYTEA_ARRAY,
    STORE_UUID_ARRAY, /* each 16 bytes, put by store_array_bytes */
};
struct store_array {
    struct arena *arena;
    enum store_array_type type;
    uint8_t *bytes;
    size_t len;
    size_t room;
    int n;
    bool has_null;
    bool failed;
};
void store_array_init(struct store_array *array, struct arena *arena, enum store_array_type type);
void store_array_int(struct store_array *array, int64_t value);
void store_array_text(struct store_array *array, const char *value); /* NULL: SQL NULL */
void store_array_bytes(struct store_array *array, const void *bytes, size_t len);
void store_array_null(struct store_array *array);
void store_arg_array(struct store_args *args, struct store_array *array);

struct store_step {
    const char *sql; /* static storage */
    struct store_args args;
};

/* Called exactly once per accepted request, from the loop. On success results holds one PGresult
 * per step; on failure results is NULL and err is set: ERR_RETRY where trying again may help, else
 * ERR_FATAL with code DATABASE_ERROR and the SQLSTATE as place. */
typedef void store_reply_fn(void *ctx, PGresult *const *results, int nresults,
                            const struct err *err);

/* On false, err says why and the callback will not run. */
MUST_CHECK bool store_submit(struct store *store, const struct store_step *steps, int nsteps,
                             store_reply_fn *reply, void *ctx, struct err *err);

/* Reading results: all columns arrive as text. */
const char *store_text(const PGresult *result, int row, int column); /* "" for NULL */
struct date store_day(const PGresult *result, int row, int column);  /* none for NULL, or no day */
bool store_is_null(const PGresult *result, int row, int column);
int64_t store_int(const PGresult *result, int row, int column); /* 0 for NULL */
bool store_bool(const PGresult *result, int row, int column);
/* A bytea column; the copy lives in the arena. NULL if out of memory or SQL NULL. */
const uint8_t *store_bytes(const PGresult *result, int row, int column, struct arena *arena,
                           size_t *len);
/* An int[] or bigint[] column; the copy lives in the arena. */
const int64_t *store_ints(const PGresult *result, int row, int column, struct arena *arena, int *n);

#endif
