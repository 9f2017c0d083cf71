/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "base/log.h"
#include "base/text.h"
#include "runtime/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

enum {
    STOP_WITHIN_MS = 10 * 1000,
    WHY_BYTES = 200,
    HEALTH_BODY_MAX = 1024,
    DESCRIPTORS_WANTED = 4096
};

struct condition {
    struct condition *next;
    const char *name;
    bool holds;
    char why[WHY_BYTES];
};

struct metric {
    struct metric *next;
    enum metric_type type;
    const char *name;
    const char *labels;
    const char *help;
    double value;
};

/* OPEN -> RUNNING -> STOPPING (signal or service_fail) -> STOPPED (service_stopped). */
enum service_state { SERVICE_OPEN, SERVICE_RUNNING, SERVICE_STOPPING, SERVICE_STOPPED };

struct service {
    uv_loop_t *loop;
    enum service_state state;
    enum exit_code exit_code;
    service_stop_fn *on_stop;
    void *ctx;
    struct http_server *health;
    uv_signal_t on_term;
    uv_signal_t on_int;
    uv_timer_t guard; /* ends the process when the stop takes too long */
    bool was_ready;   /* systemd is told once */
    bool ready;
    struct condition *conditions;
    struct metric *metrics; /* in order of registration */
};

/* Conditions ----------------------------------------------------------------------------------- */

static const struct condition *first_unmet(const struct service *service)
{
    for (const struct condition *c = service->conditions; c; c = c->next)
        if (!c->holds)
            return c;
    return NULL;
}

static void update_ready(struct service *service)
{
    const struct condition *unmet = first_unmet(service);
    const bool ready = !unmet && service->state == SERVICE_RUNNING;

    if (ready == service->ready)
        return;
    service->ready = ready;
    if (ready) {
        log_event(LOG_INFO, "ready", NULL);
        if (!service->was_ready)
            sd_notify(0, "READY=1");
        service->was_ready = true;
    } else if (unmet) {
        log_event(LOG_WARN, "not_ready", "condition", unmet->name, "why", unmet->why, NULL);
    }
}

static struct condition *find_condition(struct service *service, const char *name)
{
    struct condition **at = &service->conditions;

    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    if (!*at) {
        *at = calloc(1, sizeof(**at));
        if (*at)
            (*at)->name = name;
    }
    return *at;
}

void service_condition(struct service *service, const char *name, bool holds, const char *why)
{
    struct condition *condition = find_condition(service, name);

    if (!condition) {
        log_event(LOG_ERROR, "out_of_memory", "condition", name, NULL);
        return;
    }
    condition->holds = holds;
    snprintf(condition->why, sizeof(condition->why), "%s", why ? why : "");
    update_ready(service);
}

/* Metrics -------------------------------------------------------------------------------------- */

double *service_metric(struct service *service, enum metric_type type, const char *name,
                       const char *labels, const char *help)
{
    static double nowhere; /* out of memory at start: counting is not worth dying for */
    struct metric **at = &service->metrics;
    struct metric *metric = calloc(1, sizeof(*metric));

    if (!metric)
        return &nowhere;
    *metric =
        (struct metric){.type = type, .name = name, .labels = labels, .help = help, .value = 0};
    /* After the last of the same name, else at the end: families stay together. */
    for (struct metric **next = at; *next; next = &(*next)->next)
        if (strcmp((*next)->name, name) == 0)
            at = &(*next)->next;
    if (at == &service->metrics)
        while (*at)
            at = &(*at)->next;
    metric->next = *at;
    *at = metric;
    return &metric->value;
}

static void put_metric(struct text_buffer *text, const struct metric *metric,
                       const struct metric *previous)
{
    if (!previous || strcmp(previous->name, metric->name) != 0)
        text_put_format(text, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                        metric->name, metric->type == METRIC_COUNTER ? "counter" : "gauge");
    text_put(text, metric->name);
    if (*metric->labels)
        text_put_format(text, "{%s}", metric->labels);
    text_put_format(text, " %.17g\n", metric->value);
}

static void put_metrics(struct text_buffer *text, const struct service *service)
{
    const struct metric *previous = NULL;

    text_put_format(text,
                    "# HELP uptake_ready 1 when every readiness condition holds\n"
                    "# TYPE uptake_ready gauge\nuptake_ready %d\n",
                    service->ready);
    for (const struct metric *metric = service->metrics; metric; metric = metric->next) {
        put_metric(text, metric, previous);
        previous = metric;
    }
}

/* Health --------------------------------------------------------------------------------------- */

static void put_conditions(struct text_buffer *text, const struct service *service)
{
    if (service->state >= SERVICE_STOPPING)
        text_put(text, "not ready: stopping\n");
    else
        text_put(text, service->ready ? "ready\n" : "not ready\n");
    for (const struct condition *c = service->conditions; c; c = c->next)
        text_put_format(text, "%s %s%s%s\n", c->holds ? "yes" : "no ", c->name, *c->why ? ": " : "",
                        c->why);
}

static void on_health(void *ctx, struct http_request *request)
{
    static const struct http_field allow = {"Allow", "GET, HEAD"};
    const struct service *service = ctx;
    const char *path = http_path(request);
    struct text_buffer text = {0};
    const char *type = "text/plain; charset=utf-8";
    int status = 200;

    if (strcmp(http_method(request), "GET") != 0) {
        http_answer(request, 405, NULL, &allow, 1, "", 0);
        return;
    }
    if (strcmp(path, "/healthz") == 0) {
        text_put(&text, "ok\n");
    } else if (strcmp(path, "/readyz") == 0) {
        status = service->ready ? 200 : 503;
        put_conditions(&text, service);
    } else if (strcmp(path, "/metrics") == 0) {
        type = "text/plain; version=0.0.4; charset=utf-8";
        put_metrics(&text, service);
    } else {
        status = 404;
        text_put(&text, "NOT_FOUND: /healthz, /readyz and /metrics are here\n");
    }
    if (text.failed)
        http_answer(request, 500, NULL, NULL, 0, "", 0);
    else
        http_answer(request, status, type, NULL, 0, text.text, text.len);
    text_buffer_finish(&text);
}

