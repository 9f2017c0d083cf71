# SPDX-License-Identifier: Apache-2.0
"""What the clients of tests/contract rely on, one promise at a time, against the real programs."""
import hashlib
import itertools
import json
import unittest

import clients
import follower
import judge
import load
import peer
import samples
import sender
import state
from harness import PATIENCE, Register, wait_until

SCOPE = "unit:U1"


class Promises(unittest.TestCase):
    def setUp(self):
        self.numbers = itertools.count(1)
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.send(*(each.SerializeToString() for each in load.settings()))

    def send(self, *bodies):
        """Through a sender with an outbox of its own; (outcome, revision, code, duplicate) by id, in that order."""
        heard = {}

        def told(event, message_id, receipt):
            if event in ("ok", "refused"):
                heard[message_id] = (sender.outcome_word(receipt.outcome), receipt.revision, receipt.code,
                                     receipt.duplicate)
        outbox = sender.Outbox(self.register.folder / f"{next(self.numbers)}.outbox")
        self.addCleanup(outbox.close)
        connection = peer.Peer(clients.push_endpoint(self.register), self.register.key("cli.key"),
                               self.register.key("ingest.public")[0])
        self.addCleanup(connection.close)
        outbox.put([(hashlib.sha256(each).digest()[:16], each) for each in bodies])
        pushing = sender.Sender(connection, outbox, told)
        wait_until(lambda: pushing.step() or not pushing.pending(), "every outcome")
        return [heard[each] for each in outbox.bodies]

    def follow(self, name, scope=SCOPE, change=None):
        """(store, journal) of a follower that came to the head; `change` is done to its file ahead of that."""
        program = clients.follower_of(self.register, name, scope)
        path = self.register.folder / f"{name}.store"
        if change:
            program.start()
            program.finish(PATIENCE)
            path.write_text(json.dumps(change(json.loads(path.read_text()))))
        program.start()
        program.finish(PATIENCE)
        journal = (self.register.folder / f"{name}.journal").read_text().splitlines()
        return follower.Store(path, scope), [json.loads(line) for line in journal]

    def assertCopyIsTheServers(self, store):
        epoch, seq, chain, items = judge.server_view(self.register, store.scope)
        self.assertEqual((store.epoch.hex(), store.seq, store.chain.hex()), (epoch, seq, chain))
        self.assertEqual(follower.dump(store.items).decode(), follower.dump(items).decode())

    def test_the_copy_of_a_scope_is_the_servers_view_byte_by_byte(self):
        self.send(*(load.report("faults-shared#1/4", at, word, at).SerializeToString()
                    for at, word in enumerate(("initiated", "ongoing", "completed"), 1)))
        for number, scope in enumerate(("hq", "public", "region:africa", SCOPE)):
            self.assertCopyIsTheServers(self.follow(f"f{number}", scope)[0])
        self.assertIn("faults-shared#1/4", self.follow("again")[0].items)

    def test_an_id_is_known_for_ever(self):
        body = load.report("faults-shared#1/4", 1, "ongoing", 0).SerializeToString()
        self.assertEqual(self.send(body), [("committed", 2, "", False)])
        self.register.sql("UPDATE uptake.change SET recorded_at = recorded_at - interval '3 years'")
        self.register.ingest.stop()
        self.register.start("ingest")
        self.assertEqual(self.send(body), [("committed", 2, "", True)])
        self.assertEqual(self.register.one("SELECT revision FROM uptake.item WHERE item_key = 'faults-shared#1/4'"), 2)

    def test_a_change_is_kept_and_told_as_it_came(self):
        """Fields in another order than any library writes them: the same change, other bytes."""
        hold = samples.of_action("faults-shared#1/8", 1, hold_set={"hold": "disputed", "reason": "Who pays is open"})
        for change in (load.report("faults-shared#1/4", 1, "ongoing", 0), hold):
            head = len(samples.change("action", change.document, change.subject, 1).SerializeToString())
            body = change.SerializeToString()
            body = body[head:] + body[:head]
            self.assertNotEqual(body, change.SerializeToString())
            self.assertEqual(self.send(body)[0][0], "committed")
            ((kept, digest),) = self.register.sql(
                "SELECT body, body_sha256 FROM uptake.change WHERE message_id = %s::uuid",
                (hashlib.sha256(body).digest()[:16].hex(),))
            self.assertEqual((bytes(kept), bytes(digest)), (body, hashlib.sha256(body).digest()))
        self.assertEqual(state.feed_faults(self.register), [])
        store, journal = self.follow("f")
        self.assertNotIn("broken", [event["event"] for event in journal])
        self.assertCopyIsTheServers(store)

    def test_a_cursor_ahead_of_the_feed_is_told_so(self):
        """A register restored from an older backup: what the follower holds more is no part of it."""
        def ahead(held):
            held["seq"] += 3
            held["items"]["d#1/9"] = {"kind": 4, "document": "d", "revision": 1, "groups": {}}
            return held
        store, journal = self.follow("f", change=ahead)
        self.assertIn(("resync", "RESYNC_REASON_CURSOR_AHEAD"),
                      [(event["event"], event.get("reason")) for event in journal])
        self.assertCopyIsTheServers(store)

    def test_a_copy_of_another_history_is_told_so(self):
        def other(held):
            held["chain"] = "00" * 32
            return held
        store, journal = self.follow("f", change=other)
        self.assertIn("RESYNC_REASON_DIVERGED", [event.get("reason") for event in journal])
        self.assertCopyIsTheServers(store)

    def test_each_scope_is_numbered_alone_and_without_gaps(self):
        self.assertEqual(state.feed_faults(self.register), [])
        counts = dict(self.register.sql("SELECT name, seq FROM uptake.feed_head JOIN uptake.scope USING (scope_id)"))
        self.assertLess(counts[SCOPE], counts["hq"])
        store, journal = self.follow("f")
        self.assertEqual([event["event"] for event in journal], ["start", "apply"])
        self.assertEqual(store.seq, counts[SCOPE])

    def test_writers_wait_for_each_other_at_the_heads(self):
        """Two writers, many documents, the same scopes: their transactions may queue, never cross."""
        documents = [f"d{number}" for number in range(8)]
        self.send(*(each.SerializeToString() for key in documents for each in (
            *load.document(key), *(load.action(key, number) for number in range(12)))))
        for base in range(1, 9):
            self.send(*(load.report(f"{key}#1/{number}", base, ("ongoing", "completed")[base % 2], base).SerializeToString()
                        for number in range(12) for key in documents))
        self.assertEqual(list(judge.crossed(self.register)), [])
        self.assertEqual(state.feed_faults(self.register), [])


if __name__ == "__main__":
    unittest.main()
