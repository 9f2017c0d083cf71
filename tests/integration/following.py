# SPDX-License-Identifier: Apache-2.0
"""`uptake push --follow`: a folder, the program that empties it, and changes whose order can be told."""
import collections
import json
import signal
import subprocess
import threading

import generated
from harness import PATIENCE, environment, wait_until

DOCUMENT = "drill"


def basis(actions):
    """A document with a recommendation and this many actions: each change needs those before it."""
    yield generated.change("document", DOCUMENT, DOCUMENT, document_identity={
        "title": "Drill", "dated_on": "2024-07-02", "instrument": "evaluation", "addressee": "office",
        "language": "en"})
    yield generated.change("recommendation", DOCUMENT, f"{DOCUMENT}#1", recommendation_text={
        "code": "1", "text": "Say who carries on once the office has left"})
    for number in range(1, actions + 1):
        yield generated.change("action", DOCUMENT, f"{DOCUMENT}#1/{number}", action_wording={
            "code": str(number), "recommendations": [f"{DOCUMENT}#1"], "text": f"Take step {number}"})


def reports(actions, rounds, begin=0):
    """Progress of every action in turn, each report on top of the one before."""
    for base in range(begin + 1, begin + rounds + 1):
        for number in range(1, actions + 1):
            yield generated.change("action", DOCUMENT, f"{DOCUMENT}#1/{number}", base, progress_report={
                "progress": "ongoing", "source": "Ongoing", "narrative": f"Step {number}, report {base}."})


def expected(changes):
    """[(item, revision)] in the order given."""
    return [(each["subject"], each["base_revision"] + 1) for each in changes]


def recorded(register):
    """[(item, revision)] in the order of hq's feed."""
    return register.sql("SELECT i.item_key, c.revision FROM uptake.feed_segment s"
                        " CROSS JOIN unnest(s.change_ids) WITH ORDINALITY AS u (change_id, place)"
                        " JOIN uptake.change c USING (change_id) JOIN uptake.item i USING (item_id)"
                        " WHERE s.scope_id = 1 AND c.document = %s AND c.operation = 'set'"
                        " ORDER BY s.last_seq, u.place", (DOCUMENT,))


def by_item(rows):
    """{item: its revisions in order}: what was asked to come again may stand behind what came after it."""
    items = collections.defaultdict(list)
    for item, revision in rows:
        items[item].append(revision)
    return dict(items)


class Folder:
    """The folder and, once started, the program."""

    def __init__(self, register, name="outgoing"):
        self.register = register
        self.path = register.folder / name
        self.path.mkdir()
        self.process = None
        self.lines = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process:
            self.kill()

    def lay(self, name, changes):
        """As senders are told to: written under another name, then renamed."""
        text = "".join(json.dumps(each) + "\n" for each in changes)
        (self.path / f"{name}.tmp").write_text(text)
        (self.path / f"{name}.tmp").rename(self.path / name)

    def start(self, *flags):
        self.process = subprocess.Popen(
            [self.register.programs / "uptake", "--config", self.register.config, "push", "--json",
             "--follow", self.path, *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment())
        self.errors = []
        self.readers = [threading.Thread(target=self.read, args=each, daemon=True) for each in (
            (self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()
        return self

    def read(self, stream, lines):
        for line in stream:
            lines.append(line)

    def told(self, what):
        """What it printed, of one sort: "taken", "bad" or "outcome"."""
        return [line for line in map(json.loads, [each for each in self.lines if each.endswith("\n")])
                if what in line]

    def join(self):
        for reader in self.readers:
            reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        code, self.process = self.process.returncode, None
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.join()
        self.lines = []

    def interrupt(self, number=signal.SIGINT):
        wait_until(lambda: self.errors, "a word of whether ingest answers")  # signals are heard by then
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        return self.join()

    def wait_end(self):
        """(exit code, what it said on standard error)"""
        self.process.wait(PATIENCE)
        return self.join(), "".join(self.errors)

    def names(self, folder="."):
        place = self.path / folder
        return sorted(each.name for each in place.iterdir() if each.suffix == ".jsonl") if place.is_dir() else []

    def wait_taken(self, seconds=PATIENCE):
        wait_until(lambda: not self.names() and not self.names(".taking"), "every file in the outbox", seconds)
