# SPDX-License-Identifier: Apache-2.0
"""Whom a mail names and what it keeps to itself, by what the register says."""
import unittest

import generated
from test_mail import Mailing
from test_workflow import ACTIONS, UNITS


class Words(Mailing):
    def texts(self, count=UNITS):
        return {mail.recipient: "".join(part.get_content() for part in mail.message.walk()
                                        if part.get_content_maintype() == "text")
                for mail in self.mail.wait(count)}

    def test_the_title_of_a_restricted_document_is_in_no_mail(self):
        canary = "Kanarienvogel"
        self.push(generated.change("document", generated.DOCUMENT, generated.DOCUMENT, 1,
                                   document_identity={"title": canary, "dated_on": "2025-01-01", "instrument": "evaluation",
                                                      "addressee": "office", "language": "en"},
                                   disclosure_set={"disclosure": "restricted"}))
        self.push(*(self.change(number, 1, disclosure_set={"disclosure": "public"}) for number in range(1, ACTIONS + 1)))
        self.begin()
        for text in self.texts().values():
            self.assertIn("Take step", text)
            self.assertNotIn(canary, text)

    def test_updates_go_to_the_actions_own_overseer_else_to_the_policys_and_to_who_took_over(self):
        own = {"unit": "unit:SEER", "name": "Seer", "role": "overseer", "said_by": "management", "confirmed": True}
        lead = {"unit": "unit:U01", "name": "Office 1", "role": "lead", "said_by": "management", "confirmed": True}
        self.push(generated.unit("SEER", "Evaluation desk", email=""), generated.unit("HEIR", "Heirs of the field", email=""),
                  *(self.change(number, 1, responsibilities={"source": "table", "units": [lead, own]}) for number in (3, 6)))
        self.register.start("reporting")
        self.register.must("units", "merge", "FOTCD", "HEIR", "--on", str(self.day))
        self.begin()
        texts = self.texts()
        self.assertIn("Updates go to: Evaluation desk", texts["u01@example.org"])
        self.assertNotIn("Heirs", texts["u01@example.org"])
        self.assertIn("Updates go to: Heirs of the field", texts["u02@example.org"])


if __name__ == "__main__":
    unittest.main()
