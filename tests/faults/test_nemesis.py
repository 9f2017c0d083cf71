# SPDX-License-Identifier: Apache-2.0
"""Senders, followers, ingest and PostgreSQL are killed at work, and nothing is lost, doubled or out of order.

UPTAKE_FAULT_KILLS says after how many kills that count a run ends (24; `tests/run faults`: 200);
UPTAKE_TEST_SEED repeats the draw of a run.
"""
import collections
import os
import unittest

import judge
import nemesis
from harness import PLAIN_BIN, Register, random_seed

KILLS = int(os.environ.get("UPTAKE_FAULT_KILLS", "24"))


class Nemesis(unittest.TestCase):
    def test_kills_lose_nothing_and_double_nothing(self):
        seed = random_seed()
        print(f"    UPTAKE_TEST_SEED={seed}", flush=True)
        with Register(PLAIN_BIN) as register:
            register.start("ingest", "reporting")
            run = nemesis.Nemesis(register, seed)
            try:
                run.begin()
                run.strike(KILLS)
                run.settle()
                court = judge.Judge(run)
                faults = court.faults()
            finally:
                run.release()
            for line in run.told():
                print(f"    {line}")
            outcomes = collections.Counter(event["outcome"] for side in court.sides
                                           for finals in side.heard.finals.values() for event in finals)
            unknown = sum(side.heard.unknown for side in court.sides)
            print(f"    answers: {dict(outcomes)}, unknown: {unknown}", flush=True)
            self.assertEqual("\n".join(faults), "")
            self.assertGreaterEqual(len(run.kills), KILLS)


if __name__ == "__main__":
    unittest.main()
