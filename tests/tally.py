# SPDX-License-Identifier: Apache-2.0
"""Counts test results: one line each in a file, one closing line for all.

tally.py note RESULTS STATUS PART NAME [REASON]   adds one line
tally.py junit RESULTS PART FILE                  adds what ctest wrote
tally.py python RESULTS PART FOLDER [TAKEN]       runs the unittest tests of a folder, adds them; processes
                                                  that name one TAKEN, a folder, share the files
tally.py total RESULTS                            prints the summary; 0 only if all is well
"""
import faulthandler
import pathlib
import signal
import sys
import time
import unittest
import xml.etree.ElementTree as xml


def note(results, status, part, name, reason=""):
    with open(results, "a", encoding="utf-8") as file:
        file.write("\t".join((status, part, name, " ".join(reason.split()))) + "\n")


def junit(results, part, path):
    if not pathlib.Path(path).exists():
        note(results, "failed", part, "ctest", "wrote no report")
        return
    for case in xml.parse(path).getroot().iter("testcase"):
        skipped, failure = case.find("skipped"), case.find("failure")
        if skipped is not None:
            note(results, "skipped", part, case.get("name"), skipped.get("message", ""))
        elif failure is not None or case.get("status") != "run":
            reason = failure.get("message", "") if failure is not None else case.get("status")
            note(results, "failed", part, case.get("name"), reason)
        else:
            note(results, "passed", part, case.get("name"))


TEST_SECONDS = 600  # the longest takes a tenth of it: who runs on then waits for something that never comes


class Reporter(unittest.TextTestResult):
    """Prints each test with its time, and notes it."""

    def __init__(self, *arguments, results, part):
        super().__init__(*arguments)
        self.results, self.part = results, part
        self.dots = self.showAll = False

    def startTest(self, test):
        self.began = time.monotonic()
        faulthandler.dump_traceback_later(TEST_SECONDS, exit=True)
        super().startTest(test)

    def stopTest(self, test):
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)

    def tell(self, test, status, reason=""):
        # A failing setUpClass comes without a start.
        seconds = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"{status:7} {seconds:6.1f} s  {test.id()}", flush=True)
        note(self.results, status, self.part, test.id(), reason)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tell(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tell(test, "skipped", reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, "failed", str(err[1])[:300])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(test, "failed", f"{err[0].__name__}: {err[1]}"[:300])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.tell(subtest, "failed", str(err[1])[:300])


def takes(taken, path):
    """Is this file ours? The first process that asks has it."""
    try:
        (pathlib.Path(taken) / path.stem).touch(exist_ok=False)
        return True
    except FileExistsError:
        return False


def python(results, part, folder, taken=None):
    # Beside others a process begins deaf to it; what a test started is to end with Ctrl-C all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path.insert(0, folder)
    runner = unittest.TextTestRunner(
        stream=sys.stdout, verbosity=0, resultclass=lambda *a: Reporter(*a, results=results, part=part))
    # The large ones first: none of them is begun when all others are done.
    paths = sorted(pathlib.Path(folder).glob("test_*.py"), key=lambda path: -path.stat().st_size)
    if not paths:
        note(results, "failed", part, folder, "no tests found")
    for path in paths:
        if taken is None or takes(taken, path):
            suite = unittest.defaultTestLoader.loadTestsFromName(path.stem)
            if suite.countTestCases() == 0:
                note(results, "failed", part, path.stem, "no tests found")
            runner.run(suite)


def total(results):
    rows = [line.split("\t") for line in pathlib.Path(results).read_text().splitlines()]
    counts = {status: [row for row in rows if row[0] == status]
              for status in ("passed", "failed", "skipped")}
    for status in ("skipped", "failed"):
        for _, part, name, reason in counts[status]:
            print(f"{status}: {part}: {name}: {reason}")
    if counts["failed"]:
        print(f"kept for inspection: {pathlib.Path(results).parent}")
    line = f"{len(counts['passed'])} passed, {len(counts['failed'])} failed"
    if counts["skipped"]:
        line += f", {len(counts['skipped'])} skipped"
    print(line)
    return 1 if counts["failed"] or not counts["passed"] else 0


def main():
    command, *arguments = sys.argv[1:]
    commands = {"note": note, "junit": junit, "python": python, "total": total}
    return commands[command](*arguments) or 0


if __name__ == "__main__":
    sys.exit(main())
