# SPDX-License-Identifier: Apache-2.0
"""Two who meet: what the register makes of it alone, and what a person makes of the rest."""
import json
import unittest

import people
import samples
import wire
from model_case import ModelCase

ACTION = "d#1/1"
ONGOING = {"progress": "ongoing", "source": "Going on", "reported_on": "2025-06-30"}
COMPLETED = {"progress": "completed", "source": "Done", "reported_on": "2025-06-30"}
NEXT_YEAR = {"source": "2026", "due_on": "2026-12-31", "precision": "year"}
SETTLED = {"conflict": 1, "decision": "kept_present", "decided_by": "A. Person", "reason": "asked the unit"}


class Meeting(ModelCase):
    def setUp(self):
        super().setUp()
        self.first = self.client
        self.other = wire.Client(f"tcp://127.0.0.1:{self.register.ports['push']}", people.sender(self.register),
                                 self.register.key("ingest.public")[0])
        self.addCleanup(self.other.close)
        self.accept(samples.unit("A"), samples.document("d", "A"), samples.recommendation("d", "1"),
                    samples.action("d", "1/1", responsibilities=samples.responsible("A"), timeframe={
                        "source": "2024", "due_on": "2024-12-31", "precision": "year"}),
                    samples.action("d", "1/2"))

    def on(self, base, key=ACTION, **groups):
        return samples.change("action", "d", key, base, **groups)

    def send(self, client, change):
        """[outcome, code] of a message of its own."""
        sent = self.submission(change)
        return self.told(client.push(sent)[sent.message_id])

    @staticmethod
    def told(receipt):
        return [samples.word_of(receipt.DESCRIPTOR.fields_by_name["outcome"].enum_type, receipt.outcome),
                receipt.code]

    def conflicts(self):
        return self.register.sql("SELECT conflict_id, decision::text, decided_by, decided_revision"
                                 " FROM uptake.conflict ORDER BY 1")

    def entries(self):
        return self.register.one("SELECT sum(cardinality(change_ids)) FROM uptake.feed_segment")

    def meet(self, base=1, other=COMPLETED, **more):
        """One says ongoing, the other something else on the same base: a conflict."""
        self.assertEqual(self.send(self.first, self.on(base, progress_report=ONGOING)), ["committed", ""])
        self.assertEqual(self.send(self.other, self.on(base, progress_report=other, **more)),
                         ["conflict", "CONFLICT"])


