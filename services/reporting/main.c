/* SPDX-License-Identifier: Apache-2.0 */
/* uptake-reporting: the register for readers, people and machines, over HTTP. */
#include "base/log.h"
#include "doorbell.h"
#include "feed.h"
#include "fetch.h"
#include "relay.h"
#include "reporting.h"
#include "routes.h"
#include "sql.h"

#include <stdio.h>
#include <string.h>

static const struct config_row rows[] = {
    SERVICE_CONFIG_ROWS,
    {"database", CONFIG_TEXT, NULL, "PostgreSQL connection string, role uptake_reporting", 0, 0},
    {"listen", CONFIG_TEXT, "127.0.0.1:7480", "address:port of pages and API", 0, 0},
    {"public_url", CONFIG_TEXT, "", "URL browsers use; empty: http:// and the listening address", 0,
     0},
    {"token_key", CONFIG_TEXT, NULL, "file with the key that signs links", 0, 0},
    {"mail_from", CONFIG_TEXT, "uptake@localhost",
     "sender of the mails; calendars name their entries after its domain, as the mails do", 0, 0},
    {"calendar_links", CONFIG_INT, "1", "raised, it ends all links to calendars given before", 1,
     1000000},
    {"register_zone", CONFIG_TEXT, "Europe/Zurich", "IANA zone in which \"today\" is told", 0, 0},
    {"key", CONFIG_TEXT, NULL, "file with our CURVE key pair", 0, 0},
    {"fetch_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7403", "where followers of feeds connect", 0,
     0},
    {"push_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7401", "where ingest takes changes", 0, 0},
    {"doorbell_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7402", "where ingest rings", 0, 0},
    {"ingest_key_public", CONFIG_TEXT, NULL, "file with ingest's public key", 0, 0},
    {NULL, CONFIG_TEXT, NULL, NULL, 0, 0},
};

/* Opening, in the order of the file list ------------------------------------------------------- */

static void on_quick(void *ctx, bool ready, const struct err *err)
{
    struct reporting *app = ctx;

    service_condition(app->service, "database", ready, err ? err->text : NULL);
    if (ready) {
        feed_ring(app->feed);
        fetch_read_keys(app->fetches);
    } else if (err && err->kind == ERR_FATAL) {
        service_fail(app->service, err);
    }
}

static void on_without_jit(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    (void)ctx;
    (void)results;
    (void)nresults;
    if (err)
        log_err(LOG_WARN, "jit_left_on", err);
}

static void on_reads(void *ctx, bool ready, const struct err *err)
{
    const struct store_step without_jit = {.sql = sql_without_jit};
    struct reporting *app = ctx;
    struct err refused;

    if (ready && !store_submit(app->reads, &without_jit, 1, on_without_jit, app, &refused))
        log_err(LOG_WARN, "jit_left_on", &refused);
    service_condition(app->service, "database_reads", ready, err ? err->text : NULL);
    if (err && err->kind == ERR_FATAL)
        service_fail(app->service, err);
}

static bool open_stores(struct reporting *app, struct err *err)
{
    struct store_options options = {.conninfo = config_text(app->config, "database"),
                                    .name = "uptake-reporting quick",
                                    .on_state = on_quick,
                                    .ctx = app};

    service_condition(app->service, "database", false, "connecting");
    service_condition(app->service, "database_reads", false, "connecting");
    app->quick = store_open(app->loop, &options, err);
    options.name = "uptake-reporting reads";
    options.on_state = on_reads;
    if (app->quick)
        app->reads = store_open(app->loop, &options, err);
    return app->reads != NULL;
}

static bool open_http(struct reporting *app, struct err *err)
{
    const char *listen = config_text(app->config, "listen");
    const char *url = config_text(app->config, "public_url");
    const struct http_options options = {.listen = listen,
                                         .max_body_of = routes_max_body,
                                         .path_in_log = routes_path_in_log,
                                         .handler = routes_handle,
                                         .ctx = app};
    const char *colon = strrchr(listen, ':');

    app->http = http_open(app->loop, &options, err);
    if (!app->http)
        return false;
    app->secure = strncmp(url, "https://", 8) == 0;
    if (*url)
        snprintf(app->public_url, sizeof(app->public_url), "%.*s",
                 (int)(strlen(url) - (url[strlen(url) - 1] == '/')), url);
    else
        snprintf(app->public_url, sizeof(app->public_url), "http://%.*s:%d", (int)(colon - listen),
                 listen, http_port(app->http));
    log_event(LOG_INFO, "listening", "url", app->public_url, NULL);
    return true;
}

static void open_metrics(struct reporting *app)
{
    app->requests = service_metric(app->service, METRIC_COUNTER, "uptake_reporting_requests_total",
                                   "", "requests received");
    app->refused = service_metric(app->service, METRIC_COUNTER, "uptake_reporting_refused_total",
                                  "", "requests answered with a status of 400 or more");
    app->streams = service_metric(app->service, METRIC_GAUGE, "uptake_reporting_streams", "",
                                  "event streams open now");
}

static bool open_all(void *ctx, struct service *service, uv_loop_t *loop,
                     const struct config *config, struct err *err)
{
    struct reporting *app = ctx;

    app->service = service;
    app->loop = loop;
    app->config = config;
    app->zone_name = config_text(config, "register_zone");
    open_metrics(app);
    if (!link_key_read(config_text(config, "token_key"), app->link_key, err))
        return false;
    app->zone = zone_open(app->zone_name, err);
    if (!app->zone) {
        err->kind = ERR_FATAL; /* a setting, not a message */
        return false;
    }
    app->feed = feed_open(app, err);
    if (!app->feed || !open_http(app, err) || !open_stores(app, err))
        return false;
    app->doorbell = doorbell_open(app, err);
    app->relay = app->doorbell ? relay_open(app, err) : NULL;
    return app->relay && fetch_open(app, err);
}

/* Closing -------------------------------------------------------------------------------------- */

static void on_part_closed(void *ctx)
{
    struct reporting *app = ctx;

    if (--app->closing == 0)
        service_stopped(app->service);
}

/* Readers first, then what they read from. */
static void on_stop(void *ctx)
{
    struct reporting *app = ctx;

    app->closing = 7;
    http_close(app->http, on_part_closed, app);
    relay_close(app->relay, on_part_closed, app);
    feed_close(app->feed, on_part_closed, app);
    fetch_close(app->fetches, on_part_closed, app);
    doorbell_close(app->doorbell, on_part_closed, app);
    store_close(app->quick, on_part_closed, app);
    store_close(app->reads, on_part_closed, app);
}

static void finish(void *ctx)
{
    struct reporting *app = ctx;

    zone_close(app->zone);
}

int main(int argc, char **argv)
{
    static struct reporting app;
    const struct service_program program = {
        .name = "reporting",
        .summary = "serves the register's pages, API and streams",
        .rows = rows,
        .open = open_all,
        .stop = on_stop,
        .finish = finish,
        .ctx = &app,
    };

    return service_main(&program, argc, argv);
}
