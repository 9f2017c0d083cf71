# SPDX-License-Identifier: Apache-2.0
"""Browsers that sign in with a link: a session is of the token that made its link, and ends with it."""
import json
import re
import unittest
import urllib.parse

import answers
import generated
from harness import Register


class Window(answers.Reader):
    """A browser; the page that is asked for by itself says where it comes from."""

    def open(self, link):
        return self.ask("POST", "/signin", f"token={urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)['token'][0]}",
                        **{"Sec-Fetch-Site": "same-origin"})

    def status(self):
        return self.ask("GET", "/v1/scopes/hq/snapshot").status


class SignIn(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.register.must("push", generated.write(self.register.folder / "unit.jsonl", [generated.unit("A", "Office")]))
        self.register.must("keys", "add", "office", "--title", "Office")
        self.register.must("keys", "grant", "office", "--read", "hq")
        self.first, self.second = (
            json.loads(self.register.must("tokens", "add", "office", "--note", note, "--json")) for note in "ab")

    def link(self, token):
        status, _, body = self.register.http("/v1/signin-links", "POST", token=token["token"])
        self.assertEqual(status, 200, body)
        return json.loads(body)["url"]

    def window(self, token):
        window = Window(self.register)
        self.assertEqual(window.open(self.link(token)).status, 303)
        self.assertEqual(window.status(), 200)
        return window

    def revoke(self, token):
        self.register.must("tokens", "revoke", "office", token["token_hash"][:16])

    def test_a_session_ends_with_the_token_that_made_its_link_and_no_other(self):
        of_first, of_second = self.window(self.first), self.window(self.second)
        waiting = self.link(self.first)
        self.revoke(self.first)
        self.assertEqual((of_first.status(), of_second.status()), (401, 200))
        late = Window(self.register)
        answer = late.open(waiting)
        self.assertEqual((answer.status, "TOKEN_INVALID" in answer.body), (401, True), answer.body)
        self.assertEqual(late.status(), 401)
        self.assertEqual(self.register.http("/v1/signin-links", "POST", token=self.first["token"])[0], 401)

    def test_a_session_ends_when_its_token_expires(self):
        window = self.window(self.first)
        self.register.sql("UPDATE uptake.token SET expires_at = now() - interval '1 second' WHERE note = 'a'")
        self.assertEqual(window.status(), 401)

    def test_a_link_opens_one_session(self):
        link = self.link(self.second)
        self.assertEqual(Window(self.register).open(link).status, 303)
        answer = Window(self.register).open(link)
        self.assertEqual((answer.status, "TOKEN_USED" in answer.body), (401, True), answer.body)

    def test_a_calendar_ends_with_the_token_that_made_its_link_when_that_is_revoked(self):
        def calendar(token):
            body = self.register.http("/v1/calendar-links?scope=hq", "POST", token=token["token"])[2]
            return re.sub("^http://[^/]*", "", json.loads(body)["url"])

        links = [calendar(each) for each in (self.first, self.second)]
        self.register.sql("UPDATE uptake.token SET expires_at = now() - interval '1 second' WHERE note <> ''")
        statuses = lambda: [self.register.http(link, token="")[0] for link in links]
        self.assertEqual(statuses(), [200, 200])
        self.revoke(self.first)
        self.assertEqual(statuses(), [404, 200])


if __name__ == "__main__":
    unittest.main()
