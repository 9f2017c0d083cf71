# SPDX-License-Identifier: Apache-2.0
"""Findings are work for people; files that are no documents change nothing."""
import json
import re
import unittest

import responses
from test_import import KEY, Importing


class Findings(Importing):
    def listed(self, *flags):
        return json.loads(self.register.must("findings", "list", "--json", *flags))["findings"]

    def setUp(self):
        super().setUp()
        self.path = self.write("a.txt", responses.small(unit="Relevant departments"))
        self.load(self.path)

    def test_they_are_items_about_items(self):
        found = {(each["code"], each["about"]): each for each in self.listed()}
        vague = found["UNIT_VAGUE", f"{KEY}#1/1.1"]
        self.assertEqual((vague["severity"], vague["state"], vague["gone"]), ("warning", "open", False))
        self.assertRegex(vague["key"], rf"^{KEY}#finding:UNIT_VAGUE:[0-9a-f]{{12}}$")
        self.assertTrue(vague["message"] and vague["remedy"] and vague["place"])
        self.assertIn(("NO_DEADLINE", f"{KEY}#2/2.2"), found)
        self.assertIn(("ANCHOR_ASSUMED", KEY), found)
        severities = [each["severity"] for each in self.listed()]
        self.assertEqual(severities, sorted(severities, key=["error", "warning", "info"].index))

    def test_filters_choose(self):
        self.assertEqual({each["code"] for each in self.listed("--code", "UNIT_VAGUE")}, {"UNIT_VAGUE"})
        self.assertEqual({each["severity"] for each in self.listed("--severity", "info")}, {"info"})
        self.assertEqual(self.listed("--document", "another"), [])
        self.assertEqual(self.listed("--assigned-to", "CITY"), [])
        done = self.register.run("findings", "--state", "sometimes")
        self.assertEqual(done.returncode, 2)
        self.assertIn("USAGE: --state", done.stderr)

    def test_what_is_settled_stays_settled(self):
        key = self.listed("--code", "UNIT_VAGUE")[0]["key"]
        self.register.must("findings", "assign", key, "--to", "unit:CITY", "--by", "Ada")
        self.assertEqual([each["key"] for each in self.listed("--assigned-to", "CITY")], [key])
        self.register.must("findings", "resolve", key, "--resolution", "The City Board is meant.", "--by", "Ada")
        self.assertNotIn(key, [each["key"] for each in self.listed()])
        self.assertEqual(self.load(self.path)["sent"], 0)
        told = json.loads(self.register.must("findings", "show", key, "--json"))
        self.assertEqual((told["state"], told["resolution"], told["handled_by"], told["assigned_to"]),
                         ("resolved", "The City Board is meant.", "Ada", "unit:CITY"))
        # Mended at the source it goes; spoilt again it comes back, still settled.
        self.load(self.write("b.txt", responses.small()))
        self.assertTrue(json.loads(self.register.must("findings", "show", key, "--json"))["gone"])
        self.load(self.path)
        told = json.loads(self.register.must("findings", "show", key, "--json"))
        self.assertEqual((told["gone"], told["state"]), (False, "resolved"))
        self.register.must("findings", "reopen", key, "--by", "Ada")
        self.assertIn(key, [each["key"] for each in self.listed("--state", "open")])

    def test_saying_it_twice_is_one_change(self):
        key = self.listed("--code", "UNIT_VAGUE")[0]["key"]
        before = self.changes()
        settings = self.register.settings()
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):  # never the same day
            settings["uptake"]["register_zone"] = zone
            self.register.write_config(settings=settings)
            self.register.must("findings", "dismiss", key, "--resolution", "Right as it is.")
        self.assertEqual(self.changes(), before + 1)

    def test_wrong_use_is_told_and_changes_nothing(self):
        key = self.listed()[0]["key"]
        before = self.changes()
        for arguments, place in ((("resolve", key), "--resolution"), (("assign", key), "--to"), (("burn", key), "burn"),
                                 (("resolve", f"{KEY}#1", "--resolution", "x"), f"{KEY}#1"),
                                 (("resolve", "nowhere", "--resolution", "x"), "nowhere")):
            done = self.register.run("findings", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(place, done.stderr)
        self.assertEqual(self.changes(), before)

    def test_check_fails_while_something_is_open(self):
        self.assertEqual(self.register.run("findings").returncode, 0)
        self.assertEqual(self.register.run("findings", "--check").returncode, 1)
        alarms = [each["key"] for each in self.listed() if each["severity"] != "info"]
        self.register.must("findings", "dismiss", *alarms, "--resolution", "Known.")
        self.assertEqual(self.register.run("findings", "--check").returncode, 0)

    def test_a_retired_unit_is_told_with_its_successor(self):
        retired = dict(responses.UNITS[0], base_revision=1)
        retired["unit_identity"] = dict(retired["unit_identity"], valid_to="2022-06-30", merged_into="unit:CITY")
        self.register.must("push", "-", stdin=json.dumps(retired))
        self.load(self.write("b.txt", responses.small()))
        told = self.listed("--code", "UNIT_RETIRED")
        self.assertEqual({each["about"] for each in told}, {f"{KEY}#{code}" for code in ("1/1.1", "1/1.2", "2/2.1", "2/2.2")})
        self.assertIn("unit:CITY", told[0]["message"])

    def test_an_older_source_is_told_once(self):
        older = self.write("older.txt", responses.small(unit="Relevant departments").replace("2021 - 2023", "2019 - 2021"))
        self.load(older)
        stale = [each["message"] for each in self.listed("--code", "STALE_SOURCE") if "told by a source" in each["message"]]
        self.assertEqual(len(stale), 1, stale)
        self.assertEqual(self.load(older)["sent"], 0)
        self.load(self.path)
        self.assertFalse([each for each in self.listed("--code", "STALE_SOURCE") if "told by a source" in each["message"]])


class Teaching(Importing):
    """What the READMEs say of adding a unit and a word."""

    def found(self, code):
        return self.register.sql("SELECT message, gone FROM uptake.finding WHERE code = %s", (code,))

    def test_a_unit_that_was_added_is_recognised(self):
        path = self.write("a.txt", responses.small(unit="Lighthouse Office"))
        self.load(path)
        self.assertEqual([gone for _, gone in self.found("UNIT_UNKNOWN")], [False])
        self.register.must("units", "add", "LIGHT", "--name", "Lighthouse Office", "--zone", "Europe/Zurich")
        self.load(path)
        self.assertEqual([gone for _, gone in self.found("UNIT_UNKNOWN")], [True])
        self.assertEqual(self.register.sql(
            "SELECT u.code FROM uptake.responsibility r JOIN uptake.unit u ON u.item_id = r.unit_id"
            " JOIN uptake.item i ON i.item_id = r.item_id WHERE i.item_key = %s", (f"{KEY}#1/1.1",)), [("LIGHT",)])

    def test_a_word_that_was_added_is_understood(self):
        path = self.write("a.txt", responses.small(status="Nearly done"))
        self.load(path)
        self.assertEqual([gone for _, gone in self.found("STATUS_UNKNOWN_WORD")], [False])
        self.register.must("crosswalks", "load", responses.SYSTEMS / "gate.csv")
        table = self.register.must("crosswalks", "export", "gate")
        version = int(re.search(r"Version (\d+)", table).group(1))
        table = table.replace(f"Version {version}", f"Version {version + 1}", 1)
        table += "progress,Nearly done,ongoing,,unverified\n"
        new = self.write("gate.csv", table)
        self.assertEqual(self.register.run("crosswalks", "diff", new).returncode, 1)
        self.register.must("crosswalks", "load", new)
        self.load(path)
        self.assertEqual([gone for _, gone in self.found("STATUS_UNKNOWN_WORD")], [True])
        self.assertEqual(self.register.one("SELECT progress::text FROM uptake.item WHERE item_key = %s",
                                           (f"{KEY}#1/1.1",)), "ongoing")


class Before(Importing):
    """--strict and --diff."""

    def test_strict_refuses_before_anything_is_sent(self):
        before = self.changes()
        good = self.write("good.txt", responses.page([responses.action("1.1", comment="")]))
        vague = self.write("vague.txt", responses.small(unit="Relevant departments"))
        for more in ((), ("--dry-run",)):
            done = self.register.run("import", "--strict", good, vague, *more)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"STRICT: \S*vague.txt: \d+ findings \(.*1 UNIT_VAGUE")
        self.assertEqual(self.changes(), before)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item WHERE kind = 'document'"), 0)

    def test_strict_counts_a_vanished_row(self):
        rows = [responses.action(code, comment="") for code in ("1.1", "1.2")]
        self.register.must("import", "--strict", "--document", KEY, self.write("a.txt", responses.page(rows)))
        before = self.changes()
        done = self.register.run("import", "--strict", "--document", KEY,
                                 self.write("b.txt", responses.page(rows[:1])))
        self.assertEqual((done.returncode, self.changes()), (1, before))
        self.assertIn("1 ROW_VANISHED", done.stderr)

    def test_diff_shows_old_beside_new_and_sends_nothing(self):
        one = self.write("a.txt", responses.small())
        new = self.register.run("import", one, "--document", KEY, "--diff", "--json")
        self.assertEqual(new.returncode, 1, new.stderr)
        self.assertEqual({each["old"] for each in json.loads(new.stdout)["files"][0]["differences"]}, {None})
        self.assertEqual(self.changes(), 0)
        self.load(one)
        self.assertEqual(self.register.run("import", one, "--document", KEY, "--diff").returncode, 0)
        two = self.write("b.txt", responses.small(due="2022/09"))
        before = self.changes()
        done = self.register.run("import", two, "--document", KEY, "--diff", "--json")
        self.assertEqual((done.returncode, self.changes()), (1, before))
        moved = {(each["key"], each["group"]): each for each in json.loads(done.stdout)["files"][0]["differences"]}
        timeframe = moved[f"{KEY}#1/1.1", "timeframe"]
        self.assertEqual((timeframe["old"]["due_on"], timeframe["new"]["due_on"]), ("2022-03-31", "2022-09-30"))
        self.assertEqual(set(moved), {(KEY, "document_identity"), (f"{KEY}#1/1.1", "timeframe")})
        told = self.register.run("import", two, "--document", KEY, "--diff").stdout
        self.assertRegex(told, re.escape(f'{KEY}#1/1.1  (action)') + r'\n  timeframe\n(    .*\n)*    due_on: "2022-03-31" -> "2022-09-30"')


