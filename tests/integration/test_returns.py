# SPDX-License-Identifier: Apache-2.0
"""A return is counted again for ever: whatever is said after it was made changes nothing of it."""
import datetime
import unittest

import generated
import test_cycles
from harness import wait_until
from test_workflow import ACTIONS


class Returns(test_cycles.Desk):
    def report(self, number, base=1, **more):
        self.push(self.change(number, base, progress_report={
            "progress": "initiated", "narrative": "Begun.", **more}))

    def rule(self, name, base=1, **more):
        """Says the policy anew."""
        stated = generated.policy(name, "Said anew", more.pop("trigger", "interval"), self.day,
                                  **{"interval_months": 6, **more} if name == "six-monthly" else more)
        self.push({**stated, "base_revision": base})

    def close(self, policy, day):
        self.register.must("cycles", "close", policy, day, "--by", "A. Officer")
        return self.cycles("return", policy, day)

    def assert_same(self, policy, day):
        """The rows and all figures that follow the instant, and so the hash."""
        made = self.cycles("return", policy, day)
        checked = self.cycles("return", policy, day, "--check")
        again = checked["counted_again"]
        none = {"office": "", "answered": 0, "late": 0, "not_answered": 0}  # left out where it is stored
        self.assertTrue(checked["same"])
        self.assertEqual(again["rows"], [{**none, **row} for row in made["rows"]])
        self.assertEqual(again["not_judged"], ["parts_not_accepted", "refused by the mail server", "unsettled"])
        self.assertEqual(
            again["figures"],
            [{"numerator": 0, "denominator": 0, **each} for each in made["figures"]
             if each["name"] not in again["not_judged"]])

    def outcomes(self, policy, day):
        return {ask["action"]: ask["outcome"] for ask in self.cycles("show", policy, day)["asks"]}

    def deadline(self, days=5):
        return str(self.day + datetime.timedelta(days=days))

    def shift(self, days):
        """So many days pass for the ledger."""
        self.register.sql("UPDATE uptake.obligation SET cycle_on = cycle_on - %s, send_on = send_on - %s,"
                          " cycle_begin_on = cycle_begin_on - %s", (days, days, days))
        return str(datetime.date.fromisoformat(self.ends()))


class AsKnownThen(Returns):
    def test_a_policy_that_says_something_else_later(self):
        self.plan()
        day = self.ends()
        self.report(1, reported_on=str(self.day - datetime.timedelta(days=3)))
        self.assertEqual(self.close("six-monthly", day)["rows"][1]["answered"], 1)
        # Of today's words none fits: no report answers, and it goes live later.
        self.rule("six-monthly", trigger="deadline", steps=[0], interval_months=0,
                  go_live_on=str(self.day + datetime.timedelta(days=1)))
        self.assert_same("six-monthly", day)
        self.assertEqual(self.cycles("show", "six-monthly", day)["state"], "closed")

    def test_units_that_are_merged_later(self):
        """U01 leads 3 and 6, U02 leads 1 and 4."""
        self.plan()
        day = self.ends()
        self.register.must("units", "merge", "U03", "U02", "--on", str(self.day))
        self.report(1, reported_by="unit:U03")
        self.report(3, reported_by="unit:U02")
        outcomes = self.outcomes("six-monthly", day)
        self.assertEqual((outcomes["drill#1/1"], outcomes["drill#3/1"]), ("answered", "not_answered"))
        self.close("six-monthly", day)
        self.register.must("units", "split-back", "U03")
        self.register.must("units", "merge", "U02", "U01", "--on", str(self.day))
        self.assert_same("six-monthly", day)
        self.assertEqual(self.outcomes("six-monthly", day)["drill#3/1"], "answered")

    def test_a_cycle_before_it_that_is_closed_later(self):
        self.push(self.change(2, 1, timeframe={"source": "sooner", "due_on": self.deadline(3), "precision": "day"}))
        self.plan()
        self.report(1)
        made = self.close("deadline", self.deadline(5))
        self.assertIn("moved unknown to initiated", [each["name"] for each in made["figures"]])
        self.close("deadline", self.deadline(3))
        self.assert_same("deadline", self.deadline(5))

    def test_a_cycle_before_it_whose_return_is_made_again_later(self):
        sooner = self.deadline(3)
        self.push(self.change(2, 1, timeframe={"source": "sooner", "due_on": sooner, "precision": "day"}))
        self.plan()
        self.report(1)
        made = self.close("deadline", sooner)
        self.close("deadline", self.deadline(5))
        key = f"cycle:deadline:{sooner}"
        revision = self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (key,))
        self.push(generated.change("cycle", "cycles", key, revision, return_made=made | {"parts_not_accepted": 7}))
        self.assert_same("deadline", self.deadline(5))

    def test_what_was_never_mailed_stays_a_question(self):
        self.push(self.change(2, 1, chase_set={"acknowledged_on": str(self.day)}))
        self.plan()
        day = self.ends()
        figures = {each["name"]: each for each in self.close("six-monthly", day)["figures"]}
        self.assertEqual((figures["coverage"]["numerator"], figures["coverage"]["denominator"]), (ACTIONS - 1, ACTIONS))
        # What waited rests, and an action that comes later is no question of a cycle that is closed.
        self.push(generated.change(
            "action", generated.DOCUMENT, f"{generated.DOCUMENT}#1/2",
            action_wording={"code": "2", "recommendations": [f"{generated.DOCUMENT}#1"], "text": "One more"},
            responsibilities={"source": "table", "units": [
                {"unit": "unit:U01", "name": "Office 1", "role": "lead", "said_by": "management", "confirmed": True}]}))
        self.begin()
        wait_until(lambda: not self.register.one(
            f"SELECT count(*) FROM uptake.obligation o WHERE cycle_on = '{day}' AND state = 'planned'")
            and self.register.one("SELECT count(*) FROM uptake.obligation o JOIN uptake.item a"
                                  " ON a.item_id = o.subject_id WHERE a.item_key = 'drill#1/2'"), "planned again")
        self.register.workflow.stop()
        self.assert_same("six-monthly", day)
        self.assertEqual(self.outcomes("six-monthly", day)["drill#2/1"], "rests")
        self.assertNotIn("drill#1/2", self.outcomes("six-monthly", day))


