# SPDX-License-Identifier: Apache-2.0
"""A document becomes items, a feed, reminders and mails; and the same again changes nothing.

The published document is read where it is at hand; its twin in the sample register always is.
"""
import datetime
import email.utils
import json
import re
import unittest
import urllib.parse
import zoneinfo

import generated
import state
from harness import ROOT, Register, corpus, wait_until

SAMPLE = ROOT / "deploy" / "sample"
TWIN = SAMPLE / "unwomen-cambodia-2020.txt"
PUBLISHED = "unwomen-cambodia-management-response-2020.txt"


def directory(register):
    """Units and policies of the sample register."""
    register.must("push", SAMPLE / "units.jsonl")
    register.must("push", SAMPLE / "policies.jsonl")


class Import(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        directory(self.register)

    def check(self, path, key):
        register = self.register
        register.must("import", path, "--document", key)
        self.assertEqual(dict(register.sql(
            "SELECT kind::text, count(*) FROM uptake.item WHERE document = %s AND kind <> 'finding' GROUP BY 1",
            (key,))),
            {"document": 1, "response": 1, "recommendation": 3, "action": 11})
        due = json.loads(register.must("due", "--on", "2022-12-31", "--document", key, "--json"))
        self.assertEqual((due["overdue"], due["open"], due["completed"]), (5, 5, 6))
        self.assertEqual({action["key"] for action in due["actions"] if action["time"] == "overdue"},
                         {f"{key}#{code}" for code in ("2/3", "2/4", "3/1", "3/2", "3/3")})
        told = register.must("due", "--on", "2022-12-31", "--document", key)
        self.assertIn("5 of 5 open actions overdue; 6 completed", told)
        before = state.of(register)
        register.must("import", path, "--document", key)
        self.assertEqual(state.differences(before, state.of(register)), [])
        self.assertEqual(state.feed_faults(register), [])
        self.assertEqual(state.rollups_kept(register), state.rollups_counted(register))

    def test_sample_twin(self):
        self.check(TWIN, "twin")

    def test_published_document(self):
        folder = corpus()
        if folder is None:
            self.skipTest("the published documents are not at hand: set UPTAKE_CORPUS")
        self.check(folder / PUBLISHED, "published")

    def test_deadlines_are_judged_on_any_day(self):
        register = self.register
        register.must("import", TWIN, "--document", "twin")
        for day, overdue in (("2021-09-30", 0), ("2021-10-01", 1), ("2022-01-01", 3)):
            due = json.loads(register.must("due", "--on", day, "--document", "twin", "--json"))
            # Knowledge of today, judged on that day: what is reported later is still open then.
            late = {action["key"] for action in due["actions"] if action["time"] == "overdue"}
            open_ones = {"twin#2/3", "twin#2/4", "twin#3/1", "twin#3/2", "twin#3/3"}
            self.assertEqual(len(late & open_ones), overdue, day)

    def test_dry_run_sends_nothing(self):
        before = self.register.one("SELECT count(*) FROM uptake.change")
        lines = self.register.must("import", TWIN, "--dry-run", "--output", "jsonl").splitlines()
        kinds = [json.loads(line)["type"] for line in lines]
        self.assertEqual((kinds.count("recommendation"), kinds.count("action")), (3, 11))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)

    def test_import_reaches_a_reader_through_the_feed(self):
        register = self.register
        register.must("import", TWIN, "--document", "twin")
        entries, after, epoch = [], 0, None
        while True:
            page = register.json(f"/v1/scopes/hq/changes?after={after}&limit=20"
                                 + (f"&epoch={epoch}" if epoch else ""))
            entries += page["entries"]
            after, epoch = page["to_seq"], page["epoch"]
            if page["up_to_date"]:
                break
        self.assertEqual([entry["seq"] for entry in entries], list(range(1, len(entries) + 1)))
        self.assertEqual(len(entries), register.one(
            "SELECT seq FROM uptake.feed_head JOIN uptake.scope USING (scope_id) WHERE name = 'hq'"))
        keys, cursor = set(), ""
        while True:
            page = register.json("/v1/scopes/hq/snapshot?limit=25&after_key=" + urllib.parse.quote(cursor, safe=""))
            if not page["items"]:
                break
            keys |= {item["key"] for item in page["items"]}
            cursor = page["items"][-1]["key"]
        self.assertEqual(keys, {key for (key,) in register.sql("SELECT item_key FROM uptake.item")})
        self.assertEqual(keys, {entry["change"]["subject"] for entry in entries})

    def test_cursor_of_another_epoch_or_ahead_is_told_to_start_again(self):
        for query, reason in ((f"after=0&epoch={'0' * 32}", "EPOCH_CHANGED"), ("after=999999", "CURSOR_AHEAD")):
            status, _, body = self.register.http(f"/v1/scopes/hq/changes?{query}")
            self.assertEqual(status, 409, body)
            self.assertIn(reason, body.decode())

    def test_reader_without_a_token_gets_nothing(self):
        self.assertEqual(self.register.http("/v1/scopes/hq/changes?after=0", token="0" * 64)[0], 401)