class BadInput(Importing):
    def refused(self, data, code, name="bad.txt", exit_code=2, place=None, more=()):
        path = self.register.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        before = self.register.one("SELECT count(*) FROM uptake.change")
        done = self.register.run("import", path, *more)
        told = done.stdout + done.stderr
        self.assertEqual(done.returncode, exit_code, told)
        self.assertIn(code, told)
        self.assertIn(place or name, told)
        self.assertLess(len(told), 2000)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)
        return told

    def test_files_that_are_no_documents(self):
        page = responses.small()
        for name, data, code in (
                ("empty.txt", b"", "FILE_EMPTY"),
                ("blank.txt", b" \n\n", "FORMAT_UNKNOWN"),
                ("binary.txt", bytes(range(256)) * 64, "BAD_UTF8"),
                ("pdf.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "FILE_TYPE_MISMATCH"),
                ("zip.txt", b"PK\x03\x04" + bytes(500), "FILE_TYPE_MISMATCH"),
                ("huge.txt", b"a" * (20 * 1024 * 1024 + 1), "FILE_TOO_LARGE"),
                ("utf16.txt", page.encode("utf-16"), "FILE_ENCODING"),
                ("latin1.txt", page.replace("Paint", "Peint à").encode("latin-1"), "BAD_UTF8"),
                ("nul.txt", page.replace("Paint", "Pa\0int"), "BAD_CHARACTER"),
                ("bell.txt", page.replace("Paint", "Pa\x07int"), "BAD_CHARACTER"),
                ("truncated.txt", page[:60], "FORMAT_UNKNOWN"),
                ("html.txt", "<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>", "FORMAT_UNKNOWN")):
            with self.subTest(name):
                self.refused(data, code, name)
        done = self.register.run("import", self.register.folder)
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_a_page_cut_off_in_a_row_is_taken_only_without_strict(self):
        page = responses.small()
        cut = page[:page.index("2022/03")]
        self.refused(cut, "ROW_INCOMPLETE", exit_code=1, place="line ", more=("--strict",))

    def test_impossible_and_disordered_days(self):
        strict = {"exit_code": 1, "more": ("--strict",), "place": "line 10"}
        self.refused(responses.page([responses.action("1.1"), responses.action("1.2", due="30/02/2024")]), "BAD_DATE",
                     exit_code=1, more=("--strict",), place="line 11")
        self.refused(responses.page([responses.action("1.1", due="2022/13")]), "BAD_DATE", **strict)
        self.refused(responses.page([responses.action("1.1", due="2012/03")]), "DATE_ORDER", **strict)
        self.refused(self.line(timeframe={"due_on": "2026-02-30", "precision": "day"}), "BAD_DATE", name="day.jsonl",
                     exit_code=1, place="timeframe.due_on")
        self.refused(self.line(timeframe={"due_on": "2126-02-03", "precision": "day"}), "BAD_DATE",
                     name="year.jsonl", exit_code=1, place="timeframe.due_on")
        self.refused(self.line(timeframe={"start_on": "2026-03-04", "due_on": "2025-01-01", "precision": "range"}),
                     "DATE_ORDER", name="order.jsonl", exit_code=1, place="timeframe.start_on")

    def line(self, **groups):
        """A change on an action that is not there: nothing but the group can be wrong before that is asked."""
        return json.dumps({"kind": "action", "document": KEY, "subject": f"{KEY}#1/1", "base_revision": 0,
                           "action_wording": {"code": "1", "recommendations": [f"{KEY}#1"], "text": "Paint."}, **groups})

    def indicator(self, **stated):
        return json.dumps({"kind": "indicator", "document": KEY, "subject": f"{KEY}#indicator:boats",
                           "base_revision": 0, "indicator_stated": {"name": "Boats", "about": KEY, **stated}})

    def test_numbers_out_of_range(self):
        for name, stated, code in (("many.jsonl", {"met": 8, "total": 7}, "NUMBER_RANGE"),
                                   ("minus.jsonl", {"met": -1, "total": 7}, "JSON_BAD_TYPE"),
                                   ("overflow.jsonl", {"met": 1, "total": 2**40}, "JSON_BAD_TYPE"),
                                   ("nan.jsonl", {"value": "NaN"}, "NUMBER_RANGE")):
            with self.subTest(name):
                line = self.indicator(**stated)
                sent = code == "NUMBER_RANGE"  # said by ingest, which looks at single fields
                self.refused(line, code, name, exit_code=1 if sent else 2, place="indicator_stated")
        self.refused(self.indicator(met=1, total=7).replace("7", "NaN"), "JSON_BAD", "bare.jsonl", place="line 1")
        self.refused(self.indicator(met=1, total=7).replace("7", "7" * 400), "JSON_BAD", "long.jsonl", place="line 1")

    def test_unknown_and_retired_units(self):
        self.refused(responses.page([responses.action("1.1", unit="Lighthouse Office")]), "UNIT_", exit_code=1,
                     more=("--strict",), place="line 10")
        retired = dict(responses.UNITS[0], base_revision=1)
        retired["unit_identity"] = dict(retired["unit_identity"], valid_to="2020-06-30")
        self.register.must("push", "-", stdin=json.dumps(retired))
        told = self.refused(responses.page([responses.action("1.1")]), "UNIT_RETIRED", exit_code=1, more=("--strict",),
                            place="line 10")
        self.assertIn("2020-06-30", told)

    def test_a_unit_that_is_part_of_itself(self):
        units = [dict(unit, unit_identity=dict(unit["unit_identity"], parent=parent))
                 for unit, parent in zip(responses.UNITS, ("unit:CITY", "unit:HARBOUR"))]
        path = self.register.folder / "units.jsonl"
        path.write_text("\n".join(map(json.dumps, units)))
        self.refused(responses.small(), "REFERENCE_CYCLE", more=("--units", path), place="units.jsonl")
        own = dict(responses.UNITS[0], base_revision=1)
        own["unit_identity"] = dict(own["unit_identity"], parent="unit:HARBOUR")
        self.refused(json.dumps(own), "REFERENCE", "own.jsonl", exit_code=1, place="unit:HARBOUR")

    def test_addresses_that_would_split_a_header(self):
        for number, email in enumerate(("a@example.org\r\nBcc: b@example.org", "a@b@example.org", "a@example.org (x)",
                                        "<a@example.org>", "a", "@example.org")):
            with self.subTest(email=email):
                contact = {"kind": "unit", "document": "units", "subject": "unit:CITY", "base_revision": 1,
                           "unit_contact": {"email": email, "language": "en"}}
                broken = "\n" in email  # the form of the line itself forbids that
                self.refused(json.dumps(contact), "BAD_CHARACTER" if broken else "BAD_EMAIL", f"mail{number}.jsonl",
                             exit_code=2 if broken else 1, place="unit_contact.email")

    def test_texts_the_register_would_not_take_are_cut_and_told(self):
        long = "x" * 3000
        path = self.write("long.txt", responses.small().replace(": Harbour programme", f": {long}"))
        told = self.load(path)
        self.assertEqual(told["refused"], [])
        self.assertIn("FIELD_TOO_LONG", {each["code"] for each in told["findings"]})
        self.assertEqual(len(self.register.one("SELECT title FROM uptake.document")), 2000)


if __name__ == "__main__":
    unittest.main()
