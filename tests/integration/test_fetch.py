# SPDX-License-Identifier: Apache-2.0
"""FETCH as a stranger would send it: every answer there is, each provoked for real."""
import time
import unittest

import samples
import wire
import zmq
from feeds import START, FeedCase, Reader
from harness import PATIENCE, wait_until

NOBODY = 2.0  # long enough for an answer that is going to come
SOON = 1.0    # a long poll's promise


class Fetch(FeedCase):
    def setUp(self):
        super().setUp()
        self.world()
        self.asking = self.follower_client()

    def cursor(self, scope="hq", **more):
        """A good cursor behind the first segment."""
        batch = self.fetch(self.asking, scope, max_bytes=1)
        return dict(after_seq=batch.to_seq, epoch=batch.epoch, chain=batch.chain) | more

    def problem(self, scope="hq", client=None, **fields):
        answer = self.fetch(client or self.asking, scope, token=77, **fields)
        self.assertEqual((answer.DESCRIPTOR.name, answer.token), ("Problem", 77), answer)
        self.assertTrue(answer.text)
        return answer.code, answer.place

    def resync(self, scope="hq", client=None, **fields):
        answer = self.fetch(client or self.asking, scope, token=78, **fields)
        self.assertEqual((answer.DESCRIPTOR.name, answer.token, answer.scope), ("ResyncRequired", 78, scope), answer)
        return answer.reason

    def probe(self, reader):
        """Is the key known? A connection of its own: one that was refused is never tried again."""
        with wire.Client(f"tcp://127.0.0.1:{self.register.ports['fetch']}", reader.key,
                         self.register.key("reporting.public")[0]) as client:
            return client.hello(NOBODY)

    def let_in(self, reader):
        wait_until(lambda: self.probe(reader), "a new key is let in")
        return self.follower_client(reader.key)

    def events(self, name):
        return [each for each in self.register.reporting.log_events() if each.get("event") == name]


class Batches(Fetch):
    def test_batches_end_on_segment_ends_and_lead_to_the_head(self):
        sizes = []
        at = START
        while True:
            batch = self.fetch(self.asking, "hq", **at, max_bytes=1, token=5)
            self.assertEqual((len(batch.segments), batch.token, batch.from_seq), (1, 5, at["after_seq"]))
            self.assertEqual(batch.to_seq, batch.segments[-1].last_seq)
            sizes.append(len(batch.segments[0].entries))
            at = dict(after_seq=batch.to_seq, epoch=batch.epoch, chain=batch.chain)
            if batch.up_to_date:
                break
        self.assertEqual((sum(sizes), batch.head_seq), (self.head("hq"), self.head("hq")))
        self.assertGreater(len(sizes), 1)
        whole = self.fold("hq")
        self.assertEqual((whole.seq, whole.chain), (batch.to_seq, batch.chain))

    def test_a_batch_stays_within_what_was_asked_for(self):
        for number in range(20):
            self.accept(self.again("d#1/1", progress_report={"progress": "ongoing", "narrative": f"{number}" + "x" * 12000}))
        for most in (32768, 65536, 262144):
            batch = self.fetch(self.asking, "hq", max_bytes=most)
            self.assertLessEqual(batch.ByteSize(), most)
            self.assertGreater(batch.ByteSize(), most - 28000 if not batch.up_to_date else 0)
        self.accept(self.again("d#1/1", progress_report={"progress": "ongoing", "narrative": "y" * 60000}))
        self.assertEqual(self.fold("hq").seq, self.head("hq"))

    def test_every_scope_has_its_own_gapless_numbers(self):
        for (scope,) in self.register.sql("SELECT name FROM uptake.scope"):
            self.assertEqual(self.fold(scope).seq, self.head(scope), scope)


