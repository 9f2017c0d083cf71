/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope - messages of the protocol over a bus socket: two frames, an Envelope and then what its
 * kind names.
 *
 * Threading: loop thread only.
 * Ownership: what was read lives in the arena; what is sent is copied.
 */
#ifndef UPTAKE_BUS_ENVELOPE_H
#define UPTAKE_BUS_ENVELOPE_H

#include "base/arena.h"
#include "bus.h"

#include <uptake/v1/envelope.pb-c.h>

/* A kind somebody listens to; a list of them ends with a row without type. */
struct envelope_kind {
    Uptake__V1__MessageKind kind;
    const ProtobufCMessageDescriptor *type;
    bool may_be_empty; /* one that says nothing is no bytes at all */
};

/* As bus_send; and ERR_FATAL MESSAGE_TOO_LARGE for what no peer would take. */
MUST_CHECK bool envelope_send(struct bus_socket *socket, const struct bus_frame *peer,
                              Uptake__V1__MessageKind kind, const ProtobufCMessage *message,
                              struct err *err);

/* NULL with ERR_REJECT: EMPTY_MESSAGE, BAD_FRAME_COUNT, TOO_MANY_FRAMES, VERSION_UNSUPPORTED,
 * KIND_UNKNOWN
 * (*kind stays as it was), and what wire_unpack says. */
MUST_CHECK ProtobufCMessage *envelope_read(const struct bus_message *message,
                                           const struct envelope_kind *kinds, struct arena *arena,
                                           Uptake__V1__MessageKind *kind, struct err *err);

#endif
