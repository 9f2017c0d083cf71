# SPDX-License-Identifier: Apache-2.0
"""The desk: what a cycle asks, what the desk decides, what came of it."""
import datetime
import hashlib
import json
import unittest

import generated
import people
import test_workflow
from harness import wait_until

UNITS, ACTIONS = test_workflow.UNITS, test_workflow.ACTIONS


class Desk(test_workflow.Asking):
    """The six-monthly cycle ends today; three units lead two actions each."""

    def setUp(self):
        super().setUp()
        self.register.start("reporting")

    def cycles(self, *arguments, code=0):
        done = self.register.run("cycles", *arguments, "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout) if done.stdout else done.stderr

    def plan(self):
        """Plans, sends and stops."""
        self.begin()
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.obligation WHERE state = 'sent'") > 0
                   and not self.register.one("SELECT count(*) FROM uptake.obligation o WHERE state = 'claimed'"
                                             " OR state = 'sent' AND reminder_recorded_at IS NULL"), "sent and told")
        self.register.workflow.stop()

    def ends(self):
        ((day,),) = self.register.sql(
            "SELECT DISTINCT cycle_on FROM uptake.obligation o JOIN uptake.item p ON p.item_id = o.policy_id"
            " WHERE p.item_key = 'policy:six-monthly' AND o.cycle = 1")
        return str(day)

    def count(self, cycle, *names):
        return tuple(cycle["counts"][name] for name in names)