class Refusals(Fetch):
    def test_parameters_out_of_range(self):
        self.assertEqual(self.problem(max_bytes=262145), ("PARAMETER_RANGE", "max_bytes"))
        self.assertEqual(self.problem(max_bytes=2**32 - 1), ("PARAMETER_RANGE", "max_bytes"))
        self.assertEqual(self.problem(wait_ms=30001), ("PARAMETER_RANGE", "wait_ms"))
        self.assertEqual(self.problem(scope=""), ("FIELD_MISSING", "scope"))
        self.assertEqual(self.problem(scope="s" * 201), ("FIELD_TOO_LONG", "scope"))

    def test_altered_cursors(self):
        good = self.cursor()
        self.assertEqual(self.fetch(self.asking, "hq", **good).DESCRIPTOR.name, "Batch")
        self.assertEqual(self.problem(**good | {"epoch": b"short"}), ("CURSOR_INVALID", "epoch"))
        self.assertEqual(self.problem(**good | {"epoch": b""}), ("CURSOR_INVALID", "epoch"))
        self.assertEqual(self.problem(**good | {"chain": b""}), ("CURSOR_INVALID", "chain"))
        self.assertEqual(self.problem(**good | {"chain": b"c" * 33}), ("CURSOR_INVALID", "chain"))
        self.assertEqual(self.problem(**good | {"after_seq": 2**63}), ("CURSOR_INVALID", "after_seq"))
        self.assertEqual(self.problem(**good | {"after_seq": good["after_seq"] - 1}), ("CURSOR_INVALID", "after_seq"))
        self.assertEqual(self.resync(**good | {"chain": b"c" * 32}), wire.word("RESYNC_REASON_DIVERGED"))
        other = self.cursor("region:africa")
        self.assertEqual(self.resync(**good | {"chain": other["chain"]}), wire.word("RESYNC_REASON_DIVERGED"))
        self.assertEqual(self.resync(chain=b"c" * 32), wire.word("RESYNC_REASON_DIVERGED"))

    def test_cursors_of_no_use_any_more(self):
        good = self.cursor()
        self.assertEqual(self.resync(**good | {"after_seq": self.head("hq") + 1}), wire.word("RESYNC_REASON_CURSOR_AHEAD"))
        self.assertEqual(self.resync(**good | {"epoch": b"e" * 16}), wire.word("RESYNC_REASON_EPOCH_CHANGED"))
        self.assertEqual(self.resync(epoch=b"e" * 16), wire.word("RESYNC_REASON_EPOCH_CHANGED"))
        self.accept(samples.unit("N"))
        self.register.sql("DELETE FROM uptake.feed_segment WHERE scope_id = 1 AND last_seq < %s", (self.head("hq"),))
        self.assertEqual(self.resync(**good), wire.word("RESYNC_REASON_CURSOR_TOO_OLD"))
        self.assertEqual(self.resync(), wire.word("RESYNC_REASON_CURSOR_TOO_OLD"))

    def test_what_may_not_be_read_looks_like_what_is_not_there(self):
        reader = Reader(self.register, "bangkok", "region:asia-pacific")
        client = self.let_in(reader)
        answers = []
        for scope in ("hq", "no such scope", "audit", "region:africa"):
            client.send(wire.new("Fetch", scope=scope, token=3))
            answers.append(client.receive(PATIENCE).SerializeToString())
        self.assertEqual(len(set(answers)), 1)
        self.assertEqual(wire.new("Problem").FromString(answers[0]).code, "NOT_FOUND")
        # A made-up cursor proves nothing.
        made_up = dict(after_seq=4, epoch=self.cursor()["epoch"], chain=b"c" * 32)
        self.assertEqual(self.problem("hq", client, **made_up), ("NOT_FOUND", "scope"))
        self.assertEqual(self.fetch(client, "region:asia-pacific").DESCRIPTOR.name, "Batch")
        self.assertEqual([each["scope"] for each in self.events("audit_read_refused")],
                         ["hq", "no such scope", "audit", "region:africa", "hq"])

    def test_messages_that_are_none(self):
        envelope = wire.new("Envelope", version=1, kind=wire.KINDS["Fetch"]).SerializeToString()
        fetch = wire.new("Fetch", scope="hq").SerializeToString()
        for frames, code in (
                ([envelope], "BAD_FRAME_COUNT"), ([envelope, fetch, fetch], "TOO_MANY_FRAMES"),
                ([b"\xff" * 9, fetch], "ENVELOPE_TRUNCATED"), ([envelope, fetch[:-1]], "ENVELOPE_TRUNCATED"),
                ([envelope, b""], "EMPTY_MESSAGE"), ([envelope, fetch + fetch], "DUPLICATE_FIELD"),
                ([wire.new("Envelope", version=9, kind=10).SerializeToString(), fetch], "VERSION_UNSUPPORTED"),
                ([wire.new("Envelope", version=1, kind=wire.KINDS["Push"]).SerializeToString(), fetch], "KIND_UNKNOWN")):
            self.asking.socket.send_multipart(frames)
            answer = self.asking.receive(PATIENCE)
            self.assertEqual((answer.DESCRIPTOR.name, answer.code), ("Problem", code))
        self.asking.send(wire.new("Hello", version_min=2, version_max=3, client="test"))
        self.assertEqual(self.asking.receive(PATIENCE).code, "VERSION_UNSUPPORTED")
        self.assertEqual(self.fetch(self.asking, "hq").DESCRIPTOR.name, "Batch")


