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

static const struct envelope_kind *find_kind(const struct envelope_kind *kinds,
                                             Uptake__V1__MessageKind kind)
{
    while (kinds->type && kinds->kind != kind)
        kinds++;
    return kinds->type ? kinds : NULL;
}

static bool check_frames(const struct bus_message *message, struct err *err)
{
    if (message->nframes == 2)
        return true;
    if (message->nframes < 1 || (message->nframes == 1 && message->frames[0].len == 0))
        return err_set(err, ERR_REJECT, "EMPTY_MESSAGE", "message", "has no envelope frame");
    return err_set(err, ERR_REJECT, message->nframes > 2 ? "TOO_MANY_FRAMES" : "BAD_FRAME_COUNT",
                   "message", "expected 2 frames, got %d", message->nframes);
}

static ProtobufCMessage *unpack_body(const struct envelope_kind *kind,
                                     const struct bus_frame *frame, struct arena *arena,
                                     struct err *err)
{
    ProtobufCMessage *empty;

    if (frame->len > 0 || !kind->may_be_empty)
        return wire_unpack(kind->type, arena, frame->bytes, frame->len, err);
    empty = arena_alloc(arena, kind->type->sizeof_message);
    if (!empty)
        return err_null(err, ERR_RETRY, "OVERLOADED", "envelope", "out of memory; send it again");
    protobuf_c_message_init(kind->type, empty);
    return empty;
}

ProtobufCMessage *envelope_read(const struct bus_message *message,
                                const struct envelope_kind *kinds, struct arena *arena,
                                Uptake__V1__MessageKind *kind, struct err *err)
{
    const struct envelope_kind *known;
    const Uptake__V1__Envelope *envelope;

    if (!check_frames(message, err))
        return NULL;
    envelope =
        (Uptake__V1__Envelope *)wire_unpack(&uptake__v1__envelope__descriptor, arena,
                                            message->frames[0].bytes, message->frames[0].len, err);
    if (!envelope)
        return NULL;
    if (envelope->version != WIRE_VERSION)
        return err_null(err, ERR_REJECT, "VERSION_UNSUPPORTED", "version", "got %u, supported %d",
                        envelope->version, (int)WIRE_VERSION);
    known = find_kind(kinds, envelope->kind);
    if (!known)
        return err_null(err, ERR_REJECT, "KIND_UNKNOWN", "kind", "nobody here listens to kind %d",
                        (int)envelope->kind);
    *kind = envelope->kind;
    return unpack_body(known, &message->frames[1], arena, err);
}
