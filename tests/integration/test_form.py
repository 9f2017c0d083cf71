# SPDX-License-Identifier: Apache-2.0
"""The form behind a reminder's link: who may open it, what it records, and that no text is lost."""
import html
import json
import re
import threading
import unittest
import urllib.parse

import answers
from harness import Register

DOCUMENT = "forms"
ARABIC = "تمت مراجعة الخطة"
POLICY = "policy:half-yearly"


def change(kind, subject, base=0, document=DOCUMENT, **groups):
    return {"operation": "set", "kind": kind, "document": document, "subject": subject, "base_revision": base, **groups}


def unit(code, name, **more):
    return change("unit", f"unit:{code}", document="units",
                  unit_identity={"code": code, "name": name, "kind": "unit", "zone": "Asia/Phnom_Penh", **more},
                  unit_contact={"email": f"{code.lower()}@example.org", "focal_point": "Sok",
                                "alternates": [{"name": "Dara", "email": f"dara.{code.lower()}@example.org"}]})


def action(number, **more):
    return change("action", f"{DOCUMENT}#1/{number}",
                  action_wording={"code": f"1.{number}", "text": f"Do step {number} <now> & well",
                                  "recommendations": [f"{DOCUMENT}#1"]},
                  timeframe={"source": "2027", "due_on": "2027-12-31", "precision": "year"},
                  responsibilities={"source": "CAM", "units": [
                      {"unit": "unit:CAM", "name": "CAM", "role": "lead", "said_by": "management", "confirmed": True}]},
                  **more)


def changes(actions):
    yield unit("DESK", "The desk")
    yield unit("CAM", "Country office", reports_to="unit:DESK")
    yield unit("LAO", "Other office")
    yield change("policy", POLICY, document="policies", policy_rule={
        "title": "A new update every six months", "trigger": "interval", "interval_months": 6, "steps": [0],
        "go_live_on": "2026-01-01", "overseer": "unit:DESK", "active": True})
    yield change("document", DOCUMENT, document_identity={
        "title": "Plan for forms", "dated_on": "2026-06-30", "instrument": "evaluation", "addressee": "office"})
    yield change("recommendation", f"{DOCUMENT}#1", recommendation_text={"code": "1", "text": "Improve it."})
    for number in range(1, actions + 1):
        yield action(number)


