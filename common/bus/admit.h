/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit - the ZAP handler (ZeroMQ RFC 27): which key may connect where.
 *
 * Private to this folder; bus.h says why it exists.
 */
#ifndef UPTAKE_BUS_ADMIT_H
#define UPTAKE_BUS_ADMIT_H

#include "bus.h"

/* Answers every request that waits on the handler's socket, at most `most` of them; returns how
 * many there were. An answer that is not "200" keeps the peer out. */
int admit_answer_requests(void *zap_socket, bus_admit_fn *admit, void *ctx, int most);

#endif
