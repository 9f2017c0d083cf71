# SPDX-License-Identifier: Apache-2.0
"""Who is reminded, once, and what becomes of a reminder the mail server will not take."""
import asyncio
import datetime
import json
import signal
import unittest
import zoneinfo

import generated
import psycopg2
from harness import Register, Service, wait_until

UNITS, ACTIONS = 3, 6


def today():
    return datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Zurich")).date()


class Second(Service):
    """Another workflow on the same register."""

    def __init__(self, register):
        super().__init__("workflow", register)
        self.log_path = register.folder / "second.log"

    def count(self, event):
        return sum(each["event"] == event for each in self.log_events()) if self.log_path.exists() else 0


class Asking(unittest.TestCase):
    """Every unit leads two actions; each is due in five days and asked for its six-monthly update."""

    ACTIONS = ACTIONS

    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest")
        self.day = today()
        self.push(*generated.settings(UNITS, self.day), *generated.document(UNITS, self.ACTIONS, self.day))

    def push(self, *changes):
        self.register.must("push", generated.write(self.register.folder / "changes.jsonl", changes))

    def begin(self, *extra):
        self.register.workflow.start(extra=("--settle-s", "0", "--poll-ms", "100", "--retry-s", "1", *extra))

    def begin_second(self, *extra):
        second = Second(self.register)
        self.addCleanup(lambda: second.process and second.kill())
        return second.start(wait=False, extra=(
            "--settle-s", "0", "--poll-ms", "100", "--health-listen", "127.0.0.1:0", *extra))

    def states(self):
        return dict(self.register.sql("SELECT state::text, count(*) FROM uptake.obligation GROUP BY 1"))

    def sent(self):
        return self.states().get("sent", 0)

    def change(self, number, base, **groups):
        return generated.change("action", generated.DOCUMENT, f"{generated.DOCUMENT}#{number}/1", base, **groups)