class Form(unittest.TestCase):
    """Each test answers for an action of its own."""

    ACTIONS = 30

    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.ingest.start()
        cls.register.reporting.start(extra=("--log-level", "debug"))
        cls.push_all(*changes(cls.ACTIONS))
        cls.next = iter(range(1, cls.ACTIONS + 1))

    @classmethod
    def push_all(cls, *given):
        cls.register.must("push", "-", stdin="".join(json.dumps(each) + "\n" for each in given))

    def setUp(self):
        self.action = f"{DOCUMENT}#1/{next(self.next)}"
        self.reader = answers.Reader(self.register)

    def token(self, unit="unit:CAM", **more):
        return answers.token(self.register, unit, self.action, **more)

    def open(self, **more):
        page = self.reader.open(self.token(**more))
        self.assertEqual(page.status, 200, page.body)
        return page

    def revision(self):
        return self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (self.action,))

    def group(self, name, key=None):
        item = self.register.json(f"/v1/items/{urllib.parse.quote(key or self.action, safe='')}")
        return item["change"].get(name)

    def drafts(self):
        return self.register.sql("SELECT narrative, version FROM uptake.draft WHERE action = %s", (self.action,))

    def report(self, narrative, progress="ongoing"):
        """Somebody else reports."""
        self.push_all(change("action", self.action, self.revision(),
                             progress_report={"progress": progress, "narrative": narrative}))

    # The link ------------------------------------------------------------------------------------

    def test_link_leads_to_an_address_without_the_token(self):
        token = self.token()
        answer = self.reader.ask("GET", f"/a/{token}")
        self.assertEqual(answer.status, 303)
        self.assertNotIn(token, answer.headers["Location"])
        self.assertEqual(answer.headers["Referrer-Policy"], "same-origin")
        cookie = answer.headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Strict", f"Path={answer.headers['Location']}"):
            self.assertIn(part, cookie.split("; "))
        page = self.reader.follow(answer)
        self.assertEqual((page.status, page.headers["Referrer-Policy"], page.headers["Cache-Control"]),
                         (200, "same-origin", "no-store"))
        self.assertNotIn(token, page.body)

    def test_page_says_what_is_asked_and_has_a_label_for_every_field(self):
        page = self.open()
        self.assertIn("Do step", page.texts["asked"])
        for text in ("<now> & well", "Plan for forms", "2027-12-31", "A new update every six months", "The desk"):
            self.assertIn(text, page.texts["asked"])
        self.assertIn("Nothing yet", page.texts["last"])
        self.assertNotIn("<now>", page.body)
        hidden = {"csrf", "base", "version", "finding"}
        self.assertEqual(set(page.fields.values) - hidden, page.fields.labels)
        self.assertNotIn("<script", page.body)

    def test_only_words_that_may_follow_are_offered(self):
        self.report("begun")
        offered = self.open().fields.options["progress"]
        self.assertNotIn("not_started", offered)
        self.assertIn("completed", offered)

    def test_links_that_are_not_ours_open_nothing(self):
        good = self.token()
        altered = good[:-1] + ("0" if good[-1] != "0" else "1")
        other = good.replace(good.split(".")[1], self.token(unit="unit:LAO").split(".")[1])
        for link, status, code in ((altered, 404, "TOKEN_INVALID"), (other, 404, "TOKEN_INVALID"),
                                   ("answer", 404, "TOKEN_INVALID"), ("a" * 2000, 404, "TOKEN_INVALID"),
                                   (self.token(purpose="signin"), 404, "TOKEN_INVALID"),
                                   (self.token(purpose="calendar"), 404, "TOKEN_INVALID"),
                                   (self.token(life_s=-1), 410, "TOKEN_EXPIRED")):
            with self.subTest(link=link[:20], code=code):
                answer = self.reader.ask("GET", f"/a/{link}")
                self.assertEqual(answer.status, status)
                self.assertIn(code, answer.body)
                self.assertNotIn("Set-Cookie", answer.headers)
        status, _, body = self.register.http(f"/signin?token={good}", token="")
        self.assertEqual((status, b"TOKEN_INVALID" in body), (401, True))

    def test_address_without_its_cookie_shows_nothing(self):
        self.open()
        stranger = answers.Reader(self.register)
        page = stranger.ask("GET", self.reader.at)
        self.assertEqual((page.status, "Do step" in page.body), (200, False))
        page = stranger.ask("GET", re.search(r"url=([^\"]*)", page.body).group(1))
        self.assertEqual(page.status, 403)
        self.assertIn("LINK_CLOSED", page.body)
        self.assertEqual(stranger.ask("GET", "/form/no-such").status, 404)

    def test_report_names_a_unit_and_nothing_else(self):
        answer = self.register.run("push", "-", stdin=json.dumps(change(
            "action", self.action, 1, progress_report={"progress": "ongoing", "reported_by": DOCUMENT})) + "\n")
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("progress_report.reported_by", answer.stdout + answer.stderr)
        self.assertEqual(self.revision(), 1)

    def test_unit_that_is_not_asked_sees_nothing(self):
        for asked in (self.token(unit="unit:LAO"), self.token(unit="unit:NONE")):
            page = self.reader.open(asked)
            self.assertEqual(page.status, 403)
            self.assertIn("NOT_ASKED", page.body)
            self.assertNotIn("Do step", page.body)

    def test_unit_that_was_asked_before_can_no_longer_answer(self):
        self.open()
        self.push_all(change("action", self.action, self.revision(), responsibilities={"source": "LAO", "units": [
            {"unit": "unit:LAO", "name": "LAO", "role": "lead", "said_by": "management", "confirmed": True}]}))
        page = self.reader.press("submit", progress="ongoing", narrative="Too late")
        self.assertEqual(page.status, 403)
        self.assertIn("Too late", page.body)
        self.assertIsNone(self.group("progress_report"))

    def test_scanner_that_opens_everything_changes_nothing(self):
        before = self.register.one("SELECT count(*) FROM uptake.change")
        link = f"/a/{self.token()}"
        for method in ("HEAD", "GET"):
            scanner = answers.Reader(self.register)
            seen, waiting = set(), [link]
            while waiting:
                path = waiting.pop()
                if path in seen or len(seen) > 50:
                    continue
                seen.add(path)
                for each in ("HEAD", method):
                    answer = scanner.ask(each, path)
                    self.assertNotEqual(answer.status, 500)
                waiting += [html.unescape(found) for found in re.findall(r'(?:href|action)="(/[^"#]*)', answer.body)]
                waiting += [answer.headers["Location"]] if "Location" in answer.headers else []
            self.assertGreater(len(seen), 1)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change"), before)
        self.assertEqual(self.drafts(), [])
        self.assertEqual(self.open().status, 200)  # and the link still works

    def test_tokens_are_in_no_log(self):
        token = self.token()
        self.reader.open(token)
        self.reader.press("submit", progress="ongoing")
        self.reader.ask("GET", f"/a/{token[:-1]}")
        log = self.register.reporting.log_path.read_text()
        self.assertIn("http_request", log)
        self.assertIn('"/a/..."', log)
        for secret in (token, token.split(".")[1], token.split(".")[-1]):
            self.assertNotIn(secret, log)

    # Answering -----------------------------------------------------------------------------------

    def test_update_is_recorded_once_in_the_name_of_the_unit(self):
        self.open()
        written = {"progress": "ongoing", "narrative": f"{ARABIC}\r\n<b>half</b>", "source": "Under way",
                   "evidence": "https://example.org/report"}
        page = self.reader.press("submit", **written)
        self.assertIn("Recorded", page.texts["recorded"])
        report = self.group("progress_report")
        self.assertEqual((report["progress"], report["narrative"], report["source"], report["evidence"], report["reported_by"]),
                         ("ongoing", f"{ARABIC}\n<b>half</b>", "Under way", "https://example.org/report", "unit:CAM"))
        self.assertEqual(self.drafts(), [])
        self.assertEqual(self.register.one(
            "SELECT p.name FROM uptake.change c JOIN uptake.principal p ON p.principal_id = c.sender_id"
            " ORDER BY change_id DESC LIMIT 1"), "unit-forms")
        history = self.register.json(f"/v1/history/{urllib.parse.quote(self.action, safe='')}")
        self.assertIn("unit:CAM", json.dumps(history["entries"] if "entries" in history else history))
        again = self.reader.ask("GET", self.reader.at)
        self.assertIn("Recorded", again.texts["recorded"])
        self.assertEqual(self.revision(), 2)

    def test_button_pressed_twice_is_one_update(self):
        self.open()
        pages = [None, None]

        def press(at):
            reader = answers.Reader(self.register, self.reader.jar)
            reader.page, reader.at = self.reader.page, self.reader.at
            pages[at] = reader.press("submit", progress="ongoing", narrative="once")
        threads = [threading.Thread(target=press, args=(at,)) for at in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual([page.status for page in pages], [200, 200], pages[0].body + pages[1].body)
        press(0)  # and much later, from the page that stayed open
        self.assertIn("Recorded", pages[0].texts["recorded"])
        self.assertEqual(self.revision(), 2)
        self.assertEqual(self.drafts(), [])

    def test_link_works_again_and_a_correction_is_a_second_update(self):
        self.open()
        self.reader.press("submit", progress="ongoing", narrative="first")
        page = self.open()
        self.assertIn("first", page.texts["last"])
        self.assertIn("unit:CAM", page.texts["last"])
        self.reader.press("submit", progress="ongoing", narrative="second")
        self.assertEqual((self.group("progress_report")["narrative"], self.revision()), ("second", 3))

    def test_hold_is_said_only_when_it_changed(self):
        self.open()
        self.reader.press("submit", progress="initiated", hold="needs_funding", hold_reason="Budget of 2027")
        self.assertEqual(self.group("hold_set")["reason"], "Budget of 2027")
        held = self.register.one("SELECT group_revisions[17] FROM uptake.item WHERE item_key = %s", (self.action,))
        page = self.open()
        self.assertEqual((page.fields.values["hold"], page.fields.values["hold_reason"]), ("needs_funding", "Budget of 2027"))
        self.reader.press("submit", progress="ongoing")
        self.assertEqual(self.group("progress_report")["progress"], "ongoing")
        self.assertEqual(self.register.one("SELECT group_revisions[17] FROM uptake.item WHERE item_key = %s", (self.action,)),
                         held)

    def test_what_is_wrong_stands_above_and_at_the_field(self):
        self.open()
        page = self.reader.press("submit", narrative="Text stays", evidence="ftp://example.org", hold="needs_funding",
                                 completed_on="2026-02-30")
        self.assertEqual(page.status, 422)
        for field in ("progress", "evidence", "hold_reason", "completed_on"):
            self.assertIn(f'href="#{field}"', page.body)
            self.assertIn(f"{field}-error", page.texts)
        self.assertEqual(page.fields.values["narrative"], "Text stays")
        self.assertEqual(page.fields.values["completed_on"], "2026-02-30")
        self.assertEqual(self.revision(), 1)
        page = self.reader.press("submit", progress="completed", evidence="", hold="none", completed_on="2026-06-30")
        self.assertIn("recorded", page.texts)
        self.assertEqual(self.group("progress_report")["completed_on"], "2026-06-30")

    def test_draft_answers_nothing_and_is_there_again(self):
        self.open()
        page = self.reader.press("save", progress="completed", narrative=f"Half a text {ARABIC}")
        self.assertIn("saved", page.texts)
        self.assertEqual(self.revision(), 1)
        page = answers.Reader(self.register).open(self.token())
        self.assertEqual((page.fields.values["narrative"], page.fields.values["progress"]),
                         (f"Half a text {ARABIC}", "completed"))
        self.assertIn("draft", page.texts)
        self.assertEqual(self.reader.press("submit").status, 200)
        self.assertEqual((self.revision(), self.drafts()), (2, []))

    def test_two_windows_do_not_overwrite_each_other(self):
        self.open()
        other = answers.Reader(self.register, self.reader.jar)
        other.page, other.at = self.reader.page, self.reader.at
        self.reader.press("save", progress="ongoing", narrative="from the first")
        page = other.press("save", progress="completed", narrative="from the second")
        self.assertEqual(page.status, 409)
        self.assertIn("from the first", page.texts["other"])
        self.assertEqual(page.fields.values["narrative"], "from the second")
        self.assertEqual([row[0] for row in self.drafts()], ["from the first"])
        other.press("save")
        self.assertEqual([row[0] for row in self.drafts()], ["from the second"])

    def test_windows_for_two_actions_do_not_mix(self):
        self.open()
        other = answers.Reader(self.register, self.reader.jar)
        first, self.action = self.action, f"{DOCUMENT}#1/{next(self.next)}"
        other.open(self.token())
        self.reader.press("submit", progress="ongoing", narrative="for the first")
        other.press("submit", progress="ongoing", narrative="for the second")
        self.assertEqual(self.group("progress_report", first)["narrative"], "for the first")
        self.assertEqual(self.group("progress_report")["narrative"], "for the second")

    def test_what_was_said_meanwhile_stands_beside_what_was_written(self):
        self.open()
        self.report("said by headquarters")
        page = self.reader.press("submit", progress="completed", narrative="said by the office")
        self.assertEqual(page.status, 409)
        self.assertIn("conflict", page.texts)
        self.assertIn("said by headquarters", page.texts["last"])
        self.assertEqual(page.fields.values["narrative"], "said by the office")
        self.assertEqual(self.group("progress_report")["narrative"], "said by headquarters")
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.conflict"), 0)
        self.assertIn("recorded", self.reader.press("submit").texts)
        self.assertEqual((self.group("progress_report")["narrative"], self.revision()), ("said by the office", 3))

    def test_text_of_letters_that_take_nine_bytes_comes_back_when_it_is_too_long(self):
        self.open()
        most = {"source": 500, "narrative": 16000, "evidence": 2000, "hold_reason": 500, "reason": 500}
        written = {field: "\u4e2d" * n for field, n in most.items()}
        page = self.reader.press("submit", progress="ongoing", **written)
        self.assertEqual(page.status, 422, page.body[:300])
        self.assertEqual(page.fields.values["narrative"], written["narrative"])

    def test_request_that_is_not_the_forms_own_is_refused(self):
        self.open()
        ours = {"Origin": f"http://127.0.0.1:{self.register.ports['http']}"}  # an old browser, which says no more
        self.assertEqual(self.reader.press("save", ours, follow=False, progress="ongoing").status, 303)
        self.register.sql("DELETE FROM uptake.draft")
        for headers, fields in (({"Origin": "http://elsewhere.example"}, {}), ({"Sec-Fetch-Site": "cross-site"}, {}),
                                ({"Origin": "null"}, {}),
                                ({}, {"csrf": "0" * 32}), ({}, {"csrf": ""})):
            answer = self.reader.press("submit", headers, follow=False, progress="ongoing", **fields)
            self.assertEqual(answer.status, 403)
            self.assertIn("CSRF", answer.body)
        for body, kind in ((b"progress=ongoing", "text/plain"), (b"%zz=1", None), (b"nothing=1", None), (b"do=%00", None)):
            more = {"Content-Type": kind} if kind else {}
            self.assertEqual(self.reader.ask("POST", self.reader.at, body, **more).status, 400)
        self.assertEqual((self.revision(), self.drafts()), (1, []))

    def test_text_is_not_lost_when_the_page_was_open_too_long(self):
        self.open()
        self.reader.jar.clear()
        page = self.reader.press("submit", progress="ongoing", narrative="an hour of work")
        self.assertEqual(page.status, 403)
        self.assertIn("an hour of work", page.texts["written"])

    def test_restricted_item_is_answered_without_being_shown(self):
        self.push_all(change("action", self.action, 1, disclosure_set={"disclosure": "restricted"},
                             progress_report={"progress": "ongoing", "narrative": "a secret"},
                             hold_set={"hold": "disputed", "reason": "a secret reason"}))
        page = self.open()
        for secret in ("Do step", "Plan for forms", "a secret"):
            self.assertNotIn(secret, page.body)
        self.assertIn("Restricted", page.texts["asked"])
        self.report("another secret")
        page = self.reader.press("submit", progress="completed", narrative="mine")
        self.assertEqual(page.status, 409)
        self.assertNotIn("another secret", page.body)
        self.assertIn("recorded", self.reader.press("submit").texts)
        self.assertEqual(self.group("hold_set")["reason"], "a secret reason")

    # Somebody else -------------------------------------------------------------------------------

    def test_only_an_alternate_of_the_unit_can_take_over(self):
        page = self.open()
        self.assertEqual(page.fields.options["delegate"], ["", "dara.cam@example.org"])
        for address in ("", "stranger@example.org", "dara.lao@example.org", "back"):
            self.assertEqual(self.reader.press("delegate", delegate=address).status, 422)
        self.assertIsNone(self.group("chase_set"))
        page = self.reader.press("delegate", delegate="dara.cam@example.org", narrative="to be finished by Dara")
        self.assertIn("dara.cam@example.org", page.texts["recorded"])
        self.assertEqual(self.group("chase_set"),
                         {"delegated_to": "dara.cam@example.org", "note": "handed over by unit:CAM"})
        page = self.open()
        self.assertEqual(page.fields.values["narrative"], "to be finished by Dara")
        page = self.reader.press("delegate", delegate="back")
        self.assertIn("Taken back", page.texts.get("recorded", page.body))
        self.assertEqual(self.group("chase_set"), {"note": "taken back by unit:CAM"})

    def test_not_ours_goes_to_the_overseer(self):
        self.open()
        self.assertEqual(self.reader.press("not_ours").status, 422)
        page = self.reader.press("not_ours", reason="This is of the other office")
        self.assertIn("The desk", page.texts["recorded"])
        listed = json.loads(self.register.must("findings", "--json", "--code", "NOT_OURS", "--state", "all"))
        found, = [each for each in listed["findings"] if each["about"] == self.action]
        self.assertEqual((found["state"], found["assigned_to"], found["handled_by"]), ("assigned", "unit:DESK", "unit:CAM"))
        self.assertIn("This is of the other office", found["message"])
        status, _, page = self.register.http("/items/unit%3ADESK")
        self.assertEqual(status, 200)
        listed = answers.Fields(page.decode()).links["assigned"]
        status, _, page = self.register.http(listed)
        self.assertEqual((status, b"This is of the other office" in page), (200, True))
        self.assertIsNone(self.group("progress_report"))
        self.open()
        self.reader.press("not_ours", reason="Really not")
        self.assertIn("Really not", self.group("finding_raised", found["key"])["message"])


if __name__ == "__main__":
    unittest.main()
