/* SPDX-License-Identifier: Apache-2.0 */
/* bench_stub: ingest without its database. Frames, keys, checks and receipts are ingest's own; the
 * queue settles whatever arrived since it last looked, a batch at a time, and writes nothing. What
 * is left is what a sender's message costs before and after the transaction. */
#include "intake.h"
#include "principals.h"
#include "queue.h"
#include "runtime/service.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 500 };

static const struct config_row settings[] = {
    SERVICE_CONFIG_ROWS,
    {"key", CONFIG_TEXT, NULL, "file of the service's CURVE key pair", 0, 0},
    {"peer_key", CONFIG_TEXT, NULL, "key file of the only sender", 0, 0},
    {"push_endpoint", CONFIG_TEXT, NULL, "where it connects", 0, 0},
    {NULL, CONFIG_TEXT, NULL, NULL, 0, 0},
};

/* Stands in for the queue of services/ingest and its writers. */
struct queue {
    uv_idle_t idle;
    struct intake *intake;
    struct submission *first, *last;
    size_t queued_bytes;
};

struct stub {
    struct service *service;
    struct bus_key key;
    struct principals *principals;
    struct in_hand *in_hand;
    struct bus *bus;
    struct intake *intake;
    struct queue queue;
    bool stopping;
};

size_t queue_bytes(const struct queue *queue)
{
    return queue->queued_bytes;
}

static void settle(uv_idle_t *idle)
{
    struct queue *queue = idle->data;
    struct submission *batch[BATCH] = {0};
    int n = 0;

    while (queue->first && n < BATCH) {
        struct submission *s = queue->first;

        queue->first = s->next;
        queue->queued_bytes -= submission_cost(s);
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED;
        s->revision = (int64_t)s->change->base_revision + 1;
        batch[n++] = s;
    }
    intake_answer(queue->intake, batch, n);
    for (int i = 0; i < n; i++)
        submission_free(batch[i]);
    if (!queue->first)
        uv_idle_stop(idle);
}

void queue_give(struct queue *queue, struct submission *submission)
{
    if (queue->first)
        queue->last->next = submission;
    else
        queue->first = submission;
    queue->last = submission;
    queue->queued_bytes += submission_cost(submission);
    uv_idle_start(&queue->idle, settle);
}

void queue_expect_repeats(struct queue *queue, int sender_id)
{
    (void)queue, (void)sender_id; /* nothing is kept that could repeat */
}

static bool admit(void *ctx, const char *domain, const char *public_key)
{
    const struct stub *stub = ctx;

    (void)domain;
    return principals_find(stub->principals, public_key) != NULL;
}

static PGresult *rows(int columns, const char *const *values)
{
    static char name[] = "column";
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc attributes[16] = {0};

    for (int i = 0; i < columns; i++)
        attributes[i].name = name;
    if (!result || !PQsetResultAttrs(result, columns, attributes))
        abort();
    for (int i = 0; i < columns; i++)
        if (!PQsetvalue(result, 0, i, (char *)(uintptr_t)values[i], (int)strlen(values[i])))
            abort();
    return result;
}

/* One principal, who may push actions into any document; columns as of load_principals.sql and
 * load_push_grants.sql. */
static bool know_peer(struct stub *stub, const char *path, struct err *err)
{
    char public_key[BUS_KEY_TEXT];
    const char *const key[] = {"1", "operator", "f", "f", "0", public_key};
    const char *const grant[] = {"1", "action", "", "", "", "0"};
    PGresult *keys, *grants;
    bool good;

    if (!bus_key_read_public(path, public_key, err))
        return false;
    keys = rows(6, key);
    grants = rows(6, grant);
    good = principals_load(stub->principals, keys, grants, err);
    PQclear(keys);
    PQclear(grants);
    return good;
}

static void on_intake_closed(void *ctx)
{
    struct stub *stub = ctx;

    bus_close(stub->bus);
    service_stopped(stub->service);
}

static void on_idle_closed(uv_handle_t *handle)
{
    struct queue *queue = handle->data;
    struct stub *stub = (struct stub *)((char *)queue - offsetof(struct stub, queue));

    intake_close(stub->intake, on_intake_closed, stub);
}

static void on_stop(void *ctx)
{
    struct stub *stub = ctx;

    if (stub->stopping)
        return;
    stub->stopping = true;
    uv_close((uv_handle_t *)&stub->queue.idle, on_idle_closed);
}

static bool open_all(void *ctx, struct service *service, uv_loop_t *loop,
                     const struct config *config, struct err *err)
{
    static const uint8_t epoch[16] = {1};
    struct stub *stub = ctx;
    struct intake_options options = {.loop = loop,
                                     .endpoint = config_text(config, "push_endpoint"),
                                     .key = &stub->key,
                                     .service = service};

    stub->service = service;
    uv_idle_init(loop, &stub->queue.idle);
    stub->queue.idle.data = &stub->queue;
    options.in_hand = stub->in_hand = in_hand_open("", err);
    stub->principals = options.in_hand ? principals_create(err) : NULL;
    if (!stub->principals || !bus_key_read(config_text(config, "key"), &stub->key, err) ||
        !know_peer(stub, config_text(config, "peer_key"), err))
        return false;
    stub->bus = bus_open(loop, admit, stub, err);
    options.bus = stub->bus;
    options.principals = stub->principals;
    stub->intake = stub->bus ? intake_open(&options, err) : NULL;
    if (!stub->intake)
        return false;
    stub->queue.intake = stub->intake;
    intake_set_queue(stub->intake, &stub->queue);
    intake_set_epoch(stub->intake, epoch);
    intake_set_accepting(stub->intake, true);
    return true;
}

static void finish(void *ctx)
{
    struct stub *stub = ctx;

    principals_destroy(stub->principals);
    in_hand_close(stub->in_hand);
}

int main(int argc, char **argv)
{
    static struct stub stub;
    const struct service_program program = {
        .name = "ingest",
        .summary = "Ingest without its database, for the bench.",
        .rows = settings,
        .open = open_all,
        .stop = on_stop,
        .finish = finish,
        .ctx = &stub,
    };

    return service_main(&program, argc, argv);
}
