# SPDX-License-Identifier: Apache-2.0
"""The form on the way from the mail to the register, and when what it rests on is away."""
import json
import re
import unittest

import answers
import people
import test_form
import test_workflow
from harness import Register, wait_until


class Away(unittest.TestCase):
    """What the form rests on is away."""

    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.register.must("push", "-", stdin="".join(json.dumps(each) + "\n" for each in test_form.changes(1)))
        self.reader = answers.Reader(self.register)
        self.reader.open(answers.token(self.register, "unit:CAM", f"{test_form.DOCUMENT}#1/1"))

    def narrative(self):
        return self.register.json(f"/v1/items/{test_form.DOCUMENT}%231%2F1")["change"].get("progress_report", {}).get("narrative")

    def test_text_is_kept_and_said_to_be_when_ingest_is_away(self):
        self.register.ingest.stop()
        page = self.reader.press("submit", progress="ongoing", narrative="written in vain?")
        self.assertEqual(page.status, 503)
        self.assertIn("kept as a draft", page.texts["notice"])
        self.assertEqual(page.fields.values["narrative"], "written in vain?")
        self.register.ingest.start()
        later = answers.Reader(self.register)
        later.open(answers.token(self.register, "unit:CAM", f"{test_form.DOCUMENT}#1/1"))

        def recorded():
            """What is under way is looked at again, then pressed again; as the page says."""
            page = later.press("submit")
            if "waiting" in page.texts:
                page = later.follow(later.ask("GET", later.at))
            if "waiting" in page.texts:
                later.at = later.at.split("?")[0]
                page = later.follow(later.ask("GET", later.at))
            return "recorded" in page.texts
        wait_until(recorded, "the draft is submitted")
        self.assertEqual(self.narrative(), "written in vain?")
        self.assertEqual(self.register.sql("SELECT * FROM uptake.draft"), [])

    def test_text_is_given_back_when_the_register_is_away(self):
        self.register.database.server.stop()
        try:
            page = self.reader.press("submit", progress="ongoing", narrative="written in vain?")
            self.assertEqual(page.status, 503)
            self.assertIn("written in vain?", page.texts["written"])
        finally:
            self.register.database.server.start()

    def test_reader_who_is_signed_in_sees_what_is_restricted(self):
        self.register.must("push", "-", stdin=json.dumps(
            test_form.change("action", f"{test_form.DOCUMENT}#1/1", 1, disclosure_set={"disclosure": "restricted"})) + "\n")
        secret, outsider = "ab" * 32, "cd" * 32
        people.reader(self.register, "public", name="outsider")
        for name, each in (("operator", secret), ("outsider", outsider)):
            self.register.sql(
                "INSERT INTO uptake.session SELECT %s, principal_id, %s, 'epoch', 'infinity', NULL, token_hash"
                " FROM uptake.principal JOIN uptake.token USING (principal_id) WHERE name = %s", (answers.blake(each), bytes.fromhex(each[:32]), name))
        for each, sees in ((secret, True), (outsider, False)):
            page = self.reader.ask("GET", self.reader.at, **{})
            self.reader.jar["/"] = f"uptake_session={each}"
            page = self.reader.ask("GET", self.reader.at)
            self.assertEqual("Do step" in page.body, sees)
        # The document's title is the document's own, whatever the action is.
        self.register.must("push", "-", stdin="".join(json.dumps(each) + "\n" for each in (
            test_form.change("document", test_form.DOCUMENT, 1, disclosure_set={"disclosure": "restricted"}),
            test_form.change("action", f"{test_form.DOCUMENT}#1/1", 2, disclosure_set={"disclosure": "public"}))))
        for each, sees in ((secret, True), (outsider, False)):
            self.reader.jar["/"] = f"uptake_session={each}"
            page = self.reader.ask("GET", self.reader.at)
            self.assertIn("Do step", page.body)
            self.assertEqual("Plan for forms" in page.body, sees)
        # A session is over with its token, for the title too.
        self.register.sql("UPDATE uptake.token SET revoked_at = clock_timestamp()")
        self.reader.jar["/"] = f"uptake_session={secret}"
        self.assertNotIn("Plan for forms", self.reader.ask("GET", self.reader.at).body)


class FromMail(test_workflow.Asking):
    """The way of a reminder: planned, mailed, answered, met."""

    def test_answer_by_the_mails_link_meets_what_was_asked(self):
        self.register.reporting.start()
        self.begin()
        mail = next(each for each in self.register.mail.wait(test_workflow.UNITS) if each.recipient == "u02@example.org")
        text = mail.message.get_body(("plain",)).get_content()
        key, link = "drill#1/1", re.search(r"  1/1  .*?http://[^/]*/a/(answer\.[0-9a-f.]+)", text, re.DOTALL).group(1)
        wait_until(lambda: not self.of(key, "state = 'claimed'"), "the mail is settled")
        reader = answers.Reader(self.register)
        page = reader.open(link)
        self.assertEqual(page.status, 200, page.body)
        self.assertRegex(page.texts["asked"], r"Cycle ends\s*20\d\d-")
        before = self.revision(key)
        reader.press("save", progress="ongoing", narrative="A draft answers nothing")
        self.assertEqual(self.revision(key), before)  # nothing reached the register
        self.assertEqual(self.of(key, "state = 'met'"), [])
        self.assertIn("recorded", reader.press("submit").texts)
        wait_until(lambda: self.of(key, "state = 'met'"), "what was asked is met")

    def revision(self, key):
        return self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (key,))

    def of(self, key, condition):
        return [state for (state,) in self.register.sql(
            "SELECT state::text FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.subject_id"
            f" WHERE i.item_key = %s AND {condition}", (key,))]


if __name__ == "__main__":
    unittest.main()