class Doors(Fetch):
    def test_unknown_key_and_no_key_get_nothing(self):
        strange = tuple(part.decode() for part in zmq.curve_keypair())
        self.assertIsNone(self.follower_client(strange).hello(NOBODY))
        plain = wire.Client(f"tcp://127.0.0.1:{self.register.ports['fetch']}", None, None)
        self.addCleanup(plain.close)
        self.assertIsNone(plain.hello(NOBODY))
        self.assertEqual(self.asking.hello(PATIENCE).version, 1)

    def test_ping_is_answered_by_the_process_that_welcomed(self):
        welcome = self.asking.hello(PATIENCE)
        self.asking.send(wire.new("Ping", token=9))
        pong = self.asking.receive(PATIENCE)
        self.assertEqual((pong.token, pong.instance, pong.epoch), (9, welcome.instance, welcome.epoch))

    def test_a_right_withdrawn_while_waiting_ends_the_feed(self):
        reader = Reader(self.register, "bangkok", "region:asia-pacific")
        client = self.let_in(reader)
        fold = self.fold("region:asia-pacific", client)
        client.send(wire.new("Fetch", scope="region:asia-pacific", **fold.cursor(), wait_ms=30000, token=4))
        reader.withdraw("region:asia-pacific")
        answer = client.receive(PATIENCE)
        self.assertEqual((answer.DESCRIPTOR.name, answer.token, answer.reason, answer.epoch),
                         ("ResyncRequired", 4, wire.word("RESYNC_REASON_SCOPE_CHANGED"), b""))
        self.accept(self.again("d#1/1", progress_report={"progress": "ongoing"}))
        self.assertIsNone(client.receive(NOBODY))
        self.assertEqual(self.problem("region:asia-pacific", client), ("NOT_FOUND", "scope"))
        reader.grant("region:asia-pacific")
        self.assertEqual(self.fetch(client, "region:asia-pacific", **fold.cursor()).to_seq, fold.seq + 1)

    def test_a_key_revoked_while_waiting_hears_nothing_more(self):
        reader = Reader(self.register, "bangkok", "region:asia-pacific")
        client = self.let_in(reader)
        fold = self.fold("region:asia-pacific", client)
        client.send(wire.new("Fetch", scope="region:asia-pacific", **fold.cursor(), wait_ms=30000))
        reader.revoke_key()
        wait_until(lambda: self.probe(reader) is None, "the revoked key is known")
        self.accept(self.again("d#1/1", progress_report={"progress": "ongoing"}))
        self.assertIsNone(client.receive(NOBODY))
        client.send(wire.new("Fetch", scope="region:asia-pacific", **fold.cursor()))
        self.assertIsNone(client.receive(NOBODY))


