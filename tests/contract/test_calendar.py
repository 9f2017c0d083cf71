# SPDX-License-Identifier: Apache-2.0
"""The days of the calendar, worked out twice: in C, and with dateutil and zoneinfo (almanac.py)."""
import csv
import datetime
import os
import pathlib
import random
import subprocess
import unittest

import almanac

BIN = pathlib.Path(os.environ.get("UPTAKE_BIN", almanac.ROOT / "build-asan" / "bin")).resolve()
RULES = {"any": 1, "before": 2, "after": 3}
CYCLES = 20
# By hand, with a printed calendar.
CHECKED = """
2025-08-31,6,1,Europe/Zurich,any,2026-02-28
2025-08-31,6,2,Europe/Zurich,any,2026-08-31
2025-08-31,6,5,Europe/Zurich,any,2028-02-29
2024-02-29,12,1,Europe/Zurich,any,2025-02-28
2024-02-29,12,4,Europe/Zurich,any,2028-02-29
2000-02-29,120,10,America/New_York,any,2100-02-28
2025-10-03,6,1,Europe/Zurich,before,2026-04-02
2025-10-03,6,1,Europe/Zurich,after,2026-04-07
2026-05-26,6,1,America/New_York,before,2026-11-25
2026-05-26,6,1,America/New_York,after,2026-11-27
2025-10-13,6,1,Asia/Bangkok,after,2026-04-16
2025-10-14,6,1,Asia/Phnom_Penh,before,2026-04-13
2026-05-23,6,1,Asia/Phnom_Penh,after,2026-11-25
2025-07-01,6,1,Europe/Zurich,before,2025-12-31
2026-07-01,6,1,America/New_York,after,2027-01-04
2025-09-29,6,1,Europe/Zurich,before,2026-03-27
""".split()


def golden_rows():
    with open(almanac.GOLDEN, encoding="utf-8") as lines:
        return [line.rstrip("\n").split(",", 6) for line in lines if line[:1].isdigit()]


def days_in_c(cases):
    """The C code's day for each (anchor, interval, n, zone, rule)."""
    asked = "".join(f"{anchor} {months} {n} {zone} {RULES[rule]}\n" for anchor, months, n, zone, rule in cases)
    done = subprocess.run([BIN / "test-calendar-days"], input=asked, text=True, capture_output=True, check=True)
    return done.stdout.split()


def generated_register(seed, actions=500):
    """Actions with an anchor, a rhythm, a duty station and a rule for its weekends."""
    draw = random.Random(seed)
    zones = (*almanac.STATIONS, "Africa/Nairobi", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC")
    for _ in range(actions):
        year, month = draw.randrange(2015, 2031), draw.randrange(1, 13)
        last = (datetime.date(year + month // 12, month % 12 + 1, 1) - almanac.DAY).day
        # Half of them in the last days of a month, where the difficulties are.
        day = draw.randrange(last - 3, last + 1) if draw.random() < 0.5 else draw.randrange(1, last + 1)
        yield datetime.date(year, month, day), draw.choice((1, 2, 3, 4, 6, 12, 24)), draw.choice(zones), draw.choice(list(RULES))


class Golden(unittest.TestCase):
    def test_table_is_what_the_almanac_says_and_shows_enough(self):
        rows = golden_rows()
        self.assertGreaterEqual(len(rows), 500)
        self.assertEqual(len({tuple(row[:5]) for row in rows}), len(rows), "a case stands twice")
        for anchor, months, n, zone, rule, expected, argued in rows:
            at = almanac.moved(almanac.occurrence(datetime.date.fromisoformat(anchor), int(months), int(n)), zone, rule)
            with self.subTest(anchor=anchor, n=n, zone=zone, rule=rule):
                self.assertEqual(expected, str(at), argued)
                self.assertTrue(argued)
                self.assertTrue(almanac.whole_day(at, zone))

    def test_rows_checked_by_hand_stand_in_the_table(self):
        rows = {",".join(row[:6]) for row in golden_rows()}
        self.assertEqual([row for row in CHECKED if row not in rows], [])

    def test_c_code_agrees_with_the_table(self):
        rows = golden_rows()
        self.assertEqual(days_in_c(row[:5] for row in rows), [row[5] for row in rows])


class Register(unittest.TestCase):
    def test_both_agree_on_a_generated_register_over_twenty_cycles(self):
        seed = int(os.environ.get("UPTAKE_TEST_SEED", "20"))
        cases = [(anchor, months, n, zone, rule) for anchor, months, zone, rule in generated_register(seed)
                 for n in range(1, CYCLES + 1)]
        expected = [str(almanac.moved(almanac.occurrence(anchor, months, n), zone, rule))
                    for anchor, months, n, zone, rule in cases]
        found = days_in_c(cases)
        self.assertEqual(len(found), len(expected))
        self.assertEqual([pair for pair in zip(cases, expected, found) if pair[1] != pair[2]], [], f"seed {seed}")
        # Enough of them were moved, and enough clamped, for the agreement to mean something.
        plain = [str(almanac.occurrence(*case[:3])) for case in cases]
        self.assertGreater(sum(a != b for a, b in zip(plain, expected)), len(cases) // 10)
        self.assertGreater(sum(case[0].day > int(at[8:]) for case, at in zip(cases, plain)), len(cases) // 50)


class Tables(unittest.TestCase):
    def test_every_table_says_what_it_is_and_has_no_day_twice(self):
        paths = sorted(almanac.TABLES.glob("*.csv"))
        self.assertEqual([path.stem for path in paths], ["bangkok", "geneva", "new-york", "phnom-penh"])
        for path in paths:
            with self.subTest(station=path.stem):
                lines = path.read_text(encoding="utf-8").splitlines()
                self.assertRegex(lines[1], r"^# zone: \S+; years: \d{4}-\d{4}; verified: (yes|no); source: .+$")
                days = [row["date"] for row in csv.DictReader(line for line in lines if line[0] != "#")]
                self.assertEqual(days, sorted(set(days)))


if __name__ == "__main__":
    unittest.main()
