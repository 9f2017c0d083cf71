/* SPDX-License-Identifier: Apache-2.0 */
/* bench_naive WAY CONNINFO ACTIONS SENDER CONNECTIONS SECONDS WARMUP
 *
 * Records progress reports without ingest: WAY is "statements", "one" or "copy". Prints one JSON
 * object. */
#include "naive.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { CONNECTIONS_MAX = 64 };

static const struct {
    const char *name;
    naive_way_fn *run;
} ways[] = {
    {"statements", naive_by_statements},
    {"one", naive_in_one},
    {"copy", naive_by_copy},
};

uint64_t naive_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int64_t naive_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool naive_is_over(const struct worker *worker)
{
    if (worker->naive->failed)
        return true;
    return worker->counted > 0 && naive_now_us() >= worker->naive->until_us;
}

void naive_note(struct worker *worker, uint64_t n, uint64_t since_us)
{
    const uint64_t now = naive_now_us();

    worker->done += n;
    if (since_us < worker->naive->from_us)
        return;
    worker->counted += n;
    worker->last_us = now;
    histogram_add(&worker->latency, now - since_us);
}

bool naive_fail(struct worker *worker, const char *what)
{
    char *end;

    snprintf(worker->problem, sizeof(worker->problem), "%s: %s", what,
             worker->db ? PQerrorMessage(worker->db) : "no connection");
    for (end = worker->problem; *end; end++)
        if (*end == '\n')
            *end = ' ';
    worker->naive->failed = 1;
    return false;
}

struct action *naive_next(struct worker *worker)
{
    const struct naive *naive = worker->naive;
    const uint64_t step = worker->turn++ * (uint64_t)naive->connections + (unsigned)worker->number;

    return &naive->actions.list[actions_at(&naive->actions, step)];
}

static bool connect_worker(struct worker *worker)
{
    worker->db = PQconnectdb(worker->naive->conninfo);
    if (PQstatus(worker->db) != CONNECTION_OK)
        return naive_fail(worker, "connect");
    return true;
}

struct job {
    pthread_t thread;
    struct worker worker;
    naive_way_fn *run;
};

static void *work(void *ctx)
{
    struct job *job = ctx;

    job->run(&job->worker);
    return NULL;
}

static double cpu_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static bool run_all(struct naive *naive, struct job *jobs, naive_way_fn *run)
{
    int started = 0;

    for (int i = 0; i < naive->connections; i++) {
        jobs[i].run = run;
        jobs[i].worker = (struct worker){.naive = naive, .number = i};
        if (!connect_worker(&jobs[i].worker))
            return false;
    }
    naive->began_us = naive_now_us();
    naive->from_us = naive->began_us + (uint64_t)(naive->warmup * 1e6);
    naive->until_us = naive->from_us + (uint64_t)(naive->seconds * 1e6);
    for (; started < naive->connections; started++)
        if (pthread_create(&jobs[started].thread, NULL, work, &jobs[started]) != 0)
            naive->failed = 1;
    for (int i = 0; i < started; i++)
        pthread_join(jobs[i].thread, NULL);
    return !naive->failed;
}

static void tell(const struct naive *naive, const struct job *jobs)
{
    static struct histogram latency;
    uint64_t counted = 0;
    uint64_t done = 0;
    uint64_t last_us = naive->from_us + 1;
    double seconds;

    for (int i = 0; i < naive->connections; i++) {
        counted += jobs[i].worker.counted;
        done += jobs[i].worker.done;
        if (jobs[i].worker.last_us > last_us)
            last_us = jobs[i].worker.last_us;
        histogram_join(&latency, &jobs[i].worker.latency);
    }
    seconds = (double)(last_us - naive->from_us) / 1e6;
    printf("{\"seconds\": %.6f, \"counted\": %" PRIu64 ", \"rate\": %.1f, \"committed\": %" PRIu64
           ", \"client_cpu_us\": %.2f, ",
           seconds, counted, (double)counted / seconds, done, done ? cpu_us() / (double)done : 0);
    histogram_print(&latency);
    printf("}\n");
}

static naive_way_fn *find_way(const char *name)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (strcmp(ways[i].name, name) == 0)
            return ways[i].run;
    return NULL;
}

/* Each action is one connection's, turn after turn. */
static bool is_fair(const struct naive *naive)
{
    return naive->connections > 0 && naive->connections <= CONNECTIONS_MAX && naive->seconds > 0 &&
           naive->actions.n % naive->connections == 0;
}

int main(int argc, char **argv)
{
    static struct naive naive;
    static struct job jobs[CONNECTIONS_MAX];
    naive_way_fn *run = argc == 8 ? find_way(argv[1]) : NULL;
    struct err err;
    bool good;

    if (!run) {
        fprintf(stderr, "usage: bench_naive statements|one|copy CONNINFO ACTIONS SENDER "
                        "CONNECTIONS SECONDS WARMUP\n");
        return EXIT_BAD_USAGE;
    }
    if (!bytes_init(&err) || !actions_load(&naive.actions, argv[3], &err)) {
        err_print("bench_naive", &err);
        return EXIT_AWAY;
    }
    naive.conninfo = argv[2];
    naive.sender_id = atoi(argv[4]);
    naive.connections = atoi(argv[5]);
    naive.seconds = atof(argv[6]);
    naive.warmup = atof(argv[7]);
    naive.run_ms = (uint64_t)naive_clock_us() / 1000;
    if (!is_fair(&naive)) {
        fprintf(stderr, "bench_naive: the number of actions has to be a multiple of CONNECTIONS\n");
        return EXIT_BAD_USAGE;
    }
    good = run_all(&naive, jobs, run);
    for (int i = 0; i < naive.connections; i++) {
        if (jobs[i].worker.problem[0])
            fprintf(stderr, "bench_naive: %s\n", jobs[i].worker.problem);
        PQfinish(jobs[i].worker.db);
    }
    if (good)
        tell(&naive, jobs);
    actions_finish(&naive.actions);
    return good ? EXIT_OK : EXIT_AWAY;
}
