# SPDX-License-Identifier: Apache-2.0
"""deploy/up and deploy/down, as a newcomer runs them, with the data somewhere else.

They build into build/ of this tree, which tests/run has brought up to date before.
"""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

import database
from harness import ROOT, free_ports

READY_LINE = re.compile(r"The register runs\. Dashboard: http://127\.0\.0\.1:(\d+)/")
UP_AGAIN_SECONDS = 10


def deploy(program, *arguments):
    """(exit code, output)"""
    done = subprocess.run([ROOT / "deploy" / program, *map(str, arguments)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    return done.returncode, done.stdout


class Deploy(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="deploy ", dir=os.environ.get("UPTAKE_TEST_DIR")))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder)

    def var(self, name):
        """A place for data; whatever runs there is stopped and removed at the end."""
        path = self.folder / name
        self.addCleanup(lambda: path.exists() and deploy("down", "--purge", "--var", path))
        return path

    def up(self, var, *options):
        code, output = deploy("up", "--no-install", "--var", var, *options)
        self.assertEqual(code, 0, output)
        self.assertRegex(output, READY_LINE)
        return output

    def refused(self, code, var, *options):
        """Its message; nothing may be left running."""
        got, output = deploy("up", "--no-install", "--var", var, *options)
        self.assertEqual(got, code, output)
        return output

    def sql(self, var, query):
        run = next(line for line in (var / "uptake.conf").read_text().splitlines()
                   if line.startswith("database = "))
        host = re.search(r"host=(\S+)", run).group(1)
        return subprocess.run(["psql", "-XAtq", "-h", host, "-U", "postgres", "-d", "uptake", "-c", query],
                              text=True, check=True, capture_output=True).stdout

    def test_up_again_beside_another_and_down(self):
        one, two = self.var("one"), self.var("two")
        first = self.up(one)
        counts = "SELECT kind, count(*) FROM uptake.item WHERE kind <> 'reminder' GROUP BY 1 ORDER BY 1"
        before = self.sql(one, counts)
        self.assertIn("action|31", before)
        self.assertEqual(self.sql(one, "SHOW data_checksums; SHOW fsync; SHOW synchronous_commit;"
                                       " SHOW listen_addresses").split(), ["on", "on", "on"])
        self.assertEqual(oct((one / "keys").stat().st_mode)[-3:], "700")

        again = self.up(one)
        self.assertLess(max(float(seconds) for seconds in re.findall(r"(\d+\.\d) s", again)), UP_AGAIN_SECONDS)
        self.assertEqual(again.count("already running"), 5)
        for line in ("programs .* unchanged", "schema .* current", "settings .* unchanged", "keys .* 0 files made",
                     "principals .* 0 new or changed",
                     "crosswalks .* tables, 0 new or changed", "sample .* 0 new or changed items"):
            self.assertRegex(again, line)
        self.assertEqual(self.sql(one, counts), before)

        other = self.up(two)
        ports = [READY_LINE.search(output).group(1) for output in (first, again, other)]
        self.assertEqual(ports[0], ports[1])
        self.assertNotEqual(ports[0], ports[2])

        code, output = deploy("down", "--purge", "--var", one)
        self.assertEqual((code, output.count("stopped ")), (0, 5), output)
        self.assertFalse(one.exists())
        socket.create_connection(("127.0.0.1", int(ports[2])), 5).close()
        self.assertEqual(deploy("down", "--var", one), (0, f"nothing runs: {one} does not exist\n"))

    def test_stopped_and_started_keeps_what_it_knew(self):
        var = self.var("kept")
        self.up(var)
        before = self.sql(var, "SELECT count(*), max(change_id) FROM uptake.change WHERE kind <> 'reminder'")
        self.assertEqual(deploy("down", "--var", var)[0], 0)
        self.up(var)
        self.assertEqual(
            self.sql(var, "SELECT count(*), max(change_id) FROM uptake.change WHERE kind <> 'reminder'"), before)

    def test_port_in_use_is_named_with_the_remedy(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            output = self.refused(69, self.var("held"), "--port", f"http={port}")
            self.assertIn(f"port {port} (http, for reporting) is in use", output)
            self.assertIn("--port http=N", output)

    def test_check_does_nothing(self):
        var = self.var("looked at")
        code, output = deploy("up", "--check", "--var", var)
        self.assertEqual(code, 0, output)
        self.assertIn(str(var), output)
        self.assertFalse(var.exists())

    def test_foreign_directory_is_left_alone(self):
        var = self.folder / "foreign"
        var.mkdir()
        (var / "thesis.txt").write_text("mine")
        self.assertIn("was not made by deploy/up", self.refused(78, var))
        code, output = deploy("down", "--purge", "--var", var)
        self.assertEqual(code, 78, output)
        self.assertEqual([path.name for path in var.iterdir()], ["thesis.txt"])

    def test_data_of_another_version_is_refused(self):
        var = self.var("old")
        self.up(var, "--no-sample")
        self.sql(var, "UPDATE uptake_sqitch.changes SET script_hash = repeat('0', 40) WHERE change = 'register'")
        self.assertIn("another version of the schema", self.refused(78, var))
        self.assertEqual(deploy("down", "--var", var)[0], 0)
        (var / "pg" / "PG_VERSION").write_text("14\n")
        self.assertIn("PostgreSQL 14", self.refused(78, var))
        (var / "pg" / "PG_VERSION").write_text("15\n")

    def test_existing_postgresql(self):
        server = database.server()
        server.execute("CREATE DATABASE given")
        self.addCleanup(server.execute, "DROP DATABASE given WITH (FORCE)")
        var = self.var("given")
        output = self.up(var, "--dsn", server.conninfo("postgres", "given"))
        self.assertRegex(output, "database .* given: given at ")
        self.assertFalse((var / "pg").exists())
        self.assertRegex(self.up(var), "sample .* 0 new or changed items")

    def test_bad_options(self):
        ports = free_ports(1)
        for options in (["--nonsense"], ["--ports", "many"], ["--port", f"door={ports[0]}"], ["--var"]):
            with self.subTest(options):
                code, output = deploy("up", *options)
                self.assertEqual(code, 2, output)


if __name__ == "__main__":
    unittest.main()
