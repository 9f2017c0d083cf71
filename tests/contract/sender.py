# SPDX-License-Identifier: Apache-2.0
"""A sender of changes: what any other system would write, from proto/ and services/ingest/README.md alone.

    sender.py ENDPOINT KEY SERVER_KEY OUTBOX < changes

Standard input: an encoded Change in hexadecimal on each line. Each is given an id and stored in OUTBOX, an
append-only file, before anything is sent; it is sent until its outcome is final. The same OUTBOX again, after
whatever ended the last run, settles what that run left open.
"""
import hashlib
import json
import os
import pathlib
import sys
import time
import uuid

import peer
import v1

COST = 80  # bytes of credit that a change takes beside its body; in the frame it takes less
SILENCE_S = 1.0  # without a word while something is under way: ask whether it is still the same server
PATIENCE_S = 5.0  # without any answer to that: connect again
HELLO = v1.Hello(version_min=1, version_max=1, client="sender.py")
FINAL = {v1.OUTCOME_COMMITTED, v1.OUTCOME_MERGED, v1.OUTCOME_NO_OP, v1.OUTCOME_REFUSED, v1.OUTCOME_CONFLICT,
         v1.OUTCOME_PARKED}


def outcome_word(number):
    return v1.Outcome.Name(number).removeprefix("OUTCOME_").lower()


