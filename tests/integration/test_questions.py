# SPDX-License-Identifier: Apache-2.0
"""What a user asks of the register, and that what it tells can be told to another register."""
import datetime
import json
import subprocess
import unittest

import generated
import state
from generated import DOCUMENT, change
from harness import Register, environment

TODAY = datetime.date(2026, 6, 30)
ACTION = f"{DOCUMENT}#1/1"
UNITS, ACTIONS = 3, 6


def report(action, base, progress, **more):
    return change("action", DOCUMENT, action, base, progress_report={"progress": progress, **more})


class Questions(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.push(generated.settings(UNITS, TODAY))
        self.push(generated.document(UNITS, ACTIONS, TODAY))

    def push(self, changes):
        done = self.register.run("push", "-", stdin="".join(json.dumps(each) + "\n" for each in changes))
        self.assertEqual(done.returncode, 0, done.stderr)

    def ask(self, *arguments):
        return json.loads(self.register.must(*arguments, "--json"))

    def recorded_at(self):
        """The newest instant of hq, as --known-at takes it."""
        return self.register.one(
            "SELECT to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            " FROM uptake.feed_head WHERE scope_id = 1")

    # History ---------------------------------------------------------------------------------

    def test_history_tells_each_change_with_its_source_word_oldest_first(self):
        self.push([report(ACTION, 1, "initiated", source="Started", narrative="A first meeting was held.",
                          reported_on="2026-01-31"),
                   report(ACTION, 2, "completed", source="Achevé", reported_on="2026-06-30")])
        lines = self.register.must("history", ACTION).splitlines()
        changes = [number for number, line in enumerate(lines) if not line.startswith(" ")]
        self.assertEqual([lines[number].split()[0] for number in changes], ["1", "2", "3", "3"])
        self.assertIn("operator", lines[0])
        first, second, third = ([line.strip() for line in lines[start:end]]
                                for start, end in zip(changes, changes[1:]))
        for word in ("Wording: Take step 1", "Timeframe: ", "Responsible: "):
            self.assertTrue([line for line in first if line.startswith(word)], first)
        self.assertIn("Progress: initiated; as written Started; for the period to 2026-01-31;"
                      " narrative A first meeting was held.", second)
        self.assertIn("Progress: completed (was initiated); as written Achevé (was Started);"
                      " for the period to 2026-06-30 (was 2026-01-31);"
                      " narrative none (was A first meeting was held.)", third)
        self.assertEqual(lines[-1], "3 changes")

    def test_history_comes_in_pages_of_any_size(self):
        self.push([report(ACTION, base, "ongoing", narrative=f"Report {base}") for base in range(1, 8)])
        whole = self.ask("history", ACTION)["history"]
        self.assertEqual([entry["revision"] for entry in whole], list(range(1, 9)))
        path = "/v1/history/" + ACTION.replace("#", "%23").replace("/", "%2F")
        for limit in (1, 3, 8):
            after, entries = 0, []
            while after is not None:
                page = self.register.json(f"{path}?limit={limit}&after={after}")
                entries += page["history"]
                self.assertLessEqual(len(entries), len(whole), limit)
                after = page["next"]
            self.assertEqual(entries, whole, limit)

    def test_history_of_an_unknown_item_is_wrong_use(self):
        for key in ("no-such#1/1", f"{DOCUMENT}#99"):
            done = self.register.run("history", key)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("NOT_FOUND", done.stderr)

    # Lists -----------------------------------------------------------------------------------

    def fill_axes(self):
        self.push([
            report(f"{DOCUMENT}#1/1", 1, "completed", reported_on="2026-05-01"),
            report(f"{DOCUMENT}#2/1", 1, "ongoing", reported_on="2026-05-01"),
            change("action", DOCUMENT, f"{DOCUMENT}#3/1", 1,
                   timeframe={"source": "31/01/2026", "due_on": "2026-01-31", "precision": "day"}),
            change("action", DOCUMENT, f"{DOCUMENT}#4/1", 1, timeframe={"source": "N/A", "precision": "none"}),
            change("recommendation", DOCUMENT, f"{DOCUMENT}#5", 1,
                   position_taken={"position": "not_accepted", "source": "Rejected"}),
            change("action", DOCUMENT, f"{DOCUMENT}#6/1", 1, disclosure_set={"disclosure": "restricted"}),
        ])

    def test_list_filters_on_every_axis(self):
        self.fill_axes()
        actions = [f"{DOCUMENT}#{number}/1" for number in range(1, ACTIONS + 1)]
        recommendations = [f"{DOCUMENT}#{number}" for number in range(1, ACTIONS + 1)]
        cases = (
            (("--kind", "document"), [DOCUMENT]),
            (("recommendations",), recommendations),
            (("--position", "not_accepted"), recommendations[4:5]),
            (("--position", "accepted"), recommendations[:4] + recommendations[5:]),
            (("--progress", "completed"), actions[:1]),
            (("--progress", "unknown"), actions[2:]),
            (("--time", "overdue"), actions[2:3]),
            (("--time", "no_deadline"), actions[3:4]),
            (("--time", "not_applicable"), actions[:1]),
            (("--time", "due_soon"), [actions[1], *actions[4:]]),
            (("--open",), actions[1:]),
            (("--unit", "U01"), [actions[2], actions[5]]),
            (("--unit", "U01", "--time", "overdue"), [actions[2]]),
            (("actions", "--disclosure", "restricted"), actions[5:]),
            (("actions", "--document", "another"), []),
            (("actions", "--scope", "unit:U02"), [actions[0], actions[3]]),
        )
        known_at = self.recorded_at()
        for arguments, expected in cases:
            for more in ((), ("--known-at", known_at)):
                with self.subTest(arguments=arguments, more=more):
                    answer = self.ask("list", *arguments, "--on", "2026-06-30", *more)
                    rows = next(value for value in answer.values() if isinstance(value, list))
                    self.assertEqual([row["key"] for row in rows], expected)
                    self.assertEqual(answer["count"], len(expected))

    def test_list_tells_the_same_of_now_whether_read_from_state_or_from_history(self):
        self.fill_axes()
        for kind in ("documents", "responses", "recommendations", "actions", "units", "policies", "items"):
            for day in ("2026-04-30", "2026-06-30", "2030-01-01"):
                with self.subTest(kind=kind, day=day):
                    now = self.ask("list", kind, "--on", day)
                    then = self.ask("list", kind, "--on", day, "--known-at", self.recorded_at())
                    self.leave_assurance_out(now)
                    self.leave_assurance_out(then)
                    self.assertEqual(self.without_absent(now), self.without_absent(then))

    @staticmethod
    def leave_assurance_out(answer):
        """It is judged of the present alone."""
        answer.pop("not_judged")
        answer["counts"].pop("assurance")
        for rows in answer.values():
            for row in rows if isinstance(rows, list) else ():
                row.pop("assurance", None)

    @staticmethod
    def without_absent(answer):
        """Absent, null and "" are one to a reader; proto3 keeps no difference between them."""
        text = json.dumps(answer)
        return json.loads(text, object_hook=lambda each: {
            name: value for name, value in each.items() if value not in (None, "")})

    def test_list_judges_progress_on_the_day_asked_for(self):
        self.fill_axes()
        for day, completed in (("2026-04-30", 0), ("2026-05-01", 1)):
            self.assertEqual(self.ask("list", "--progress", "completed", "--on", day)["count"], completed, day)

    def test_list_refuses_unknown_words_and_names_those_it_knows(self):
        for flags, known in ((("--progress", "done"), "not_started, initiated"), (("--time", "late"), "overdue"),
                             (("--position", "yes"), "partially_accepted"),
                             (("--disclosure", "secret"), "restricted"), (("--known-at", "yesterday"), "2026-11-21T"),
                             (("--on", "31/12/2026"), "YYYY-MM-DD")):
            done = self.register.run("list", *flags)
            self.assertEqual((done.returncode, done.stdout), (2, ""), flags)
            self.assertIn("PARAMETER_INVALID", done.stderr)
            self.assertIn(known, done.stderr)
        self.assertEqual(self.register.run("list", "gadgets").returncode, 2)
        self.assertEqual(self.register.run("list", "--limit", "0").returncode, 2)

    def test_list_refuses_an_axis_the_kind_does_not_have(self):
        for arguments in (("documents", "--progress", "ongoing"), ("actions", "--position", "accepted"),
                          ("--position", "accepted", "--open")):
            done = self.register.run("list", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("position belongs to recommendations", done.stderr)

    def test_list_ends_with_counts_and_speaks_of_one_in_the_singular(self):
        self.fill_axes()
        self.assertIn("\n1 document\n", "\n" + self.register.must("list"))
        self.assertIn("\n1 action\nprogress: 1 completed\n", self.register.must("list", "--progress", "completed"))
        told = self.register.must("list", "actions", "--on", "2026-06-30")
        self.assertIn(f"\n{ACTIONS} actions\n", told)
        self.assertIn("1 overdue", told)

    def test_list_goes_over_every_page_and_stops_at_the_limit(self):
        many = 520  # more than a page
        self.push(generated.document(UNITS, many, TODAY))
        for more in ((), ("--known-at", self.recorded_at())):
            answer = self.ask("list", "actions", *more)
            self.assertEqual((answer["count"], answer["more"]), (many, False), more)
            self.assertEqual(len({row["key"] for row in answer["actions"]}), many)
            for limit in (1, 499, 500, 519, 520):
                answer = self.ask("list", "actions", "--limit", str(limit), *more)
                self.assertEqual((answer["count"], answer["more"]), (limit, limit < many), (limit, more))

    # What was known ----------------------------------------------------------------------------

    def test_list_known_at_an_instant_shows_what_was_said_before_it(self):
        self.push([report(ACTION, 1, "initiated", reported_on="2026-01-31")])
        first = self.recorded_at()
        self.push([report(ACTION, 2, "completed", reported_on="2026-02-28"),
                   change("action", DOCUMENT, ACTION, 3, action_wording={
                       "code": "1", "recommendations": [f"{DOCUMENT}#1"], "text": "Another wording"}),
                   change("recommendation", DOCUMENT, f"{DOCUMENT}#1", 1,
                          position_taken={"position": "noted", "source": "Noted"}),
                   change("action", DOCUMENT, f"{DOCUMENT}#1/2", action_wording={
                       "code": "2", "recommendations": [f"{DOCUMENT}#1"], "text": "A later step"})])
        second = self.recorded_at()

        def at(instant, *arguments):
            rows = self.ask("list", *arguments, "--known-at", instant)
            return {row["key"]: row for row in rows[arguments[0]]}

        then, later = at(first, "actions"), at(second, "actions")
        self.assertEqual((then[ACTION]["progress"], later[ACTION]["progress"]), ("initiated", "completed"))
        self.assertEqual((then[ACTION]["text"], later[ACTION]["text"]), ("Take step 1", "Another wording"))
        self.assertEqual((len(then), len(later)), (ACTIONS, ACTIONS + 1))
        self.assertEqual(then[ACTION]["revision"], 2)
        # A period that has passed is judged by what was known then, not by what came later.
        self.assertEqual(at(first, "actions", "--on", "2026-03-31")[ACTION]["progress"], "initiated")
        self.assertEqual(at(first, "actions", "--on", "2026-01-15")[ACTION]["progress"], "unknown")
        noted = [at(instant, "recommendations", "--position", "noted") for instant in (first, second)]
        self.assertEqual([len(each) for each in noted], [0, 1])
        self.assertEqual(at("2020-01-01T00:00:00Z", "items"), {})

    def test_due_known_at_an_instant_does_not_know_what_came_later(self):
        before = self.recorded_at()
        self.push([report(ACTION, 1, "completed", reported_on="2026-06-30")])
        after = self.recorded_at()
        for instant, overdue in ((before, ACTIONS), (after, ACTIONS - 1)):
            due = self.ask("due", "--on", "2026-12-31", "--known-at", instant)
            self.assertEqual((due["overdue"], due["open"]), (overdue, overdue))
        self.assertEqual(self.ask("due", "--on", "2026-12-31")["overdue"], ACTIONS - 1)

    def test_offset_and_fraction_of_known_at_are_read(self):
        before = datetime.datetime.fromisoformat(self.recorded_at())
        self.push([report(ACTION, 1, "completed")])
        for hours in (-5, 0, 7):
            zone = datetime.timezone(datetime.timedelta(hours=hours, minutes=30))
            instant = before.astimezone(zone).isoformat()
            self.assertEqual(self.ask("list", "--progress", "completed", "--known-at", instant)["count"], 0)
        microsecond = datetime.timedelta(microseconds=1)
        self.assertEqual(self.ask("list", "items", "--known-at", before.isoformat())["count"],
                         self.ask("list", "items", "--known-at", (before + microsecond).isoformat())["count"])
        self.assertLess(self.ask("list", "items", "--known-at", (before - microsecond).isoformat())["count"],
                        self.ask("list", "items", "--known-at", before.isoformat())["count"])

    def test_change_that_waited_for_others_is_known_when_its_segment_is(self):
        """Two writers: one stamps its changes first and commits last, a microsecond after the other."""
        for base in (1, 2, 3):
            self.push([report(ACTION, base, "ongoing", narrative=f"Report {base}")])
        self.register.sql(
            "WITH last AS (SELECT last_seq, recorded_at, row_number() OVER (ORDER BY last_seq DESC) AS nth"
            "              FROM uptake.feed_segment WHERE scope_id = 1),"
            " moved AS (UPDATE uptake.feed_segment s SET recorded_at ="
            "     (SELECT recorded_at FROM last WHERE nth = 3) + (3 - last.nth) * interval '1 microsecond'"
            "     FROM last WHERE s.scope_id = 1 AND s.last_seq = last.last_seq AND last.nth IN (1, 2)"
            "     RETURNING s.change_ids)"
            " UPDATE uptake.change SET recorded_at = (SELECT recorded_at FROM last WHERE nth = 3) - interval '1 second'"
            " FROM moved WHERE change_id = ANY (moved.change_ids)")
        instants = [each for (each,) in self.register.sql(
            "SELECT to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            " FROM uptake.feed_segment WHERE scope_id = 1 ORDER BY last_seq DESC LIMIT 3")]
        for instant, revision in zip(reversed(instants), (2, 3, 4)):
            rows = self.ask("list", "actions", "--known-at", instant)["actions"]
            self.assertEqual(next(row["revision"] for row in rows if row["key"] == ACTION), revision, instant)

    def test_what_was_taken_out_of_sight_is_not_told_as_known_before(self):
        self.push([change("action", DOCUMENT, ACTION, 1, disclosure_set={"disclosure": "public"})])
        public = self.recorded_at()
        self.assertEqual(self.ask("list", "actions", "--scope", "public", "--known-at", public)["count"], 1)
        self.push([change("action", DOCUMENT, ACTION, 2, disclosure_set={"disclosure": "restricted"})])
        self.assertEqual(self.ask("list", "actions", "--scope", "public", "--known-at", public)["count"], 0)

    # Round trip --------------------------------------------------------------------------------

    def live_a_little(self):
        """Reports, a merge of what two senders said of different things, a change of wording back."""
        wording = {"code": "1", "recommendations": [f"{DOCUMENT}#2"], "text": "Take step 2"}
        self.push([report(ACTION, 1, "initiated", source="Started", narrative="Été 2025 – \"begun\"\nand more",
                          reported_on="2025-07-31", precision="month"),
                   report(ACTION, 2, "completed"),
                   change("recommendation", DOCUMENT, f"{DOCUMENT}#1", 1,
                          position_taken={"position": "noted", "source": "Noted"})])
        self.push([change("action", DOCUMENT, f"{DOCUMENT}#2/1", 1, action_wording={**wording, "text": "B"})])
        self.push([change("action", DOCUMENT, f"{DOCUMENT}#2/1", 2, action_wording=wording)])
        self.push([report(f"{DOCUMENT}#2/1", 1, "ongoing")])  # based on what two changes have left behind
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change WHERE outcome = 'merged'"), 1)

    def test_export_sent_again_changes_nothing(self):
        self.live_a_little()
        exported = self.register.must("export", "--format", "jsonl")
        before = state.of(self.register)
        for verb in ("import", "push"):
            told = self.ask_with(exported, verb, "-")
            result = told["files"][0] if verb == "import" else told
            self.assertEqual((result["applied"], result["refused"]), (0, []), verb)
            self.assertEqual(result["known_before"], len(exported.splitlines()))
            self.assertEqual(state.differences(before, state.of(self.register)), [])
        self.assertIn("0 applied", self.register.must("import", "-", stdin=exported))

    def ask_with(self, text, *arguments):
        return json.loads(self.register.must(*arguments, "--json", stdin=text))

    def test_import_of_what_others_have_sent_changes_nothing(self):
        self.live_a_little()
        self.register.sql("UPDATE uptake.change SET message_id = gen_random_uuid(), sender_id ="
                          " (SELECT principal_id FROM uptake.principal WHERE name = 'workflow')")
        exported = self.register.must("export")
        before = state.of(self.register)
        self.assertEqual(self.ask_with(exported, "import", "-")["files"][0]["applied"], 0)
        self.assertEqual(state.differences(before, state.of(self.register)), [])

    def test_export_makes_the_same_register_where_there_is_none(self):
        self.live_a_little()
        exported = self.register.must("export")
        self.assertEqual(len(exported.splitlines()), self.register.one("SELECT count(*) FROM uptake.change"
                                                                       " WHERE operation = 'set'"))
        before = state.of(self.register)
        with Register() as other:
            other.start("ingest", "reporting")
            other.must("import", "-", stdin=exported)
            self.assertEqual(state.differences(before, state.of(other)), [])
            self.assertEqual(state.feed_faults(other), [])
            self.assertEqual(sorted(other.must("export").splitlines()), sorted(exported.splitlines()))

    def test_export_of_one_document_holds_that_document_alone(self):
        lines = [json.loads(line) for line in self.register.must("export", "--document", DOCUMENT).splitlines()]
        self.assertEqual({line["document"] for line in lines}, {DOCUMENT})
        self.assertEqual(len(lines), 2 + 2 * ACTIONS)
        self.assertEqual(self.register.run("export", "--format", "xlsx").returncode, 2)

    def test_dry_run_of_a_replay_sends_nothing(self):
        exported = self.register.must("export")
        more = json.dumps(report(ACTION, 1, "completed")) + "\n"
        told = self.register.must("import", "--dry-run", "-", stdin=exported + more)
        self.assertIn("1 change to send", told)
        self.assertEqual(self.ask("list", "--progress", "completed")["count"], 0)

    def test_mistake_in_a_line_is_told_with_its_number_and_nothing_is_sent(self):
        before = self.register.one("SELECT count(*) FROM uptake.change")
        good = json.dumps(report(ACTION, 1, "completed"))
        for bad, code in (("{", "JSON_BAD"), ('{"subject": "x"}', "FIELD_MISSING"),
                          ('{"document": "x", "subject": "x", "colour": 1}', "JSON_UNKNOWN_FIELD"),
                          ("\udc80", "JSON_BAD")):
            for verb in ("import", "push"):
                path = self.register.folder / "changes.jsonl"
                path.write_text(f"{good}\n\n{bad}\n", errors="surrogateescape")
                done = self.register.run(verb, path)
                self.assertEqual((done.returncode, done.stdout), (2, ""), (verb, bad))
                self.assertIn(code, done.stderr)
                self.assertIn("line 3", done.stderr)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)
        self.assertEqual(self.register.run("push", "/no/such/file").returncode, 2)

    def test_nothing_to_import_is_no_mistake(self):
        self.assertIn("0 applied", self.register.must("import", "-", stdin=""))
        self.assertIn("0 applied", self.register.must("push", "-", stdin="\n"))

    # Pipes and help ------------------------------------------------------------------------------

    def test_reader_that_leaves_early_ends_the_program_quietly(self):
        self.push(generated.document(UNITS, 400, TODAY))  # more than a pipe holds
        for arguments in (("export",), ("list", "items"), ("list", "items", "--json"), ("due", "--json")):
            process = self.register.begin(*arguments)
            process.stdout.close()
            errors = process.stderr.read()
            process.stderr.close()
            self.assertEqual((process.wait(60), errors), (0, ""), arguments)

    def test_full_disk_is_told(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.register.programs / "uptake", "--config", self.register.config, "list", "items"],
                                  stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), check=False)
        self.assertEqual(done.returncode, 69)
        self.assertIn("OUTPUT_FAILED", done.stderr)

    def test_every_verb_has_help(self):
        told = self.register.must("--help")
        for verb in ("import", "push", "feed", "export", "due", "show", "list", "history", "status", "keys", "tokens",
                     "conflicts", "dead-letters", "redact", "verify"):
            self.assertIn(f"\n  {verb} ", told)
            help_text = self.register.must(verb, "--help")
            self.assertTrue(help_text.startswith(f"usage: uptake {verb} "), help_text)
            self.assertIn("Exit codes:", help_text)


if __name__ == "__main__":
    unittest.main()
