# SPDX-License-Identifier: Apache-2.0
"""The follower's copy is the server's view, byte for byte, whatever is killed or changed under its feet."""
import json
import random
import signal
import sqlite3
import unittest

import samples
import test_moves
import wire
from feeds import FeedCase, Reader
from harness import PATIENCE, random_seed, wait_until
from samples import responsible

WALK = 120
KILLS = 12
RESTRICTED, PUBLIC, INTERNAL = ({"disclosure": word} for word in ("restricted", "public", "internal"))
SCOPES = ("hq", "region:asia-pacific", "region:africa", "unit:A", "unit:B", "public")


class Copies(FeedCase, test_moves.Walk):
    test_after_every_step_all_is_true = None  # the walk's own; its dice are used here

    def compare(self):
        for scope in SCOPES:
            kept = self.dump(scope, self.store(scope))
            self.assert_same(scope, kept)
            fresh = self.register.must("feed", "--scope", scope, "--dump").split("\n")[:-1]
            self.assertEqual(kept, fresh, scope)

    def test_copies_are_the_servers_view_after_moves_and_disclosures(self):
        self.world()
        self.compare()
        self.accept(self.again("d", disclosure_set=PUBLIC))
        self.assertTrue(self.snapshot("public"))
        self.accept(samples.unit("A", "africa", 1), self.again("d#1/1", disclosure_set=RESTRICTED),
                    self.again("d#2", responsibilities=responsible("B", "C")))
        self.compare()
        self.accept(self.again("d#1/1", disclosure_set=INTERNAL), samples.document("d", "B", base=1),
                    self.again("d#1/1", progress_report={"progress": "ongoing", "narrative": "é \u2028 \"quoted\""}))
        self.accept(self.again("d", disclosure_set=INTERNAL))
        self.compare()
        self.assertEqual(self.snapshot("public"), [])

    def test_copies_are_the_servers_view_along_a_random_walk(self):
        seed = random_seed()
        print(f"UPTAKE_TEST_SEED={seed}", flush=True)
        dice = random.Random(seed)
        self.world()
        for number in range(WALK):
            self.push(self.choose(dice))
            if number % 40 == 39:
                self.compare()


class Kills(FeedCase):
    def setUp(self):
        super().setUp()
        self.world()
        self.path = self.store("hq")
        self.seed = random_seed()
        print(f"UPTAKE_TEST_SEED={self.seed}", flush=True)
        self.dice = random.Random(self.seed)

    def traffic(self, n):
        """Progress on every action and some new ones; large enough for several batches."""
        words = ("initiated", "ongoing", "completed", "ongoing")
        for number in range(n):
            code = f"{self.dice.randrange(10**9)}"
            self.accept(samples.action("d", f"1/k{code}", responsibilities=responsible("A"),
                                       progress_report={"progress": words[number % 4], "narrative": code * 200}),
                        self.again("d#1/1", progress_report={"progress": words[number % 4], "narrative": code * 100}))

    def assert_is_a_prefix(self):
        """What the store holds at its cursor is the fold of the feed up to there."""
        seq = self.position(self.path)
        if not seq:
            return seq
        held = {item["key"]: item for item in map(json.loads, self.dump_as_it_is(self.path))}
        fold = self.fold("hq", until=seq)
        self.assertEqual(fold.seq, seq)
        self.assertEqual({key: item["revision"] for key, item in held.items()},
                         {key: revision for key, (revision, _) in fold.items.items()})
        for key, (_, groups) in fold.items.items():
            self.assertEqual(set(groups), {name for name, value in held[key]["change"].items()
                                           if isinstance(value, dict)}, key)
            narrative = held[key]["change"].get("progress_report", {}).get("narrative", "")
            if "progress_report" in groups:
                said = wire.new("ProgressReport").FromString(groups["progress_report"])
                self.assertEqual(narrative, said.narrative, key)
        return seq

    def test_a_follower_killed_at_random_goes_on_where_it_was(self):
        """Kills fall before the first batch, while one is applied, between two and at rest."""
        self.accept(*(samples.action("d", f"1/k{number}", responsibilities=responsible("A"), progress_report={
            "progress": "ongoing", "narrative": f"{number} " * 600}) for number in range(KILLS * 25)))
        kills = between = 0
        while between < KILLS and kills < 10 * KILLS:
            before = self.position(self.path)
            if before == self.head("hq"):
                for each in self.path.parent.glob(self.path.name + "*"):
                    each.unlink()
                before = 0
            process = self.follow("hq", self.path)
            self.wait_for(self.path, self.dice.randrange(before, self.head("hq")))
            self.end(process)
            kills += 1
            seq = self.assert_is_a_prefix()
            self.assertGreaterEqual(seq, before)
            between += before < seq < self.head("hq")
        print(f"{kills} kills of the follower, {between} on the way", flush=True)
        self.assertEqual(between, KILLS)
        self.assert_same("hq", self.dump("hq", self.path))

    def test_reporting_killed_under_a_follower_costs_nothing(self):
        process = self.follow("hq", self.path)
        for _ in range(5):
            self.traffic(4)
            self.wait_for(self.path, min(self.head("hq"), self.position(self.path) + self.dice.randrange(0, 6)))
            self.register.reporting.kill()
            self.traffic(4)
            self.register.reporting.start()
            self.wait_for(self.path, self.head("hq"))
        self.assertIsNone(process.poll())
        self.assertEqual(self.end(process, signal.SIGINT), 0)
        self.assert_same("hq", self.dump_as_it_is(self.path))
        with open(f"{self.path}.out", encoding="utf-8") as lines:
            seqs = [json.loads(line)["seq"] for line in lines]
        self.assertEqual(seqs, list(range(1, self.head("hq") + 1)), "each entry once and in order")


