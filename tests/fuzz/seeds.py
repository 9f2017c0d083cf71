# SPDX-License-Identifier: Apache-2.0
"""What a fuzzer of the protocol starts from: seeds.py frame|envelope|body|feed FOLDER writes the recorded messages
of tests/contract/messages there, as that fuzzer reads them."""
import hashlib
import pathlib
import sys

MESSAGES = pathlib.Path(__file__).resolve().parents[1] / "contract" / "messages"
TYPES = ("envelope", "hello", "welcome", "push", "receipts", "ping", "pong", "doorbell", "query", "outcomes", "fetch",
         "batch", "resync", "problem")
PUSH = b"\x08\x01\x10\x03"  # an Envelope: version 1, kind push


def field(number, value):
    size = len(value)
    length = bytes([size & 0x7f | 0x80, size >> 7]) if size > 0x7f else bytes([size])
    return bytes([number << 3 | 2]) + length + value


def pushed(body):
    submission = field(1, b"\x01" * 16) + field(2, hashlib.sha256(body).digest()) + field(3, body)
    return bytes([len(PUSH)]) + PUSH + field(1, submission)


def seed(fuzzer, name, message):
    is_change = name.startswith("change")
    if fuzzer == "body":
        return message if is_change else None
    if fuzzer == "feed":
        return len(message).to_bytes(2, "big") + message if is_change else message
    if fuzzer == "frame" and is_change:
        return pushed(message)
    if fuzzer == "frame":
        return bytes([len(PUSH)]) + PUSH + message
    which = next((at for at, each in enumerate(TYPES) if name.startswith(each)), 0)
    return None if is_change else bytes([which]) + message


fuzzer, folder = sys.argv[1], pathlib.Path(sys.argv[2])
for path in MESSAGES.glob("*.hex"):
    digits = "".join(line for line in path.read_text().splitlines() if not line.startswith("#"))
    content = seed(fuzzer, path.stem, bytes.fromhex(digits))
    if content is not None:
        (folder / path.stem).write_bytes(content)
