/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request - statements sent together, and their answers as they arrive. Private to this folder.
 *
 * A request owns copies of its arguments and its results; request_settle calls back and releases
 * it.
 */
#ifndef UPTAKE_STORE_REQUEST_H
#define UPTAKE_STORE_REQUEST_H

#include "store.h"

struct request {
    struct request *next;
    struct arena arena; /* copies of the arguments, and this struct's arrays */
    struct store_step *steps;
    int nsteps;
    store_reply_fn *reply;
    void *ctx;
    PGresult **results; /* one per step */
    /* What libpq still has to answer, in order: step index, or ~index for its PREPARE. */
    int *expected;
    int nexpected;
    int at;
    bool failed;
    struct err err;
};

/* Texts prepared on the connection of now; the index is the statement's name. Zeroed: none. */
struct prepared {
    const char **texts;
    int n;
    int room;
};

/* NULL when out of memory, or when filling the arguments had failed. */
MUST_CHECK struct request *request_make(const struct store_step *steps, int nsteps,
                                        store_reply_fn *reply, void *ctx);
/* Releases it without calling back. */
void request_free(struct request *request);
/* Calls back with the results or the failure noted, and releases it. */
void request_settle(struct request *request);
void request_fail(struct request *request, const struct err *err);

/* Puts everything and the closing sync into the pipeline; PREPAREs first what is new here. */
MUST_CHECK bool request_send(struct request *request, PGconn *conn, struct prepared *prepared);
/* Takes over one result of the pipeline that is not its sync. */
void request_take(struct request *request, struct prepared *prepared, PGresult *result);
/* The first failure counts; what it was decides between ERR_RETRY and ERR_FATAL. */
void request_note_failure(struct request *request, const PGresult *result);

#endif
