# SPDX-License-Identifier: Apache-2.0
"""What tests of the model share: a register with ingest, a small world of every kind, and the checker."""
import hashlib
import itertools
import unittest

import samples
import wire
from checker import Checker
from harness import Register

PUSH_MOST = 50


class ModelCase(unittest.TestCase):
    maxDiff = None
    register_class = Register

    def setUp(self):
        self.register = self.enterContext(self.register_class())
        self.register.start("ingest")
        self.client = self.connect()
        self.checker = Checker(self.register)
        self.numbers = itertools.count(1)

    def connect(self, port=None):
        client = wire.Client(f"tcp://127.0.0.1:{port or self.register.ports['push']}",
                             self.register.key("cli.key"), self.register.key("ingest.public")[0])
        self.addCleanup(client.close)
        return client

    def submission(self, change):
        """Every call is a message of its own, even with the same bytes."""
        name = f"{next(self.numbers)} {change.subject}"
        return wire.submission(hashlib.sha256(name.encode()).digest()[:16], change)

    def push(self, *changes):
        """Receipts in the order of the changes."""
        receipts = []
        for at in range(0, len(changes), PUSH_MOST):
            sent = [self.submission(each) for each in changes[at:at + PUSH_MOST]]
            answers = self.client.push(*sent)
            receipts += [answers[each.message_id] for each in sent]
        return receipts

    def accept(self, *changes):
        for change, receipt in zip(changes, self.push(*changes)):
            self.assertIn(receipt.outcome, (wire.word("OUTCOME_COMMITTED"), wire.word("OUTCOME_MERGED")),
                          f"{change.subject}: {receipt}")

    def refuse(self, change, code, place=None, outcome="REFUSED"):
        (receipt,) = self.push(change)
        self.assertEqual((receipt.outcome, receipt.code), (wire.word(f"OUTCOME_{outcome}"), code), receipt)
        if place is not None:
            self.assertEqual(receipt.place, place)
        self.assertTrue(receipt.text)
        return receipt

    def check(self, step=False):
        self.assertEqual(self.checker.faults(step)[:12], [])

    def step(self, *changes):
        """One after the other, all that is derived looked at after each."""
        for change in changes:
            self.accept(change)
            self.check(step=True)

    def revision(self, key):
        return self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (key,))

    def item(self, key, *columns):
        ((row),) = self.register.sql(
            f"SELECT {', '.join(columns)} FROM uptake.item i LEFT JOIN uptake.action a USING (item_id)"
            " WHERE item_key = %s", (key,))
        return row if len(columns) > 1 else row[0]

    def seen_by(self, key):
        return {name for (name,) in self.register.sql(
            "SELECT name FROM uptake.scope JOIN uptake.item ON scope_id = ANY (scopes) WHERE item_key = %s",
            (key,))}

    def again(self, key, **groups):
        """A change of an item that exists, on its present revision."""
        kind, document, revision = self.register.sql(
            "SELECT kind::text, document, revision FROM uptake.item WHERE item_key = %s", (key,))[0]
        return samples.change(kind, document, key, revision, **groups)

    def retract(self, key, **more):
        return self.again(key, retraction=samples.retraction(**more))

    def restore(self, key):
        return self.again(key, retraction=samples.retraction(False))

    def world(self):
        """An item of every kind: units A, B, C in three regions, H at headquarters; document d of A with two
        recommendations, a part and two actions, and what is said of them; document e of C."""
        s = samples
        self.accept(s.unit("A"), s.unit("B", "africa"), s.unit("C", "europe"), s.unit("H", ""))
        self.accept(
            s.document("d", "A"), s.response("d"), s.recommendation("d", "1", responsibilities=s.responsible(
                "H", said_by="evaluator")), s.recommendation("d", "1.1", parent="d#1"), s.recommendation("d", "2"),
            s.action("d", "1/1", responsibilities=s.responsible("A"), timeframe={
                "source": "2024", "due_on": "2024-12-31", "precision": "year"}),
            s.action("d", "1/2", answers=("1", "2"), responsibilities=s.responsible("B")),
            s.document("e", "C"), s.recommendation("e", "1"),
            s.assessment_round("d", "r"), s.assessment("d", "x", "r", ["d#1", "d#1.1"]),
            s.indicator("d", "y", "d#1/1"), s.link("d", "l", "d#1/1", "e#1"), s.finding("d", "f", "d#1/1"),
            s.policy("p", "unit:H"), s.cycle("p", "2024-07-01"), s.reminder("p", "d#1/1", "A"), s.crosswalk("s"))
