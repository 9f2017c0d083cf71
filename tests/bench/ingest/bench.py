#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast progress reports are recorded, from the sender's process to its receipt, against other ways.

    bench.py [--only ROW,ROW...] [--rounds N] [--seconds S] [--quick] [--json FILE]

All ways run by turns on this machine, fsync on, in one database; a figure is the median of the rounds,
and what counts is the ratio. After each run the register is checked: a bench that loses something fails.
Exit code 1: a row missed what it has to reach, or something was lost.
"""
import argparse
import contextlib
import json
import os
import pathlib
import platform
import signal
import statistics
import sys

import broker
import checks
import growth
from ground import HERE, Ground, test_fsync
from rows import ROWS, judge, ways_needed
from ways import Ways


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="ROWS", help=f"some of: {', '.join(ROWS)}")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--seconds", type=float, default=2, help="counted in each run (2)")
    parser.add_argument("--warmup", type=float, default=0.5, help="seconds before that (0.5)")
    parser.add_argument("--actions", type=int, default=20_000, help="in the register (20000)")
    parser.add_argument("--window", type=int, default=4000, help="most updates under way, of all senders (4000)")
    parser.add_argument("--old", type=int, default=1_000_000,
                        help="changes between a message and its replay (1000000)")
    parser.add_argument("--history", type=int, default=1_000_000,
                        help="changes in the long history of growth (1000000)")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1 s, short histories, no pg_test_fsync")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything there")
    parser.add_argument("--bin", type=pathlib.Path, default=os.environ.get("UPTAKE_BIN", HERE.parents[2] / "build/bin"),
                        help="folder of the services (UPTAKE_BIN, or build/bin)")
    parser.add_argument("--tools", type=pathlib.Path, help="folder of the bench's own programs (as --bin)")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.warmup = min(options.rounds, 2), min(options.seconds, 1), 0.3
        options.old, options.history = min(options.old, 20_000), min(options.history, 100_000)
    options.bin = pathlib.Path(options.bin).resolve()
    options.tools = (options.tools or options.bin).resolve()
    options.rows = [name for name in options.only.split(",") if name] or list(ROWS)
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    if options.actions % 200:
        parser.error("--actions has to be a multiple of 200")
    missing = [program for program in ("bench_load", "bench_naive") if not (options.tools / program).exists()]
    if missing:
        parser.error(f"{options.tools} has no {missing[0]}: build with -DBENCH=ON")
    return options


def skipped(options):
    """Row -> why it cannot run here."""
    reasons = {}
    if not broker.is_installed():
        reasons["rabbit"] = "rabbitmq-server is not installed"
    elif not (options.tools / "bench_rabbit").exists():
        reasons["rabbit"] = "built without librabbitmq-dev"
    return {name: reason for name, reason in reasons.items() if name in options.rows}


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def one_round(ways, needed, results, number, rounds):
    for name in needed:
        if name == "at_half":
            rate = statistics.median(each["rate"] for each in results["fast"])
            result = ways.at_half(rate)
        else:
            result = getattr(ways, name)()
        results.setdefault(name, []).append(result)
        say(f"round {number} of {rounds}: {name:<16} {result['rate']:>9.0f} /s   p50 {result['p50_us'] / 1000:.1f} ms"
            f"   p99 {result['p99_us'] / 1000:.1f} ms"
            + (f"   {result['put_off']} asked to come later" if result.get("put_off") else ""))


def measure(options, rows):
    results = {}
    with Ground(options.bin, options.actions) as ground, contextlib.ExitStack() as stack:
        fsync = [] if options.quick else test_fsync()
        ways = Ways(ground, options.tools, options)
        needed = ways_needed(rows)
        if "replay" in needed:
            say(f"a history of {options.old} changes on top of what is replayed")
            ways.make_old()
        grown = stack.enter_context(growth.Growth(options)) if "growth" in rows else None
        for number in range(1, options.rounds + 1):
            one_round(ways, needed, results, number, options.rounds)
            if grown:
                for name, result in grown.round().items():
                    results.setdefault(name, []).append(result)
        checks.chains(ground.register)
        changes = ground.changes()
    return {"machine": platform.platform(), "cores": os.cpu_count(), "actions": options.actions,
            "rounds": options.rounds, "seconds": options.seconds, "changes_at_the_end": changes,
            "pg_test_fsync": fsync, "ways": results}


def tell(result):
    print(f"{'way':<18} {'updates/s, median (min..max)':<34} {'p50 ms':>8} {'p99 ms':>8} {'counted':>8} {'WAL B':>7}"
          f" {'client':>7} {'service':>8} {'server':>7}  CPU us each")
    for name, runs in result["ways"].items():
        middle = {key: statistics.median(each[key] for each in runs)
                  for key in runs[0] if isinstance(runs[0][key], (int, float))}
        rates = [each["rate"] for each in runs]
        print(f"{name:<18} {middle['rate']:>9.0f} ({min(rates):.0f}..{max(rates):.0f})".ljust(53)
              + f" {middle['p50_us'] / 1000:>8.1f} {middle['p99_us'] / 1000:>8.1f}"
              + "".join(f" {middle[key]:>{width}.0f}" if key in middle else " " * (width + 1)
                        for key, width in (("whole_rate", 8), ("wal_per_update", 7), ("client_cpu_us", 7),
                                           ("service_cpu_us", 8), ("server_cpu_us", 7))))
    print("counted: updates/s with the work on counts that was left for later\n")
    print(f"{'row':<14} {'is':>9} {'reach':>9} {'aim':>9}")
    for row in result["rows"]:
        print(f"{row['name']:<14} {row['text']:>9} {row['reach']:>9} {row['aim']:>9}  {row['verdict']:<8} {row['what']}")
    for name, reason in result["skipped"].items():
        print(f"{name:<14} skipped: {reason}")
    for line in result["pg_test_fsync"]:
        print(f"pg_test_fsync  {line}")


def main():
    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = arguments()
    left_out = skipped(options)
    rows = [name for name in options.rows if name not in left_out]
    try:
        result = measure(options, rows)
    except checks.Lost as lost:
        print(f"LOST: {lost}")
        return 1
    result["rows"] = [judge(name, result["ways"]) for name in rows]
    result["skipped"] = left_out
    tell(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any(row["verdict"] == "MISSED" for row in result["rows"]) else 0


if __name__ == "__main__":
    sys.exit(main())
