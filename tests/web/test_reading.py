# SPDX-License-Identifier: Apache-2.0
"""Reporting's HTTP interface against the real services: what it tells, and what it refuses."""
import hashlib
import http.client
import json
import secrets
import unittest
import urllib.parse

import pages

ACTION = f"{pages.DOCUMENT}#1/2"


class Reading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(pages.harness.Register())
        cls.register.start("ingest", "reporting")
        pages.fill(cls.register)
        cls.outsider = secrets.token_hex(32)
        cls.register.sql(
            "WITH p AS (INSERT INTO uptake.principal (name, created_at) VALUES ('outsider', 'epoch')"
            " RETURNING principal_id)"
            " INSERT INTO uptake.token (token_hash, principal_id, created_at, expires_at)"
            " SELECT %s, principal_id, 'epoch', 'infinity' FROM p",
            (hashlib.blake2b(cls.outsider.encode(), digest_size=32).digest(),))

    def get(self, path, token=None):
        status, headers, body = self.register.http(path, token=token)
        return status, headers, json.loads(body)

    def changes(self, after, limit=500, **more):
        query = urllib.parse.urlencode({"after": after, "limit": limit, **more})
        return self.get(f"/v1/scopes/hq/changes?{query}")

    def walk(self, limit):
        """Every entry of hq, page after page."""
        after, entries = 0, []
        while True:
            status, _, page = self.changes(after, limit)
            self.assertEqual(status, 200)
            self.assertEqual(page["from_seq"], after)
            entries += page["entries"]
            after = page["to_seq"]
            if page["up_to_date"]:
                return page, entries

    def test_feed_is_gapless_whatever_the_page(self):
        for limit in (1, 3, 1000):
            page, entries = self.walk(limit)
            self.assertEqual([entry["seq"] for entry in entries],
                             list(range(1, page["head_seq"] + 1)))

    def test_snapshot_equals_the_feed_folded(self):
        _, entries = self.walk(1000)
        folded = {}
        for entry in entries:
            folded.setdefault(entry["change"]["subject"], {}).update(
                {name: group for name, group in entry["change"].items()
                 if isinstance(group, dict)})
        held, after = {}, ""
        while True:
            query = urllib.parse.urlencode({"after_key": after, "limit": 3})
            _, _, page = self.get(f"/v1/scopes/hq/snapshot?{query}")
            if not page["items"]:
                break
            after = page["items"][-1]["key"]
            held |= {item["key"]: {name: group for name, group in item["change"].items()
                                   if isinstance(group, dict)} for item in page["items"]}
        self.assertEqual(held, folded)

    def test_cursor_that_cannot_be_is_told_why(self):
        _, _, page = self.changes(0)
        last = page["to_seq"]
        for after, more, reason in ((10**6, {}, "CURSOR_AHEAD"),
                                    (last, {"epoch": "0" * 32}, "EPOCH_CHANGED"),
                                    (last, {"chain": "0" * 64}, "DIVERGED")):
            status, _, problem = self.changes(after, **more)
            self.assertEqual((status, problem["code"], problem["reason"]),
                             (409, "RESYNC_REQUIRED", reason))
        status, _, again = self.changes(last, epoch=page["epoch"], chain=page["chain"])
        self.assertEqual((status, again["entries"]), (200, []))

    def test_cursor_inside_a_segment_is_refused(self):
        inside = self.register.sql(
            "SELECT first_seq FROM uptake.feed_segment WHERE scope_id = 1 AND last_seq > first_seq")
        if not inside:
            self.skipTest("every change was committed alone")
        status, _, problem = self.changes(inside[0][0])
        self.assertEqual((status, problem["code"]), (400, "CURSOR_INVALID"))

    def test_scope_without_right_looks_like_one_that_is_not_there(self):
        for path in ("changes", "snapshot", "stream", "summary", "actions"):
            answers = [self.register.http(f"/v1/scopes/{scope}/{path}", token=self.outsider)
                       for scope in ("hq", "no-such-scope")]
            told = [(status, body, sorted(set(headers) - {"Date"}))
                    for status, headers, body in answers]
            self.assertEqual(told[0][0], 404)
            self.assertEqual(told[0], told[1])

    def test_items_need_a_right_to_their_scopes(self):
        path = "/v1/items/" + urllib.parse.quote(ACTION, safe="")
        status, _, item = self.get(path)
        self.assertEqual((status, item["revision"]), (200, 2))
        self.assertEqual(len(item["history"]), 2)
        self.assertEqual(self.get(path, self.outsider)[0], 404)
        _, _, state = self.get(f"/v1/documents/{pages.DOCUMENT}/state", self.outsider)
        self.assertEqual(state["items"], [])

    def test_unknown_or_revoked_tokens_are_refused(self):
        self.assertEqual(self.get("/v1/scopes", "0" * 64)[0], 401)
        self.assertEqual(self.register.http("/v1/scopes", token="")[0], 401)
        token = secrets.token_hex(32)
        self.register.sql(
            "INSERT INTO uptake.token SELECT %s, principal_id, 'epoch', 'infinity', 'epoch'"
            " FROM uptake.principal WHERE name = 'operator'",
            (hashlib.blake2b(token.encode(), digest_size=32).digest(),))
        self.assertEqual(self.get("/v1/scopes", token)[0], 401)

    def test_progress_is_judged_on_the_day(self):
        for day, progress, time in (("2021-12-31", "unknown", "not_due"),
                                    ("2022-01-01", "unknown", "overdue"),
                                    ("2022-12-31", "ongoing", "overdue")):
            _, _, page = self.get(f"/v1/scopes/hq/actions?on={day}&document={pages.DOCUMENT}")
            row, = (row for row in page["actions"] if row["key"] == ACTION)
            # On its last day an action is due, not late.
            self.assertEqual((row["progress"], row["time"].replace("due_soon", "not_due")),
                             (progress, time), day)

    def test_summary_counts_what_the_lists_list(self):
        for day in ("2021-01-01", "2022-01-01", "2023-01-01", "2099-12-31"):
            _, _, summary = self.get(f"/v1/scopes/hq/summary?on={day}")
            _, _, page = self.get(f"/v1/scopes/hq/actions?on={day}")
            for axis in ("progress", "time"):
                words = [row[axis] for row in page["actions"]]
                self.assertEqual(summary[axis], {word: words.count(word) for word in set(words)},
                                 f"{axis} on {day}")

    def test_wrong_parameters_and_methods_are_refused(self):
        self.assertEqual(self.get("/v1/scopes/hq/actions?on=2022-02-30")[0], 400)
        self.assertEqual(self.get("/v1/scopes/hq/changes?after=-1")[0], 400)
        self.assertEqual(self.get("/v1/scopes/hq/changes?after=9223372036854775807")[0], 400)
        self.assertEqual(self.get("/v1/scopes/hq/snapshot?kind=nothing")[0], 400)
        self.assertEqual(self.register.http("/v1/scopes", method="DELETE")[0], 405)
        self.assertEqual(self.register.http("/v1/scopes", method="HEAD")[0], 200)

    def test_stream_tells_the_head_and_then_each_commit(self):
        token = (self.register.keys / "cli.token").read_text().strip()
        connection = http.client.HTTPConnection("127.0.0.1", self.register.ports["http"],
                                                timeout=pages.harness.PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/scopes/hq/stream",
                           headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()

        def next_head():
            for line in iter(answer.readline, b""):
                if line.startswith(b"data: "):
                    return json.loads(line[6:])["seq"]
            raise AssertionError("the stream ended")

        seq = next_head()
        pages.push_progress(self.register, f"{pages.DOCUMENT}#2/1", "initiated")
        self.assertEqual(next_head(), seq + 1)

    def test_request_from_another_site_changes_nothing(self):
        link = pages.signin_link(self.register)
        body = urllib.parse.urlsplit(link).query
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}):
            connection = http.client.HTTPConnection("127.0.0.1", self.register.ports["http"])
            connection.request("POST", "/signin", body=body, headers=headers)
            self.assertEqual(connection.getresponse().status, 403)
            connection.close()

    def test_altered_link_is_refused(self):
        link = pages.signin_link(self.register)
        token = urllib.parse.urlsplit(link).query.removeprefix("token=")
        altered = token[:-1] + ("0" if token[-1] != "0" else "1")
        status, _, body = self.register.http(f"/signin?token={altered}", token="")
        self.assertEqual(status, 401)
        self.assertIn(b"TOKEN_INVALID", body)

    def test_tokens_are_never_logged(self):
        link = pages.signin_link(self.register)
        token = urllib.parse.urlsplit(link).query.removeprefix("token=")
        self.register.http(f"/signin?token={token}", token="")
        log = self.register.reporting.log_path.read_text()
        self.assertNotIn(token, log)
        self.assertNotIn((self.register.keys / "cli.token").read_text().strip(), log)


if __name__ == "__main__":
    unittest.main()
