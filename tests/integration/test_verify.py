# SPDX-License-Identifier: Apache-2.0
"""uptake verify: clean after honest traffic, also while that goes on; whatever is tampered with is named."""
import json
import threading
import unittest

import samples
import test_workflow
from harness import wait_until
from model_case import ModelCase
from test_dead_letters import POISON, poisonous

ACTION = "(SELECT item_id FROM uptake.item WHERE item_key = 'd#1/1')"
UNIT = "(SELECT scope_id FROM uptake.scope WHERE name = 'unit:A')"
REPORT = f"(SELECT max(change_id) FROM uptake.change WHERE item_id = {ACTION} AND operation = 'set')"
LAST = f"(SELECT max(last_seq) FROM uptake.feed_segment WHERE scope_id = {UNIT})"
BEFORE = f"(SELECT max(last_seq) FROM uptake.feed_segment WHERE scope_id = {UNIT} AND last_seq < {LAST})"

# What is done to the register; the invariant that it breaks; words of a finding; how it is undone.
TAMPERED = (
    ("ALTER TABLE uptake.change DROP CONSTRAINT change_sender_id_message_id_key;"
     " INSERT INTO uptake.change SELECT 999999, sender_id, message_id, body_sha256, operation, kind, document,"
     f" item_id, revision, body, outcome, progress, reported_on, scopes, recorded_at FROM uptake.change"
     f" WHERE change_id = {REPORT}",
     "I1", "was applied 2 times",
     "DELETE FROM uptake.change WHERE change_id = 999999;"
     " ALTER TABLE uptake.change ADD UNIQUE (sender_id, message_id)"),
    (f"UPDATE uptake.item SET revision = revision + 1 WHERE item_id = {ACTION}", "I1", "which no change brought",
     f"UPDATE uptake.item SET revision = revision - 1 WHERE item_id = {ACTION}"),
    ("INSERT INTO uptake.refusal (sender_id, message_id, body_sha256, outcome, code, place, remedy, revision,"
     " recorded_at) SELECT sender_id, message_id, body_sha256, 'refused', 'ODD', '', '', 0, recorded_at"
     f" FROM uptake.change WHERE change_id = {REPORT}",
     "I2", "was also refused (ODD)", "DELETE FROM uptake.refusal WHERE code = 'ODD'"),
    (f"UPDATE uptake.change SET sender_id = sender_id + 9000 WHERE change_id = {REPORT}",
     "I3", "which there is not", "UPDATE uptake.change SET sender_id = sender_id - 9000 WHERE sender_id > 9000"),
    ("UPDATE uptake.change SET sender_id = (SELECT principal_id FROM uptake.principal WHERE name = 'operator')"
     " WHERE operation = 'leave'",
     "I3", "not written by ingest but by operator",
     "UPDATE uptake.change SET sender_id = (SELECT principal_id FROM uptake.principal WHERE name = 'ingest')"
     " WHERE operation = 'leave'"),
    (f"UPDATE uptake.change SET body = body || '\\x0000' WHERE change_id = {REPORT}",
     "I5", "its hash is not that of its bytes",
     f"UPDATE uptake.change SET body = substr(body, 1, length(body) - 2) WHERE change_id = {REPORT}"),
    (f"UPDATE uptake.feed_segment SET chain = sha256('x') WHERE scope_id = {UNIT} AND last_seq = {LAST}",
     "I5", "its chain is not that of its entries",
     f"UPDATE uptake.feed_segment SET chain = (SELECT chain FROM uptake.feed_head WHERE scope_id = {UNIT})"
     f" WHERE scope_id = {UNIT} AND last_seq = {LAST}"),
    (f"CREATE TABLE kept AS SELECT * FROM uptake.feed_segment WHERE scope_id = {UNIT} AND last_seq = {BEFORE};"
     f" DELETE FROM uptake.feed_segment WHERE scope_id = {UNIT} AND last_seq = {BEFORE}",
     "I5", "the one before ends at", "INSERT INTO uptake.feed_segment TABLE kept; DROP TABLE kept"),
    (f"CREATE TABLE kept AS SELECT * FROM uptake.feed_segment WHERE scope_id = {UNIT} AND last_seq = {LAST};"
     f" DELETE FROM uptake.feed_segment WHERE scope_id = {UNIT} AND last_seq = {LAST}",
     "I5", "the head says", "INSERT INTO uptake.feed_segment TABLE kept; DROP TABLE kept"),
    ("UPDATE uptake.feed_segment SET recorded_at = recorded_at + interval '1 year' WHERE scope_id = 1"
     " AND first_seq = 1", "I5", "was not recorded later",
     "UPDATE uptake.feed_segment SET recorded_at = recorded_at - interval '1 year' WHERE scope_id = 1"
     " AND first_seq = 1"),
    (f"UPDATE uptake.item SET progress = 'cancelled' WHERE item_id = {ACTION}",
     "I9", "progress is \"cancelled\", its history says \"ongoing\"",
     f"UPDATE uptake.item SET progress = 'ongoing' WHERE item_id = {ACTION}"),
    (f"UPDATE uptake.item SET due_on = '2031-01-01' WHERE item_id = {ACTION}", "I9", "due_on is",
     f"UPDATE uptake.item SET due_on = '2024-12-31' WHERE item_id = {ACTION}"),
    (f"UPDATE uptake.item SET group_changes[5] = group_changes[5] + 1 WHERE item_id = {ACTION}",
     "I9", "action_wording was last said by",
     f"UPDATE uptake.item SET group_changes[5] = group_changes[5] - 1 WHERE item_id = {ACTION}"),
    (f"CREATE TABLE kept AS SELECT * FROM uptake.change WHERE item_id = {ACTION} AND revision = 2"
     " AND operation = 'set';"
     f" DELETE FROM uptake.change WHERE item_id = {ACTION} AND revision = 2 AND operation = 'set'",
     "I9", "revision 3 follows 1", "INSERT INTO uptake.change TABLE kept; DROP TABLE kept"),
    ("UPDATE uptake.feed_segment SET chain = sha256(chain) WHERE scope_id = 3",
     "I13", "audit at 1", "UPDATE uptake.feed_segment SET chain = (SELECT chain FROM uptake.feed_head"
     " WHERE scope_id = 3) WHERE scope_id = 3"),
    (f"UPDATE uptake.change SET scopes = array_remove(scopes, {UNIT}) WHERE change_id = {REPORT}",
     "I13", "says nothing of it",
     f"UPDATE uptake.change SET scopes = scopes || {UNIT} WHERE change_id = {REPORT}"),
    ("CREATE TABLE kept AS TABLE uptake.dead_letter; DELETE FROM uptake.dead_letter",
     "I15", "there is no letter", "INSERT INTO uptake.dead_letter TABLE kept; DROP TABLE kept"),
    ("UPDATE uptake.dead_letter SET reason = '', attempts = 4", "I15", "after 4 attempts",
     "UPDATE uptake.dead_letter SET reason = 'x', attempts = 1"),
    ("UPDATE uptake.rollup SET n = n + 1 WHERE kind = 'recommendation' AND scope_id = 1",
     "I17", "hq recommendation",
     "UPDATE uptake.rollup SET n = n - 1 WHERE kind = 'recommendation' AND scope_id = 1"),
)


