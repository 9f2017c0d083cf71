# SPDX-License-Identifier: Apache-2.0
"""What the sender and the follower of this folder do with what comes, without a server: outbox, chain, fold."""
import hashlib
import pathlib
import tempfile
import unittest

import follower
import sender
import v1

SCOPE = "unit:A"


def change(subject, operation=v1.OPERATION_SET, **groups):
    return v1.Change(operation=operation, kind=v1.ITEM_KIND_ACTION, document="d", subject=subject,
                     **groups).SerializeToString()


def wording(text):
    return {"action_wording": v1.ActionWording(code="1", text=text)}


class Feed:
    """Segments as the server would chain them."""

    def __init__(self):
        self.seq, self.chain = 0, hashlib.sha256(SCOPE.encode()).digest()

    def segment(self, *bodies):
        digests = [hashlib.sha256(each).digest() for each in bodies]
        first, self.seq = self.seq + 1, self.seq + len(bodies)
        self.chain = hashlib.sha256(self.chain + b"".join(digests)).digest()
        return v1.Segment(first_seq=first, last_seq=self.seq, chain=self.chain, entries=[
            v1.Entry(body=body, body_sha256=digest, revision=at)
            for at, (body, digest) in enumerate(zip(bodies, digests), first)])

    def batch(self, *segments, epoch=b"e" * 16):
        return v1.Batch(scope=SCOPE, epoch=epoch, segments=segments, head_seq=self.seq)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))


class Copy(Case):
    def setUp(self):
        super().setUp()
        self.store = follower.Store(self.folder / "store", SCOPE)
        self.feed = Feed()

    def held(self):
        return {key: sorted(map(int, item["groups"])) for key, item in self.store.items.items()}

    def test_groups_are_replaced_one_by_one_and_whole(self):
        hold = {"hold_set": v1.HoldSet(hold=v1.HOLD_NONE)}
        self.store.take(self.feed.batch(self.feed.segment(change("d#1/1", **wording("one")), change("d#1/1", **hold)),
                                        self.feed.segment(change("d#1/1", **wording("two")))))
        self.assertEqual(self.held(), {"d#1/1": [20, 32]})
        self.assertIn(b"two".hex(), self.store.items["d#1/1"]["groups"]["20"])
        self.assertEqual(self.store.items["d#1/1"]["revision"], 3)

    def test_an_item_that_enters_is_what_it_says_and_one_that_leaves_is_gone(self):
        hold = {"hold_set": v1.HoldSet(hold=v1.HOLD_NONE)}
        self.store.take(self.feed.batch(self.feed.segment(change("d#1/1", **hold), change("d#1/2", **hold))))
        self.store.take(self.feed.batch(self.feed.segment(
            change("d#1/1", v1.OPERATION_ENTER, **wording("image")), change("d#1/2", v1.OPERATION_LEAVE))))
        self.assertEqual(self.held(), {"d#1/1": [20]})

    def test_a_group_of_a_later_version_is_kept(self):
        later = change("d#1/1", **wording("one")) + bytes([0xFA, 0x0F, 3]) + b"\x0a\x01x"  # field 255
        self.store.take(self.feed.batch(self.feed.segment(later)))
        self.assertEqual(self.held(), {"d#1/1": [20, 255]})

    def test_redacted_bytes_change_nothing_and_keep_the_chain(self):
        segment = self.feed.segment(change("d#1/1", **wording("one")), change("d#1/2", **wording("two")))
        segment.entries[0].body = b""
        self.store.take(self.feed.batch(segment))
        self.assertEqual((self.store.seq, self.store.chain, list(self.held())), (2, self.feed.chain, ["d#1/2"]))

    def test_what_does_not_fit_is_not_applied(self):
        def gap(batch):
            del batch.segments[0]

        def other_bytes(batch):
            batch.segments[1].entries[0].body = change("d#1/2", **wording("forged"))

        def other_hash(batch):
            forged = change("d#1/2", **wording("forged"))
            batch.segments[1].entries[0].body = forged
            batch.segments[1].entries[0].body_sha256 = hashlib.sha256(forged).digest()

        def other_epoch(batch):
            batch.epoch = b"f" * 16
        self.store.take(self.feed.batch(self.feed.segment(change("d#1/1", **wording("one")))))
        first, second = (self.feed.segment(change("d#1/2", **wording(text))) for text in ("two", "three"))
        for spoil in (gap, other_bytes, other_hash, other_epoch):
            with self.subTest(spoil.__name__):
                batch = v1.Batch.FromString(self.feed.batch(first, second).SerializeToString())
                spoil(batch)
                with self.assertRaises(follower.Broken):
                    self.store.take(batch)
                self.assertEqual((self.store.seq, list(self.held())), (1, ["d#1/1"]))
        self.store.take(self.feed.batch(first, second))
        self.store.take(self.feed.batch(first, second))  # again: held already
        self.assertEqual((self.store.seq, self.store.items["d#1/2"]["revision"]), (3, 3))

    def test_items_and_cursor_are_on_disk_together(self):
        self.store.take(self.feed.batch(self.feed.segment(change("d#1/1", **wording("one")))))
        self.store.save()
        (self.folder / "store.new").write_text("cut o")  # killed while writing the next one
        again = follower.Store(self.folder / "store", SCOPE)
        self.assertEqual((again.seq, again.chain, again.epoch), (1, self.feed.chain, b"e" * 16))
        self.assertEqual(follower.dump(again.items), follower.dump(self.store.items))


class Durable(Case):
    def test_the_outbox_survives_whatever_ends_its_program(self):
        path = self.folder / "outbox"
        outbox = sender.Outbox(path)
        outbox.put([(b"1" * 16, b"one"), (b"2" * 16, b"two"), (b"3" * 16, b"three")])
        self.addCleanup(outbox.close)
        outbox.settle([v1.Receipt(message_id=b"2" * 16, outcome=v1.OUTCOME_MERGED, revision=7)])
        with open(path, "ab") as file:
            file.write(b'{"id": "31')  # cut off
        again = sender.Outbox(path)
        self.addCleanup(again.close)
        self.assertEqual(list(again.waiting.items()), [(b"1" * 16, b"one"), (b"3" * 16, b"three")])
        self.assertEqual(again.settled, {b"2" * 16: ("merged", 7)})
        again.put([(b"4" * 16, b"four")])
        third = sender.Outbox(path)
        self.addCleanup(third.close)
        self.assertEqual(list(third.waiting), [b"1" * 16, b"3" * 16, b"4" * 16])


if __name__ == "__main__":
    unittest.main()
