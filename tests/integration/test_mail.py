# SPDX-License-Identifier: Apache-2.0
"""What is handed to mail servers of every kind, and what becomes of it when they fail."""
import asyncio
import datetime
import hashlib
import logging
import socket
import ssl
import subprocess
import unittest

import generated
from aiosmtpd.smtp import AuthResult, LoginPassword
from harness import wait_until
from test_workflow import ACTIONS, UNITS, Asking


# Sessions that break off are what is tested here.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class Mailing(Asking):
    """Three units, each with two actions; every mail has four lines."""

    def setUp(self):
        super().setUp()
        self.mail = self.register.mail
        self.kept = self.mail.handle_DATA

    def events(self, name):
        path = self.register.workflow.log_path
        return [each for each in self.register.workflow.log_events() if each["event"] == name] if path.exists() else []

    def metric(self, name):
        for line in self.register.workflow.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return None

    def all_sent(self, fewer=0):
        wait_until(lambda: self.sent() == 2 * ACTIONS - fewer, "all sent")

    def restart_mail(self, **options):
        """The mail server anew on its port: context of smtps, or options of aiosmtpd's SMTP."""
        self.mail.stop()
        self.mail.ssl = options.pop("ssl", None)
        self.mail.smtp_options = options
        self.mail.start()

    def contact(self, number, **contact):
        self.push(generated.change("unit", "units", f"unit:U{number:02}", 1, unit_contact={
            "email": f"u{number:02}@example.org", "language": "en", **contact}))

    def refuses_to_start(self, *extra):
        self.register.workflow.start(wait=False, extra=extra)
        code, log = self.register.workflow.wait_end()
        self.assertEqual(code, 78, log)
        return log


