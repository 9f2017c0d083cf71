# SPDX-License-Identifier: Apache-2.0
"""A client with a valid key and no manners: bytes made by hand, under no library's rules.

    Hostile(register).frames(envelope(PUSH), push(submission(body)))   # sends them as they are
    hostile.refusal()                                                  # the one receipt that answers

Field numbers are those of proto/; nothing here goes through protobuf, so anything can be said.
"""
import hashlib
import itertools
import os

import wire

HELLO, PUSH, PING, QUERY = 1, 3, 5, 8
VARINT, BYTES = 0, 2
_numbers = itertools.count(1)


def varint(value):
    out = b""
    value &= (1 << 64) - 1
    while value > 0x7f:
        out += bytes([value & 0x7f | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3 | VARINT) + varint(value)


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | BYTES) + varint(len(value)) + value


def envelope(kind=PUSH, version=1):
    return number(1, version) + number(2, kind)


def fresh_id():
    return hashlib.sha256(b"hostile %d %d" % (os.getpid(), next(_numbers))).digest()[:16]


def submission(body, message_id=None, digest=None, more=b""):
    """The bytes of a Submission; id and digest are right unless told otherwise."""
    return (text(1, fresh_id() if message_id is None else message_id)
            + text(2, hashlib.sha256(body).digest() if digest is None else digest) + text(3, body) + more)


def push(*submissions):
    return b"".join(text(1, each) for each in submissions)


def chain(levels, field=90):
    """A message in a message in a message."""
    inner = text(field, b"x")
    for _ in range(levels):
        inner = text(field, inner)
    return inner


class Hostile:
    def __init__(self, register, key="cli.key"):
        self.client = wire.Client(f"tcp://127.0.0.1:{register.ports['push']}", register.key(key),
                                  register.key("ingest.public")[0])
        self.socket = self.client.socket

    def close(self):
        self.client.close()

    def frames(self, *frames):
        self.socket.send_multipart(frames)

    def body(self, body, **more):
        self.frames(envelope(), push(submission(body, **more)))

    def receipt(self, seconds=30):
        """The receipt that answers the last message."""
        answer = self.client.receive(seconds)
        assert answer is not None, "no answer came"
        assert answer.DESCRIPTOR.name == "Receipts", answer
        (receipt,) = answer.receipts
        return receipt