class OneAnswer(Returns):
    """The desk counts by the rule that the plan asks by."""

    def test_an_answer_is_late_until_the_policy_closes_the_cycle(self):
        self.rule("six-monthly", closes_after_days=30)
        self.plan()
        day = self.shift(20)
        self.report(1)
        self.assertEqual(self.outcomes("six-monthly", day)["drill#1/1"], "answered_late")
        later = self.register.one("SELECT max(cycle_on)::text FROM uptake.obligation o JOIN uptake.item p"
                                  " ON p.item_id = o.policy_id WHERE p.item_key = 'policy:six-monthly' AND o.cycle = 2")
        self.assertNotIn("answered_unasked", self.outcomes("six-monthly", later).values())

    def test_a_window_opens_so_many_days_before_the_end_and_that_day_is_in_it(self):
        for base, days in ((1, 20), (2, 21)):
            self.rule("six-monthly", base, window_days=days, steps=[-30, 0])
            if base == 1:
                self.plan()
                self.register.sql("UPDATE uptake.obligation SET cycle_on = cycle_on + 21, send_on = send_on + 21")
                self.report(1, reported_on=str(self.day - datetime.timedelta(days=30)))
            self.assertEqual(self.outcomes("six-monthly", self.ends())["drill#1/1"],
                             "not_answered" if base == 1 else "answered")

    def test_a_deadline_without_a_window_is_answered_when_its_action_is_closed(self):
        self.plan()
        self.report(1)
        self.report(2, progress="completed")
        asks = {ask["action"]: ask for ask in self.cycles("show", "deadline", self.deadline())["asks"]}
        self.assertEqual((asks["drill#1/1"]["outcome"], asks["drill#2/1"]["outcome"]), ("not_answered", "answered"))
        self.assertEqual(asks["drill#2/1"]["answered_on"], str(self.day))
        self.report(2, 2, progress="ongoing")
        self.assertEqual(self.outcomes("deadline", self.deadline())["drill#2/1"], "not_answered")
        self.close("deadline", self.deadline())
        self.report(2, 3, progress="completed")
        self.assert_same("deadline", self.deadline())

    def test_mail_to_the_head_is_none_to_the_unit_whose_address_was_refused(self):
        self.rule("six-monthly", ladder=[{"step": 0, "rung": "unit_head"}])
        self.push(generated.change("unit", "units", "unit:FOTCD", 1,
                                   unit_contact={"email": "fotcd@example.org", "language": "en"}))
        refused = "SELECT count(*) FROM uptake.delivery WHERE state = 'failed'"
        self.register.mail.refusals = ["550 no such mailbox"] * 4
        self.begin()
        wait_until(lambda: self.register.one(refused) >= 3, "the units' mail is refused")
        self.register.workflow.stop()
        # Nine days pass.
        self.register.sql("UPDATE uptake.delivery SET digest_on = digest_on - 9, message_id = 'then' || message_id")
        self.register.mail.refusals = []
        self.begin()
        wait_until(lambda: self.register.one(
            "SELECT count(*) FROM uptake.obligation WHERE rung = 'unit_head' AND state = 'sent'"), "the head is told")
        self.register.workflow.stop()
        shown = self.cycles("show", "six-monthly", self.ends())
        self.assertEqual(self.count(shown, "asked", "refused_by_mail_server"), (0, ACTIONS))
        self.assertEqual({ask["outcome"] for ask in shown["asks"]}, {"refused_by_mail_server"})

    def test_a_policy_that_is_switched_off_is_listed_until_its_return_is_made(self):
        self.plan()

        def listed():
            return {each["policy"] for each in self.cycles("list")["cycles"] if each["ends_on"] == self.ends()}
        self.rule("six-monthly", active=False)
        self.assertIn("policy:six-monthly", listed())
        self.close("six-monthly", self.ends())
        self.assertNotIn("policy:six-monthly", listed())


if __name__ == "__main__":
    unittest.main()
