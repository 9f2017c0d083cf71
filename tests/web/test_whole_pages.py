# SPDX-License-Identifier: Apache-2.0
"""The pages over a register that holds every kind of item, as a reader without script gets them. The
register is tests/integration/whole_model.py's."""
import html
import json
import re
import unittest
import urllib.parse

import pages
import whole_model as model

NUMBER = re.compile(r'<a href="(/(?!items/)[^"]+)">(\d+)</a>')


class WholePages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(pages.harness.Register())
        cls.register.start("ingest", "reporting")
        cls.register.must("push", "-", stdin="".join(json.dumps(each) + "\n" for each in model.everything()))

    def page(self, path):
        status, headers, body = self.register.http(path)
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"), path)
        return body.decode()

    def item(self, key, more=f"?on={model.ON}"):
        return self.page("/items/" + urllib.parse.quote(key, safe="") + more)

    @staticmethod
    def section(page, name):
        """The part of a page from one id to the end of its section."""
        found = re.search(rf'id="{name}".*?</section>', page, re.DOTALL)
        return found.group(0) if found else ""

    @staticmethod
    def rows(page):
        """How many rows its list shows."""
        return int(re.search(r"<caption>(\d+) shown", page).group(1))

    def test_every_number_of_the_dashboard_leads_to_as_many_rows(self):
        dashboard = self.page(f"/?on={model.ON}")
        numbers = NUMBER.findall(dashboard)
        self.assertGreater(len(numbers), 15)
        for link, number in numbers:
            listed = self.page(html.unescape(link))
            self.assertEqual(self.rows(listed), int(number), link)
        # No count stands without its rows.
        self.assertEqual(re.findall(r'class="n">\d', dashboard), [])
        self.assertEqual(re.findall(r"<strong>\d", dashboard), [])

    def test_numbers_of_recommendations_and_documents_lead_to_rows(self):
        for page in (self.page("/recommendations"), self.item(model.DOCUMENT)):
            numbers = NUMBER.findall(page)
            self.assertTrue(numbers)
            for link, number in numbers:
                self.assertEqual(self.rows(self.page(html.unescape(link))), int(number), link)

    def test_findings_are_listed_the_gravest_first_and_by_state(self):
        waiting = self.page("/findings")
        self.assertIn("UNIT_VAGUE", waiting)
        self.assertNotIn("NO_REASON", waiting)
        self.assertNotIn("CODE_GAP", waiting)
        self.assertIn(f'href="/items/{urllib.parse.quote(model.OVERDUE, safe="")}', waiting)
        every = self.page("/findings?state=any")
        self.assertLess(every.index("CODE_GAP"), every.index("UNIT_VAGUE"))
        self.assertLess(every.index("UNIT_VAGUE"), every.index("NO_REASON"))
        for query, word in (("state=resolved", "NO_REASON"), ("state=gone", "CODE_GAP"),
                            ("state=any&severity=info", "NO_REASON"), ("state=any&code=CODE_GAP", "CODE_GAP"),
                            ("state=any&assigned=Bo+Example", "NO_REASON")):
            self.assertEqual((self.rows(self.page(f"/findings?{query}")), word in self.page(f"/findings?{query}")),
                             (1, True), query)
        first = self.page("/findings?state=any&limit=2")
        link = re.search(r'<a href="(/findings[^"]+)">Next page', first).group(1)
        self.assertIn("NO_REASON", self.page(html.unescape(link)))
        self.assertEqual(self.register.http("/findings?state=done")[0], 400)

    def test_retracted_items_disappear_from_lists_and_counts(self):
        self.assertNotIn("Publish figures twice.", self.page("/actions"))
        self.assertEqual(self.rows(self.page("/actions")), 4)
        stone = self.item(model.RETRACTED)
        self.assertIn("Retracted: Entered twice.", stone)
        self.assertIn(urllib.parse.quote(model.OVERDUE, safe=""), self.section(stone, "tombstone") or stone)

    def test_action_shows_both_dates_and_what_was_granted(self):
        page = self.item(model.EXTENDED)
        judged = self.section(page, "judged")
        for word in ("2023-06-30", "2022-06-30", "184 days late", "Update due"):
            self.assertIn(word, judged)
        for name, words in (("extensions", ("2023-06-30", "The trainer fell ill.", "Head of office", "2022-06-15")),
                            ("milestones", ("First course", "reached on 2022-02-20", "not reached")),
                            ("responsibilities", ("Management", "CAM", "inferred")),
                            ("hold_set", ("The grant ended.",)), ("progress_review", ("validated",)),
                            ("assessments", ("Teachers", "Full", "Green", "Parents", "Partial", "Amber"))):
            for word in words:
                self.assertIn(word, self.section(page, name), name)
        self.assertIn("first agreed: 2022-06-30, 184 days ago", self.page(f"/actions?on={model.ON}"))

    def test_recommendation_shows_parts_and_says_what_is_of_the_whole(self):
        parts = self.section(self.item(model.WHOLE), "parts")
        for word in ("Accepted", "Not accepted", "No rooms are left.", "Unless a donor comes.", "Open four more",
                     "Open five more"):
            self.assertIn(word, parts)
        self.assertIn("Evaluator", self.section(self.item(model.WHOLE), "responsibilities"))
        second = self.item(model.SECOND)
        self.assertIn("said of the recommendation as a whole", self.section(second, "position_taken"))
        self.assertIn("81.5 percent", self.section(second, "indicators"))
        self.assertIn(model.REPEATED, self.section(second, "proposals"))
        self.assertEqual(self.section(second, "links"), "")
        accepted = self.item(model.ACCEPTED)
        self.assertIn(model.REPEATED, self.section(accepted, "links"))
        self.assertEqual(self.section(accepted, "proposals"), "")
        self.assertNotIn(model.REPEATED, self.item(model.REFUSED).split("<h2>History")[0])

    def test_document_shows_stated_totals_beside_counted_ones(self):
        totals = self.section(self.item(model.DOCUMENT), "totals")
        self.assertRegex(totals, r"Recommendations</th><td class=\"n\">3</td><td class=\"n\">2<")
        self.assertRegex(totals, r"Accepted</th><td class=\"n\">2</td><td class=\"n\">1<")

    def test_state_is_not_called_late(self):
        page = self.item(model.OF_STATE)
        self.assertIn("Suggested period elapsed", self.section(page, "judged"))
        self.assertNotIn("days late", page)
        self.assertIn("not chased", page)

    def test_history_tells_groups_source_and_place(self):
        told = self.section(self.item(model.EXTENDED), "history")
        for word in ("schools-report.txt", "table 4, row 2", "Extensions: 2023-06-30", "Hold: needs_funding"):
            self.assertIn(word, told)
        self.assertIn("Retracted", self.page("/"))  # among the latest changes or in their words


if __name__ == "__main__":
    unittest.main()
