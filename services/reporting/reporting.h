/* SPDX-License-Identifier: Apache-2.0 */
/* reporting - what the parts of this service share. One per process, zeroed at first. */
#ifndef UPTAKE_REPORTING_REPORTING_H
#define UPTAKE_REPORTING_REPORTING_H

#include "base/link.h"
#include "calendar/zone.h"
#include "runtime/config.h"
#include "runtime/http.h"
#include "runtime/service.h"
#include "store/store.h"

#include <stdint.h>

struct doorbell;
struct feed;
struct fetches;
struct relay;

enum { URL_MAX = 256 };

struct reporting {
    uv_loop_t *loop;
    const struct config *config;
    struct service *service;
    struct store *quick; /* who asks, and the poll: short statements, never behind a long one */
    struct store *reads; /* everything else */
    struct doorbell *doorbell;
    struct feed *feed;
    struct fetches *fetches;
    struct relay *relay;
    struct http_server *http;
    struct zone *zone; /* the register's: where "today" is */
    const char *zone_name;
    uint8_t link_key[LINK_KEY_BYTES];
    char public_url[URL_MAX]; /* as browsers reach us, without the last slash */
    bool secure;              /* public_url is https: cookies only over TLS */
    double *requests;         /* metrics */
    double *refused;
    double *streams;
    int closing; /* parts whose close has not finished */
};

/* Microseconds since 1970. */
int64_t reporting_now_us(void);

#endif
