# SPDX-License-Identifier: Apache-2.0
"""What test_three_years.py stands on: a clock of the test's own, a register over years, and the naive rule.

The running service asks PostgreSQL for the time, in one statement and by the function's plain name. In the test's
database its role looks for functions in the schema `test_clock` first, which has a clock that reads a table. So the
shipped program runs unchanged, and there is no setting by which anybody could turn its clock.
"""
import collections
import datetime
import json
import signal
import sys
import zoneinfo

import generated
from harness import ROOT, corpus, wait_until

sys.path.insert(0, str(ROOT / "tests" / "contract"))
import almanac  # noqa: E402

DAY = datetime.timedelta(days=1)
A_WEEK = 7 * DAY
KEY = "ohchr-cambodia-2024"
UPDATES, DEADLINES = "policy:six-monthly-update", "policy:action-deadline"
STEPS = (-30, -7, 0, 14)

CLOCK = """
CREATE SCHEMA test_clock;
CREATE TABLE test_clock.hand (at timestamptz NOT NULL);
INSERT INTO test_clock.hand VALUES ('2000-01-01');
CREATE SEQUENCE test_clock.looks;
CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$SELECT at FROM test_clock.hand, nextval('test_clock.looks')$$;
GRANT USAGE ON SCHEMA test_clock TO uptake_workflow;
GRANT SELECT ON test_clock.hand TO uptake_workflow;
GRANT USAGE ON SEQUENCE test_clock.looks TO uptake_workflow;
"""

# What one mail asks of one person; both sides of the comparison are made of these.
Asked = collections.namedtuple("Asked", "send_on recipient policy subject cycle step due_on message")

SENT = """
SELECT d.digest_on::text, u.item_key, p.item_key, a.item_key, o.cycle, o.step, o.cycle_on::text, d.message_id
FROM uptake.obligation o
JOIN uptake.delivery d USING (delivery_id)
JOIN uptake.item u ON u.item_id = o.recipient_id
JOIN uptake.item p ON p.item_id = o.policy_id
JOIN uptake.item a ON a.item_id = o.subject_id
WHERE o.state = 'sent' AND d.digest_on BETWEEN %s AND %s
"""

DAYS = """
SELECT DISTINCT o.cycle, o.cycle_on, o.step, o.send_on, u.zone, p.item_key, asked.on_day
FROM uptake.obligation o
LEFT JOIN LATERAL (
    SELECT coalesce(min(d.digest_on), %s) AS on_day
    FROM uptake.obligation below
    LEFT JOIN uptake.delivery d USING (delivery_id)
    WHERE o.rung <> 'unit' AND o.state IN ('planned', 'claimed', 'sent')
      AND (below.policy_id, below.subject_id, below.cycle, below.recipient_id)
        = (o.policy_id, o.subject_id, o.cycle, o.asked_id)
    HAVING count(*) > 0) AS asked ON true
JOIN uptake.unit u ON u.item_id = o.recipient_id
JOIN uptake.item p ON p.item_id = o.policy_id
"""

WAITING = """
SELECT (SELECT count(*) FROM uptake.obligation o
        WHERE o.state = 'planned' AND o.send_on <= %(day)s
          AND NOT EXISTS (SELECT FROM uptake.delivery d
                          WHERE d.recipient_id = o.recipient_id AND d.digest_on = %(day)s)),
       (SELECT count(*) FROM uptake.delivery WHERE next_attempt_at IS NOT NULL),
       (SELECT planned_on = %(day)s FROM uptake.workflow_cursor WHERE consumer = 'plan')
"""


