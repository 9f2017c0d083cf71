# SPDX-License-Identifier: Apache-2.0
"""Crosswalks as versioned data in the register, and what import makes of them."""
import json
import unittest

from harness import ROOT, Register

SHIPPED = ROOT / "common/model/crosswalk"
HEADER = "axis,source,word,note,mark\n"
PAGE = """Management Response

Recommendation: Write things down.
Management Response Category: {position}
Management Response: We shall.

Key Actions

Key Action
Responsible
Deadline
Status
Comments
Keep a diary
Director
2022/12
{status}

"""


class Crosswalks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest", "reporting")

    def file(self, name, version, *rows):
        path = self.register.folder / f"{name}.csv"
        path.write_text(f"# Words of a trial. Version {version}.\n{HEADER}" + "".join(row + "\n" for row in rows))
        return path

    def run_it(self, *arguments):
        return self.register.run("crosswalks", *arguments)

    def must(self, *arguments):
        return self.register.must("crosswalks", *arguments)

    def refused(self, code, *arguments):
        before = self.register.one("SELECT count(*) FROM uptake.change")
        done = self.run_it(*arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn(f": {code}: ", done.stderr)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)
        return done.stderr

    def table(self, system):
        return self.register.json(f"/v1/items/crosswalk:{system}")["change"]["crosswalk_table"]

    def test_the_shipped_tables_are_loaded_once_and_come_back_as_they_were(self):
        files = sorted(SHIPPED.glob("*.csv"))
        first = json.loads(self.must("load", *files, "--json"))
        self.assertEqual({each["became"] for each in first["crosswalks"]}, {"added"})
        again = json.loads(self.must("load", *files, "--json"))
        self.assertEqual(({each["became"] for each in again["crosswalks"]}, again["sent"]["applied"]),
                         ({"unchanged"}, 0))
        self.assertEqual(self.must("diff", *files).count("\n"), len(files))
        listed = {each["system"]: each for each in json.loads(self.must("list", "--json"))["crosswalks"]}
        for path in files:
            rows = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
            self.assertEqual(listed[path.stem]["words"], len(rows) - 1)
            self.assertEqual(listed[path.stem]["version"], listed[path.stem]["version_of_program"])
            copy = self.register.folder / path.name
            copy.write_text(self.must("export", path.stem))
            self.assertEqual([line for line in copy.read_text().splitlines() if line[0] != "#"], rows)
            self.assertIn("words: 0 added, 0 changed, 0 removed", self.must("load", copy))

    def test_a_new_version_replaces_the_words_and_an_old_one_is_refused(self):
        self.must("load", self.file("own", 1, "progress,Done,completed,,", "progress,Going,ongoing,,unverified"))
        newer = self.file("own", 2, "progress,Done,completed,,", "progress,Going,initiated,,", "position,Yes,accepted,,")
        self.assertIn("version 2; words: 1 added, 1 changed, 0 removed", self.must("load", newer))
        older = self.file("own", 2, "progress,Done,completed,,")
        self.assertIn("version 2", self.refused("CROSSWALK_VERSION", "load", older))
        self.assertIn("version 2 is kept", self.must("load", "--if-newer", older))
        self.refused("CROSSWALK_VERSION", "load", self.file("own", 1, "progress,Done,cancelled,,"))
        self.assertEqual(self.table("own"), {"system": "own", "version": 2, "words": [
            {"axis": "progress", "source": "Done", "word": "completed", "verified": True},
            {"axis": "progress", "source": "Going", "word": "initiated", "verified": True},
            {"axis": "position", "source": "Yes", "word": "accepted", "verified": True}]})
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.crosswalk_word w JOIN uptake.crosswalk c"
                                           " ON c.item_id = w.crosswalk_id WHERE c.system = 'own'"), 3)

    def test_a_difference_is_told_and_ends_with_one(self):
        self.must("load", self.file("compared", 1, "progress,Done,completed,,", "progress,Going,ongoing,,unverified"))
        done = self.run_it("diff", self.file("compared", 2, "progress,DONE,completed,,", "position,Yes,accepted,,"))
        self.assertEqual(done.returncode, 1)
        signs = [line.split()[:3] for line in done.stdout.splitlines()[1:]]
        self.assertEqual(signs, [["+", "position", "Yes"], ["-", "progress", "Going"], ["~", "progress", "DONE"]])
        self.assertEqual(self.must("show", "compared", "--axis", "progress").count("\n"), 2)

    def test_a_mistake_is_told_with_its_line_and_no_file_is_loaded(self):
        good = self.file("good", 1, "progress,Done,completed,,")
        for name, rows, code, line in (
                ("axis", ["speed,Fast,completed,,"], "AXIS_UNKNOWN", 3),
                ("word", ["progress,Done,completed,,", "progress,Half,halfway,,"], "WORD_UNKNOWN", 4),
                ("twice", ["progress,Réalisé,completed,,", "progress,REALISE,completed,,"], "WORD_TWICE", 4),
                ("note", ["progress,Late,unknown,,"], "NOTE_MISSING", 3),
                ("cells", ["progress,Done"], "ROW_BAD", 3)):
            bad = self.file(name, 1, *rows)
            self.assertIn(f"{name}.csv line {line}", self.refused(code, "load", good, bad))
        self.refused("SYSTEM_MISSING", "load", self.file("Not a system", 1, "progress,Done,completed,,"))
        self.refused("NOT_FOUND", "show", "nowhere")
        self.refused("USAGE", "load")

    def test_a_dry_run_sends_nothing(self):
        before = self.register.one("SELECT count(*) FROM uptake.change")
        line = json.loads(self.must("load", self.file("later", 1, "progress,Done,completed,,"), "--dry-run"))
        self.assertEqual(line["crosswalk_table"]["words"][0]["source"], "Done")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)


