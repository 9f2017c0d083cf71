# SPDX-License-Identifier: Apache-2.0
"""What becomes of a mail that was not taken: what is tried again, where, and who is told what to do."""
import asyncio
import unittest

from harness import wait_until
from test_mail import Mailing
from test_workflow import UNITS

U01 = "u01@example.org"


class PutOff(Mailing):
    def deliveries(self, columns="state::text", address=U01):
        return self.register.sql(f"SELECT {columns} FROM uptake.delivery WHERE address = %s", (address,))

    def asked(self, number):
        """States of what is due to the unit, and how often."""
        return dict(self.register.sql(
            "SELECT o.state::text, count(*) FROM uptake.obligation o JOIN uptake.unit u ON u.item_id = o.recipient_id"
            " WHERE u.code = %s AND o.send_on <= current_date AND o.state IN ('planned', 'claimed', 'sent') GROUP BY 1",
            (f"U{number:02}",)))

    def tomorrow(self):
        """What was refused goes into the digest of another day: let it have been yesterday's."""
        self.register.workflow.stop()
        self.register.sql("UPDATE uptake.delivery SET digest_on = digest_on - 1, message_id = '<yesterday@localhost>'"
                          " WHERE state = 'failed'")

    def sound(self):
        self.register.must("verify", "--database", self.register.database.conninfo("postgres"))

    def refuse(self, reply, addresses=(U01,)):
        """RCPT of these is answered so; of nobody, once the list is emptied."""
        refused = list(addresses)

        async def judge(server, session, envelope, address, options):
            if address in refused:
                return reply
            envelope.rcpt_tos.append(address)
            return "250 known"
        self.mail.handle_RCPT = judge
        return refused


class Address(PutOff):
    def test_a_corrected_address_frees_what_a_server_put_off(self):
        self.refuse("450 not now")
        self.begin()
        self.all_sent(fewer=4)
        wait_until(lambda: self.deliveries("attempt_id IS NULL AND fence > 0") == [(True,)], "put off")
        self.contact(1, email="new@example.org")
        wait_until(lambda: self.asked(1) == {"planned": 4}, "planned for the next digest")
        ((state, error, again, uncertain),) = self.deliveries("state::text, last_error, next_attempt_at, uncertain_attempts")
        self.assertEqual((state, again, uncertain), ("failed", None, 0))
        self.assertIn("ADDRESS_CHANGED", error)
        self.sound()
        self.tomorrow()
        self.begin()
        self.all_sent()
        self.assertEqual(len(self.mail.by_recipient()["new@example.org"]), 1)
        self.assertNotIn(U01, self.mail.by_recipient())

    def test_an_address_that_is_corrected_while_its_mail_is_refused_is_asked_all_the_same(self):
        hanging, released = [], asyncio.Event()

        async def hang(server, session, envelope, address, options):
            if address == U01:
                hanging.append(address)
                await released.wait()
                return "550 5.1.1 no such user"
            envelope.rcpt_tos.append(address)
            return "250 known"
        self.mail.handle_RCPT = hang
        self.begin("--attempt-lease-s", "600")
        wait_until(lambda: hanging, "the mail is on its way")
        self.contact(1, email="new@example.org")
        second = self.begin_second("--attempt-lease-s", "600")
        wait_until(lambda: second.count("planned"), "what the feed spoke of is planned")
        second.stop()
        self.mail.loop.call_soon_threadsafe(released.set)
        wait_until(lambda: self.asked(1) == {"planned": 4}, "planned for the next digest")
        self.assertEqual(self.deliveries(), [("failed",)])

    def test_a_right_address_that_was_refused_is_asked_again_by_a_word(self):
        refused = self.refuse("550 5.1.1 no such user")
        self.begin()
        self.all_sent(fewer=4)
        wait_until(lambda: self.deliveries() == [("failed",)], "refused")
        refused.clear()
        self.tomorrow()
        self.begin()
        wait_until(lambda: self.events("planned"), "planned")
        self.assertEqual(self.asked(1), {"claimed": 4})
        self.register.start("reporting")
        self.register.must("remind", "again", "U01")
        self.all_sent()
        self.assertEqual(len(self.mail.by_recipient()[U01]), 1)
        self.sound()


class Server(PutOff):
    def test_a_server_that_refuses_every_recipient_fails_no_digest(self):
        """As Exim says it where it relays for us no more: without a code that tells."""
        refused = self.refuse("550 relay not permitted", [f"u{number:02}@example.org" for number in range(1, UNITS + 1)])
        self.begin()
        (told,) = wait_until(lambda: self.events("mail_server_refuses"), "told")
        self.assertEqual(told["level"], "error")
        self.assertEqual(self.events("digest_refused"), [])
        self.mail.loop.call_soon_threadsafe(refused.clear)
        self.all_sent()
        self.assertEqual(len(self.mail.mails), UNITS)

    def test_what_is_too_large_is_told_with_its_remedy(self):
        self.mail.refusals = ["552 message exceeds fixed maximum size"]
        self.begin()
        self.all_sent(fewer=4)
        (told,) = wait_until(lambda: self.events("digest_refused"), "told")
        self.assertIn("larger mails", told["remedy"])

    def test_a_mail_that_waits_for_a_day_is_told_with_its_remedy(self):
        self.refuse("450 not now")
        self.begin()
        wait_until(lambda: self.events("digest_put_off"), "put off")
        self.assertEqual({each["level"] for each in self.events("digest_put_off")}, {"warn"})
        self.register.workflow.stop()
        self.register.sql("UPDATE uptake.delivery SET created_at = created_at - interval '25 hours'")
        self.begin()
        wait_until(lambda: [each for each in self.events("digest_put_off") if each["level"] == "error"], "told")

    def test_a_mail_that_is_never_answered_is_repeated_twice_and_then_left_to_a_person(self):
        kept, hanging = self.kept, []

        async def keep_and_say_nothing(server, session, envelope):
            reply = await kept(server, session, envelope)
            if envelope.rcpt_tos == [U01] and len(hanging) < 3:
                hanging.append(session)
                await asyncio.Event().wait()
            return reply
        self.mail.handle_DATA = keep_and_say_nothing
        self.begin("--attempt-lease-s", "3")
        (told,) = wait_until(lambda: self.events("digest_given_up"), "told")
        self.assertEqual(told["level"], "error")
        self.assertIn("remind again", told["remedy"])
        self.assertEqual(self.deliveries("state::text, uncertain_attempts, next_attempt_at"), [("failed", 3, None)])
        self.assertEqual(len(self.events("digest_uncertain")), 2)
        mails = self.mail.by_recipient()[U01]
        self.assertEqual((len(mails), len({mail.content for mail in mails})), (3, 1))
        self.assertEqual(self.asked(1), {"claimed": 4}, "not recorded as sent: nobody can prove it")
        self.sound()
        self.tomorrow()
        self.begin()
        self.register.start("reporting")
        self.register.must("remind", "again", "U01")
        self.all_sent()
        self.assertEqual(len(self.mail.by_recipient()[U01]), 4)


if __name__ == "__main__":
    unittest.main()
