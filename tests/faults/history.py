# SPDX-License-Identifier: Apache-2.0
"""What the clients of a run did and heard, read while they write it.

Each line of a history: at, event (invoke, ok, refused, unknown), id; with the receipt's words where one came.
An operation is open from its first invoke until its first final answer, whatever happens in between.
"""
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))
import sender  # noqa: E402


def recorder(path):
    """What a sender tells, as lines of a history; each stands before the sender goes on."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def told(event, message_id, receipt):
        line = {"at": time.time(), "event": event, "id": message_id.hex()}
        if receipt is not None:
            line |= {"outcome": sender.outcome_word(receipt.outcome), "code": receipt.code,
                     "revision": receipt.revision, "duplicate": receipt.duplicate}
        os.write(file, json.dumps(line).encode() + b"\n")
    return told


class History:
    def __init__(self, path):
        self.path, self.offset = pathlib.Path(path), 0
        self.invoked = {}  # id -> when first
        self.finals = {}  # id -> [final events]
        self.open = set()
        self.answers = self.unknown = 0

    def read(self):
        """Takes in what was written since; a line that is not whole yet waits."""
        if not self.path.exists():
            return self
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            new = file.read()
        new = new[:new.rfind(b"\n") + 1]
        self.offset += len(new)
        for line in new.splitlines():
            event = json.loads(line)
            name, at = event["event"], event["id"]
            if name == "invoke":
                if at not in self.invoked:
                    self.invoked[at] = event["at"]
                    self.open.add(at)
            elif name == "unknown":
                self.unknown += 1
            else:
                self.answers += 1
                self.finals.setdefault(at, []).append(event)
                self.open.discard(at)
        return self
