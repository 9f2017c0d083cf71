/* SPDX-License-Identifier: Apache-2.0 */
/* bench_rabbit ACTIONS PORT SECONDS WARMUP
 *
 * The same bodies into a classic durable queue of RabbitMQ on this machine: persistent messages,
 * publisher confirms, a window of 1000, one connection. A confirm means: on disk. Nobody consumes;
 * the queue is emptied and deleted at the end. Prints one JSON object. */
#include "histogram.h"
#include "updates.h"

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

enum { WINDOW = 1000, CHANNEL = 1, FRAME_BYTES = 131072 };

struct run {
    amqp_connection_state_t connection;
    struct actions actions;
    uint64_t from_us, until_us, last_us;
    uint64_t sent, confirmed, counted;
    uint64_t sent_us[WINDOW]; /* by delivery tag */
    struct histogram latency;
};

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static bool is_good(amqp_rpc_reply_t reply)
{
    return reply.reply_type == AMQP_RESPONSE_NORMAL;
}

static bool open_queue(struct run *run, int port)
{
    amqp_socket_t *socket;

    run->connection = amqp_new_connection();
    socket = run->connection ? amqp_tcp_socket_new(run->connection) : NULL;
    if (!socket || amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK ||
        !is_good(amqp_login(run->connection, "/", 0, FRAME_BYTES, 0, AMQP_SASL_METHOD_PLAIN,
                            "guest", "guest")))
        return false;
    amqp_channel_open(run->connection, CHANNEL);
    if (!is_good(amqp_get_rpc_reply(run->connection)))
        return false;
    amqp_queue_declare(run->connection, CHANNEL, amqp_cstring_bytes("bench"), 0, 1, 0, 0,
                       amqp_empty_table);
    if (!is_good(amqp_get_rpc_reply(run->connection)))
        return false;
    amqp_confirm_select(run->connection, CHANNEL);
    return is_good(amqp_get_rpc_reply(run->connection));
}

static bool publish(struct run *run)
{
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG, .delivery_mode = 2};
    struct action *action = &run->actions.list[actions_at(&run->actions, run->sent)];
    struct update update;
    char id[2 * UPDATE_ID_BYTES + 1];

    if (!update_make(action, action->revision++, UPDATE_REPORT, &update))
        return false;
    update_number(&update, run->from_us / 1000, 0, run->sent);
    bytes_to_hex(update.id, UPDATE_ID_BYTES, id);
    properties.message_id = amqp_cstring_bytes(id);
    run->sent++; /* delivery tags count from 1 */
    run->sent_us[run->sent % WINDOW] = now_us();
    return amqp_basic_publish(run->connection, CHANNEL, amqp_empty_bytes,
                              amqp_cstring_bytes("bench"), 0, 0, &properties,
                              (amqp_bytes_t){update.len, update.body}) == AMQP_STATUS_OK;
}

static void note(struct run *run, uint64_t tag)
{
    const uint64_t now = now_us();

    run->confirmed++;
    if (now < run->from_us || now >= run->until_us)
        return;
    run->counted++;
    run->last_us = now;
    histogram_add(&run->latency, now - run->sent_us[tag % WINDOW]);
}

/* Confirms come one by one, out of order, or for all up to a tag: the window is free up to the
 * lowest that is still out. */
struct window {
    uint64_t lowest; /* first tag that is not confirmed */
    bool confirmed[WINDOW];
};

static void take_confirm(struct run *run, struct window *window, const amqp_basic_ack_t *ack)
{
    const uint64_t from = ack->multiple ? window->lowest : ack->delivery_tag;

    for (uint64_t tag = from; tag <= ack->delivery_tag; tag++) {
        if (window->confirmed[tag % WINDOW])
            continue;
        window->confirmed[tag % WINDOW] = true;
        note(run, tag);
    }
    while (window->lowest <= run->sent && window->confirmed[window->lowest % WINDOW])
        window->confirmed[window->lowest++ % WINDOW] = false;
}

/* What has been confirmed; waits for one where the window is full or all is sent. */
static bool hear(struct run *run, struct window *window, bool wait)
{
    struct timeval at_once = {0};
    amqp_frame_t frame;
    int status;

    amqp_maybe_release_buffers(run->connection);
    status = wait ? amqp_simple_wait_frame(run->connection, &frame)
                  : amqp_simple_wait_frame_noblock(run->connection, &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT)
        return true;
    if (status != AMQP_STATUS_OK || frame.frame_type != AMQP_FRAME_METHOD ||
        frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
        return false;
    take_confirm(run, window, frame.payload.method.decoded);
    return true;
}

static bool publish_all(struct run *run)
{
    static struct window window = {.lowest = 1};
    bool good = true;

    while (good && (now_us() < run->until_us || run->confirmed < run->sent)) {
        const bool full = run->sent + 1 - window.lowest >= WINDOW - 1;
        const bool over = now_us() >= run->until_us;

        if (!full && !over)
            good = publish(run);
        if (good && (full || over || run->sent % 16 == 0))
            good = hear(run, &window, full || over);
    }
    return good;
}

static void tell(const struct run *run)
{
    const double seconds = (double)(run->last_us - run->from_us) / 1e6;
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    printf("{\"seconds\": %.6f, \"counted\": %" PRIu64 ", \"rate\": %.1f, \"committed\": %" PRIu64
           ", \"client_cpu_us\": %.2f, ",
           seconds, run->counted, (double)run->counted / seconds, run->confirmed,
           ((double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
            (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec)) /
               (double)run->confirmed);
    histogram_print(&run->latency);
    printf("}\n");
}

int main(int argc, char **argv)
{
    static struct run run;
    struct err err;
    bool good;

    if (argc != 5) {
        fprintf(stderr, "usage: bench_rabbit ACTIONS PORT SECONDS WARMUP\n");
        return EXIT_BAD_USAGE;
    }
    if (!bytes_init(&err) || !actions_load(&run.actions, argv[1], &err)) {
        err_print("bench_rabbit", &err);
        return EXIT_AWAY;
    }
    good = open_queue(&run, atoi(argv[2]));
    if (good) {
        run.from_us = now_us() + (uint64_t)(atof(argv[4]) * 1e6);
        run.until_us = run.from_us + (uint64_t)(atof(argv[3]) * 1e6);
        good = publish_all(&run) && run.counted > 0;
        amqp_queue_delete(run.connection, CHANNEL, amqp_cstring_bytes("bench"), 0, 0);
    }
    if (run.connection)
        amqp_destroy_connection(run.connection);
    actions_finish(&run.actions);
    if (good)
        tell(&run);
    else
        fprintf(stderr, "bench_rabbit: the broker did not take it\n");
    return good ? EXIT_OK : EXIT_AWAY;
}
