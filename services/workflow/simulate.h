/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simulate - workflow's round, day after day, on a copy of register and ledger in memory.
 *
 * A day of the simulation is what the real round does with it: plan(), then one digest for each
 * recipient who has none yet and whose obligations are due, in the same order, with the same
 * Message-ID and the same words. The mail server of the simulation takes every mail at once and
 * nobody answers; else the register stays as it is. What the statements put_obligations.sql,
 * load_due.sql and create_deliveries.sql decide in the ledger is decided here for the copy;
 * tests/integration/test_three_years.py shows that they agree.
 *
 * simulate_read.c reads: one request at the beginning, then all of ledger_load_register
 * for the first day and for each day on which what planning reads changes by itself. Nothing is
 * written.
 *
 * Threading: any.   Days: civil days of the register's zone.
 * Ownership: a simulation owns its copy; what a mail says is valid inside the callback only.
 */
#ifndef UPTAKE_WORKFLOW_SIMULATE_H
#define UPTAKE_WORKFLOW_SIMULATE_H

#include "ledger.h"

struct simulated_item {
    const char *policy, *subject; /* keys */
    const char *reason;
    int cycle, step;
    struct date due_on; /* the day the cycle ends */
};

/* One digest. */
struct simulated_mail {
    const char *recipient; /* key */
    const char *name, *address;
    const char *message_id;
    struct date on;
    const struct digest *digest; /* NULL: its bytes were made before the simulation began */
    const struct simulated_item *items;
    int nitems;
};

typedef bool simulate_mail_fn(void *ctx, const struct simulated_mail *mail, struct err *err);

struct simulate_options {
    const char *mail_from, *public_url; /* as workflow is configured; borrowed */
    simulate_mail_fn *on_mail;          /* in order; false ends the simulation with err */
    /* A digest that cannot be sent, for the reason in err; as in the real ledger its obligations
     * wait until the unit has another address. */
    void (*on_refused)(void *ctx, const struct simulated_mail *mail, const struct err *err);
    void *ctx;
};

struct simulation;

MUST_CHECK struct simulation *simulate_open(const struct simulate_options *options,
                                            struct err *err);
void simulate_close(struct simulation *simulation);

/* Opens the transaction and reads what the simulation needs beside the register. */
void simulate_begin(struct ledger_request *request, struct date from, struct date to);
MUST_CHECK bool simulate_read_begin(struct simulation *simulation, PGresult *const *results,
                                    struct err *err);
/* Days after the first on which the register is to be read again. */
const struct date *simulate_days(const struct simulation *simulation, int *n);

/* The register as planning reads it on a day; the ledger counts the first time only. */
void simulate_load(struct ledger_request *request, const char *zone, struct date day);
MUST_CHECK bool simulate_read_load(struct simulation *simulation, PGresult *const *results,
                                   struct err *err);

/* One round on the day. Days ascend. */
MUST_CHECK bool simulate_day(struct simulation *simulation, struct date day, struct err *err);

#endif
