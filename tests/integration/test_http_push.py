# SPDX-License-Identifier: Apache-2.0
"""POST /v1/push: the same changes, ids and outcomes as over ZeroMQ, in the token's own name."""
import hashlib
import http.client
import json
import unittest
import uuid

import following
import wire
from google.protobuf import json_format
from harness import PATIENCE, Register, wait_until


def report(action, base, document="drill", **more):
    return {"kind": "action", "document": document, "subject": f"{document}#1/{action}", "base_revision": base,
            "progress_report": {"progress": "ongoing", "source": "Ongoing"} | more}


class HttpPush(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest", "reporting")
        for document in ("drill", "twin"):
            lines = "".join(json.dumps(each) + "\n" for each in following.basis(9)).replace('"drill', f'"{document}')
            done = cls.register.run("push", "-", stdin=lines)
            assert done.returncode == 0, done.stderr

    def post(self, body, token=None, kind="application/json"):
        """(status, headers, JSON)"""
        if token is None:
            token = (self.register.keys / "cli.token").read_text().strip()
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.register.ports["http"], timeout=PATIENCE)
        try:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request("POST", "/v1/push", body=body, headers=headers | ({"Content-Type": kind} if kind else {}))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), json.loads(answer.read())
        finally:
            connection.close()

    def push(self, *changes, ids=None):
        """Outcomes; all of them final."""
        body = {"changes": [{"change": each} | ({"message_id": ids[at]} if ids else {})
                            for at, each in enumerate(changes)]}

        def settled():
            status, _, answer = self.post(body)
            self.assertIn(status, (200, 202, 503), answer)
            return answer["outcomes"] if status == 200 else None
        return wait_until(settled, "final outcomes", 120)

    def problem(self, status, code, *arguments, **options):
        got, headers, answer = self.post(*arguments, **options)
        self.assertEqual((got, answer["code"], answer["status"]), (status, code, status))
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        return answer

    def sender_of(self, message_id):
        return self.register.one("SELECT p.name FROM uptake.change c JOIN uptake.principal p"
                                 " ON p.principal_id = c.sender_id WHERE c.message_id = %s", (message_id,))

    def test_outcomes_are_those_of_zeromq_for_the_same_changes(self):
        def changes(document):
            return [report(1, 1, document, narrative="taken"), report(1, 1, document, narrative="in conflict"),
                    report(1, 7, document, reported_on="2024-02-30"), report(2, 1, document)]
        over_http = self.push(*changes("drill"))
        with wire.Client(f"tcp://127.0.0.1:{self.register.ports['push']}", self.register.key("cli.key"),
                         self.register.key("ingest.public")[0]) as client:
            client.hello(PATIENCE)
            over_wire = [self.over_wire(client, each) for each in changes("twin")]
        told = [(each["outcome"], each["code"], each["place"], each["text"].replace("drill", "twin"), each["revision"])
                for each in over_http]
        self.assertEqual(told, over_wire)
        self.assertEqual([each[0] for each in told], ["committed", "conflict", "refused", "committed"])

    def over_wire(self, client, change):
        words = {"kind": f"ITEM_KIND_{change['kind'].upper()}", "operation": "OPERATION_SET"}
        group = dict(change["progress_report"], progress=f"PROGRESS_{change['progress_report']['progress'].upper()}")
        message = json_format.ParseDict({**change, **words, "progress_report": group}, wire.new("Change"))
        message_id = hashlib.sha256(json.dumps(change).encode()).digest()[:16]

        def settled():
            receipt = client.push(wire.submission(message_id, message))[message_id]
            return receipt if receipt.outcome != wire.word("OUTCOME_RETRY_LATER") else None
        receipt = wait_until(settled, "final outcome", 120)
        outcome = next(word for word in ("committed", "merged", "no_op", "refused", "conflict", "parked")
                       if wire.word(f"OUTCOME_{word.upper()}") == receipt.outcome)
        return outcome, receipt.code, receipt.place, receipt.text, receipt.revision

    def test_a_change_is_recorded_as_the_principals_own(self):
        message_id = str(uuid.uuid4())
        outcome, = self.push(report(3, 1, narrative="mine"), ids=[message_id])
        self.assertEqual((outcome["message_id"], outcome["outcome"], outcome["duplicate"]), (message_id, "committed", False))
        self.assertEqual(self.sender_of(message_id), "operator")

    def test_a_repeat_is_a_duplicate_and_another_body_is_refused(self):
        message_id = str(uuid.uuid4())
        first, = self.push(report(4, 1, narrative="first"), ids=[message_id])
        again, = self.push(report(4, 1, narrative="first"), ids=[message_id])
        other, = self.push(report(4, 1, narrative="another"), ids=[message_id])
        self.assertEqual((first["outcome"], again["outcome"], again["duplicate"]), ("committed", "committed", True))
        self.assertEqual((other["outcome"], other["code"]), ("refused", "MESSAGE_ID_REUSED"))

    def test_without_an_id_the_change_is_named_by_its_content_as_by_push(self):
        change = report(5, 1, narrative="by both ways")
        self.assertEqual(self.register.run("push", "-", stdin=json.dumps(change)).returncode, 0)
        outcome, = self.push(change)
        self.assertEqual((outcome["outcome"], outcome["duplicate"]), ("committed", True))

    def test_fifty_go_in_order_and_one_more_does_not(self):
        changes = [report(6, base, narrative=f"report {base}") for base in range(1, 51)]
        outcomes = self.push(*changes)
        self.assertEqual([(each["outcome"], each["revision"]) for each in outcomes],
                         [("committed", base + 1) for base in range(1, 51)])
        body = {"changes": [{"change": each} for each in [*changes, report(6, 51)]]}
        self.assertEqual(self.problem(400, "TOO_MANY_ELEMENTS", body)["place"], "changes")
        self.problem(400, "TOO_MANY_ELEMENTS", {"changes": []})

    def test_mistakes_are_told_with_their_place(self):
        for code, place, body in (
                ("JSON_BAD", "line 2 column 1", '{"changes": [\n}'),
                ("FIELD_MISSING", "changes", []),
                ("FIELD_MISSING", "changes", {"change": []}),
                ("JSON_UNKNOWN_FIELD", "chances", {"changes": [], "chances": []}),
                ("FIELD_MISSING", "changes[0].change", {"changes": [{}]}),
                ("JSON_UNKNOWN_FIELD", "changes[0].id", {"changes": [{"id": 1, "change": {}}]}),
                ("FIELD_MISSING", "changes[0].change.document", {"changes": [{"change": {}}]}),
                ("JSON_UNKNOWN_FIELD", "changes[1].progress_report.progres",
                 {"changes": [{"change": report(7, 1)}, {"change": report(7, 1, progres="x")}]}),
                ("ENUM_UNKNOWN", "changes[0].progress_report.progress",
                 {"changes": [{"change": report(7, 1, progress="unheard of")}]}),
                ("BAD_MESSAGE_ID", "changes[0].message_id",
                 {"changes": [{"message_id": "7", "change": report(7, 1)}]}),
                ("BAD_MESSAGE_ID", "changes[0].message_id",
                 {"changes": [{"message_id": str(uuid.UUID(int=0)), "change": report(7, 1)}]}),
                ("MESSAGE_ID_TWICE", "changes[1].message_id",
                 {"changes": [{"change": report(7, 1)}, {"change": report(7, 1)}]})):
            with self.subTest(code=code, place=place):
                self.assertEqual(self.problem(400, code, body)["place"], place)
        for letters in (20, 21, 22):
            body = {"changes": [{"change": report(7, 1, **{"x" * (letters % 3) + "\u179f" * letters: "x"})}]}
            self.assertIn("progress_report.", self.problem(400, "JSON_UNKNOWN_FIELD", body)["place"])
        item = self.register.json("/v1/items/drill%231%2F7")
        self.assertEqual(item["revision"], 1)  # nothing of it was sent

    def test_who_may_ask_and_with_what(self):
        body = {"changes": [{"change": report(8, 1)}]}
        self.problem(401, "TOKEN_MISSING", body, token="")
        self.problem(401, "TOKEN_INVALID", body, token="0" * 64)
        self.problem(415, "CONTENT_TYPE_UNSUPPORTED", body, kind="text/plain")
        self.problem(415, "CONTENT_TYPE_UNSUPPORTED", body, kind=None)
        status, headers, _ = self.register.http("/v1/push")
        self.assertEqual((status, headers["Allow"]), (405, "POST"))

    def test_too_large(self):
        self.problem(413, "BODY_TOO_LARGE", " " * (256 * 1024 + 1))
        long = report(8, 1, narrative="x" * 60000, evidence="y" * 60000, source="z" * 60000)
        self.assertEqual(self.problem(400, "MESSAGE_TOO_LARGE", {"changes": [{"change": long}]})["place"],
                         "changes[0].change")

    def test_ingest_away_is_said_and_the_repeat_settles_it(self):
        change = report(8, 1, narrative="while ingest was away")
        self.register.ingest.kill()
        try:
            status, headers, answer = self.post({"changes": [{"change": change}]})
            self.assertIn(status, (202, 503), answer)
            self.assertIn("Retry-After", headers)
            wait_until(lambda: self.post({"changes": [{"change": change}]})[0] == 503, "noticed", 60)
        finally:
            self.register.ingest.start()
        outcome, = self.push(change)
        self.assertEqual(outcome["outcome"], "committed")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change c JOIN uptake.item i USING (item_id)"
                                           " WHERE i.item_key = 'drill#1/8' AND c.operation = 'set'"), 2)


if __name__ == "__main__":
    unittest.main()