class Same(Meeting):
    def test_who_says_the_same_later_is_told_so_for_ever_and_nothing_happens(self):
        self.send(self.first, self.on(1, progress_report=ONGOING))
        changes, entries = self.register.one("SELECT count(*) FROM uptake.change"), self.entries()
        late = self.submission(self.on(1, progress_report=ONGOING))
        for duplicate in (False, True):
            receipt = self.other.push(late)[late.message_id]
            self.assertEqual((self.told(receipt), receipt.revision, receipt.place, receipt.duplicate),
                             (["no_op", "SAME_VALUE"], 2, "progress_report", duplicate))
        self.send(self.first, self.on(2, progress_report=COMPLETED))
        receipt = self.other.push(late)[late.message_id]
        self.assertEqual((self.told(receipt), receipt.revision), (["no_op", "SAME_VALUE"], 2))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), changes + 1)
        self.assertGreater(self.entries(), entries)
        self.assertEqual(self.register.sql("SELECT outcome::text, code FROM uptake.refusal"), [("no_op", "SAME_VALUE")])
        self.assertEqual(self.conflicts(), [])
        self.check()

    def test_what_did_nothing_stands_in_no_feed(self):
        self.send(self.first, self.on(1, timeframe=NEXT_YEAR))
        entries = self.entries()
        self.assertEqual(self.send(self.other, self.on(1, timeframe=NEXT_YEAR)), ["no_op", "SAME_VALUE"])
        self.assertEqual(self.entries(), entries)
        self.check()

    def test_two_who_tell_a_whole_history_at_once_tell_it_once(self):
        told = [samples.action("d", "1/9"), *(self.on(base, "d#1/9", progress_report=report) for base, report in
                                              enumerate((ONGOING, {"progress": "unknown", "source": "-"}, COMPLETED), 1))]
        for change in told[:3]:
            self.assertEqual(self.send(self.first, change), ["committed", ""])
        ends = [self.send(self.other, change) for change in told]
        self.assertEqual(ends, [["no_op", "SAME_VALUE"]] * 3 + [["committed", ""]])
        self.assertEqual(self.send(self.first, told[3]), ["no_op", "SAME_VALUE"])
        self.assertEqual(self.revision("d#1/9"), 4)
        self.assertEqual(self.conflicts(), [])
        self.check()

    def test_in_one_batch_the_second_sees_what_the_first_did(self):
        sent = [self.submission(each) for each in (
            self.on(1, timeframe=NEXT_YEAR), self.on(1, timeframe=NEXT_YEAR),
            self.on(1, timeframe=NEXT_YEAR, hold_set={"hold": "needs_funding", "reason": "late funds"}),
            self.on(1, timeframe=NEXT_YEAR | {"source": "end of 2026"}))]
        receipts = self.first.push(*sent)
        self.assertEqual([self.told(receipts[each.message_id])[0] for each in sent],
                         ["committed", "no_op", "merged", "conflict"])
        self.check()

    def test_history_repeats_itself_as_three_changes(self):
        for base, report in enumerate((ONGOING, COMPLETED, ONGOING), 1):
            self.assertEqual(self.send(self.first, self.on(base, progress_report=report)), ["committed", ""])
        self.assertEqual(self.revision(ACTION), 4)

    def test_the_same_beside_something_new_is_merged_but_never_a_second_report(self):
        self.send(self.first, self.on(1, timeframe=NEXT_YEAR))
        hold = {"hold": "needs_funding", "reason": "late funds"}
        self.assertEqual(self.send(self.other, self.on(1, timeframe=NEXT_YEAR, hold_set=hold)), ["merged", ""])
        self.send(self.first, self.on(3, progress_report=ONGOING))
        self.assertEqual(self.send(self.other, self.on(3, progress_report=ONGOING, hold_set={"hold": "none"})),
                         ["conflict", "CONFLICT"])
        self.check()


class Progress(Meeting):
    def test_what_was_begun_is_not_unstarted(self):
        self.send(self.first, self.on(1, progress_report=COMPLETED))
        back = {"progress": "not_started", "source": "Not started"}
        sent = self.submission(self.on(2, progress_report=back))
        receipt = self.first.push(sent)[sent.message_id]
        self.assertEqual(self.told(receipt), ["refused", "TRANSITION_NOT_ALLOWED"])
        self.assertEqual(receipt.place, "progress_report.progress")
        self.assertIn("completed -> not_started", receipt.text)
        self.assertEqual(self.send(self.first, self.on(1, progress_report=back)), ["conflict", "CONFLICT"])
        self.assertEqual(self.item(ACTION, "progress::text"), "completed")

    def test_a_report_that_was_returned_may_be_corrected_once(self):
        back = {"progress": "not_started", "source": "Not started"}
        self.send(self.first, self.on(1, progress_report=COMPLETED))
        self.assertEqual(self.send(self.first, self.on(2, progress_review={
            "review": "returned", "of_revision": 2, "reviewer": "unit:A", "remark": "nothing was done"})),
            ["committed", ""])
        self.assertEqual(self.send(self.first, self.on(3, progress_report=back)), ["committed", ""])
        self.assertEqual(self.send(self.first, self.on(4, progress_report=ONGOING)), ["committed", ""])
        # The return spoke of the earlier report.
        self.assertEqual(self.send(self.first, self.on(5, progress_report=back)),
                         ["refused", "TRANSITION_NOT_ALLOWED"])
        self.check()

    def test_a_report_validated_is_not_returned(self):
        self.send(self.first, self.on(1, progress_report=COMPLETED))
        self.send(self.first, self.on(2, progress_review={"review": "validated", "of_revision": 2, "reviewer": "unit:A"}))
        self.assertEqual(self.send(self.first, self.on(3, progress_report={"progress": "not_started"})),
                         ["refused", "TRANSITION_NOT_ALLOWED"])

    def test_returned_and_corrected_within_one_batch(self):
        self.send(self.first, self.on(1, progress_report=COMPLETED))
        sent = [self.submission(each) for each in (
            self.on(2, progress_report={"progress": "not_started"}),
            self.on(2, progress_review={"review": "returned", "of_revision": 2, "reviewer": "unit:A", "remark": "no"}),
            self.on(3, progress_report={"progress": "not_started"}))]
        receipts = self.first.push(*sent)
        self.assertEqual([self.told(receipts[each.message_id])[0] for each in sent],
                         ["refused", "committed", "committed"])