class Bytes(Mailing):
    def test_an_unsure_mail_is_the_same_bytes_after_the_register_changed_and_the_process_died(self):
        first, released = [], asyncio.Event()

        async def keep_and_hang_up(server, session, envelope):
            if first and not released.is_set():
                await released.wait()
            reply = await self.kept(server, session, envelope)
            if not first:
                first.append(envelope.rcpt_tos[0])
                server.transport.abort()
            return reply
        self.mail.handle_DATA = keep_and_hang_up
        self.begin("--smtp-connections", "1")
        wait_until(lambda: self.register.one(
            "SELECT count(*) FROM uptake.delivery WHERE state = 'uncertain' OR uncertain_attempts > 0"), "one is unsure")
        self.register.workflow.kill()
        number = int(first[0][1:3])
        self.push(*(self.change(each, 1, action_wording={
                        "code": "1", "recommendations": [f"{generated.DOCUMENT}#{each}"], "text": "Another wording"})
                    for each in range(1, ACTIONS + 1)),
                  {**generated.unit(f"U{number:02}", "Another name", reports_to="unit:FOTCD"), "base_revision": 1})
        self.mail.loop.call_soon_threadsafe(released.set)
        self.begin("--public-url", "https://elsewhere.example.org")
        self.all_sent()
        mails = self.mail.by_recipient()[first[0]]
        self.assertEqual(len(mails), 2)
        self.assertEqual(mails[0].content, mails[1].content)
        self.assertEqual(mails[0].message_id, mails[1].message_id)
        self.assertNotIn("Another", mails[1].message.get_body(("plain",)).get_content())
        ((stored, sha256, fence),) = self.register.sql(
            "SELECT message, message_sha256, fence FROM uptake.delivery WHERE address = %s", (first[0],))
        self.assertEqual(bytes(stored), mails[1].content)
        self.assertEqual(bytes(sha256), hashlib.sha256(mails[1].content).digest())
        self.assertGreater(fence, 1)

    def test_a_stored_mail_that_somebody_altered_is_not_sent(self):
        self.mail.refusals = ["451 later"] * UNITS
        self.begin("--retry-s", "2")
        wait_until(lambda: self.register.one(
            "SELECT count(*) FROM uptake.delivery WHERE message IS NOT NULL AND attempt_id IS NULL") == UNITS, "put off")
        self.register.sql("UPDATE uptake.delivery SET message = message || 'more' WHERE address LIKE 'u01@%%'")
        self.all_sent(fewer=4)
        ((state, error),) = self.register.sql("SELECT state::text, last_error FROM uptake.delivery WHERE address LIKE 'u01@%%'")
        self.assertEqual(state, "failed")
        self.assertIn("MAIL_ALTERED", error)
        self.assertEqual(sorted(self.mail.by_recipient()), ["u02@example.org", "u03@example.org"])

    def test_each_reads_its_own_language_and_english_where_there_is_no_other(self):
        self.contact(1, language="fr-CH")
        self.contact(2, language="km")
        self.begin()
        self.mail.wait(UNITS)
        found = {recipient: mails[0].message for recipient, mails in self.mail.by_recipient().items()}
        words = {recipient: (message["Content-Language"], "Mise à jour attendue" in body, "Update due" in body)
                 for recipient, message in found.items()
                 for body in [message.get_body(("plain",)).get_content()]}
        self.assertEqual(words, {"u01@example.org": ("fr", True, False), "u02@example.org": ("en", False, True),
                                 "u03@example.org": ("en", False, True)})
        self.assertEqual(str(found["u01@example.org"]["Subject"]), "Uptake\u00a0: 4 à venir (Office 1)")
        self.assertIn('<html lang="fr">', found["u01@example.org"].get_body(("html",)).get_content())

    def test_nothing_restricted_is_in_any_part_of_a_mail(self):
        self.push(*(self.change(number, 1, disclosure_set={"disclosure": "restricted"})
                    for number in range(1, ACTIONS + 1)))
        self.begin()
        for mail in self.mail.wait(UNITS):
            for part in mail.message.walk():
                if not part.is_multipart():
                    self.assertNotIn("Take step", part.get_content() if part.get_content_maintype() == "text" else "")
            self.assertEqual(mail.message.get_body(("plain",)).get_content().count("(restricted"), 4)

    def test_what_cannot_stand_in_a_header_is_not_sent(self):
        """ingest refuses both; what is in the register all the same is refused by the composer again."""
        self.register.sql("UPDATE uptake.unit SET name = E'Office\\r\\nBcc: all@example.org' WHERE code = 'U01'")
        self.register.sql("UPDATE uptake.unit SET email = 'a@b@c' WHERE code = 'U02'")
        self.begin()
        self.all_sent(fewer=8)
        errors = dict(self.register.sql(
            "SELECT u.code, d.last_error FROM uptake.delivery d JOIN uptake.unit u ON u.item_id = d.recipient_id"
            " WHERE d.state = 'failed'"))
        self.assertEqual({code: error.split(":")[0] for code, error in errors.items()},
                         {"U01": "HEADER_INJECTION", "U02": "BAD_EMAIL"})
        self.assertEqual([mail.recipient for mail in self.mail.mails], ["u03@example.org"])

    def test_a_recipient_outside_the_domains_waits_until_they_are_corrected_and_is_told(self):
        self.contact(1, email="somebody@elsewhere.net")
        self.begin("--mail-domains", "un.org, example.org")
        self.all_sent(fewer=4)
        wait_until(lambda: self.register.sql(
            "SELECT state::text, message IS NULL, left(last_error, 21) FROM uptake.delivery"
            " WHERE address LIKE '%%elsewhere%%' AND attempt_id IS NULL") == [("claimed", True, "RECIPIENT_NOT_ALLOWED")],
            "it waits")
        told = self.events("digest_put_off")[0]
        self.assertEqual(told["level"], "error")
        self.assertIn("RECIPIENT_NOT_ALLOWED", told["why"])
        self.assertIn("mail_domains", told["remedy"])
        self.assertNotIn("elsewhere", str(told))
        self.assertEqual(sorted(self.mail.by_recipient()), ["u02@example.org", "u03@example.org"])
        self.register.workflow.stop()
        self.begin("--mail-domains", "un.org, example.org, elsewhere.net")
        self.all_sent()