/* Stopping ------------------------------------------------------------------------------------- */

static void put_handle_kind(uv_handle_t *handle, void *ctx)
{
    const char *kind = uv_handle_type_name(uv_handle_get_type(handle));

    if (uv_is_active(handle))
        text_put_format(ctx, " %s%s", kind ? kind : "handle", uv_is_closing(handle) ? "!" : "");
}

static void on_guard(uv_timer_t *timer)
{
    const struct service *service = timer->data;
    struct text_buffer open = {0};

    uv_walk(service->loop, put_handle_kind, &open);
    log_event(LOG_ERROR, "stop_timed_out", "waiting_for",
              service->state == SERVICE_STOPPING ? "the service's work in flight"
                                                 : "handles left open",
              "open", open.text, NULL);
    _exit(EXIT_BUG);
}

static void begin_stop(struct service *service, const char *why)
{
    if (service->state >= SERVICE_STOPPING)
        return;
    service->state = SERVICE_STOPPING;
    log_event(LOG_INFO, "stopping", "why", why, NULL);
    sd_notify(0, "STOPPING=1");
    update_ready(service);
    uv_timer_start(&service->guard, on_guard, STOP_WITHIN_MS, 0);
    service->on_stop(service->ctx);
}

static void on_signal(uv_signal_t *handle, int number)
{
    begin_stop(handle->data, number == SIGTERM ? "SIGTERM" : "SIGINT");
}

static void on_health_closed(void *ctx)
{
    struct service *service = ctx;

    service->health = NULL;
}

void service_stopped(struct service *service)
{
    if (service->state == SERVICE_STOPPED)
        return;
    service->state = SERVICE_STOPPED;
    uv_signal_stop(&service->on_term);
    uv_signal_stop(&service->on_int);
    uv_unref((uv_handle_t *)&service->guard); /* guards what was forgotten, holds up nothing */
    http_close(service->health, on_health_closed, service);
}

void service_fail(struct service *service, const struct err *err)
{
    log_err(LOG_ERROR, "service_failed", err);
    if (service->exit_code == EXIT_OK)
        service->exit_code = err_exit_code(err);
    begin_stop(service, err->code);
}

/* Opening, running, closing -------------------------------------------------------------------- */

static bool read_level(const struct config *config, enum log_level *level, struct err *err)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    const char *name = config_text(config, "log_level");

    for (int i = 0; i < 4; i++) {
        if (strcmp(names[i], name) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", "log_level",
                   "must be debug, info, warn or error");
}

/* The usual 1024 are fewer than the connections a service may hold. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void start_handles(struct service *service)
{
    uv_signal_init(service->loop, &service->on_term);
    uv_signal_init(service->loop, &service->on_int);
    uv_timer_init(service->loop, &service->guard);
    service->on_term.data = service->on_int.data = service->guard.data = service;
    uv_signal_start(&service->on_term, on_signal, SIGTERM);
    uv_signal_start(&service->on_int, on_signal, SIGINT);
}

struct service *service_open(uv_loop_t *loop, const struct config *config, service_stop_fn *on_stop,
                             void *ctx, struct err *err)
{
    struct http_options health = {.listen = config_text(config, "health_listen"),
                                  .max_body = HEALTH_BODY_MAX,
                                  .handler = on_health};
    struct service *service;
    enum log_level level = LOG_INFO;

    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    if (!read_level(config, &level, err))
        return NULL;
    log_init(config->program, level);
    service = calloc(1, sizeof(*service));
    if (!service)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "service", "cannot allocate");
    service->loop = loop;
    service->on_stop = on_stop;
    service->ctx = ctx;
    health.ctx = service;
    service->health = http_open(loop, &health, err);
    if (!service->health) {
        free(service);
        return NULL;
    }
    start_handles(service);
    log_event(LOG_INFO, "started", "version", UPTAKE_VERSION, "pid", log_num(getpid()),
              "health_port", log_num(http_port(service->health)), NULL);
    return service;
}

enum exit_code service_run(struct service *service)
{
    if (service->state == SERVICE_OPEN)
        service->state = SERVICE_RUNNING;
    update_ready(service);
    uv_run(service->loop, UV_RUN_DEFAULT);
    log_event(LOG_INFO, "stopped", "exit_code", log_num(service->exit_code), NULL);
    return service->exit_code;
}

static void free_lists(struct service *service)
{
    while (service->conditions) {
        struct condition *next = service->conditions->next;
        free(service->conditions);
        service->conditions = next;
    }
    while (service->metrics) {
        struct metric *next = service->metrics->next;
        free(service->metrics);
        service->metrics = next;
    }
}

void service_close(struct service *service)
{
    if (!service)
        return;
    if (service->state != SERVICE_STOPPED)
        service_stopped(service); /* opened, never run */
    uv_close((uv_handle_t *)&service->on_term, NULL);
    uv_close((uv_handle_t *)&service->on_int, NULL);
    uv_close((uv_handle_t *)&service->guard, NULL);
    uv_run(service->loop, UV_RUN_DEFAULT);
    free_lists(service);
    free(service);
}
