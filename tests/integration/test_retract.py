# SPDX-License-Identifier: Apache-2.0
"""uptake retract: one item, or an item with all that stands on it, and back."""
import json
import unittest

from model_case import ModelCase


class Retract(ModelCase):
    def setUp(self):
        super().setUp()
        self.world()
        self.register.start("reporting")

    def retracted(self):
        return {key for (key,) in self.register.sql("SELECT item_key FROM uptake.item WHERE retracted")}

    def test_one_item_and_back(self):
        self.register.must("retract", "d#finding:f", "--reason", "seen twice")
        self.assertEqual(self.retracted(), {"d#finding:f"})
        self.assertIn("0 applied", self.register.must("retract", "d#finding:f", "--reason", "seen twice"))
        self.register.must("retract", "d#finding:f", "--reason", "it was right", "--restore")
        self.assertEqual(self.retracted(), set())
        self.check()

    def test_what_stands_on_it_is_named_and_nothing_is_sent(self):
        done = self.register.run("retract", "d#1/1", "--reason", "entered twice")
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT_EMPTY", done.stderr)
        self.assertIn("d#indicator:y", done.stderr)
        said = json.loads(self.register.run("retract", "d#1", "--reason", "r", "--json").stdout)
        self.assertEqual(said["code"], "NOT_EMPTY")
        self.assertEqual(set(said["standing"]), {"d#1.1", "d#1/1", "d#1/2", "d#assessment:x", "d#indicator:y"})
        self.assertEqual(self.retracted(), set())

    def test_a_document_with_its_contents_and_back(self):
        whole = {key for (key,) in self.register.sql(
            "SELECT item_key FROM uptake.item WHERE document = 'd' AND kind <> 'reminder'")}
        dry = self.register.must("retract", "d", "--reason", "wrong file", "--with-contents", "--dry-run")
        self.assertEqual([json.loads(line)["subject"] for line in dry.splitlines()][-1], "d")
        self.assertEqual(self.retracted(), set())
        self.accept(self.retract("d#finding:f"))  # for another reason, before
        said = json.loads(self.register.must("retract", "d", "--reason", "wrong file", "--with-contents", "--json"))
        self.assertEqual((said["applied"], said["refused"]), (len(whole) - 1, []))
        self.assertEqual(self.retracted(), whole)
        self.check()
        self.register.must("retract", "d", "--reason", "it was right", "--with-contents", "--restore")
        self.assertEqual(self.retracted(), {"d#finding:f"})
        self.check()

    def test_a_unit_with_all_it_is_responsible_for(self):
        self.register.must("retract", "unit:B", "--reason", "never existed", "--with-contents")
        self.assertEqual(self.retracted(), {"unit:B", "d#1/2"})
        self.check()

    def test_replaced_by_another(self):
        self.register.must("retract", "d#1/2", "--reason", "entered twice", "--replaced-by", "d#1/1")
        self.assertIn("d#1/1", json.dumps(self.register.json("/v1/items/d%231%2F2")["change"]["retraction"]))
        done = self.register.run("retract", "d#2", "--reason", "r", "--replaced-by", "d#1/2")
        self.assertEqual((done.returncode, "BAD_REFERENCE" in done.stderr), (1, True), done.stderr)

    def test_mistakes_are_told(self):
        for arguments, code in ((("d#none", "--reason", "r"), "NOT_FOUND"), (("d",), "USAGE"),
                                (("d", "--reason", "r", "--restore"), "NOT_RETRACTED")):
            done = self.register.run("retract", *arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(code, done.stderr)


if __name__ == "__main__":
    unittest.main()
