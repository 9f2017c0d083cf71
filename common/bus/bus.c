/* SPDX-License-Identifier: Apache-2.0 */
#include "bus.h"

#include "admit.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/* Debian's libzmq 4.3.4 knows this option; its header shows the name to draft builds only. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

enum {
    BURST = 256,        /* messages handled before the loop gets its turn, */
    BURST_NS = 5000000, /* or as many as that time allows */
    RECEIVE_QUEUE = 8,
    SEND_QUEUE = 100,
    LINGER_MS = 2000,
    HANDSHAKE_MS = 5000,
    HEARTBEAT_EVERY_MS = 15000,
    HEARTBEAT_TIMEOUT_MS = 45000,
    HEARTBEAT_TTL_MS = 60000,
    RECONNECT_MS = 200,
    RECONNECT_MOST_MS = 5000,
};

/* A ZeroMQ socket that the loop watches: the ZAP handler's or one of ours. */
struct watched {
    void *zmq;
    uv_poll_t poll;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    bool held; /* input may wait */
    int open_handles;
    void (*ready)(struct watched *watched);
    void (*gone)(struct watched *watched); /* all handles are closed */
};

struct bus_socket {
    struct watched watched;
    int type;
    bus_message_fn *on_message;
    void *ctx;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

struct bus {
    uv_loop_t *loop;
    void *zmq;
    bus_admit_fn *admit;
    void *ctx;
    struct watched zap;
    bool zap_open;
};

static bool has_input(const struct watched *watched)
{
    int events = 0;
    size_t len = sizeof(events);

    return !watched->held && zmq_getsockopt(watched->zmq, ZMQ_EVENTS, &events, &len) == 0 &&
           events & ZMQ_POLLIN;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events; /* only wakes the loop; on_check does the work */
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle; /* keeps the loop from sleeping while input waits */
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct watched *watched = prepare->data;

    if (has_input(watched))
        uv_idle_start(&watched->idle, on_idle);
    else
        uv_idle_stop(&watched->idle);
}

static void on_check(uv_check_t *check)
{
    struct watched *watched = check->data;

    if (has_input(watched))
        watched->ready(watched);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct watched *watched = handle->data;

    if (--watched->open_handles == 0)
        watched->gone(watched);
}

static bool watch(struct watched *watched, uv_loop_t *loop, void *zmq, struct err *err)
{
    int fd = -1;
    size_t len = sizeof(fd);

    watched->zmq = zmq;
    if (zmq_getsockopt(zmq, ZMQ_FD, &fd, &len) != 0 || uv_poll_init(loop, &watched->poll, fd) < 0)
        return err_set(err, ERR_FATAL, "SOCKET_NOT_WATCHED", "bus", "cannot watch the descriptor");
    uv_prepare_init(loop, &watched->prepare);
    uv_check_init(loop, &watched->check);
    uv_idle_init(loop, &watched->idle);
    watched->open_handles = 4;
    watched->poll.data = watched->prepare.data = watched->check.data = watched->idle.data = watched;
    uv_poll_start(&watched->poll, UV_READABLE, on_poll);
    uv_prepare_start(&watched->prepare, on_prepare);
    uv_check_start(&watched->check, on_check);
    return true;
}

static void unwatch(struct watched *watched)
{
    uv_close((uv_handle_t *)&watched->poll, on_handle_closed);
    uv_close((uv_handle_t *)&watched->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&watched->check, on_handle_closed);
    uv_close((uv_handle_t *)&watched->idle, on_handle_closed);
}

/* The bus ------------------------------------------------------------------------------------- */

static void on_zap_ready(struct watched *watched)
{
    struct bus *bus = (struct bus *)((char *)watched - offsetof(struct bus, zap));

    admit_answer_requests(watched->zmq, bus->admit, bus->ctx, BURST);
}

static void on_zap_gone(struct watched *watched)
{
    struct bus *bus = (struct bus *)((char *)watched - offsetof(struct bus, zap));

    zmq_close(watched->zmq);
    zmq_ctx_term(bus->zmq);
    free(bus);
}

static bool open_zap(struct bus *bus, struct err *err)
{
    void *socket = zmq_socket(bus->zmq, ZMQ_REP);
    int linger = 0;

    if (!socket)
        return err_set(err, ERR_FATAL, "ZAP_NOT_BOUND", "bus", "%s", zmq_strerror(errno));
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
    if (zmq_bind(socket, "inproc://zeromq.zap.01") != 0) {
        err_set(err, ERR_FATAL, "ZAP_NOT_BOUND", "inproc://zeromq.zap.01", "%s",
                zmq_strerror(errno));
        zmq_close(socket);
        return false;
    }
    bus->zap.ready = on_zap_ready;
    bus->zap.gone = on_zap_gone;
    if (!watch(&bus->zap, bus->loop, socket, err)) {
        zmq_close(socket);
        return false;
    }
    bus->zap_open = true;
    return true;
}

struct bus *bus_open(uv_loop_t *loop, bus_admit_fn *admit, void *ctx, struct err *err)
{
    struct bus *bus = calloc(1, sizeof(*bus));