class Waiting(Fetch):
    def test_a_long_poll_ends_within_a_second_of_a_push(self):
        fold = self.fold("hq")
        for number in range(3):
            self.asking.send(wire.new("Fetch", scope="hq", **fold.cursor(), wait_ms=30000, token=number + 1))
            self.assertIsNone(self.asking.receive(0.3))
            self.accept(samples.unit(f"N{number}"))
            began = time.monotonic()
            batch = self.asking.receive(PATIENCE)
            self.assertLess(time.monotonic() - began, SOON)
            self.assertEqual((batch.token, batch.to_seq, batch.up_to_date), (number + 1, self.head("hq"), True))
            fold.take(batch)

    def test_without_news_the_answer_is_empty_and_in_time(self):
        fold = self.fold("hq")
        began = time.monotonic()
        batch = self.fetch(self.asking, "hq", **fold.cursor(), wait_ms=700)
        self.assertTrue(0.6 < time.monotonic() - began < 0.7 + SOON)
        self.assertEqual((batch.from_seq, batch.to_seq, batch.head_seq, batch.up_to_date, len(batch.segments)),
                         (fold.seq, fold.seq, fold.seq, True, 0))
        self.assertEqual((batch.chain, batch.epoch), (fold.chain, fold.epoch))

    def test_asking_again_replaces_the_question_that_waits(self):
        fold, other = self.fold("hq"), self.fold("public")
        for token in (1, 2, 3):
            self.asking.send(wire.new("Fetch", scope="hq", **fold.cursor(), wait_ms=30000, token=token))
        self.asking.send(wire.new("Fetch", scope="public", **other.cursor(), wait_ms=30000, token=4))
        self.assertIsNone(self.asking.receive(0.5))
        self.accept(self.again("d", disclosure_set={"disclosure": "public"}))
        tokens = {self.asking.receive(PATIENCE).token, self.asking.receive(PATIENCE).token}
        self.assertEqual(tokens, {3, 4})
        self.assertIsNone(self.asking.receive(0.5))

    def test_requests_that_wait_are_bounded_per_principal(self):
        fold = self.fold("hq")
        crowd = [self.follower_client() for _ in range(66)]
        for client in crowd:
            client.send(wire.new("Fetch", scope="hq", **fold.cursor(), wait_ms=20000, token=1))
        answers = [client.receive(1 if number < 3 else 0.05) for number, client in enumerate(crowd)]
        refused = [each for each in answers if each is not None]
        self.assertEqual({(each.DESCRIPTOR.name, each.code) for each in refused}, {("Problem", "OVERLOADED")})
        self.assertEqual(len(refused), 2)
        self.assertGreater(refused[0].retry_after_ms, 0)
        other = Reader(self.register, "bangkok", "region:asia-pacific")
        client = self.let_in(other)
        self.assertEqual(self.fetch(client, "region:asia-pacific").DESCRIPTOR.name, "Batch")

    def test_a_database_away_is_said_and_mended(self):
        self.register.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
                          ("uptake-reporting feeds",))
        codes = set()

        def answered():
            answer = self.fetch(self.asking, "hq")
            if answer.DESCRIPTOR.name == "Problem":
                codes.add((answer.code, answer.retry_after_ms > 0))
            return answer.DESCRIPTOR.name == "Batch"
        wait_until(answered, "a batch again")
        self.assertLessEqual(codes, {("DB_UNAVAILABLE", True)})

    def test_a_follower_that_does_not_read_harms_nobody(self):
        for number in range(20):
            self.accept(self.again("d#1/1", progress_report={"progress": "ongoing", "narrative": f"{number}" + "x" * 12000}))
        deaf = self.follower_client()
        deaf.hello(PATIENCE)
        began = time.monotonic()
        for number in range(400):
            deaf.send(wire.new("Fetch", scope="hq", max_bytes=262144, token=number + 1))
            if number % 20 == 0:
                self.assertEqual(self.fetch(self.asking, "hq", max_bytes=1).DESCRIPTOR.name, "Batch")
        self.assertLess(time.monotonic() - began, PATIENCE)
        self.assertEqual(self.fold("hq").seq, self.head("hq"))


if __name__ == "__main__":
    unittest.main()