def report(word="ongoing", **more):
    return {"progress": word, "source": word, "narrative": "n", "reported_on": "2025-06-30",
            "precision": "half", **more}


class Verify(ModelCase):
    def setUp(self):
        super().setUp()
        self.world()

    def traffic(self):
        """Something of everything that leaves traces."""
        self.accept(self.again("d#1/1", progress_report=report("initiated")))
        self.accept(self.again("d#1/1", responsibilities=samples.responsible("B"),
                               extensions=samples.extensions("2026-03-31")))
        self.accept(self.again("d#1/1", responsibilities=samples.responsible("A"), extensions={}))
        self.accept(self.again("d#1/2", progress_report=report(narrative="to be wiped")))
        self.accept(self.again("d#1/2", progress_report=report("completed", completed_on="2025-06-01"),
                               redaction={"revisions": [2], "ordered_by": "o", "reason": "r"}))
        self.accept(self.again("d", disclosure_set={"disclosure": "public"}))
        self.accept(self.retract("d#finding:f"))
        stale = self.again("d#1/1", progress_report=report("completed"))
        stale.base_revision = 1
        self.refuse(stale, "CONFLICT", outcome="CONFLICT")
        self.register.sql(POISON)
        sent = self.submission(poisonous())
        self.client.push(sent)
        self.accept(samples.change("dead_letter", "dead-letters", f"dead-letter:{bytes(sent.message_id).hex()}",
                                   dead_letter_decision={"sender": "operator", "message_id": sent.message_id,
                                                         "decision": "discarded", "decided_by": "x", "reason": "r"}))
        self.accept(self.again("d#1/1", progress_report=report()))

    def verify(self, *more, role="postgres"):
        return self.register.run("verify", "--database", self.register.database.conninfo(role), *more)

    def said(self, *more):
        done = self.verify("--json", *more)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if said["clean"] else 1, done.stderr)
        return said

    def test_clean_after_honest_traffic(self):
        self.traffic()
        self.check()
        done = self.verify(role="uptake_ingest")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn("0 findings in ", done.stdout)
        self.assertEqual(self.said("--scope", "unit:A"), {"clean": True, "counts": {}, "findings": [], "scopes": 1})

    def test_each_tampering_is_found_and_named(self):
        self.traffic()
        self.register.stop()
        self.register.sql("SET session_replication_role = replica")
        for tamper, invariant, words, undo in TAMPERED:
            with self.subTest(invariant=invariant, words=words):
                self.register.sql(tamper)
                found = self.said()["findings"]
                self.assertTrue([each for each in found if each["invariant"] == invariant
                                 and words in f"{each['place']}: {each['differs']}"], found)
                self.register.sql(undo)
                self.assertEqual(self.said()["findings"], [], f"undone: {undo}")

    def test_the_first_are_shown_and_all_are_counted(self):
        self.accept(*(samples.action("d", f"1/{code}") for code in range(100, 140)))
        self.register.stop()
        self.register.sql("UPDATE uptake.item SET completed_on = '2031-01-01' WHERE kind = 'action'")
        said = self.said()
        self.assertEqual((said["counts"], len(said["findings"])), ({"I9": 42}, 20))
        done = self.verify()
        self.assertEqual((done.returncode, "I9   and 22 more" in done.stdout), (1, True), done.stdout)
        self.assertIn("42 findings in ", done.stdout)

    def test_a_scope_of_its_own(self):
        self.traffic()
        self.register.stop()
        self.register.sql(f"UPDATE uptake.feed_segment SET chain = sha256('x') WHERE scope_id = {UNIT}")
        self.assertTrue(self.said("--scope", "hq")["clean"])
        self.assertFalse(self.said("--scope", "unit:A")["clean"])
        done = self.verify("--scope", "unit:none")
        self.assertIn("SCOPE_UNKNOWN", done.stderr)
        self.assertNotEqual(done.returncode, 0)

    def test_while_ingest_writes(self):
        self.accept(*(samples.action("d", f"1/{code}", responsibilities=samples.responsible("A"))
                      for code in range(100, 140)))
        ended, sent, broken = threading.Event(), [], []

        def send():
            client = self.connect()
            try:
                while not ended.is_set():
                    client.push(*(self.submission(samples.of_action(
                        f"d#1/{code}", len(sent) + 1, progress_report=report())) for code in range(100, 140)))
                    sent.append(40)
            except Exception as error:  # told below, in the thread that tests
                broken.append(error)
        sender = threading.Thread(target=send)
        sender.start()
        try:
            for _ in range(3):
                before = len(sent)
                done = self.verify()
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                wait_until(lambda: broken or len(sent) > before, "the sender going on")
        finally:
            ended.set()
            sender.join()
        self.assertEqual(broken, [])
        self.assertTrue(self.said()["clean"])
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.conflict"), 0)

    def test_mistakes_are_told(self):
        self.assertIn("USAGE", self.register.run("verify").stderr)
        done = self.register.run("verify", "--database", "host=/nowhere dbname=none")
        self.assertNotIn(done.returncode, (0, 1), done.stderr)


