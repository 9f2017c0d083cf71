# SPDX-License-Identifier: Apache-2.0
"""What could not be recorded waits for a person, who has it tried again or discards it; either is history."""
import hashlib
import json
import unittest

import samples
import wire
from harness import wait_until
from model_case import ModelCase

POISON = """
    CREATE FUNCTION uptake.fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '22012'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON uptake.action
        FOR EACH ROW WHEN (NEW.text LIKE 'poison%') EXECUTE FUNCTION uptake.fail()"""


def poisonous(code="1/8"):
    made = samples.action("d", code)
    made.action_wording.text = "poison"
    return made


class DeadLetters(ModelCase):
    def setUp(self):
        super().setUp()
        self.world()
        self.register.sql(POISON)
        self.register.start("reporting")

    def park(self, change=None, client=None):
        """The id of the letter, as people write it."""
        sent = self.submission(change or poisonous())
        receipt = (client or self.client).push(sent)[sent.message_id]
        self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_PARKED"), "PARKED"), receipt)
        return bytes(sent.message_id).hex()

    def heal(self):
        self.register.sql("DROP TRIGGER fail ON uptake.action")

    def decide(self, word, letter, *more, reason="seen to"):
        return self.register.run("dead-letters", word, letter, "--by", "A. Operator", "--reason", reason, *more)

    def letter(self, letter):
        return json.loads(self.register.must("dead-letters", "show", letter, "--json"))

    def replayed(self, letter):
        """How the new attempt ended."""
        return wait_until(lambda: self.letter(letter)["replay"]["outcome"], "the letter tried again")

    def test_a_letter_says_what_was_parked_and_why(self):
        letter = self.park()
        said = self.letter(letter)
        self.assertEqual((said["key"], said["sender"], said["state"], said["sqlstate"], said["attempts"]),
                         ("d#1/8", "operator", "waiting", "22012", 1))
        self.assertTrue(said["reason"])
        self.assertEqual(said["change"]["action_wording"]["text"], "poison")
        self.assertIn("1 letter waiting", self.register.must("dead-letters"))
        self.check()

    def test_replayed_it_is_its_senders_own_change_and_applied_once(self):
        letter = self.park()
        self.heal()
        self.assertEqual(self.decide("replay", letter).returncode, 0)
        self.assertEqual(self.replayed(letter), "committed")
        self.assertEqual(self.register.sql(
            "SELECT p.name, c.outcome::text FROM uptake.change c JOIN uptake.item i USING (item_id)"
            " JOIN uptake.principal p ON p.principal_id = c.sender_id WHERE item_key = 'd#1/8'"),
            [("operator", "committed")])
        self.assertIn("0 letters waiting", self.register.must("dead-letters"))
        self.assertIn("1 letter", self.register.must("dead-letters", "list", "--all"))
        self.assertEqual(self.letter(letter)["decided_by"], "A. Operator")
        self.check()

    def test_an_ingest_that_dies_after_the_decision_still_tries_again(self):
        letter = self.park()
        self.heal()
        self.register.sql("REVOKE INSERT ON uptake.feed_segment FROM uptake_ingest")  # nothing can be applied
        (number,) = self.register.sql(
            "UPDATE uptake.dead_letter SET decision = 'replayed', decided_by = 'x' RETURNING sender_id")[0]
        wait_until(lambda: any(each["event"] == "letter_replayed" for each in self.register.ingest.log_events()),
                   "a first attempt")
        self.register.ingest.kill()
        self.register.sql("GRANT INSERT ON uptake.feed_segment TO uptake_ingest")
        self.register.ingest.start()
        self.assertEqual(self.replayed(letter), "committed")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change WHERE sender_id = %s AND body = ("
                                           "SELECT body FROM uptake.dead_letter)", (number,)), 1)

    def test_what_fails_again_is_parked_anew(self):
        letter = self.park()
        self.decide("replay", letter)
        self.assertEqual(self.replayed(letter), "parked")
        waiting = json.loads(self.register.must("dead-letters", "--json"))["dead_letters"]
        self.assertEqual([each["id"] for each in waiting], [self.letter(letter)["replay"]["id"]])
        self.heal()
        self.decide("replay", waiting[0]["id"])
        self.assertEqual(self.replayed(waiting[0]["id"]), "committed")
        self.check()

    def test_what_does_not_fit_any_more_is_told(self):
        letter = self.park()
        self.heal()
        self.accept(samples.action("d", "1/8"))
        self.decide("replay", letter)
        self.assertEqual(self.replayed(letter), "refused")
        self.assertEqual(self.letter(letter)["replay"]["code"], "ITEM_EXISTS")

    def test_a_decision_is_a_change_in_audit_and_taken_once(self):
        letter = self.park()
        self.decide("discard", letter, reason="not wanted")
        self.assertEqual(self.letter(letter)["state"], "discarded")
        self.assertEqual(self.seen_by(f"dead-letter:{letter}"), {"audit"})
        said = self.register.json(f"/v1/history/dead-letter%3A{letter}")["history"]
        self.assertIn("not wanted", said[0]["said"][0]["text"])
        for word in ("discard", "replay"):
            done = self.decide(word, letter)
            self.assertEqual((done.returncode, "LETTER_SETTLED" in done.stderr), (1, True), done.stderr)
        self.check()
        feed = self.register.json("/v1/scopes/audit/changes?after=0")["entries"]
        self.assertEqual([each["change"]["subject"] for each in feed], [f"dead-letter:{letter}"])

    def test_mistakes_are_told(self):
        unknown = hashlib.sha256(b"none").digest()[:16]
        decision = {"sender": "operator", "message_id": unknown, "decision": "discarded", "decided_by": "x",
                    "reason": "r"}

        def change(subject=f"dead-letter:{unknown.hex()}", **more):
            return samples.change("dead_letter", "dead-letters", subject, 0,
                                  dead_letter_decision={**decision, **more})
        self.refuse(change(), "LETTER_UNKNOWN", "dead_letter_decision.message_id")
        self.refuse(change("dead-letter:1234"), "BAD_KEY", "subject")
        self.refuse(change(message_id=b"short"), "BAD_MESSAGE_ID", "dead_letter_decision.message_id")
        self.refuse(change(decided_by=""), "FIELD_EMPTY", "dead_letter_decision.decided_by")
        self.assertIn("LETTER_UNKNOWN", self.decide("replay", unknown.hex()).stderr)
        self.assertIn("USAGE", self.decide("replay", "12").stderr)
        self.assertIn("USAGE", self.register.run("dead-letters", "replay", unknown.hex()).stderr)

    def test_the_same_id_of_two_senders_is_two_letters(self):
        self.register.sql("INSERT INTO uptake.push_grant (principal_id, kind)"
                          " SELECT principal_id, 'action' FROM uptake.principal WHERE name = 'workflow'")
        sent = self.submission(poisonous())
        letter = bytes(sent.message_id).hex()
        other = wire.Client(f"tcp://127.0.0.1:{self.register.ports['push']}",
                            self.register.key("workflow.key"), self.register.key("ingest.public")[0])
        self.addCleanup(other.close)

        def parked(client):
            return client.push(sent)[sent.message_id].outcome == wire.word("OUTCOME_PARKED")
        wait_until(lambda: parked(other), "the other sender's grant seen")
        self.assertTrue(parked(self.client))
        self.assertIn("LETTER_AMBIGUOUS", self.decide("discard", letter).stderr)
        self.assertEqual(self.decide("discard", letter, "--sender", "workflow").returncode, 0)
        self.assertEqual(self.decide("discard", letter, "--sender", "operator").returncode, 0)
        self.assertEqual(self.revision(f"dead-letter:{letter}"), 2)
        self.check()

    def test_pages_follow_each_other(self):
        letters = {self.park(poisonous(f"1/{code}")) for code in range(20, 25)}
        seen, after = [], ""
        while after is not None:
            page = self.register.json(f"/v1/dead-letters?limit=2{after and '&after=' + after}")
            seen += [each["id"] for each in page["dead_letters"]]
            after = page["next"]
        self.assertEqual((len(seen), set(seen)), (5, letters))
        for wrong in ("after=x", "after=12:34:x", "id=12", "state=odd", "limit=0", "colour=red"):
            self.assertEqual(self.register.http(f"/v1/dead-letters?{wrong}")[0], 400, wrong)

    def test_nobody_else_learns_of_them(self):
        letter = self.park()
        self.decide("discard", letter)
        self.register.sql("DELETE FROM uptake.read_grant WHERE scope_id = 3")
        for path in ("/v1/dead-letters", f"/v1/items/dead-letter%3A{letter}", "/v1/scopes/audit/changes"):
            self.assertEqual(self.register.http(path)[0], 404, path)
        self.assertNotIn(letter.encode(), self.register.http("/v1/scopes/hq/items")[2])
        self.register.sql("DELETE FROM uptake.read_grant")
        self.register.sql("INSERT INTO uptake.read_grant SELECT principal_id, 3 FROM uptake.principal"
                          " WHERE name = 'operator'")
        self.assertIsNone(self.letter(letter)["change"], "what it says is for those who read hq")


if __name__ == "__main__":
    unittest.main()