class Outbox:
    """What is to be sent, and what became of it. A line per event; a line cut off by a crash never was."""

    def __init__(self, path):
        self.waiting = {}  # id -> body, in the order they are to go
        self.settled = {}  # id -> (outcome, revision)
        self.bodies = {}  # id -> body, all of them
        path = pathlib.Path(path)
        whole = path.read_bytes() if path.exists() else b""
        whole = whole[:whole.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self.take(json.loads(line))
        self.file = open(path, "r+b" if path.exists() else "w+b")
        self.file.truncate(len(whole))
        self.file.seek(len(whole))

    def close(self):
        self.file.close()

    def take(self, event):
        message_id = bytes.fromhex(event["id"])
        if "body" in event:
            self.waiting[message_id] = self.bodies[message_id] = bytes.fromhex(event["body"])
        else:
            self.waiting.pop(message_id, None)
            self.settled[message_id] = (event["outcome"], event["revision"])

    def write(self, events):
        for event in events:
            self.file.write(json.dumps(event).encode() + b"\n")
            self.take(event)
        self.file.flush()

    def put(self, changes):
        """[(id, body)]: on disk when this returns."""
        self.write({"id": each.hex(), "body": body.hex()} for each, body in changes)
        os.fsync(self.file.fileno())

    def settle(self, receipts):
        # Not forced to disk: what is forgotten is sent again and answered with the same outcome.
        self.write({"id": each.message_id.hex(), "outcome": outcome_word(each.outcome), "revision": each.revision,
                    "code": each.code} for each in receipts)


class Sender:
    """told(event, message id, receipt or None): "invoke" when it goes out, "ok" or "refused" when its outcome is
    final, "unknown" when nobody can say and it will go out again."""

    def __init__(self, connection, outbox, told=lambda *_: None, silence_s=SILENCE_S):
        self.silence_s = silence_s
        self.peer, self.outbox, self.told = connection, outbox, told
        self.limits = None  # the Welcome; None: not connected
        self.under_way = {}  # id -> (bytes it takes of the credit, when it went)
        self.not_before = {}  # id -> when it may go out again
        self.again = []  # ids settled already that are to be sent once more
        self.credit = 0
        self.heard = self.asked = 0.0

    def pending(self):
        return bool(self.outbox.waiting or self.again)

    # ---- connection ----

    def connect(self):
        self.lose_sight()
        self.peer.open()
        if not self.peer.wait_writable(PATIENCE_S) or not self.peer.send(HELLO):
            return
        answer = self.peer.receive(PATIENCE_S)
        if isinstance(answer, v1.Welcome):
            self.limits, self.credit = answer, answer.credit_bytes
            self.heard = self.asked = time.monotonic()

    def lose_sight(self):
        """What is under way may or may not have arrived: all of it goes out again."""
        for message_id in self.under_way:
            self.told("unknown", message_id, None)
        self.under_way.clear()
        self.limits = None

    # ---- out ----

    def frame(self):
        """The next Push, as long as limits and credit allow; its submissions' sizes."""
        push, sizes = v1.Push(), {}
        room = min(self.limits.max_frame_bytes, self.credit - sum(size for size, _ in self.under_way.values()))
        now = time.monotonic()
        known = self.outbox.bodies
        for message_id in [*self.again, *self.outbox.waiting]:
            if message_id in self.under_way or message_id in sizes or self.not_before.get(message_id, 0) > now:
                continue
            submission = v1.Submission(message_id=message_id, body=known[message_id],
                                       body_sha256=hashlib.sha256(known[message_id]).digest(),
                                       sent_at_us=time.time_ns() // 1000)
            size = len(known[message_id]) + COST
            if len(sizes) == self.limits.max_changes or sum(sizes.values()) + size > room:
                break
            sizes[message_id] = size
            push.submissions.append(submission)
        return push, sizes

    def send_all_allowed(self):
        while True:
            push, sizes = self.frame()
            if not sizes:
                return
            for message_id in sizes:
                self.told("invoke", message_id, None)
            now = time.monotonic()
            if not self.under_way:
                self.heard = now
            self.under_way.update((message_id, (size, now)) for message_id, size in sizes.items())
            if not self.peer.send(push):
                self.lose_sight()  # the connection went away in between
                return

    # ---- in ----

    def take(self, answer):
        self.heard = time.monotonic()
        if isinstance(answer, v1.Receipts):
            self.credit = answer.credit_bytes
            self.take_receipts(answer.receipts)
        elif isinstance(answer, (v1.Pong, v1.Welcome)):
            if isinstance(answer, v1.Welcome):
                self.credit = answer.credit_bytes
            if answer.instance != self.limits.instance:
                self.lose_sight()

    def take_receipts(self, receipts):
        final = []
        for receipt in receipts:
            message_id = receipt.message_id
            if not message_id:
                raise RuntimeError(f"ingest cannot read what we send: {receipt.code}: {receipt.text}")
            if self.under_way.pop(message_id, None) is None:
                continue  # answered before: it had gone out twice
            if receipt.outcome in FINAL:
                final.append(receipt)
                self.not_before.pop(message_id, None)
                self.again = [each for each in self.again if each != message_id]
                good = receipt.outcome in (v1.OUTCOME_COMMITTED, v1.OUTCOME_MERGED, v1.OUTCOME_NO_OP)
                self.told("ok" if good else "refused", message_id, receipt)
            else:
                self.not_before[message_id] = time.monotonic() + receipt.retry_after_ms / 1000
                self.told("unknown", message_id, receipt)
        self.outbox.settle(final)

    def step(self, seconds=0.05):
        """Sends what may go, then waits that long for an answer."""
        if self.limits is None:
            self.connect()
        if self.limits is None:
            return
        self.send_all_allowed()
        if self.limits is None:
            return
        answer = self.peer.receive(seconds)
        while answer is not None:
            self.take(answer)
            answer = self.limits and self.peer.receive(0)
        self.watch()

    def watch(self):
        """Silence is looked into, and lasting silence ends the connection. Without credit a new Hello asks for it.
        A receipt of its own may be lost too: a server drops answers that we are too slow to read."""
        now = time.monotonic()
        for message_id in [each for each, (_, sent) in self.under_way.items() if now - sent > 2 * PATIENCE_S]:
            del self.under_way[message_id]
            self.told("unknown", message_id, None)
        if self.limits is None or not self.pending():
            self.heard = now
        elif self.under_way and now - self.heard > PATIENCE_S:
            self.lose_sight()
        elif now - max(self.heard, self.asked) > self.silence_s:
            self.asked = now
            self.peer.send(v1.Ping(token=1) if self.under_way else HELLO)


def main():
    endpoint, own_key, server_key, path = sys.argv[1:]
    outbox = Outbox(path)
    outbox.put([(uuid.uuid4().bytes, bytes.fromhex(line.strip())) for line in sys.stdin if line.strip()])
    sender = Sender(peer.Peer(endpoint, peer.key_file(own_key), peer.key_file(server_key)[0]), outbox)
    while sender.pending():
        sender.step()
    for message_id, (outcome, revision) in outbox.settled.items():
        print(message_id.hex(), outcome, revision)


if __name__ == "__main__":
    main()
