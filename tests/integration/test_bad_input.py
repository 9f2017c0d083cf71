# SPDX-License-Identifier: Apache-2.0
"""What bad input gets: each row is sent for real and has its code; the sender beside it is undisturbed, and
nothing of it is written. The numbers are the rows of the published table of refusals
(services/ingest/codes.md); 52 to 55 concern those who read feeds: test_fetch.py."""
import time
import unittest

import hostile
import samples
import wire
from harness import PATIENCE, Register, wait_until
from hostile import BYTES, PUSH, chain, envelope, number, push, submission, text, varint

OFF = 3720  # seconds


def good(**groups):
    return samples.change("action", "d", "d#1/1", 1, **groups)


def said(change, **values):
    """The change with other values in its first field group."""
    group = next(field.name for field, _ in change.ListFields() if field.message_type)
    samples.fill(getattr(change, group), values)
    return change


def document(key="z", **values):
    return said(samples.document(key), **values)


def indicator(**values):
    return said(samples.indicator("d", "z", "d#1/1"), met=0, total=0, **values)


def spoiled(change, cut=0, more=b""):
    body = change.SerializeToString()
    return body[:len(body) - cut] + more


def progress(word="ongoing", **more):
    return good(progress_report={"progress": word, "source": "words", **more})


def now_us():
    return int(time.time() * 1e6)


RAW = (  # number, code, frames; answered by one receipt without an id, or with the id it could read
    (1, "EMPTY_MESSAGE", [b""]),
    (1, "EMPTY_MESSAGE", [b"", b"x"]),
    (1, "EMPTY_MESSAGE", [envelope(), b""]),
    (2, "BAD_FRAME_COUNT", [b"x"]),
    (2, "BAD_FRAME_COUNT", [envelope()]),
    (3, "TOO_MANY_FRAMES", [envelope(), b"x", b"y"]),
    (3, "TOO_MANY_FRAMES", [b"x"] * 100001),
    (5, "ENVELOPE_UNREADABLE", [b"GET / HTTP/1.1", b"\r\n"]),
    (5, "ENVELOPE_UNREADABLE", [envelope(), b"\x0f" * 40]),
    (6, "ENVELOPE_TRUNCATED", [envelope(), varint(1 << 3 | BYTES) + varint(4096) + b"x" * 812]),
    (6, "ENVELOPE_TRUNCATED", [envelope()[:-1], push(submission(b"x"))]),
    (7, "NESTING_TOO_DEEP", [envelope(), chain(5000)]),
    (8, "TOO_MANY_ELEMENTS", [envelope(), b"\x0a\x00" * 100000]),
    (8, "TOO_MANY_ELEMENTS", [envelope(), push(*[submission(b"x")] * 51)]),
    (9, "TOO_MANY_UNKNOWN_FIELDS", [envelope(), b"".join(number(500 + i, 1) for i in range(65))]),
    (10, "DUPLICATE_FIELD", [envelope(), push(submission(b"x", more=text(3, b"y")))]),
    (10, "DUPLICATE_FIELD", [envelope() + number(2, PUSH), push(submission(b"x"))]),
    (11, "BAD_WIRE_FORMAT", [envelope(), b"\x08" + b"\xff" * 11]),
    (11, "BAD_WIRE_FORMAT", [envelope(), b"\x00\x01"]),
    (11, "BAD_WIRE_FORMAT", [envelope(), b"\x0b\x0c"]),
    (11, "BAD_WIRE_FORMAT", [envelope(), number(1, 7)]),
    (12, "VERSION_UNSUPPORTED", [envelope(version=9), push(submission(b"x"))]),
    (13, "KIND_UNKNOWN", [envelope(kind=77), b"x"]),
    (17, "BAD_UTF8", [envelope(), push(submission(b"x")) + text(3, b"\xff\xfe")]),
)

