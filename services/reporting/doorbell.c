/* SPDX-License-Identifier: Apache-2.0 */
#include "doorbell.h"

#include "base/log.h"
#include "bus/bus.h"
#include "feed.h"

#include <stdlib.h>

enum { MISSED_MAX = 3 };

/* LISTENING -> REOPENING (too much missed) -> LISTENING; either -> closing. */
struct doorbell {
    struct reporting *app;
    struct bus *bus;
    struct bus_socket *socket; /* NULL: being closed, or could not be opened */
    struct bus_key key;
    char server_key[BUS_KEY_TEXT];
    int missed; /* in a row */
    bool closing_socket;
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* What it says is not read: it only means "look now". */
static void on_message(void *ctx, const struct bus_message *message)
{
    struct doorbell *doorbell = ctx;

    (void)message;
    doorbell->missed = 0;
    feed_ring(doorbell->app->feed);
}

static bool subscribe(struct doorbell *doorbell, struct err *err)
{
    const struct bus_socket_options options = {
        .endpoint = config_text(doorbell->app->config, "doorbell_endpoint"),
        .key = &doorbell->key,
        .server_key = doorbell->server_key,
        .subscription = "",
        .on_message = on_message,
        .ctx = doorbell};

    doorbell->missed = 0;
    doorbell->socket = bus_sub(doorbell->bus, &options, err);
    return doorbell->socket != NULL;
}

static void finish(struct doorbell *doorbell)
{
    void (*closed)(void *ctx) = doorbell->closed;
    void *ctx = doorbell->closed_ctx;

    bus_close(doorbell->bus);
    free(doorbell);
    closed(ctx);
}

static void on_socket_closed(void *ctx)
{
    struct doorbell *doorbell = ctx;
    struct err err;

    doorbell->closing_socket = false;
    if (doorbell->closing)
        finish(doorbell);
    else if (!subscribe(doorbell, &err))
        log_err(LOG_WARN, "doorbell_not_opened", &err); /* the poll goes on without it */
}

static void close_socket(struct doorbell *doorbell)
{
    struct bus_socket *socket = doorbell->socket;

    doorbell->socket = NULL;
    doorbell->closing_socket = true;
    bus_socket_close(socket, on_socket_closed, doorbell);
}

void doorbell_missed(struct doorbell *doorbell)
{
    if (!doorbell || !doorbell->socket || ++doorbell->missed < MISSED_MAX)
        return;
    log_event(LOG_INFO, "doorbell_reopened", NULL);
    close_socket(doorbell);
}

static bool read_keys(struct doorbell *doorbell, struct err *err)
{
    const struct config *config = doorbell->app->config;

    return bus_key_read(config_text(config, "key"), &doorbell->key, err) &&
           bus_key_read_public(config_text(config, "ingest_key_public"), doorbell->server_key, err);
}

struct doorbell *doorbell_open(struct reporting *app, struct err *err)
{
    struct doorbell *doorbell = calloc(1, sizeof(*doorbell));

    if (!doorbell)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "doorbell", "cannot allocate");
    doorbell->app = app;
    if (read_keys(doorbell, err) && (doorbell->bus = bus_open(app->loop, NULL, NULL, err)) &&
        subscribe(doorbell, err))
        return doorbell;
    if (doorbell->bus)
        bus_close(doorbell->bus);
    free(doorbell);
    return NULL;
}

void doorbell_close(struct doorbell *doorbell, void (*closed)(void *ctx), void *ctx)
{
    if (!doorbell) {
        closed(ctx);
        return;
    }
    doorbell->closing = true;
    doorbell->closed = closed;
    doorbell->closed_ctx = ctx;
    if (doorbell->socket)
        close_socket(doorbell);
    else if (!doorbell->closing_socket)
        finish(doorbell);
}
