# SPDX-License-Identifier: Apache-2.0
"""Rules that every file of the tree keeps."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Formats without comments, texts of others, and diffs whose first lines tests/mutants/run.py reads.
WITHOUT_LICENCE_LINE = {".jsonl", ".json", ".hex", ".txtpb", ".plan", ".patch"}
NAMES_WITHOUT = {"LICENSE", ".gitignore", ".clang-format", ".editorconfig"}


def files():
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or parts[0] in (".git", "var") or parts[0].startswith("build") or "__pycache__" in parts:
            continue
        yield path


class Tree(unittest.TestCase):
    def test_every_file_names_its_licence(self):
        missing = []
        for path in files():
            if path.suffix in WITHOUT_LICENCE_LINE or path.name in NAMES_WITHOUT:
                continue
            with open(path, encoding="utf-8", errors="replace") as text:
                if "SPDX-License-Identifier: Apache-2.0" not in "".join(next(text, "") for _ in range(5)):
                    missing.append(str(path.relative_to(ROOT)))
        self.assertEqual(missing, [])

    def test_no_statement_asks_for_the_time(self):
        """Time is a parameter; one file of workflow is where it comes from."""
        asking = [str(path.relative_to(ROOT)) for path in files()
                  if path.suffix == ".sql"
                  and re.search(r"\b(now\(\)|current_(timestamp|date|time)\b|clock_timestamp|statement_timestamp)",
                                re.sub(r"--.*", "", path.read_text(encoding="utf-8")), re.IGNORECASE)]
        self.assertEqual(asking, ["services/workflow/sql/clock.sql"])

    def test_only_store_talks_to_libpq_connections(self):
        talking = [str(path.relative_to(ROOT)) for path in files()
                   if path.suffix == ".c" and path.parent != ROOT / "common/store"
                   and "tests" not in path.relative_to(ROOT).parts
                   and re.search(r"\bPQ(exec|send|connect|consumeInput|getResult|finish)", path.read_text(encoding="utf-8"))]
        self.assertEqual(talking, [])

    def test_services_do_not_include_each_other(self):
        names = ("ingest", "workflow", "reporting", "cli")
        bad = [f"{path.relative_to(ROOT)}: {line}" for name in names
               for path in (ROOT / "services" / name).rglob("*.[ch]")
               for line in path.read_text(encoding="utf-8").splitlines()
               if re.match(r'#include "(\.\./|' + "|".join(other + "/" for other in names) + ")", line)]
        self.assertEqual(bad, [])


if __name__ == "__main__":
    unittest.main()
