/* SPDX-License-Identifier: Apache-2.0 */
#include "envelope.h"

#include "wire/wire.h"

bool envelope_send(struct bus_socket *socket, const struct bus_frame *peer,
                   Uptake__V1__MessageKind kind, const ProtobufCMessage *message, struct err *err)
{
    Uptake__V1__Envelope envelope = UPTAKE__V1__ENVELOPE__INIT;
    struct arena arena = {0};
    struct bus_frame frames[2];
    bool good;

    envelope.version = WIRE_VERSION;
    envelope.kind = kind;
    frames[0].bytes = wire_pack(&envelope.base, &arena, &frames[0].len);
    frames[1].bytes = wire_pack(message, &arena, &frames[1].len);
    if (!frames[0].bytes || !frames[1].bytes)
        good = err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "envelope", "cannot pack a message");
    else if (frames[1].len > BUS_FRAME_BYTES_MAX)
        good = err_set(err, ERR_FATAL, "MESSAGE_TOO_LARGE", "envelope", "%zu bytes, limit %d",
                       frames[1].len, (int)BUS_FRAME_BYTES_MAX);
    else
        good = bus_send(socket, peer, frames, 2, err);
    arena_finish(&arena);
    return good;
}

static const ProtobufCMessageDescriptor *type_of(const struct envelope_kind *kinds,
                                                 Uptake__V1__MessageKind kind)
{
    while (kinds->type && kinds->kind != kind)
        kinds++;
    return kinds->type;
}

ProtobufCMessage *envelope_read(const struct bus_message *message,
                                const struct envelope_kind *kinds, struct arena *arena,
                                Uptake__V1__MessageKind *kind, struct err *err)
{
    const ProtobufCMessageDescriptor *type;
    const Uptake__V1__Envelope *envelope;

    if (message->nframes != 2)
        return err_null(err, ERR_REJECT,
                        message->nframes > 2 ? "TOO_MANY_FRAMES" : "BAD_FRAME_COUNT", "message",
                        "expected 2 frames, got %d", message->nframes);
    envelope =
        (Uptake__V1__Envelope *)wire_unpack(&uptake__v1__envelope__descriptor, arena,
                                            message->frames[0].bytes, message->frames[0].len, err);
    if (!envelope)
        return NULL;
    if (envelope->version != WIRE_VERSION)
        return err_null(err, ERR_REJECT, "VERSION_UNSUPPORTED", "version", "got %u, supported %d",
                        envelope->version, (int)WIRE_VERSION);
    type = type_of(kinds, envelope->kind);
    if (!type)
        return err_null(err, ERR_REJECT, "KIND_UNKNOWN", "kind", "nobody here listens to kind %d",
                        (int)envelope->kind);
    *kind = envelope->kind;
    return wire_unpack(type, arena, message->frames[1].bytes, message->frames[1].len, err);
}
