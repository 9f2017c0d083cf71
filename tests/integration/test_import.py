# SPDX-License-Identifier: Apache-2.0
"""Importing is repeatable: twice, interrupted, by two people at once, and after people had their say."""
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest
import uuid

import people
import responses
import state
from harness import Register, corpus, environment, wait_until

KEY = "harbour"
ROWS = (12, 6)  # of a document that takes a while: recommendations, actions in each
LARGE_ROWS = (60, 50)
# With sanitizers, too.
LARGE_BYTES = 128 * 1024 * 1024


def items(register):
    """What the document says, apart from revisions and changes: key -> values."""
    return {
        "deadlines": register.sql("SELECT item_key, due_on, progress::text FROM uptake.item"
                                  " WHERE document = %s AND kind <> 'finding' ORDER BY 1", (KEY,)),
        "responsible": register.sql("SELECT item_key, ordinal, name, said_by, confirmed FROM uptake.responsibility"
                                    " JOIN uptake.item USING (item_id) ORDER BY 1, 2"),
        "findings": register.sql("SELECT item_key, code, about, message, gone, state::text FROM uptake.finding"
                                 " JOIN uptake.item USING (item_id) ORDER BY 1"),
    }


class Importing(unittest.TestCase):
    def setUp(self):
        self.register = self.begun()

    def begun(self, epoch=None):
        register = self.enterContext(Register(epoch=epoch))
        register.start("ingest", "reporting")
        lines = "\n".join(json.dumps(unit) for unit in responses.UNITS)
        register.must("push", "-", stdin=lines)
        return register

    def write(self, name, text):
        return responses.write(self.register.folder, name, text)

    def load(self, path, *more, register=None):
        return json.loads((register or self.register).must("import", path, "--document", KEY, "--json", *more))["files"][0]

    def changes(self, register=None):
        return (register or self.register).one("SELECT count(*) FROM uptake.change WHERE document = %s", (KEY,))

    def due_on(self, code="1/1.1"):
        return str(self.register.one("SELECT due_on FROM uptake.item WHERE item_key = %s", (f"{KEY}#{code}",)))


