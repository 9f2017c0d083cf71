# SPDX-License-Identifier: Apache-2.0
"""The desk where many are asked and where two decide: the first word about a cycle, and a return of any size."""
import json
import unittest
import urllib.parse

import answers
import generated
import test_cycles


class Meeting(test_cycles.Desk):
    def decision(self, word, by):
        return generated.change("cycle", "cycles", f"cycle:six-monthly:{self.ends()}", 0, cycle_decision={
            "policy": "policy:six-monthly", "ends_on": self.ends(), "decision": word, "decided_by": by,
            "note": f"{by} looked"})

    def test_two_who_take_the_first_decision_meet_and_both_are_kept(self):
        self.plan()
        window = answers.Reader(self.register)
        link = json.loads(self.register.http("/v1/signin-links", "POST")[2])["url"]
        token, = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["token"]
        window.ask("POST", "/signin", f"token={token}")
        page = window.ask("GET", f"/cycles/six-monthly/{self.ends()}")
        self.assertEqual(page.fields.values["revision"], "0")
        # While that page is open somebody else decides.
        self.push(self.decision("confirmed", "A"))
        fields = page.fields.values | {"by": "B", "note": "wait for B", "decision": "held"}
        answer = window.ask("POST", f"/cycles/six-monthly/{self.ends()}", urllib.parse.urlencode(fields))
        self.assertEqual((answer.status, "kept under conflicts" in answer.body), (409, True), answer.body)
        conflict, = json.loads(self.register.must("conflicts", "--json"))["conflicts"]
        self.assertEqual((conflict["groups"], conflict["base_revision"]), (["cycle_decision"], 0))
        self.assertEqual(self.cycles("show", "six-monthly", self.ends())["decision"]["decided_by"], "A")
        self.register.must("conflicts", "settle", str(conflict["conflict"]), "--take", "--by", "C", "--reason", "B knows")
        cycle = self.cycles("show", "six-monthly", self.ends())
        self.assertEqual((cycle["state"], cycle["decision"]["decided_by"], cycle["decision"]["note"]),
                         ("held", "B", "wait for B"))

    def test_the_same_first_decision_twice_is_one(self):
        self.plan()
        self.push(self.decision("held", "A"))
        self.push(self.decision("held", "A"))
        self.assertEqual(json.loads(self.register.must("conflicts", "--json"))["conflicts"], [])


class Large(test_cycles.Desk):
    """One action about which a great many units are asked."""

    def ask(self, number):
        """As if the units had been written to on the first day."""
        self.push(*(generated.unit(f"L{each:04}", f"Office of the large country {each}") for each in range(number)))
        self.register.sql(
            "INSERT INTO uptake.obligation (policy_id, subject_id, cycle, cycle_on, step, recipient_id, asked_id, rung,"
            " held, send_on, state, reason, delivery_id, changed_at, reminder_recorded_at)"
            " SELECT o.policy_id, o.subject_id, o.cycle, o.cycle_on, o.step, u.item_id, u.item_id, 'unit', false,"
            " o.send_on, 'sent', o.reason, o.delivery_id, o.changed_at, o.changed_at"
            " FROM uptake.obligation o JOIN uptake.item p ON p.item_id = o.policy_id, uptake.unit u"
            " WHERE p.item_key = 'policy:six-monthly' AND o.state = 'sent' AND o.subject_id ="
            " (SELECT item_id FROM uptake.item WHERE item_key = 'drill#1/1') AND u.code LIKE 'L%%'")

    def test_a_cycle_of_a_thousand_units_is_closed(self):
        self.plan()
        self.ask(1200)
        self.register.must("cycles", "close", "six-monthly", self.ends(), "--by", "A")
        made = self.cycles("return", "six-monthly", self.ends())
        self.assertEqual(len(made["rows"]), 1200 + test_cycles.UNITS)
        self.assertTrue(self.cycles("return", "six-monthly", self.ends(), "--check")["same"])

    def test_a_return_that_no_change_holds_says_what_to_do(self):
        self.plan()
        document = next(generated.document(1, 1, self.day))
        self.push(document | {"base_revision": 1, "document_identity": document["document_identity"] | {"office": "O" * 450}})
        self.ask(300)
        told = self.cycles("close", "six-monthly", self.ends(), "--by", "A", code=2)
        self.assertRegex(told, r"RETURN_TOO_LARGE: cycle:six-monthly:.*: its 303 rows .* two policies")
        self.assertEqual(self.cycles("show", "six-monthly", self.ends())["state"], "open")


if __name__ == "__main__":
    unittest.main()
