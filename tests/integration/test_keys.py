# SPDX-License-Identifier: Apache-2.0
"""Who may connect and what each may do, said by changes: keys, tokens, grants, and who sees them."""
import hashlib
import json
import os
import pathlib
import shutil
import stat
import unittest

import state
import wire
import zmq
from checker import Checker
from harness import PATIENCE, Register, wait_until
from samples import action, change, document, of_action, recommendation, responsible, unit

CANARY = "Canary Mandate Office"
REPORT = {"progress": "ongoing", "source": "Under way", "narrative": "two of five done"}
TIMEFRAME = {"source": "2031", "due_on": "2031-12-31", "precision": "year"}


def key_in(path):
    lines = dict(line.split() for line in pathlib.Path(path).read_text().splitlines())
    return lines["public"], lines["secret"]


class Sender:
    """A principal's own connection."""

    def __init__(self, case, key):
        self.client = wire.Client(f"tcp://127.0.0.1:{case.register.ports['push']}", key,
                                  case.register.key("ingest.public")[0])
        case.addCleanup(self.client.close)

    def hears(self, seconds=PATIENCE):
        return self.client.hello(seconds) is not None

    def push(self, body):
        message_id = hashlib.sha256(body.SerializeToString()).digest()[:16]
        return self.client.push(wire.submission(message_id, body))[message_id]