class Failing(Mailing):
    def test_a_server_that_is_away_then_busy_then_refuses_loses_no_reminder(self):
        self.mail.stop()
        self.begin("--retry-s", "1")
        wait_until(lambda: self.events("mail_server_away"), "told that it is away")
        self.assertEqual(self.metric("uptake_workflow_mail_server"), 0)
        self.assertEqual(self.register.workflow.readyz()[0], 200)
        self.mail.refusals = ["451 greylisted"] * (2 * UNITS) + ["554 refused"]
        self.mail.start()
        self.all_sent(fewer=4)
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.delivery WHERE state = 'failed'") == 1, "one failed")
        self.assertEqual(self.metric("uptake_workflow_mail_server"), 1)
        self.assertEqual(self.metric('uptake_workflow_mails_total{outcome="refused"}'), 1)
        self.assertEqual(len(self.events("mail_server_away")), 1)
        self.assertEqual([each["level"] for each in self.events("digest_refused")], ["error"])
        # What the refused one asked is still there, with its reason.
        self.assertEqual(self.states().get("claimed"), 4)
        self.assertEqual(len({mail.message_id for mail in self.mail.mails}), UNITS - 1)

    def test_a_server_that_relays_for_us_no_more_fails_no_digest_for_good(self):
        self.mail.refusals = ["554 5.7.1 Relay access denied"] * UNITS
        self.begin("--retry-s", "1")
        self.all_sent()
        self.assertEqual(self.events("digest_refused"), [])

    def test_pauses_after_4xx_double(self):
        self.mail.refusals = ["451 busy"] * 3 * UNITS
        self.begin("--retry-s", "1")
        self.all_sent()
        self.assertEqual(self.register.one("SELECT max(fence) FROM uptake.delivery"), 4)
        ends = {(each["delivery"], int(each["attempt"])): datetime.datetime.fromisoformat(each["at"])
                for name in ("digest_put_off", "digest_sent") for each in self.events(name)}
        for (delivery, attempt), at in ends.items():
            if attempt > 1:
                self.assertGreater((at - ends[delivery, attempt - 1]).total_seconds(), 2 ** (attempt - 2) - 0.5)

    def test_a_server_that_accepts_and_never_greets_is_away(self):
        self.mail.stop()
        with socket.create_server(("127.0.0.1", self.mail.port)) as mute:
            self.begin("--attempt-lease-s", "3")
            self.addCleanup(mute.close)
            wait_until(lambda: self.events("mail_server_away"), "given up in time")
            self.assertEqual(self.register.workflow.get("/healthz")[0], 200)
        self.mail.start()
        self.all_sent()
        self.assertEqual(self.register.one("SELECT sum(uncertain_attempts) FROM uptake.delivery"), 0)

    def test_a_mail_cut_off_before_its_last_byte_is_not_unsure(self):
        cut = []

        async def hang_up(server, session, envelope, address, options):
            if not cut:
                cut.append(address)
                server.transport.abort()
            envelope.rcpt_tos.append(address)
            return "250 known"
        self.mail.handle_RCPT = hang_up
        self.begin()
        self.all_sent()
        self.assertEqual(len(self.mail.mails), UNITS)
        self.assertEqual(self.register.one("SELECT sum(uncertain_attempts) FROM uptake.delivery"), 0)

    def test_connections_are_few_and_used_again(self):
        sessions = set()

        async def count(server, session, envelope):
            sessions.add(session)
            return await self.kept(server, session, envelope)
        self.mail.handle_DATA = count
        self.begin("--smtp-connections", "1")
        self.mail.wait(UNITS)
        self.assertEqual(len(sessions), 1)


