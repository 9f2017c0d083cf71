# SPDX-License-Identifier: Apache-2.0
"""Three years of the OHCHR response, lived by the real service on a turned clock, are what `uptake simulate` foretold."""
import collections
import unittest

from harness import Register
from test_workflow import Second
from years import DAY, KEY, UPDATES, Naive, Years

CRASHES = 4
ASKED = """
SELECT u.item_key, a.item_key, o.cycle_on, (min(o.changed_at) FILTER (WHERE o.state = 'met'))::date
FROM uptake.obligation o
JOIN uptake.item u ON u.item_id = o.recipient_id
JOIN uptake.item a ON a.item_id = o.subject_id
JOIN uptake.item p ON p.item_id = o.policy_id
WHERE p.item_key = %s AND o.cycle_on <= %s AND o.rung = 'unit'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
"""


class ThreeYears(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest", "reporting")
        self.years = Years(self.register)
        self.is_published = self.years.fill()
        self.checked = 0
        self.down = set()

    def expect(self, foretold, first, last):
        """The ledger holds of these days what was foretold of them, to the Message-ID."""
        of_these = [each for each in foretold if str(first) <= each.send_on <= str(last)]
        self.assertEqual(self.years.sent(first, last), of_these, f"from {first} to {last}")
        self.checked += len(of_these)

    def live_and_crash(self, day):
        """The process dies when the mail server has a mail and has not said so; another takes over."""
        workflow = self.register.workflow

        def kill(_):
            self.register.mail.before_reply = None
            workflow.process.kill()
        self.register.mail.before_reply = kill
        self.years.turn(day)
        if workflow.process is None:
            self.years.begin(workflow)
        workflow.process.wait(60)
        workflow.process = None
        self.years.begin(workflow)
        self.years.live()

    def live_without_mail_server(self, days):
        self.register.mail.stop()
        for _ in range(days):
            self.years.turn(self.years.day + DAY)
            self.years.live(with_mails=False)
        self.assertGreater(self.register.one("SELECT count(*) FROM uptake.delivery WHERE next_attempt_at IS NOT NULL"), 0)
        self.register.mail.start()
        self.years.turn(self.years.day, hour=9)  # the pause after the last attempt is over
        self.years.live()

    def turn_back(self):
        """A clock that goes back a day, then an hour, sends nothing a second time."""
        day, before = self.years.day, len(self.register.mail.mails)
        for back, hour in ((day - DAY, 6), (day, 5), (day, 6)):
            self.years.turn(back, hour)
            self.years.wait_for_rounds(5)
        self.assertEqual(len(self.register.mail.mails), before)

    def test_the_ledger_is_what_was_foretold(self):
        at, start = self.years, self.years.start
        ends = [start + 365 * n * DAY for n in (1, 2, 3)]
        self.first_year(at, start, ends[0])
        self.second_year(at, at.day + DAY, ends[1])
        self.third_year(at, at.day + DAY, ends[2])
        self.judge(start, ends[2])

    def first_year(self, at, start, end):
        """Crashes on the very first day and on the next ones that have mails."""
        at.turn(start)
        foretold = at.simulated(start, end)
        self.assertGreater(len(foretold), 20)
        self.live_and_crash(start)
        for _ in range(CRASHES - 1):
            self.live_and_crash(at.next_due_day())
        at.live_until(end)
        self.expect(foretold, start, end)

    def second_year(self, at, begin, end):
        """Two processes; one action is answered and one is done; the mail server is away for three days with mails due."""
        second = Second(self.register)
        self.addCleanup(lambda: second.process and second.kill())
        at.begin(second)
        answered, closed = at.asked_actions()[:2]
        at.report(answered, "ongoing")
        at.report(closed, "completed")
        foretold = at.simulated(begin, end)
        self.assertNotIn(closed, {each.subject for each in foretold})
        self.assertIn(answered, {each.subject for each in foretold})
        at.turn(at.next_due_day() - DAY)
        at.live()
        self.live_without_mail_server(3)
        at.live_until(end)
        at.end(second)
        self.expect(foretold, begin, end)

    def third_year(self, at, begin, end):
        """The clock goes back; then nobody runs for weeks, across a step; then the clock leaps ahead."""
        foretold = at.simulated(begin, end)
        at.live_until(at.next_due_day())
        self.turn_back()
        self.expect(foretold, begin, at.day)
        at.end(self.register.workflow)
        again = at.next_due_day() + 25 * DAY
        self.down = {at.day + DAY * n for n in range(1, (again - at.day).days)}
        foretold = at.simulated(again, end)
        at.turn(again)
        at.begin(self.register.workflow)
        at.live()
        self.expect(foretold, again, again)
        leap = at.next_due_day() + 10 * DAY
        foretold = at.simulated(leap, end)
        at.turn(leap)
        at.live()
        at.live_until(end)
        self.expect(foretold, leap, end)

    def judge(self, first, last):
        """No digest twice, but for the same mail after a crash; nothing that was due is left."""
        mails = self.register.mail.mails
        by_id = collections.Counter(mail.message_id for mail in mails)
        texts = {(mail.message_id, mail.message.get_body(("plain",)).get_content()) for mail in mails}
        self.assertEqual(len(texts), len(by_id), "a repeat says the same")
        repeated = len(mails) - len(by_id)
        uncertain = self.register.one("SELECT sum(uncertain_attempts) FROM uptake.delivery")
        self.assertGreaterEqual(repeated, CRASHES)
        self.assertLessEqual(repeated, uncertain, "a mail that came twice is one whose outcome nobody knew")
        self.assertEqual({message for (message,) in self.register.sql("SELECT message_id FROM uptake.delivery")}, set(by_id))
        for said, found in self.years.days_by_the_almanac():
            self.assertEqual(said, found)
        missed = self.register.one("SELECT count(*) FROM uptake.obligation WHERE state IN ('planned', 'claimed')"
                                   " AND send_on <= %s", (last,))
        self.assertEqual(missed, 0, "what was due was sent, spoken for, answered or void")
        self.compare(first, last, len(by_id), repeated)

    def compare(self, first, last, digests, repeated):
        questions = self.register.sql(ASKED, (UPDATES, last))
        who, what, due_on, _ = questions[0]
        # That unit began an update twenty days before it was due, and saved it.
        naive = Naive(questions, first, last, self.down, {(who, what, due_on): due_on - 20 * DAY})
        people = collections.Counter(mail.recipient for mail in self.register.mail.mails)
        source = "as published" if self.is_published else "of the sample register"
        most = max(naive.by_person().values())
        print(f"\nthree years of {KEY} {source}: {self.checked} reminders in {digests} mails to {len(people)} people, at"
              f" most {max(people.values())} to one; {repeated} mails came twice after a crash, the same mail; 0 missed"
              f"\nthe naive rule, of the updates alone: {len(naive.mails)} mails, at most {most} to one;"
              f" {naive.repeats()} repeat the day before, {naive.missed()} of {len(naive.steps)} steps missed", flush=True)
        self.assertGreater(most, 10 * max(people.values()))
        self.assertGreater(naive.missed(), 0)


if __name__ == "__main__":
    unittest.main()
