/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus - ZeroMQ sockets with CURVE on the event loop.
 *
 * One bus per process: the ZeroMQ context and, where the process accepts connections, the ZAP
 * handler that decides which keys may connect. The handler is bound before any socket and sockets
 * demand it (ZMQ_ZAP_ENFORCE_DOMAIN), so that without a working handler nobody gets in: CURVE alone
 * lets every key in.
 *
 * ZMQ_FD is edge-triggered and only says "look": the truth is ZMQ_EVENTS, asked right before the
 * loop sleeps and after every wake; after a burst the loop goes round so that timers get their
 * turn.
 *
 * Threading: loop thread only.   No fork after bus_open.
 * Ownership: received frames belong to the bus and are valid only inside the callback; sent frames
 * are copied.
 */
#ifndef UPTAKE_BUS_BUS_H
#define UPTAKE_BUS_BUS_H

#include "base/err.h"

#include <stdint.h>
#include <uv.h>

enum {
    BUS_KEY_TEXT = 41, /* Z85 text of a CURVE key with the closing NUL */
    BUS_FRAMES_MAX = 2,
    BUS_FRAME_BYTES_MAX = 256 * 1024,
};

struct bus;
struct bus_socket;

/* A CURVE key pair as Z85 text. secret_key is empty where only the public half is known. */
struct bus_key {
    char public_key[BUS_KEY_TEXT];
    char secret_key[BUS_KEY_TEXT];
};

MUST_CHECK bool bus_key_generate(struct bus_key *key, struct err *err);
/* Two lines: "public Z85" and "secret Z85". Written with mode 0600; an existing file is kept and
 * refused. Reading refuses a secret that others may read (KEY_FILE_OPEN_TO_OTHERS). */
MUST_CHECK bool bus_key_write(const char *path, const struct bus_key *key, struct err *err);
MUST_CHECK bool bus_key_read(const char *path, struct bus_key *key, struct err *err);
/* The public half alone, from a key file or from a file that holds only the first line. */
MUST_CHECK bool bus_key_read_public(const char *path, char public_key[BUS_KEY_TEXT],
                                    struct err *err);

/* May this key connect in this domain? Asked at each handshake, on the loop: answer at once. */
typedef bool bus_admit_fn(void *ctx, const char *domain, const char *public_key);

/* admit may be NULL: then the process has no ZAP handler and can only connect, not bind. */
MUST_CHECK struct bus *bus_open(uv_loop_t *loop, bus_admit_fn *admit, void *ctx, struct err *err);
/* While held, handshakes wait: for a process that does not know yet who may connect. Whoever is
 * refused comes again only after seconds, since libzmq tells him nothing. At first nothing is held.
 */
void bus_hold_admission(struct bus *bus, bool held);
/* All sockets must be closed before. Waits at most the linger time for unsent messages. */
void bus_close(struct bus *bus);

struct bus_frame {
    const uint8_t *bytes;
    size_t len;
};

struct bus_message {
    struct bus_frame peer; /* ROUTER: whom to answer; opaque, copy it to keep it */
    struct bus_frame frames[BUS_FRAMES_MAX];
    int nframes;         /* as received; more than BUS_FRAMES_MAX: the rest was dropped */
    const char *user_id; /* public key the handshake proved, Z85; NULL: not authenticated */
};

typedef void bus_message_fn(void *ctx, const struct bus_message *message);

struct bus_socket_options {
    const char *endpoint;       /* "tcp://127.0.0.1:7401" */
    const struct bus_key *key;  /* own pair */
    const char *server_key;     /* connecting sockets: the server's public key */
    const char *domain;         /* binding sockets: ZAP domain, e.g. "push" */
    const char *subscription;   /* SUB: prefix, "" for all */
    bus_message_fn *on_message; /* not used by PUB */
    void *ctx;
};

MUST_CHECK struct bus_socket *bus_router(struct bus *bus, const struct bus_socket_options *options,
                                         struct err *err);
MUST_CHECK struct bus_socket *bus_dealer(struct bus *bus, const struct bus_socket_options *options,
                                         struct err *err);
MUST_CHECK struct bus_socket *bus_pub(struct bus *bus, const struct bus_socket_options *options,
                                      struct err *err);
MUST_CHECK struct bus_socket *bus_sub(struct bus *bus, const struct bus_socket_options *options,
                                      struct err *err);
/* Calls closed from the loop when the handles are gone. NULL socket: at once. */
void bus_socket_close(struct bus_socket *socket, void (*closed)(void *ctx), void *ctx);

/* Never blocks. peer is NULL except on a ROUTER. False with ERR_RETRY when the peer is gone or its
 * queue is full: whoever needs the answer will ask again. */
MUST_CHECK bool bus_send(struct bus_socket *socket, const struct bus_frame *peer,
                         const struct bus_frame *frames, int nframes, struct err *err);

/* Is the ZAP handler bound and answering? For readiness. */
bool bus_admits(const struct bus *bus);

#endif