class Settling(Meeting):
    def settle(self, base, decision="kept_present", number=1, key=ACTION, **groups):
        return self.on(base, key, conflict_decision=SETTLED | {"decision": decision, "conflict": number}, **groups)

    def test_a_conflict_is_settled_once(self):
        self.meet()
        self.step(self.settle(2))
        self.assertEqual(self.conflicts(), [(1, "kept_present", "A. Person", 3)])
        self.refuse(self.settle(3, "took_other", progress_report=COMPLETED), "CONFLICT_SETTLED",
                    "conflict_decision.conflict")
        self.assertEqual(self.item(ACTION, "progress::text"), "ongoing")

    def test_one_batch_settles_it_once_too(self):
        self.meet()
        sent = [self.submission(self.settle(base)) for base in (2, 3)]
        receipts = self.first.push(*sent)
        self.assertEqual([self.told(receipts[each.message_id]) for each in sent],
                         [["committed", ""], ["refused", "CONFLICT_SETTLED"]])

    def test_what_is_taken_is_what_the_other_said(self):
        self.meet(timeframe=NEXT_YEAR)
        for groups in ({"progress_report": COMPLETED}, {"progress_report": COMPLETED, "timeframe": NEXT_YEAR | {
                "source": "?"}}, {"progress_report": COMPLETED, "timeframe": NEXT_YEAR, "hold_set": {"hold": "none"}}):
            self.refuse(self.settle(2, "took_other", **groups), "CONFLICT_DIFFERS", "conflict_decision.decision")
        self.step(self.settle(2, "took_other", progress_report=COMPLETED, timeframe=NEXT_YEAR))
        self.assertEqual(self.item(ACTION, "progress::text", "due_on::text"), ("completed", "2026-12-31"))
        self.assertEqual(self.conflicts(), [(1, "took_other", "A. Person", 3)])

    def test_what_is_decided_may_be_any_word(self):
        self.meet(other={"progress": "not_started", "source": "Not started"})
        self.step(self.settle(2, "took_other", progress_report={"progress": "not_started", "source": "Not started"}))
        self.assertEqual(self.item(ACTION, "progress::text"), "not_started")

    def test_several_conflicts_of_an_item_are_settled_one_by_one(self):
        self.meet()
        self.assertEqual(self.send(self.other, self.on(1, progress_report=COMPLETED | {"source": "Ready"})),
                         ["conflict", "CONFLICT"])
        self.step(self.settle(2, number=2), self.settle(3, "written_anew", progress_report=COMPLETED))
        self.assertEqual([row[1] for row in self.conflicts()], ["written_anew", "kept_present"])

    def test_what_does_not_fit_is_refused_by_name(self):
        self.meet()
        for change, code in (
                (self.settle(2, number=2), "CONFLICT_UNKNOWN"), (self.settle(1, key="d#1/2"), "CONFLICT_UNKNOWN"),
                (self.settle(0, key="d#1/3", action_wording={"code": "3", "text": "x", "recommendations": ["d#1"]},
                             decision="written_anew"), "CONFLICT_UNKNOWN"),
                (self.settle(1), "CONFLICT_MOVED_ON"), (self.settle(2, number=0), "FIELD_MISSING"),
                (self.settle(2, number=2**63), "FIELD_MISSING"), (self.settle(2, 0), "FIELD_MISSING"),
                (self.settle(2, 9), "ENUM_UNKNOWN"), (self.settle(2, "took_other"), "GROUP_EMPTY"),
                (self.settle(2, "written_anew"), "GROUP_EMPTY"),
                (self.settle(2, progress_report=COMPLETED), "GROUP_NOT_ALLOWED"),
                (self.on(2, conflict_decision=SETTLED | {"decided_by": ""}), "FIELD_EMPTY"),
                (self.on(2, conflict_decision=SETTLED | {"reason": ""}), "FIELD_EMPTY")):
            self.refuse(change, code)
        self.assertEqual(self.conflicts(), [(1, None, "", None)])
        self.check()

    def test_on_every_kind_that_people_speak_of(self):
        self.meet()
        self.accept(samples.policy("p", "unit:A"), samples.reminder("p", ACTION, "A"))
        for kind, document, key in (("unit", "units", "unit:A"), ("document", "d", "d"), ("policy", "policies", "policy:p")):
            self.refuse(samples.change(kind, document, key, 1, conflict_decision=SETTLED), "CONFLICT_UNKNOWN")
        self.refuse(samples.change("reminder", "d", "reminder:p:d#1/1:1:0:A", 1, conflict_decision=SETTLED),
                    "GROUP_NOT_ALLOWED", "conflict_decision")


