# SPDX-License-Identifier: Apache-2.0
"""A change that ends ingest whenever it is looked at: parked the third time, and nobody else suffers."""
import pathlib
import subprocess
import unittest

import harness
import samples
import wire
from model_case import ModelCase

HERE = pathlib.Path(__file__).resolve().parent


class Poison(ModelCase):
    def setUp(self):
        super().setUp()
        self.accept(samples.unit("A"), samples.document("d"), samples.recommendation("d", "1"),
                    *[samples.action("d", f"1/{n}") for n in range(3)])
        library = self.register.folder / "poison.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "poison.c", "-ldl"], check=True)
        self.variables = {"LD_PRELOAD": library,
                          "ASAN_OPTIONS": harness.SANITIZERS["ASAN_OPTIONS"] + ":verify_asan_link_order=0"}

    def start_poisoned(self):
        self.register.ingest.start(**self.variables)

    def report(self, number, text):
        return self.submission(samples.of_action(f"d#1/{number}", 1, progress_report={
            "progress": "ongoing", "narrative": text}))

    def test_it_is_parked_and_its_neighbours_are_taken(self):
        sent = [self.report(0, "Went on."), self.report(1, "DEADLY"), self.report(2, "Went on too.")]
        self.register.ingest.stop()
        for _ in range(3):
            self.start_poisoned()
            self.client.send(wire.new("Push", submissions=sent))
            code, log = self.register.ingest.wait_end()
            self.assertNotEqual(code, 0, log)
        self.start_poisoned()
        answers = self.client.push(*sent)
        committed, parked = wire.word("OUTCOME_COMMITTED"), wire.word("OUTCOME_PARKED")
        self.assertEqual([answers[each.message_id].outcome for each in sent], [committed, parked, committed])
        ((attempts, reason, body),) = self.register.sql(
            "SELECT attempts, reason, body FROM uptake.dead_letter WHERE message_id = %s",
            (sent[1].message_id.hex(),))
        self.assertEqual((attempts, bytes(body)), (3, sent[1].body))
        self.assertIn("3 times", reason)
        again = self.client.push(sent[1])[sent[1].message_id]
        self.assertEqual((again.outcome, again.duplicate, again.code), (parked, True, "PARKED"))
        self.check()

    def test_an_innocent_change_in_hand_is_taken_the_next_time(self):
        note = self.register.folder / "ingest.in_hand"
        one = self.report(0, "Went on.")
        sender = self.register.one("SELECT principal_id FROM uptake.principal WHERE name = 'operator'")
        self.register.ingest.stop()
        note.write_bytes(sender.to_bytes(4, "little") + one.message_id + (1).to_bytes(4, "little"))
        self.register.ingest.start()
        self.assertEqual(self.client.push(one)[one.message_id].outcome, wire.word("OUTCOME_COMMITTED"))
        self.assertEqual(self.register.one("SELECT attempts FROM uptake.attempt"), 1)


if __name__ == "__main__":
    unittest.main()
