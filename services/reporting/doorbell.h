/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doorbell - ingest's "there is something new", which spares followers the wait for the next poll.
 *
 * It may be lost freely. A connection that ingest refused (a key it did not know yet, or knows no
 * more) is never tried again by ZeroMQ itself, so when the poll keeps finding news that nobody
 * rang for, the socket is opened anew.
 */
#ifndef UPTAKE_REPORTING_DOORBELL_H
#define UPTAKE_REPORTING_DOORBELL_H

#include "reporting.h"

MUST_CHECK struct doorbell *doorbell_open(struct reporting *app, struct err *err);
/* NULL doorbell: closed is called at once. */
void doorbell_close(struct doorbell *doorbell, void (*closed)(void *ctx), void *ctx);

/* The poll found news that was not rung for. */
void doorbell_missed(struct doorbell *doorbell);

#endif
