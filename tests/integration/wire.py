# SPDX-License-Identifier: Apache-2.0
"""A client of the sync protocol written from proto/ alone: what any other system would write."""
import functools
import hashlib
import pathlib
import sys

import zmq
from google.protobuf import descriptor_pool, message_factory

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))
import contract  # noqa: E402

_pool = descriptor_pool.DescriptorPool()
_factory = message_factory.MessageFactory(_pool)
KINDS = {"Hello": 1, "Welcome": 2, "Push": 3, "Receipts": 4, "Ping": 5, "Pong": 6, "Doorbell": 7,
         "QueryOutcome": 8, "Outcomes": 9, "Fetch": 10, "Batch": 11, "ResyncRequired": 12, "Problem": 13}


def new(kind, /, **fields):
    """A message of uptake.v1, e.g. new("Hello", version_min=1, version_max=1)."""
    if not _loaded:
        _load()
    return _factory.GetPrototype(_pool.FindMessageTypeByName("uptake.v1." + kind))(**fields)


_loaded = []


def _load():
    waiting = list(contract.current().file)
    known = set()
    while waiting:
        file = next(each for each in waiting if known.issuperset(each.dependency))
        _pool.Add(file)
        known.add(file.name)
        waiting.remove(file)
    _loaded.append(True)


@functools.cache
def word(name):
    """The number of an enum word, e.g. word("ITEM_KIND_ACTION")."""
    new("Envelope")
    for enum in contract.enums(contract.current()).values():
        for value in enum.value:
            if value.name == name:
                return value.number
    raise KeyError(name)


def submission(message_id, change):
    body = change.SerializeToString()
    return new("Submission", message_id=message_id, body=body,
               body_sha256=hashlib.sha256(body).digest())


SEND_MS = 5000  # a door that refused the handshake takes nothing any more, and a send would wait for ever


class Client:
    """One connection to ingest. key: (public, secret), or None for one without CURVE."""

    def __init__(self, endpoint, key, server_key):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.sndtimeo = SEND_MS
        if key is not None:
            self.socket.curve_publickey = key[0].encode()
            self.socket.curve_secretkey = key[1].encode()
            self.socket.curve_serverkey = server_key.encode()
        self.socket.connect(endpoint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()
        self.context.term()

    def send(self, message):
        kind = KINDS[message.DESCRIPTOR.name]
        envelope = new("Envelope", version=1, kind=kind)
        self.socket.send_multipart([envelope.SerializeToString(), message.SerializeToString()])

    def receive(self, seconds):
        """The next message, or None when none comes in that time."""
        if not self.socket.poll(int(seconds * 1000)):
            return None
        frames = self.socket.recv_multipart()
        envelope = new("Envelope").FromString(frames[0])
        name = next(name for name, kind in KINDS.items() if kind == envelope.kind)
        return new(name).FromString(frames[1])

    def hello(self, seconds):
        """The Welcome, or None: no answer in that time, or nobody takes the question."""
        try:
            self.send(new("Hello", version_min=1, version_max=1, client="test"))
        except zmq.Again:
            return None
        return self.receive(seconds)

    def push(self, *submissions, seconds=30):
        """Receipts by message id."""
        self.send(new("Push", submissions=submissions))
        receipts = {}
        while len(receipts) < len(submissions):
            answer = self.receive(seconds)
            assert answer is not None, f"{len(receipts)} of {len(submissions)} receipts came"
            if answer.DESCRIPTOR.name == "Receipts":
                receipts.update({bytes(each.message_id): each for each in answer.receipts})
        return receipts
