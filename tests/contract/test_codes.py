# SPDX-License-Identifier: Apache-2.0
"""Every code that a sender may be told stands in services/ingest/codes.md, and nothing else does."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "services" / "ingest" / "codes.md"
SOURCES = (*sorted((ROOT / "services" / "ingest").glob("*.c")), ROOT / "common/bus/envelope.c",
           ROOT / "common/wire/scan.c", ROOT / "common/wire/wire.c",
           ROOT / "common/base/text.c", ROOT / "common/base/date.c")
# What only the log tells: a failure of ingest itself, answered as DB_UNAVAILABLE or not at all.
OWN = {"OUT_OF_MEMORY", "IN_HAND_UNUSABLE"}
LITERAL = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|CONFLICT|PARKED|OVERLOADED)"')


class Codes(unittest.TestCase):
    def test_page_and_sources_name_the_same_codes(self):
        in_sources = {code for path in SOURCES for code in LITERAL.findall(path.read_text())} - OWN
        rows = re.findall(r"^\| `([A-Z_0-9]+)` \| (.+) \| (.+) \|$", PAGE.read_text(), re.M)
        on_page = [code for code, _, _ in rows]
        self.assertEqual(sorted(in_sources - set(on_page)), [], "not on the page")
        self.assertEqual(sorted(set(on_page) - in_sources), [], "not in the sources")
        self.assertEqual(len(on_page), len(set(on_page)), "one row for each")


if __name__ == "__main__":
    unittest.main()