class Years:
    """A register whose workflow lives on days that the test chooses."""

    def __init__(self, register):
        self.register = register
        self.services = []  # workflow processes
        self.day = None
        self.hour = 6
        today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Zurich")).date()
        # After everything that is recorded by the real clock.
        self.start = (today.replace(day=1) + 32 * DAY).replace(day=1)
        self.anchor = datetime.date(self.start.year - (self.start.month <= 8), 8, 31)
        register.database.sql(CLOCK)
        register.database.sql(f'ALTER ROLE uptake_workflow IN DATABASE "{register.database.name}"'
                              " SET search_path = test_clock, pg_catalog")

    # The register ------------------------------------------------------------------------------

    def fill(self):
        """Units, policies, and the management response: as published where that is at hand, else the sample's."""
        register, sample = self.register, ROOT / "deploy/sample"
        register.must("push", sample / "units.jsonl")
        published = corpus() and corpus() / "ohchr-cambodia-evaluation-2024.txt"
        if published:
            register.must("import", published, "--document", KEY)
        else:
            register.must("push", sample / f"{KEY}.jsonl")
        policies = [json.loads(line) for line in (sample / "policies.jsonl").read_text().splitlines()]
        for each in policies:
            is_updates = each["subject"] == UPDATES
            each["policy_rule"] |= {"go_live_on": str(self.start if is_updates else datetime.date(2024, 1, 1)),
                                    "steps": list(STEPS), "working_day": "before",
                                    "ladder": [{"step": 14, "rung": "unit_head"}]}
        self.push(*policies)
        self.push(generated.change("response", KEY, f"{KEY}#response", self.revision(f"{KEY}#response"),
                                   response_statement={"state": "approved", "approver": "Director",
                                                       "approved_on": str(self.anchor)}))
        return bool(published)

    def push(self, *changes):
        self.register.must("push", generated.write(self.register.folder / "changes.jsonl", changes))

    def revision(self, key):
        return self.register.one("SELECT revision FROM uptake.item WHERE item_key = %s", (key,))

    def report(self, key, progress):
        """A progress report, recorded on the day of the simulated clock."""
        self.push(generated.change("action", KEY, key, self.revision(key), progress_report={
            "progress": progress, "source": progress, "narrative": "Told in the drill.", "reported_on": str(self.day)}))
        self.register.sql("UPDATE uptake.change SET recorded_at = %s FROM uptake.item"
                          " WHERE item.item_id = change.item_id AND item_key = %s AND change.revision = item.revision",
                          (self.instant(), key))

    def asked_actions(self):
        """Actions of the response that somebody is sent mail about."""
        return [key for (key,) in self.register.sql(
            "SELECT DISTINCT i.item_key FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.subject_id"
            " ORDER BY 1")]

    # The clock ---------------------------------------------------------------------------------

    def instant(self):
        return datetime.datetime.combine(self.day, datetime.time(self.hour), datetime.timezone.utc)

    def turn(self, day, hour=6):
        """The processes do not see the hand move: the brake would take it for a clock that is wrong, as it should."""
        running = [service for service in self.services if service.process]
        for service in running:
            self.end(service)
        self.day, self.hour = day, hour
        self.register.sql("UPDATE test_clock.hand SET at = %s", (self.instant(),))
        for service in running:
            self.begin(service)

    @staticmethod
    def end(service):
        process, service.process = service.process, None
        process.terminate()
        # One that has only just begun knows no orderly end yet.
        assert process.wait(60) in (0, -signal.SIGTERM), service.log_tail()

    def begin(self, service):
        if service not in self.services:
            self.services.append(service)
        # The lease is of the turned clock, whose seconds are short.
        service.start(wait=False, extra=("--settle-s", "0", "--poll-ms", "20", "--retry-s", "1", "--attempt-lease-s", "3600",
                                         "--health-listen", "127.0.0.1:0"))

    def is_done(self, with_mails=True):
        """Everything the day asks for is planned and claimed, and taken by the mail server unless it is away."""
        due, waiting, planned = self.register.sql(WAITING, {"day": self.day})[0]
        return planned and due == 0 and (waiting == 0 or not with_mails)

    def live(self, with_mails=True):
        """Seconds pass while the work is done: a mail that was put off comes again."""
        def done():
            self.register.sql("UPDATE test_clock.hand SET at = at + interval '1 second'")
            return self.is_done(with_mails)
        try:
            wait_until(done, f"the work of {self.day} done")
        except AssertionError as failure:
            due, waiting, planned = self.register.sql(WAITING, {"day": self.day})[0]
            raise AssertionError(f"{failure}: {due} due, {waiting} mails waiting, planned: {planned}\n"
                                 + self.register.workflow.log_tail()) from None

    def rounds(self):
        return self.register.one("SELECT last_value FROM test_clock.looks")

    def wait_for_rounds(self, count):
        """Until the service has looked at the clock so many times more."""
        seen = self.rounds()
        wait_until(lambda: self.rounds() >= seen + count, f"{count} more looks at the clock")

    def next_due_day(self):
        return self.register.one("SELECT min(send_on) FROM uptake.obligation WHERE state = 'planned' AND send_on > %s",
                                 (self.day,))

    def next_day(self, last):
        """The next day on which the ledger has something to do; not more than a month ahead."""
        return min(self.next_due_day() or last, self.day + 30 * DAY, last)

    def days_by_the_almanac(self):
        """(what the ledger says, what it comes to without any of the code) of every step, and of every cycle of updates."""
        for cycle, cycle_on, step, send_on, zone, policy, unit_asked_on in self.register.sql(DAYS, (self.day,)):
            if policy == UPDATES:
                yield cycle_on, almanac.occurrence(self.anchor, 6, cycle)
            found = almanac.moved(cycle_on + DAY * step, zone, "before")
            if unit_asked_on and found < unit_asked_on + A_WEEK:  # the unit was asked late, and has a week to answer
                found = almanac.moved(unit_asked_on + A_WEEK, zone, "after")
            yield send_on, found

    def live_until(self, last):
        while self.day < last:
            self.turn(self.next_day(last))
            self.live()

    # The two sides -----------------------------------------------------------------------------

    def simulated(self, first, last):
        lines = self.register.must("simulate", "--database", self.register.database.conninfo("uptake_workflow"),
                                   "--from", first, "--to", last, "--json").splitlines()
        return sorted(Asked(**{name: each[name] for name in Asked._fields}) for each in map(json.loads, lines))

    def sent(self, first, last):
        return sorted(Asked(*row) for row in self.register.sql(SENT, (first, last)))


