# SPDX-License-Identifier: Apache-2.0
"""What `uptake simulate` prints and refuses; that it foretells the truth is test_three_years.py's matter."""
import datetime
import json
import unittest

import generated
from harness import wait_until
from test_workflow import ACTIONS, UNITS, Asking

TABLES = ("obligation", "delivery", "workflow_cursor", "item", "change")


class Simulate(Asking):
    def setUp(self):
        super().setUp()
        self.database = ("--database", self.register.database.conninfo("uptake_workflow"))

    def foretold(self, *flags):
        return [json.loads(line) for line in self.register.must("simulate", *self.database, "--json", *flags).splitlines()]

    def until(self, days):
        return "--to", str(self.day + datetime.timedelta(days=days))

    def written(self):
        return [self.register.one(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM uptake.{name} t")
                for name in TABLES]

    def test_one_object_per_reminder_grouped_by_the_mail_it_is_in(self):
        before = self.written()
        rows = self.foretold(*self.until(0))
        self.assertEqual(self.written(), before, "nothing is written")
        self.assertEqual(len(rows), 2 * ACTIONS)
        self.assertEqual(len({row["message"] for row in rows}), UNITS)
        self.assertEqual(sorted(rows[0]), ["channel", "cycle", "due_on", "message", "policy", "reason", "recipient",
                                           "send_on", "step", "subject"])
        (row,) = (row for row in rows if row["subject"] == "drill#1/1" and row["policy"] == "policy:deadline")
        self.assertEqual({name: row[name] for name in ("recipient", "channel", "cycle", "step", "due_on", "send_on", "reason")}, {
            "recipient": "unit:U02", "channel": "mail", "cycle": 1, "step": -7, "send_on": str(self.day),
            "due_on": str(self.day + datetime.timedelta(days=5)), "reason": "to be asked on its day; stands for 1 earlier"})

    def test_table_and_calendar_say_the_same(self):
        rows = self.foretold(*self.until(60))
        table = self.register.must("simulate", *self.database, *self.until(60)).splitlines()
        self.assertEqual(sum(line.startswith("    ") for line in table), len(rows))
        self.assertEqual(table[-1], f"{len(rows)} reminders in {len({row['message'] for row in rows})} mails"
                         f" from {self.day} to {self.day + datetime.timedelta(days=60)}")
        calendar = self.register.must("simulate", *self.database, *self.until(60), "--ics")
        self.assertEqual(calendar.count("BEGIN:VEVENT"), len(rows))
        self.assertEqual(len({line for line in calendar.splitlines() if line.startswith("UID:")}), len(rows))

    def test_who_has_had_the_digest_of_the_day_gets_the_rest_on_the_next(self):
        foretold = self.foretold(*self.until(0))
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all sent")
        self.assertEqual({mail.message_id for mail in self.register.mail.wait(UNITS)}, {row["message"] for row in foretold})
        self.register.workflow.stop()
        self.push(generated.change("action", "drill", "drill#1/9", action_wording={
            "code": "9", "recommendations": ["drill#1"], "text": "One more"}, timeframe={
            "source": "soon", "due_on": str(self.day + datetime.timedelta(days=5)), "precision": "day"}, responsibilities={
            "source": "table", "units": [{"unit": "unit:U02", "name": "Office 2", "role": "lead", "said_by": "management"}]}))
        rows = self.foretold(*self.until(1))
        self.assertEqual({(row["subject"], row["send_on"]) for row in rows},
                         {("drill#1/9", str(self.day + datetime.timedelta(days=1)))})

    def test_a_digest_that_waits_for_the_mail_server_is_foretold_for_the_first_day(self):
        self.register.mail.refusals = ["451 later"] * 100
        self.begin("--retry-s", "3600")
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.delivery WHERE fence = 1 AND attempt_id IS NULL")
                   == UNITS, "all put off")
        self.register.workflow.stop()
        rows = self.foretold(*self.until(0))
        self.assertEqual({row["message"] for row in rows},
                         {ident for (ident,) in self.register.sql("SELECT message_id FROM uptake.delivery")})
        self.assertEqual(len(rows), 2 * ACTIONS)

    def test_a_unit_that_ends_is_asked_until_then(self):
        last = self.day + datetime.timedelta(days=10)
        self.push({**generated.unit("U02", "Office 2", reports_to="unit:FOTCD", valid_to=str(last)), "base_revision": 1})
        days = {row["send_on"] for row in self.foretold(*self.until(60)) if row["recipient"] == "unit:U02"}
        self.assertTrue(days)
        self.assertLessEqual(max(days), str(last))

    def test_a_cycle_that_the_desk_holds_is_not_foretold(self):
        ends_on = str(self.day.replace(day=min(self.day.day, 28)))
        self.push(generated.change("cycle", "cycles", f"cycle:six-monthly:{ends_on}", cycle_decision={
            "policy": "policy:six-monthly", "ends_on": ends_on, "decision": "held", "decided_by": "Officer"}))
        rows = self.foretold(*self.until(300))
        self.assertEqual({row["due_on"] for row in rows if row["policy"] == "policy:six-monthly"} & {ends_on}, set())
        self.assertTrue(any(row["policy"] == "policy:six-monthly" for row in rows), "the cycle after it")

    def test_what_cannot_be_sent_and_what_the_brake_would_hold_is_told(self):
        self.register.sql("UPDATE uptake.unit SET email = 'nobody' WHERE code = 'U03'")
        done = self.register.run("simulate", *self.database, *self.until(0), "--brake", "1")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(f"simulate: {self.day}: unit:U03 would get no mail: BAD_EMAIL", done.stderr)
        self.assertIn(f"simulate: {self.day}: 2 recipients, the brake would hold them until released", done.stderr)

    def test_what_makes_no_sense_is_refused(self):
        for flags, said in (((), "--database"), ((*self.database, "--from", "tomorrow"), "BAD_DATE"),
                            ((*self.database, "--from", "2027-01-02", "--to", "2027-01-01"), "lies before"),
                            ((*self.database, "--json", "--ics"), "choose"), ((*self.database, "--brake", "few"), "whole"),
                            ((*self.database, "--mail-from", "nobody"), "BAD_EMAIL")):
            done = self.register.run("simulate", *flags)
            with self.subTest(flags=flags):
                self.assertEqual(done.returncode, 2 if said != "BAD_DATE" and said != "BAD_EMAIL" else done.returncode)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