class KeysCase(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.operator = Sender(self, self.register.key("cli.key"))
        self.assertTrue(self.operator.hears())
        for body in (unit("A"), unit("B"), document("d", office="A"), document("e", office="B"),
                     recommendation("d", "1"), recommendation("e", "1"),
                     action("d", responsibilities=responsible("A")),
                     action("e", responsibilities=responsible("B"))):
            self.good(self.operator.push(body))

    def good(self, receipt):
        self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_COMMITTED"), ""), receipt.text)
        return receipt

    def refused(self, receipt, code, place=None):
        self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_REFUSED"), code), receipt.text)
        if place is not None:
            self.assertEqual(receipt.place, place)
        return receipt

    def keys(self, *arguments):
        return json.loads(self.register.must("keys", arguments[0], "--json", *arguments[1:]))

    def add(self, name, *arguments):
        """Adds a principal with a key made here; gives the key."""
        shown = self.keys("add", name, "--make", self.register.folder / "made", *arguments)
        self.assertEqual(stat.S_IMODE(pathlib.Path(shown["key_file"]).stat().st_mode), 0o600)
        return key_in(shown["key_file"])

    def connect(self, key):
        """A new connection of a key that was let in; ingest may need a moment to know of it."""
        wait_until(lambda: Sender(self, key).hears(0.5), "key let in")
        return Sender(self, key)

    def principal(self, name):
        return self.keys("list", name)["principals"][0]

    def change(self, name, base, **groups):
        return change("principal", "principals", f"principal:{name}", base, **groups)

    def keys_of(self, name):
        """The group as the register has it, to be changed and sent."""
        item = self.register.json(f"/v1/items/principal:{name}")
        return item["revision"], item["change"]["principal_keys"]

    def committed(self, sender, body):
        """A push that may come before ingest has seen the grant."""
        receipt = wait_until(lambda: (lambda answer: answer.code != "NOT_GRANTED" and answer)(sender.push(body)),
                             "grant known")
        return self.good(receipt)


class Grants(KeysCase):
    def test_a_sender_of_progress_in_one_document(self):
        sender = self.connect(self.add("office"))
        body = of_action("d#1/1", 1, progress_report=REPORT)
        self.refused(sender.push(body), "NOT_GRANTED", "kind")
        self.keys("grant", "office", "--push", "action:progress_report", "--document", "d")
        self.committed(sender, body)
        receipt = self.refused(sender.push(of_action("d#1/1", 2, timeframe=TIMEFRAME)), "GROUP_NOT_OWNED", "timeframe")
        self.assertEqual(receipt.text, "timeframe belongs to management; no grant of this key covers it")
        self.refused(sender.push(of_action("d#1/1", 2, progress_report=REPORT, timeframe=TIMEFRAME)),
                     "GROUP_NOT_OWNED", "timeframe")
        self.refused(sender.push(of_action("e#1/1", 1, progress_report=REPORT)), "NOT_GRANTED", "document")
        self.refused(sender.push(recommendation("d", "2")), "NOT_GRANTED", "kind")
        logged = {(event["code"], event["place"]) for event in self.register.ingest.log_events()
                  if event["event"] == "change_refused"}
        self.assertLessEqual({("GROUP_NOT_OWNED", "timeframe"), ("NOT_GRANTED", "document")}, logged)
        # A second grant adds to the first; what is withdrawn is gone.
        self.keys("grant", "office", "--push", "action:timeframe", "--document", "d")
        answered = lambda: sender.push(of_action("d#1/1", 2, timeframe=TIMEFRAME)).code == ""  # noqa: E731
        wait_until(answered, "timeframe granted")
        self.keys("withdraw", "office", "--push", "action:progress_report", "--document", "d")
        wait_until(lambda: sender.push(of_action("d#1/1", 9, progress_report=REPORT)).code == "GROUP_NOT_OWNED",
                   "progress withdrawn")
        # What was accepted while the right stood is still answered by its outcome.
        self.assertTrue(self.good(sender.push(body)).duplicate)
        self.assertEqual(self.principal("office")["pushes"],
                         [{"kind": "action", "groups": ["timeframe"], "document": "d"}])
        done = self.register.run("keys", "withdraw", "office", "--push", "action", "--document", "e")
        self.assertEqual((done.returncode, "GRANT_UNKNOWN" in done.stderr), (2, True))

    def test_a_key_limited_to_what_one_unit_sees(self):
        sender = self.connect(self.add("unit-b"))
        self.keys("grant", "unit-b", "--push", "action", "--unit", "B")
        self.committed(sender, of_action("e#1/1", 1, progress_report=REPORT))
        foreign = self.refused(sender.push(of_action("d#1/1", 1, progress_report=REPORT)), "NOT_GRANTED", "subject")
        absent = self.refused(sender.push(of_action("d#9/9", 1, progress_report=REPORT)), "NOT_GRANTED", "subject")
        self.assertEqual((foreign.text, foreign.revision), (absent.text, absent.revision))
        self.refused(sender.push(action("e", "1/2")), "NOT_GRANTED", "subject")
        # Judged by the item as it stands, and again once it stands otherwise.
        self.good(self.operator.push(of_action("d#1/1", 1, responsibilities=responsible("B"))))
        self.good(sender.push(of_action("d#1/1", 2, progress_report=REPORT)))
        self.good(self.operator.push(of_action("d#1/1", 3, responsibilities=responsible("A"))))
        self.refused(sender.push(of_action("d#1/1", 4, progress_report=REPORT)), "NOT_GRANTED", "subject")
        # Every one of these stands on record, with who tried.
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.refusal JOIN uptake.principal p ON p.principal_id = sender_id"
            " WHERE p.name = 'unit-b' AND code = 'NOT_GRANTED'"), 4)

    def test_a_refusal_for_want_of_a_right_is_judged_again(self):
        sender = self.connect(self.add("unit-b"))
        self.keys("grant", "unit-b", "--push", "action", "--unit", "B")
        body = of_action("d#1/1", 1, progress_report=REPORT)
        wait_until(lambda: sender.push(body).place == "subject", "grant known")
        self.keys("grant", "unit-b", "--push", "action")
        self.committed(sender, body)

    def test_names_and_grants_are_of_what_there_is(self):
        done = self.register.run("keys", "add", "../office", "--make", self.register.folder / "made")
        self.assertEqual((done.returncode, "NAME_BAD" in done.stderr), (2, True), done.stderr)
        self.assertFalse((self.register.folder / "office.key").exists())
        self.add("office")
        for arguments, code in ((("--read", "region:nowhere"), "SCOPE_UNKNOWN"), (("--read", "everything"), "SCOPE_UNKNOWN"),
                                (("--push", "action:nothing"), "GROUP_UNKNOWN"),
                                (("--push", "unit:timeframe"), "GROUP_NOT_ALLOWED")):
            done = self.register.run("keys", "grant", "office", *arguments)
            self.assertEqual((done.returncode, code in done.stderr), (1, True), done.stderr)
        self.keys("grant", "office", "--read", "region:asia-pacific", "--read", "unit:A")
        self.assertEqual(self.principal("office")["reads"], ["region:asia-pacific", "unit:A"])