class Workflow(Asking):
    def test_one_digest_per_recipient_and_a_feed_entry_per_reminder(self):
        self.begin()
        mails = self.register.mail.wait(UNITS)
        self.assertEqual(sorted(mail.recipient for mail in mails),
                         [f"u{number:02}@example.org" for number in range(1, UNITS + 1)])
        wait_until(lambda: self.register.one(
            "SELECT count(*) FROM uptake.obligation WHERE reminder_recorded_at IS NOT NULL") == 2 * ACTIONS,
            "every reminder in the feed")
        entries = [json.loads(line) for (line,) in self.register.sql(
            "SELECT json_build_object('key', i.item_key, 'parent', p.item_key)::text FROM uptake.item i"
            " LEFT JOIN uptake.item p ON p.item_id = i.parent_id WHERE i.kind = 'reminder'")]
        self.assertEqual(len(entries), 2 * ACTIONS)
        self.assertIn({"key": "reminder:deadline:drill#1/1:1:-7:U02", "parent": "drill#1/1"}, entries)
        for mail in mails:
            kinds = [part.get_content_type() for part in mail.message.walk()]
            self.assertEqual(kinds, ["multipart/mixed", "multipart/alternative", "text/plain", "text/html",
                                     "text/calendar"])
            self.assertEqual(mail.message.get_body(("plain",)).get_content().count("/a/answer."), 4)
            self.assertIn("Updates go to: Field operations", mail.message.get_body(("plain",)).get_content())
        # Another start, another look: nothing is asked twice.
        self.register.workflow.stop()
        self.begin()
        wait_until(lambda: any(event["event"] == "planned" and event["changes"] == "0"
                               for event in self.register.workflow.log_events()), "planned again")
        self.assertEqual(len(self.register.mail.mails), UNITS)

    def test_two_processes_send_each_digest_once(self):
        kept, hanging, released = self.register.mail.handle_DATA, [], asyncio.Event()

        async def hang(server, session, envelope):
            hanging.append(session)
            await released.wait()
            return await kept(server, session, envelope)
        self.register.mail.handle_DATA = hang
        self.begin("--attempt-lease-s", "60")
        wait_until(lambda: len(hanging) == UNITS, "the first process sends")
        second = self.begin_second("--attempt-lease-s", "60")
        # Between its first plan and its next lies a claim.
        for number in range(1, 4):
            wait_until(lambda: second.count("planned") >= number, f"the other process plans {number}")
            self.push(generated.unit(f"NEW{number}", "Another unit"))
        self.register.mail.loop.call_soon_threadsafe(released.set)
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all sent")
        second.stop()
        self.assertEqual(len(hanging), UNITS)
        self.assertEqual(self.register.sql("SELECT DISTINCT fence, uncertain_attempts FROM uptake.delivery"), [(1, 0)])

    def test_a_mail_put_off_comes_later_with_the_same_message_id(self):
        self.register.mail.refusals = ["451 greylisted"] * UNITS
        self.begin()
        mails = self.register.mail.wait(UNITS)
        stored = {ident for (ident,) in self.register.sql("SELECT message_id FROM uptake.delivery")}
        self.assertEqual({mail.message_id for mail in mails}, stored)
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all marked as sent")
        self.assertEqual(self.register.one("SELECT sum(fence) FROM uptake.delivery"), 2 * UNITS)

    def test_an_unsure_mail_is_repeated_as_the_same_mail(self):
        kept, left = self.register.mail.handle_DATA, [1]

        async def keep_and_hang_up(server, session, envelope):
            reply = await kept(server, session, envelope)
            if left.pop() if left else 0:
                server.transport.abort()
            return reply
        self.register.mail.handle_DATA = keep_and_hang_up
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all marked as sent")
        mails = self.register.mail.wait(UNITS + 1)
        texts = {(mail.recipient, mail.message_id, mail.message.get_body(("plain",)).get_content())
                 for mail in mails}
        self.assertEqual(len(texts), UNITS)
        self.assertEqual(self.register.one("SELECT sum(uncertain_attempts) FROM uptake.delivery"), 1)

    def test_a_mail_server_that_never_answers_stops_nothing_else(self):
        kept, hanging = self.register.mail.handle_DATA, []

        async def hang(server, session, envelope):
            hanging.append(session)
            await asyncio.Event().wait()
        self.register.mail.handle_DATA = hang
        self.begin()
        wait_until(lambda: hanging, "a mail hangs")
        self.assertEqual(self.register.workflow.get("/healthz")[0], 200)
        self.register.workflow.stop()
        self.assertGreater(self.register.one(
            "SELECT count(*) FROM uptake.delivery WHERE state = 'uncertain'"), 0)
        self.register.mail.handle_DATA = kept
        self.begin()
        self.assertEqual(len({mail.message_id for mail in self.register.mail.wait(UNITS)}), UNITS)

    def test_a_process_that_wakes_after_its_lease_changes_nothing(self):
        kept, hanging, released = self.register.mail.handle_DATA, [], asyncio.Event()

        async def hang_first(server, session, envelope):
            if len(hanging) >= UNITS:
                return await kept(server, session, envelope)
            hanging.append(session)
            await released.wait()
            return "451 too late"
        self.register.mail.handle_DATA = hang_first
        self.begin("--attempt-lease-s", "6")
        wait_until(lambda: len(hanging) == UNITS, "all mails hang")
        sleeper = self.register.workflow.process
        sleeper.send_signal(signal.SIGSTOP)
        try:
            second = self.begin_second()
            wait_until(lambda: self.sent() == 2 * ACTIONS, "the other process took over")
        finally:
            sleeper.send_signal(signal.SIGCONT)
        self.register.mail.loop.call_soon_threadsafe(released.set)
        wait_until(lambda: sum(event["event"] in ("digest_put_off", "digest_uncertain")
                               for event in self.register.workflow.log_events()) == UNITS, "it learns its outcome")
        second.stop()
        self.assertEqual(self.register.sql("SELECT DISTINCT state::text, fence FROM uptake.delivery"), [("sent", 2)])
        self.assertEqual(self.sent(), 2 * ACTIONS)

    def test_a_refused_address_is_told_and_asked_again_once_corrected(self):
        self.register.mail.refusals = ["550 nobody here"]
        self.begin()
        wait_until(lambda: self.states().get("claimed") == 4 and self.sent() == 2 * ACTIONS - 4, "one refused")
        ((recipient, error),) = self.register.sql(
            "SELECT code, last_error FROM uptake.delivery d JOIN uptake.unit u ON u.item_id = d.recipient_id"
            " WHERE state = 'failed'")
        self.assertIn("550", error)
        alerts = [event for event in self.register.workflow.log_events() if event["event"] == "digest_refused"]
        self.assertEqual([event["level"] for event in alerts], ["error"])
        self.push(generated.change("unit", "units", f"unit:{recipient}", 1,
                                   unit_contact={"email": "new@example.org", "language": "en"}))
        wait_until(lambda: self.register.sql(
            "SELECT state::text, count(*) FROM uptake.obligation o JOIN uptake.unit u ON u.item_id = o.recipient_id"
            " WHERE u.code = %s AND send_on <= current_date AND state IN ('planned', 'claimed') GROUP BY 1",
            (recipient,)) == [("planned", 4)], "planned for the next digest, like everything else")

    def test_the_brake_holds_until_it_is_raised(self):
        self.begin("--brake-recipients", str(UNITS - 1))

        def held():
            return f'uptake_workflow_brake_recipients{{policy="policy:deadline"}} {UNITS}' in self.register.workflow.get("/metrics")[1]
        wait_until(held, "the brake shows in the metrics")
        self.assertEqual(self.register.workflow.readyz()[0], 200)
        self.assertEqual(self.register.mail.mails, [])
        self.register.workflow.stop()
        self.begin("--brake-recipients", str(UNITS))
        self.register.mail.wait(UNITS)

    def test_an_update_and_a_closed_action_end_the_asking(self):
        self.push(self.change(1, 1, progress_report={"progress": "initiated", "narrative": "Begun."}),
                  self.change(2, 1, progress_report={"progress": "completed", "narrative": "Done."}))
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS - 3, "the others are asked")
        met = self.register.sql(
            "SELECT DISTINCT i.item_key, o.cycle FROM uptake.obligation o"
            " JOIN uptake.item i ON i.item_id = o.subject_id WHERE o.state = 'met'")
        self.assertEqual(met, [("drill#1/1", 1)])
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.subject_id"
            " WHERE i.item_key = 'drill#2/1'"), 0)
        # Closing later rests what the cycles under way had planned, leaves what was sent, and begins no other.
        self.push(self.change(3, 1, progress_report={"progress": "cancelled", "narrative": "Given up."}))
        wait_until(lambda: self.register.sql(
            "SELECT DISTINCT o.cycle > 1, o.state::text FROM uptake.obligation o JOIN uptake.item i"
            " ON i.item_id = o.subject_id WHERE i.item_key = 'drill#3/1' AND o.send_on > %s ORDER BY 1",
            (self.day,)) == [(False, "rested"), (True, "void")], "closed")
        self.assertEqual(self.sent(), 2 * ACTIONS - 3)

    def test_a_report_that_was_wiped_was_made_and_its_wiping_is_none(self):
        report = {"progress": "initiated", "narrative": "Begun by a person who is named."}
        self.push(*(self.change(number, 1, progress_report=report) for number in (1, 2)))
        self.register.sql("UPDATE uptake.change c SET recorded_at = recorded_at - interval '400 days' FROM uptake.item"
                          " WHERE item.item_id = c.item_id AND item_key = 'drill#2/1'")
        wipe = {"revisions": [2], "ordered_by": "Officer", "reason": "names a person"}
        self.push(*(self.change(number, 2, progress_report={**report, "narrative": "Begun."}, redaction=wipe)
                    for number in (1, 2)))
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS - 1, "the others are asked")
        self.assertEqual(self.register.sql(
            "SELECT DISTINCT i.item_key FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.subject_id"
            " WHERE o.state = 'met'"), [("drill#1/1",)])

    def test_what_was_sent_while_ingest_was_away_reaches_the_feed_later(self):
        self.register.ingest.stop()
        self.register.workflow.start(wait=False, extra=("--settle-s", "0", "--poll-ms", "100"))
        self.register.mail.wait(UNITS)
        wait_until(lambda: self.sent() == 2 * ACTIONS, "sent")
        self.register.workflow.kill()
        self.register.ingest.start()
        self.begin()
        wait_until(lambda: self.register.one(
            "SELECT count(*) FROM uptake.change WHERE kind = 'reminder'") == 2 * ACTIONS, "in the feed")
        self.assertEqual(len(self.register.mail.mails), UNITS)

    def test_cycles_before_go_live_are_not_asked(self):
        later = str(self.day + datetime.timedelta(days=30))
        self.push(generated.change("policy", "policies", "policy:deadline", 1, policy_rule={
            "title": "Deadlines of actions", "trigger": "deadline", "steps": [-30, -7, 0, 14],
            "go_live_on": later, "overseer": "unit:FOTCD", "active": True}))
        self.begin()
        self.register.mail.wait(UNITS)
        wait_until(lambda: self.sent() == ACTIONS, "only the updates are asked for")
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.policy_id"
            " WHERE i.item_key = 'policy:deadline'"), 0)


