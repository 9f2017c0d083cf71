# SPDX-License-Identifier: Apache-2.0
"""What was redacted is nowhere any more, and what is restricted is nowhere else; chains hold all the same."""
import hashlib
import json
import secrets
import unittest
import urllib.parse

import samples
import wire
from checker import Checker
from model_case import ModelCase

SECRET = "Xyzzyplugh"  # stands for what must not be read any more


def report(word="ongoing", narrative=SECRET, **more):
    return {"progress": word, "source": word, "narrative": narrative, "reported_on": "2025-06-30",
            "precision": "half", **more}


def redaction(*revisions, **more):
    return {"revisions": list(revisions), "ordered_by": "Data protection officer", "reason": "names a person",
            **more}


class Case(ModelCase):
    def setUp(self):
        super().setUp()
        self.world()

    def tables_with(self, text):
        """Names of the tables that hold the text, in a text, as JSON or in bytes."""
        found = []
        for (table,) in self.register.sql(
                "SELECT c.oid::regclass::text FROM pg_class c WHERE relnamespace = 'uptake'::regnamespace"
                " AND relkind IN ('r', 'm', 'p') ORDER BY 1"):
            if self.register.one(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s OR t::text LIKE %s",
                                 (f"%{text}%", f"%{text.encode().hex()}%")):
                found.append(table)
        return found

    def reader(self, *scopes):
        """The token of a new principal that may read these scopes."""
        token, name = secrets.token_hex(32), "reader-" + "-".join(scopes).replace(":", "-")
        self.register.sql(
            "WITH p AS (INSERT INTO uptake.principal (name, created_at) VALUES (%s, clock_timestamp())"
            "           RETURNING principal_id),"
            " g AS (INSERT INTO uptake.read_grant SELECT principal_id, scope_id FROM p, uptake.scope"
            "       WHERE scope.name = ANY (%s))"
            " INSERT INTO uptake.token (token_hash, principal_id, created_at, expires_at)"
            " SELECT %s, principal_id, clock_timestamp(), clock_timestamp() + interval '1 day' FROM p",
            (name, list(scopes), hashlib.blake2b(token.encode(), digest_size=32).digest()))
        return token

    def read_all(self, token):
        """Everything this reader can ask for; path -> bytes."""
        scopes = [each["name"] for each in json.loads(self.register.http("/v1/scopes", token=token)[2])["scopes"]]
        paths = ["/", "/actions", "/recommendations", "/findings", "/v1/documents/d/state", "/v1/dead-letters"]
        for scope in scopes:
            quoted = urllib.parse.quote(scope, safe="")
            paths += [f"/v1/scopes/{quoted}/{each}" for each in (
                "snapshot", "changes?after=0&limit=1000", "summary", "actions", "items",
                "items?kind=action", "items?kind=finding", "items?known_at=2099-01-01T00:00:00Z")]
            paths += [f"{page}?scope={quoted}" for page in ("/", "/actions", "/recommendations", "/findings")]
        for (key,) in self.register.sql("SELECT item_key FROM uptake.item"):
            quoted = urllib.parse.quote(key, safe="")
            paths += [f"/items/{quoted}", f"/v1/items/{quoted}", f"/v1/history/{quoted}"]
        return {path: self.register.http(path, token=token)[2] for path in paths}

    def served(self, text, token=None):
        return [path for path, body in self.read_all(token).items() if text.encode() in body]

    def logged(self, text):
        return [name for name, service in self.register.services.items()
                if service.log_path.exists() and text in service.log_path.read_text()]


