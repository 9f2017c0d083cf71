/* SPDX-License-Identifier: Apache-2.0 */
#include "admit.h"

#include "base/log.h"

#include <string.h>
#include <zmq.h>

/* Frames of a request: version, request id, domain, address, identity, mechanism, credentials. */
enum {
    ZAP_VERSION,
    ZAP_REQUEST_ID,
    ZAP_DOMAIN,
    ZAP_ADDRESS,
    ZAP_IDENTITY,
    ZAP_MECHANISM,
    ZAP_CREDENTIALS,
    ZAP_FRAMES,
    CURVE_KEY_BYTES = 32,
};

static bool equals(zmq_msg_t *frame, const char *text)
{
    return zmq_msg_size(frame) == strlen(text) &&
           memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

static bool may_enter(zmq_msg_t *frames, int n, char key[BUS_KEY_TEXT], bus_admit_fn *admit,
                      void *ctx)
{
    char domain[64];
    size_t len = n == ZAP_FRAMES ? zmq_msg_size(&frames[ZAP_DOMAIN]) : 0;

    key[0] = '\0';
    if (n != ZAP_FRAMES || len >= sizeof(domain) || !equals(&frames[ZAP_VERSION], "1.0") ||
        !equals(&frames[ZAP_MECHANISM], "CURVE") ||
        zmq_msg_size(&frames[ZAP_CREDENTIALS]) != CURVE_KEY_BYTES)
        return false;
    memcpy(domain, zmq_msg_data(&frames[ZAP_DOMAIN]), len);
    domain[len] = '\0';
    zmq_z85_encode(key, zmq_msg_data(&frames[ZAP_CREDENTIALS]), CURVE_KEY_BYTES);
    return admit(ctx, domain, key);
}

/* "300" (not now), never "400" (never): after a 400 libzmq does not connect again, so a client that
 * came before its key was known, or before the database was, would stay out until somebody restarts
 * it. */
static void answer(void *socket, zmq_msg_t *request_id, bool admitted, const char *key)
{
    zmq_send(socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(socket, zmq_msg_data(request_id), zmq_msg_size(request_id), ZMQ_SNDMORE);
    zmq_send(socket, admitted ? "200" : "300", 3, ZMQ_SNDMORE);
    zmq_send(socket, admitted ? "OK" : "NO", 2, ZMQ_SNDMORE);
    zmq_send(socket, key, admitted ? strlen(key) : 0, ZMQ_SNDMORE);
    zmq_send(socket, "", 0, 0);
}

static bool answer_one(void *socket, bus_admit_fn *admit, void *ctx)
{
    zmq_msg_t frames[ZAP_FRAMES];
    zmq_msg_t surplus;
    char key[BUS_KEY_TEXT];
    int n = 0;
    bool more = true;
    bool admitted;

    while (more) {
        zmq_msg_t *frame = n < ZAP_FRAMES ? &frames[n] : &surplus;
        zmq_msg_init(frame);
        if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(frame);
            break;
        }
        more = zmq_msg_more(frame);
        if (n < ZAP_FRAMES)
            n++;
        else
            zmq_msg_close(&surplus);
    }
    if (n == 0)
        return false;
    admitted = may_enter(frames, n, key, admit, ctx);
    if (n > ZAP_REQUEST_ID)
        answer(socket, &frames[ZAP_REQUEST_ID], admitted, key);
    if (!admitted)
        log_event(LOG_WARN, "connection_refused", "key", key, "reason",
                  key[0] ? "unknown or revoked key" : "not CURVE", NULL);
    for (int i = 0; i < n; i++)
        zmq_msg_close(&frames[i]);
    return true;
}

int admit_answer_requests(void *zap_socket, bus_admit_fn *admit, void *ctx, int most)
{
    int n = 0;

    while (n < most && answer_one(zap_socket, admit, ctx))
        n++;
    return n;
}