class Reminders(unittest.TestCase):
    UNITS, ACTIONS = 4, 8

    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.today = datetime.datetime.now(datetime.timezone.utc).astimezone(
            zoneinfo.ZoneInfo("Europe/Zurich")).date()

    def push(self, name, changes):
        self.register.must("push", generated.write(self.register.folder / name, changes))

    def fill(self, **policy):
        settings = list(generated.settings(self.UNITS, self.today))
        for change in settings:
            change.get("policy_rule", {}).update(policy)
        self.push("settings.jsonl", settings)
        self.push("document.jsonl", generated.document(self.UNITS, self.ACTIONS, self.today))

    def recorded(self):
        return self.register.one("SELECT count(*) FROM uptake.change WHERE kind = 'reminder'")

    def test_one_digest_each_with_calendar_and_feed_entries(self):
        register = self.register
        self.fill()
        register.start("workflow")
        asked = 2 * self.ACTIONS  # by the deadline's policy and by the six-monthly one
        wait_until(lambda: self.recorded() == asked, f"{asked} reminders in the feed")
        mails = register.mail.by_recipient()
        self.assertEqual(set(mails), {f"u{number:02}@example.org" for number in range(1, self.UNITS + 1)})
        for recipient, received in mails.items():
            self.assertEqual(len(received), 1, recipient)
            message = received[0].message
            self.assertRegex(received[0].message_id, r"^<[0-9a-f]{32}@localhost>$")
            self.assertEqual(email.utils.parseaddr(message["To"])[1], recipient)
            kinds = [part.get_content_type() for part in message.walk()]
            self.assertIn("text/calendar", kinds)
            self.assertIn("uptake.ics", [part.get_filename() for part in message.walk()])
            calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
            events = calendar.get_payload(decode=True).decode()
            self.assertEqual(events.count("BEGIN:VEVENT"), 2 * self.ACTIONS // self.UNITS)
            uids = re.findall(r"^UID:(.+)$", events, re.M)
            self.assertEqual(len(set(uids)), len(uids))
        entries = register.json("/v1/scopes/hq/changes?after=0&limit=1000")["entries"]
        reminders = [entry["change"]["reminder_record"] for entry in entries if "reminder_record" in entry["change"]]
        self.assertEqual(len(reminders), asked)
        ids = {mail.recipient: mail.message_id for each in mails.values() for mail in each}
        for reminder in reminders:
            code = reminder["recipient"].rpartition(":")[2]
            self.assertEqual(reminder["mail_message_id"].strip("<>"), ids[f"{code.lower()}@example.org"].strip("<>"))
        self.assertEqual(state.feed_faults(register), [])

    def test_restarted_workflow_asks_nobody_twice(self):
        register = self.register
        self.fill()
        register.start("workflow")
        wait_until(lambda: self.recorded() == 2 * self.ACTIONS, "reminders in the feed")
        before = state.of(register)
        register.workflow.stop()
        register.start("workflow")
        # A change that needs another round shows that the restarted one has looked at everything.
        seq = self.push_progress(f"{generated.DOCUMENT}#1/1")
        wait_until(lambda: self.cursor() >= seq, "workflow has read on")
        self.assertEqual(len(register.mail.mails), self.UNITS)
        after = state.of(register)
        self.assertEqual(before["delivery"], after["delivery"])
        self.assertEqual(before["reminders"], after["reminders"])

    def push_progress(self, key):
        self.register.must("push", "--action", key, "--progress", "completed", "--narrative", "Done.")
        return self.register.one(
            "SELECT seq FROM uptake.feed_head JOIN uptake.scope USING (scope_id) WHERE name = 'hq'")

    def cursor(self):
        return self.register.one("SELECT seq FROM uptake.workflow_cursor WHERE consumer = 'plan'")

    def test_cycles_before_go_live_are_not_asked(self):
        self.fill(go_live_on=str(self.today + datetime.timedelta(days=20)))
        self.register.start("workflow")
        seq = self.push_progress(f"{generated.DOCUMENT}#1/1")
        wait_until(lambda: self.cursor() >= seq, "workflow has read on")
        self.assertEqual(self.register.mail.mails, [])
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.obligation WHERE state IN"
                                           " ('planned', 'claimed', 'sent') AND send_on <= %s", (self.today,)), 0)

    def test_completed_action_is_not_asked_about(self):
        self.fill()
        for number in range(1, self.ACTIONS + 1):
            if number % self.UNITS == 0:  # every action of the first unit
                self.push_progress(f"{generated.DOCUMENT}#{number}/1")
        self.register.start("workflow")
        left = 2 * (self.ACTIONS - self.ACTIONS // self.UNITS)
        wait_until(lambda: self.recorded() == left, f"{left} reminders in the feed")
        self.assertNotIn("u01@example.org", self.register.mail.by_recipient())

    def test_refused_for_now_is_sent_later_with_the_same_id(self):
        self.register.mail.refusals = ["451 try later"] * self.UNITS
        self.fill()
        self.register.start("workflow")
        wait_until(lambda: self.recorded() == 2 * self.ACTIONS, "reminders in the feed", 60)
        self.assertEqual({len(each) for each in self.register.mail.by_recipient().values()}, {1})


if __name__ == "__main__":
    unittest.main()
