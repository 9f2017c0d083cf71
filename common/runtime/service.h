/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service - what every service does alike: the loop, signals, health, metrics and an orderly stop.
 *
 * GET /healthz answers 200 while the loop turns; /readyz 200 when every named condition holds, else
 * 503 with the ones that do not and why; /metrics is Prometheus text. All three on a loopback port
 * (setting health_listen). SIGTERM and SIGINT start the stop: on_stop is called once, takes no new
 * work, settles what is in flight and calls service_stopped; after 10 s the process ends anyway
 * with a log line that says what it was waiting for. SIGPIPE is ignored. sd_notify READY=1 when
 * first ready and STOPPING=1 at the stop, where systemd listens.
 *
 * Threading: loop thread only.   Names and help texts: static storage.
 */
#ifndef UPTAKE_RUNTIME_SERVICE_H
#define UPTAKE_RUNTIME_SERVICE_H

#include "base/err.h"
#include "runtime/config.h"

#include <stdint.h>
#include <uv.h>

/* Rows every service's table begins with: health_listen, log_level. */
#define SERVICE_CONFIG_ROWS                                                                        \
    {"health_listen",                                                                              \
     CONFIG_TEXT,                                                                                  \
     "127.0.0.1:0",                                                                                \
     "address:port of /healthz, /readyz and /metrics; port 0 picks a free one",                    \
     0,                                                                                            \
     0},                                                                                           \
    {                                                                                              \
        "log_level", CONFIG_TEXT, "info", "debug, info, warn or error", 0, 0                       \
    }

struct service;

typedef void service_stop_fn(void *ctx);

MUST_CHECK struct service *service_open(uv_loop_t *loop, const struct config *config,
                                        service_stop_fn *on_stop, void *ctx, struct err *err);
/* Runs the loop until stopped; returns the exit code. */
enum exit_code service_run(struct service *service);
/* To be called when everything service-specific is closed; the loop then ends. Not from inside an
 * HTTP handler. */
void service_stopped(struct service *service);
/* Starts the stop from inside; the process will end with the exit code of err (logged here). */
void service_fail(struct service *service, const struct err *err);
/* NULL is allowed. Where the service never ran, close everything service-specific first. */
void service_close(struct service *service);

/* Conditions of readiness, by name; ready when all hold. why: copied, shown in /readyz. A condition
 * exists from the first time it is named; name those that do not hold yet right at the start. */
void service_condition(struct service *service, const char *name, bool holds, const char *why);

/* Counters and gauges: the pointer stays valid as long as the service; set it directly.
 * name like "uptake_ingest_changes_total"; labels like "outcome=\"committed\"" or "". */
enum metric_type { METRIC_COUNTER, METRIC_GAUGE };
double *service_metric(struct service *service, enum metric_type type, const char *name,
                       const char *labels, const char *help);

/*
 * A service as its main() states it: settings, how to open its parts and how to close them. open
 * runs before the loop turns; when it fails, stop is called all the same with what is open so far,
 * so stop and finish accept parts that are NULL.
 */
struct service_program {
    const char *name;    /* section of the settings file; the program is uptake-NAME */
    const char *summary; /* one sentence for --help */
    const struct config_row *rows;
    bool (*open)(void *ctx, struct service *service, uv_loop_t *loop, const struct config *config,
                 struct err *err);
    service_stop_fn *stop;     /* ends with service_stopped */
    void (*finish)(void *ctx); /* after the loop: releases what needs none; may be NULL */
    void *ctx;
};

/* Settings, loop, open, run, close: returns the exit code for main. */
int service_main(const struct service_program *program, int argc, char **argv);

#endif
