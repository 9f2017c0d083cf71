# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL for one run of the tests.

One server per process, started on first use and ended at exit; each test gets a fresh database
copied from a template that holds the schema. Unix socket only, durable settings, never as root.
"""
import atexit
import itertools
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import uuid

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
ACCOUNT = "postgres"  # made by the package; used only when the tests run as root
TEMPLATE = "uptake_template"


def unprivileged(command):
    if os.geteuid() != 0:
        return [str(part) for part in command]
    return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", "--",
            *map(str, command)]


def plan_changes():
    """Names of the schema's changes, in order."""
    plan = (ROOT / "deploy/schema/sqitch.plan").read_text()
    return [line.split()[0] for line in plan.splitlines() if line and not line.startswith("%")]


class Server:
    def __init__(self):
        # Directly under /tmp: the path of a Unix socket holds 107 bytes at most.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="uptake-pg-", dir="/tmp"))
        self.data = self.folder / "data"
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.call(PROGRAMS / "initdb", "-D", self.data, "-U", "postgres", "--auth=trust",
                  "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write("listen_addresses = ''\n"
                           f"unix_socket_directories = '{self.folder}'\n"
                           "unix_socket_permissions = 0777\n"
                           "timezone = 'UTC'\nlog_timezone = 'UTC'\nmax_connections = 60\n")
        os.chmod(self.folder, 0o755 if os.geteuid() == 0 else 0o700)
        self.start()

    def call(self, *command):
        done = subprocess.run(unprivileged(command), cwd="/", stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")

    def start(self):
        # pg_ctl leaves the server behind, which must not keep our pipe open: output goes to a file.
        with open(self.folder / "start.log", "wb") as log:
            subprocess.run(unprivileged([PROGRAMS / "pg_ctl", "start", "-w", "-D", self.data,
                                         "-l", self.data / "server.log"]),
                           cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})

    def stop(self, mode="fast"):
        self.call(PROGRAMS / "pg_ctl", "stop", "-w", "-m", mode, "-D", self.data)

    def conninfo(self, user, name="postgres"):
        return f"host={self.folder} port=5432 dbname={name} user={user}"

    def execute(self, statement):
        connection = psycopg2.connect(self.conninfo("postgres"))
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def deploy(self, name):
        """The deploy scripts in the order of the plan, as sqitch runs them."""
        self.execute(f'CREATE DATABASE "{name}"')
        for change in plan_changes():
            done = subprocess.run(
                ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo("postgres", name),
                 "-f", ROOT / f"deploy/schema/deploy/{change}.sql"],
                text=True, capture_output=True, stdin=subprocess.DEVNULL)
            if done.returncode:
                raise RuntimeError(f"schema change {change} failed:\n{done.stderr}")

    def finish(self):
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)


class Database:
    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.connection = None

    def conninfo(self, user):
        return self.server.conninfo(user, self.name)

    def sql(self, query, values=None):
        if self.connection is None or self.connection.closed:
            self.connection = psycopg2.connect(self.conninfo("postgres"))
            self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            try:
                cursor.execute(query, values)
            except psycopg2.OperationalError:
                self.connection.close()
                raise
            return cursor.fetchall() if cursor.description else []

    def drop(self):
        if self.connection is not None:
            self.connection.close()
        self.server.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')


_server = None
_numbers = itertools.count(1)


def server():
    global _server
    if _server is None:
        started = Server()
        atexit.register(started.finish)
        started.deploy(TEMPLATE)
        _server = started
    return _server


def fresh(epoch=None):
    """A new database with the schema and nothing in it but what the schema puts there.

    epoch: of its feeds, a UUID; Message-IDs depend on it, so two runs that are to be compared share it.
    """
    name = f"uptake_{next(_numbers)}"
    server().execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
    database = Database(_server, name)
    # Two registers are two feeds: the epoch that the template drew must not be shared.
    database.sql("UPDATE uptake.feed_head SET epoch = %s", (epoch or str(uuid.uuid4()),))
    return database