class Repeating(Importing):
    def test_twice_sends_nothing(self):
        path = self.write("a.txt", responses.small())
        first = self.load(path)
        self.assertEqual((first["created"], first["refused"], first["overtaken"]), (8, [], []))
        self.assertGreater(first["findings_raised"], 0)
        before, count = state.of(self.register), self.changes()
        again = self.load(path)
        self.assertEqual((again["sent"], again["unchanged"], again["findings_raised"], again["findings_gone"]),
                         (0, 8, 0, 0))
        self.assertEqual((state.differences(before, state.of(self.register)), self.changes()), ([], count))

    def test_every_published_document_twice_sends_nothing(self):
        folder = corpus()
        if folder is None:
            self.skipTest("the published documents are not at hand: set UPTAKE_CORPUS")
        for name in ("unwomen-cambodia-management-response-2020.txt", "ohchr-cambodia-evaluation-2024.txt"):
            with self.subTest(name):
                first = self.load(folder / name)
                self.assertEqual(first["refused"], [])
                self.assertEqual(self.load(folder / name)["sent"], 0)

    def test_there_and_back_are_three_changes(self):
        one = self.write("a.txt", responses.small())
        two = self.write("b.txt", responses.small(due="2022/09"))
        for path, day in ((one, "2022-03-31"), (two, "2022-09-30"), (one, "2022-03-31")):
            self.assertEqual(self.load(path)["refused"], [])
            self.assertEqual(self.due_on(), day)
        for subject in (KEY, f"{KEY}#1/1.1"):
            said = self.register.sql(
                "SELECT count(*) FROM uptake.change JOIN uptake.item USING (item_id)"
                " WHERE item_key = %s AND operation = 'set'", (subject,))
            # The action's create, its update, and the two later deadlines.
            self.assertEqual(said, [(3 if subject == KEY else 4,)], subject)
        self.assertEqual(self.load(one)["sent"], 0)

    def test_a_vanished_row_becomes_a_finding_and_stays(self):
        self.load(self.write("a.txt", responses.small()))
        shorter = self.write("b.txt", responses.page([responses.action("1.1")],
                                                     [responses.action("2.1"), responses.action("2.2")]))
        told = self.load(shorter)
        self.assertEqual(told["vanished"], [f"{KEY}#1/1.2"])
        self.assertEqual(self.due_on("1/1.2"), "2022-03-31")
        found = "SELECT about, gone FROM uptake.finding WHERE code = 'ROW_VANISHED'"
        self.assertEqual(self.register.sql(found), [(f"{KEY}#1/1.2", False)])
        self.assertEqual(self.load(shorter)["sent"], 0)
        self.load(self.register.folder / "a.txt")
        self.assertEqual(self.register.sql(found), [(f"{KEY}#1/1.2", True)])

    def test_a_row_that_stands_twice_is_taken_once_and_found(self):
        path = self.write("a.txt", responses.page([responses.action("1.1"), responses.action("1.1", due="2024/01")]))
        done = self.register.run("import", path, "--document", KEY, "--json")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout)["files"][0]["refused"], [])
        self.assertEqual(self.due_on(), "2022-03-31")
        self.assertEqual(self.register.sql("SELECT about, severity::text FROM uptake.finding"
                                           " WHERE code = 'DUPLICATE_CODE'"), [(f"{KEY}#1/1.1", "error")])

    def test_a_persons_word_survives_the_same_file(self):
        path = self.write("a.txt", responses.small())
        self.load(path)
        said = {"source": responses.UNIT, "units": [{"unit": "unit:CITY", "name": responses.UNIT, "role": "lead",
                                                     "said_by": "person", "confirmed": True}]}
        change = {"kind": "action", "document": KEY, "subject": f"{KEY}#1/1.1", "base_revision": 2,
                  "responsibilities": said}
        self.register.must("push", "-", stdin=json.dumps(change))
        self.assertEqual(self.load(path)["sent"], 0)
        who = ("SELECT u.code, r.said_by, r.confirmed FROM uptake.responsibility r JOIN uptake.item i USING (item_id)"
               " LEFT JOIN uptake.unit u ON u.item_id = r.unit_id WHERE i.item_key = %s ORDER BY r.ordinal")
        self.assertEqual(self.register.sql(who, (f"{KEY}#1/1.1",)), [("CITY", "person", True)])
        # The source names one more: the person's word is kept for the name it still has, and somebody is told.
        more = self.load(self.write("b.txt", responses.small(unit=f"{responses.UNIT} with City Board")))
        self.assertIn("RESPONSIBILITY_CHANGED", {each["code"] for each in more["findings"]})
        self.assertEqual(self.register.sql(who, (f"{KEY}#1/1.1",))[0], ("CITY", "person", True))
        self.assertEqual(len(self.register.sql(who, (f"{KEY}#1/1.1",))), 2)
        self.assertEqual(self.load(self.register.folder / "b.txt")["sent"], 0)


class Interrupted(Importing):
    def compare_with_a_calm_run(self, path, epoch):
        calm = self.begun(epoch)
        self.load(path, register=calm)
        self.assertEqual(state.differences(state.of(calm), state.of(self.register)), [])
        self.assertEqual(items(calm), items(self.register))
        self.assertEqual(state.feed_faults(self.register), [])
        self.assertEqual(state.rollups_kept(self.register), state.rollups_counted(self.register))

    def setUp(self):
        self.epoch = str(uuid.uuid4())
        self.register = self.begun(self.epoch)
        self.path = self.write("long.txt", responses.large(*ROWS))

    def test_a_killed_import_is_healed_by_running_it_again(self):
        for threshold in (1, 40, 130):  # behind the document, among the actions, among the findings
            process = self.register.begin("import", self.path, "--document", KEY)
            wait_until(lambda: self.changes() >= threshold or process.poll() is not None, "import under way")
            process.kill()
            process.communicate()
        self.assertEqual(self.load(self.path)["refused"], [])
        self.assertEqual(self.load(self.path)["sent"], 0)
        self.compare_with_a_calm_run(self.path, self.epoch)

    def test_a_killed_ingest_is_healed_by_the_same_run(self):
        process = self.register.begin("import", self.path, "--document", KEY)
        for threshold in (10, 90):
            wait_until(lambda: self.changes() >= threshold or process.poll() is not None, "import under way")
            self.register.ingest.kill()
            self.register.ingest.start()
        self.register.finish(process)
        self.assertEqual(self.load(self.path)["sent"], 0)
        self.compare_with_a_calm_run(self.path, self.epoch)


