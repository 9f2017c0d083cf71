# SPDX-License-Identifier: Apache-2.0
"""Policies as files, what a change of one would send, and what the desk and the units decide about it."""
import datetime
import json
import unittest

import generated
from harness import wait_until
from years import almanac
from test_workflow import ACTIONS, UNITS, Asking

POLICY = """\
policy: six-monthly
title: A new update every six months
trigger: interval
interval_months: 6
go_live_on: {live}
steps: [-30, -7, 0, 14]
overseer: FOTCD
active: true
"""


class Policies(Asking):
    def setUp(self):
        super().setUp()
        self.register.start("reporting")
        self.live = str(self.day - datetime.timedelta(days=60))

    def file(self, text, **more):
        path = self.register.folder / "policy.yaml"
        path.write_text(text.format(live=self.live, **more), encoding="utf-8")
        return path

    def mistakes(self, text, **more):
        """[(line, code, field)] of a file that is refused."""
        done = self.register.run("policy", "set", self.file(text, **more), "--json")
        self.assertEqual(done.returncode, 2, done.stderr)
        return [(each["line"], each["code"], each["field"]) for each in json.loads(done.stdout)["mistakes"]]

    def diff(self, text, **more):
        done = self.register.run("policy", "diff", self.file(text, **more), "--database",
                                 self.register.database.conninfo("postgres"), "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def obligations(self, where="true"):
        return self.register.sql(
            "SELECT a.item_key, r.code, o.cycle, o.step, o.cycle_on::text, o.send_on::text, o.state::text"
            " FROM uptake.obligation o JOIN uptake.item a ON a.item_id = o.subject_id"
            " JOIN uptake.item p ON p.item_id = o.policy_id JOIN uptake.unit r ON r.item_id = o.recipient_id"
            f" WHERE p.item_key = 'policy:six-monthly' AND {where} ORDER BY 1, 2, 3, 4")


class Files(Policies):
    def test_every_mistake_is_told_with_its_line(self):
        self.assertEqual(self.mistakes("policy: six-monthly\ntitle: x\ntrigger: intervals\ninterval_months: 0\n"
                                       "go_live_on: 2026-02-30\nsteps: [0, -7, 400]\nzone: Europe/Genf\n"
                                       "closes_after_days: x\nactive: yes\n"),
                         [(3, "ENUM_UNKNOWN", "trigger"), (4, "RULE_ENDLESS", "interval_months"),
                          (5, "BAD_DATE", "go_live_on"), (6, "NUMBER_RANGE", "steps"), (6, "NUMBER_RANGE", "steps"),
                          (7, "YAML_UNKNOWN_FIELD", "zone"), (8, "YAML_BAD_TYPE", "closes_after_days"),
                          (9, "YAML_BAD_TYPE", "active")])
        self.assertEqual(self.mistakes("policy: X Y\nsteps: []\nsteps: 3\n"),
                         [(1, "BAD_KEY", "policy"), (2, "FIELD_MISSING", "steps"), (3, "YAML_FIELD_TWICE", "steps"),
                          (3, "YAML_BAD_TYPE", "steps"), (1, "FIELD_MISSING", "title"),
                          (1, "FIELD_MISSING", "trigger"), (1, "FIELD_MISSING", "go_live_on"),
                          (1, "FIELD_MISSING", "active")])
        self.assertEqual(self.mistakes(POLICY.replace("interval_months: 6\n", "")),
                         [(3, "RULE_ENDLESS", "interval_months")])
        self.assertEqual(self.mistakes(POLICY + "ladder:\n  - {{step: 3, rung: unit_head}}\ncloses_after_days: 7\n"),
                         [(11, "NUMBER_RANGE", "closes_after_days"), (9, "NUMBER_RANGE", "ladder")])
        self.assertEqual(self.mistakes(POLICY + "ladder: [{{step: 0, rung: king}}, [1]]\n"),
                         [(9, "ENUM_UNKNOWN", "ladder"), (9, "YAML_BAD_TYPE", "ladder"),
                          (9, "YAML_BAD_TYPE", "ladder")])
        self.assertEqual(self.mistakes("a: [\n"), [(2, "YAML_BAD", "policy")])
        self.assertEqual(self.mistakes("- a\n"), [(1, "YAML_BAD", "policy")])
        self.assertEqual(self.mistakes(POLICY + "---\n" + POLICY), [(10, "YAML_BAD", "policy")])

    def test_a_mistake_in_any_script_is_told_and_refuses_the_file(self):
        for letters in range(10, 24):
            word = "\u179f" * letters
            for old, new, line, code, field in (
                    ("active: true", f"active: {word}", 8, "YAML_BAD_TYPE", "active"),
                    ("interval_months: 6", f"interval_months: {word}", 4, "YAML_BAD_TYPE", "interval_months"),
                    ("trigger: interval", f"trigger: x{word}", 3, "ENUM_UNKNOWN", "trigger"),
                    ("policy: six-monthly", f"policy: {word * 2}", 1, "BAD_KEY", "policy"),
                    ("overseer: FOTCD", f"overseer: {word * 4}", 7, "UNIT_UNKNOWN", "overseer"))[letters % 2::2]:
                self.assertEqual(self.mistakes(POLICY.replace(old, new)), [(line, code, field)], new)
        done = self.register.run("policy", "set", self.file(POLICY.replace("active: true", "active: " + "\u179f" * 14)))
        self.assertIn("'" + "\u179f" * 13 + "': true or false", done.stderr)
        self.assertTrue(self.register.one("SELECT active FROM uptake.policy JOIN uptake.item USING (item_id)"
                                          " WHERE item_key = 'policy:six-monthly'"))

    def test_units_and_documents_are_looked_up(self):
        self.assertEqual(self.mistakes(POLICY.replace("FOTCD", "NOBODY") + "documents: [drill, elsewhere]\n"
                                       "offices:\n  - U01\n  - unit:U99\n"),
                         [(12, "UNIT_UNKNOWN", "offices"), (9, "DOCUMENT_UNKNOWN", "documents"),
                          (7, "UNIT_UNKNOWN", "overseer")])
        self.assertEqual(self.mistakes(POLICY.replace("interval", "deadline", 1).replace("interval_months: 6\n", "")),
                         [(3, "TRIGGER_FIXED", "trigger")])
        done = self.register.run("policy", "set", self.file(POLICY.replace("FOTCD", "NOBODY")))
        self.assertRegex(done.stderr, r"uptake: UNIT_UNKNOWN: .*policy\.yaml:7: overseer: unit:NOBODY: there is no")

    def test_what_is_set_is_shown_as_the_same_file_and_versions_are_kept(self):
        text = POLICY + ("ladder:\n  - {{step: 14, rung: unit_head}}\nworking_day: after\nmost_reminders: 3\n"
                         "instruments: [evaluation]\nin_force_from: {later}\n")
        later = str(self.day + datetime.timedelta(days=90))
        dry = self.register.must("policy", "set", self.file(text, later=later), "--dry-run")
        self.assertIn("policy_rule", dry)
        self.assertEqual(len(json.loads(self.register.must("policy", "show", "six-monthly", "--json"))["versions"]), 1)
        self.register.must("policy", "set", self.file(text, later=later))
        shown = self.register.must("policy", "show", "six-monthly")
        self.assertRegex(shown, f"# version 2 of 2: by .*; for cycles that end from {later}")
        # What show prints is what set takes: nothing new is said.
        (self.register.folder / "again.yaml").write_text(shown, encoding="utf-8")
        self.register.must("policy", "set", self.register.folder / "again.yaml")
        told = json.loads(self.register.must("policy", "show", "six-monthly", "--json"))
        self.assertEqual(len(told["versions"]), 2)
        self.assertEqual(told["rule"]["ladder"], [{"step": 14, "rung": "unit_head"}])
        listed = json.loads(self.register.must("policy", "list", "--json"))["policies"]
        self.assertEqual([each["policy"] for each in listed], ["deadline", "six-monthly"])

    def test_a_new_policy_is_made(self):
        self.register.must("policy", "set", self.file(POLICY.replace("six-monthly", "yearly").replace("true", "false")))
        self.assertEqual(self.register.one("SELECT active FROM uptake.policy WHERE title LIKE 'A new%%'"
                                           " AND NOT active"), False)


class Versions(Policies):
    def test_the_difference_is_what_then_happens(self):
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all asked")
        self.register.workflow.stop()
        before = self.obligations("o.state = 'planned'")
        self.assertEqual(self.diff(POLICY)["appear"] + self.diff(POLICY)["vanish"] + self.diff(POLICY)["move"], [])
        text = POLICY.replace("interval_months: 6", "interval_months: 3").replace("14]", "21]") + "working_day: before\n"
        said = self.diff(text)
        self.assertEqual(self.obligations("o.state = 'planned'"), before)  # it wrote nothing
        self.register.must("policy", "set", self.file(text))
        sent = self.obligations("o.state = 'sent'")
        self.begin()
        wait_until(lambda: self.obligations("o.step = 21"), "planned anew")
        after = self.obligations("o.state = 'planned'")

        def named(rows):
            return {(action, f"unit:{code}", cycle_on, step): send_on
                    for action, code, cycle, step, cycle_on, send_on, state in rows}

        def told(rows):
            return {(row["action"], row["recipient"], row["cycle_on"], row["step"]): row["send_on"] for row in rows}
        foretold = {key: day for key, day in named(before).items() if key not in told(said["vanish"])}
        moved = {(row["action"], row["recipient"], row["step"], row["send_on_before"]) for row in said["move"]}
        foretold = {key: day for key, day in foretold.items() if (key[0], key[1], key[3], day) not in moved}
        foretold.update(told(said["appear"]))
        foretold.update(told(said["move"]))
        self.assertEqual(named(after), foretold)
        self.assertTrue(said["appear"] and said["vanish"])
        # What was sent stands as it was, and no one is asked a second time today.
        self.assertEqual(self.obligations("o.state = 'sent'"), sent)
        self.assertEqual(len(self.register.mail.mails), UNITS)

    def test_the_difference_knows_the_holidays_of_the_duty_station(self):
        new_year = datetime.date(self.day.year + 1, 1, 1)
        text = POLICY + f"anchor_on: {new_year.year - 1}-01-01\nworking_day: after\n"
        said = self.diff(text)
        days = {row["send_on"] for row in said["appear"] + said["move"]
                if row["step"] == 0 and row["cycle_on"] == str(new_year)}
        self.assertEqual(days, {str(almanac.moved(new_year, "Asia/Bangkok", "after"))})

    def test_a_policy_that_names_documents_speaks_to_no_other(self):
        self.register.must("policy", "set", self.file(POLICY + "documents: [drill]\ninstruments: [audit]\n"))
        self.begin()
        wait_until(lambda: self.sent() == ACTIONS, "only the deadlines")
        self.assertEqual(self.obligations(), [])
        self.register.must("policy", "set", self.file(POLICY + "documents: [drill]\ninstruments: [evaluation]\n"))
        wait_until(lambda: len(self.obligations("o.state = 'planned'")) > 0, "the updates too")


class Ladder(Policies):
    """U03 lies in Asia as U01 and U02 do; U01 reports to a unit in Europe."""

    def setUp(self):
        super().setUp()
        self.push(generated.unit("HEAD", "Head of offices", region="europe"),
                  {**generated.unit("FOTCD", "Field operations", region=""), "base_revision": 1},
                  {**generated.unit("U01", "Office 1", reports_to="unit:HEAD"), "base_revision": 1})

    def rungs(self):
        return sorted(set(self.register.sql(
            "SELECT asked.code, o.rung::text, r.code FROM uptake.obligation o"
            " JOIN uptake.unit r ON r.item_id = o.recipient_id JOIN uptake.unit asked ON asked.item_id = o.asked_id"
            " JOIN uptake.item p ON p.item_id = o.policy_id WHERE p.item_key = 'policy:six-monthly'")))

    def test_it_goes_up_by_reports_to_and_says_what_came_before(self):
        text = POLICY.replace("[-30, -7, 0, 14]", "[0]") + "ladder: [{{step: 0, rung: unit_head}}, {{step: 0, rung: overseer}}]\n"
        self.register.must("policy", "set", self.file(text))
        self.begin()
        wait_until(lambda: self.sent() == 3 * ACTIONS + 2, "all asked")
        # FOTCD is the head of U02 and U03 and stands there on that rung, so never on the overseer's too.
        self.assertEqual(self.rungs(), [
            ("U01", "overseer", "FOTCD"), ("U01", "unit", "U01"), ("U01", "unit_head", "HEAD"),
            ("U02", "unit", "U02"), ("U02", "unit_head", "FOTCD"),
            ("U03", "unit", "U03"), ("U03", "unit_head", "FOTCD")])
        self.assertEqual(sorted(mail.recipient for mail in self.register.mail.mails),
                         ["fotcd@example.org", "head@example.org", *(f"u{n:02}@example.org" for n in range(1, UNITS + 1))])
        # The unit moves to another head: what was sent stays, what was not goes elsewhere.
        self.push({**generated.unit("U01", "Office 1", reports_to="unit:U02"), "base_revision": 2})
        wait_until(lambda: ("U01", "unit_head", "U02") in self.rungs(), "another head")
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.obligation o JOIN uptake.unit r ON r.item_id = o.recipient_id"
            " WHERE r.code = 'HEAD' AND o.state = 'planned'"), 0)
        self.assertEqual(self.sent(), 3 * ACTIONS + 2)


