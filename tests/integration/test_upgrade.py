# SPDX-License-Identifier: Apache-2.0
"""A register of the first schema, with data as it was written then, goes on under the present one."""
import hashlib
import subprocess
import unittest
import uuid

import database
import harness
import samples
from model_case import ModelCase
from samples import responsible

FIRST = ("register", "ledger", "reading")
GROUPS_THEN = 13


class OldRegister(harness.Register):
    """One whose database has the first schema and rows of that time, brought up to date before its use."""

    def __enter__(self):
        fresh = database.fresh
        database.fresh = self.old_database
        try:
            return super().__enter__()
        finally:
            database.fresh = fresh

    def old_database(self, _):
        server = database.server()
        self.old = database.Database(server, f"uptake_old_{uuid.uuid4().hex[:8]}")
        server.execute(f'CREATE DATABASE "{self.old.name}"')
        for change in FIRST:
            self.deploy(change)
        write_as_then(self.old)
        for change in database.plan_changes()[len(FIRST):]:
            self.deploy(change)
        for change in database.plan_changes():
            self.deploy(change, "verify")
        return self.old

    def deploy(self, change, folder="deploy"):
        done = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.old.conninfo("postgres"),
             "-f", harness.ROOT / f"deploy/schema/{folder}/{change}.sql"],
            text=True, capture_output=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{folder} {change}: {done.stderr}"


def groups_of(body):
    return [number - 15 for number in (field.number for field, _ in body.ListFields()) if number >= 16]


def write_as_then(old):
    """A unit, a document with a recommendation and an action, and two reports of progress, as the first ingest
    wrote them: one row each, arrays of thirteen groups, a segment per change and scope."""
    old.sql("INSERT INTO uptake.principal (name, internal, created_at) VALUES ('ingest', true, 'epoch'),"
            " ('operator', false, 'epoch')")
    old.sql("INSERT INTO uptake.push_grant (principal_id, kind, document)"
            " SELECT 2, unnest(ARRAY['document', 'recommendation', 'action', 'unit', 'policy']::uptake.item_kind[]), NULL")
    for name in ("unit:A", "region:asia-pacific"):
        old.sql("SELECT uptake.open_scope(%s, %s, 'epoch')", (name, name.partition(":")[0]))
    seen = ["hq", "region:asia-pacific", "unit:A"]
    bodies = [
        (samples.unit("A"), ["hq"], {}),
        (samples.document("d", "A"), seen, {}),
        (samples.recommendation("d", "1"), seen, {"position_taken": "none_given"}),
        (samples.action(
            "d", "1/1", responsibilities=responsible("A"),
            timeframe={"source": "2024", "due_on": "2024-12-31", "precision": "year"}), seen,
         {"progress": "unknown", "due_on": "2024-12-31"}),
        (samples.of_action("d#1/1", 1, progress_report={"progress": "initiated", "reported_on": "2024-03-31"}), seen,
         {"progress": "initiated", "due_on": "2024-12-31", "reported_on": "2024-03-31"}),
        (samples.of_action("d#1/1", 2, progress_report={"progress": "ongoing", "reported_on": "2024-09-30"}), seen,
         {"progress": "ongoing", "due_on": "2024-12-31", "reported_on": "2024-09-30"}),
    ]
    ids = {}
    for number, (body, scopes, axes) in enumerate(bodies, 1):
        write_change(old, number, body, scopes, axes, ids)
    item = ids.__getitem__
    old.sql("INSERT INTO uptake.unit SELECT %s, 'A', 'Unit A', 'unit', NULL, NULL, s.scope_id, r.scope_id,"
            " 'Asia/Bangkok', '{the A}', 'a@example.org', 'en' FROM uptake.scope s, uptake.scope r"
            " WHERE s.name = 'unit:A' AND r.name = 'region:asia-pacific'", (item("unit:A"),))
    old.sql("INSERT INTO uptake.document VALUES (%s, 'd', '', '2024-07-02', 'evaluation', 'Here', %s, 'en', '{}', '', '')",
            (item("d"), item("unit:A")))
    old.sql("INSERT INTO uptake.recommendation VALUES (%s, '1', %s, '{Norland}', '')",
            (item("d#1"), samples.canary("d#1")))
    old.sql("INSERT INTO uptake.action VALUES (%s, '1', %s, '2024', NULL, 'year', false, false, 'A')",
            (item("d#1/1"), samples.canary("d#1/1")))
    old.sql("INSERT INTO uptake.action_recommendation VALUES (%s, %s)", (item("d#1/1"), item("d#1")))
    old.sql("INSERT INTO uptake.responsibility VALUES (%s, 0, %s, 'A', 'lead', 'management', false, false, false, false)",
            (item("d#1/1"), item("unit:A")))
    old.sql("INSERT INTO uptake.rollup SELECT s.scope_id, i.kind, i.addressee, coalesce(position_taken::text, ''),"
            " coalesce(progress::text, ''), coalesce(due_on, 'infinity'), 1 FROM uptake.item i"
            " JOIN uptake.scope s ON s.scope_id = ANY (i.scopes) WHERE i.kind IN ('recommendation', 'action')")
    old.sql("SELECT setval('uptake.change_id_seq', 100), setval('uptake.item_id_seq', 100)")