class Slow(Asking):
    ACTIONS = 20

    def backend(self, column):
        return self.register.one(f"SELECT {column} FROM pg_stat_activity WHERE datname = current_database()"
                                 " AND usename = 'uptake_workflow' ORDER BY backend_start LIMIT 1")

    def session(self, statement):
        connection = psycopg2.connect(self.register.database.conninfo("postgres"))
        self.addCleanup(connection.close)
        connection.cursor().execute(statement)
        return connection

    def recorded(self):
        return self.register.one("SELECT count(*) FROM uptake.obligation WHERE reminder_recorded_at IS NOT NULL")

    def test_receipts_that_come_in_the_midst_of_a_round_are_recorded_before_more_is_pushed(self):
        kept, hanging, released = self.register.mail.handle_DATA, [], asyncio.Event()

        async def hang(server, session, envelope):
            hanging.append(session)
            await released.wait()
            return await kept(server, session, envelope)
        self.register.mail.handle_DATA = hang
        self.begin()
        wait_until(lambda: len(hanging) == UNITS, "mails on their way")
        ingest = self.register.ingest.process
        ingest.send_signal(signal.SIGSTOP)
        try:
            self.register.mail.loop.call_soon_threadsafe(released.set)
            wait_until(lambda: self.sent() == 2 * self.ACTIONS, "all sent")
            rounds = {self.backend("query_start")}
            wait_until(lambda: rounds.add(self.backend("query_start")) or len(rounds) > 20, "the reminders pushed")
            # A round is held up before it gathers; what comes meanwhile cannot be recorded at once.
            recording = self.session("SELECT FROM uptake.obligation FOR UPDATE")
            claiming = self.session("LOCK TABLE uptake.delivery IN ACCESS EXCLUSIVE MODE")
            wait_until(lambda: self.backend("wait_event_type") == "Lock", "a round held up")
        finally:
            ingest.send_signal(signal.SIGCONT)
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.item WHERE kind = 'reminder'") >= 32,
                   "a batch of them in the register")
        claiming.rollback()
        wait_until(lambda: self.backend("wait_event_type") == "Lock" and "reminder_recorded_at" in self.backend("query"),
                   "the recording held up")
        self.push(generated.unit("NEW", "Another unit"))  # ingest has answered whatever came before it
        recording.rollback()
        wait_until(lambda: self.recorded() == 2 * self.ACTIONS, "every reminder recorded")
        self.assertIsNone(self.register.workflow.process.poll(), self.register.workflow.log_tail())