class Naive:
    """The rule of the strongest tracker in use: from 30 days before a day until somebody reports, a mail a day and item.

    Read mildly: an item with two unanswered days is one mail. A draft silences it; whether the action is closed does not
    matter to it; on days on which it does not run nobody is asked, and it is not made good. asked: (recipient, action,
    day the update is due, day it was reported or None); drafts: (recipient, action, due) -> day of a draft.
    """

    def __init__(self, asked, first, last, down, drafts):
        self.mails = set()  # (recipient, action, day)
        self.steps = set()  # days on which Uptake would have asked of them
        for recipient, subject, due_on, reported_on in asked:
            silent_from = drafts.get((recipient, subject, due_on), reported_on) or last + DAY
            begin = max(first, due_on - 30 * DAY)
            for day in (begin + DAY * n for n in range((min(last + DAY, silent_from) - begin).days)):
                if day not in down:
                    self.mails.add((recipient, subject, day))
            self.steps |= {(recipient, subject, due_on + DAY * step) for step in STEPS
                           if begin <= due_on + DAY * step <= min(last, (reported_on or last + DAY) - DAY)}

    def by_person(self):
        return collections.Counter(recipient for recipient, _, _ in self.mails)

    def repeats(self):
        """Mails that say what the same person was told the day before."""
        return sum((recipient, subject, day - DAY) in self.mails for recipient, subject, day in self.mails)

    def missed(self):
        return len(self.steps - self.mails)