class Import(unittest.TestCase):
    """A word that a person adds to the register is understood by import without another build."""

    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.page = self.register.folder / "page.txt"
        self.page.write_text(PAGE.format(position="Wholly embraced", status="Ongoing"))

    def load(self, version, *more):
        """The shipped table with these rows and another version."""
        lines = (SHIPPED / "gate.csv").read_text().splitlines()
        rows = [line for line in lines if line[:1] != "#" and line != HEADER.strip()]
        path = self.register.folder / "gate.csv"
        path.write_text(f"# Version {version}.\n{HEADER}" + "".join(row + "\n" for row in (*rows, *more)))
        self.register.must("crosswalks", "load", path)

    def position(self, *flags):
        output = self.register.run("import", self.page, "--dry-run", "--output", "jsonl", *flags).stdout
        (record,) = [each for each in map(json.loads, output.splitlines()) if each["type"] == "recommendation"]
        return record["position"]

    def test_a_word_of_the_register_is_understood_where_its_version_is_not_older(self):
        self.assertNotEqual(self.position(), "accepted")
        self.load(1, "position,Wholly embraced,accepted,,")
        self.assertNotEqual(self.position(), "accepted", "version 1 is older than this program's")
        self.load(1000, "position,Wholly embraced,accepted,,")
        self.assertEqual(self.position(), "accepted")
        units = self.register.folder / "units.jsonl"
        units.write_text('{"operation": "set"}\n')
        self.assertNotEqual(self.position("--units", units), "accepted", "offline: the program's own")
        self.register.must("import", self.page, "--document", "page")
        self.assertEqual(self.register.json("/v1/items/page%231")["change"]["position_taken"]["position"], "accepted")

    def test_a_table_that_breaks_a_rule_is_named_and_left_out(self):
        change = {"operation": "set", "kind": "crosswalk", "document": "crosswalks", "subject": "crosswalk:gate",
                  "crosswalk_table": {"system": "gate", "version": 1000, "words": [
                      {"axis": "position", "source": "Wholly embraced", "word": "hugged"}]}}
        path = self.register.folder / "changes.jsonl"
        path.write_text(json.dumps(change) + "\n")
        self.register.must("push", path)
        done = self.register.run("import", self.page, "--dry-run")
        self.assertIn("note: crosswalk gate of the register: WORD_UNKNOWN", done.stderr)
        self.assertIn("gate line 4", done.stderr)


if __name__ == "__main__":
    unittest.main()