class Redaction(Case):
    def spread(self):
        """A narrative that has come into feeds, images, a conflict, a refusal and a dead letter."""
        self.accept(self.again("d#1/1", disclosure_set={"disclosure": "public"}))
        self.accept(self.again("d#1/1", progress_report=report()))  # revision 3
        self.accept(self.again("d#1/1", responsibilities=samples.responsible("A", "B")))  # an image, with it
        stale = self.again("d#1/1", progress_report=report("completed", SECRET + " again"))
        stale.base_revision = 1
        self.refuse(stale, "CONFLICT", "progress_report", outcome="CONFLICT")
        self.register.sql("""
            CREATE FUNCTION uptake.fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '22012'; END $$;
            CREATE TRIGGER fail BEFORE UPDATE ON uptake.action
                FOR EACH ROW WHEN (NEW.text LIKE 'poison%') EXECUTE FUNCTION uptake.fail()""")
        self.refuse(self.again("d#1/1", action_wording={"code": "1", "recommendations": ["d#1"],
                                                        "text": "poison " + SECRET}), "PARKED", outcome="PARKED")

    def wipe(self, *revisions, **groups):
        return self.again("d#1/1", redaction=redaction(*revisions),
                          **(groups or {"progress_report": report(narrative="They are being asked")}))

    def test_what_was_wiped_is_nowhere_and_all_chains_hold(self):
        self.spread()
        self.check()
        self.register.start("reporting")
        self.assertEqual(self.tables_with(SECRET), ["uptake.change", "uptake.conflict", "uptake.dead_letter"])
        self.assertTrue(self.served(SECRET))
        hashes = self.register.sql("SELECT change_id, body_sha256 FROM uptake.change ORDER BY 1")
        self.step(self.wipe(3))
        self.assertEqual(self.tables_with(SECRET), [])
        self.assertEqual(self.served(SECRET), [])
        self.assertEqual(self.logged(SECRET), [])
        self.assertEqual(self.register.sql("SELECT change_id, body_sha256 FROM uptake.change"
                                           " ORDER BY 1 LIMIT %s", (len(hashes),)), hashes)
        self.assertEqual(Checker(self.register).faults(), [], "one who follows only now")
        (said,) = [each for each in self.register.ingest.log_events() if each["event"] == "redacted"]
        self.assertEqual((said["changes"], said["unapplied"]), ("1", "4"), said)
        self.assertGreater(int(said["bytes"]), 100)
        clean = self.register.json("/v1/items/d%231%2F1")["change"]["progress_report"]["narrative"]
        self.assertEqual(clean, "They are being asked")

    def test_every_feed_is_told_leave_and_then_the_clean_image(self):
        self.spread()
        self.accept(self.wipe(3))
        feeds = {scope: [tuple(row) for row in self.register.sql(
            "SELECT c.operation::text, c.body IS NULL FROM uptake.feed_segment s"
            " CROSS JOIN unnest(s.change_ids) WITH ORDINALITY u (change_id, at)"
            " JOIN uptake.change c USING (change_id) JOIN uptake.item i USING (item_id)"
            " JOIN uptake.scope n USING (scope_id)"
            " WHERE n.name = %s AND i.item_key = 'd#1/1' ORDER BY s.last_seq, u.at", (scope,))]
            for scope in self.seen_by("d#1/1")}
        self.assertEqual(set(feeds), {"hq", "public", "region:asia-pacific", "unit:A", "region:africa", "unit:B"})
        for scope, entries in feeds.items():
            self.assertEqual(entries[-3:], [("set", False), ("leave", False), ("enter", False)], scope)
            self.assertIn(True, [wiped for _, wiped in entries], scope)
        self.assertEqual(feeds["unit:B"][0], ("enter", True))

    def test_what_it_names_must_be_there_and_what_stood_last_must_be_said_anew(self):
        self.accept(self.again("d#1/1", progress_report=report()))  # revision 2
        clean = {"progress_report": report(narrative="clean")}
        self.refuse(self.wipe(9, **clean), "REVISION_UNKNOWN", "redaction.revisions")
        self.refuse(self.again("d#1/1", redaction=redaction(2)), "REDACTION_LEAVES_GROUP", "progress_report")
        self.refuse(self.wipe(1, 2, **clean), "REDACTION_LEAVES_GROUP", "action_wording")
        self.refuse(self.wipe(**clean), "FIELD_MISSING", "redaction.revisions")
        self.refuse(self.wipe(2, 2, **clean), "NUMBER_RANGE", "redaction.revisions")
        self.refuse(self.again("d#1/1", redaction=redaction(2, ordered_by=""), **clean), "FIELD_EMPTY",
                    "redaction.ordered_by")
        self.assertEqual(self.tables_with(SECRET), ["uptake.change"])
        self.accept(self.wipe(2, **clean))
        self.refuse(self.wipe(2, **clean), "REVISION_REDACTED", "redaction.revisions")
        self.assertEqual(self.tables_with(SECRET), [])
        self.check()

    def test_a_repeat_of_the_redaction_wipes_nothing_more(self):
        self.accept(self.again("d#1/1", progress_report=report()))
        sent = self.submission(self.wipe(2))
        first = self.client.push(sent)[sent.message_id]
        self.assertEqual(first.revision, 3, first)
        self.accept(self.again("d#1/1", progress_report=report(narrative="later")))
        again = self.client.push(sent)[sent.message_id]
        self.assertEqual((again.duplicate, again.revision), (True, first.revision))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change WHERE body IS NULL"), 1)
        self.check()

    def test_with_other_scopes_in_the_same_change(self):
        self.accept(self.again("d#1/1", responsibilities=samples.responsible("A") | {"source": SECRET}))
        self.step(self.wipe(2, responsibilities=samples.responsible("B")))
        self.assertEqual(self.tables_with(SECRET), [])
        self.assertEqual(self.seen_by("d#1/1"), {"hq", "region:asia-pacific", "region:africa", "unit:B", "unit:A"})
        self.assertEqual(Checker(self.register).faults(), [])

    def test_of_what_was_retracted_too(self):
        self.accept(self.again("d#finding:f", finding_raised={
            "code": "X", "severity": "info", "message": SECRET, "remedy": "r"}))
        self.accept(self.retract("d#finding:f"))
        self.step(self.again("d#finding:f", redaction=redaction(2), finding_raised={
            "code": "X", "severity": "info", "message": "m", "remedy": "r"}))
        self.assertEqual(self.tables_with(SECRET), [])

    def test_the_verb(self):
        self.register.start("reporting")
        self.accept(self.again("d#1/1", progress_report=report()))
        clean = self.register.folder / "clean.json"
        clean.write_text(json.dumps({"progress_report": report(narrative="clean")}))
        named = ("redact", "d#1/1", "--by", "Officer", "--reason", "names a person")
        self.assertIn("USAGE", self.register.run(*named).stderr)
        done = self.register.run(*named, "--revision", "2")
        self.assertEqual((done.returncode, "REDACTION_LEAVES_GROUP" in done.stderr), (1, True), done.stderr)
        self.register.must(*named, "--revision", "2", "--with", clean)
        self.assertEqual(self.tables_with(SECRET), [])
        kept = ("action_wording", "timeframe", "responsibilities")
        self.register.must(*named, "--revision", "1", *(word for group in kept for word in ("--keep", group)))
        self.check()
        self.assertIn("redacted", self.register.must("history", "d#1/1"))


