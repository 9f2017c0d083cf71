# SPDX-License-Identifier: Apache-2.0
"""What all ways of the bench stand on: a PostgreSQL with fsync, and a register of as many actions as
wanted, each visible in hq, one of 10 regions and two of 200 units.

Units, documents and recommendations come in through ingest; the actions, and where wanted a long
history, are written by register/*.sql as ingest would have written them, which is faster by far.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

import database  # noqa: E402
import generated  # noqa: E402
import harness  # noqa: E402

DOCUMENTS, UNITS, REGIONS = 200, 200, 10
CHUNK = 200_000  # actions, or changes, in one transaction
AT = "2026-01-31 12:00:00+00"

# Durable, and large enough that a checkpoint does not fall into a round by size.
SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_compression": "lz4",
    "shared_buffers": "1GB", "wal_buffers": "64MB", "max_wal_size": "16GB", "checkpoint_timeout": "30min",
    "autovacuum": "on",
}


def things():
    """What the actions hang on."""
    for number in range(1, UNITS + 1):
        yield generated.unit(f"U{number:03}", f"Office {number}", region=f"region-{(number - 1) % REGIONS}")
    for number in range(1, DOCUMENTS + 1):
        name = f"bench-{number}"
        yield generated.change("document", name, name, document_identity={
            "title": f"Report {number}", "dated_on": "2025-01-31", "instrument": "evaluation",
            "addressee": "office", "language": "en"})
        yield generated.change("recommendation", name, f"{name}#1", recommendation_text={
            "code": "1", "text": "Make the arrangement last"},
            position_taken={"position": "accepted", "source": "Accepted"})


class Ground:
    """The server and the register; `with Ground(...) as ground`."""

    standing = []  # all that are open now

    def __init__(self, programs, actions):
        self.programs = programs
        self.actions = actions
        self.register = None

    def __enter__(self):
        self.set_up_server()
        self.register = harness.Register(programs=self.programs)
        self.register.__enter__()
        self.standing.append(self)
        try:
            self.fill()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.standing.remove(self)
        self.register.__exit__(kind, value, trace)

    @property
    def folder(self):
        return self.register.folder

    @property
    def conninfo(self):
        """As the owner of the schema; the ways that do without ingest are not slowed by rights."""
        return self.register.database.conninfo("postgres")

    def set_up_server(self):
        """The first of a run's registers does."""
        server = database.server()
        if (server.data / "postgresql.auto.conf").read_text().count("wal_buffers"):
            return
        for name, value in SETTINGS.items():
            server.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.restart_server()

    def restart_server(self):
        """Its buffers are cold afterwards; the operating system's cache is not."""
        for ground in self.standing:
            ground.close_connections()
        database.server().stop("fast")
        database.server().start()

    def close_connections(self):
        connection, self.register.database.connection = self.register.database.connection, None
        if connection:
            connection.close()

    def script(self, name, **parameters):
        values = [part for key, value in parameters.items() for part in ("-v", f"{key}={value}")]
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *values, "-d", self.conninfo,
                               "-f", HERE / "register" / name], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        return done.stdout

    def fill(self):
        register = self.register
        register.start("ingest")
        register.must("push", generated.write(register.folder / "things.jsonl", things()), seconds=600)
        register.stop()
        self.script("helpers.sql")
        self.sender = register.one("SELECT principal_id FROM uptake.principal WHERE name = 'operator'")
        for first in range(1, self.actions + 1, CHUNK):
            self.script("actions.sql", first=first, last=min(first + CHUNK - 1, self.actions),
                        sender=self.sender, at=AT)
        self.settle()

    def age(self, changes):
        """So many further changes of history, at least."""
        turns = -(-changes // self.actions)
        at_once = max(1, CHUNK // self.actions)
        for done in range(0, turns, at_once):
            self.script("history.sql", turns=min(at_once, turns - done), sender=self.sender, at=AT)
        self.settle()

    def settle(self):
        self.register.sql("VACUUM (ANALYZE)")
        self.register.sql("CHECKPOINT")

    def fold(self):
        """Seconds of the work on the counts that ingest has left for later."""
        statement = (HERE.parents[2] / "services/ingest/sql/fold_counts.sql").read_text()
        statement = re.sub("--.*", "", statement).replace("$1", "20000")
        began = time.monotonic()
        while self.register.sql(statement):
            pass
        return time.monotonic() - began

    def list_actions(self):
        """The file that tells the programs how each action stands now."""
        path = self.folder / "actions.list"
        path.write_text(self.script("list.sql"))
        return path

    def wal_bytes(self):
        return int(self.register.one("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))

    def changes(self):
        return self.register.one("SELECT count(*) FROM uptake.change")

    def server_cpu_seconds(self):
        """Of the server and all its processes, ended ones too."""
        postmaster = int((database.server().data / "postmaster.pid").read_text().split()[0])
        ticks = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            if int(stat.parent.name) == postmaster:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) == postmaster:
                ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def start_ingest(self, **environment):
        """The real service with more in its environment than the harness gives."""
        service = self.register.ingest
        before = dict(harness.SANITIZERS)
        harness.SANITIZERS.update(environment)
        try:
            service.start()
        finally:
            harness.SANITIZERS.clear()
            harness.SANITIZERS.update(before)
        return service


def test_fsync(seconds=1):
    """What pg_test_fsync says of the disk under the database, its lines of one 8 kB write."""
    target = database.server().folder / "fsync.test"
    done = subprocess.run(database.unprivileged([database.PROGRAMS / "pg_test_fsync", "-s", seconds, "-f", target]),
                          text=True, capture_output=True, cwd="/")
    lines = done.stdout.splitlines()
    start = next((i for i, line in enumerate(lines) if "one 8kB" in line), 0)
    return [" ".join(line.split()) for line in lines[start + 1:start + 7] if "ops/sec" in line]


def waited(process, seconds):
    """(output, errors) of a program that has to succeed."""
    try:
        output, errors = process.communicate(timeout=seconds)
    except BaseException:  # an interrupt too: nothing is left running
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        raise SystemExit(f"{process.args[0]} ended with {process.returncode}:\n{errors}{output}")
    return output