class Cycles(Desk):
    def test_who_is_asked_about_what_and_who_answered(self):
        self.plan()
        self.push(self.change(1, 1, progress_report={"progress": "initiated", "narrative": "Begun."}))
        listed = self.cycles("list")["cycles"]
        six = next(each for each in listed if each["policy"] == "policy:six-monthly")
        self.assertEqual(six["state"], "open")
        self.assertEqual(self.count(six, "questions", "units", "asked", "answered", "late", "not_answered"),
                         (ACTIONS, UNITS, ACTIONS, 1, 0, ACTIONS - 1))
        shown = self.cycles("show", "six-monthly", self.ends())
        self.assertEqual({ask["action"]: ask["outcome"] for ask in shown["asks"]},
                         {f"drill#{n}/1": "answered" if n == 1 else "not_answered" for n in range(1, ACTIONS + 1)})
        self.assertEqual(shown["unsettled"], [])
        text = self.register.must("cycles", "show", "policy:six-monthly", self.ends())
        self.assertIn("drill#2/1", text)
        self.assertIn("6 asked, 1 answered (0 late)", text)

    def test_what_keeps_mail_back_is_named_with_the_command_that_mends_it(self):
        lead = {"name": "Office 1 or 2", "role": "lead", "said_by": "management"}
        named = {"unit": "unit:U01", "name": "Office 1", "role": "lead", "said_by": "management"}
        self.push(
            self.change(1, 1, responsibilities={"source": "t", "units": [{**lead, "ambiguous": True}]}),
            self.change(2, 1, responsibilities={"source": "t", "units": [{**named, "inferred": True}]}),
            self.change(3, 1, responsibilities={"source": "t", "units": [
                {"name": "The ministry's office", "role": "external", "said_by": "management"}]}),
            generated.change("unit", "units", "unit:U02", 1, unit_contact={"email": "", "language": "en"}))
        self.plan()
        rows = {row["action"]: row for row in self.cycles("show", "six-monthly", self.ends())["unsettled"]}
        self.assertEqual({action: row["why"] for action, row in rows.items()},
                         {"drill#1/1": "ambiguous unknown", "drill#2/1": "unconfirmed", "drill#3/1": "external unknown",
                          "drill#4/1": "no_address"})
        self.assertEqual(rows["drill#4/1"]["command"], "uptake units contact U02 --email ADDRESS")
        self.assertEqual(rows["drill#3/1"]["command"],
                         "uptake units confirm 'drill#3/1' --name 'The ministry'\\''s office' --unit CODE")
        # The command does it.
        self.assertEqual(rows["drill#2/1"]["command"],
                         "uptake units confirm 'drill#2/1' --name 'Office 1' --unit 'U01'")
        self.register.must("units", "confirm", "drill#2/1", "--name", "Office 1", "--unit", "U01")
        self.assertNotIn("drill#2/1", {row["action"] for row in
                                       self.cycles("show", "six-monthly", self.ends())["unsettled"]})

    def test_the_desk_decides_and_two_who_decide_at_once_meet(self):
        self.plan()
        later = next(str(day) for (day,) in self.register.sql(
            "SELECT DISTINCT cycle_on FROM uptake.obligation o JOIN uptake.item p ON p.item_id = o.policy_id"
            " WHERE p.item_key = 'policy:six-monthly' AND o.cycle = 2"))
        self.assertEqual(self.cycles("show", "six-monthly", later)["state"], "upcoming")
        for verb, state, word in (("confirm", "confirmed", "confirmed"), ("hold", "held", "held"),
                                  ("open", "open", "opened")):
            self.register.must("cycles", verb, "six-monthly", later, "--by", "A. Officer", "--note", "looked through")
            shown = self.cycles("show", "six-monthly", later)
            self.assertEqual((shown["state"], shown["decision"]["decision"], shown["decision"]["decided_by"]),
                             (state, word, "A. Officer"))
        self.assertEqual(shown["revision"], 3)
        self.push(generated.change("cycle", "cycles", f"cycle:six-monthly:{later}", 3, cycle_decision={
            "policy": "policy:six-monthly", "ends_on": later, "decision": "held", "decided_by": "B"}))
        done = self.register.run("push", generated.write(self.register.folder / "late.jsonl", [generated.change(
            "cycle", "cycles", f"cycle:six-monthly:{later}", 3, cycle_decision={
                "policy": "policy:six-monthly", "ends_on": later, "decision": "opened", "decided_by": "C"})]))
        self.assertIn("CONFLICT", done.stdout + done.stderr)

    def test_nobody_else_learns_that_there_are_cycles(self):
        self.plan()
        token = people.reader(self.register, "region:asia-pacific")
        for path in ("/v1/cycles", f"/v1/cycles/six-monthly/{self.ends()}",
                     f"/v1/cycles/six-monthly/{self.ends()}/return"):
            status, _, body = self.register.http(path, token=token)
            self.assertEqual((status, json.loads(body)["code"]), (404, "NOT_FOUND"), path)

    def test_a_cycle_before_go_live_reads_not_asked(self):
        self.plan()
        before = str(datetime.date.fromisoformat(self.ends()) - datetime.timedelta(days=184))
        self.assertEqual(self.cycles("show", "six-monthly", before)["state"], "not_asked")
        self.assertIn("not asked: the cycle ended before", self.register.must("cycles", "show", "six-monthly", before))
        self.assertIn("CYCLE_NOT_ASKED", self.cycles("close", "six-monthly", before, code=2))
        self.assertIn("NOT_FOUND", self.cycles("show", "six-monthly", "2099-01-01", code=2))


