# SPDX-License-Identifier: Apache-2.0
"""The one way in: what a receipt promises, and what becomes of changes that cannot be applied."""
import contextlib
import hashlib
import unittest

import psycopg2
import wire
from harness import PATIENCE, Register, wait_until

# Long enough for a commit that is not held up, which every other test here shows.
SILENCE = 1.5


def message_id(name):
    return hashlib.sha256(name.encode()).digest()[:16]


def change(kind, document, subject, base=0, **groups):
    return wire.new("Change", operation=wire.word("OPERATION_SET"),
                    kind=wire.word(f"ITEM_KIND_{kind}"), document=document, subject=subject,
                    base_revision=base, **groups)


def unit(code, region="asia-pacific"):
    return change("UNIT", "units", f"unit:{code}", unit_identity=wire.new(
        "UnitIdentity", code=code, name=f"Unit {code}", kind=wire.word("UNIT_KIND_UNIT"),
        region=region, zone="Asia/Bangkok"))


def document(key):
    return change("DOCUMENT", key, key, document_identity=wire.new(
        "DocumentIdentity", title=f"Evaluation {key}", dated_on="2024-07-02",
        instrument=wire.word("INSTRUMENT_EVALUATION"), addressee=wire.word("ADDRESSEE_OFFICE")))


def recommendation(key, code):
    return change("RECOMMENDATION", key, f"{key}#{code}", recommendation_text=wire.new(
        "RecommendationText", code=code, text="Say who carries on once the office has left"))


def action(key, code="1", marker="Map who could take over"):
    return change("ACTION", key, f"{key}#1/{code}", action_wording=wire.new(
        "ActionWording", code=code, text=marker, recommendations=[f"{key}#1"]))


def progress(key, base, word="ONGOING"):
    return change("ACTION", key, f"{key}#1/1", base, progress_report=wire.new(
        "ProgressReport", progress=wire.word(f"PROGRESS_{word}"), source=word.title()))


def responsible(key, base, *codes):
    return change("ACTION", key, f"{key}#1/1", base, responsibilities=wire.new(
        "Responsibilities", source=" ".join(codes), units=[
            wire.new("Responsibility", unit=f"unit:{code}", name=code,
                     role=wire.word("ROLE_LEAD"), said_by="management") for code in codes]))