class Rotation(KeysCase):
    def test_two_keys_for_a_while_then_the_older_is_deaf(self):
        first = self.connect(self.add("office"))
        shown = self.keys("rotate", "office", "--make", self.register.folder / "made")
        second = self.connect(key_in(shown["key_file"]))
        self.assertTrue(first.hears())
        done = self.register.run("keys", "rotate", "office", "--public-key", zmq.curve_keypair()[0].decode())
        self.assertEqual((done.returncode, "TOO_MANY_KEYS" in done.stderr), (1, True), done.stderr)
        self.keys("rotate", "office", "--done")
        wait_until(lambda: not first.hears(0.5), "older key deaf")
        self.assertTrue(second.hears())
        self.assertEqual([key.get("revoked", False) for key in self.principal("office")["keys"]], [True, False])
        before = state.of(self.register)
        self.keys("rotate", "office", "--done")
        self.assertEqual(state.differences(before, state.of(self.register)), [])

    def test_a_key_in_use_or_revoked_is_no_next_one(self):
        self.connect(self.add("office"))
        made = self.register.folder / "made"
        self.keys("rotate", "office", "--make", made)
        self.keys("rotate", "office", "--done")
        done = self.register.run("keys", "rotate", "office", "--make", made)
        self.assertEqual((done.returncode, "KEY_IN_USE" in done.stderr), (2, True), done.stderr)
        old = self.principal("office")["keys"][0]["public_key"]
        for verb in ("rotate", "add"):
            done = self.register.run("keys", verb, "office", "--public-key", old)
            self.assertEqual((done.returncode, "KEY_REVOKED" in done.stderr), (2, True), done.stderr)

    def test_a_grant_that_names_no_group_is_refused(self):
        self.add("office")
        for wrong in ("action:", "action:progress_report,", "action:,progress_report"):
            done = self.register.run("keys", "grant", "office", "--push", wrong)
            self.assertEqual((done.returncode, "USAGE" in done.stderr), (2, True), done.stderr)

    def test_a_revoked_key_is_deaf_at_once_and_for_ever(self):
        key = self.add("office")
        sender = self.connect(key)
        self.keys("revoke", "--reason", "lost laptop", "office", "--", key[0])
        wait_until(lambda: not sender.hears(0.3), "revoked key deaf", 5)
        self.assertTrue(self.operator.hears())
        revision, keys = self.keys_of("office")
        self.assertEqual(keys, {"keys": [{"public_key": key[0], "revoked": True, "reason": "lost laptop"}]})
        self.refused(self.operator.push(self.change("office", revision, principal_keys={
            "keys": [{"public_key": key[0]}]})), "KEY_REVOKED", "principal_keys.keys")
        self.refused(self.operator.push(self.change("office", revision, principal_keys={})), "KEYS_FORGOTTEN")
        self.refused(self.operator.push(self.change("other", 0, principal_identity={"title": "Other"}, principal_keys={
            "keys": [{"public_key": key[0]}]})), "KEY_TAKEN_BY_OTHER")
        done = self.register.run("history", "principal:office")
        self.assertEqual((done.returncode, "lost laptop" in done.stdout), (0, True), done.stdout)

    def test_nobody_locks_himself_out(self):
        self.keys("adopt", "--keys", self.register.keys)
        public = self.register.key("cli.key")[0]
        for name, file in (("operator", "cli.key"), ("ingest", "ingest.public")):
            done = self.register.run("keys", "revoke", name, self.register.keys / file, "--reason", "no more")
            self.assertEqual((done.returncode, "LAST_KEY" in done.stderr), (1, True), done.stderr)
        done = self.register.run("keys", "withdraw", "operator", "--push", "principal")
        self.assertEqual((done.returncode, "LAST_GRANT" in done.stderr), (1, True), done.stderr)
        self.refused(self.operator.push(self.change("office", 0, principal_identity={
            "title": "Office", "speaks_for_others": True})), "SPEAKER_NOT_INTERNAL")
        self.assertEqual(self.principal("operator")["keys"], [{"public_key": public}])
        self.assertTrue(self.principal("reporting")["speaks_for_others"])


