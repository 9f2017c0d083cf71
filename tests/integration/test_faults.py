# SPDX-License-Identifier: Apache-2.0
"""What a service says and does when something around it is wrong."""
import socket
import time
import unittest

import database
from harness import PLAIN_BIN, SERVICES, Register, wait_until

READY_SECONDS = 1.0
IDLE_BYTES = 40 * 1024 * 1024


class Faults(unittest.TestCase):
    def setUp(self):
        self.register = self.enterContext(Register())

    def test_another_schema_version_is_refused_by_name(self):
        self.register.sql("UPDATE uptake.schema_version SET version = 987")
        for name in SERVICES:
            with self.subTest(name):
                code, log = self.register.services[name].start(wait=False).wait_end()
                self.assertEqual(code, 78, log)
                self.assertIn("987", log)
                self.assertRegex(log, r"\b1\b")

    def test_stopped_database_shows_in_readyz_and_heals(self):
        self.register.start()
        server = database.server()
        server.stop()
        started = False
        try:
            for name in SERVICES:
                service = self.register.services[name]

                def told():
                    status, body = service.readyz()
                    return status == 503 and "database" in body
                wait_until(told, f"{name} says that the database is away")
                self.assertEqual(service.get("/healthz")[0], 200)
            server.start()
            started = True
        finally:
            if not started:
                server.start()
        for name in SERVICES:
            self.register.services[name].wait_ready()

    def test_service_started_without_a_database_waits_for_it(self):
        server = database.server()
        server.stop()
        try:
            for name in SERVICES:
                self.register.services[name].start(wait=False)
            for name in SERVICES:
                service = self.register.services[name]
                wait_until(lambda: service.readyz()[0] == 503, f"{name} answers 503")
        finally:
            server.start()
        for name in SERVICES:
            self.register.services[name].wait_ready()

    def test_port_in_use_is_named(self):
        for name, door in (("ingest", "push"), ("reporting", "http"), ("workflow", "workflow")):
            with self.subTest(name), socket.socket() as holder:
                holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                holder.bind(("127.0.0.1", self.register.ports[door]))
                holder.listen()
                code, log = self.register.services[name].start(wait=False).wait_end()
                self.assertEqual(code, 69, log)
                self.assertIn(str(self.register.ports[door]), log)

    def test_unknown_setting_is_named_with_its_line(self):
        settings = self.register.settings()
        for name in SERVICES:
            settings[name]["surprise"] = "1"
        path = self.register.write_config(self.register.folder / "odd.conf", settings)
        lines = path.read_text().splitlines()
        for name in SERVICES:
            with self.subTest(name):
                line = lines.index("surprise = 1", lines.index(f"[{name}]")) + 1
                code, log = self.register.services[name].start(wait=False, config=path).wait_end()
                self.assertEqual(code, 78, log)
                self.assertIn("surprise", log)
                self.assertIn(f"odd.conf:{line}", log)

    def test_key_file_open_to_others_is_refused(self):
        (self.register.keys / "ingest.key").chmod(0o644)
        code, log = self.register.ingest.start(wait=False).wait_end()
        self.assertEqual(code, 78, log)
        self.assertIn("KEY_FILE_OPEN_TO_OTHERS", log)

    def test_a_second_start_of_bootstrap_changes_nothing(self):
        def state():
            files = {path.name: path.read_bytes() for path in self.register.keys.iterdir()}
            return files, self.register.sql(
                "SELECT name, public_key FROM uptake.principal LEFT JOIN uptake.curve_key USING (principal_id) ORDER BY 1, 2")
        before = state()
        self.register.must("keys", "bootstrap", "--database",
                           self.register.database.conninfo("postgres"), "--keys", self.register.keys)
        self.assertEqual(state(), before)


class Footprint(unittest.TestCase):
    """In the programs as they are shipped, not in the sanitized ones."""

    def test_each_service_is_ready_at_once_and_small(self):
        with Register(programs=PLAIN_BIN) as register:
            for name in SERVICES:
                service = register.services[name]
                began = time.monotonic()
                service.start()
                seconds = time.monotonic() - began
                size = service.resident_bytes()
                print(f"    {name}: ready after {seconds:.2f} s, {size / 2**20:.1f} MiB")
                self.assertLess(seconds, READY_SECONDS, name)
                self.assertLess(size, IDLE_BYTES, name)


if __name__ == "__main__":
    unittest.main()