    if (!bus)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "bus", "cannot allocate");
    bus->loop = loop;
    bus->admit = admit;
    bus->ctx = ctx;
    bus->zmq = zmq_ctx_new();
    if (!bus->zmq || (admit && !open_zap(bus, err))) {
        if (!bus->zmq)
            err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "bus", "no ZeroMQ context");
        else
            zmq_ctx_term(bus->zmq);
        free(bus);
        return NULL;
    }
    return bus;
}

void bus_close(struct bus *bus)
{
    if (!bus)
        return;
    if (bus->zap_open) {
        bus->zap_open = false;
        unwatch(&bus->zap);
        return; /* on_zap_gone does the rest */
    }
    zmq_ctx_term(bus->zmq);
    free(bus);
}

/* Called on the loop, whose next round looks at what waited. */
void bus_hold_admission(struct bus *bus, bool held)
{
    bus->zap.held = held;
}

bool bus_admits(const struct bus *bus)
{
    return bus && bus->zap_open;
}

/* Sockets ------------------------------------------------------------------------------------- */

static bool receive_message(struct bus_socket *socket)
{
    zmq_msg_t frames[BUS_FRAMES_MAX + 1];
    zmq_msg_t surplus;
    const int room = socket->type == ZMQ_ROUTER ? BUS_FRAMES_MAX + 1 : BUS_FRAMES_MAX;
    struct bus_message message = {0};
    int kept = 0;
    int n = 0;

    for (bool more = true; more; n++) {
        zmq_msg_t *frame = kept < room ? &frames[kept] : &surplus;
        zmq_msg_init(frame);
        if (zmq_msg_recv(frame, socket->watched.zmq, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(frame);
            break;
        }
        more = zmq_msg_more(frame);
        if (kept < room)
            kept++;
        else
            zmq_msg_close(&surplus);
    }
    if (n == 0)
        return false;
    message.nframes = n;
    for (int i = 0; i < kept; i++) {
        struct bus_frame frame = {zmq_msg_data(&frames[i]), zmq_msg_size(&frames[i])};
        if (socket->type != ZMQ_ROUTER)
            message.frames[i] = frame;
        else if (i == 0)
            message.peer = frame;
        else
            message.frames[i - 1] = frame;
    }
    if (socket->type == ZMQ_ROUTER)
        message.nframes--;
    message.user_id = zmq_msg_gets(&frames[kept - 1], "User-Id");
    socket->on_message(socket->ctx, &message);
    for (int i = 0; i < kept; i++)
        zmq_msg_close(&frames[i]);
    return true;
}

static void on_socket_ready(struct watched *watched)
{
    struct bus_socket *socket = (struct bus_socket *)watched;
    const uint64_t began_ns = uv_hrtime();

    for (int n = 0; n < BURST && !socket->closed && has_input(watched); n++)
        if (!receive_message(socket) || uv_hrtime() - began_ns > BURST_NS)
            break;
}

static void on_socket_gone(struct watched *watched)
{
    struct bus_socket *socket = (struct bus_socket *)watched;
    void (*closed)(void *ctx) = socket->closed;
    void *ctx = socket->closed_ctx;

    zmq_close(watched->zmq);
    free(socket);
    closed(ctx);
}

static bool set_int(void *zmq, int option, int value)
{
    return zmq_setsockopt(zmq, option, &value, sizeof(value)) == 0;
}

static bool set_text(void *zmq, int option, const char *value)
{
    return zmq_setsockopt(zmq, option, value, strlen(value)) == 0;
}

static bool set_common(void *zmq)
{
    int64_t most = BUS_FRAME_BYTES_MAX;

    return zmq_setsockopt(zmq, ZMQ_MAXMSGSIZE, &most, sizeof(most)) == 0 &&
           set_int(zmq, ZMQ_RCVHWM, RECEIVE_QUEUE) && set_int(zmq, ZMQ_SNDHWM, SEND_QUEUE) &&
           set_int(zmq, ZMQ_LINGER, LINGER_MS) && set_int(zmq, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) &&
           set_int(zmq, ZMQ_HEARTBEAT_IVL, HEARTBEAT_EVERY_MS) &&
           set_int(zmq, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) &&
           set_int(zmq, ZMQ_HEARTBEAT_TTL, HEARTBEAT_TTL_MS) &&
           set_int(zmq, ZMQ_RECONNECT_IVL, RECONNECT_MS) &&
           set_int(zmq, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST_MS) && set_int(zmq, ZMQ_IPV6, 1);
}

static bool set_server(void *zmq, int type, const struct bus_socket_options *options)
{
    return set_int(zmq, ZMQ_CURVE_SERVER, 1) &&
           set_text(zmq, ZMQ_CURVE_SECRETKEY, options->key->secret_key) &&
           set_text(zmq, ZMQ_ZAP_DOMAIN, options->domain) &&
           /* Without it a dead handler would let everybody in. */
           set_int(zmq, ZMQ_ZAP_ENFORCE_DOMAIN, 1) &&
           (type != ZMQ_ROUTER ||
            (set_int(zmq, ZMQ_ROUTER_MANDATORY, 1) && set_int(zmq, ZMQ_ROUTER_HANDOVER, 0)));
}

static bool set_client(void *zmq, int type, const struct bus_socket_options *options)
{
    return set_text(zmq, ZMQ_CURVE_SERVERKEY, options->server_key) &&
           set_text(zmq, ZMQ_CURVE_PUBLICKEY, options->key->public_key) &&
           set_text(zmq, ZMQ_CURVE_SECRETKEY, options->key->secret_key) &&
           (type != ZMQ_DEALER || set_int(zmq, ZMQ_IMMEDIATE, 1)) &&
           (type != ZMQ_SUB || set_text(zmq, ZMQ_SUBSCRIBE, options->subscription));
}

static struct bus_socket *open_socket(struct bus *bus, int type,
                                      const struct bus_socket_options *options, struct err *err)
{
    const bool binds = type == ZMQ_ROUTER || type == ZMQ_PUB;
    struct bus_socket *socket = calloc(1, sizeof(*socket));
    void *zmq = zmq_socket(bus->zmq, type);
    int failed;

    if (!socket || !zmq) {
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", options->endpoint, "cannot open a socket");
        goto fail;
    }
    if (binds && !bus_admits(bus)) {
        err_set(err, ERR_FATAL, "ZAP_NOT_BOUND", options->endpoint,
                "no handler decides which keys may connect; refusing to listen");
        goto fail;
    }
    if (!set_common(zmq) ||
        !(binds ? set_server(zmq, type, options) : set_client(zmq, type, options))) {
        err_set(err, ERR_FATAL, "SOCKET_OPTION", options->endpoint,
                "libzmq refuses a needed option: %s", zmq_strerror(errno));
        goto fail;
    }
    failed = binds ? zmq_bind(zmq, options->endpoint) : zmq_connect(zmq, options->endpoint);
    if (failed) {
        int why = errno;
        err_set(err, why == EADDRINUSE ? ERR_RETRY : ERR_FATAL,
                why == EADDRINUSE ? "PORT_IN_USE" : "ENDPOINT_REFUSED", options->endpoint,
                why == EADDRINUSE ? "%s; stop the other program or choose another port" : "%s",
                zmq_strerror(why));
        goto fail;
    }
    socket->type = type;
    socket->on_message = options->on_message;
    socket->ctx = options->ctx;
    socket->watched.ready = on_socket_ready;
    socket->watched.gone = on_socket_gone;
    if (!watch(&socket->watched, bus->loop, zmq, err))
        goto fail;
    return socket;

fail:
    if (zmq) {
        set_int(zmq, ZMQ_LINGER, 0);
        zmq_close(zmq);
    }
    free(socket);
    return NULL;
}

struct bus_socket *bus_router(struct bus *bus, const struct bus_socket_options *options,
                              struct err *err)
{
    return open_socket(bus, ZMQ_ROUTER, options, err);
}

struct bus_socket *bus_dealer(struct bus *bus, const struct bus_socket_options *options,
                              struct err *err)
{
    return open_socket(bus, ZMQ_DEALER, options, err);
}

struct bus_socket *bus_pub(struct bus *bus, const struct bus_socket_options *options,
                           struct err *err)
{
    return open_socket(bus, ZMQ_PUB, options, err);
}

struct bus_socket *bus_sub(struct bus *bus, const struct bus_socket_options *options,
                           struct err *err)
{
    return open_socket(bus, ZMQ_SUB, options, err);
}

void bus_socket_close(struct bus_socket *socket, void (*closed)(void *ctx), void *ctx)
{
    if (!socket) {
        closed(ctx);
        return;
    }
    socket->closed = closed;
    socket->closed_ctx = ctx;
    unwatch(&socket->watched);
}

static bool send_frame(void *zmq, const struct bus_frame *frame, bool more)
{
    return zmq_send(zmq, frame->bytes, frame->len, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0;
}

bool bus_send(struct bus_socket *socket, const struct bus_frame *peer,
              const struct bus_frame *frames, int nframes, struct err *err)
{
    void *zmq = socket->watched.zmq;
    bool sent = !peer || send_frame(zmq, peer, true);

    /* Once the first frame is accepted, libzmq accepts the rest. */
    for (int i = 0; sent && i < nframes; i++)
        sent = send_frame(zmq, &frames[i], i + 1 < nframes);
    if (!sent)
        return err_set(err, ERR_RETRY, "PEER_AWAY", "bus", "%s", zmq_strerror(errno));
    return true;
}