class People(Meeting):
    """The program and the interface it stands on."""
    def setUp(self):
        super().setUp()
        self.register.start("reporting")

    def conflict(self, number=1):
        return self.register.json(f"/v1/conflicts/{number}")

    def test_both_sides_are_shown(self):
        self.meet(timeframe=NEXT_YEAR)
        (row,) = self.register.json("/v1/conflicts")["conflicts"]
        self.assertEqual({name: row[name] for name in ("conflict", "key", "kind", "document", "base_revision",
                                                       "current_revision", "revision", "sender", "settled")},
                         {"conflict": 1, "key": ACTION, "kind": "action", "document": "d", "base_revision": 1,
                          "current_revision": 2, "revision": 2, "sender": "second", "settled": None})
        self.assertEqual(row["groups"], ["timeframe", "progress_report"])
        whole = self.conflict()
        report, timeframe = sorted(whole["sides"], key=lambda side: side["group"])
        self.assertEqual((report["present"]["value"]["progress"], report["present"]["sender"],
                          report["present"]["revision"], report["changed"], report["differs"]),
                         ("ongoing", "operator", 2, True, True))
        self.assertEqual((report["other"]["value"]["progress"], report["other"]["sender"],
                          report["other"]["base_revision"]), ("completed", "second", 1))
        self.assertEqual((timeframe["changed"], timeframe["differs"], timeframe["present"]["revision"]),
                         (False, True, 1))
        self.assertEqual(whole["other"]["subject"], ACTION)
        told = self.register.must("conflicts", "show", "1")
        for text in ("conflict 1 on d#1/1", "open", "Progress: ongoing", "Progress: completed", "by second",
                     "changed on both sides", "changed by the other alone"):
            self.assertIn(text, told)

    def test_list_settle_and_look_again(self):
        self.meet()
        done = self.register.run("conflicts", "--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 open conflict", done.stdout)
        self.assertIn("1 applied", self.register.must("conflicts", "settle", "1", "--keep", "--by", "A. Person",
                                                      "--reason", "asked the unit"))
        self.assertIn("0 open conflicts", self.register.must("conflicts", "list", "--check"))
        listed = json.loads(self.register.must("conflicts", "--all", "--json"))
        (row,) = listed["conflicts"]
        self.assertEqual((listed["open"], row["settled"]["decision"], row["settled"]["decided_by"],
                          row["settled"]["revision"]), (0, "kept_present", "A. Person", 3))
        self.assertIn("kept_present by A. Person, revision 3", self.register.must("conflicts", "show", "1"))
        done = self.register.run("conflicts", "settle", "1", "--take", "--by", "B. Person", "--reason", "no")
        self.assertEqual((done.returncode, done.stdout[:9]), (1, "0 applied"))
        self.assertIn("CONFLICT_SETTLED", done.stderr)
        self.assertEqual(self.item(ACTION, "progress::text"), "ongoing")
        history = self.register.json("/v1/history/d%231%2F1")["history"]
        self.assertIn("Conflict settled: kept_present; by A. Person", history[-1]["said"][0]["text"])

    def test_take(self):
        self.meet(timeframe=NEXT_YEAR)
        self.register.must("conflicts", "settle", "1", "--take", "--by", "A. Person", "--reason", "the unit knows")
        self.assertEqual(self.item(ACTION, "progress::text", "due_on::text"), ("completed", "2026-12-31"))
        self.assertEqual(self.conflicts(), [(1, "took_other", "A. Person", 3)])
        self.check()

    def test_with(self):
        self.meet()
        path = self.register.folder / "right.json"
        path.write_text(json.dumps({"progress_report": {"progress": "cancelled", "source": "Called off"}}))
        self.register.must("conflicts", "settle", "1", "--with", path, "--by", "A. Person", "--reason", "neither")
        self.assertEqual(self.item(ACTION, "progress::text"), "cancelled")
        self.assertEqual(self.conflicts(), [(1, "written_anew", "A. Person", 3)])
        self.check()

    def test_slips_of_the_pen(self):
        self.meet()
        empty = self.register.folder / "empty.json"
        empty.write_text("{}")
        for arguments, word in (
                (("settle", "1", "--reason", "x"), "--keep, --take"), (("settle", "1", "--keep"), "--reason"),
                (("settle", "1", "--keep", "--take", "--reason", "x"), "--keep, --take"), (("show",), "show N"),
                (("settle", "1", "--with", empty, "--reason", "x"), "JSON_BAD"), (("show", "7"), "NOT_FOUND"),
                (("settle", "7", "--keep", "--reason", "x"), "NOT_FOUND"), (("undo", "1"), "settle N")):
            done = self.register.run("conflicts", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(word, done.stderr)
        self.assertEqual(self.conflicts(), [(1, None, "", None)])

    def test_pages_follow_each_other(self):
        self.send(self.first, self.on(1, progress_report=ONGOING))
        for n in range(5):
            self.assertEqual(self.send(self.other, self.on(1, progress_report=COMPLETED | {"source": str(n)})),
                             ["conflict", "CONFLICT"])
        numbers, after = [], "0"
        while after is not None:
            page = self.register.json(f"/v1/conflicts?limit=2&after={after}")
            numbers += [row["conflict"] for row in page["conflicts"]]
            after = page["next"]
        self.assertEqual(numbers, [1, 2, 3, 4, 5])
        self.assertEqual(len(json.loads(self.register.must("conflicts", "--json"))["conflicts"]), 5)

    def test_only_readers_of_hq_learn_of_any(self):
        self.accept(self.on(1, disclosure_set={"disclosure": "restricted"}))
        self.meet(2)
        outsider = people.reader(self.register, "unit:A", "region:asia-pacific", "public")
        insider = people.reader(self.register, "hq", name="insider")
        for path in ("/v1/conflicts", "/v1/conflicts?all=1", "/v1/conflicts/1", "/v1/conflicts/2"):
            status, _, body = self.register.http(path, token=outsider)
            self.assertEqual(status, 404, path)
            self.assertNotIn(b"d#1", body)
        self.assertEqual(self.register.http("/v1/conflicts/1", token=insider)[0], 200)
        self.assertEqual(self.register.http("/v1/conflicts", token=insider)[0], 200)
        self.assertEqual(self.register.http("/v1/conflicts/1", token="")[0], 401)
        for path in ("/v1/conflicts/0", "/v1/conflicts/01", "/v1/conflicts/-1", "/v1/conflicts/1x",
                     "/v1/conflicts/99999999999999999999"):
            self.assertEqual(self.register.http(path)[0], 404, path)
        self.assertEqual(self.register.http("/v1/conflicts?open=1")[0], 400)


if __name__ == "__main__":
    unittest.main()