class Restricted(Case):
    """I18: what is restricted reaches nobody but hq and the units that do the work."""

    def feeds_with(self, text):
        return {name for name, body in self.register.sql(
            "SELECT n.name, c.body FROM uptake.feed_segment s JOIN uptake.scope n USING (scope_id)"
            " CROSS JOIN unnest(s.change_ids) u (change_id) JOIN uptake.change c USING (change_id)")
            if body is not None and text.encode() in bytes(body)}

    def test_it_is_seen_by_nobody_else_in_any_form(self):
        self.accept(samples.action("d", "1/9", disclosure_set={"disclosure": "restricted"},
                                   responsibilities=samples.responsible("B")))
        self.accept(self.again("d#1/9", progress_report=report()))
        stale = self.again("d#1/9", progress_report=report("completed", SECRET + " again"))
        stale.base_revision = 1
        self.refuse(stale, "CONFLICT", "progress_report", outcome="CONFLICT")
        finding = samples.finding("d", "s", "d#1/9")
        finding.finding_raised.message = SECRET
        self.accept(finding)
        self.step(self.again("d#1/9", progress_report=report(narrative=SECRET + " more")))
        self.assertEqual(self.feeds_with(SECRET), {"hq", "unit:B"})
        self.register.start("reporting")
        for scopes in (("public",), ("region:africa",), ("unit:A", "region:asia-pacific"), ("audit",)):
            token = self.reader(*scopes)
            self.assertEqual(self.served(SECRET, token), [], scopes)
            self.assertTrue(self.read_all(token))
        self.assertTrue(self.served(SECRET, self.reader("unit:B")))
        self.assertEqual(self.logged(SECRET), [])


if __name__ == "__main__":
    unittest.main()
