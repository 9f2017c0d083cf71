# SPDX-License-Identifier: Apache-2.0
"""What holds mass mail back, and the named person who lets it go."""
import json
import unittest

import generated
import test_workflow
from harness import wait_until

UNITS, ACTIONS = test_workflow.UNITS, test_workflow.ACTIONS

# A clock that a test can turn: found before the server's own, in sessions of workflow alone.
CLOCK = """
    CREATE SCHEMA turned;
    CREATE TABLE turned.by (hours int NOT NULL);
    INSERT INTO turned.by VALUES (0);
    CREATE FUNCTION turned.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
        'SELECT pg_catalog.clock_timestamp() + make_interval(hours => hours) FROM turned.by';
    GRANT USAGE ON SCHEMA turned TO uptake_workflow;
    GRANT SELECT ON turned.by TO uptake_workflow;
    DO $$ BEGIN EXECUTE format('ALTER ROLE uptake_workflow IN DATABASE %I SET search_path = turned, pg_catalog',
                               current_database()); END $$
"""


class Brake(test_workflow.Asking):
    def setUp(self):
        super().setUp()
        self.register.start("reporting")

    def held(self):
        return dict(self.register.sql(
            "SELECT i.item_key, h.reason FROM uptake.brake_hold h JOIN uptake.item i ON i.item_id = h.policy_id"))

    def events(self, name):
        return [event for event in self.register.workflow.log_events() if event["event"] == name]

    def preview(self):
        return json.loads(self.register.must("remind", "preview", "--json"))

    def release(self, policy, recipients):
        self.register.must("remind", "release", policy, "--by", "A. Officer", "--recipients", recipients,
                           "--note", "looked at")

    def test_too_many_at_once_are_held_and_shown_until_a_person_lets_them_go(self):
        self.begin("--brake-recipients", str(UNITS - 1))
        wait_until(lambda: len(self.held()) == 2, "both policies are held")
        self.assertEqual({event["policy"] for event in self.events("brake_holds")},
                         {"policy:deadline", "policy:six-monthly"})
        seen = {policy["policy"]: policy for policy in self.preview()["policies"]}
        self.assertEqual((seen["policy:deadline"]["recipients"], seen["policy:deadline"]["reminders"],
                          seen["policy:deadline"]["allowed"]), (UNITS, ACTIONS, UNITS - 1))
        text = self.register.must("remind", "preview")
        self.assertIn("HELD: more recipients than brake_recipients allows", text)
        self.assertIn(f"uptake remind release policy:deadline --by NAME --recipients {UNITS}", text)
        self.assertEqual(self.register.mail.mails, [])
        # Fewer than are due: that word was said of something else.
        rounds = len(self.events("planned"))
        self.release("deadline", UNITS - 1)
        wait_until(lambda: len(self.events("planned")) > rounds, "the word was read")
        self.assertEqual(self.register.mail.mails, [])
        self.release("deadline", UNITS)
        mails = self.register.mail.wait(UNITS)
        wait_until(lambda: self.sent() == ACTIONS, "sent")
        self.assertEqual(len(mails), UNITS)
        self.assertEqual(set(self.held()) - {"policy:six-monthly"}, set())
        self.assertEqual(self.register.sql(
            "SELECT DISTINCT i.item_key FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.policy_id"
            " WHERE o.state = 'sent'"), [("policy:deadline",)])
        self.assertEqual([event["policy"] for event in self.events("brake_lets_go")][:1], ["policy:deadline"])
        self.assertNotIn('uptake_workflow_brake_recipients{policy="policy:deadline"} 3',
                         self.register.workflow.get("/metrics")[1])

    def test_a_word_without_a_number_or_a_name_lets_nothing_go(self):
        for arguments in (("--by", "A"), ("--by", "A", "--recipients", "0"), ("--by", "A", "--recipients", "many"),
                          ("--by", "", "--recipients", "3")):
            done = self.register.run("remind", "release", "deadline", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("USAGE", done.stderr)

    def test_more_than_three_usual_days_are_held(self):
        # Ten days on which one unit was written to; today it would be four.
        self.push(generated.unit("U09", "Office 9"), self.change(1, 1, responsibilities={"source": "t", "units": [
            {"unit": "unit:U09", "name": "Office 9", "role": "lead", "said_by": "management"}]}))
        self.register.sql(
            "INSERT INTO uptake.delivery (recipient_id, digest_on, address, message_id, state, reason, fence,"
            " uncertain_attempts, last_error, created_at, sent_at)"
            " SELECT u.item_id, %s::date - d, 'x@example.org', 'old' || d, 'sent', '', 1, 0, '', 'epoch', 'epoch'"
            " FROM uptake.unit u, generate_series(1, 10) d WHERE u.code = 'U01'", (self.day,))
        self.register.sql(
            "INSERT INTO uptake.obligation (policy_id, subject_id, cycle, cycle_on, step, recipient_id, send_on, state,"
            " reason, delivery_id, changed_at, reminder_recorded_at, asked_id, rung, held)"
            " SELECT p.item_id, a.item_id, 90 + l.delivery_id, l.digest_on, 0, l.recipient_id, l.digest_on, 'sent', '',"
            " l.delivery_id, 'epoch', 'epoch', l.recipient_id, 'unit', false FROM uptake.delivery l, uptake.item p, uptake.item a"
            " WHERE p.item_key = 'policy:deadline' AND a.item_key = 'drill#1/1'")
        self.begin("--brake-least", "2")
        wait_until(lambda: self.sent() > 10, "the other policy, which has no usual day, sends")
        # Of the log: once all have the other's digest, nothing of it is due today, and nothing to hold.
        self.assertEqual({(event["policy"], event["reason"]) for event in self.events("brake_holds")},
                         {("policy:deadline", "more than three times the recipients of a usual day")})
        self.register.workflow.stop()
        # So few are no matter where the setting says so.
        self.begin("--brake-least", "4")
        wait_until(lambda: not self.held(), "let go")

    def test_a_clock_that_jumps_holds_what_is_due_and_another_process_holds_it_too(self):
        self.register.sql(CLOCK)
        self.begin("--brake-recipients", "1000")
        wait_until(lambda: self.sent() == 2 * ACTIONS, "what is due today is sent")
        mails = len(self.register.mail.mails)
        self.register.sql("UPDATE turned.by SET hours = 24 * 10")
        wait_until(lambda: "policy:deadline" in self.held(), "held")
        self.assertEqual(self.held()["policy:deadline"], "the database's clock jumped")
        self.assertTrue(self.events("clock_jumped"))
        # A new process knows of no jump; the ledger does.
        self.register.workflow.stop()
        self.begin("--brake-recipients", "1000")
        wait_until(lambda: self.register.workflow.get("/metrics")[1].count("brake_recipients{policy=") > 0, "it looks")
        self.assertEqual(len(self.register.mail.mails), mails)

    def test_a_jump_is_not_forgotten_while_the_mail_server_is_away(self):
        self.register.sql(CLOCK)
        self.register.mail.stop()
        self.begin("--brake-recipients", "1000", "--retry-s", "3600")
        wait_until(lambda: self.events("mail_server_away"), "it notices that nobody takes mail")
        self.register.sql("UPDATE turned.by SET hours = 24 * 10")
        wait_until(lambda: "policy:deadline" in self.held(), "held, though nothing could be sent")
        self.assertLess(len(self.events("brake_holds")), 10)  # told when it begins, not every round

    def test_a_unit_acknowledges_and_asks_to_wait(self):
        until = "2027-01-31"
        self.register.must("remind", "acknowledge", "drill#1/1", "--note", "seen")
        self.register.must("remind", "snooze", "drill#1/1", "--until", until)
        change = self.register.json("/v1/items/drill%231%2F1")["change"]
        self.assertEqual(change["chase_set"], {"snoozed_until": until, "acknowledged_on": str(self.day), "note": "seen"})
        self.assertIn("USAGE", self.register.run("remind", "snooze", "drill#1/1").stderr)
        self.assertIn("WRONG_KIND", self.register.run("remind", "acknowledge", "drill").stderr)


if __name__ == "__main__":
    unittest.main()