class Return(Desk):
    def test_a_return_is_stored_once_and_counted_again_for_ever(self):
        self.plan()
        self.push(self.change(1, 1, progress_report={"progress": "initiated", "narrative": "Begun."}),
                  self.change(2, 1, progress_report={"progress": "completed", "narrative": "Done."}))
        day = self.ends()
        self.register.must("cycles", "close", "six-monthly", day, "--by", "A. Officer")
        made = self.cycles("return", "six-monthly", day)
        self.assertEqual(sum(row["asked"] for row in made["rows"]), ACTIONS)
        self.assertEqual(sum(row.get("answered", 0) for row in made["rows"]), 2)
        figures = {each["name"]: (each.get("numerator", 0), each["denominator"]) for each in made["figures"]}
        self.assertEqual(figures["answered"], (2, ACTIONS))
        self.assertEqual(figures["moved unknown to completed"], (1, ACTIONS))
        self.assertEqual(figures["coverage"], (ACTIONS, ACTIONS))
        # Whoever has the rows makes the same hash.
        lines = [f"uptake-return 1\tpolicy:six-monthly\t{day}\n"]
        words = {1: ("in_time", "initiated"), 2: ("in_time", "completed")}
        for key, unit in sorted((f"drill#{n}/1", f"unit:U{n % UNITS + 1:02}") for n in range(1, ACTIONS + 1)):
            number = int(key.split("#")[1].split("/")[0])
            outcome, after = words.get(number, ("not_answered", "unknown"))
            answered = str(self.day) if number in words else "-"
            lines.append(f"{unit}\t{key}\t{self.day}\t{answered}\t{outcome}\tunknown\t{after}\n")
        lines[1:] = sorted(lines[1:])
        self.assertEqual(made["rows_sha256"], hashlib.sha256("".join(lines).encode()).hexdigest())
        # What came later changes nothing of it.
        self.push(self.change(3, 1, progress_report={"progress": "ongoing", "narrative": "Late."}))
        self.assertTrue(self.cycles("return", "six-monthly", day, "--check")["same"])
        self.assertIn("the same", self.register.must("cycles", "return", "six-monthly", day, "--check"))
        self.assertIn("CYCLE_CLOSED", self.cycles("close", "six-monthly", day, code=2))
        self.assertIn("CYCLE_CLOSED", self.cycles("open", "six-monthly", day, code=2))
        # What is done to the ledger shows.
        self.register.sql("UPDATE uptake.delivery SET sent_at = sent_at - interval '3 days'")
        self.assertFalse(self.cycles("return", "six-monthly", day, "--check", code=1)["same"])

    def test_only_the_unit_that_was_asked_answers(self):
        self.plan()
        asked = {ask["action"]: ask["unit"] for ask in self.cycles("show", "six-monthly", self.ends())["asks"]}
        another = next(unit for unit in asked.values() if unit != asked["drill#2/1"])
        for action, unit in ((1, asked["drill#1/1"]), (2, another)):
            self.push(self.change(action, 1, progress_report={
                "progress": "ongoing", "narrative": "Under way.", "reported_by": unit}))
        outcomes = {ask["action"]: ask["outcome"] for ask in self.cycles("show", "six-monthly", self.ends())["asks"]}
        self.assertEqual((outcomes["drill#1/1"], outcomes["drill#2/1"]), ("answered", "not_answered"))

    def test_an_answer_after_the_end_is_late_and_an_old_update_is_none(self):
        self.plan()
        day = self.ends()
        # The cycle ended five days ago: everything in the ledger moves back.
        for table, column in (("obligation", "cycle_begin_on"), ("obligation", "cycle_on"), ("obligation", "send_on")):
            self.register.sql(f"UPDATE uptake.{table} SET {column} = {column} - 5")
        self.push(self.change(1, 1, progress_report={"progress": "initiated", "narrative": "Begun."}),
                  self.change(2, 1, progress_report={"progress": "initiated", "narrative": "Long ago.",
                                                     "reported_on": "2020-12-31"}))
        past = str(datetime.date.fromisoformat(day) - datetime.timedelta(days=5))
        shown = self.cycles("show", "six-monthly", past)
        outcomes = {ask["action"]: ask["outcome"] for ask in shown["asks"]}
        self.assertEqual((outcomes["drill#1/1"], outcomes["drill#2/1"]), ("answered_late", "not_answered"))

    def test_what_is_not_accepted_stands_in_it_plainly(self):
        self.push(generated.change("recommendation", generated.DOCUMENT, "drill#2", 1,
                                   position_taken={"position": "not_accepted", "source": "Rejected"}))
        self.plan()
        self.register.must("cycles", "close", "six-monthly", self.ends(), "--by", "A. Officer")
        self.assertEqual(self.cycles("return", "six-monthly", self.ends())["parts_not_accepted"], 1)
        self.assertIn("not accepted", self.register.must("cycles", "return", "six-monthly", self.ends()))


