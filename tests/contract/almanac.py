# SPDX-License-Identifier: Apache-2.0
"""Calendar days worked out a second time, with dateutil and zoneinfo and nothing of the C code.

    almanac.py      writes tests/unit/calendar/golden.csv anew

Reading order: occurrence() and moved() are the two rules; whole_day() looks at a day's hours; the
cases_* below choose what the golden table shows, and why() says for each row why its day is that day.
"""
import csv
import datetime
import pathlib
import zoneinfo

from dateutil.relativedelta import relativedelta

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/unit/calendar/golden.csv"
TABLES = ROOT / "common/calendar/holidays"
COLUMNS = ("anchor", "interval", "n", "zone", "rule", "expected", "why")
DAY = datetime.timedelta(days=1)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GENEVA, BANGKOK, PHNOM_PENH, NEW_YORK = "Europe/Zurich", "Asia/Bangkok", "Asia/Phnom_Penh", "America/New_York"
STATIONS = (GENEVA, BANGKOK, PHNOM_PENH, NEW_YORK)


def holidays():
    """Zone -> ({day: name}, years covered)."""
    found = {}
    for path in TABLES.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        (head,) = (line for line in lines if line.startswith("# zone:"))
        told = dict(part.strip().split(": ", 1) for part in head[2:].split(";"))
        first, last = map(int, told["years"].split("-"))
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        found[told["zone"]] = ({datetime.date.fromisoformat(row["date"]): row["name"] for row in rows},
                               range(first, last + 1))
    return found


HOLIDAYS = holidays()


def occurrence(anchor, months, n):
    return anchor + relativedelta(months=months * n)


def off(day, zone):
    """Why nobody works on the day; "" when they do."""
    named = HOLIDAYS.get(zone, ({}, ()))[0].get(day)
    return " and ".join(filter(None, ("a " + NAMES[day.weekday()] if day.weekday() >= 5 else "", named)))


def moved(day, zone, rule):
    step = {"any": 0 * DAY, "before": -DAY, "after": DAY}[rule]
    while step and off(day, zone):
        day += step
    return day


def whole_day(day, zone):
    """Does the day begin and end in the zone as that day? In real hours: 23 to 25 of them."""
    place = zoneinfo.ZoneInfo(zone)
    begin, end = (datetime.datetime(each.year, each.month, each.day, tzinfo=place).astimezone(datetime.timezone.utc)
                  for each in (day, day + DAY))
    last = (end - datetime.timedelta(seconds=1)).astimezone(place)
    return begin.astimezone(place).date() == day and last.date() == day and 23 <= (end - begin).seconds / 3600 + (
        end - begin).days * 24 <= 25


def why(anchor, months, n, zone, rule):
    at = occurrence(anchor, months, n)
    said = []
    if at.day < anchor.day:
        said.append(f"{at:%B %Y} has no day {anchor.day}, clamped from the anchor")
    elif n and anchor.day > 28:
        said.append(f"{at:%B %Y} has a day {at.day}, the anchor's")
    elif not n:
        said.append("the anchor itself")
    to = moved(at, zone, rule)
    if to != at:
        passed = [at + (DAY if to > at else -DAY) * i for i in range(abs((to - at).days))]
        said.append(", ".join(f"{each} is {off(each, zone)}" for each in passed) + f"; {NAMES[to.weekday()]} is work")
    elif off(at, zone) and rule == "any":
        said.append(f"{at} is {off(at, zone)} and may stay")
    else:
        said.append(f"{at} is a {NAMES[at.weekday()]}")
    if zone not in HOLIDAYS:
        said.append("no table for the zone: weekends only")
    elif at.year not in HOLIDAYS[zone][1]:
        said.append(f"no table for {at.year}: weekends only")
    return "; ".join(said)


def day(text):
    return datetime.date.fromisoformat(text)


def cases_month_ends():
    """29th, 30th, 31st: every month an anchor ends in, every interval people use."""
    for month, length in ((1, 31), (3, 31), (5, 31), (7, 31), (8, 31), (10, 31), (12, 31), (4, 30), (6, 30), (9, 30), (11, 30)):
        for months, numbers in ((1, (1, 2, 11)), (3, (1, 3)), (6, (1, 2, 5)), (12, (1,))):
            for n in numbers:
                yield datetime.date(2025, month, length), months, n, GENEVA, "any"
    for start in ("2026-08-29", "2026-08-30", "2026-08-31"):
        for n in range(1, 9):
            yield day(start), 6, n, PHNOM_PENH, "any"


