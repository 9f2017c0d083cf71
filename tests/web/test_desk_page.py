# SPDX-License-Identifier: Apache-2.0
"""The desk in a browser: what a cycle asks, what is decided about it, and its return on paper."""
import http.client
import os
import pathlib
import unittest
import urllib.parse

import pages
import generated
import people
import test_workflow
from harness import wait_until

WIDTHS = (360, 1024)


class Desk(test_workflow.Asking):
    def setUp(self):
        super().setUp()
        self.register.start("reporting")
        self.push(self.change(1, 1, responsibilities={"source": "t", "units": [
            {"unit": "unit:U01", "name": "Office 1", "role": "lead", "said_by": "management", "inferred": True}]}),
            generated.change("recommendation", generated.DOCUMENT, "drill#2", 1,
                             position_taken={"position": "not_accepted", "source": "Rejected"}))
        self.begin()
        wait_until(lambda: self.states().get("sent", 0) == 2 * (test_workflow.ACTIONS - 1), "all sent")
        self.register.workflow.stop()
        self.now, self.next = (str(day) for (day,) in self.register.sql(
            "SELECT DISTINCT cycle_on FROM uptake.obligation o JOIN uptake.item p ON p.item_id = o.policy_id"
            " WHERE p.item_key = 'policy:six-monthly' ORDER BY 1 LIMIT 2"))
        self.browser = pages.Browser()
        self.addCleanup(self.browser.quit)
        self.browser.sign_in(self.register)
        self.url = self.register.settings()["uptake"]["reporting_url"]

    def picture(self, name):
        """Kept where UPTAKE_PICTURES says, for a person to look at."""
        folder = os.environ.get("UPTAKE_PICTURES")
        for width in WIDTHS:
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
            self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), width,
                                 f"{name} is wider than {width}")
            if folder:
                high = self.browser.execute_script("return document.documentElement.scrollHeight")
                self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": high, "deviceScaleFactor": 1, "mobile": width < 500})
                self.browser.save_screenshot(str(pathlib.Path(folder) / f"{name}-{width}.png"))

    def state(self):
        return self.browser.text("state")

    def post(self, fields, **headers):
        """Status of a form sent with the browser's session."""
        cookie = self.browser.get_cookie("uptake_session")["value"]
        connection = http.client.HTTPConnection("127.0.0.1", self.register.ports["http"], timeout=30)
        self.addCleanup(connection.close)
        connection.request("POST", f"/cycles/six-monthly/{self.next}", urllib.parse.urlencode(fields), {
            "Cookie": f"uptake_session={cookie}", "Content-Type": "application/x-www-form-urlencoded", **headers})
        return connection.getresponse().status

    def test_the_desk_looks_through_holds_and_opens_a_cycle(self):
        self.browser.get(f"{self.url}/cycles?days=400")
        self.picture("cycles")
        self.browser.find_element("link text", self.next).click()
        self.browser.until("the cycle", lambda: self.state() == "Upcoming")
        for button, state in (("Looked through", "Confirmed"), ("Hold: ask nobody", "Held"), ("Open now", "Open")):
            self.browser.find_element("name", "note").send_keys("the list is right")
            self.browser.find_element("xpath", f"//button[text()='{button}']").click()
            self.browser.until(state, lambda: self.state() == state)
        self.assertIn("Opened by operator. the list is right", self.browser.page_source)
        self.browser.get(f"{self.url}/cycles/six-monthly/{self.now}")
        self.assertIn("uptake units confirm 'drill#1/1' --name 'Office 1'", self.browser.text("unsettled"))
        self.assertEqual(self.browser.text("excluded").split(":")[1].split(".")[0].strip(), "1")
        self.picture("cycle")

    def test_a_form_from_elsewhere_decides_nothing(self):
        self.browser.get(f"{self.url}/cycles/six-monthly/{self.next}")
        token = self.browser.find_element("name", "csrf").get_attribute("value")
        fields = {"decision": "held", "by": "x", "revision": "0"}
        self.assertEqual(self.post(fields), 403)
        self.assertEqual(self.post({**fields, "csrf": "0" * 64}), 403)
        self.assertEqual(self.post({**fields, "csrf": token}, Origin="https://elsewhere.example"), 403)
        other = pages.Browser()
        self.addCleanup(other.quit)
        other.sign_in(self.register)
        other.get(f"{self.url}/cycles/six-monthly/{self.next}")
        self.assertEqual(self.post({**fields, "csrf": other.find_element("name", "csrf").get_attribute("value")}), 403)
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item WHERE kind = 'cycle'"), 0)
        self.assertEqual(self.post({**fields, "csrf": token, "decision": "closed"}), 400)
        self.assertEqual(self.post({**fields, "csrf": token, "by": ""}), 400)
        # Sent twice it is decided once.
        self.assertEqual(self.post({**fields, "csrf": token}), 303)
        self.assertEqual(self.post({**fields, "csrf": token}), 303)
        self.assertEqual(self.register.one("SELECT revision FROM uptake.item WHERE kind = 'cycle'"), 1)
        # Who saw the page as it was before decides nothing on top.
        opened = {**fields, "csrf": token, "decision": "opened", "revision": "1"}
        self.assertEqual(self.post(opened), 303)
        self.assertEqual(self.post({**opened, "decision": "confirmed"}), 409)

    def test_only_who_reads_hq_finds_the_pages(self):
        token = people.reader(self.register, "region:asia-pacific")
        for path in ("/cycles", f"/cycles/six-monthly/{self.now}", f"/cycles/six-monthly/{self.now}/return"):
            self.assertEqual(self.register.http(path, token=token)[0], 404, path)

    def test_the_return_is_a_page_to_print(self):
        self.push(self.change(2, 1, progress_report={"progress": "completed", "narrative": "Done."}))
        self.assertEqual(self.register.http(f"/cycles/six-monthly/{self.now}/return")[0], 404)
        self.register.must("cycles", "close", "six-monthly", self.now, "--by", "A. Officer")
        self.browser.get(f"{self.url}/cycles/six-monthly/{self.now}")
        self.assertEqual(self.browser.find_elements("name", "decision"), [])
        self.browser.find_element("link text", "The return").click()
        self.browser.until("the return", lambda: self.browser.find_elements("id", "figures"))
        self.assertIn("Moved unknown to completed", self.browser.text("figures"))
        self.picture("return")
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.assertFalse(self.browser.find_element("class name", "top").is_displayed())
        self.picture("return-print")


if __name__ == "__main__":
    unittest.main()