SIX = "(SELECT item_id FROM uptake.item WHERE item_key = 'policy:six-monthly')"
ONE = "(SELECT min(obligation_id) FROM uptake.obligation WHERE state = 'sent')"
MAIL = "(SELECT min(delivery_id) FROM uptake.delivery)"
SPOKEN = "(SELECT min(obligation_id) FROM uptake.obligation WHERE state = 'coalesced')"

LEDGER = (
    ("ALTER TABLE uptake.obligation DROP CONSTRAINT obligation_policy_id_subject_id_cycle_step_recipient_id_key;"
     " CREATE TABLE kept AS SELECT * FROM uptake.obligation WHERE obligation_id = " + ONE + ";"
     " UPDATE kept SET obligation_id = 999999;"
     " INSERT INTO uptake.obligation OVERRIDING SYSTEM VALUE TABLE kept",
     "I10", "stands in the ledger 2 times",
     "DELETE FROM uptake.obligation WHERE obligation_id = 999999; DROP TABLE kept;"
     " ALTER TABLE uptake.obligation ADD UNIQUE (policy_id, subject_id, cycle, step, recipient_id)"),
    (f"CREATE TABLE kept AS SELECT * FROM uptake.delivery WHERE delivery_id = {MAIL};"
     f" DELETE FROM uptake.delivery WHERE delivery_id = {MAIL}", "I10", "there is no delivery of it",
     "INSERT INTO uptake.delivery OVERRIDING SYSTEM VALUE TABLE kept; DROP TABLE kept"),
    (f"UPDATE uptake.obligation SET coalesced_step = 99 WHERE obligation_id = {SPOKEN}",
     "I10", "spoken for by cycle 1 step 99", None),
    ("UPDATE uptake.workflow_cursor SET planned_on = planned_on + 500 WHERE consumer = 'plan'",
     "I10", "and waits, held by nobody",
     "UPDATE uptake.workflow_cursor SET planned_on = planned_on - 500 WHERE consumer = 'plan'"),
    ("UPDATE uptake.item SET item_key = item_key || 'x' WHERE kind = 'reminder'", "I10", "where there is no reminder:",
     "UPDATE uptake.item SET item_key = left(item_key, -1) WHERE kind = 'reminder'"),
    (f"UPDATE uptake.delivery SET message_id = '<other@localhost>' WHERE delivery_id = {MAIL}",
     "I11", "names another mail", None),
    (f"UPDATE uptake.obligation SET state = 'claimed' WHERE obligation_id = {ONE}",
     "I11", "was sent, but a question it carries is claimed",
     "UPDATE uptake.obligation SET state = 'sent' WHERE state = 'claimed'"),
    (f"UPDATE uptake.delivery SET state = 'failed', sent_at = NULL WHERE delivery_id = {MAIL}",
     "I11", "failed without a word", "UPDATE uptake.delivery SET state = 'sent', sent_at = created_at"),
    ("INSERT INTO uptake.delivery (recipient_id, digest_on, address, message_id, state, reason, fence,"
     " uncertain_attempts, last_error, created_at, sent_at) SELECT recipient_id, '2020-01-01', '', '<odd@localhost>',"
     f" 'sent', '', 1, 0, '', created_at, created_at FROM uptake.delivery WHERE delivery_id = {MAIL}",
     "I11", "carries nothing", "DELETE FROM uptake.delivery WHERE message_id = '<odd@localhost>'"),
    (f"UPDATE uptake.delivery SET fence = 0 WHERE delivery_id = {MAIL}", "I12", "is sent without an attempt",
     "UPDATE uptake.delivery SET fence = 1"),
    (f"UPDATE uptake.delivery SET uncertain_attempts = 5 WHERE delivery_id = {MAIL}", "I12", "attempts of unknown end",
     "UPDATE uptake.delivery SET uncertain_attempts = 0"),
    (f"UPDATE uptake.obligation SET cycle_on = cycle_on - 1 WHERE cycle = 3 AND policy_id = {SIX}",
     "I16", "counted again on",
     f"UPDATE uptake.obligation SET cycle_on = cycle_on + 1 WHERE cycle = 3 AND policy_id = {SIX}"),
    ("UPDATE uptake.item SET due_on = due_on + 1 WHERE item_key = 'drill#3/1'", "I16", "the action is due on",
     "UPDATE uptake.item SET due_on = due_on - 1 WHERE item_key = 'drill#3/1'"),
    ("UPDATE uptake.obligation SET send_on = send_on + 40 WHERE state = 'planned'", "I16", "40 days off",
     "UPDATE uptake.obligation SET send_on = send_on - 40 WHERE state = 'planned'"),
)


