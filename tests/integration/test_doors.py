# SPDX-License-Identifier: Apache-2.0
"""Who gets in, and what a sender hears that was cut off."""
import hashlib
import unittest

import wire
import zmq
from harness import PATIENCE, Register, wait_until

# Long enough for a handshake that is going to succeed, which the friend's part of each test shows.
SILENCE = 2.0


def unit_change(code):
    return wire.new(
        "Change", operation=wire.word("OPERATION_SET"), kind=wire.word("ITEM_KIND_UNIT"),
        document="units", subject=f"unit:{code}",
        unit_identity=wire.new("UnitIdentity", code=code, name=f"Unit {code}",
                               kind=wire.word("UNIT_KIND_UNIT"), zone="Asia/Bangkok"))


class Doors(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())
        self.register.start("ingest")

    def client(self, key, door="push"):
        client = wire.Client(f"tcp://127.0.0.1:{self.register.ports[door]}", key,
                             self.register.key("ingest.public")[0])
        self.addCleanup(client.close)
        return client

    def test_known_key_is_welcomed(self):
        welcome = self.client(self.register.key("cli.key")).hello(PATIENCE)
        self.assertEqual(welcome.version, 1)
        self.assertEqual(len(welcome.epoch), 16)

    def test_unknown_key_gets_nothing(self):
        public, secret = zmq.curve_keypair()
        stranger = self.client((public.decode(), secret.decode()))
        self.assertIsNone(stranger.hello(SILENCE))
        self.assertIsNotNone(self.client(self.register.key("cli.key")).hello(PATIENCE))

    def test_client_without_curve_gets_nothing(self):
        self.assertIsNone(self.client(None).hello(SILENCE))
        self.assertIsNotNone(self.client(self.register.key("cli.key")).hello(PATIENCE))

    def test_revoked_key_is_deaf_at_once(self):
        client = self.client(self.register.key("cli.key"))
        self.assertIsNotNone(client.hello(PATIENCE))
        self.register.sql("UPDATE uptake.curve_key SET revoked_at = clock_timestamp() WHERE public_key = %s",
                          (self.register.key("cli.key")[0],))
        # Revocation reaches ingest within its next look at the keys, which is less than a minute.
        other = self.client(self.register.key("workflow.key"))
        self.assertIsNotNone(other.hello(PATIENCE))

        def deaf():
            return client.hello(0.5) is None
        wait_until(deaf, "revoked key without answer", 60)
        self.assertIsNotNone(other.hello(PATIENCE))

    def test_doorbell_is_not_offered_to_senders(self):
        public, secret = self.register.key("cli.key")
        context = zmq.Context()
        try:
            for subscriber, expected in (((public, secret), False), (self.register.key("workflow.key"), True)):
                socket = context.socket(zmq.SUB)
                socket.linger = 0
                socket.curve_publickey, socket.curve_secretkey = (part.encode() for part in subscriber)
                socket.curve_serverkey = self.register.key("ingest.public")[0].encode()
                socket.subscribe(b"")
                monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
                socket.connect(f"tcp://127.0.0.1:{self.register.ports['doorbell']}")
                admitted = bool(monitor.poll(int((PATIENCE if expected else SILENCE) * 1000)))
                monitor.close()
                socket.close()
                self.assertEqual(admitted, expected)
        finally:
            context.destroy(linger=0)

    def test_repeat_of_a_push_that_was_cut_off_is_a_duplicate(self):
        change = unit_change("CUT")
        message_id = hashlib.sha256(b"cut off").digest()[:16]
        first = self.client(self.register.key("cli.key"))
        first.hello(PATIENCE)
        first.send(wire.new("Push", submissions=[wire.submission(message_id, change)]))
        wait_until(lambda: self.register.one("SELECT count(*) FROM uptake.change WHERE message_id = %s",
                                             (message_id.hex(),)), "change committed")
        again = self.client(self.register.key("cli.key"))
        again.hello(PATIENCE)
        receipt = again.push(wire.submission(message_id, change))[message_id]
        self.assertTrue(receipt.duplicate)
        self.assertEqual(receipt.outcome, wire.word("OUTCOME_COMMITTED"))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.item WHERE item_key = 'unit:CUT'"), 1)

    def test_same_message_id_with_another_body_is_refused(self):
        message_id = hashlib.sha256(b"reused").digest()[:16]
        client = self.client(self.register.key("cli.key"))
        client.hello(PATIENCE)
        client.push(wire.submission(message_id, unit_change("ONE")))
        receipt = client.push(wire.submission(message_id, unit_change("TWO")))[message_id]
        self.assertEqual((receipt.outcome, receipt.code),
                         (wire.word("OUTCOME_REFUSED"), "MESSAGE_ID_REUSED"))

    def test_workflow_may_not_push_units(self):
        message_id = hashlib.sha256(b"not granted").digest()[:16]
        client = self.client(self.register.key("workflow.key"))
        client.hello(PATIENCE)
        receipt = client.push(wire.submission(message_id, unit_change("NOT")))[message_id]
        self.assertEqual((receipt.outcome, receipt.code), (wire.word("OUTCOME_REFUSED"), "NOT_GRANTED"))


if __name__ == "__main__":
    unittest.main()
