# SPDX-License-Identifier: Apache-2.0
"""The form behind a reminder's link in a real browser: without script, with the keyboard alone, on a phone."""
import base64
import json
import os
import pathlib
import unittest

import pages
from selenium.webdriver.common.keys import Keys

import answers  # from tests/integration, which pages put on the path
import test_form

WIDTHS = (360, 1024)
ARABIC = "تمت مراجعة الخطة 2027 (ملحق 3)"


class FormPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = cls.enterClassContext(pages.harness.Register())
        cls.register.start("ingest", "reporting")
        cls.push_all(*test_form.changes(8))
        cls.browser = pages.Browser(script=False)
        cls.addClassCleanup(cls.browser.quit)
        cls.next = iter(range(1, 9))

    @classmethod
    def push_all(cls, *given):
        cls.register.must("push", "-", stdin="".join(json.dumps(each) + "\n" for each in given))

    def setUp(self):
        self.action = f"{test_form.DOCUMENT}#1/{next(self.next)}"
        self.link = self.url(f"/a/{answers.token(self.register, 'unit:CAM', self.action)}")

    def url(self, path):
        return f"http://127.0.0.1:{self.register.ports['http']}{path}"

    def open(self):
        self.browser.get(self.link)
        self.browser.until("the form", lambda: self.browser.find_elements("id", "progress"))

    def write(self, field, text):
        found = self.browser.find_element("id", field)
        found.clear()
        found.send_keys(text)

    def choose(self, field, word):
        self.browser.find_element("css selector", f"#{field} option[value={word}]").click()

    def press(self, button, then):
        # By the keyboard: a page that was just laid out anew may move from under a click.
        self.browser.find_element("css selector", f"button[value={button}]").send_keys(Keys.ENTER)
        self.browser.until(then, lambda: self.browser.find_elements("id", then))

    def seen(self, element):
        return self.browser.find_element("id", element).text

    def look(self, name):
        """At both widths: nothing is wider than the page. UPTAKE_PICTURES names a folder to keep pictures in."""
        for width in WIDTHS:
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500})
            size = self.browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            self.assertLessEqual(size["width"], width, name)
            picture = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {
                "x": 0, "y": 0, "width": width, "height": size["height"], "scale": 1}})
            if "UPTAKE_PICTURES" in os.environ:
                folder = pathlib.Path(os.environ["UPTAKE_PICTURES"])
                (folder / f"{name}-{width}.png").write_bytes(base64.b64decode(picture["data"]))
        self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_update_without_script(self):
        self.open()
        self.assertNotIn("/a/", self.browser.current_url)
        self.look("form")
        self.choose("progress", "ongoing")
        self.write("narrative", f"{ARABIC}\nand the second line")
        self.press("submit", "recorded")
        self.look("recorded")
        self.assertIn("and the second line", self.seen("recorded"))
        self.browser.refresh()
        self.browser.until("the same page", lambda: self.browser.find_elements("id", "recorded"))
        self.open()
        self.look("last-time")
        self.assertIn("2027", self.seen("last"))

    def test_errors_are_named_above_and_lead_to_their_fields(self):
        self.open()
        self.write("narrative", "Stays")
        self.write("evidence", "our shelf")
        self.press("submit", "errors")
        self.look("errors")
        self.browser.find_element("css selector", "#errors a[href='#evidence']").click()
        self.assertTrue(self.browser.current_url.endswith("#evidence"))
        self.assertEqual(self.browser.find_element("id", "narrative").get_property("value"), "Stays")
        described = self.browser.find_element("id", "evidence").get_attribute("aria-describedby")
        self.assertEqual(described, "evidence-hint evidence-error")

    def test_conflict_shows_both_sides(self):
        self.open()
        self.choose("progress", "completed")
        self.write("narrative", "Written by the office")
        self.push_all(test_form.change("action", self.action, 1, progress_report={
            "progress": "ongoing", "narrative": f"Said by headquarters meanwhile. {ARABIC}"}))
        self.press("submit", "conflict")
        self.look("conflict")
        self.assertIn("Said by headquarters", self.seen("last"))
        self.press("submit", "recorded")

    def test_restricted_action_is_not_shown(self):
        self.push_all(test_form.change("action", self.action, 1, disclosure_set={"disclosure": "restricted"}))
        self.open()
        self.look("restricted")
        self.assertIn("Restricted", self.seen("asked"))

    def test_draft_hand_over_and_not_ours(self):
        self.open()
        self.write("narrative", "Half of it")
        self.press("save", "saved")
        self.look("saved")
        self.choose("delegate", "'dara.cam@example.org'")
        self.press("delegate", "recorded")
        self.look("handed-over")
        self.open()
        self.write("reason", "Of the other office")
        self.press("not_ours", "recorded")
        self.look("not-ours")

    def test_keyboard_walks_from_the_first_field_to_the_last_button(self):
        self.open()
        walked = []
        self.browser.find_element("tag name", "body").click()
        for _ in range(40):
            self.browser.switch_to.active_element.send_keys(Keys.TAB)
            here = self.browser.switch_to.active_element
            name = here.get_attribute("id") or here.get_attribute("value") or here.text
            if name not in walked:  # a day is walked in parts
                walked.append(name)
        fields = [name for name in walked if name in {
            "progress", "narrative", "source", "completed_on", "evidence", "hold", "hold_reason", "save", "submit",
            "delegate", "reason", "not_ours"}]
        self.assertEqual(fields[:9], ["progress", "narrative", "source", "completed_on", "evidence", "hold",
                                      "hold_reason", "save", "submit"])
        self.assertEqual(fields[-2:], ["reason", "not_ours"])

    def test_enter_in_a_field_keeps_a_draft_and_submits_nothing(self):
        self.open()
        self.choose("progress", "completed")
        self.write("source", "Done")
        self.browser.find_element("id", "source").send_keys(Keys.ENTER)
        self.browser.until("the draft", lambda: self.browser.find_elements("id", "saved"))
        self.assertEqual(self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (self.action,)), 1)

    def test_link_in_a_page_of_another_site_opens_the_form(self):
        """A mail read in the browser: such a visit shows no strict cookie, its next step does."""
        page = base64.b64encode(f"<a id=go href='{self.link}'>answer</a>".encode()).decode()
        self.browser.get(f"data:text/html;base64,{page}")
        self.browser.find_element("id", "go").click()
        self.browser.until("the form", lambda: self.browser.find_elements("id", "progress"))
        self.choose("progress", "ongoing")
        self.press("submit", "recorded")


if __name__ == "__main__":
    unittest.main()
