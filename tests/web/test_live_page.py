# SPDX-License-Identifier: Apache-2.0
"""The dashboard in a real browser: signing in, counts that lead to their rows, following live."""
import unittest

import pages


class LivePage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(pages.harness.Register())
        cls.register.start("ingest", "reporting")
        pages.fill(cls.register)
        cls.browser = pages.Browser()
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.delete_all_cookies()
        self.browser.sign_in(self.register)
        self.browser.until("live", lambda: self.browser.text("live") == "live")

    def tearDown(self):
        complaints = [entry for entry in self.browser.get_log("browser")
                      if "Content Security Policy" in entry["message"]
                      or entry["source"] == "javascript"]
        self.assertEqual(complaints, [])

    def mark(self):
        """A reload would lose this."""
        self.browser.execute_script("window.unchanged = true;")

    def assert_not_reloaded(self):
        self.assertTrue(self.browser.execute_script("return window.unchanged === true;"))

    def test_link_opens_one_session_and_opening_it_changes_nothing(self):
        link = pages.signin_link(self.register)
        self.browser.delete_all_cookies()
        self.browser.get(link)
        self.browser.get(link)
        self.assertEqual(self.browser.get_cookies(), [])
        self.browser.find_element("id", "signin").click()
        self.browser.until("the dashboard",
                           lambda: self.browser.find_elements("id", "progress"))
        cookie, = self.browser.get_cookies()
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(cookie["sameSite"], "Lax")
        self.browser.get(link)
        self.browser.find_element("id", "signin").click()
        self.browser.until("the refusal", lambda: "TOKEN_USED" in self.browser.text("main"))

    def test_counts_lead_to_their_rows(self):
        self.assertEqual(self.browser.count("position", "partially_accepted"), 1)
        self.assertEqual(self.browser.count("time", "no_deadline"), 1)
        self.browser.find_element("css selector", "#time tr.no_deadline a").click()
        self.browser.until("the list", lambda: self.browser.find_elements("id", "actions"))
        self.assertIn(pages.HOSTILE, self.browser.text("actions"))
        self.assertEqual(
            len(self.browser.find_elements("css selector", "#actions tbody tr")), 1)

    def test_page_follows_a_push_without_reload(self):
        key = f"{pages.DOCUMENT}#2/1"
        completed = self.browser.count("progress", "completed")
        self.mark()
        pages.push_progress(self.register, key, "completed")
        self.browser.until("one more completed",
                           lambda: self.browser.count("progress", "completed") == completed + 1)
        self.assert_not_reloaded()
        first = self.browser.find_element("css selector", "#latest tbody tr").text
        self.assertIn("Progress: completed", first)
        self.assertIn(key, first)
        self.assertIn("operator", first)

    def test_page_says_that_it_reconnects_and_catches_up(self):
        ongoing = self.browser.count("progress", "ongoing")
        self.mark()
        self.register.reporting.kill()
        self.browser.until("reconnecting",
                           lambda: self.browser.text("live") == "reconnecting")
        self.register.reporting.start()
        pages.push_progress(self.register, f"{pages.DOCUMENT}#2/2", "ongoing")
        self.browser.until("one more ongoing",
                           lambda: self.browser.count("progress", "ongoing") == ongoing + 1)
        self.browser.until("live", lambda: self.browser.text("live") == "live")
        self.assert_not_reloaded()

    def test_page_says_when_the_register_is_away(self):
        server = self.register.database.server
        server.stop()
        self.addCleanup(self.register.reporting.wait_ready)
        try:
            self.browser.until("reconnecting",
                               lambda: self.browser.text("live") == "reconnecting")
        finally:
            server.start()
        self.browser.until("live", lambda: self.browser.text("live") == "live")

    def test_page_fits_a_phone(self):
        self.browser.set_window_size(400, 800)
        self.addCleanup(self.browser.set_window_size, 1280, 900)
        self.assertTrue(self.browser.execute_script(
            "return document.documentElement.scrollWidth <= window.innerWidth;"))


if __name__ == "__main__":
    unittest.main()
