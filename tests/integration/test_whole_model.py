# SPDX-License-Identifier: Apache-2.0
"""What a user asks of a register that holds every kind of item: lists on every axis, now and as known
then, both dates, one item with all that belongs to it, and who said what. The register is
whole_model.py's."""
import hashlib
import json
import secrets
import unittest
import urllib.parse

import whole_model as model
from harness import Register
from whole_model import (ACCEPTED, COMPLETED, CONFIRMED, DOCUMENT, EARLIER, EXTENDED, GONE_FINDING, GREEN, MARKERS,
                         OF_STATE, ON, OPEN_FINDING, ORANGE, OVERDUE, PROPOSED, REFUSED, REJECTED, REPEATED,
                         RETRACTED, ROUND, SECOND, SETTLED_FINDING, SHARE, UPR, WHOLE)

KINDS = ("documents", "responses", "recommendations", "actions", "units", "policies", "rounds", "assessments",
         "indicators", "links", "findings", "crosswalks", "items")
LATER = "2099-01-01T00:00:00Z"


class WholeModel(unittest.TestCase):
    """One register serves all questions; what a test changes no other one asks about."""

    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest", "reporting")
        cls.before = cls.push(model.settings(), model.documents(), model.recommendations(), model.actions())
        cls.after = cls.push(model.life(), model.statements())

    @classmethod
    def push(cls, *parts):
        """The instant at which all of it is known, as --known-at takes it."""
        lines = "".join(json.dumps(change) + "\n" for part in parts for change in part)
        cls.register.must("push", "-", stdin=lines)
        return cls.register.one(
            "SELECT to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            " FROM uptake.feed_head WHERE scope_id = 1")

    def ask(self, *arguments):
        return json.loads(self.register.must(*arguments, "--json"))

    def keys(self, *arguments):
        answer = self.ask("list", *arguments)
        rows = next(value for value in answer.values() if isinstance(value, list) and
                    (not value or isinstance(value[0], dict)))
        self.assertEqual(answer["count"], len(rows))
        return [row["key"] for row in rows]

    def row(self, key, *arguments):
        return next(row for row in self.ask("list", "items", *arguments)["items"] if row["key"] == key)

    def show(self, key, *arguments):
        return self.ask("show", key, *arguments)

    def refused(self, *arguments):
        done = self.register.run(*arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
        return done.stderr

    # Lists ---------------------------------------------------------------------------------------

    def test_list_filters_on_every_axis_now_and_as_known(self):
        actions = [OF_STATE, EXTENDED, OVERDUE, COMPLETED]
        cases = (
            (("actions",), actions),
            (("--time", "overdue"), [OVERDUE]),
            (("--time", "suggested_period_elapsed"), [OF_STATE]),
            (("--freshness", "never_updated"), [OVERDUE]),
            (("--freshness", "update_due"), [EXTENDED]),
            (("--freshness", "fresh"), [COMPLETED]),
            (("--freshness", "fresh", "--on", "2022-12-29"), [EXTENDED, COMPLETED]),
            (("--freshness", "stale", "--on", "2023-07-01"), [EXTENDED]),
            (("--hold", "needs_funding"), [EXTENDED]),
            (("actions", "--hold", "none"), [OF_STATE, OVERDUE, COMPLETED]),
            (("actions", "--addressee", "state"), [OF_STATE]),
            (("actions", "--instrument", "upr"), [OF_STATE]),
            (("documents", "--instrument", "evaluation"), [DOCUMENT, EARLIER]),
            (("--unit", "SEA"), [EXTENDED]),
            (("recommendations", "--unit", "SEA"), [WHOLE]),
            # The unit that took over is asked for the work of the one it took over.
            (("--unit", "CAM"), [EXTENDED, OVERDUE, COMPLETED]),
            (("--unit", "SUB"), [OVERDUE]),
            (("actions", "--about", ACCEPTED), [EXTENDED]),
            (("assessments", "--level", "partial"), [ORANGE]),
            (("assessments", "--about", SECOND), [GREEN, ORANGE]),
            (("indicators", "--about", DOCUMENT), [MARKERS]),
            (("findings",), [OPEN_FINDING, SETTLED_FINDING, GONE_FINDING]),
            (("--code", "UNIT_VAGUE"), [OPEN_FINDING]),
            (("--severity", "error"), [GONE_FINDING]),
            (("findings", "--state", "open"), [OPEN_FINDING]),
            (("findings", "--state", "gone"), [GONE_FINDING]),
            (("--assigned", "Bo Example"), [SETTLED_FINDING]),
            (("findings", "--about", OVERDUE), [OPEN_FINDING]),
            (("--relation", "repeats"), [CONFIRMED, PROPOSED, REJECTED]),
            (("links", "--state", "proposed"), [PROPOSED]),
            (("links", "--about", REPEATED), [CONFIRMED, PROPOSED, REJECTED]),
            (("responses", "--state", "approved"), [f"{DOCUMENT}#response"]),
            (("--retracted",), [RETRACTED]),
            (("--retracted", "--kind", "action", "--time", "overdue"), []),
        )
        for arguments, expected in cases:
            for more in ((), ("--known-at", self.after)):
                with self.subTest(arguments=arguments, more=more):
                    day = () if "--on" in arguments else ("--on", ON)
                    self.assertEqual(self.keys(*arguments, *day, *more), expected)

    def test_what_others_said_is_judged_of_the_present(self):
        for arguments, expected in ((("--assurance", "validated"), [EXTENDED]),
                                    (("--assurance", "assessed_by_others"), [OVERDUE, COMPLETED]),
                                    (("--level", "full"), [SECOND, GREEN]),
                                    (("recommendations", "--level", "partial"), [SECOND])):
            self.assertEqual(self.keys(*arguments), expected, arguments)
        side_by_side = self.row(SECOND)["assessments"]
        self.assertEqual([(one["assessor"], one["level"], one["level_source"]) for one in side_by_side],
                         [("Teachers", "full", "Green"), ("Parents", "partial", "Amber")])
        # Before the round was held nobody had judged.
        self.assertEqual(self.keys("recommendations", "--level", "full", "--on", "2022-09-01"), [])

    def test_axis_that_cannot_be_judged_in_the_past_is_named(self):
        for arguments in (("--assurance", "validated", "--on", "2022-12-31"),
                          ("--assurance", "validated", "--known-at", self.after),
                          ("--level", "full", "--known-at", self.after)):
            told = self.refused("list", *arguments)
            self.assertIn(f"{arguments[0].removeprefix('--')} is judged of the present only", told)
        self.assertEqual(self.ask("list", "actions", "--known-at", self.after)["not_judged"], ["assurance", "level"])
        self.assertEqual(self.ask("list", "actions", "--on", ON)["not_judged"], ["assurance"])
        self.assertEqual(self.ask("list", "actions")["not_judged"], [])
        self.assertIn("not judged in the past: assurance, level",
                      self.register.must("list", "actions", "--known-at", self.after))
        self.assertNotIn("assurance", self.row(EXTENDED, "--on", ON))

    @staticmethod
    def plain(answer):
        """Without what is not judged of the past; absent, null and "" are one to a reader."""
        for row in next(value for value in answer.values() if isinstance(value, list) and value != []):
            row.pop("assurance", None)
            row.pop("assessments", None)
        for axis in ("assurance", "level"):
            if answer["counts"].get(axis) and "assessments" not in answer:
                answer["counts"][axis] = {}
        answer.pop("not_judged")
        return json.loads(json.dumps(answer), object_hook=lambda each: {
            name: value for name, value in each.items() if value not in (None, "", [])})

    def test_now_and_known_now_are_the_same_for_every_kind(self):
        for kind in KINDS:
            for more in ((), ("--retracted",)) if kind in ("actions", "items") else ((),):
                for day in ("2022-06-15", ON, "2099-12-31"):
                    with self.subTest(kind=kind, day=day, more=more):
                        now = self.ask("list", kind, "--on", day, *more)
                        then = self.ask("list", kind, "--on", day, *more, "--known-at", LATER)
                        if kind == "items":  # level counts of assessments and of the assessed mix
                            now["counts"].pop("level"), then["counts"].pop("level")
                        self.assertEqual(self.plain(now), self.plain(then))

    def test_known_before_shows_what_stood_before(self):
        then, now = (self.row(EXTENDED, "--on", ON, "--known-at", instant) for instant in (self.before, self.after))
        self.assertEqual([(row["due_on"], row["time"], row["progress"], row["hold"]) for row in (then, now)],
                         [("2022-06-30", "overdue", "unknown", "none"),
                          ("2023-06-30", "not_due", "ongoing", "needs_funding")])
        self.assertEqual((then["days_late"], now["days_late_first"]), (184, 184))
        self.assertIn(RETRACTED, self.keys("actions", "--known-at", self.before))
        self.assertEqual(self.keys("--retracted", "--known-at", self.before), [])
        self.assertEqual(self.keys("findings", "--known-at", self.before), [])

    def test_rows_of_every_kind_say_something(self):
        told = {line.split()[0]: line for line in self.register.must("list", "items").splitlines()}
        for key, word in ((ROUND, "Stocktaking 2022"), (GREEN, "full"), (MARKERS, "4 of 7"), (SHARE, "81.5 percent"),
                          (CONFIRMED, f"{ACCEPTED} repeats {REPEATED}"), (OPEN_FINDING, "UNIT_VAGUE"),
                          ("crosswalk:colours", "colours"), (f"{DOCUMENT}#response", "approved"),
                          (EXTENDED, "hold: needs_funding"), (EXTENDED, "(first 2022-06-30"),
                          (SECOND, "full by Teachers, partial by Parents")):
            self.assertIn(word, told[key])
        self.assertIn("severity: 1 warning, 1 info, 1 error", self.register.must("list", "findings"))
        self.assertIn("state: 1 confirmed, 1 proposed, 1 rejected", self.register.must("list", "links"))

    def test_policy_in_force_sets_the_rhythm(self):
        # Before the policy went live six months hold too; freshness hangs on the report alone.
        self.assertEqual(self.keys("--freshness", "update_due", "--on", ON), [EXTENDED])
        self.push([model.set_group("policy:six-monthly", 1, "policy", policy_rule={
            "title": "Yearly", "trigger": "interval", "interval_months": 12, "steps": [0],
            "go_live_on": "2022-01-01", "overseer": "unit:FOTCD", "active": True}) | {"document": "policies"}])
        try:
            self.assertEqual(self.keys("--freshness", "fresh", "--on", ON), [EXTENDED, COMPLETED])
            self.assertEqual(self.keys("--freshness", "update_due", "--on", ON, "--known-at", self.after), [EXTENDED])
            self.assertEqual(self.keys("--freshness", "fresh", "--on", ON, "--known-at", LATER),
                             [EXTENDED, COMPLETED])
        finally:
            self.push([model.set_group("policy:six-monthly", 2, "policy", policy_rule={
                "title": "Six-monthly", "trigger": "interval", "interval_months": 6, "steps": [0],
                "go_live_on": "2022-01-01", "overseer": "unit:FOTCD", "active": True}) | {"document": "policies"}])

    def test_unknown_words_are_refused_with_those_that_would_do(self):
        for flag, word, known in (("--freshness", "old", "update_due"), ("--assurance", "sure", "validated"),
                                  ("--level", "green", "grade_a"), ("--hold", "stuck", "needs_funding"),
                                  ("--severity", "grave", "warning"), ("--state", "done", "resolved"),
                                  ("--relation", "like", "repeats"), ("--addressee", "us", "office"),
                                  ("--instrument", "book", "treaty_body")):
            self.assertIn(known, self.refused("list", flag, word))
        for path, known in (("actions?progress=done", "not_started"), ("actions?time=late", "overdue"),
                            ("actions?progres=ongoing", "progress"), ("summary?progress=ongoing", "one of on"),
                            ("items?freshnes=stale", "freshness"), ("items?time=late", "overdue")):
            status, _, body = self.register.http(f"/v1/scopes/hq/{path}")
            problem = json.loads(body)
            self.assertEqual((status, problem["code"]), (400, "PARAMETER_INVALID"), path)
            self.assertIn(known, problem["detail"])
        for arguments in (("documents", "--hold", "none"), ("actions", "--severity", "info"),
                          ("findings", "--unit", "CAM"), ("units", "--level", "full")):
            self.assertIn("position belongs to recommendations", self.refused("list", *arguments))

    # Both dates ----------------------------------------------------------------------------------

    def test_due_tells_both_dates_extensions_and_milestones(self):
        due = self.ask("due", "--on", ON)
        self.assertEqual([(row["key"], row["days_late"], row["days_late_first"]) for row in due["actions"]],
                         [(OVERDUE, 275, 275)])
        late, = due["extended"]
        self.assertEqual((late["key"], late["due_on"], late["first_due_on"], late["days_late_first"]),
                         (EXTENDED, "2023-06-30", "2022-06-30", 184))
        self.assertEqual([(one["approver"], one["approved_on"]) for one in late["extensions"]],
                         [("Head of office", "2022-06-15")])
        self.assertEqual([one["reached"] for one in late["milestones"]], [True, False])
        self.assertEqual((due["open"], due["overdue"], due["past_first_date"], due["of_states"]), (2, 1, 2, 1))
        told = self.register.must("due", "--on", ON)
        self.assertIn("due 2023-06-30 (first agreed 2022-06-30, 184 days late)", told)
        self.assertIn("extended to 2023-06-30 by Head of office on 2022-06-15", told)
        self.assertIn("(2 by the dates first agreed)", told)

    def test_after_the_later_date_lateness_is_told_against_both(self):
        row = self.row(EXTENDED, "--on", "2023-07-10")
        self.assertEqual((row["time"], row["days_late"], row["days_late_first"]), ("overdue", 10, 375))
        self.assertEqual(self.row(COMPLETED, "--on", ON)["completed_on"], "2022-05-12")

    def test_what_a_state_owes_is_never_overdue(self):
        for day in (ON, "2099-12-31"):
            facts = self.show(OF_STATE, "--on", day)["facts"]
            self.assertEqual(facts["time"], "suggested_period_elapsed")
            self.assertFalse({"days_late", "days_late_first", "freshness"} & set(facts))
        self.assertIn("not chased", self.register.must("show", OF_STATE))
        summary = self.register.json(f"/v1/scopes/hq/summary?on={ON}")
        rate, = (rate for rate in summary["rates"] if rate["name"] == "overdue")
        self.assertEqual((rate["numerator"], rate["denominator"]), (1, 2))

    # One item ------------------------------------------------------------------------------------

    def related(self, key, role):
        return [one["key"] for one in self.show(key)["related"].get(role, [])]

    def test_show_brings_what_belongs_to_an_item(self):
        for key, role, expected in (
                (WHOLE, "part", [ACCEPTED, REFUSED]), (ACCEPTED, "whole", [WHOLE]), (ACCEPTED, "action", [EXTENDED]),
                (WHOLE, "action", [EXTENDED]), (SECOND, "action", [EXTENDED, OVERDUE, COMPLETED]),
                (EXTENDED, "recommendation", [ACCEPTED, SECOND]), (SECOND, "assessment", [GREEN, ORANGE]),
                (EXTENDED, "assessment", [GREEN, ORANGE]), (ROUND, "judgement", [GREEN, ORANGE]),
                (GREEN, "subject", [SECOND]), (DOCUMENT, "indicator", [MARKERS]), (SECOND, "indicator", [SHARE]),
                (SECOND, "link", [PROPOSED]), (ACCEPTED, "link", [CONFIRMED]), (REFUSED, "link", []),
                (REPEATED, "link", [CONFIRMED, PROPOSED]), (OVERDUE, "finding", [OPEN_FINDING]),
                (SECOND, "finding", []), (DOCUMENT, "finding", []), ("unit:CAM", "merged", ["unit:SUB"]),
                ("unit:SEA", "within", ["unit:CAM"])):
            self.assertEqual(self.related(key, role), expected, (key, role))

    def test_show_tells_in_words(self):
        cases = {
            WHOLE: ("by evaluator     SEA (lead)", "caveat: Unless a donor comes.", "reason: No rooms are left.",
                    "proposed wording: Open four", "agreed wording: Open five", "not_accepted"),
            SECOND: ("said of the recommendation as a whole; its actions stay unknown", 'full ("Green") by Teachers',
                     'partial ("Amber") by Parents', "81.5 percent, 2022-06-30, target 90",
                     "links proposed, not confirmed"),
            EXTENDED: ("2022-06-30, 184 days late", "by Head of office on 2022-06-15: The trainer fell ill.",
                       "First course (reached 2022-02-20)", "Second course (not reached)", "CAM (lead, confirmed)",
                       "SEA (support, inferred)", "validated", "The grant ended."),
            OVERDUE: ("relevant partners (support, vague, not in the directory)", "UNIT_VAGUE",
                      "said of the whole, not of an action: initiated, ongoing"),
            RETRACTED: (f"RETRACTED: Entered twice.; in its place: {OVERDUE}",),
            COMPLETED: ("completed on     2022-05-12",),
            DOCUMENT: ("the document says 3, the register counts 2", "the document says 2, the register counts 1",
                       "Markers met: 4 of 7, 2022-01-31"),
            "unit:CAM": ("Regional office", "Field operations", "2010-01-01", "Liaison office", "Ann Example",
                         "Bo Example", "region:asia-pacific", "unit:SUB"),
            "unit:SUB": ("2021-12-31", "work is done by  unit:CAM"),
        }
        for key, words in cases.items():
            told = self.register.must("show", key, "--on", ON)
            for word in words:
                self.assertIn(word, told, key)

    def test_report_of_its_own_is_what_a_review_speaks_of(self):
        self.assertTrue(self.show(EXTENDED)["facts"]["reviewed"])
        self.assertNotIn("earlier report", self.register.must("show", EXTENDED))

    def test_what_a_reader_may_not_see_is_not_told_beside_what_they_may(self):
        """A reader of one unit's scope sees its action, and nothing of what lies outside that scope."""
        token, path = self.reader_of("unit:SEA"), urllib.parse.quote(EXTENDED, safe="")
        status, _, body = self.register.http(f"/v1/items/{path}", token=token)
        self.assertEqual(status, 200)
        seen = {one["key"] for role in json.loads(body)["related"].values() for one in role}
        visible = {key for (key,) in self.register.sql(
            "SELECT item_key FROM uptake.item i JOIN uptake.scope s ON s.scope_id = ANY (i.scopes)"
            " WHERE s.name = 'unit:SEA'")}
        self.assertLessEqual(seen, visible)

    def reader_of(self, scope):
        token = secrets.token_hex(32)
        self.register.sql(
            "WITH p AS (INSERT INTO uptake.principal (name, created_at) VALUES (%s, 'epoch') RETURNING principal_id),"
            " g AS (INSERT INTO uptake.read_grant SELECT principal_id, scope_id FROM p, uptake.scope s"
            "       WHERE s.name = %s)"
            " INSERT INTO uptake.token (token_hash, principal_id, created_at, expires_at)"
            " SELECT %s, principal_id, 'epoch', 'infinity' FROM p",
            (f"reader of {scope}", scope, hashlib.blake2b(token.encode(), digest_size=32).digest()))
        return token

    # History -------------------------------------------------------------------------------------

    def test_history_has_a_line_for_every_group_and_says_where_it_was_read(self):
        told = self.register.must("history", EXTENDED)
        for line in ("from schools-report.txt, table 4, row 2", "Wording: Hold three courses.",
                     "Timeframe: 2022-06-30; as written 2022/06", "Responsible: CAM", "Extensions: 2023-06-30",
                     "Milestones: First course", "Progress: ongoing; as written In progress",
                     "Hold: needs_funding; reason The grant ended.", "Review of the report: validated; by unit:FOTCD"):
            self.assertIn(line, told)
        for key, line in ((RETRACTED, "Retracted: Entered twice."), (SETTLED_FINDING, "Handling: resolved"),
                          (SETTLED_FINDING, "Finding: NO_REASON"), (CONFIRMED, "Decision: confirmed; by Ann Example"),
                          (CONFIRMED, "Link: repeats"), (GREEN, "Assessment: full; as written Green; by Teachers"),
                          (ROUND, "Round: Stocktaking 2022"), (MARKERS, "Figure: Markers met; met 4; of 7"),
                          (DOCUMENT, "Document: Evaluation of a school programme"), (WHOLE, "from schools-report.txt"),
                          (WHOLE, "page 12"), (f"{DOCUMENT}#response", "Response: approved"),
                          ("unit:CAM", "Unit: Country office"), ("unit:CAM", "Contact: Ann Example"),
                          ("policy:six-monthly", "Policy: "), ("crosswalk:colours", "Crosswalk: colours")):
            self.assertIn(line, self.register.must("history", key), key)

    def test_history_puts_the_old_value_beside_the_new_one(self):
        def position(word, base, **more):
            return model.set_group(REPEATED, base, "recommendation",
                                   position_taken={"position": word, "source": word.title(), **more})
        self.push([position("noted", 1), position("accepted", 2, reason="Funds came.")])
        told = [line.strip() for line in self.register.must("history", REPEATED).splitlines()]
        self.assertIn("Position: noted (was accepted); as written Noted (was ACCEPTED)", told)
        self.assertIn("Position: accepted (was noted); as written Accepted (was Noted);"
                      " reason Funds came. (was none)", told)
        path = "/v1/history/" + urllib.parse.quote(REPEATED, safe="")
        whole = self.register.json(path)["history"]
        for after in (1, 2):
            self.assertEqual(self.register.json(f"{path}?after={after}&limit=1")["history"], whole[after:after + 1])


if __name__ == "__main__":
    unittest.main()