def cases_leap_years():
    for n in range(-4, 9):
        yield day("2024-02-29"), 12, n, GENEVA, "any"
    for start, months, n in (("2000-02-29", 120, 1), ("2000-02-29", 120, 10), ("2096-02-29", 12, 4), ("2096-02-29", 6, 8),
                             ("2023-08-31", 6, 1), ("2027-08-31", 6, 1), ("2099-08-31", 6, 1), ("2024-01-31", 1, 1),
                             ("2025-01-31", 1, 1), ("2024-02-29", 6, 1), ("2024-02-29", 1, 1), ("2024-02-29", 48, 1)):
        yield day(start), months, n, NEW_YORK, "any"


def cases_holidays():
    """Every holiday of every table, six months after its anchor, moved either way."""
    for zone in STATIONS:
        for at in HOLIDAYS[zone][0]:
            for rule in ("before", "after"):
                anchor = at - relativedelta(months=6)
                clamped = occurrence(anchor, 6, 1) != at
                yield at if clamped else anchor, 6, 0 if clamped else 1, zone, rule


def cases_same_day_elsewhere():
    """One day, four duty stations: each has its own holidays."""
    for text in ("2026-04-03", "2026-04-13", "2026-11-26", "2026-05-25", "2026-10-12", "2026-07-28"):
        for zone in (*STATIONS, "Africa/Nairobi"):
            yield day(text), 6, 0, zone, "after"


def cases_year_ends():
    for start in ("2024-06-30", "2025-07-01", "2026-06-30", "2027-06-30"):
        for zone in STATIONS:
            for rule in ("before", "after"):
                yield day(start) + (DAY if start.endswith("30") else 0 * DAY), 6, 1, zone, rule
    for start in ("2027-07-01", "2027-12-31", "2022-12-31", "2023-07-01", "2028-01-01"):
        yield day(start), 6, 1, GENEVA, "before"
        yield day(start), 6, 0, GENEVA, "after"


def cases_clock_changes():
    """Days on which the clock is put on or back, also at midnight, where the day begins at one o'clock."""
    for zone, text in ((GENEVA, "2026-03-29"), (GENEVA, "2026-10-25"), (NEW_YORK, "2026-03-08"), (NEW_YORK, "2026-11-01"),
                       ("Africa/Cairo", "2026-04-24"), ("Africa/Cairo", "2026-10-30"), ("Asia/Beirut", "2026-03-29"),
                       ("America/Santiago", "2026-09-06"), ("America/Santiago", "2026-04-05"), ("Australia/Lord_Howe", "2026-04-05"),
                       ("Australia/Lord_Howe", "2026-10-04"), ("Africa/Casablanca", "2026-03-22"), ("America/Havana", "2026-03-08")):
        for rule in ("any", "before", "after"):
            yield day(text) - relativedelta(months=6), 6, 1, zone, rule
            yield day(text) - DAY, 6, 0, zone, rule


def cases_zones():
    """The longest ways from Greenwich, half and quarter hours, in steps of a quarter."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Asia/Kolkata", "America/St_Johns", "UTC"):
        for n in range(5):
            yield day("2026-05-31"), 3, n, zone, ("any", "before", "after")[n % 3]


def golden():
    seen = {}
    for cases in (cases_month_ends, cases_leap_years, cases_holidays, cases_same_day_elsewhere, cases_year_ends,
                  cases_clock_changes, cases_zones):
        for case in cases():
            anchor, months, n, zone, rule = case
            seen[case] = (str(anchor), str(months), str(n), zone, rule,
                          str(moved(occurrence(anchor, months, n), zone, rule)), why(*case))
    return list(seen.values())


def main():
    with open(GOLDEN, "w", encoding="utf-8") as out:
        out.write("# SPDX-License-Identifier: Apache-2.0\n"
                  "# The day that anchor + n x interval months comes to, moved by the rule in the zone, and why it is that day.\n"
                  "# Worked out by tests/contract/almanac.py (dateutil, zoneinfo); the rows of CHECKED in test_calendar.py by hand.\n")
        out.write(",".join(COLUMNS) + "\n")
        out.writelines(",".join(row) + "\n" for row in golden())


if __name__ == "__main__":
    main()
