/* SPDX-License-Identifier: Apache-2.0 */
/* libbench_plain.so, for LD_PRELOAD in the bench alone: what the same programs would do without
 * CURVE.
 *
 * There is no such mode in any program of ours, and must be none. Here libzmq is kept from hearing
 * of keys and of the handler that asks about them, so that both ends speak in clear; and every
 * message is said to come from the key in UPTAKE_BENCH_PEER, which the service knows. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93 /* libzmq 4.3 has it, its header as a draft */
#endif

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (!found)
        abort();
    return found;
}

int zmq_setsockopt(void *socket, int option, const void *value, size_t len)
{
    static int (*real)(void *, int, const void *, size_t);

    if (option == ZMQ_CURVE_SERVER || option == ZMQ_CURVE_PUBLICKEY ||
        option == ZMQ_CURVE_SECRETKEY || option == ZMQ_CURVE_SERVERKEY ||
        option == ZMQ_ZAP_DOMAIN || option == ZMQ_ZAP_ENFORCE_DOMAIN)
        return 0;
    if (!real)
        *(void **)&real = next("zmq_setsockopt");
    return real(socket, option, value, len);
}

const char *zmq_msg_gets(const zmq_msg_t *message, const char *property)
{
    static const char *(*real)(const zmq_msg_t *, const char *);

    if (strcmp(property, "User-Id") == 0)
        return getenv("UPTAKE_BENCH_PEER");
    if (!real)
        *(void **)&real = next("zmq_msg_gets");
    return real(message, property);
}