class Seen(KeysCase):
    def test_only_audit_tells_of_principals(self):
        self.add("office", "--title", CANARY)
        token = json.loads(self.register.must("tokens", "add", "office", "--json"))["token"]
        self.keys("grant", "office", "--read", "hq", "--push", "action")
        self.assertIn(CANARY, json.dumps(self.register.json("/v1/scopes/audit/snapshot?kind=principal")))
        told = self.register.sql(
            "SELECT DISTINCT s.name FROM uptake.feed_segment f JOIN uptake.scope s USING (scope_id),"
            " unnest(f.change_ids) AS u(id) JOIN uptake.change c ON c.change_id = u.id"
            " WHERE position(%s::bytea IN c.body) > 0 OR c.kind = 'principal'", (CANARY.encode(),))
        self.assertEqual(told, [("audit",)])
        for path in ("/v1/scopes/hq/snapshot?limit=1000", "/v1/scopes/hq/snapshot?kind=principal",
                     "/v1/scopes/hq/changes?limit=1000", "/v1/scopes/unit:A/snapshot", "/v1/summary", "/",
                     "/v1/scopes/region:asia-pacific/snapshot", "/v1/scopes/hq/items?kind=principal"):
            status, _, body = self.register.http(path, token=token)
            self.assertNotIn(CANARY.encode(), body, path)
            self.assertNotIn(b"principal:office", body, path)
            self.assertIn(status, (200, 303, 400, 404), path)
        for path in ("/v1/items/principal:office", "/v1/scopes/audit/snapshot", "/v1/scopes/audit/changes"):
            self.assertEqual(self.register.http(path, token=token)[0], 404, path)
        self.assertEqual(Checker(self.register).faults(step=True), [])

    def test_nothing_else_speaks_of_a_principal(self):
        self.add("office")
        for subject in ("principal:office", "principal:nobody"):
            receipt = self.operator.push(change("indicator", "d", "d#indicator:y", 0, indicator_stated={
                "name": "Share", "about": subject, "value": "1"}))
            self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_RETRY_LATER"), "PARENT_UNKNOWN"))

    def test_adding_twice_changes_nothing(self):
        self.add("office", "--title", CANARY, "--contact", "duty officer")
        self.keys("grant", "office", "--push", "action:progress_report", "--read", "hq")
        before = state.of(self.register)
        self.add("office", "--title", CANARY, "--contact", "duty officer")
        self.keys("grant", "office", "--push", "action:progress_report", "--read", "hq")
        self.assertEqual(state.differences(before, state.of(self.register)), [])
        done = self.register.run("keys", "add", "office", "--public-key", zmq.curve_keypair()[0].decode())
        self.assertEqual((done.returncode, "PRINCIPAL_HAS_KEY" in done.stderr), (2, True), done.stderr)

    def test_a_path_as_long_as_a_key_is_a_path(self):
        self.add("office")
        public = self.principal("office")["keys"][0]["public_key"]
        made = pathlib.Path(f"/tmp/path-{os.getpid()}")
        made.mkdir()
        self.addCleanup(shutil.rmtree, made)
        for number, name in enumerate(("k.public", "k.pub.txt", "k")):
            name = "p" * (39 - len(str(made)) - len(name)) + name
            path = f"{made}/{name}"
            self.assertEqual(len(path), 40)
            done = self.register.run("keys", "add", f"other-{number}", "--public-key", path)
            self.assertEqual((done.returncode, "KEY_FILE_MISSING" in done.stderr), (78, True), done.stderr)
            (made / name).write_text("not a key\n")
            done = self.register.run("keys", "add", f"other-{number}", "--public-key", path)
            self.assertEqual((done.returncode, "KEY_FILE_MALFORMED" in done.stderr), (78, True), done.stderr)
            (made / name).write_text(f"public {public}\n")
            done = self.register.run("keys", "add", f"other-{number}", "--public-key", path)
            self.assertEqual((done.returncode, "KEY_TAKEN_BY_OTHER" in done.stderr), (1, True), done.stderr)
        self.keys("add", "with-a-slash", "--public-key", "/" + zmq.curve_keypair()[0].decode()[1:])

    def test_two_who_change_a_principal_meet_and_a_person_settles_it(self):
        self.add("office", "--title", "Office")
        for title in ("The office", "An office"):
            told = self.operator.push(self.change("office", 1, principal_identity={"title": title}))
        self.assertEqual(told.outcome, wire.word("OUTCOME_CONFLICT"))
        self.assertIn("An office", self.register.must("conflicts", "show", "1"))
        self.register.must("conflicts", "settle", "1", "--take", "--by", "A. Person", "--reason", "asked them")
        self.assertEqual(self.principal("office")["title"], "An office")
        self.operator.push(self.change("office", 1, principal_identity={"title": "Third"}))
        self.register.must("conflicts", "settle", "2", "--keep", "--by", "A. Person", "--reason", "said before")
        self.assertEqual(self.principal("office")["title"], "An office")
        self.assertEqual(json.loads(self.register.must("conflicts", "--json"))["open"], 0)
        # A version that forgets a key that came meanwhile is not taken: it is written anew.
        revision, keys = self.keys_of("office")
        self.keys("rotate", "office", "--make", self.register.folder / "made")
        keys["keys"][0] |= {"revoked": True, "reason": "lost"}
        self.operator.push(self.change("office", revision, principal_keys=keys))
        done = self.register.run("conflicts", "settle", "3", "--take", "--by", "A. Person", "--reason", "lost")
        self.assertIn("KEYS_FORGOTTEN", done.stderr)
        _, held = self.keys_of("office")
        held["keys"][0] |= {"revoked": True, "reason": "lost"}
        path = self.register.folder / "right.json"
        path.write_text(json.dumps({"principal_keys": held}))
        self.register.must("conflicts", "settle", "3", "--with", path, "--by", "A. Person", "--reason", "lost")
        self.assertEqual([key.get("revoked", False) for key in self.principal("office")["keys"]], [True, False])
        self.assertEqual(Checker(self.register).faults(step=True), [])

    def test_a_token_reads_until_it_is_revoked_and_its_secret_is_nowhere(self):
        self.keys("add", "reader", "--title", "Reads by token alone")
        shown = json.loads(self.register.must("tokens", "add", "reader", "--note", "dashboard", "--json"))
        self.keys("grant", "reader", "--read", "unit:A")
        self.assertEqual(self.register.http("/v1/scopes/unit:A/snapshot", token=shown["token"])[0], 200)
        self.assertEqual(self.register.http("/v1/scopes/unit:B/snapshot", token=shown["token"])[0], 404)
        for secret in (shown["token"].encode(), bytes.fromhex(shown["token"])):
            self.assertEqual(self.register.one(
                "SELECT count(*) FROM uptake.change WHERE position(%s::bytea IN body) > 0", (secret,)), 0)
        self.register.must("tokens", "revoke", "reader", shown["token_hash"][:16])
        self.assertEqual(self.register.http("/v1/scopes/unit:A/snapshot", token=shown["token"])[0], 401)
        self.assertIn("revoked", self.register.must("tokens", "list", "reader"))

    def test_bootstrap_again_gives_back_nothing_that_was_withdrawn(self):
        self.keys("adopt", "--keys", self.register.keys)
        self.keys("withdraw", "workflow", "--push", "reminder")
        before = state.of(self.register)
        self.register.must("keys", "bootstrap", "--database", self.register.database.conninfo("postgres"),
                           "--keys", self.register.keys)
        self.keys("adopt", "--keys", self.register.keys)
        self.assertEqual(state.differences(before, state.of(self.register)), [])
        self.assertEqual(self.register.sql(
            "SELECT kind::text FROM uptake.push_grant JOIN uptake.principal USING (principal_id)"
            " WHERE name = 'workflow'"), [])
        self.assertEqual(Checker(self.register).faults(), [])


if __name__ == "__main__":
    unittest.main()
