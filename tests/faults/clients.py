# SPDX-License-Identifier: Apache-2.0
"""The programs that use a register during a run: how they are let in, started, killed, ended."""
import hashlib
import json
import pathlib
import signal
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / each) for each in ("contract", "integration")]
import history  # noqa: E402
import load  # noqa: E402
import samples  # noqa: E402
import v1  # noqa: E402
import zmq  # noqa: E402
from harness import environment  # noqa: E402

PUSH_ITEMS = 5


def principal(register, name, reads=()):
    """Lets in a new principal that may push everything or, where scopes are named, read these; its key file."""
    public, secret = (half.decode() for half in zmq.curve_keypair())
    path = register.folder / f"{name}.key"
    path.write_text(f"public {public}\nsecret {secret}\n")
    number = register.one(
        "INSERT INTO uptake.principal (name, created_at) VALUES (%s, now()) RETURNING principal_id", (name,))
    register.sql("INSERT INTO uptake.curve_key (public_key, principal_id, created_at) VALUES (%s, %s, now())",
                 (public, number))
    if reads:
        register.sql("INSERT INTO uptake.read_grant SELECT %s, scope_id FROM uptake.scope WHERE name = ANY (%s)",
                     (number, list(reads)))
    else:
        register.sql("INSERT INTO uptake.push_grant (principal_id, kind)"
                     " SELECT %s, unnest(enum_range(NULL::uptake.item_kind))", (number,))
    return path


def push_endpoint(register):
    return f"tcp://127.0.0.1:{register.ports['push']}"


def follower_of(register, name, scope):
    """A follower of one scope, with a key that may read nothing else; NAME.store, NAME.journal."""
    return Program(HERE.parent / "contract" / "follower.py", f"tcp://127.0.0.1:{register.ports['fetch']}",
                   principal(register, name, [scope]), register.keys / "reporting.public", scope,
                   register.folder / f"{name}.store", register.folder / f"{name}.journal", folder=register.folder)


class Program:
    """A client process that can be killed and started again with the same files."""

    def __init__(self, *command, folder):
        self.command, self.folder = [str(part) for part in command], folder
        self.process = None

    def start(self):
        with open(self.folder / "clients.log", "ab") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", *self.command], stdin=subprocess.PIPE, stdout=log, stderr=log,
                cwd=self.folder, env=environment(PYTHONDONTWRITEBYTECODE="1"))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def running(self):
        if self.process.poll() is not None:
            log = (self.folder / "clients.log").read_text(errors="replace")
            raise AssertionError(f"{self.command} ended with {self.process.returncode}:\n{log[-3000:]}")

    def finish(self, seconds):
        """Ends its input and waits until it has done all it has to."""
        self.process.stdin.close()
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"after {seconds:g} s still not at its end: {self.command}") from None
        if code:
            log = (self.folder / "clients.log").read_text(errors="replace")
            raise AssertionError(f"{self.command} ended with {code}:\n{log[-3000:]}")


class Pushing(threading.Thread):
    """`uptake push` of a file of reports, again and again; a run that was killed or cut off is repeated as it was."""

    def __init__(self, register):
        super().__init__()
        self.register, self.process = register, None
        self.ending, self.given_up = threading.Event(), threading.Event()
        self.record = history.recorder(register.folder / "cli.history")
        self.rounds = 0
        self.failure = None
        self.bodies = {}

    def file_of(self, changes):
        """Lines for push; the body's hash is what the history knows a change by."""
        lines = []
        for each in changes:
            body = each.SerializeToString()
            self.bodies[hashlib.sha256(body).hexdigest()] = body
            lines.append(json.dumps(plain(each)))
        path = self.register.folder / "cli.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def push(self, changes):
        path = self.file_of(changes)
        ids = [hashlib.sha256(each.SerializeToString()).digest() for each in changes]
        for each in ids:
            self.record("invoke", each, None)
        while True:
            self.process = self.register.begin("push", path)
            output, errors = self.process.communicate()
            if self.process.returncode == 0:
                break
            if self.given_up.is_set():
                return
            if self.process.returncode not in (-signal.SIGKILL, 69, 75):
                raise AssertionError(f"uptake push ended with {self.process.returncode}\n{output}{errors}")
            for each in ids:
                self.record("unknown", each, None)
        for each in ids:
            self.record("ok", each, v1.Receipt(outcome=v1.OUTCOME_COMMITTED))

    def run(self):
        try:
            self.push([*load.document("faults-cli"),
                       *(load.action("faults-cli", number) for number in range(PUSH_ITEMS))])
            while not self.ending.is_set():
                self.rounds += 1
                word = ("initiated", "ongoing")[self.rounds % 2]
                self.push([load.report(f"faults-cli#1/{number}", self.rounds, word, self.rounds)
                           for number in range(PUSH_ITEMS)])
        except BaseException as failure:  # pylint: disable=broad-except
            self.failure = failure

    def give_up(self):
        """The run has failed: what was begun is not repeated."""
        self.given_up.set()
        self.ending.set()
        self.kill()

    def kill(self):
        process = self.process
        if process is not None and process.poll() is None:
            process.kill()

    def finish(self, seconds):
        self.ending.set()
        self.join(seconds)
        if self.failure or self.is_alive():
            raise AssertionError(f"uptake push: {self.failure or 'runs on'}")


def plain(message):
    """A message as the JSON that `uptake push` reads."""
    said = {}
    for field, value in message.ListFields():
        one = (plain if field.message_type else
               (lambda number, f=field: samples.word_of(f.enum_type, number)) if field.enum_type else
               (lambda raw: raw.hex() if isinstance(raw, bytes) else raw))
        said[field.name] = [one(each) for each in value] if field.label == field.LABEL_REPEATED else one(value)
    return said
