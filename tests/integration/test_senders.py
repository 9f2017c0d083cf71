# SPDX-License-Identifier: Apache-2.0
"""Whose changes a Push holds, what became of earlier ones, and which copy of a sender may still speak."""
import hashlib

import people
import psycopg2
import samples
import wire
from harness import PATIENCE, wait_until
from model_case import ModelCase


def message_id(name):
    return hashlib.sha256(name.encode()).digest()[:16]


class Senders(ModelCase):
    def principal(self, name, *grants, **columns):
        """A connection under the key of a new principal."""
        client = people.welcomed(self.register, people.add_principal(self.register, name, *grants, **columns))
        self.addCleanup(client.close)
        return client

    def pushed(self, client, name, change, **more):
        """Its receipt."""
        client.send(wire.new("Push", submissions=[wire.submission(message_id(name), change)], **more))
        answer = client.receive(PATIENCE)
        self.assertEqual(answer.DESCRIPTOR.name, "Receipts", answer)
        (receipt,) = answer.receipts
        return receipt

    def asked(self, client, *ids, **more):
        client.send(wire.new("QueryOutcome", message_ids=ids, **more))
        return client.receive(PATIENCE)

    def sender_of(self, key):
        return self.register.one(
            "SELECT p.name FROM uptake.change c JOIN uptake.principal p ON p.principal_id = c.sender_id"
            " JOIN uptake.item i ON i.item_id = c.item_id WHERE operation = 'set' AND item_key = %s", (key,))

    def test_outcomes_are_told_to_their_sender_alone(self):
        other = self.principal("other", "unit")
        self.pushed(self.client, "one", samples.unit("ONE"))
        self.pushed(self.client, "refused", samples.unit("ONE", base=0, name="Another"))
        never = message_id("never sent")
        told = self.asked(self.client, message_id("one"), never, message_id("refused"))
        self.assertEqual([(bytes(each.message_id), each.outcome, each.duplicate, each.revision, each.code)
                          for each in told.receipts],
                         [(message_id("one"), wire.word("OUTCOME_COMMITTED"), True, 1, ""),
                          (message_id("refused"), wire.word("OUTCOME_REFUSED"), True, 1, "ITEM_EXISTS")])
        self.assertEqual(list(told.unknown), [never])
        self.assertEqual(list(self.asked(other, message_id("one")).unknown), [message_id("one")])

    def test_questions_that_cannot_be_answered(self):
        for ids, code in ((["short"], "BAD_MESSAGE_ID"), ([], "FIELD_MISSING"),
                          ([bytes([i] * 16) for i in range(1, 52)], "TOO_MANY_ELEMENTS")):
            with self.subTest(code):
                told = self.asked(self.client, *(each if isinstance(each, bytes) else each.encode() for each in ids))
                if not ids:  # an empty message packs to no bytes at all
                    code = "EMPTY_MESSAGE"
                self.assertEqual((told.DESCRIPTOR.name, told.code, told.retry_after_ms), ("Problem", code, 0), told)
        told = self.asked(self.client, bytes(16), spoken_for="workflow")
        self.assertEqual(told.code, "SPEAKER_NOT_ALLOWED")

    def test_outcomes_while_the_database_is_away(self):
        self.register.database.server.stop()
        try:
            wait_until(lambda: self.register.ingest.readyz()[0] == 503, "ingest misses the database")
            told = self.asked(self.client, message_id("one"))
            self.assertEqual((told.DESCRIPTOR.name, told.code), ("Problem", "DB_UNAVAILABLE"))
            self.assertGreater(told.retry_after_ms, 0)
        finally:
            self.register.database.server.start()
        wait_until(lambda: self.asked(self.client, message_id("one")).DESCRIPTOR.name == "Outcomes",
                   "outcomes once it is back")

    def test_speaker_pushes_for_another_under_the_others_grants(self):
        speaker = self.principal("speaker", speaks=True)
        silent = self.principal("silent", "unit")
        self.assertEqual(self.pushed(speaker, "own", samples.unit("OWN")).code, "NOT_GRANTED")
        receipt = self.pushed(speaker, "for", samples.unit("FOR"), spoken_for="silent")
        self.assertEqual(receipt.outcome, wire.word("OUTCOME_COMMITTED"), receipt)
        self.assertEqual(self.sender_of("unit:FOR"), "silent")
        # Dedupe is the other's: the same message from itself is the same message.
        again = self.pushed(silent, "for", samples.unit("FOR"))
        self.assertTrue(again.duplicate)
        self.assertEqual(self.pushed(speaker, "policy", samples.policy("p"), spoken_for="silent").code, "NOT_GRANTED")
        self.assertEqual(self.asked(speaker, message_id("for"), spoken_for="silent").receipts[0].revision, 1)
        self.assertEqual(len(self.asked(speaker, message_id("for")).unknown), 1)
        self.assertIn(("speaker", "silent"), [(each["speaker"], each["principal"])
                                              for each in self.register.ingest.log_events()
                                              if each["event"] == "spoken_for"])

    def test_speaking_for_others_is_a_right(self):
        silent = self.principal("silent", "unit")
        speaker = self.principal("speaker", speaks=True)
        receipt = self.pushed(silent, "not", samples.unit("NOT"), spoken_for="workflow")
        self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_REFUSED"), "SPEAKER_NOT_ALLOWED"))
        receipt = self.pushed(speaker, "nobody", samples.unit("NOT"), spoken_for="nobody")
        self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_REFUSED"), "PRINCIPAL_UNKNOWN"))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item WHERE item_key = 'unit:NOT'"), 0)

    def test_older_copy_of_a_sender_is_fenced(self):
        copy = self.connect()
        first = self.pushed(self.client, "new", samples.unit("NEW"), producer_epoch=8)
        self.assertEqual((first.outcome, first.code), (wire.word("OUTCOME_RETRY_LATER"), "PRODUCER_EPOCH_NEW"))

        def taken():
            receipt = self.pushed(self.client, "new", samples.unit("NEW"), producer_epoch=8)
            return receipt.outcome == wire.word("OUTCOME_COMMITTED")
        wait_until(taken, "the new epoch holds")
        self.assertEqual(self.register.one("SELECT max(producer_epoch) FROM uptake.principal"), 8)
        old = self.pushed(copy, "old", samples.unit("OLD"), producer_epoch=7)
        self.assertEqual((old.outcome, old.code), (wire.word("OUTCOME_REFUSED"), "PRODUCER_FENCED"))
        self.assertIn("current epoch 8", old.text)
        # It holds after a restart as well, and whoever uses no epoch is not asked for one.
        self.register.ingest.kill()
        self.register.ingest.start()
        old = self.pushed(self.connect(), "old", samples.unit("OLD"), producer_epoch=7)
        self.assertEqual(old.code, "PRODUCER_FENCED")
        self.assertEqual(self.pushed(self.connect(), "none", samples.unit("NONE")).outcome,
                         wire.word("OUTCOME_COMMITTED"))

    def test_epoch_is_not_taken_before_the_database_has_it(self):
        other = psycopg2.connect(self.register.database.conninfo("postgres"))
        self.addCleanup(other.close)
        with other.cursor() as cursor:
            cursor.execute("SELECT FROM uptake.principal FOR UPDATE")
        for _ in range(3):
            receipt = self.pushed(self.client, "new", samples.unit("NEW"), producer_epoch=3)
            self.assertEqual((receipt.outcome, receipt.code),
                             (wire.word("OUTCOME_RETRY_LATER"), "PRODUCER_EPOCH_NEW"))
        other.rollback()
        wait_until(lambda: self.pushed(self.client, "new", samples.unit("NEW"), producer_epoch=3).outcome ==
                   wire.word("OUTCOME_COMMITTED"), "the new epoch holds")


if __name__ == "__main__":
    import unittest
    unittest.main()
