# SPDX-License-Identifier: Apache-2.0
"""What the ledger of reminders is put through: killed processes, many at once, full disks, zones and long absences.

Others of their kind stand where their ground is: an outcome nobody knows and a process that wakes after its lease in
test_workflow.py, a mail server that is away for days in test_mail.py, clocks that jump in test_brake.py, clocks that go
back in test_three_years.py.
"""
import asyncio
import datetime
import unittest
import zoneinfo

import generated
from harness import wait_until
from test_brake import CLOCK
from test_workflow import ACTIONS, UNITS, Asking

ROWS = """
SELECT i.item_key, r.code, p.item_key, o.cycle, o.step, o.send_on, o.state::text, o.coalesced_cycle, o.coalesced_step,
       d.digest_on
FROM uptake.obligation o
JOIN uptake.item i ON i.item_id = o.subject_id
JOIN uptake.item p ON p.item_id = o.policy_id
JOIN uptake.unit r ON r.item_id = o.recipient_id
LEFT JOIN uptake.delivery d USING (delivery_id)
ORDER BY 1, 2, 3, 4, 5
"""
FULL = """
CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$;
CREATE TRIGGER full_disk BEFORE INSERT ON uptake.delivery EXECUTE FUNCTION public.full_disk()
"""
WEST, EAST = "Etc/GMT+12", "Etc/GMT-14"  # never on the same day


class Faults(Asking):
    def events(self, name):
        return [event for event in self.register.workflow.log_events() if event["event"] == name]

    def rows(self):
        return self.register.sql(ROWS)

    def mails_are(self, count):
        """So many mails came, each another."""
        mails = self.register.mail.mails
        self.assertEqual((len(mails), len({mail.message_id for mail in mails})), (count, count))

    def all_sent(self):
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all sent")


class Processes(Faults):
    def test_killed_between_claim_and_hand_over(self):
        knocked = []

        async def hang(server, session, envelope, address, options):
            knocked.append(address)
            await asyncio.Event().wait()
        self.register.mail.handle_MAIL = hang
        self.begin("--attempt-lease-s", "60")
        wait_until(lambda: len(knocked) == UNITS, "all are claimed, and none is handed over")
        self.register.workflow.kill()
        self.assertEqual(self.states(), {**self.states(), "claimed": 2 * ACTIONS})
        del self.register.mail.handle_MAIL
        self.begin("--attempt-lease-s", "60")
        self.all_sent()
        self.mails_are(UNITS)
        self.assertEqual(self.register.sql("SELECT DISTINCT fence FROM uptake.delivery"), [(2,)])

    def test_ten_processes_that_start_together_twice(self):
        for turn in (1, 2):
            self.begin()
            others = [self.begin_second() for _ in range(9)]
            wait_until(lambda: others[0].count("ready") == 9 * turn, "all are at work")
            self.all_sent()
            for each in (self.register.workflow, *others):
                each.kill()
            self.mails_are(UNITS)
        self.assertEqual(self.register.sql("SELECT DISTINCT fence, uncertain_attempts FROM uptake.delivery"), [(1, 0)])


class Disks(Faults):
    def test_a_full_disk_under_the_log_stops_neither_commits_nor_reminders(self):
        self.register.ingest.stop()
        self.register.ingest.start(output="/dev/full")
        self.push(generated.unit("LATER", "Another unit"))
        self.register.workflow.start(output="/dev/full", extra=("--settle-s", "0"))
        self.all_sent()
        self.mails_are(UNITS)

    def test_a_full_disk_under_the_ledger_keeps_reminders_waiting(self):
        self.register.sql(FULL)
        self.begin()
        wait_until(lambda: self.events("round_ended"), "it cannot write what it is to send")
        self.assertEqual(self.sent(), 0)
        self.mails_are(0)
        self.assertIn("No space left", self.events("round_ended")[0]["text"])
        self.register.sql("DROP FUNCTION public.full_disk CASCADE")
        self.all_sent()
        self.mails_are(UNITS)


class Clocks(Faults):
    def test_a_leap_of_a_day_is_told_and_one_of_four_hundred_sends_nothing(self):
        self.register.sql(CLOCK)
        self.begin("--brake-recipients", "1000")
        self.all_sent()
        for leaps, days in enumerate((1, 400), 1):
            self.register.sql("UPDATE turned.by SET hours = 24 * %s", (days,))
            wait_until(lambda: len(self.events("clock_jumped")) == leaps, f"a leap of {days} days is told")
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.brake_hold") == 2, "both policies are held")
        self.mails_are(UNITS)

    def test_a_pause_reckoned_by_a_clock_that_was_ahead_ends_with_it(self):
        self.register.mail.refusals = ["451 greylisted"] * UNITS
        self.begin("--retry-s", "3600")
        wait_until(lambda: len(self.events("digest_put_off")) == UNITS, "all are put off")
        self.register.sql("UPDATE uptake.delivery SET next_attempt_at = next_attempt_at + interval '1 year'")
        self.all_sent()
        self.mails_are(UNITS)

    def test_three_cycles_without_a_process_are_asked_about_once(self):
        long_ago = generated.months_before(self.day, 20)
        rule = generated.policy("six-monthly", "Update", "interval", self.day, interval_months=6)
        rule["policy_rule"]["go_live_on"] = str(long_ago)
        self.push({**rule, "base_revision": 1},
                  generated.change("response", generated.DOCUMENT, f"{generated.DOCUMENT}#response", 1, response_statement={
                      "state": "approved", "approver": "Director", "approved_on": str(long_ago)}))
        self.begin()
        self.all_sent()
        self.mails_are(UNITS)
        for number in range(1, ACTIONS + 1):
            asked = [row for row in self.rows() if row[0] == f"{generated.DOCUMENT}#{number}/1"
                     and row[2] == "policy:six-monthly" and row[5] <= self.day]
            (spoke,) = [row for row in asked if row[6] == "sent"]
            self.assertEqual(spoke[3:5], (3, 14))
            self.assertEqual({row[3] for row in asked}, {1, 2, 3})
            self.assertEqual({row[6:9] for row in asked if row != spoke}, {("coalesced", *spoke[3:5])})

    def test_a_zone_with_other_rules_moves_no_day(self):
        """Whatever a zone's rules become, they only say which day it is: the ledger has civil days."""
        west, east = (datetime.datetime.now(zoneinfo.ZoneInfo(zone)).date() for zone in (WEST, EAST))
        self.assertLess(west, east)
        for number in range(1, ACTIONS + 1):
            self.push(self.change(number, 1, timeframe={"source": "then", "due_on": str(east), "precision": "day"}))
        self.begin("--register-zone", WEST)
        self.all_sent()
        before = self.rows()
        self.assertTrue(any(row[5] == east and row[6] == "planned" for row in before))
        self.register.workflow.stop()
        self.begin("--register-zone", EAST)
        wait_until(lambda: self.sent() == 3 * ACTIONS, "what is due on that day is asked")
        after = self.rows()
        self.assertEqual([row for row in before if row[6] == "sent"],
                         [row for row, old in zip(after, before) if old[6] == "sent"])
        self.assertEqual([row[:6] for row in before], [row[:6] for row in after])
        self.register.workflow.stop()
        self.begin("--register-zone", WEST)
        wait_until(lambda: self.events("planned"), "it has looked")
        self.mails_are(2 * UNITS)


if __name__ == "__main__":
    unittest.main()