class Decisions(Policies):
    def end_of_cycle(self):
        return self.register.one("SELECT min(o.cycle_on)::text FROM uptake.obligation o JOIN uptake.item p"
                                 " ON p.item_id = o.policy_id WHERE p.item_key = 'policy:six-monthly'")

    def decide(self, word, ends_on, base=0):
        self.push(generated.change("cycle", "cycles", f"cycle:six-monthly:{ends_on}", base, cycle_decision={
            "policy": "policy:six-monthly", "ends_on": ends_on, "decision": word, "decided_by": "Officer"}))

    def test_a_held_cycle_waits_for_the_desk(self):
        self.push(generated.change("policy", "policies", "policy:deadline", 1, policy_rule={
            "title": "Deadlines of actions", "trigger": "deadline", "steps": [0], "go_live_on": self.live}))
        ends_on = str(self.day.replace(day=min(self.day.day, 28)))
        self.decide("held", ends_on)
        self.begin()
        wait_until(lambda: self.register.sql("SELECT DISTINCT reason FROM uptake.obligation WHERE held") == [
            ("to be asked on its day: the desk holds the cycle until it is opened",)], "held")
        self.assertEqual(self.end_of_cycle(), ends_on)
        # Another plan and the claim before it: nothing goes.
        self.push(generated.unit("NEW", "Another unit"))
        wait_until(lambda: sum(event["event"] == "planned" for event in self.register.workflow.log_events()) > 1,
                   "planned again")
        self.assertEqual(self.register.mail.mails, [])
        self.decide("opened", ends_on, 1)
        wait_until(lambda: self.sent() == ACTIONS, "the updates go")
        self.assertTrue(self.obligations(f"o.state = 'planned' AND o.cycle_on = '{ends_on}'"))
        self.decide("closed", ends_on, 2)
        wait_until(lambda: not self.obligations(f"o.state = 'planned' AND o.cycle_on = '{ends_on}'"), "closed")
        self.assertEqual(self.sent(), ACTIONS)

    def test_who_asks_to_wait_or_knows_is_left_alone(self):
        until = str(self.day + datetime.timedelta(days=3))
        self.push(self.change(1, 1, chase_set={"snoozed_until": until}),
                  self.change(2, 1, chase_set={"acknowledged_on": str(self.day)}))
        self.begin()
        wait_until(lambda: self.sent() == 2 * (ACTIONS - 2), "the others are asked")
        waiting = self.obligations("a.item_key = 'drill#1/1' AND o.state = 'planned' AND o.cycle = 1")
        self.assertIn(until, {row[5] for row in waiting})
        self.assertEqual(self.register.sql(
            "SELECT DISTINCT o.reason FROM uptake.obligation o JOIN uptake.item a ON a.item_id = o.subject_id"
            " WHERE a.item_key = 'drill#2/1' AND o.state = 'rested'"),
            [(f"the unit knows and will answer: {self.day}",)])

    def test_a_report_that_was_returned_is_no_answer(self):
        report = {"progress": "initiated", "narrative": "Begun."}
        self.push(self.change(1, 1, progress_report=report), self.change(2, 1, progress_report=report))
        self.push(self.change(1, 2, progress_review={"review": "returned", "of_revision": 2, "reviewer": "unit:FOTCD",
                                                     "reviewed_on": str(self.day), "remark": "says too little"}))
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS - 1, "the one that was returned is asked again")
        self.assertEqual({row[0] for row in self.obligations("o.state = 'met'")}, {"drill#2/1"})

    def test_what_is_on_hold_is_not_chased_for_its_deadline(self):
        self.push(self.change(1, 1, hold_set={"hold": "needs_funding", "reason": "no donor yet"}))
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS - 1, "all but one deadline")
        self.assertEqual(self.register.sql(
            "SELECT p.item_key FROM uptake.obligation o JOIN uptake.item p ON p.item_id = o.policy_id"
            " JOIN uptake.item a ON a.item_id = o.subject_id WHERE a.item_key = 'drill#1/1' AND o.state = 'sent'"),
            [("policy:six-monthly",)])


if __name__ == "__main__":
    unittest.main()