class Told(Desk):
    """What the overseer's digest says of cycles."""

    def setUp(self):
        super().setUp()
        self.push(generated.change("unit", "units", "unit:FOTCD", 1,
                                   unit_contact={"email": "fotcd@example.org", "language": "en"}))

    def digests(self):
        return [mail for mail in self.register.mail.mails if mail.recipient == "fotcd@example.org"]

    def text(self, mail):
        return mail.message.get_body(("plain",)).get_content()

    def told(self):
        return self.register.sql(
            "SELECT i.item_key, n.cycle_on::text, n.occasion FROM uptake.desk_notice n"
            " JOIN uptake.item i ON i.item_id = n.policy_id ORDER BY 1, 2, 3")

    def test_the_overseer_is_told_once_of_each_cycle_that_comes(self):
        self.push(self.change(1, 1, responsibilities={"source": "t", "units": [
            {"unit": "unit:U01", "name": "Office 1", "role": "lead", "said_by": "management", "inferred": True}]}))
        self.begin()
        wait_until(self.digests, "the overseer's digest")
        (mail,) = self.digests()
        text = self.text(mail)
        self.assertIn("Cycles you oversee (2)", text)
        self.assertIn("six-monthly  A new update every six months", text)
        self.assertIn("Will be asked: 5 actions, 3 units; first on", text)
        self.assertIn("1 responsibility is to be settled", text)
        self.assertIn(f"/cycles/six-monthly/{self.ends()}", text)
        self.assertIn("2 cycles", mail.message["subject"])
        self.assertNotIn("text/calendar", [part.get_content_type() for part in mail.message.walk()])
        self.assertIn("Look through the cycle", mail.message.get_body(("html",)).get_content())
        self.assertEqual(len(self.told()), 2)
        # Another process, another day of planning: told is told.
        second = self.begin_second()
        for number in range(2):
            self.push(generated.unit(f"NEW{number}", "Another unit"))
            wait_until(lambda: self.register.one(
                "SELECT c.seq >= h.seq FROM uptake.workflow_cursor c, uptake.feed_head h"
                " WHERE c.consumer = 'plan' AND h.scope_id = 1"), "planned again by one of them")
        second.stop()
        self.assertEqual(len(self.digests()), 1)
        self.register.workflow.stop()
        self.assertEqual(self.register.sql("SELECT count(*) FROM uptake.desk_notice"), [(2,)])

    def test_the_day_after_it_was_closed_the_overseer_gets_the_return(self):
        self.plan()
        self.push(self.change(2, 1, progress_report={"progress": "completed", "narrative": "Done."}))
        self.register.must("cycles", "close", "six-monthly", self.ends(), "--by", "A. Officer")
        # A day passes: what was sent and closed today was sent and closed yesterday.
        self.register.sql("UPDATE uptake.delivery SET digest_on = digest_on - 1, message_id = 'yesterday' || message_id")
        self.register.sql("UPDATE uptake.change SET recorded_at = recorded_at - interval '1 day' WHERE kind = 'cycle'")
        before = len(self.digests())
        self.begin()
        wait_until(lambda: len(self.digests()) > before, "the return")
        text = self.text(self.digests()[-1])
        self.assertIn(f"The return: of {ACTIONS} questions asked 1 were answered, 0 of them late.", text)
        self.assertIn(f"/cycles/six-monthly/{self.ends()}/return", text)
        wait_until(lambda: ("policy:six-monthly", self.ends(), "closed") in self.told(), "recorded")

    def test_what_a_crash_leaves_is_told_once(self):
        self.register.mail.refusals = ["451 later"] * 12
        self.begin()
        wait_until(lambda: self.told(), "claimed")
        self.register.workflow.kill()
        self.begin()
        wait_until(self.digests, "told")
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all sent")
        self.assertEqual(len(self.told()), 2)
        self.assertEqual(len({mail.message_id for mail in self.digests()}), 1)


if __name__ == "__main__":
    unittest.main()
