# SPDX-License-Identifier: Apache-2.0
"""The sending side loses nothing and doubles nothing: `uptake push --follow` through kills and silence.

UPTAKE_TEST_SEED repeats a run.
"""
import json
import os
import random
import shutil
import signal
import sqlite3
import shutil
import unittest

import database
import following
import state
from harness import Register, random_seed, wait_until

ACTIONS = 20
DRAIN_SECONDS = 240


class Kills(unittest.TestCase):
    def test_each_change_is_in_the_history_once_after_kills_of_everybody(self):
        seed = random_seed()
        print(f"    UPTAKE_TEST_SEED={seed}")
        dice = random.Random(seed)
        changes = [*following.basis(ACTIONS), *following.reports(ACTIONS, 150)]
        files = [changes[begin:begin + 40] for begin in range(0, len(changes), 40)]
        with Register() as register:
            register.start("ingest")
            folder = self.enterContext(following.Folder(register))
            victims = ["follow"] * 20 + ["ingest"] * 5 + ["database"] * 2
            dice.shuffle(victims)
            counted = self.disturb(register, folder, files, victims, dice)
            wait_until(lambda: len(following.recorded(register)) >= len(changes), "every change recorded",
                       DRAIN_SECONDS)
            wait_until(lambda: self.waiting(folder) == 0, "outbox empty")
            self.assertEqual(folder.interrupt(), 0)
            print(f"    kills with changes under way: {counted}")
            self.assertEqual(following.by_item(following.recorded(register)),
                             following.by_item(following.expected(changes)))
            self.assertEqual(state.feed_faults(register), [])
            self.assertEqual(folder.names("done"), sorted(f"{n:04}.jsonl" for n in range(len(files))))
            self.assertEqual(folder.names("bad"), [])
            self.assertGreater(counted["follow"], 5)
            self.assertEqual(counted["ingest"], 5)

    def waiting(self, folder):
        return outbox_rows(folder, "entry")

    def disturb(self, register, folder, files, victims, dice):
        """Lays the files bit by bit and pulls plugs in between; kills that hit work, by victim."""
        counted = dict.fromkeys(("follow", "ingest", "database"), 0)
        laid = 0
        folder.start()
        for turn, victim in enumerate(victims):
            upto = len(files) * (turn + 1) // len(victims)
            before = len(following.recorded(register))
            # With ingest standing still there is work to die over; else it may all be done by then.
            standing = victim == "ingest" or (victim == "follow" and dice.random() < 0.7)
            if standing:
                register.ingest.process.send_signal(signal.SIGSTOP)
            for number in range(laid, upto):
                folder.lay(f"{number:04}.jsonl", files[number])
            laid = upto
            wait_until(lambda: folder.lines or not folder.names(), "work begun")
            if standing:
                wait_until(lambda: self.waiting(folder) > 0, "work for ingest")
            elif dice.random() < 0.7:
                wait_until(lambda: len(following.recorded(register)) > before + dice.randrange(20)
                           or (not folder.names() and not self.waiting(folder)), "some progress")
            counted[victim] += bool(folder.names()) or self.waiting(folder) > 0
            if victim == "follow":
                folder.kill()
                if standing:
                    register.ingest.process.send_signal(signal.SIGCONT)
                folder.start()
            elif victim == "ingest":
                register.ingest.kill()
                register.ingest.start()
            else:
                database.server().stop("immediate")
                database.server().start()
                register.database.connection.close()
                register.ingest.wait_ready()
        return counted


def outbox_rows(folder, table):
    """Rows of the outbox, looked at from outside while it is in use."""
    path = folder.path / ".outbox.sqlite"
    if not path.exists():
        return 0
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    except sqlite3.OperationalError:  # being made
        return 0
    finally:
        connection.close()