class Ingest(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest")
        self.client = self.connect()

    def connect(self, key="cli.key"):
        client = wire.Client(f"tcp://127.0.0.1:{self.register.ports['push']}",
                             self.register.key(key), self.register.key("ingest.public")[0])
        self.addCleanup(client.close)
        return client

    def push(self, *changes, client=None):
        """Receipts in the order of the changes; ids follow from the bytes."""
        submissions = [wire.submission(message_id(str(each)), each) for each in changes]
        receipts = (client or self.client).push(*submissions)
        return [receipts[each.message_id] for each in submissions]

    def assertOutcome(self, receipt, outcome, code=""):
        self.assertEqual((receipt.outcome, receipt.code),
                         (wire.word(f"OUTCOME_{outcome}"), code), receipt)

    def build(self, key="d"):
        for receipt in self.push(unit("A"), unit("B", "africa"), document(key),
                                 recommendation(key, "1"), action(key)):
            self.assertOutcome(receipt, "COMMITTED")

    def feed(self, scope):
        """(operation, subject) of each entry of a scope's feed, in order."""
        return [tuple(row) for row in self.register.sql(
            """SELECT c.operation::text, i.item_key
               FROM uptake.feed_segment s
               JOIN uptake.scope USING (scope_id)
               CROSS JOIN LATERAL unnest(s.change_ids) WITH ORDINALITY AS e (change_id, at)
               JOIN uptake.change c USING (change_id)
               JOIN uptake.item i USING (item_id)
               WHERE scope.name = %s ORDER BY s.first_seq, e.at""", (scope,))]

    @contextlib.contextmanager
    def held_head(self):
        """While held, no writer can commit: each needs the head of hq."""
        connection = psycopg2.connect(self.register.database.conninfo("postgres"))
        try:
            connection.cursor().execute(
                "SELECT seq FROM uptake.feed_head WHERE scope_id = 1 FOR UPDATE")
            yield
        finally:
            connection.close()

    def test_no_receipt_before_the_commit(self):
        self.build()
        with self.held_head():
            late = wire.submission(message_id("late"), progress("d", 1))
            self.client.send(wire.new("Push", submissions=[late]))
            self.assertIsNone(self.client.receive(SILENCE), "acknowledged before the commit")
        answer = self.client.receive(PATIENCE)
        self.assertOutcome(answer.receipts[0], "COMMITTED")

    def test_a_cut_off_push_is_answered_duplicate(self):
        self.build()
        first = self.push(progress("d", 1))[0]
        again = self.push(progress("d", 1))[0]
        self.assertFalse(first.duplicate)
        self.assertTrue(again.duplicate)
        self.assertOutcome(again, "COMMITTED")
        self.assertEqual(again.revision, first.revision)
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.change WHERE message_id = %s::uuid",
            (message_id(str(progress("d", 1))).hex(),)), 1)

    def test_killed_before_the_commit_the_change_is_applied_once_on_repeat(self):
        self.build()
        late = wire.submission(message_id("late"), progress("d", 1))
        with self.held_head():
            self.client.send(wire.new("Push", submissions=[late]))
            self.assertIsNone(self.client.receive(SILENCE))
            self.register.ingest.kill()
        self.register.ingest.start()
        receipt = self.connect().push(late)[late.message_id]
        self.assertOutcome(receipt, "COMMITTED")
        self.assertEqual(self.register.one(
            "SELECT revision FROM uptake.item WHERE item_key = 'd#1/1'"), 2)

    def test_an_id_is_not_used_for_another_body(self):
        self.build()
        one, other = progress("d", 1), progress("d", 1, "COMPLETED")
        self.assertOutcome(self.client.push(wire.submission(message_id("x"), one))[message_id("x")],
                           "COMMITTED")
        self.assertOutcome(self.client.push(wire.submission(message_id("x"), other))[message_id("x")],
                           "REFUSED", "MESSAGE_ID_REUSED")

    def test_two_reports_on_one_base_leave_a_conflict_with_both(self):
        self.build()
        self.push(progress("d", 1))
        receipt = self.push(progress("d", 1, "COMPLETED"))[0]
        self.assertOutcome(receipt, "CONFLICT", "CONFLICT")
        self.assertEqual(receipt.place, "progress_report")
        ((base, current, body),) = self.register.sql(
            "SELECT base_revision, current_revision, body FROM uptake.conflict")
        self.assertEqual((base, current), (1, 2))
        self.assertEqual(bytes(body), progress("d", 1, "COMPLETED").SerializeToString())
        self.assertOutcome(self.push(progress("d", 1, "COMPLETED"))[0], "CONFLICT", "CONFLICT")

    def test_changes_of_different_groups_are_merged(self):
        self.build()
        self.push(progress("d", 1))
        self.assertOutcome(self.push(responsible("d", 1, "A"))[0], "MERGED")

    def test_a_parent_may_come_later_than_its_child(self):
        self.assertOutcome(self.push(action("d"))[0], "RETRY_LATER", "PARENT_UNKNOWN")
        self.build()
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item WHERE item_key = 'd#1/1'"), 1)

    def test_a_poisonous_change_is_parked_and_its_neighbours_are_not(self):
        self.register.sql("""
            CREATE FUNCTION uptake.fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '22012'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON uptake.action
                FOR EACH ROW WHEN (NEW.text = 'poison') EXECUTE FUNCTION uptake.fail()""")
        self.push(document("d"), recommendation("d", "1"))
        before, bad, after = self.push(action("d", "1"), action("d", "2", "poison"), action("d", "3"))
        self.assertOutcome(before, "COMMITTED")
        self.assertOutcome(bad, "PARKED", "PARKED")
        self.assertOutcome(after, "COMMITTED")
        self.assertOutcome(self.push(action("d", "2", "poison"))[0], "PARKED", "PARKED")
        self.assertEqual(bytes(self.register.one("SELECT body FROM uptake.dead_letter")),
                         action("d", "2", "poison").SerializeToString())

    def test_trouble_of_the_database_is_not_held_against_a_change(self):
        self.build()
        self.register.sql("REVOKE INSERT ON uptake.feed_segment FROM uptake_ingest")
        self.assertEqual(self.push(progress("d", 1))[0].outcome, wire.word("OUTCOME_RETRY_LATER"))
        self.register.sql("GRANT INSERT ON uptake.feed_segment TO uptake_ingest")
        self.assertOutcome(self.push(progress("d", 1))[0], "COMMITTED")

    def test_a_repeat_that_overtakes_its_first_attempt_is_still_the_same_change(self):
        """The killed process's database session may commit after the repeat has arrived."""
        self.build()
        # No report: those are known again by the revision they found, not by their outcome.
        late = wire.submission(message_id("late"), change("ACTION", "d", "d#1/1", 1, hold_set=wire.new(
            "HoldSet", hold=wire.word("HOLD_DISPUTED"), reason="Who pays is open")))
        with self.held_head():
            self.client.send(wire.new("Push", submissions=[late]))
            self.assertIsNone(self.client.receive(SILENCE))
            self.register.ingest.kill()
            self.register.ingest.start()
            client = self.connect()
            client.send(wire.new("Push", submissions=[late]))
            self.assertIsNone(client.receive(SILENCE))
        self.assertOutcome(client.receive(PATIENCE).receipts[0], "COMMITTED")
        self.assertEqual(self.register.one("SELECT revision FROM uptake.item WHERE item_key = 'd#1/1'"), 2)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.conflict"), 0)

    def test_what_builds_on_a_change_still_to_come_waits_for_it(self):
        self.build()
        self.assertOutcome(self.push(progress("d", 2, "COMPLETED"))[0], "RETRY_LATER", "BASE_REVISION_AHEAD")
        self.push(progress("d", 1))
        self.assertOutcome(self.push(progress("d", 2, "COMPLETED"))[0], "COMMITTED")

    def test_a_key_revoked_while_it_floods_is_deaf_within_seconds(self):
        self.build()
        self.register.sql("UPDATE uptake.curve_key SET revoked_at = clock_timestamp() WHERE public_key = %s",
                          (self.register.key("cli.key")[0],))
        with self.held_head():  # the writer is busy; what is known of keys must not wait for it
            def deaf():
                self.client.send(wire.new("Ping", token=1))
                return self.client.receive(0.5) is None
            wait_until(deaf, "revoked key without an answer", 10)

    def test_a_unit_that_moves_takes_its_items_to_the_new_region(self):
        self.build()
        self.push(responsible("d", 1, "A"))
        moved = unit("A", "europe")
        moved.base_revision = 1
        self.assertOutcome(self.push(moved)[0], "COMMITTED")
        self.assertEqual(self.register.sql(
            "SELECT s.name FROM uptake.item i JOIN uptake.scope s ON s.scope_id = ANY (i.scopes)"
            " WHERE i.item_key = 'd#1/1' ORDER BY 1"),
            [("hq",), ("region:europe",), ("unit:A",)])

    def test_a_reference_must_lead_to_the_right_kind(self):
        self.build()
        wrong = responsible("d", 1, "A")
        wrong.responsibilities.units[0].unit = "d#1"
        self.assertOutcome(self.push(wrong)[0], "REFUSED", "BAD_REFERENCE")

    def test_a_flood_of_new_actions_is_taken_at_the_first_try(self):
        self.build()
        flood = [wire.submission(message_id(f"flood {i}"), action("d", f"f{i}")) for i in range(600)]
        for i in range(0, len(flood), 50):
            self.client.send(wire.new("Push", submissions=flood[i:i + 50]))
        outcomes = []
        while len(outcomes) < len(flood):
            answer = self.client.receive(PATIENCE)
            self.assertIsNotNone(answer, f"{len(outcomes)} of {len(flood)} receipts came")
            outcomes += [each.outcome for each in answer.receipts]
        self.assertEqual(set(outcomes), {wire.word("OUTCOME_COMMITTED")})
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.action"), 601)

    def test_an_item_that_moves_leaves_one_feed_and_enters_the_other_whole(self):
        self.build()
        self.push(responsible("d", 1, "A"), progress("d", 2), responsible("d", 3, "B"))
        self.assertEqual(self.feed("unit:A"),
                         [("enter", "d#1/1"), ("set", "d#1/1"), ("leave", "d#1/1")])
        self.assertEqual(self.feed("unit:B"), [("enter", "d#1/1")])
        self.assertEqual(self.feed("region:africa"), [("enter", "d#1/1")])
        (image,) = self.register.sql(
            """SELECT body FROM uptake.change WHERE operation = 'enter' ORDER BY change_id DESC LIMIT 1""")
        entered = wire.new("Change").FromString(bytes(image[0]))
        self.assertEqual(entered.action_wording.text, "Map who could take over")
        self.assertEqual(entered.progress_report.progress, wire.word("PROGRESS_ONGOING"))
        self.assertEqual([each.unit for each in entered.responsibilities.units], ["unit:B"])

    def test_a_key_without_the_grant_is_refused(self):
        receipt = self.push(document("d"), client=self.connect("workflow.key"))[0]
        self.assertOutcome(receipt, "REFUSED", "NOT_GRANTED")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item"), 0)

    def test_unreadable_messages_are_answered_with_a_code(self):
        envelope = wire.new("Envelope", version=1, kind=3).SerializeToString()
        odd = wire.new("Envelope", version=9, kind=3).SerializeToString()
        unknown = wire.new("Envelope", version=1, kind=77).SerializeToString()
        for frames, code in (([b"x"], "BAD_FRAME_COUNT"), ([envelope] * 5, "TOO_MANY_FRAMES"),
                             ([envelope, b"\x0a\xff\x01"], "ENVELOPE_TRUNCATED"),
                             ([envelope, b""], "EMPTY_MESSAGE"), ([odd, b""], "VERSION_UNSUPPORTED"),
                             ([unknown, b""], "KIND_UNKNOWN")):
            with self.subTest(code):
                self.client.socket.send_multipart(frames)
                self.assertOutcome(self.client.receive(PATIENCE).receipts[0], "REFUSED", code)
        self.build()

    def test_a_changed_body_and_a_missing_id_are_refused(self):
        good = wire.submission(message_id("x"), document("d"))
        spoiled = wire.new("Submission", message_id=good.message_id, body=good.body[:-1] + b"X",
                           body_sha256=good.body_sha256)
        self.assertOutcome(self.client.push(spoiled)[good.message_id], "REFUSED", "BODY_HASH_MISMATCH")
        nameless = wire.new("Submission", message_id=bytes(16), body=good.body,
                            body_sha256=good.body_sha256)
        self.assertOutcome(self.client.push(nameless)[bytes(16)], "REFUSED", "BAD_MESSAGE_ID")
        self.assertOutcome(self.client.push(good)[good.message_id], "COMMITTED")

    def test_without_a_database_pushes_wait_and_pings_are_answered(self):
        self.build()
        self.register.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'uptake-ingest'")
        settled = wire.word("OUTCOME_COMMITTED")

        def committed():
            return self.push(progress("d", 1))[0].outcome == settled
        wait_until(committed, "the repeated push committed")
        self.client.send(wire.new("Ping", token=7))
        self.assertEqual(self.client.receive(PATIENCE).token, 7)


if __name__ == "__main__":
    unittest.main()