class AtOnce(Importing):
    def is_connected(self, process):
        """Has it a connection to ingest: has it read the register and is about to send?"""
        port = f":{self.register.ports['push']:04X}"
        rows = [line.split() for name in ("tcp", "tcp6")
                for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
        sockets = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(port) and row[3] == "01"}
        folder = f"/proc/{process.pid}/fd"
        return any(os.path.islink(path) and os.readlink(path) in sockets
                   for path in (f"{folder}/{name}" for name in os.listdir(folder)))

    def both(self, one, two, configs=(None, None)):
        """Two imports that have both read the register before either has changed it."""
        os.kill(self.register.ingest.process.pid, signal.SIGSTOP)
        processes = [self.start(path, config) for path, config in zip((one, two), configs)]
        try:
            wait_until(lambda: all(map(self.is_connected, processes)), "two imports wait for ingest")
        finally:
            os.kill(self.register.ingest.process.pid, signal.SIGCONT)
        return [(process.communicate(timeout=120), process.returncode) for process in processes]

    def start(self, path, config):
        return subprocess.Popen([self.register.programs / "uptake", "--config", config or self.register.config,
                                 "import", path, "--document", KEY, "--json"], cwd=self.register.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())

    def test_the_same_file_twice_is_one_import(self):
        path = self.write("a.txt", responses.small())
        for (output, errors), code in self.both(path, path):
            self.assertEqual(code, 0, errors)
            told = json.loads(output)["files"][0]
            self.assertEqual((told["refused"], told["overtaken"], told["held"]), ([], [], False))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.conflict"), 0)
        self.assertEqual(self.load(path)["sent"], 0)
        doubled = self.register.sql("SELECT item_id, revision FROM uptake.change WHERE document = %s"
                                    " AND operation = 'set' GROUP BY 1, 2 HAVING count(*) > 1", (KEY,))
        self.assertEqual(doubled, [])

    def test_the_same_file_by_two_people_is_one_import(self):
        path = self.write("a.txt", responses.large(4, 4))
        for (output, errors), code in self.both(path, path, (None, people.settings(self.register))):
            self.assertEqual(code, 0, errors + output)
            self.assertEqual(json.loads(output)["files"][0]["refused"], [])
        self.assertEqual(self.load(path)["sent"], 0)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change WHERE kind = 'action'"
                                           " AND document = %s AND operation = 'set'", (KEY,)), 2 * 16)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.conflict"), 0)

    def test_of_two_versions_one_is_held_back_whole(self):
        self.load(self.write("old.txt", responses.small()))
        versions = {"a.txt": responses.small(due="2022/09"),
                    "b.txt": responses.page([responses.action("1.1"), responses.action("1.2", due="2023/01")],
                                            [responses.action("2.1"), responses.action("2.2", due="No due date")])}
        paths = [self.write(name, text) for name, text in versions.items()]
        ends = self.both(*paths)
        self.assertEqual(sorted(code for _, code in ends), [0, 1], ends)
        lost = [code for _, code in ends].index(1)
        told = json.loads(ends[lost][0][0])["files"][0]
        self.assertTrue(told["held"])
        self.assertEqual([each["key"] for each in told["refused"]], [KEY])
        # The register says what the other file says, and nothing of this one.
        self.assertEqual(self.load(paths[1 - lost])["sent"], 0)
        self.assertEqual(self.register.run("import", paths[lost], "--document", KEY, "--diff").returncode, 1)
        self.load(paths[lost])
        self.assertEqual(self.load(paths[lost])["sent"], 0)


class Large(Importing):
    def measured(self, path):
        """(seconds, most bytes resident, answer) of one import."""
        begun = time.monotonic()
        process = self.register.begin("import", path, "--document", KEY, "--json")
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0, process.stderr.read())
        process.stdout.close()
        process.stderr.close()
        return time.monotonic() - begun, usage.ru_maxrss * 1024, json.loads(output)["files"][0]

    def test_a_large_document_in_bounded_memory(self):
        path = self.write("large.txt", responses.large(*LARGE_ROWS, comment=""))
        seconds, first_bytes, first = self.measured(path)
        self.assertEqual(first["created"], 2 + LARGE_ROWS[0] * (1 + LARGE_ROWS[1]))
        again_seconds, again_bytes, again = self.measured(path)
        self.assertEqual(again["sent"], 0)
        print(f"    {first['created']} items: {seconds:.1f} s, {first_bytes >> 20} MiB;"
              f" again: {again_seconds:.1f} s, {again_bytes >> 20} MiB")
        self.assertLess(max(first_bytes, again_bytes), LARGE_BYTES)


if __name__ == "__main__":
    unittest.main()
