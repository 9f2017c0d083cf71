/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naive - other ways to record the same updates, each on connections and threads of its own, timed
 * alike: what is committed between the end of the warming up and the end of the run is counted.
 */
#ifndef BENCH_NAIVE_H
#define BENCH_NAIVE_H

#include "histogram.h"
#include "updates.h"

#include <libpq-fe.h>
#include <stdatomic.h>

/* What all connections of a run share. */
struct naive {
    const char *conninfo;
    struct actions actions;
    int sender_id;
    int connections;
    double seconds, warmup;
    uint64_t run_ms;
    uint64_t began_us, from_us, until_us; /* monotonic */
    atomic_int failed;
};

/* One connection; the walk over the actions is dealt out among them. */
struct worker {
    struct naive *naive;
    int number;
    PGconn *db;
    uint64_t turn;
    uint64_t done;    /* committed in all */
    uint64_t counted; /* of them in the time that counts */
    uint64_t last_us; /* when the last of these was committed */
    struct histogram latency;
    char problem[256];
};

/* A way to record: prepares once, then records until the time is up. False: see problem. */
typedef bool naive_way_fn(struct worker *worker);

bool naive_by_statements(struct worker *worker); /* one transaction of many statements each */
bool naive_in_one(struct worker *worker);        /* one statement each */
bool naive_by_copy(struct worker *worker);       /* binary COPY of the rows alone */

/* Shared: */
uint64_t naive_now_us(void);
/* Time is up, and something was counted; or one of the connections failed. */
bool naive_is_over(const struct worker *worker);
/* n were committed at this moment, begun at since_us. */
void naive_note(struct worker *worker, uint64_t n, uint64_t since_us);
/* Keeps why; returns false. */
bool naive_fail(struct worker *worker, const char *what);
/* The next action of this connection's share. */
struct action *naive_next(struct worker *worker);
/* Microseconds since 1970. */
int64_t naive_clock_us(void);

#endif
