# SPDX-License-Identifier: Apache-2.0
"""Progress reports in bulk: one statement for a batch of them, and what that statement leaves alone."""
import hashlib
import unittest

import harness
import samples
import wire
from model_case import ModelCase

DOCUMENTS, ACTIONS = 8, 12


class Reports(ModelCase):
    def setUp(self):
        super().setUp()
        self.accept(samples.unit("A"), samples.unit("B", region="africa"))
        for number in range(DOCUMENTS):
            key = f"d{number}"
            self.accept(samples.document(key), samples.recommendation(key, "1"),
                        *[samples.action(key, f"1/{n}", responsibilities=samples.responsible("AB"[n % 2]))
                          for n in range(ACTIONS)])

    def report(self, number, action, base, progress="ongoing", text="Went on."):
        return samples.of_action(f"d{number}#1/{action}", base,
                                 progress_report={"progress": progress, "narrative": text})

    def burst(self, changes):
        """All sent before any answer is read; receipts in their order."""
        sent = [self.submission(each) for each in changes]
        for at in range(0, len(sent), 50):
            self.client.send(wire.new("Push", submissions=sent[at:at + 50]))
        return self.answers(sent)

    def answers(self, sent):
        found = {}
        while len(found) < len({each.message_id for each in sent}):
            answer = self.client.receive(30)
            self.assertIsNotNone(answer, f"{len(found)} of {len(sent)} answered")
            found.update({bytes(each.message_id): each for each in answer.receipts})
        return [found[bytes(each.message_id)] for each in sent]

    def outcomes(self, receipts):
        names = {wire.word(f"OUTCOME_{name}"): name.lower()
                 for name in ("COMMITTED", "MERGED", "REFUSED", "CONFLICT", "PARKED", "RETRY_LATER")}
        return [(names[each.outcome], each.code) for each in receipts]

    def everything(self, base, **more):
        return [self.report(number, action, base, **more)
                for action in range(ACTIONS) for number in range(DOCUMENTS)]

    def test_many_reports_are_recorded_counted_and_told(self):
        for base in (1, 2, 3):
            changes = self.everything(base, progress=("initiated", "ongoing", "completed")[base - 1])
            self.assertEqual(set(self.outcomes(self.burst(changes))), {("committed", "")})
            self.check()
        writers = self.register.one(
            "SELECT count(DISTINCT c.document) FROM uptake.change c WHERE c.progress_before IS NOT NULL")
        self.assertEqual(writers, DOCUMENTS, "reports of every document went in by the statement for many")

    def test_counts_are_folded_and_stay_the_same(self):
        self.burst(self.everything(1))
        harness.wait_until(
            lambda: self.register.one("SELECT folded_seq = (SELECT seq FROM uptake.feed_head WHERE scope_id = 1)"
                                      " FROM uptake.rollup_cursor"), "the counts to be folded")
        self.check()
        self.assertEqual(self.register.one(
            "SELECT sum(n) FROM uptake.rollup WHERE scope_id = 1 AND progress_word = 'ongoing'"),
            DOCUMENTS * ACTIONS)

    def test_one_bad_report_among_many_changes_nothing_for_the_others(self):
        self.burst(self.everything(1))
        changes = self.everything(2, progress="completed")
        changes[17] = self.report(1, 2, 2, progress="not_started")
        changes[40] = self.report(0, 5, 1, text="An older view.")
        changes[60] = self.report(4, 7, 9)
        outcomes = self.outcomes(self.burst(changes))
        self.assertEqual(outcomes.pop(60), ("retry_later", "BASE_REVISION_AHEAD"))
        self.assertEqual(outcomes.pop(40), ("conflict", "CONFLICT"))
        self.assertEqual(outcomes.pop(17), ("refused", "TRANSITION_NOT_ALLOWED"))
        self.assertEqual(set(outcomes), {("committed", "")})
        self.check()

    def test_a_repeat_among_new_ones_is_answered_as_before(self):
        first = [self.submission(each) for each in self.everything(1)]
        for at in range(0, len(first), 50):
            self.client.send(wire.new("Push", submissions=first[at:at + 50]))
        self.answers(first)
        fresh = [self.submission(each) for each in self.everything(2)]
        mixed = [each for pair in zip(fresh, first) for each in pair]
        for at in range(0, len(mixed), 50):
            self.client.send(wire.new("Push", submissions=mixed[at:at + 50]))
        answers = self.answers(mixed)
        self.assertEqual({each.duplicate for each in answers[1::2]}, {True})
        self.assertEqual({each.revision for each in answers[1::2]}, {2})
        self.assertEqual({each.duplicate for each in answers[::2]}, {False})
        self.assertEqual({each.revision for each in answers[::2]}, {3})
        self.check()

    def test_an_id_used_again_for_another_action_is_refused(self):
        changes = self.everything(1)
        self.burst(changes)
        again = [self.submission(each) for each in self.everything(2)]
        used = self.register.one("SELECT message_id::text FROM uptake.change ORDER BY change_id DESC LIMIT 1")
        again[33].message_id = bytes.fromhex(used.replace("-", ""))
        for at in range(0, len(again), 50):
            self.client.send(wire.new("Push", submissions=again[at:at + 50]))
        outcomes = self.outcomes(self.answers(again))
        self.assertEqual(outcomes.pop(33), ("refused", "MESSAGE_ID_REUSED"))
        self.assertEqual(set(outcomes), {("committed", "")})
        self.check()

    def test_a_message_once_refused_is_not_taken_later(self):
        stale = self.submission(self.report(0, 0, 1, text="What the other one said."))
        self.burst([self.report(0, 0, 1)])
        self.client.send(wire.new("Push", submissions=[stale]))
        self.assertEqual(self.outcomes(self.answers([stale])), [("conflict", "CONFLICT")])
        self.client.send(wire.new("Push", submissions=[stale]))
        (again,) = self.answers([stale])
        self.assertEqual((again.code, again.duplicate), ("CONFLICT", True))
        # Its base is current once more only in a register that was tampered with; the outcome stands.
        self.register.sql("UPDATE uptake.item SET revision = 1 WHERE item_key = 'd0#1/0'")
        others = [self.submission(self.report(number, 1, 1)) for number in range(DOCUMENTS)]
        self.client.send(wire.new("Push", submissions=[*others, stale]))
        self.assertEqual(self.outcomes(self.answers([*others, stale]))[-1], ("conflict", "CONFLICT"))

    def test_changes_of_a_document_keep_their_order(self):
        """Each builds on the one before; any that overtook another would be asked to come again."""
        changes = []
        for action in range(ACTIONS):
            for number in range(DOCUMENTS):
                key = f"d{number}#1/{action}"
                changes += [self.report(number, action, 1),
                            samples.of_action(key, 2, timeframe={"source": "Q2", "due_on": "2025-06-30",
                                                                 "precision": "day"}),
                            self.report(number, action, 3, progress="completed")]
        receipts = self.burst(changes)
        self.assertEqual(set(self.outcomes(receipts)), {("committed", "")})
        self.check()

    def test_same_bytes_twice_in_one_message_count_once(self):
        one = self.submission(self.report(0, 0, 1))
        others = [self.submission(self.report(number, 1, 1)) for number in range(DOCUMENTS)]
        self.client.send(wire.new("Push", submissions=[one, *others, one]))
        self.answers([one, *others])
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change WHERE body_sha256 = %s",
                                           (hashlib.sha256(one.body).digest(),)), 1)
        self.check()


if __name__ == "__main__":
    unittest.main()
