/* SPDX-License-Identifier: Apache-2.0 */
/* A whole service with nothing in it: its health port, its readiness, its stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/http.h"
#include "runtime/service.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct config_row rows[] = {SERVICE_CONFIG_ROWS,
                                         {NULL, CONFIG_TEXT, NULL, NULL, 0, 0}};

struct fixture {
    uv_loop_t loop;
    uv_work_t work;
    uv_timer_t timer;
    struct config config;
    struct service *service;
    char port[8];
    const char *path;
    char answer[4096];
    int stops;
};

static void on_stop(void *ctx)
{
    struct fixture *fixture = ctx;

    fixture->stops++;
    service_stopped(fixture->service);
}

/* A port that was free a moment ago: the health port is a setting. */
static void choose_port(struct fixture *fixture)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    snprintf(fixture->port, sizeof(fixture->port), "%d", ntohs(address.sin_port));
    close(fd);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    char program[] = "uptake-ingest", flag[] = "--health-listen", listen_on[32];
    char *argv[] = {program, flag, listen_on, NULL};
    struct err err;

    choose_port(fixture);
    snprintf(listen_on, sizeof(listen_on), "127.0.0.1:%s", fixture->port);
    fixture->config = (struct config){.program = "ingest", .summary = "test", .rows = rows};
    assert_int_equal(config_load(&fixture->config, 3, argv, &err), CONFIG_RUN);
    uv_loop_init(&fixture->loop);
    fixture->service = service_open(&fixture->loop, &fixture->config, on_stop, fixture, &err);
    *state = fixture;
    return fixture->service ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    int left;

    service_close(fixture->service);
    config_finish(&fixture->config);
    left = uv_loop_close(&fixture->loop);
    free(fixture);
    return left;
}

static void get(uv_work_t *work)
{
    struct fixture *fixture = work->data;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)atoi(fixture->port))};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    char request[128];
    size_t len = 0;
    ssize_t n;

    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
             fixture->path);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        send(fd, request, strlen(request), MSG_NOSIGNAL) > 0)
        while (len < sizeof(fixture->answer) - 1 &&
               (n = recv(fd, fixture->answer + len, sizeof(fixture->answer) - 1 - len, 0)) > 0)
            len += (size_t)n;
    fixture->answer[len] = '\0';
    close(fd);
}

static void on_got(uv_work_t *work, int status)
{
    (void)work;
    (void)status;
    raise(SIGTERM); /* the service stops once the answer is here */
}

static enum exit_code run_and_get(struct fixture *fixture, const char *path)
{
    fixture->path = path;
    fixture->work.data = fixture;
    uv_queue_work(&fixture->loop, &fixture->work, get, on_got);
    return service_run(fixture->service);
}

static void ready_when_every_condition_holds(void **state)
{
    struct fixture *fixture = *state;

    service_condition(fixture->service, "database", true, NULL);
    service_condition(fixture->service, "feed", true, NULL);
    assert_int_equal(run_and_get(fixture, "/readyz"), EXIT_OK);
    assert_non_null(strstr(fixture->answer, "HTTP/1.1 200"));
    assert_int_equal(fixture->stops, 1);
}

static void unmet_condition_is_named_with_its_reason(void **state)
{
    struct fixture *fixture = *state;

    service_condition(fixture->service, "database", false, "connection refused");
    service_condition(fixture->service, "feed", true, NULL);
    run_and_get(fixture, "/readyz");
    assert_non_null(strstr(fixture->answer, "HTTP/1.1 503"));
    assert_non_null(strstr(fixture->answer, "database: connection refused"));
}

static void metrics_of_one_family_stand_together(void **state)
{
    struct fixture *fixture = *state;
    const char *first;

    *service_metric(fixture->service, METRIC_COUNTER, "uptake_x_total", "kind=\"a\"", "help") = 2;
    *service_metric(fixture->service, METRIC_GAUGE, "uptake_y", "", "help") = 0.5;
    *service_metric(fixture->service, METRIC_COUNTER, "uptake_x_total", "kind=\"b\"", "help") = 3;
    run_and_get(fixture, "/metrics");
    first = strstr(fixture->answer, "# TYPE uptake_x_total counter\nuptake_x_total{kind=\"a\"} 2\n"
                                    "uptake_x_total{kind=\"b\"} 3\n");
    assert_non_null(first);
    assert_null(strstr(first + 10, "# TYPE uptake_x_total"));
    assert_non_null(strstr(fixture->answer, "uptake_y 0.5\n"));
}

static void on_timer(uv_timer_t *timer)
{
    struct fixture *fixture = timer->data;
    struct err err;

    uv_close((uv_handle_t *)timer, NULL);
    err_set(&err, ERR_RETRY, "DATABASE_AWAY", "database", "gone");
    service_fail(fixture->service, &err);
    service_fail(fixture->service, &err);
}

static void failure_stops_once_with_its_exit_code(void **state)
{
    struct fixture *fixture = *state;

    uv_timer_init(&fixture->loop, &fixture->timer);
    fixture->timer.data = fixture;
    uv_timer_start(&fixture->timer, on_timer, 0, 0);
    assert_int_equal(service_run(fixture->service), EXIT_AWAY);
    assert_int_equal(fixture->stops, 1);
}

static void second_service_on_the_same_port_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};

    assert_null(service_open(&fixture->loop, &fixture->config, on_stop, fixture, &err));
    assert_string_equal(err.code, "PORT_IN_USE");
    assert_int_equal(err_exit_code(&err), EXIT_AWAY);
}

#define SERVICE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(ready_when_every_condition_holds),
        SERVICE_TEST(unmet_condition_is_named_with_its_reason),
        SERVICE_TEST(metrics_of_one_family_stand_together),
        SERVICE_TEST(failure_stops_once_with_its_exit_code),
        SERVICE_TEST(second_service_on_the_same_port_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