CHANGES = (  # number, code, place, bytes of the Change
    (4, "MESSAGE_TOO_LARGE", "body", b"x" * (128 * 1024 + 1)),
    (5, "ENVELOPE_UNREADABLE", "Change", b"\x07"),
    (6, "ENVELOPE_TRUNCATED", "Change", spoiled(progress(), cut=1)),
    (7, "NESTING_TOO_DEEP", "Change", spoiled(progress(), more=chain(30))),
    (8, "TOO_MANY_ELEMENTS", "responsibilities.units", text(22, b"\x12\x00" * 60000)),
    (9, "TOO_MANY_UNKNOWN_FIELDS", "Change", spoiled(progress(), more=number(900, 1) * 65)),
    (10, "DUPLICATE_FIELD", "subject", spoiled(progress(), more=text(4, "d#1/2"))),
    (10, "DUPLICATE_FIELD", "progress_report", spoiled(progress(), more=text(23, number(1, 3)))),
    (11, "BAD_WIRE_FORMAT", "Change", spoiled(progress(), more=b"\xff" * 11)),
    (14, "FIELD_MISSING", "subject", samples.change("action", "d", "", 1, hold_set={"hold": "none"})),
    (14, "FIELD_MISSING", "document", samples.change("action", "", "d#1/1", 1, hold_set={"hold": "none"})),
    (14, "FIELD_MISSING", "action_wording", samples.change("action", "d", "d#1/8", 0, hold_set={"hold": "none"})),
    (14, "FIELD_MISSING", "progress_report.progress", good(progress_report={"source": "words"})),
    (15, "FIELD_EMPTY", "document_identity.title", document(title="")),
    (16, "FIELD_TOO_LONG", "document_identity.title", document(title="x" * 2001)),
    (16, "FIELD_TOO_LONG", "progress_report.narrative", progress(narrative="x" * (64 * 1024 + 1))),
    (17, "BAD_UTF8", "response_statement.text", text(17, text(4, b"x" * 31 + b"\xc3("))),
    (18, "BAD_CHARACTER", "progress_report.narrative", progress(narrative="abcd\0e")),
    (18, "BAD_CHARACTER", "progress_report.narrative", progress(narrative="\x1b[31m")),
    (19, "CONFUSABLE_TEXT", "unit_identity.name", samples.unit("Z", name="Unit \u202eEVIL")),
    (19, "CONFUSABLE_TEXT", "subject", samples.change("action", "d", "d#1\u200b/1", 1, hold_set={"hold": "none"})),
    (20, "FIELD_NOT_NORMALISED", "document", samples.document("re\u0301gion")),
    (21, "ENUM_UNKNOWN", "progress_report.progress", good(progress_report={"progress": 42})),
    (29, "BASE_REVISION_INVALID", "base_revision", samples.change("action", "d", "d#1/1", 2**64 - 1,
                                                                    hold_set={"hold": "none"})),
    (33, "GROUP_EMPTY", "change", good()),
    (33, "GROUP_EMPTY", "progress_report", good(progress_report={})),
    (34, "BAD_DATE", "progress_report.reported_on", progress(reported_on="2026-02-30")),
    (34, "BAD_DATE", "progress_report.reported_on", progress(reported_on="1989-12-31")),
    (34, "BAD_DATE", "progress_report.reported_on", progress(reported_on="2101-01-01")),
    (34, "BAD_DATE", "progress_report.reported_on", progress(reported_on="2026-02-03T10:00:00")),
    (36, "ZONE_UNKNOWN", "unit_identity.zone", samples.unit("Z", zone="Europe/Genf")),
    (36, "ZONE_UNKNOWN", "unit_identity.zone", samples.unit("Z", zone="../../etc/passwd")),
    (38, "NUMBER_RANGE", "link_drawn.score", said(samples.link("d", "z", "d#1/1", "d#1"), score=1001)),
    (38, "NUMBER_RANGE", "indicator_stated.value", indicator(value="NaN")),
    (38, "NUMBER_RANGE", "indicator_stated.total", said(samples.indicator("d", "z", "d#1/1"), total=2**31)),
)