class Ledger(test_workflow.Asking):
    def said(self):
        done = self.register.run("verify", "--database", self.register.database.conninfo("postgres"), "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)["findings"]

    def test_what_is_done_to_the_ledger_is_found_and_named(self):
        self.begin()
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.obligation WHERE reminder_recorded_at"
                                             " IS NOT NULL") == 2 * test_workflow.ACTIONS, "all sent and told")
        self.register.stop()
        self.assertEqual(self.said(), [])
        self.register.sql("SET session_replication_role = replica")
        for tamper, invariant, words, undo in LEDGER:
            with self.subTest(invariant=invariant, words=words):
                if undo is None:    # what was there is not to be guessed
                    table = "delivery" if "uptake.delivery SET" in tamper else "obligation"
                    self.register.sql(f"CREATE TABLE before AS TABLE uptake.{table}")
                    undo = (f"DELETE FROM uptake.{table}; INSERT INTO uptake.{table} OVERRIDING SYSTEM VALUE"
                            " TABLE before; DROP TABLE before")
                self.register.sql(tamper)
                found = self.said()
                self.assertTrue([each for each in found if each["invariant"] == invariant
                                 and words in f"{each['place']}: {each['differs']}"], found)
                self.register.sql(undo)
                self.assertEqual(self.said(), [], f"undone: {undo}")


if __name__ == "__main__":
    unittest.main()
