# SPDX-License-Identifier: Apache-2.0
"""What the tests of the pages stand on: a small register, and a browser signed in to it.

The register, services and ports are tests/integration/harness.py's. Browser() is Debian's Chromium
without a window; every wait is for something to appear, never for time to pass.
"""
import json
import pathlib
import shutil
import sys
import tempfile

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import harness  # noqa: E402

DOCUMENT = "pages-2020"
HOSTILE = "Keep <b>partners</b> informed & \"involved\""
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")


def change(kind, subject, base=0, document=DOCUMENT, **groups):
    return {"operation": "set", "kind": kind, "document": document, "subject": subject,
            "base_revision": base, **groups}


def action(recommendation, number, text, due_on):
    precision = "month" if due_on else "none"
    return change("action", f"{DOCUMENT}#{recommendation}/{number}",
                  action_wording={"code": f"{recommendation}.{number}", "text": text,
                                  "recommendations": [f"{DOCUMENT}#{recommendation}"]},
                  timeframe={"source": due_on[:7], "due_on": due_on, "precision": precision},
                  responsibilities={"source": "CAM", "units": [
                      {"unit": "unit:CAM", "name": "CAM", "role": "lead",
                       "said_by": "management", "confirmed": True}]})


def report(key, base, progress, reported_on):
    return change("action", key, base, progress_report={
        "progress": progress, "reported_on": reported_on, "precision": "month"})


def changes():
    """Two recommendations; four actions: one completed, one overdue, one open, one without deadline."""
    yield change("unit", "unit:CAM", document="units",
                 unit_identity={"code": "CAM", "name": "Country office", "kind": "unit",
                                "region": "asia-pacific", "zone": "Asia/Phnom_Penh"},
                 unit_contact={"email": "cam@example.org"})
    yield change("document", DOCUMENT, document_identity={
        "title": "Evaluation of a country programme", "dated_on": "2020-06-30",
        "instrument": "evaluation", "addressee": "office", "language": "en"})
    for number, position in (("1", "accepted"), ("2", "partially_accepted")):
        yield change("recommendation", f"{DOCUMENT}#{number}",
                     recommendation_text={"code": number, "text": f"Improve matter {number}."},
                     position_taken={"position": position, "source": position})
    yield action("1", 1, "Agree on focal points", "2021-09-30")
    yield action("1", 2, "Publish a calendar of meetings", "2021-12-31")
    yield action("2", 1, "Revise the plan", "2099-06-30")
    yield action("2", 2, HOSTILE, "")
    yield report(f"{DOCUMENT}#1/1", 1, "completed", "2022-12-31")
    yield report(f"{DOCUMENT}#1/2", 1, "ongoing", "2022-12-31")


def fill(register):
    """Pushes the sample and grants the operator the scopes that it opened."""
    register.must("push", "-", stdin="\n".join(map(json.dumps, changes())) + "\n")


def push_progress(register, key, progress):
    register.must("push", "--action", key, "--progress", progress)


def signin_link(register):
    out = register.must("tokens", "signin")
    return next(word for word in out.split() if "/signin?token=" in word)


class Browser(webdriver.Chrome):
    def __init__(self, script=True):
        self.profile = tempfile.mkdtemp(prefix="uptake-chromium-")
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={self.profile}"):
            options.add_argument(flag)
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        super().__init__(service=Service("/usr/bin/chromedriver"), options=options)

    def quit(self):
        super().quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def sign_in(self, register):
        self.get(signin_link(register))
        self.find_element("id", "signin").click()
        self.until("the dashboard", lambda: self.find_elements("id", "progress"))

    def until(self, what, condition):
        """Waits for the condition to hold; elements may be replaced meanwhile. Where it never does, what the page
        shows instead is told."""
        try:
            return WebDriverWait(self, harness.PATIENCE, poll_frequency=0.05).until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"never seen: {what}; at {self.current_url}:\n"
                                 + self.find_element("tag name", "body").text) from None

    def count(self, axis, word):
        """The number in a row of one of the tables of counts; 0 where there is no such row. Read in
        one step: the page may be replaced between two."""
        return int(self.execute_script(
            "const cell = document.querySelector(`#${arguments[0]} tr.${arguments[1]} td.n`);"
            "return cell ? cell.textContent : '0';", axis, word))

    def text(self, element):
        return self.execute_script(
            "return document.getElementById(arguments[0]).textContent;", element)
