# SPDX-License-Identifier: Apache-2.0
"""An SMTP server in the test's own process that remembers every mail it was handed."""
import asyncio
import collections
import email
import email.policy
import hashlib
import threading

from aiosmtpd.smtp import SMTP

# One accepted hand-over. digest: of the bytes, so that a repeat can be told from another text. session: aiosmtpd's,
# with what TLS and login came to.
Mail = collections.namedtuple("Mail", "recipient message_id message digest content session")


class MailServer:
    def __init__(self):
        self.mails = []
        self.changed = threading.Condition()
        self.before_reply = None  # called with the Mail after it was noted, before "250"
        self.refusals = []        # SMTP replies to give, one a mail, before any is accepted
        self.smtp_options = {}    # of aiosmtpd's SMTP: tls_context, require_starttls, authenticator, ...
        self.ssl = None           # context of TLS from the first byte
        self.port = 0
        self.thread = None
        self.sessions = []        # one SMTP each

    def start(self):
        """Listens on a free loopback port; the loop runs in a thread of its own."""
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(self.loop.create_server(
            self.answer, "127.0.0.1", self.port, ssl=self.ssl))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def answer(self):
        self.sessions.append(SMTP(self, hostname="test", enable_SMTPUTF8=True, loop=self.loop, **self.smtp_options))
        return self.sessions[-1]

    def stop(self):
        """Closes the port and hangs up; start() opens the same one again."""
        if self.thread is None:
            return
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
        self.thread = None

    async def close(self):
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for session in self.sessions:
            if session.transport is not None:
                session.transport.abort()
        self.sessions.clear()

    async def handle_DATA(self, server, session, envelope):
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.original_content
        message = email.message_from_bytes(content, policy=email.policy.default)
        noted = [Mail(recipient, str(message["Message-ID"]), message,
                      hashlib.sha256(content).hexdigest(), content, session) for recipient in envelope.rcpt_tos]
        with self.changed:
            self.mails += noted
            self.changed.notify_all()
        if self.before_reply:
            for mail in noted:
                self.before_reply(mail)
        return "250 kept"

    def wait(self, count, seconds=30):
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.mails) >= count, seconds):
                raise AssertionError(f"{len(self.mails)} mails after {seconds} s, expected {count}")
            return list(self.mails)

    def by_recipient(self):
        found = collections.defaultdict(list)
        for mail in self.mails:
            found[mail.recipient].append(mail)
        return dict(found)