class Merged(Asking):
    """Units that were merged: the one that took over is asked, once, and what was sent stays."""

    def setUp(self):
        super().setUp()
        self.register.start("reporting")

    def merge(self, code, into):
        self.register.must("units", "merge", code, into, "--on", str(self.day))

    def rows(self, state, code):
        """(action, policy, step) of the obligations of a unit."""
        return sorted(self.register.sql(
            "SELECT a.item_key, p.item_key, o.step FROM uptake.obligation o"
            " JOIN uptake.item a ON a.item_id = o.subject_id JOIN uptake.item p ON p.item_id = o.policy_id"
            " JOIN uptake.unit u ON u.item_id = o.recipient_id"
            " WHERE o.state = %s::uptake.obligation_state AND u.code = %s", (state, code)))

    def test_what_was_not_sent_is_asked_of_the_successor_and_what_was_sent_stays(self):
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all asked")
        sent, planned, own = self.rows("sent", "U02"), self.rows("planned", "U02"), self.rows("planned", "U03")
        self.assertEqual((len(sent), bool(planned)), (4, True))
        self.merge("U02", "U03")
        wait_until(lambda: not self.rows("planned", "U02"), "nothing is planned for the old unit")
        # The rung that was sent to the old unit is asked of its successor, who never heard of it.
        self.assertEqual(self.rows("planned", "U03"), sorted(own + planned + sent))
        self.assertEqual(self.rows("sent", "U02"), sent)
        self.assertEqual(self.rows("void", "U02"), planned)
        # One digest a day: what came over waits for the next.
        self.assertEqual(len(self.register.mail.mails), UNITS)
        self.register.must("units", "split-back", "U02")
        wait_until(lambda: self.rows("planned", "U02") == planned, "the old unit is asked again")
        self.assertEqual((self.rows("planned", "U03"), self.rows("sent", "U02")), (own, sent))

    def test_units_merged_into_one_get_one_mail(self):
        self.push(self.change(1, 1, responsibilities={"source": "table", "units": [
            {"unit": f"unit:U0{number}", "name": f"Office {number}", "role": "lead", "said_by": "management"}
            for number in (1, 2, 3)]}))
        self.merge("U01", "U02")
        self.merge("U02", "U03")
        self.begin()
        (mail,) = self.register.mail.wait(1)
        wait_until(lambda: self.sent() == 2 * ACTIONS, "all marked as sent")
        self.assertEqual(mail.recipient, "u03@example.org")
        # Every action once for its deadline and once for its update, also the one that three led.
        text = mail.message.get_body(("plain",)).get_content()
        self.assertEqual(text.count("/a/answer."), 2 * ACTIONS)
        self.assertEqual(len(self.register.mail.mails), 1)
        self.assertEqual(self.register.sql(
            "SELECT DISTINCT u.code FROM uptake.obligation o JOIN uptake.unit u ON u.item_id = o.recipient_id"), [("U03",)])

    def test_a_closed_unit_that_nobody_took_over_from_is_not_asked(self):
        self.push({**generated.unit("U02", "Office 2", reports_to="unit:FOTCD",
                                    valid_to=str(self.day - datetime.timedelta(days=1))), "base_revision": 1},
                  {**generated.unit("U03", "Office 3", reports_to="unit:FOTCD", valid_to=str(self.day)),
                   "base_revision": 1})
        self.begin()
        self.register.mail.wait(UNITS - 1)
        wait_until(lambda: self.sent() == 2 * ACTIONS - 4, "the others are asked")
        self.assertEqual(self.rows("planned", "U02"), [])

    def test_a_retracted_action_is_not_asked_about(self):
        self.push(self.change(1, 1, retraction={"retracted": True, "reason": "entered twice"}))
        self.begin()
        wait_until(lambda: self.sent() == 2 * ACTIONS - 2, "the others are asked")
        self.assertNotIn("drill%231/", "".join(
            mail.message.get_body(("plain",)).get_content() for mail in self.register.mail.wait(UNITS)))
        self.push(self.change(4, 1, retraction={"retracted": True, "reason": "entered twice"}))
        wait_until(lambda: self.register.one(
            "SELECT count(*) FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.subject_id"
            " WHERE i.item_key = 'drill#4/1' AND o.state = 'planned'") == 0, "nothing is planned for it")
        self.assertEqual(self.sent(), 2 * ACTIONS - 2)
        self.assertEqual(self.register.sql(
            "SELECT DISTINCT o.reason FROM uptake.obligation o JOIN uptake.item i ON i.item_id = o.subject_id"
            " WHERE i.item_key = 'drill#4/1' AND o.state = 'void'"), [("no longer to be asked: the action was retracted",)])


if __name__ == "__main__":
    unittest.main()