class Secure(Mailing):
    def begin(self, *extra):
        super().begin("--attempt-lease-s", "60", *extra)  # TLS takes its time on a busy machine

    def setUp(self):
        super().setUp()
        folder = self.register.folder
        self.certificate, key = folder / "mail.pem", folder / "mail.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)

    def test_starttls_with_a_certificate_that_is_vouched_for(self):
        self.restart_mail(tls_context=self.context, require_starttls=True)
        self.begin("--smtp-tls", "required", "--smtp-ca-file", str(self.certificate))
        for mail in self.mail.wait(UNITS):
            self.assertIsNotNone(mail.session.ssl)
        self.all_sent()

    def test_a_certificate_nobody_vouches_for_gets_no_mail_and_is_told(self):
        self.restart_mail(tls_context=self.context)
        self.begin("--smtp-tls", "required", "--retry-s", "1")
        (told,) = wait_until(lambda: self.events("mail_server_refuses"), "told")
        self.assertEqual(told["level"], "error")
        self.assertIn("smtp_ca_file", told["remedy"])
        self.assertEqual(self.metric("uptake_workflow_mail_server"), 0)
        self.register.workflow.stop()
        self.assertEqual(self.mail.mails, [])
        # Where TLS is optional, the same server is good enough: it keeps out who only listens.
        self.begin()
        for mail in self.mail.wait(UNITS):
            self.assertIsNotNone(mail.session.ssl)

    def test_a_server_without_tls_gets_no_mail_where_it_is_required(self):
        self.begin("--smtp-tls", "required")
        wait_until(lambda: self.events("mail_server_refuses"), "told")
        self.assertEqual(self.mail.mails, [])

    def test_tls_from_the_first_byte(self):
        self.restart_mail(ssl=self.context)
        self.begin("--smtp-url", f"smtps://127.0.0.1:{self.mail.port}", "--smtp-ca-file", str(self.certificate))
        self.mail.wait(UNITS)
        self.all_sent()

    def password(self, text="correct horse\n", mode=0o600):
        path = self.register.folder / "mail.password"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def log_in(self):
        """A server that lets in uptake alone."""
        self.tried = []

        def judge(server, session, envelope, mechanism, data):
            self.tried.append(mechanism)
            good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"uptake", b"correct horse")
            return AuthResult(success=good, handled=False, auth_data=data.login)
        self.restart_mail(tls_context=self.context, require_starttls=True, authenticator=judge, auth_required=True)
        return "--smtp-tls", "required", "--smtp-ca-file", str(self.certificate), "--smtp-user", "uptake"

    def test_login_with_the_password_of_a_file(self):
        self.begin(*self.log_in(), "--smtp-password-file", self.password())
        for mail in self.mail.wait(UNITS):
            self.assertEqual(mail.session.auth_data, b"uptake")
        self.assertNotIn("correct horse", self.register.workflow.log_path.read_text())

    def test_a_wrong_password_stops_the_sending_until_it_is_corrected(self):
        self.begin(*self.log_in(), "--smtp-password-file", self.password("wrong\n"), "--retry-s", "3600",
                   "--smtp-connections", "1")  # several may have begun to try
        wait_until(lambda: self.events("mail_server_refuses"), "told")
        tried = len(self.tried)
        self.push(generated.unit("NEW", "Another unit"))
        wait_until(lambda: len(self.events("planned")) >= 2, "planned again meanwhile")
        self.assertEqual(len(self.tried), tried, "an account that is locked helps nobody")
        self.register.workflow.stop()
        self.register.sql("UPDATE uptake.delivery SET next_attempt_at = created_at WHERE next_attempt_at IS NOT NULL")
        self.begin(*self.log_in(), "--smtp-password-file", self.password())
        self.mail.wait(UNITS)

    def test_settings_that_would_give_the_password_away_do_not_start(self):
        log = self.refuses_to_start("--smtp-user", "uptake", "--smtp-password-file", self.password(mode=0o644))
        self.assertIn("PASSWORD_FILE_OPEN_TO_OTHERS", log)
        self.assertIn("chmod 600", log)
        log = self.refuses_to_start("--smtp-url", "smtp://mail.example.org", "--smtp-user", "uptake",
                                    "--smtp-password-file", self.password())
        self.assertIn("PASSWORD_IN_CLEAR", log)
        log = self.refuses_to_start("--smtp-url", "smtp://uptake:secret@127.0.0.1")
        self.assertNotIn("secret", log)
        self.assertNotIn("correct horse", log)


if __name__ == "__main__":
    unittest.main()