class BadInput(unittest.TestCase):
    """Every row against one register; beside them an honest sender whose receipts keep coming."""

    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest")
        cls.honest = cls.connect()
        cls.settled = 0
        for change in (samples.unit("A"), samples.unit("B"), samples.document("d", "A"), samples.recommendation("d", "1"),
                       samples.action("d", "1/1")):
            cls.accept(change)

    @classmethod
    def connect(cls, key="cli.key"):
        client = wire.Client(f"tcp://127.0.0.1:{cls.register.ports['push']}", cls.register.key(key),
                             cls.register.key("ingest.public")[0])
        cls.addClassCleanup(client.close)
        assert client.hello(PATIENCE) is not None
        return client

    @classmethod
    def accept(cls, change, client=None):
        sent = wire.submission(hostile.fresh_id(), change)
        receipt = (client or cls.honest).push(sent)[sent.message_id]
        assert receipt.outcome == wire.word("OUTCOME_COMMITTED"), receipt
        return receipt

    def setUp(self):
        self.hostile = hostile.Hostile(self.register)
        self.addCleanup(self.hostile.close)

    def written(self):
        """What the register holds, by number of rows."""
        return self.register.sql(
            "SELECT (SELECT count(*) FROM uptake.change), (SELECT count(*) FROM uptake.item),"
            " (SELECT count(*) FROM uptake.conflict), (SELECT count(*) FROM uptake.dead_letter),"
            " (SELECT sum(seq) FROM uptake.feed_head)")[0]

    def revision(self):
        return self.register.one("SELECT revision FROM uptake.item WHERE item_key = 'd#1/1'")

    def undisturbed(self):
        """The honest sender's next change is taken."""
        self.accept(samples.change("action", "d", "d#1/1", self.revision(),
                                   hold_set={"hold": "none", "reason": "words"}))

    def judged(self, code, place=None, outcome="REFUSED"):
        receipt = self.hostile.receipt()
        self.assertEqual((receipt.code, receipt.outcome), (code, wire.word(f"OUTCOME_{outcome}")), receipt)
        self.assertTrue(receipt.text)
        self.assertTrue(receipt.place)
        if place is not None:
            self.assertEqual(receipt.place, place)
        return receipt

    def refused(self, body, code, place=None, outcome="REFUSED", **more):
        """One change of the hostile client, and nothing of it is written."""
        before = self.written()
        self.hostile.body(body if isinstance(body, bytes) else body.SerializeToString(), **more)
        receipt = self.judged(code, place, outcome)
        self.assertEqual(self.written(), before)
        return receipt

    def test_rows_of_messages(self):
        for row, code, frames in RAW:
            with self.subTest(row=row, code=code):
                before = self.written()
                self.hostile.frames(*frames)
                self.judged(code)
                self.assertEqual(self.written(), before)
                self.undisturbed()

    def test_rows_of_changes(self):
        for row, code, place, body in CHANGES:
            with self.subTest(row=row, code=code):
                self.refused(body, code, place)
                self.undisturbed()

    def test_row_4_frame_too_large_is_dropped_with_its_connection_and_the_next_one_heard(self):
        before = self.written()
        self.hostile.frames(envelope(), push(*[submission(b"x" * 120000)] * 3))
        self.assertIsNone(self.hostile.client.receive(1))
        self.assertEqual(self.written(), before)
        self.undisturbed()
        wait_until(lambda: self.hostile.client.hello(1), "the same client is heard again")

    def test_row_5_bytes_at_random_are_always_answered(self):
        for seed in range(200):
            body = hostile.hashlib.sha512(b"%d" % seed).digest() * (1 + seed % 3)
            self.hostile.frames(*((body, b"x") if seed % 2 else (envelope(), body)))
            receipt = self.hostile.receipt()
            self.assertEqual(receipt.outcome, wire.word("OUTCOME_REFUSED"))
            self.assertTrue(receipt.code)
        self.undisturbed()

    def test_row_16_and_17_say_how_long_and_where(self):
        told = self.refused(document(title="x" * 12004), "FIELD_TOO_LONG")
        self.assertIn("12004", told.text)
        self.assertIn("2000", told.text)
        told = self.refused(text(17, text(4, b"x" * 31 + b"\xff")), "BAD_UTF8")
        self.assertIn("31", told.text)
        told = self.refused(progress(narrative="abcd\0"), "BAD_CHARACTER")
        self.assertIn("U+0000", told.text)
        self.assertIn("4", told.text)

    def test_row_20_other_text_is_kept_as_it_came(self):
        name = "Re\u0301gion"
        self.accept(samples.unit("NFD", name=name))
        body = bytes(self.register.one("SELECT body FROM uptake.change WHERE document = 'units'"
                                       " ORDER BY change_id DESC LIMIT 1"))
        self.assertEqual(wire.new("Change").FromString(body).unit_identity.name, name)

    def test_row_21_says_what_is_allowed(self):
        told = self.refused(good(progress_report={"progress": 42}), "ENUM_UNKNOWN")
        for word in ("42", "not_started", "completed"):
            self.assertIn(word, told.text)

    def test_row_22_bad_message_id(self):
        for bad in (b"", b"short", b"x" * 17, bytes(16)):
            with self.subTest(bad):
                self.refused(progress(), "BAD_MESSAGE_ID", "message_id", message_id=bad)
        self.undisturbed()

    def test_row_23_message_id_reused(self):
        message_id = hostile.fresh_id()
        self.hostile.body(samples.unit("REUSED").SerializeToString(), message_id=message_id)
        self.assertEqual(self.hostile.receipt().outcome, wire.word("OUTCOME_COMMITTED"))
        self.refused(samples.unit("REUSED2"), "MESSAGE_ID_REUSED", "message_id", message_id=message_id)
        self.undisturbed()

    def test_row_24_body_hash_differs(self):
        for digest in (b"", b"x" * 32, b"short"):
            self.refused(progress(), "BODY_HASH_MISMATCH", "body_sha256", digest=digest)
        self.undisturbed()

    def test_row_25_not_granted(self):
        self.hostile.close()
        self.hostile = hostile.Hostile(self.register, "workflow.key")
        self.addCleanup(self.hostile.close)
        self.refused(samples.unit("Z"), "NOT_GRANTED", "kind")
        self.undisturbed()

    def test_row_26_producer_fenced(self):
        self.register.sql("UPDATE uptake.principal SET producer_epoch = 8 WHERE name = 'workflow'")
        fenced = hostile.Hostile(self.register, "workflow.key")
        self.addCleanup(fenced.close)

        def code():
            fenced.frames(envelope(), push(submission(progress().SerializeToString())) + number(2, 7))
            receipt = fenced.receipt()
            return receipt if receipt.code == "PRODUCER_FENCED" else None
        before = self.written()
        told = wait_until(code, "the epoch is known")
        self.assertIn("current epoch 8", told.text)
        self.assertEqual(self.written(), before)
        self.undisturbed()

    def test_row_27_parent_unknown(self):
        self.refused(samples.recommendation("nowhere", "1"), "PARENT_UNKNOWN", "document", "RETRY_LATER")
        self.undisturbed()

    def test_row_28_item_unknown(self):
        self.refused(samples.change("action", "d", "d#7/7", 1, hold_set={"hold": "none"}), "ITEM_UNKNOWN", "subject",
                     "RETRY_LATER")
        self.undisturbed()

    def test_row_29_base_revision(self):
        ahead = samples.change("action", "d", "d#1/1", 1000, hold_set={"hold": "none"})
        self.refused(ahead, "BASE_REVISION_AHEAD", "base_revision", "RETRY_LATER")
        self.undisturbed()

    def test_row_30_conflict(self):
        self.undisturbed()
        self.undisturbed()
        stale = samples.change("action", "d", "d#1/1", 1, hold_set={"hold": "disputed", "reason": "other words"})
        before = self.register.one("SELECT count(*) FROM uptake.change")
        self.hostile.body(stale.SerializeToString())
        self.judged("CONFLICT", "hold_set", "CONFLICT")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)
        self.undisturbed()

    def test_row_31_progress_that_may_not_follow(self):
        self.accept(samples.document("t"))
        self.accept(samples.recommendation("t", "1"))
        self.accept(samples.action("t", "1/1"))
        self.accept(samples.of_action("t#1/1", 1, progress_report={"progress": "completed", "source": "words"}))
        told = self.refused(samples.of_action("t#1/1", 2, progress_report={
            "progress": "not_started", "source": "words"}), "TRANSITION_NOT_ALLOWED", "progress_report.progress")
        self.assertIn("completed -> not_started", told.text)
        self.undisturbed()

    def test_row_35_deadline_before_the_document_is_for_import_to_find(self):
        self.accept(document("late", dated_on="2026-03-04"))
        self.accept(samples.recommendation("late", "1"))
        self.accept(samples.action("late", "1/1", timeframe={"source": "2025", "due_on": "2025-01-01",
                                                             "precision": "day"}))

    def test_row_36_a_time_of_day_needs_its_zone(self):
        self.register.start("reporting")
        self.addCleanup(self.register.reporting.stop)
        status, _, body = self.register.http("/v1/scopes/hq/items?known_at=2026-01-02T03:04:05")
        self.assertEqual(status, 400, body)
        self.assertIn(b"known_at", body)

    def test_row_37_clock_off_by_an_hour_is_told_and_taken(self):
        for number_of, off in enumerate((OFF, -OFF)):
            body = samples.unit(f"SKEW{number_of}").SerializeToString()
            self.hostile.frames(envelope(), push(submission(body, more=number(4, now_us() - off * 1000000))))
            receipt = self.hostile.receipt()
            self.assertEqual(receipt.outcome, wire.word("OUTCOME_COMMITTED"))
            self.assertRegex(receipt.warning, r"^CLOCK_SKEW: .*37[12]\d s " + ("slow" if off > 0 else "fast"))
        body = samples.unit("EXACT").SerializeToString()
        self.hostile.frames(envelope(), push(submission(body, more=number(4, now_us() - 60 * 1000000))))
        self.assertEqual(self.hostile.receipt().warning, "")

    def test_row_39_unit_unknown_or_retired(self):
        self.refused(good(responsibilities=samples.responsible("NOBODY")), "UNIT_UNKNOWN",
                     "responsibilities.units.unit", "RETRY_LATER")
        self.accept(samples.unit("GONE"))
        self.accept(samples.change("unit", "units", "unit:GONE", 1, retraction=samples.retraction()))
        stale = samples.change("action", "d", "d#1/1", self.revision(), responsibilities=samples.responsible("GONE"))
        self.refused(stale, "UNIT_RETIRED", "responsibilities.units.unit")
        self.undisturbed()

    def test_row_40_reference_cycle(self):
        self.refused(samples.unit("A", base=1, parent="unit:A"), "REFERENCE_CYCLE", "unit_identity.parent")
        self.undisturbed()

    def test_neighbours_in_one_frame_are_judged_each_for_itself(self):
        revision = self.revision()
        fine = samples.change("action", "d", "d#1/1", revision, hold_set={"hold": "none", "reason": "words"})
        bad = [body for _, _, _, body in CHANGES if not isinstance(body, bytes)][:20]
        ids = [hostile.fresh_id() for _ in range(2 * len(bad) + 1)]
        bodies = [each.SerializeToString() for each in bad]
        self.hostile.frames(envelope(), push(*(submission(body, message_id) for body, message_id in zip(
            [*bodies, fine.SerializeToString(), *bodies], ids))))
        receipts = {}
        while len(receipts) < len(ids):
            for each in self.hostile.client.receive(PATIENCE).receipts:
                receipts[each.message_id] = each
        taken = [at for at, message_id in enumerate(ids)
                 if receipts[message_id].outcome == wire.word("OUTCOME_COMMITTED")]
        self.assertEqual(taken, [len(bad)])

    def test_no_refusal_tells_what_was_said(self):
        secret = "Kestrel-4711"
        for change in (progress(narrative=secret + "\0"), progress(reported_on=secret),
                       samples.unit("Z", zone=secret), samples.unit("Z", name=secret + "\u202e"),
                       indicator(value=secret),
                       document(title=secret * 400)):
            self.hostile.body(change.SerializeToString())
            receipt = self.hostile.receipt()
            self.assertEqual(receipt.outcome, wire.word("OUTCOME_REFUSED"))
            self.assertNotIn(secret, receipt.text + receipt.place)
        self.assertNotIn(secret, self.register.ingest.log_path.read_text())


if __name__ == "__main__":
    unittest.main()