class Silence(unittest.TestCase):
    def test_what_queued_while_ingest_was_away_drains_in_order(self):
        changes = [*following.basis(100), *following.reports(100, 50)]
        with Register() as register:
            folder = self.enterContext(following.Folder(register))
            for number in range(10):
                folder.lay(f"{number}.jsonl", changes[number * len(changes) // 10:(number + 1) * len(changes) // 10])
            folder.start()
            folder.wait_taken()
            self.assertEqual(outbox_rows(folder, "entry"), len(changes))
            self.assertEqual(folder.told("outcome"), [])
            folder.kill()
            folder.start()
            register.start("ingest")
            wait_until(lambda: len(folder.told("outcome")) == len(changes), "every outcome", DRAIN_SECONDS)
            self.assertEqual({each["outcome"] for each in folder.told("outcome")}, {"committed"})
            self.assertEqual(following.recorded(register), following.expected(changes))
            self.assertEqual(outbox_rows(folder, "entry"), 0)
            self.assertEqual(folder.interrupt(signal.SIGTERM), 0)


class Copies(unittest.TestCase):
    def test_a_copied_outbox_is_fenced_once_the_original_says_it_goes_on(self):
        register = self.enterContext(Register())
        register.start("ingest")
        changes = [*following.basis(1), *following.reports(1, 3)]
        folder = self.enterContext(following.Folder(register)).start()
        folder.lay("1.jsonl", changes[:4])
        wait_until(lambda: len(folder.told("outcome")) == 4, "its outcomes")
        self.assertEqual(folder.interrupt(), 0)
        copy = self.enterContext(following.Folder(register, "copy"))
        shutil.copy(folder.path / ".outbox.sqlite", copy.path)
        folder.start("--new-epoch")
        folder.lay("2.jsonl", changes[4:5])
        wait_until(lambda: len(folder.told("outcome")) == 5, "the original goes on")
        copy.lay("3.jsonl", changes[5:])
        code, errors = copy.start().wait_end()
        self.assertEqual(code, 78, errors)
        self.assertIn("PRODUCER_FENCED", errors)
        self.assertIn("--new-epoch", errors)
        self.assertEqual(outbox_rows(copy, "entry"), 1)  # kept: a fence is not an outcome
        copy.start("--new-epoch")
        wait_until(lambda: copy.told("outcome"), "the copy goes on")
        self.assertEqual(copy.told("outcome")[0]["outcome"], "committed")
        self.assertEqual(copy.interrupt(), 0)
        self.assertEqual(folder.interrupt(), 0)


class Folders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest")
        done = cls.register.run("push", "-", stdin="".join(json.dumps(each) + "\n" for each in following.basis(5)))
        assert done.returncode == 0, done.stderr

    def folder(self):
        return self.enterContext(following.Folder(self.register, self.id().rsplit(".", 1)[1]))

    def report(self, action, base, **more):
        return {"kind": "action", "document": "drill", "subject": f"drill#1/{action}", "base_revision": base,
                "progress_report": {"progress": "ongoing", "source": "Ongoing", **more}}

    def test_a_file_whose_name_is_no_text_is_set_aside_too(self):
        folder = self.folder()
        with open(os.fsencode(folder.path) + b"/caf\xe9.jsonl", "w", encoding="utf-8") as file:
            file.write("not json\n")
        folder.lay("next.jsonl", [self.report(1, 1, narrative="good")])
        folder.start()
        wait_until(lambda: folder.told("outcome"), "the neighbour's outcome")
        reason, = (json.loads(path.read_text()) for path in (folder.path / "bad").glob("*.error.json"))
        self.assertEqual((reason["file"], reason["code"]), ("caf?.jsonl", "JSON_BAD"))
        self.assertEqual([each["bad"] for each in folder.told("bad")], ["caf?.jsonl"])
        self.assertEqual(folder.interrupt(), 0)

    def test_a_file_that_cannot_be_read_is_set_aside_with_the_reason_and_its_neighbours_go(self):
        folder = self.folder()
        folder.lay("1.jsonl", [self.report(1, 1, narrative="good"), self.report(2, 1, progres="typing error")])
        (folder.path / "2.jsonl").write_text("{}\nnot json\n")
        folder.lay("3.jsonl", [self.report(1, 1, narrative="neighbour")])
        folder.start()
        wait_until(lambda: folder.told("outcome"), "the neighbour's outcome")
        self.assertEqual(folder.names("bad"), ["1.jsonl", "2.jsonl"])
        reasons = [json.loads((folder.path / "bad" / f"{name}.jsonl.error.json").read_text()) for name in "12"]
        self.assertEqual([(each["code"], each["line"]) for each in reasons],
                         [("JSON_UNKNOWN_FIELD", 2), ("FIELD_MISSING", 1)])
        self.assertEqual(reasons[0]["place"], "progress_report.progres")
        self.assertTrue(all(each["remedy"] for each in reasons))
        self.assertEqual(len(folder.told("outcome")), 1)  # nothing of a bad file was sent
        self.assertEqual(folder.interrupt(), 0)

    def test_the_same_file_again_changes_nothing(self):
        folder = self.folder()
        changes = [self.report(2, 1, narrative="twice laid")]
        folder.lay("a.jsonl", changes)
        folder.start()
        wait_until(lambda: len(folder.told("outcome")) == 1, "its outcome")
        folder.lay("a.jsonl", changes)
        wait_until(lambda: len(folder.told("outcome")) == 2, "its outcome again")
        self.assertEqual([each["duplicate"] for each in folder.told("outcome")], [False, True])
        self.assertEqual(folder.names("done"), ["a.2.jsonl", "a.jsonl"])
        self.assertEqual(folder.interrupt(), 0)

    def test_two_do_not_follow_one_folder(self):
        folder = self.folder().start()
        wait_until(lambda: (folder.path / ".outbox.sqlite").exists(), "outbox made")
        other = self.register.run("push", "--follow", folder.path)
        self.assertEqual(other.returncode, 69)
        self.assertIn("OUTBOX_IN_USE", other.stderr)
        self.assertEqual(folder.interrupt(), 0)

    def test_what_was_refused_waits_for_the_operator(self):
        folder = self.folder()
        folder.lay("r.jsonl", [self.report(4, 1, narrative="taken"), self.report(4, 1, narrative="too late"),
                               self.report(3, 1, reported_on="2024-02-30")])
        folder.start()
        wait_until(lambda: len(folder.told("outcome")) == 3, "all outcomes")
        listed = self.register.run("push", "--json", "--settled", folder.path)
        self.assertEqual(listed.returncode, 1, listed.stderr)
        rows = [json.loads(line) for line in listed.stdout.splitlines()]
        self.assertEqual({(row["key"], row["outcome"], row["code"]) for row in rows},
                         {("drill#1/4", "conflict", "CONFLICT"), ("drill#1/3", "refused", "BAD_DATE")})
        forgotten = self.register.must("push", "--acknowledge", folder.path)
        self.assertIn("2 acknowledged", forgotten)
        for row in rows:
            self.assertIn(row["key"], forgotten)  # nothing is forgotten unseen
        self.assertEqual(self.register.run("push", "--settled", folder.path).returncode, 0)
        self.assertEqual(folder.interrupt(), 0)

    def test_a_file_still_being_written_is_left_alone(self):
        folder = self.folder().start()
        with open(folder.path / "w.jsonl", "w", encoding="utf-8") as file:
            line = json.dumps(self.report(3, 1, narrative="slowly written"))
            file.write(line[:40])
            file.flush()
            folder.lay("x.jsonl", [])
            folder.lay("y.jsonl", [self.report(1, 1, narrative="not slowly")])
            wait_until(lambda: "y.jsonl" in folder.names("done"), "the whole file taken")
            self.assertEqual(folder.names("bad"), [])
            file.write(line[40:] + "\n")
        wait_until(lambda: "w.jsonl" in folder.names("done"), "the slow one taken")
        self.assertEqual(folder.names("bad"), [])
        self.assertEqual(folder.interrupt(), 0)

    def test_a_damaged_outbox_is_told_and_not_used(self):
        folder = self.folder()
        (folder.path / ".outbox.sqlite").write_bytes(b"no database at all " * 1000)
        folder.lay("a.jsonl", [self.report(1, 1, narrative="waits")])
        code, errors = folder.start().wait_end()
        self.assertEqual(code, 78)
        self.assertIn("OUTBOX_DAMAGED", errors)
        self.assertEqual(folder.names(), ["a.jsonl"])

    def test_a_missing_folder_is_told(self):
        done = self.register.run("push", "--follow", self.register.folder / "nowhere")
        self.assertEqual(done.returncode, 2)
        self.assertIn("FOLDER_MISSING", done.stderr)


if __name__ == "__main__":
    unittest.main()
