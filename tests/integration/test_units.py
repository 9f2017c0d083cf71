# SPDX-License-Identifier: Apache-2.0
"""Units in time from the command line: added, renamed, moved, merged, split back, and confirmed by a person."""
import datetime
import json
import unittest

import generated
from harness import Register, wait_until

DAY = datetime.date(2024, 6, 15)
ACTION = f"{generated.DOCUMENT}#1/1"


class Units(unittest.TestCase):
    """FOTCD, and U01 to U03 that report to it; each leads one action."""

    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest", "reporting")
        changes = [*generated.settings(3, DAY), *generated.document(3, 3, DAY)]
        cls.register.must("push", generated.write(cls.register.folder / "changes.jsonl", changes))

    def units(self, *arguments):
        return self.register.must("units", *arguments)

    def refused(self, code, *arguments, verb="units"):
        done = self.register.run(verb, *arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn(f": {code}: ", done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def identity(self, code):
        return self.register.json(f"/v1/items/unit:{code}")["change"]["unit_identity"]

    def changes(self):
        return self.register.one("SELECT count(*) FROM uptake.change")

    def test_a_unit_is_added_with_all_it_has(self):
        self.units("add", "BKK", "--name", "Bangkok office", "--parent", "FOTCD", "--region", "asia-pacific",
                   "--reports-to", "unit:FOTCD", "--zone", "Asia/Bangkok", "--alias", "SEA hub",
                   "--alias", "Bangkok hub", "--from", "2020-01-01")
        self.assertEqual(self.identity("BKK"), {
            "code": "BKK", "name": "Bangkok office", "kind": "unit", "parent": "unit:FOTCD",
            "region": "asia-pacific", "reports_to": "unit:FOTCD", "zone": "Asia/Bangkok",
            "aliases": ["SEA hub", "Bangkok hub"], "valid_from": "2020-01-01"})
        self.refused("UNIT_EXISTS", "add", "BKK", "--name", "Another")
        self.refused("NAME_TAKEN", "add", "BK2", "--name", "bangkok HUB")
        self.refused("NAME_TAKEN", "add", "BK2", "--name", "Second", "--alias", "u01")

    def test_what_cannot_be_is_refused_and_nothing_is_sent(self):
        before = self.changes()
        self.refused("USAGE", "add", "NOBODY")
        self.refused("UNIT_NOT_FOUND", "add", "NOBODY", "--name", "Nobody at all", "--parent", "NOWHERE")
        self.refused("ZONE_UNKNOWN", "add", "NOBODY", "--name", "Nobody at all", "--zone", "Asia/Atlantis")
        self.refused("UNIT_NOT_FOUND", "show", "NOWHERE")
        self.refused("USAGE", "rename", "U01", "New name")
        self.refused("BAD_DATE", "rename", "U01", "New name", "--until", "yesterday")
        self.refused("USAGE", "move", "U01")
        self.refused("REFERENCE_CYCLE", "move", "FOTCD", "--reports-to", "U01")
        self.refused("REFERENCE_CYCLE", "merge", "U01", "U01", "--on", "2024-01-01")
        self.refused("DATE_IN_FUTURE", "merge", "U01", "U02", "--on", "2099-01-01")
        self.refused("NOT_MERGED", "split-back", "U01")
        self.refused("USAGE", "contact", "U01")
        self.refused("USAGE", "contact", "U01", "--alternate", "no address")
        self.refused("USAGE", "abolish", "U01")
        self.assertEqual(self.changes(), before)

    def test_a_dry_run_prints_the_change_and_sends_nothing(self):
        before = self.changes()
        line = json.loads(self.units("rename", "U03", "Third office", "--until", "2023-12-31", "--dry-run"))
        self.assertEqual(line["unit_identity"]["former_names"], [{"name": "Office 3", "until_on": "2023-12-31"}])
        whole = json.loads(self.units("move", "U03", "--region", "africa", "--dry-run", "--json"))
        self.assertEqual(whole["changes"][0]["unit_identity"]["region"], "africa")
        self.assertEqual(self.changes(), before)

    def test_a_renamed_unit_keeps_the_name_it_bore_with_its_last_day(self):
        self.units("add", "REN", "--name", "First name")
        self.units("rename", "REN", "Second name", "--until", "2021-06-30")
        self.units("rename", "REN", "Third name", "--until", "2023-06-30")
        self.assertEqual(self.identity("REN")["former_names"], [
            {"name": "First name", "until_on": "2021-06-30"}, {"name": "Second name", "until_on": "2023-06-30"}])
        self.refused("DATE_ORDER", "rename", "REN", "Fourth name", "--until", "2022-01-01")
        for day, name in (("2021-06-30", "First name"), ("2021-07-01", "Second name"), ("2024-01-01", "Third name")):
            listed = json.loads(self.units("list", "--on", day, "--json"))["units"]
            self.assertIn(name, [unit["name"] for unit in listed if unit["code"] == "REN"])
        # Once more the same name: nothing to send.
        before = self.changes()
        self.assertIn("0 applied", self.units("rename", "REN", "Third name", "--until", "2024-01-01"))
        self.assertEqual(self.changes(), before)

    def test_a_merger_and_its_undoing(self):
        for code in ("OLD", "MID", "NEW"):
            self.units("add", code, "--name", f"The {code} section", "--region", "africa")
        self.units("merge", "OLD", "MID", "--on", "2023-12-31")
        self.refused("UNIT_RETIRED", "merge", "NEW", "OLD", "--on", "2023-12-31")
        self.refused("MERGED_ALREADY", "merge", "OLD", "NEW", "--on", "2023-12-31")
        self.units("merge", "MID", "NEW", "--on", "2024-03-31")
        shown = json.loads(self.units("show", "OLD", "--json"))["unit"]
        self.assertEqual((shown["valid_to"], shown["merged_into"], shown["successor"]),
                         ("2023-12-31", "unit:MID", "unit:NEW"))
        self.assertEqual(json.loads(self.units("show", "MID", "--json"))["merged"], ["OLD"])
        on = lambda day: {unit["code"] for unit in json.loads(self.units("list", "--on", day, "--json"))["units"]}
        self.assertLessEqual({"OLD", "MID", "NEW"}, on("2023-12-31"))
        self.assertEqual({"OLD", "MID", "NEW"} & on("2024-04-01"), {"NEW"})
        self.units("split-back", "MID")
        self.assertEqual(self.identity("MID").get("valid_to", ""), "")
        self.assertEqual(json.loads(self.units("show", "OLD", "--json"))["unit"]["successor"], "unit:MID")
        self.units("split-back", "OLD")
        self.assertNotIn("merged_into", self.identity("OLD"))

    def test_the_last_day_of_a_closed_unit_survives_merger_and_undoing(self):
        self.register.must("push", generated.write(self.register.folder / "closed.jsonl", [
            generated.unit("CLOSED", "A closed office", valid_to="2022-05-31")]))
        self.units("merge", "CLOSED", "U02", "--on", "2023-12-31")
        self.units("split-back", "CLOSED")
        self.assertEqual(self.identity("CLOSED")["valid_to"], "2022-05-31")

    def test_contacts_change_one_by_one(self):
        self.units("add", "TALK", "--name", "Talking section")
        self.units("contact", "TALK", "--email", "talk@example.org", "--focal-point", "A. Person", "--language", "fr")
        self.units("contact", "TALK", "--alternate", "B. Person=b@example.org", "--alternate", "C = D=cd@example.org")
        contact = self.register.json("/v1/items/unit:TALK")["change"]["unit_contact"]
        self.assertEqual(contact, {
            "email": "talk@example.org", "language": "fr", "focal_point": "A. Person",
            "alternates": [{"name": "B. Person", "email": "b@example.org"}, {"name": "C = D", "email": "cd@example.org"}]})
        self.units("contact", "TALK", "--no-alternates")
        self.assertNotIn("alternates", self.register.json("/v1/items/unit:TALK")["change"]["unit_contact"])
        self.units("add", "HQ", "--name", "Headquarters", "--kind", "container")
        self.refused("UNIT_CONTAINER", "contact", "HQ", "--email", "hq@example.org")
        self.refused("UNIT_CONTAINER", "merge", "TALK", "HQ", "--on", "2024-01-01")

    def test_the_list_is_a_tree_when_asked(self):
        self.units("add", "TOP", "--name", "Top")
        self.units("add", "SUB", "--name", "Sub", "--parent", "TOP")
        lines = self.units("list", "--tree").splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("TOP "))
        self.assertTrue(lines[at + 1].startswith("  SUB "), lines)
        self.assertRegex(lines[-1], r"^\d+ units$")


class Confirmed(unittest.TestCase):
    """A person says whom the names in a responsibility mean."""

    NAMES = [{"name": "relevant departments", "role": "lead", "said_by": "management", "vague": True},
             {"unit": "unit:U01", "name": "Office 1", "role": "lead", "said_by": "management", "inferred": True},
             {"unit": "unit:HQ", "name": "Geneva", "role": "container", "said_by": "management"}]

    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.push(*generated.settings(3, DAY), generated.unit("HQ", "Headquarters", kind="container"),
                  *generated.document(3, 1, DAY))
        self.push(self.said(1, self.NAMES))

    def push(self, *changes):
        self.register.must("push", generated.write(self.register.folder / "changes.jsonl", changes))

    def said(self, base, names):
        return generated.change("action", generated.DOCUMENT, ACTION, base,
                                responsibilities={"source": "table", "units": names})

    def confirm(self, *arguments):
        self.register.must("units", "confirm", ACTION, *arguments)
        return self.register.json("/v1/items/" + ACTION.replace("#", "%23"))["change"]["responsibilities"]["units"]

    def refused(self, code, *arguments):
        done = self.register.run("units", "confirm", ACTION, *arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn(f": {code}: ", done.stderr)
        return done.stderr

    def test_a_vague_name_is_given_a_unit_and_keeps_its_wording(self):
        units = self.confirm("--name", "Relevant Departments", "--unit", "U02")
        self.assertEqual(units[0], {"unit": "unit:U02", "name": "relevant departments", "role": "lead",
                                    "said_by": "person", "vague": True, "confirmed": True})
        self.assertEqual(units[1:], self.NAMES[1:])

    def test_what_stands_is_confirmed_as_it_stands(self):
        units = self.confirm()
        self.assertEqual(units, [self.NAMES[0], {**self.NAMES[1], "said_by": "person", "confirmed": True},
                                 self.NAMES[2]])

    def test_a_unit_alone_means_the_only_open_name(self):
        self.assertEqual(self.confirm("--unit", "U03")[0]["unit"], "unit:U03")
        self.assertIn('"relevant departments", "Office 1"', self.refused("NAME_NEEDED", "--unit", "FOTCD"))

    def test_a_container_turned_into_a_unit_is_a_lead(self):
        units = self.confirm("--name", "Geneva", "--unit", "FOTCD")
        self.assertEqual((units[2]["unit"], units[2]["role"]), ("unit:FOTCD", "lead"))

    def test_what_nobody_can_mean_is_refused(self):
        self.refused("UNIT_NOT_FOUND", "--unit", "NOWHERE")
        self.refused("UNIT_CONTAINER", "--name", "Geneva", "--unit", "HQ")
        self.refused("UNIT_CONTAINER", "--name", "Geneva")
        self.refused("NAME_NOT_FOUND", "--name", "Somebody", "--unit", "U01")
        self.refused("UNIT_NEEDED", "--name", "relevant departments")
        self.refused("USAGE", "--role", "boss")
        self.register.must("units", "merge", "U03", "U02", "--on", "2024-01-01")
        self.assertIn("U02", self.refused("UNIT_RETIRED", "--name", "Geneva", "--unit", "U03"))
        done = self.register.run("units", "confirm", "unit:U01")
        self.assertIn("NOBODY_NAMED", done.stderr)


if __name__ == "__main__":
    unittest.main()
