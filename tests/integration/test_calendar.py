# SPDX-License-Identifier: Apache-2.0
"""Calendars to subscribe to: the entries of the mails, for those who may see them, until the link is ended."""
import json
import re
import unittest

import generated
import people
import answers
from harness import Register, wait_until
from test_workflow import today

UNITS, ACTIONS = 2, 4


def entries(calendar):
    """UID -> properties of each entry, lines unfolded."""
    lines = re.sub(r"\r?\n[ \t]", "", calendar).splitlines()
    found, entry = {}, None
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            entry = {}
        elif line == "END:VEVENT":
            found[entry["UID"]] = entry
        elif entry is not None:
            entry[name.split(";")[0]] = value
    return found


class Calendars(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(Register())
        cls.register.start("ingest", "reporting")
        day = today()
        changes = (*generated.settings(UNITS, day), *generated.document(UNITS, ACTIONS, day))
        cls.register.must("push", generated.write(cls.register.folder / "changes.jsonl", changes))
        cls.register.workflow.start()
        wait_until(lambda: len(cls.register.mail.mails) >= UNITS, "the mails of the day")
        wait_until(lambda: cls.register.one("SELECT count(*) FROM uptake.obligation WHERE state = 'claimed'") == 0,
                   "the mails are settled")
        cls.register.workflow.stop()

    def get(self, path, status=200, token=None, **headers):
        reader = answers.Reader(self.register)
        if token != "":
            headers["Authorization"] = f"Bearer {token or (self.register.keys / 'cli.token').read_text().strip()}"
        answer = reader.ask("GET", path, **headers)
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def test_unit_gets_the_entries_of_its_mails_under_the_same_names(self):
        mail, = [each for each in self.register.mail.mails if each.recipient == "u01@example.org"]
        part, = [each for each in mail.message.walk() if each.get_content_type() == "text/calendar"]
        sent = entries(part.get_payload(decode=True).decode())
        answer = self.get("/v1/units/U01/calendar.ics")
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        held = entries(answer.body)
        self.assertTrue(sent)
        self.assertLessEqual(set(sent), set(held))
        for uid, entry in sent.items():
            self.assertEqual(entry["DTSTART"], held[uid]["DTSTART"])
            self.assertGreater(int(held[uid]["SEQUENCE"]), int(entry["SEQUENCE"]))
        whole = entries(self.get("/v1/scopes/hq/calendar.ics").body)
        other = entries(self.get("/v1/units/U02/calendar.ics").body)
        self.assertEqual(set(whole), set(held) | set(other))
        self.assertFalse(set(held) & set(other))

    def summaries(self, code):
        """Words before the colon of the six-monthly entries of a unit, by action."""
        held = entries(self.get(f"/v1/units/{code}/calendar.ics").body)
        return {entry["SUMMARY"].split(": ")[1].split(" ")[0]: entry["SUMMARY"].split(": ")[0]
                for entry in held.values() if not entry["SUMMARY"].startswith("Deadline")
                and entry["DTSTART"] == self.first.strftime("%Y%m%d")}

    def report(self, number, **more):
        key = f"drill#{number}/1"
        revision = self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (key,))
        self.register.must("push", "-", stdin=json.dumps(generated.change("action", "drill", key, revision, **more)) + "\n")
        return revision + 1

    def test_who_reported_after_it_was_asked_has_answered(self):
        """Actions 1 and 3 are of U02. Workflow is stopped: the ledger holds only what was sent."""
        self.first = self.register.one("SELECT min(cycle_on) FROM uptake.obligation o JOIN uptake.item p"
                                       " ON p.item_id = o.policy_id WHERE p.item_key = 'policy:six-monthly'")
        self.register.sql("UPDATE uptake.obligation SET state = 'void' WHERE state = 'planned'")
        due = {"1/1": "Update due", "3/1": "Update due"}
        self.assertEqual(self.summaries("U02"), due)
        said = {"progress": "ongoing", "source": "Under way", "narrative": "n" * 200}
        self.report(1, progress_report=said | {"reported_by": "unit:U01"})
        self.assertEqual(self.summaries("U02"), due)
        revision = self.report(1, progress_report=said | {"reported_by": "unit:U02"})
        self.assertEqual(self.summaries("U02"), due | {"1/1": "Answered"})
        self.report(1, progress_review={"review": "returned", "of_revision": revision, "reviewer": "unit:FOTCD",
                                        "remark": "which half?"})
        self.assertEqual(self.summaries("U02"), due)
        self.report(1, hold_set={"hold": "needs_funding", "reason": "r" * 186})
        self.assertEqual(self.summaries("U02"), due)
        self.report(1, progress_report=said | {"narrative": "The first half."})
        self.assertEqual(self.summaries("U02"), due | {"1/1": "Answered"})

    def test_what_did_not_change_is_not_sent_again(self):
        answer = self.get("/v1/units/U01/calendar.ics")
        etag = answer.headers["ETag"]
        again = self.get("/v1/units/U01/calendar.ics", 304, **{"If-None-Match": etag})
        self.assertEqual(again.body, "")

    def test_who_may_not_read_the_scope_gets_no_calendar_and_no_link(self):
        token = people.reader(self.register, "unit:U02", name="second office")
        self.get("/v1/units/U02/calendar.ics", token=token)
        for path in ("/v1/units/U01/calendar.ics", "/v1/scopes/hq/calendar.ics", "/v1/units/NONE/calendar.ics"):
            self.get(path, 404, token=token)
        self.assertEqual(self.register.http("/v1/calendar-links?unit=U01", "POST", token=token)[0], 404)
        self.get("/v1/units/U01/calendar.ics", 401, token="")

    def link(self, query="unit=U01", token=None):
        status, _, body = self.register.http(f"/v1/calendar-links?{query}", "POST", token=token)
        self.assertEqual(status, 200, body)
        return re.sub("^http://[^/]*", "", json.loads(body)["url"])

    def test_link_needs_no_header_and_ends_when_the_right_does(self):
        token = people.reader(self.register, "unit:U01", name="first office")
        link = self.link(token=token)
        self.assertEqual(self.get(link, token="").body, self.get("/v1/units/U01/calendar.ics").body)
        altered = link.replace(link.split(".")[1][:2], "00")
        for wrong in (altered, link.replace("calendar.", "answer.", 1).replace("/calendar/", "/calendar/"),
                      f"/calendar/{answers.token(self.register, 'unit:U01', 'drill#1/1')}.ics"):
            self.get(wrong, 404, token="")
        self.register.sql("DELETE FROM uptake.read_grant USING uptake.principal p"
                          " WHERE p.principal_id = read_grant.principal_id AND p.name = 'first office'")
        self.get(link, 404, token="")

    def test_raised_setting_ends_every_link_given_before(self):
        link = self.link("scope=hq")
        self.get(link, token="")
        self.register.reporting.stop()
        self.register.reporting.start(extra=("--calendar-links", "2", "--log-level", "debug"))
        self.get(link, 404, token="")
        new = self.link("scope=hq")
        self.get(new, token="")
        log = self.register.reporting.log_path.read_text()
        self.assertIn('"/calendar/..."', log)
        self.assertNotIn(new.split(".")[-2], log)

    def test_restricted_wording_stays_out(self):
        key = "drill#2/1"
        revision = self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (key,))
        before = self.get("/v1/scopes/hq/calendar.ics").body
        wording = self.register.one("SELECT text FROM uptake.action JOIN uptake.item USING (item_id) WHERE item_key = %s", (key,))
        self.assertIn(wording[:10], before)
        self.register.must("push", "-", stdin=json.dumps(generated.change(
            "action", "drill", key, revision, disclosure_set={"disclosure": "restricted"})) + "\n")
        held = entries(self.get("/v1/scopes/hq/calendar.ics").body)
        mine = [entry for entry in held.values() if "drill%232%2F1" in entry["URL"]]
        self.assertTrue(mine)
        for entry in mine:
            self.assertIn("(restricted)", entry["SUMMARY"])


if __name__ == "__main__":
    unittest.main()