class Lives(FeedCase):
    def setUp(self):
        super().setUp()
        self.world()

    def bytes_on_disk(self, path):
        return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*") if each.suffix not in (".out", ".err"))

    def test_what_leaves_is_wiped_from_the_file(self):
        self.accept(self.again("d", disclosure_set=PUBLIC))
        path = self.store("public")
        self.dump("public", path)
        canary = samples.canary("d#1/1").encode()
        self.assertIn(canary, self.bytes_on_disk(path))
        self.accept(self.again("d", disclosure_set=INTERNAL))
        self.assertEqual(self.dump("public", path), [])
        self.assertNotIn(b"words of <", self.bytes_on_disk(path))

    def test_another_epoch_is_read_from_the_beginning_three_times_an_hour(self):
        path = self.store("hq")
        process = self.follow("hq", path)
        for number in range(3):
            self.wait_for(path, self.head("hq"))
            self.register.sql("UPDATE uptake.feed_head SET epoch = gen_random_uuid()")
            self.accept(samples.unit(f"N{number}"))
            wait_until(lambda: self.resyncs(path) == number + 1 and self.position(path) == self.head("hq"),
                       f"{number + 1} resyncs")
            self.assert_same("hq", self.dump_as_it_is(path))
        self.register.sql("UPDATE uptake.feed_head SET epoch = gen_random_uuid()")
        self.assertEqual(process.wait(PATIENCE), 78)
        with open(f"{path}.err", encoding="utf-8") as text:
            self.assertIn("RESYNC_TOO_OFTEN", text.read())

    def resyncs(self, path):
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return db.execute("SELECT count(*) FROM resync").fetchone()[0]
        finally:
            db.close()

    def test_a_copy_that_may_no_longer_be_held_is_wiped(self):
        reader = Reader(self.register, "bangkok", "region:asia-pacific")
        path = self.store("lost")
        process = self.follow("region:asia-pacific", path, config=reader.config)
        self.wait_for(path, self.head("region:asia-pacific"))
        self.assertIn(b"words of <d#1/1>", self.bytes_on_disk(path))
        reader.withdraw("region:asia-pacific")
        self.assertEqual(process.wait(PATIENCE), 2)
        with open(f"{path}.err", encoding="utf-8") as text:
            self.assertIn("NOT_FOUND", text.read())
        self.assertEqual(self.dump_as_it_is(path), [])
        self.assertNotIn(b"words of <", self.bytes_on_disk(path))

    def test_a_redacted_entry_breaks_nothing(self):
        before = self.dump("hq", self.store("before"))
        self.register.sql("UPDATE uptake.change SET body = NULL WHERE item_id = (SELECT item_id FROM uptake.item"
                          " WHERE item_key = 'e#1')")
        after = self.dump("hq", self.store("after"))
        self.assertEqual(after, [line for line in before if json.loads(line)["key"] != "e#1"])
        self.assertEqual(self.dump("hq", self.store("before")), before)

    def test_two_followers_do_not_write_into_one_file(self):
        path = self.store("hq")
        self.dump("hq", path)
        first = self.follow("hq", path)
        second = self.follow("hq", path)
        self.accept(samples.unit("N1"))
        wait_until(lambda: first.poll() is not None or second.poll() is not None, "one of them has given way")
        self.accept(samples.unit("N2"))
        self.wait_for(path, self.head("hq"))
        self.assertEqual(sum(each.poll() is None for each in (first, second)), 1)
        self.assert_same("hq", self.dump_as_it_is(path))

    def test_once_ends_with_the_first_news(self):
        path = self.store("hq")
        self.dump("hq", path)
        waiting = self.register.begin("feed", "--scope", "hq", "--store", path, "--once", "--json")
        self.accept(samples.unit("N"))
        entries = [json.loads(line) for line in self.register.finish(waiting).splitlines()]
        self.assertEqual([(each["seq"], each["operation"], each["change"]["subject"]) for each in entries],
                         [(self.head("hq"), "set", "unit:N")])

    def test_a_file_holds_one_scope(self):
        path = self.store("hq")
        self.dump("hq", path)
        done = self.register.run("feed", "--scope", "public", "--store", path)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("STORE_OTHER_SCOPE", done.stderr)


if __name__ == "__main__":
    unittest.main()
