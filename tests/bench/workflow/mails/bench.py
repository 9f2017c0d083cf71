#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast composed mails reach a mail server: workflow's way against a libcurl loop on one reused connection.

    bench.py [--rounds N] [--mails N] [--connections N] [--sink PROGRAM] [--json FILE]

The server is postfix's smtp-sink, which takes every mail and keeps none; both ways hand it the same bytes, by turns,
on this machine. A rate is the median of the rounds. The sink counts what it took: a mail too few fails the bench.
smtp-sink needs no running postfix: `apt-get download postfix`, `dpkg -x` and --sink, or UPTAKE_SMTP_SINK.
Exit code 1: the ratio was not reached, or a mail was lost.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REACH, AIM = 1.5, 3.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--mails", type=int, default=10_000, help="in each run (10000)")
    parser.add_argument("--connections", type=int, default=4, help="of workflow's way, as smtp_connections (4)")
    parser.add_argument("--sink", default=os.environ.get("UPTAKE_SMTP_SINK") or shutil.which("smtp-sink")
                        or "/usr/sbin/smtp-sink", help="the program smtp-sink")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything there")
    parser.add_argument("--bin", type=pathlib.Path, default=os.environ.get("UPTAKE_BIN", HERE.parents[3] / "build/bin"),
                        help="folder of bench_mails (UPTAKE_BIN, or build/bin)")
    options = parser.parse_args()
    options.program = pathlib.Path(options.bin).resolve() / "bench_mails"
    if not options.program.exists():
        parser.error(f"{options.bin} has no bench_mails: build with -DBENCH=ON")
    return options


class Sink:
    """smtp-sink on a free loopback port; `taken` is the count it prints at its end."""

    def __init__(self, program):
        self.program = pathlib.Path(program).resolve()

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # From an unpacked package its libraries stand beside it.
        beside = self.program.parents[1] / "lib/postfix"
        self.counts = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [self.program, "-c", "-u", "nobody", f"127.0.0.1:{self.port}", "100"], stdout=self.counts,
            env={**os.environ, "LD_LIBRARY_PATH": str(beside)})
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit(f"{self.program} does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.counts.seek(0)
        # "sess=5 quit=0 mesg=10000", rewritten in place
        self.taken = max(map(int, re.findall(rb"mesg=(\d+)", self.counts.read())), default=0)
        self.counts.close()


def run(options, way):
    with Sink(options.sink) as sink:
        command = [options.program, way, f"smtp://127.0.0.1:{sink.port}", str(options.mails)]
        if way == "mail":
            command.append(str(options.connections))
        done = subprocess.run(command, text=True, capture_output=True, timeout=600)
    result = json.loads(done.stdout or "{}")
    if done.returncode != 0 or not result.get("good"):
        raise SystemExit(f"LOST: {way} ended with {done.returncode}: {done.stdout}{done.stderr}")
    if sink.taken < options.mails:
        raise SystemExit(f"LOST: {way} handed over {options.mails}, the sink took {sink.taken}")
    return {**result, "rate": options.mails / result["seconds"], "cpu_us": result["cpu_s"] / options.mails * 1e6}


def main():
    options = arguments()
    if not pathlib.Path(options.sink).exists():
        print(f"mails          skipped: no {options.sink} (package postfix)")
        return 0
    ways = {"mail": [], "loop": []}
    for number in range(1, options.rounds + 1):
        for way, runs in ways.items():
            runs.append(run(options, way))
            print(f"round {number} of {options.rounds}: {way:<6} {runs[-1]['rate']:>8.0f} mails/s", file=sys.stderr, flush=True)
    middle = {way: statistics.median(each["rate"] for each in runs) for way, runs in ways.items()}
    ratio = middle["mail"] / middle["loop"]
    print(f"{'way':<8} {'mails/s, median (min..max)':<32} {'client CPU us each':>18}   bytes each")
    for way, runs in ways.items():
        rates = [each["rate"] for each in runs]
        cpu = statistics.median(each["cpu_us"] for each in runs)
        print(f"{way:<8} {middle[way]:>9.0f} ({min(rates):.0f}..{max(rates):.0f})".ljust(41)
              + f" {cpu:>18.0f}   {runs[0]['bytes']:>10}")
    verdict = "aim" if ratio >= AIM else "reached" if ratio >= REACH else "MISSED"
    print(f"\n{'row':<14} {'is':>9} {'reach':>9} {'aim':>9}")
    print(f"{'mails':<14} {ratio:>8.2f}x {REACH:>8}x {AIM:>8}x  {verdict:<8} mails/s to smtp-sink / a libcurl loop on one connection")
    if options.json:
        options.json.write_text(json.dumps({
            "machine": platform.platform(), "cores": os.cpu_count(), "mails": options.mails, "rounds": options.rounds,
            "connections": options.connections, "ways": ways,
            "rows": [{"name": "mails", "is": ratio, "reach": REACH, "aim": AIM, "verdict": verdict}]}, indent=1) + "\n")
    return 1 if verdict == "MISSED" else 0


if __name__ == "__main__":
    sys.exit(main())