def write_change(old, number, body, scopes, axes, ids):
    # What the first schema had no field for was not said.
    if body.HasField("unit_identity"):
        body.unit_identity.ClearField("valid_from")
        del body.unit_contact.alternates[:]
        body.unit_contact.ClearField("focal_point")
    if body.HasField("recommendation_text"):
        del body.recommendation_text.themes[:]
    packed = body.SerializeToString()
    digest = hashlib.sha256(packed).digest()
    numbers = sorted(each for name in scopes for (each,) in old.sql(
        "SELECT scope_id FROM uptake.scope WHERE name = %s", (name,)))
    kind = samples.word_of(body.DESCRIPTOR.fields_by_name["kind"].enum_type, body.kind)
    revision = body.base_revision + 1
    changed = [number if group in groups_of(body) else 0 for group in range(1, GROUPS_THEN + 1)]
    revised = [revision if each else 0 for each in changed]
    if revision == 1:
        ids[body.subject] = len(ids) + 1
        parent = ids.get(body.document) if kind in ("recommendation", "action") else None
        old.sql("INSERT INTO uptake.item VALUES (%s, %s, %s, %s, %s, 1, %s, %s, 'internal', %s, %s, %s, NULL, %s, %s)",
                (ids[body.subject], body.subject, kind, body.document, parent, changed, revised,
                 "unspecified" if kind == "unit" else "office", axes.get("position_taken"), axes.get("progress"),
                 axes.get("due_on"), numbers))
    else:
        old.sql("UPDATE uptake.item SET revision = %s, progress = %s, reported_on = %s,"
                " group_changes = group_changes[:7] || %s::bigint || group_changes[9:],"
                " group_revisions = group_revisions[:7] || %s::bigint || group_revisions[9:] WHERE item_key = %s",
                (revision, axes["progress"], axes["reported_on"], number, revision, body.subject))
    old.sql("INSERT INTO uptake.change VALUES (%s, 2, %s, %s, 'set', %s, %s, %s, %s, %s, 'committed', %s, %s, %s,"
            " '2024-10-01'::timestamptz + make_interval(secs => %s))",
            (number, str(uuid.UUID(int=number)), digest, kind, body.document, ids[body.subject], revision, packed,
             axes.get("progress"), axes.get("reported_on"), numbers, number))
    old.sql("WITH head AS (UPDATE uptake.feed_head SET seq = seq + 1, chain = sha256(chain || %s),"
            " recorded_at = '2024-10-01'::timestamptz + make_interval(secs => %s) WHERE scope_id = ANY (%s) RETURNING *)"
            " INSERT INTO uptake.feed_segment SELECT scope_id, seq, seq, ARRAY[%s::bigint], chain, recorded_at FROM head",
            (digest, number, numbers, number))


class Upgrade(ModelCase):
    register_class = OldRegister

    def test_old_items_take_new_groups_and_move(self):
        self.check()
        self.assertEqual(self.item("d#1/1", "due_on::text", "first_due_on::text"), ("2024-12-31", "2024-12-31"))
        self.assertEqual(self.register.one(
            "SELECT uptake.assurance_word(item_id) FROM uptake.item WHERE item_key = 'd#1/1'"), "self_reported")
        self.step(self.again("d#1/1", extensions=samples.extensions("2025-06-30")))
        self.assertEqual(self.item("d#1/1", "due_on::text", "first_due_on::text"), ("2025-06-30", "2024-12-31"))
        self.step(self.again("d#1/1", progress_review={"review": "validated", "of_revision": 3, "reviewer": "unit:A"}))
        self.step(samples.unit("B", "africa"), self.again("d#1", responsibilities=responsible("B"), position_taken={
            "position": "accepted", "comment_progress": ["ongoing"]}))
        self.step(samples.unit("A", "europe", 1, merged_into="unit:B"))
        self.assertIn("region:africa", self.seen_by("d#1/1"))
        self.step(samples.indicator("d", "y", "d#1/1"), samples.finding("d", "f", "d#1/1"), samples.crosswalk("s"))
        self.step(self.again("d", disclosure_set={"disclosure": "restricted"}))
        self.step(self.retract("d#indicator:y"), self.retract("d#1/1"), self.retract("d#1"), self.retract("d"))
        self.step(self.restore("d"))

    def test_who_might_push_documents_may_push_what_belongs_to_them_now(self):
        kinds = {kind for (kind,) in self.register.sql(
            "SELECT kind::text FROM uptake.push_grant JOIN uptake.principal USING (principal_id) WHERE name = 'operator'")}
        self.assertLessEqual({"assessment_round", "assessment", "indicator", "link", "finding", "crosswalk",
                              "principal", "dead_letter"}, kinds)


if __name__ == "__main__":
    unittest.main()
