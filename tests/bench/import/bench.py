#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast a register is filled, against one transaction per item; how fast a document is read.

    bench.py [--actions N] [--naive N] [--rounds N] [--json]

Both ways run by turns on this machine with fsync on, each round in databases of its own; a rate is
the median of the rounds, and what counts is the ratio. UPTAKE_BIN names the folder of the programs.
Exit code 1: a target was missed.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

import database  # noqa: E402
import generated  # noqa: E402
import harness  # noqa: E402

UNITS, REGIONS, RECOMMENDATIONS = 200, 10, 2000
TARGET_RATIO, TARGET_SECONDS, TARGET_BYTES = 5, 0.15, 64 << 20


def ground():
    """What the actions hang on."""
    for number in range(1, UNITS + 1):
        yield generated.unit(f"U{number:03}", f"Office {number}", region=f"region-{number % REGIONS}")
    yield generated.change("document", "bench", "bench", document_identity={
        "title": "A large register", "dated_on": "2025-01-31", "instrument": "evaluation",
        "addressee": "office", "language": "en"})
    for number in range(1, RECOMMENDATIONS + 1):
        yield generated.change("recommendation", "bench", f"bench#{number}", recommendation_text={
            "code": str(number), "text": f"Make arrangement {number} last"},
            position_taken={"position": "accepted", "source": "Accepted"})


