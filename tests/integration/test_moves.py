# SPDX-License-Identifier: Apache-2.0
"""What moves takes along what hangs on it, and every feed says so: scenarios, a random walk, two at once."""
import random
import threading
import time
import unittest

import psycopg2
import samples
import wire
from harness import PATIENCE, Service, free_ports, random_seed, wait_until
from model_case import ModelCase
from samples import OTHER_VALUES, extensions, responsible

STEPS = 400
RESTRICTED, PUBLIC, INTERNAL = ({"disclosure": word} for word in ("restricted", "public", "internal"))


class Moves(ModelCase):
    def setUp(self):
        super().setUp()
        self.world()
        self.check()

    def test_a_document_changes_its_office(self):
        self.step(samples.document("d", "B", base=1))
        self.assertEqual(self.seen_by("d#2"), {"hq", "region:africa", "unit:B"})
        self.step(samples.document("d", "", base=2), samples.document("d", "A", base=3))

    def test_a_document_changes_its_addressee(self):
        self.step(samples.document("d", "A", "state", base=1))
        self.assertEqual(self.register.sql("SELECT DISTINCT addressee::text FROM uptake.item WHERE document = 'd'"),
                         [("state",)])
        self.step(samples.document("d", "C", "office", base=2))

    def test_a_document_changes_its_disclosure(self):
        self.step(self.again("d", disclosure_set=PUBLIC))
        self.assertIn("public", self.seen_by("d#1/1"))
        for inner in ("d#link:l", "d#finding:f", "reminder:p:d#1/1:1:0:A"):
            self.assertNotIn("public", self.seen_by(inner))
        self.step(self.again("d#1/1", disclosure_set=INTERNAL))
        self.step(self.again("d", disclosure_set=RESTRICTED))
        self.assertEqual(self.seen_by("d#2"), {"hq"})
        self.step(self.again("d", disclosure_set=INTERNAL))

    def test_what_speaks_of_a_restricted_item_is_restricted_too(self):
        self.step(self.again("d#1/1", disclosure_set=RESTRICTED), self.again("d#1.1", disclosure_set=RESTRICTED))
        for told in ("d#finding:f", "d#indicator:y", "d#1/1"):
            self.assertNotIn("region:asia-pacific", self.seen_by(told), told)
        self.assertEqual(self.seen_by("d#assessment:x"), {"hq"})
        self.step(self.again("d#1/1", disclosure_set=INTERNAL))

    def test_a_link_is_seen_where_both_ends_are(self):
        self.assertEqual(self.seen_by("d#link:l"), {"hq"})
        self.step(self.again("d#1/1", responsibilities=responsible("A", "C")))
        self.assertEqual(self.seen_by("d#link:l"), {"hq", "region:europe", "unit:C"})
        self.step(self.again("d#link:l", disclosure_set=PUBLIC))
        self.assertNotIn("public", self.seen_by("d#link:l"))
        self.step(self.again("d", disclosure_set=PUBLIC))
        self.step(self.again("e", disclosure_set=PUBLIC))
        self.assertIn("public", self.seen_by("d#link:l"))
        self.step(self.again("d#link:l", link_drawn={"relation": "repeats", "from": "d#1", "to": "d#2"}))
        self.step(self.again("d#2", disclosure_set=RESTRICTED))

    def test_a_unit_changes_its_region(self):
        self.step(samples.unit("A", "europe", 1), samples.unit("A", "", 2), samples.unit("A", "new-region", 3))
        self.assertEqual(self.seen_by("d#1/1"), {"hq", "unit:A", "region:new-region"})

    def test_a_unit_is_merged_unmerged_and_merged_in_a_chain(self):
        self.step(samples.unit("A", base=1, merged_into="unit:B"))
        self.assertEqual(self.seen_by("d#1/1"), {"hq", "region:asia-pacific", "region:africa", "unit:A", "unit:B"})
        self.refuse(samples.unit("B", "africa", 1, merged_into="unit:A"), "REFERENCE_CYCLE", "unit_identity.merged_into")
        self.refuse(samples.unit("B", "africa", 1, merged_into="unit:B"), "REFERENCE_CYCLE", "unit_identity.merged_into")
        self.step(samples.unit("B", "africa", 1, merged_into="unit:C"))
        self.assertEqual(self.seen_by("d#1/1"), {"hq", "region:asia-pacific", "region:europe", "unit:A", "unit:C"})
        self.refuse(samples.unit("C", "europe", 1, merged_into="unit:A"), "REFERENCE_CYCLE", "unit_identity.merged_into")
        self.step(samples.unit("C", "somewhere", 1), samples.unit("A", base=2), samples.unit("B", "africa", 2))
        self.assertEqual(self.seen_by("d#1/1"), {"hq", "region:asia-pacific", "unit:A"})

    def test_a_refused_move_opens_no_region(self):
        self.refuse(samples.unit("A", "nowhere", 1, merged_into="unit:A"), "REFERENCE_CYCLE")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.scope WHERE name = 'region:nowhere'"), 0)
        self.check()

    def test_an_action_changes_hands_with_what_hangs_on_it(self):
        self.accept(samples.action("e", "1/1"), samples.link("e", "m", "e#1/1", "d#1/1"))
        self.step(self.again("d#1/1", responsibilities=responsible("C")))
        self.assertEqual(self.seen_by("reminder:p:d#1/1:1:0:A"), self.seen_by("d#1/1") | {"unit:A"})
        self.assertIn("unit:C", self.seen_by("e#link:m"))
        self.step(self.again("d#1/1", responsibilities={"units": []}))
        self.step(self.again("d#1/1", responsibilities=responsible("B"), disclosure_set=RESTRICTED,
                             progress_report={"progress": "completed"}, extensions=extensions("2027-01-01")))

    def test_containers_do_not_see_what_is_restricted(self):
        self.step(self.again("d#1/1", responsibilities=responsible("B", role="container")))
        self.assertIn("unit:B", self.seen_by("d#1/1"))
        self.step(self.again("d#1/1", disclosure_set=RESTRICTED))
        self.assertEqual(self.seen_by("d#1/1"), {"hq"})

    def test_what_is_said_again_moves_nothing(self):
        self.step(self.again("d#1/1", responsibilities=responsible("A")))
        self.step(self.again("d#1/1", disclosure_set=RESTRICTED))
        entries = "SELECT count(*) FROM uptake.change WHERE operation <> 'set'"
        before = self.register.one(entries)
        self.step(self.again("d#1/1", disclosure_set=RESTRICTED))
        self.step(samples.unit("A", base=1), samples.document("d", "A", base=1))
        self.assertEqual(self.register.one(entries), before)

    def test_a_tombstone_moves_too_and_counts_nowhere(self):
        self.step(self.retract("d#indicator:y"), self.retract("d#1/1"))
        self.step(samples.unit("A", "europe", 1))
        self.assertIn("region:europe", self.seen_by("d#1/1"))

    def test_a_move_between_other_changes_of_one_push(self):
        self.accept(self.again("d#1/1", progress_report={"progress": "initiated"}),
                    samples.document("d", "B", base=1),
                    samples.change("action", "d", "d#1/1", 2, progress_report={"progress": "ongoing"}),
                    samples.unit("B", "europe", 1),
                    samples.action("d", "2/1", answers=("2",), responsibilities=responsible("B")),
                    samples.change("action", "d", "d#2/1", 1, disclosure_set=RESTRICTED),
                    samples.change("action", "d", "d#2/1", 1, progress_report={"progress": "ongoing"}),
                    self.again("d#2", hold_set={"hold": "disputed", "reason": "r"}))
        self.check()

    def test_more_than_one_move_can_take_is_refused(self):
        self.register.sql(
            "INSERT INTO uptake.item (item_id, item_key, kind, document, revision, group_changes, group_revisions,"
            " disclosure, addressee, scopes) SELECT nextval('uptake.item_id_seq'), 'd#many/' || n, 'action', 'd', 1,"
            " '{}', '{}', 'internal', 'office', '{1}' FROM generate_series(1, 20001) n")
        receipt = self.refuse(samples.document("d", "B", base=1), "MOVES_TOO_MUCH", "change")
        self.assertIn("20000", receipt.text)
        self.register.sql("DELETE FROM uptake.item WHERE item_key LIKE 'd#many/%'")
        self.step(samples.change("response", "d", "d#response", 1, response_statement={
            "state": "approved", "text": "x" * 60000}))
        self.register.sql(
            "WITH said AS (INSERT INTO uptake.change SELECT nextval('uptake.change_id_seq'), sender_id,"
            " gen_random_uuid(), body_sha256, operation, kind, document, c.item_id, c.revision, body, outcome, progress,"
            " reported_on, scopes, recorded_at FROM uptake.change c, generate_series(1, 250)"
            " WHERE change_id = (SELECT max(change_id) FROM uptake.change) RETURNING change_id)"
            " INSERT INTO uptake.item (item_id, item_key, kind, document, revision, group_changes, group_revisions,"
            " disclosure, addressee, scopes) SELECT nextval('uptake.item_id_seq'), 'd#large/' || change_id, 'response',"
            " 'd', 1, ARRAY[0, change_id], '{0,1}', 'internal', 'office', '{1}' FROM said")
        self.refuse(samples.document("d", "B", base=1), "MOVES_TOO_MUCH", "change")
        self.register.sql("DELETE FROM uptake.change c USING uptake.item i WHERE item_key LIKE 'd#large/%'"
                          " AND c.change_id = i.group_changes[2]")
        self.register.sql("DELETE FROM uptake.item WHERE item_key LIKE 'd#large/%'")
        self.step(samples.document("d", "B", base=1))

    def test_what_no_frame_can_hold_comes_into_no_feed(self):
        """A follower would stand before such an image for ever."""
        self.step(self.again("d#1/1", progress_report={"progress": "ongoing", "narrative": "n" * 60000}))
        self.step(self.again("d#1/1", milestones={"milestones": [{"text": "m" * 64000}] * 2}))
        self.step(self.again("d#1/1", disclosure_set=RESTRICTED))
        self.step(self.again("d#1/1", disclosure_set=INTERNAL))
        self.step(self.again("d#1/1", action_wording={**OTHER_VALUES["action_wording"], "text": "w" * 60000}))
        self.refuse(self.again("d#1/1", disclosure_set=RESTRICTED), "ITEM_TOO_LARGE", "change")
        self.refuse(samples.document("d", "B", base=1), "ITEM_TOO_LARGE", "change")
        self.step(self.again("d#1/1", action_wording=OTHER_VALUES["action_wording"]))
        self.step(self.again("d#1/1", disclosure_set=RESTRICTED), samples.document("d", "B", base=1))


