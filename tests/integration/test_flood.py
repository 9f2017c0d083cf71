# SPDX-License-Identifier: Apache-2.0
"""What one peer that keeps no rule costs the others and ingest: some time, and at worst one safe restart."""
import hashlib
import re
import resource
import signal
import threading
import time
import unittest

import hostile
import people
import samples
import wire
import zmq
from harness import PATIENCE, PLAIN_BIN, Register, wait_until
from hostile import envelope, push, submission

LAWFUL = 10
ROUNDS = 15
CHANGES = 5  # in each push
MEMORY_MOST = 128 * 1024 * 1024
LATENCY_MOST = 10.0  # seconds a lawful push may take beside the flood, on a busy machine
FLOOD_FRAMES = 200
ROOM = 192 * 1024 * 1024  # that an endless message may fill
PART = 200000


def unit_of(sender, number):
    return samples.unit(f"{sender}-{number}", contact=False)


class Flooder(threading.Thread):
    """Sends without regard to credit and never reads; how often it could, is `sent`."""

    def __init__(self, register, key, frames):
        super().__init__()
        self.client = people.connect(register, key)
        self.frames = frames
        self.sent = 0
        self.over = threading.Event()

    def run(self):
        try:
            while not self.over.is_set():
                if self.client.socket.poll(50, zmq.POLLOUT):
                    self.client.socket.send_multipart([envelope(), self.frames[self.sent % len(self.frames)]])
                    self.sent += 1
        finally:
            self.client.close()

    def stop(self):
        self.over.set()
        self.join()


class Peak(threading.Thread):
    """The most memory the service held while this ran."""

    def __init__(self, service):
        super().__init__()
        self.service = service
        self.most = 0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, self.service.resident_bytes())

    def stop(self):
        self.over.set()
        self.join()
        return self.most


class Flood(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register(programs=PLAIN_BIN))
        self.register.start("ingest")

    def metric(self, name):
        _, text = self.register.ingest.get("/metrics")
        return float(re.search(rf"^{name}(?:{{}})? (\S+)$", text, re.M).group(1))

    def lawful(self):
        keys = [people.add_principal(self.register, f"lawful {at}", "unit") for at in range(LAWFUL)]
        clients = [people.welcomed(self.register, key) for key in keys]
        for client in clients:
            self.addCleanup(client.close)
        return clients

    def work(self, clients, begin):
        """Each sender's next push goes out when its last one was answered; gives the latencies."""
        latencies = []
        for number in range(begin, begin + ROUNDS):
            sent = {}
            for at, client in enumerate(clients):
                changes = [unit_of(f"L{at}", number * CHANGES + each) for each in range(CHANGES)]
                ids = [hashlib.sha256(each.subject.encode()).digest()[:16] for each in changes]
                sent[at] = (set(ids), time.monotonic())
                client.send(wire.new("Push", submissions=[
                    wire.submission(message_id, change) for message_id, change in zip(ids, changes)]))
            for at, client in enumerate(clients):
                missing, since = sent[at]
                while missing:
                    answer = client.receive(PATIENCE)
                    self.assertIsNotNone(answer, "a lawful sender waits for receipts")
                    for receipt in answer.receipts:
                        self.assertEqual(receipt.outcome, wire.word("OUTCOME_COMMITTED"), receipt)
                        missing.discard(bytes(receipt.message_id))
                latencies.append(time.monotonic() - since)
        return latencies

    def test_lawful_senders_beside_a_flood(self):
        clients = self.lawful()
        alone = self.work(clients, 0)
        key = people.add_principal(self.register, "flooder", "unit")
        people.welcomed(self.register, key).close()
        frames = [push(*(submission(unit_of("F", frame * 50 + each).SerializeToString())
                         for each in range(50))) for frame in range(FLOOD_FRAMES)]
        flooder, peak = Flooder(self.register, key, frames), Peak(self.register.ingest)
        flooder.start()
        peak.start()
        try:
            wait_until(lambda: self.metric("uptake_ingest_over_credit_total") > 0, "the flood is refused")
            before = flooder.sent
            beside = self.work(clients, ROUNDS)
            during = flooder.sent - before
        finally:
            flooder.stop()
            most = peak.stop()
        median = sorted(beside)[len(beside) // 2]
        print(f"\n{LAWFUL} senders: median {sorted(alone)[len(alone) // 2]:.3f} s, worst {max(alone):.3f} s; beside "
              f"{during} frames of a flood: median {median:.3f} s, worst {max(beside):.3f} s; "
              f"ingest held at most {most / 2**20:.0f} MiB")
        self.assertGreater(during, LAWFUL, "the flood stood still")
        self.assertGreater(self.metric("uptake_ingest_dropped_total"), 0, "answers nobody reads were kept")
        self.assertLess(max(beside), LATENCY_MOST)
        self.assertLess(most, MEMORY_MOST)
        self.assertEqual(self.register.one(
            "SELECT count(*) FROM uptake.change JOIN uptake.principal ON sender_id = principal_id"
            " WHERE name LIKE 'lawful%'"), LAWFUL * CHANGES * 2 * ROUNDS)

    def heard_again(self, key):
        """A welcomed connection. Where the last allocation fails decides: libzmq ends the endless connection,
        or itself with the process, which is then started again once."""
        process = self.register.ingest.process

        def client():
            if process.poll() is not None and self.register.ingest.process is process:
                code, _ = self.register.ingest.wait_end()
                self.assertEqual(code, -signal.SIGABRT)
                self.register.ingest.start()
            opened = people.connect(self.register, key)
            if opened.hello(1) is not None:
                return opened
            opened.close()
            return None
        return wait_until(client, "ingest answers again")

    def test_a_message_without_end_costs_at_most_one_restart_and_nothing_acknowledged(self):
        client = people.welcomed(self.register, self.register.key("cli.key"))
        self.addCleanup(client.close)
        sent = [wire.submission(hostile.fresh_id(), unit_of("K", number)) for number in range(20)]
        for receipt in client.push(*sent).values():
            self.assertEqual(receipt.outcome, wire.word("OUTCOME_COMMITTED"))
        process = self.register.ingest.process
        limit = self.register.ingest.virtual_bytes() + ROOM
        resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, limit))
        endless = hostile.RawPeer(self.register.ports["push"], self.register.key("workflow.key"),
                                  self.register.key("ingest.public")[0])
        self.addCleanup(endless.close)
        sent_bytes = 0
        with self.assertRaises(OSError):  # the other side is gone
            while sent_bytes < 10 * ROOM:
                endless.part(bytes(PART))
                sent_bytes += PART
        self.assertGreater(sent_bytes, ROOM / 2, "it ended before the message filled the room")
        again = self.heard_again(self.register.key("cli.key"))
        self.addCleanup(again.close)
        for receipt in again.push(*sent).values():
            self.assertEqual((receipt.outcome, receipt.duplicate), (wire.word("OUTCOME_COMMITTED"), True))
        self.assertEqual(self.register.one("SELECT count(*) FROM uptake.change WHERE operation = 'set'"), 20)


if __name__ == "__main__":
    unittest.main()