def actions(count):
    """One unit leads each; texts and dates of the length that documents have."""
    for number in range(1, count + 1):
        recommendation = number % RECOMMENDATIONS + 1
        unit = number % UNITS + 1
        month = number % 24
        due = datetime.date(2028 + month // 12, month % 12 + 1, 28)
        yield generated.change(
            "action", "bench", f"bench#{recommendation}/{number}",
            action_wording={"code": str(number), "recommendations": [f"bench#{recommendation}"],
                            "text": f"Carry out step {number} of the plan with the partners named there, "
                                    "and tell the field offices what came of it"},
            timeframe={"source": "Q2/2027", "start_on": "2027-04-01", "due_on": str(due),
                       "precision": "quarter"},
            responsibilities={"source": f"U{unit:03}", "units": [
                {"unit": f"unit:U{unit:03}", "name": f"U{unit:03}", "role": "lead", "said_by": "management"}]})


# A process counts the memory of the one it was forked from, so a small one starts what is measured.
STARTER = """
import os, sys, time
before = time.monotonic()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(time.monotonic() - before, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status), file=sys.stderr)
"""


def measured(command):
    """(seconds, most resident bytes) of a program that has to succeed, findings aside."""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", STARTER, *map(str, command)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=harness.environment())
    seconds, memory, code = done.stderr.splitlines()[-1].split()
    if int(code) not in (0, 1):
        raise SystemExit(f"{command} ended with {code}:\n{done.stderr}")
    return float(seconds), int(memory)


def fill(folder, count):
    """Actions per second through import and ingest, and the memory of both."""
    with harness.Register(programs=harness.PLAIN_BIN) as register:
        register.start("ingest", "reporting")
        register.must("push", generated.write(folder / "ground.jsonl", ground()), seconds=600)
        path = generated.write(folder / "actions.jsonl", actions(count))
        seconds, client = measured([register.programs / "uptake", "--config", register.config, "import", path])
        stored = register.one("SELECT count(*) FROM uptake.action")
        if stored != count:
            raise SystemExit(f"{stored} of {count} actions stored")
        return {"rate": count / seconds, "client_bytes": client,
                "ingest_bytes": register.ingest.resident_bytes()}


def naive(folder, count, clients):
    """Actions per second, one transaction each."""
    with harness.Register(programs=harness.PLAIN_BIN) as register:
        register.start("ingest")
        register.must("push", generated.write(folder / "ground.jsonl", ground()), seconds=600)
        register.stop()
        host, name = database.server().folder, register.database.name
        before = time.monotonic()
        done = subprocess.run(
            [database.PROGRAMS / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "1",
             "-t", str(count // clients), "-f", HERE / "one_per_transaction.sql", "-h", host, "-U", "postgres", name],
            capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"pgbench failed:\n{done.stderr}")
        seconds = time.monotonic() - before
        stored = register.one("SELECT count(*) FROM uptake.action")
        return stored / seconds


def read_largest(rounds):
    """The largest published document, read and printed; None where they are not at hand."""
    folder = harness.corpus()
    if folder is None:
        return None
    path = max(folder.glob("ohchr-*evaluation*.txt"), key=lambda each: each.stat().st_size)
    command = [harness.PLAIN_BIN / "uptake", "import", "--dry-run", "--output", "jsonl",
               "--units", harness.ROOT / "deploy/sample/units.jsonl", path]
    runs = [measured(command) for _ in range(rounds)]
    return {"document_bytes": path.stat().st_size, "seconds": statistics.median(each[0] for each in runs),
            "bytes": max(each[1] for each in runs)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=100_000, help="actions imported per round (100000)")
    parser.add_argument("--naive", type=int, default=4000, help="actions per round one by one (4000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    return parser.parse_args()


def measure(options, folder):
    rounds = []
    for number in range(options.rounds):
        rounds.append({"import": fill(folder, options.actions), "one": naive(folder, options.naive, 1),
                       "eight": naive(folder, options.naive, 8)})
        print(f"round {number + 1} of {options.rounds}: {rounds[-1]['import']['rate']:.0f}/s imported, "
              f"{rounds[-1]['one']:.0f}/s and {rounds[-1]['eight']:.0f}/s one by one", file=sys.stderr)
    imported = statistics.median(each["import"]["rate"] for each in rounds)
    one = statistics.median(each["one"] for each in rounds)
    eight = statistics.median(each["eight"] for each in rounds)
    return {"machine": platform.platform(), "cores": os.cpu_count(), "actions": options.actions,
            "imported_per_second": imported,
            "one_per_transaction_per_second": one, "one_per_transaction_8_connections": eight,
            "ratio": imported / one, "ratio_8_connections": imported / eight,
            "ingest_bytes": max(each["import"]["ingest_bytes"] for each in rounds),
            "client_bytes": max(each["import"]["client_bytes"] for each in rounds),
            "largest_document": read_largest(options.rounds), "rounds": rounds}


def tell(result):
    print(f"{'creates through import and ingest':<44} {result['imported_per_second']:>10.0f} /s")
    print(f"{'one transaction per item':<44} {result['one_per_transaction_per_second']:>10.0f} /s   "
          f"x {result['ratio']:.1f} (target {TARGET_RATIO})")
    print(f"{'one transaction per item, 8 connections':<44} {result['one_per_transaction_8_connections']:>10.0f} /s   "
          f"x {result['ratio_8_connections']:.1f}")
    print(f"{'ingest, resident after it':<44} {result['ingest_bytes'] / 2**20:>10.1f} MiB")
    print(f"{'uptake import, most resident':<44} {result['client_bytes'] / 2**20:>10.1f} MiB")
    largest = result["largest_document"]
    if largest is None:
        print("the largest document: skipped, the published documents are not at hand")
    else:
        print(f"{'the largest document':<44} {largest['seconds']:>10.3f} s     (target {TARGET_SECONDS})")
        print(f"{'  most resident':<44} {largest['bytes'] / 2**20:>10.1f} MiB   (target {TARGET_BYTES >> 20})")


def main():
    options = arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="uptake-bench-"))
    try:
        result = measure(options, folder)
    finally:
        shutil.rmtree(folder)
    largest = result["largest_document"]
    missed = result["ratio"] < TARGET_RATIO or (
        largest is not None and (largest["seconds"] > TARGET_SECONDS or largest["bytes"] > TARGET_BYTES))
    if options.json:
        print(json.dumps(result))
    else:
        tell(result)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
