# SPDX-License-Identifier: Apache-2.0
"""A client with a valid key and no manners: bytes made by hand, under no library's rules.

    Hostile(register).frames(envelope(PUSH), push(submission(body)))   # sends them as they are
    hostile.refusal()                                                  # the one receipt that answers

Field numbers are those of proto/; nothing here goes through protobuf, so anything can be said. RawPeer goes
without libzmq too: that one sends no message before it ends.
"""
import ctypes
import ctypes.util
import hashlib
import itertools
import os
import socket
import struct

import wire
from zmq.utils import z85

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


def _sodium():
    return ctypes.CDLL(ctypes.util.find_library("sodium"))


def _box(message, nonce, public, secret):
    out = ctypes.create_string_buffer(len(message) + 16)
    assert _sodium().crypto_box_easy(out, message, ctypes.c_ulonglong(len(message)), nonce, public, secret) == 0
    return out.raw


def _open(boxed, nonce, public, secret):
    out = ctypes.create_string_buffer(len(boxed) - 16)
    assert _sodium().crypto_box_open_easy(out, boxed, ctypes.c_ulonglong(len(boxed)), nonce, public, secret) == 0
    return out.raw


def _pair():
    public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
    assert _sodium().crypto_box_keypair(public, secret) == 0
    return public.raw, secret.raw


class RawPeer:
    """ZMTP 3.0 with CURVE (ZeroMQ RFCs 23 and 26) on a plain socket."""

    def __init__(self, port, key, server_key):
        self.public, self.secret = (z85.decode(half) for half in key)
        self.server = z85.decode(server_key)
        self.own, self.own_secret = _pair()
        self.count = 0
        self.stream = socket.create_connection(("127.0.0.1", port), 30)
        self.stream.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32))
        self.read(64)
        self.shake_hands()

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.stream.recv(size - len(data))
            assert piece, "the server closed the connection"
            data += piece
        return data

    def nonce(self, label):
        self.count += 1
        return label + struct.pack(">Q", self.count)

    def command(self, data):
        self.stream.sendall(b"\x04" + bytes([len(data)]) + data if len(data) < 256 else
                            b"\x06" + struct.pack(">Q", len(data)) + data)

    def answer(self):
        flags, size = self.read(1)[0], self.read(1)
        return self.read(struct.unpack(">Q", size + self.read(7))[0] if flags & 2 else size[0])

    def shake_hands(self):
        nonce = self.nonce(b"CurveZMQHELLO---")
        self.command(b"\x05HELLO\x01\x00" + bytes(72) + self.own + nonce[16:]
                     + _box(bytes(64), nonce, self.server, self.own_secret))
        welcome = self.answer()
        assert welcome.startswith(b"\x07WELCOME"), welcome
        inside = _open(welcome[24:], b"WELCOME-" + welcome[8:24], self.server, self.own_secret)
        self.peer, cookie = inside[:32], inside[32:]
        salt = os.urandom(16)
        vouch = _box(self.own + self.server, b"VOUCH---" + salt, self.peer, self.secret)
        nonce = self.nonce(b"CurveZMQINITIATE")
        kind = b"\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
        self.command(b"\x08INITIATE" + cookie + nonce[16:]
                     + _box(self.public + salt + vouch + kind, nonce, self.peer, self.own_secret))
        assert self.answer().startswith(b"\x05READY")

    def part(self, data, more=True):
        """One frame of a message, inside CURVE."""
        nonce = self.nonce(b"CurveZMQMESSAGEC")
        sealed = b"\x07MESSAGE" + nonce[16:] + _box(bytes([more]) + data, nonce, self.peer, self.own_secret)
        self.stream.sendall(b"\x02" + struct.pack(">Q", len(sealed)) + sealed)

    def close(self):
        self.stream.close()