class Walk(ModelCase):
    """Random changes of all kinds, those that are refused included."""
    OPEN = ("assessment_round", "finding", "policy", "crosswalk")

    def choose(self, dice):
        items = self.register.sql(
            "SELECT item_key, kind::text, retracted FROM uptake.item WHERE kind <> 'reminder' ORDER BY item_id")

        def any_of(*kinds):
            return dice.choice([key for key, kind, _ in items if not kinds or kind in kinds])
        number = dice.randrange(10**6)
        one, other = (any_of("unit")[len("unit:"):] for _ in range(2))
        where, asked, step, anything = (any_of("document"), any_of("recommendation"), any_of("action"), any_of())
        judged = any_of("document", "recommendation", "action", "response")
        told = any_of("assessment", "indicator", "link", *self.OPEN)
        region = dice.choice(("", "asia-pacific", "africa", "europe", f"r{number % 3}"))
        gone = [key for key, _, retracted in items if retracted]
        if gone and dice.random() < 0.2:
            return self.restore(dice.choice(gone))
        role = dice.choice(("lead", "support", "container"))
        return dice.choice((
            lambda: self.retract(anything),
            lambda: self.retract(told),
            lambda: samples.unit(one, region, self.revision(f"unit:{one}"), merged_into=dice.choice(
                ("", "", f"unit:{other}"))),
            lambda: samples.document(where, dice.choice((one, "")), dice.choice(("office", "state")),
                                     self.revision(where)),
            lambda: self.again(dice.choice((judged, where, told)), disclosure_set=dice.choice(
                (PUBLIC, INTERNAL, RESTRICTED))),
            lambda: self.again(dice.choice((asked, step)), responsibilities=responsible(one, other, role=role)),
            lambda: self.again(step, progress_report={"progress": dice.choice(("ongoing", "completed", "cancelled"))}),
            lambda: self.again(step, extensions=extensions(f"20{30 + number % 40}-01-01")),
            lambda: self.again(step, timeframe={"due_on": f"20{10 + number % 40}-12-31", "precision": "year"}),
            lambda: self.again(asked, hold_set={"hold": "disputed", "reason": "r"}, position_taken={
                "position": dice.choice(("accepted", "noted"))}),
            lambda: samples.action(where, f"1/{number}", responsibilities=responsible(one)),
            lambda: samples.recommendation(where, f"{number}", parent=dice.choice(("", f"{where}#1"))),
            lambda: samples.recommendation(asked.partition("#")[0], asked.partition("#")[2], self.revision(asked),
                                           parent=any_of("recommendation")),
            lambda: samples.indicator(where, f"{number}", judged),
            lambda: samples.assessment("d", f"{number}", "r", [judged, asked]),
            lambda: samples.link(where, f"{number}", told, judged),
            lambda: samples.finding(where, f"{number}", dice.choice((judged, told, "row 7"))),
            lambda: samples.reminder("p", step, one, number),
            lambda: samples.unit(f"U{number % 40}", region, reports_to=f"unit:{other}"),
            lambda: samples.document(f"n{number % 5}", one)))()

    def test_after_every_step_all_is_true(self):
        seed = random_seed()
        print(f"UPTAKE_TEST_SEED={seed}", flush=True)
        dice = random.Random(seed)
        self.world()
        self.check()
        outcomes = {}
        for number in range(STEPS):
            change = self.choose(dice)
            (receipt,) = self.push(change)
            name = receipt.code or "applied"
            outcomes[name] = outcomes.get(name, 0) + 1
            self.assertNotIn(receipt.code, ("PARKED", "DB_UNAVAILABLE", "OUT_OF_MEMORY"), str(change))
            faults = self.checker.faults(step=True)
            self.assertEqual(faults[:8], [], f"seed {seed}, step {number}: {change}")
        print(f"{outcomes}", flush=True)
        self.assertGreater(outcomes["applied"], STEPS // 3)


class SecondIngest(Service):
    """Another copy of ingest on the same register."""

    def __init__(self, register):
        super().__init__("ingest", register)
        self.push_port, doorbell, self.port = free_ports(3)
        self.log_path = register.folder / "second.log"
        settings = register.settings()
        settings["uptake"] |= {"push_endpoint": f"tcp://127.0.0.1:{self.push_port}",
                               "doorbell_endpoint": f"tcp://127.0.0.1:{doorbell}"}
        settings["ingest"] |= {"health_listen": f"127.0.0.1:{self.port}"}
        self.settings_path = register.write_config(register.folder / "second.conf", settings)

    @property
    def health_port(self):
        return self.port

    def start(self):
        return super().start(config=self.settings_path)


class TwoAtOnce(ModelCase):
    ROUNDS = 40

    def changes(self, writer):
        """What one writer sends in turn: new items, moves of what both use, tombstones, new units."""
        for n in range(self.ROUNDS):
            code = f"{writer}{n}"
            yield samples.action("d", f"1/{code}", responsibilities=responsible("A", "B"))
            yield samples.action("e", f"1/{code}", responsibilities=responsible("B"))
            yield samples.unit(f"U{code}", f"region-{(n + (writer == 'y')) % 4}")
            yield samples.unit("A", f"region-{n % 4}", 2 * n + 1 + (writer == "y"))
            yield samples.document("d", "AB"[n % 2], base=2 * n + 1 + (writer == "y"))
            yield samples.indicator("d", code, f"d#1/{code}")
            yield samples.change("action", "d", f"d#1/{code}", 1, retraction=samples.retraction())
            yield samples.change("indicator", "d", f"d#indicator:{code}", 1, retraction=samples.retraction())

    def send(self, port, changes, failures):
        """As any sender does: in order, the same message again until its answer is final."""
        try:
            client = wire.Client(f"tcp://127.0.0.1:{port}", self.register.key("cli.key"),
                                 self.register.key("ingest.public")[0])
            waiting = [self.submission(each) for each in changes]
            deadline = time.monotonic() + 3 * PATIENCE
            while waiting and time.monotonic() < deadline:
                answers = client.push(*waiting[:20], seconds=PATIENCE)
                waiting = [each for each in waiting if each.message_id not in answers
                           or answers[each.message_id].outcome == wire.word("OUTCOME_RETRY_LATER")]
            failures += [f"{len(waiting)} never settled"] if waiting else []
            client.close()
        except Exception as problem:  # told by the test's own thread
            failures.append(repr(problem))

    def test_two_writers_neither_lose_nor_lock_each_other(self):
        self.world()
        second = SecondIngest(self.register)
        second.start()
        self.addCleanup(second.stop)
        failures = []
        threads = [threading.Thread(target=self.send, args=(port, list(self.changes(name)), failures))
                   for name, port in (("x", self.register.ports["push"]), ("y", second.push_port))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(failures, [])
        self.check()
        events = self.register.ingest.log_events() + second.log_events()
        self.assertEqual([each for each in events if each.get("event") == "batch_failed"], [])

    def waiting(self):
        return self.register.one("SELECT count(*) FROM pg_stat_activity"
                                 " WHERE datname = current_database() AND wait_event_type = 'Lock'")

    def test_what_is_made_while_a_unit_moves_lies_in_its_new_place(self):
        """The move has read what hangs on the unit and waits for hq; a new action of the unit comes by then."""
        self.world()
        second = SecondIngest(self.register)
        second.start()
        self.addCleanup(second.stop)
        other = self.connect(second.push_port)
        made = self.submission(samples.action("e", "1/9", responsibilities=responsible("A")))
        moved = self.submission(samples.unit("A", "oceania", base=1))
        held = psycopg2.connect(self.register.database.conninfo("postgres"))
        self.addCleanup(held.close)
        with held.cursor() as cursor:
            cursor.execute("SELECT 1 FROM uptake.feed_head WHERE scope_id = 1 FOR UPDATE")
        self.client.send(wire.new("Push", submissions=[moved]))
        wait_until(lambda: self.waiting() == 1, "the move to wait for hq")
        other.send(wire.new("Push", submissions=[made]))
        wait_until(lambda: self.waiting() == 2, "the new action to wait as well")
        held.rollback()
        for client in (self.client, other):
            answer = client.receive(PATIENCE)
            self.assertEqual([each.outcome for each in answer.receipts], [wire.word("OUTCOME_COMMITTED")])
        self.assertIn("region:oceania", self.seen_by("e#1/9"))
        self.check()


if __name__ == "__main__":
    unittest.main()
