# SPDX-License-Identifier: Apache-2.0
"""One CURVE connection to ingest or reporting: two frames each way, an Envelope and the message it names."""
import pathlib
import time

import v1
import zmq


def key_file(path):
    """(public, secret) of a key file; secret is None where only the public half stands."""
    lines = dict(line.split() for line in pathlib.Path(path).read_text().splitlines())
    return lines["public"], lines.get("secret")


class Peer:
    def __init__(self, endpoint, own_key, server_key):
        self.endpoint, self.own_key, self.server_key = endpoint, own_key, server_key
        self.context = zmq.Context.instance()
        self.socket = None

    def open(self):
        """A connection of its own, nothing of an earlier one left in it."""
        self.close()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        # Nothing is queued for a connection that does not stand.
        self.socket.immediate = 1
        self.socket.reconnect_ivl = 100
        self.socket.heartbeat_ivl, self.socket.heartbeat_timeout = 15000, 45000
        self.socket.curve_publickey, self.socket.curve_secretkey = (half.encode() for half in self.own_key)
        self.socket.curve_serverkey = self.server_key.encode()
        self.socket.connect(self.endpoint)

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, message):
        """False: nobody is connected now, nothing was sent."""
        envelope = v1.Envelope(version=1, kind=v1.KIND_OF[type(message)])
        try:
            self.socket.send_multipart([envelope.SerializeToString(), message.SerializeToString()], zmq.DONTWAIT)
        except zmq.Again:
            return False
        return True

    def wait_writable(self, seconds):
        return bool(self.socket.poll(max(0, int(seconds * 1000)), zmq.POLLOUT))

    def receive(self, seconds):
        """The next message, or None when none comes in that time."""
        deadline = time.monotonic() + seconds
        while self.socket.poll(max(0, int((deadline - time.monotonic()) * 1000))):
            frames = self.socket.recv_multipart()
            envelope = v1.Envelope.FromString(frames[0])
            if len(frames) == 2 and envelope.kind in v1.CLASS_OF:  # a kind of a later version says nothing to us
                return v1.CLASS_OF[envelope.kind].FromString(frames[1])
        return None
