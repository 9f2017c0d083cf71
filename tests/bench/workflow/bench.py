#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast obligations are claimed, looked for and planned anew, and how much memory that takes.

    bench.py [--rounds N] [--actions N] [--few N] [--many N] [--json FILE]

Our statements and the real service against one obligation per transaction and PostgreSQL's own INSERT ... SELECT,
by turns in one database with fsync on; a figure is the median of the rounds. Exit code 1: a row missed what it has
to reach.
"""
import argparse
import os
import pathlib
import signal
import statistics
import sys

from ledger import HERE, Ledger, write

# what, reach, aim, unit
ROWS = {
    "claim": ("one per transaction / claim of 10,000 due at once", 3, 8, False, "{:.1f}x"),
    "claim-growth": ("claim among many obligations / among few", 1.5, 1.15, True, "{:.2f}x"),
    "poll": ("look where nothing is due, many obligations", 1, 0.1, True, "{:.2f} ms"),
    "replan": ("plan after a change of policy / INSERT ... SELECT of the same rows", 4, 1.5, True, "{:.1f}x"),
    "memory": ("most memory of workflow, many obligations", 128, 48, True, "{:.0f} MiB"),
}
STEPS = ((-30, -7, 0, 14), (-29, -7, 0, 14))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--actions", type=int, default=100_000, help="in the register, a multiple of 200 (100000)")
    parser.add_argument("--few", type=int, default=2_000_000, help="obligations (2000000)")
    parser.add_argument("--many", type=int, default=10_000_000, help="obligations (10000000)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything there")
    parser.add_argument("--bin", type=pathlib.Path, default=os.environ.get("UPTAKE_BIN", HERE.parents[2] / "build/bin"),
                        help="folder of the services (UPTAKE_BIN, or build/bin)")
    return parser.parse_args()


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def rounds_of(options, name, way):
    values = []
    for number in range(1, options.rounds + 1):
        values.append(way())
        say(f"round {number} of {options.rounds}: {name:<18} {values[-1]:.3f} s")
    return values


def measure(options):
    seen = {}
    with Ledger(options.bin.resolve(), options.actions) as ledger:
        seconds, rows, _ = ledger.plan_all()
        say(f"first plan: {rows} obligations in {seconds:.1f} s")
        ledger.register.workflow.stop()
        say(f"{ledger.grow(options.few)} obligations")
        seen["claim"] = rounds_of(options, "claim", ledger.claim)
        seen["one by one"] = rounds_of(options, "one by one", ledger.claim_one_by_one)
        say(f"{ledger.grow(options.many)} obligations")
        seen["claim of many"] = rounds_of(options, "claim of many", ledger.claim)
        seen["poll"] = rounds_of(options, "poll", ledger.poll)
        ledger.register.sql("UPDATE uptake.obligation SET send_on = cycle_on + step WHERE state = 'planned'")
        ledger.settle()
        seconds, rows, _ = ledger.plan_all()
        say(f"plan of everything: {rows} rows changed in {seconds:.1f} s")
        seen["plan"], seen["insert"], seen["rows"] = [], [], []
        for number in range(1, options.rounds + 1):
            seconds, rows = ledger.replan(STEPS[number % 2])
            copied, same = ledger.insert_select()
            if rows != same:
                raise SystemExit(f"{rows} rows were planned, {same} copied")
            seen["plan"].append(seconds)
            seen["insert"].append(copied)
            seen["rows"].append(rows)
            say(f"round {number} of {options.rounds}: planned anew {rows} rows in {seconds:.2f} s, copied in {copied:.2f} s")
        seen["memory_mib"] = ledger.memory()
        ledger.register.workflow.stop()
    return seen


def figures(seen):
    middle = {name: statistics.median(values) for name, values in seen.items() if isinstance(values, list)}
    return {"claim": middle["one by one"] / middle["claim"],
            "claim-growth": middle["claim of many"] / middle["claim"],
            "poll": middle["poll"] * 1000,
            "replan": middle["plan"] / middle["insert"],
            "memory": seen["memory_mib"]}


def judge(name, value):
    what, reach, aim, at_most, form = ROWS[name]
    meets = (lambda bound: value <= bound) if at_most else (lambda bound: value >= bound)
    verdict = "aim" if meets(aim) else "reached" if meets(reach) else "MISSED"
    bound = "at most " if at_most else ""
    return {"name": name, "what": what, "value": value, "text": form.format(value), "verdict": verdict,
            "reach": f"{bound}{reach}", "aim": f"{bound}{aim}"}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended from outside, it still ends what it started
    options = arguments()
    seen = measure(options)
    rows = [judge(name, value) for name, value in figures(seen).items()]
    print(f"{'row':<14} {'is':>10} {'reach':>12} {'aim':>12}")
    for row in rows:
        print(f"{row['name']:<14} {row['text']:>10} {row['reach']:>12} {row['aim']:>12}  {row['verdict']:<8} {row['what']}")
    if options.json:
        write(options.json, {"seen": seen, "rows": rows, "actions": options.actions})
    return 1 if any(row["verdict"] == "MISSED" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
