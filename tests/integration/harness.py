# SPDX-License-Identifier: Apache-2.0
"""What the integration tests stand on: a PostgreSQL of their own, the real programs, a mail server.

    with Register() as register:        # database with schema and keys, settings, no service yet
        register.start()                # the three services, ready
        register.run("import", path)    # the command-line program
        register.sql("SELECT ...")      # rows, as the database owner
        register.mail.wait(3)           # mails received so far, at least 3
        register.ingest.kill()          # SIGKILL; .start() again

Reading order: Database (database.py), MailServer (mailserver.py), Service and Register (here).

Programs come from build-asan/bin unless UPTAKE_BIN says otherwise. Everything lives in one temporary
directory under UPTAKE_TEST_DIR (or the system's), removed at the end and kept with its path printed
when a test failed.
"""
import http.client
import json
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import database
import mailserver

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("UPTAKE_BIN", ROOT / "build-asan" / "bin")).resolve()
# Built as deploy/up builds: what is measured is measured there.
PLAIN_BIN = pathlib.Path(os.environ.get("UPTAKE_BIN", ROOT / "build" / "bin")).resolve()
# Sanitized programs on two busy cores: slow, but never this slow.
PATIENCE = float(os.environ.get("UPTAKE_TEST_PATIENCE", "30"))
SERVICES = ("ingest", "workflow", "reporting")
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=99",
}


def corpus():
    """Folder of the published documents, or None where they are not at hand."""
    folder = pathlib.Path(os.environ.get("UPTAKE_CORPUS", ROOT.parent / "shared" / "corpus"))
    return folder if folder.is_dir() else None


def wait_until(condition, what, seconds=PATIENCE):
    """The condition's first true value; asks often and fails, naming what, at the deadline."""
    tick = threading.Event()
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s still not: {what}")
        tick.wait(0.02)


def own_ports():
    """Without end, the ports of this process alone, below those the system hands out by itself. It holds the first of
    its thousand as long as it runs: what another chose and does not listen on yet would look free."""
    for first in random.SystemRandom().sample(range(10000, 30000, 1000), 20):
        guard = socket.socket()
        try:
            guard.bind(("127.0.0.1", first))
        except OSError:
            guard.close()
            continue
        while guard:  # held by this frame
            yield from range(first + 1, first + 1000)
    raise AssertionError("twenty processes test here already")


OWN_PORTS = own_ports()


def free_ports(count):
    """One after the other, so that what a test left in use comes again late."""
    found = []
    while len(found) < count:
        port = next(OWN_PORTS)
        with socket.socket() as each:
            try:
                each.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found


def environment(**more):
    """What programs under test see: nothing of the caller's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **SANITIZERS, "LC_ALL": "C.UTF-8", **more}


class Service:
    """One service process, started and ended as often as a test likes."""

    def __init__(self, name, register):
        self.name = name
        self.register = register
        self.process = None
        self.log_path = register.folder / f"{name}.log"

    @property
    def health_port(self):
        return self.register.ports[self.name]

    def start(self, wait=True, config=None, extra=(), output=None, **variables):
        """output: where its log goes instead; variables: of the environment, e.g. LD_PRELOAD."""
        assert self.process is None, f"{self.name} is already started"
        with open(output or self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.register.programs / f"uptake-{self.name}", "--config", config or self.register.config, *extra],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.register.folder,
                env=environment(**variables))
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=PATIENCE):
        def answers():
            process = self.process  # None while another thread is replacing it
            if process is not None and process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {process.returncode}:\n"
                                     + self.log_tail())
            status, body = self.readyz()
            self.last_answer = body
            return status == 200
        self.last_answer = ""
        try:
            wait_until(answers, f"{self.name} ready", seconds)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.last_answer}\n{self.log_tail()}") from None

    def get(self, path):
        """(status, body) of the health port; (None, reason) when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.health_port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return None, str(error)
        finally:
            connection.close()

    def readyz(self):
        return self.get("/readyz")

    def wait_end(self):
        """(exit code, log) of a service that is expected to end by itself."""
        process, self.process = self.process, None
        try:
            return process.wait(PATIENCE), self.log_path.read_text(errors="replace")
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name} runs on:\n" + self.log_tail())

    def memory_bytes(self, line):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{line}:\s+(\d+) kB", status).group(1)) * 1024

    def resident_bytes(self):
        return self.memory_bytes("VmRSS")

    def virtual_bytes(self):
        return self.memory_bytes("VmSize")

    def kill(self):
        """SIGKILL: nothing is settled, nothing is closed."""
        process, self.process = self.process, None
        process.kill()
        process.wait(PATIENCE)

    def stop(self):
        """SIGTERM; a clean end is part of every test that comes this far."""
        if self.process is None:
            return
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name} did not stop on SIGTERM:\n" + self.log_tail())
        if code != 0:
            raise AssertionError(f"{self.name} ended with {code}:\n" + self.log_tail())

    def log_tail(self, lines=30):
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def log_events(self):
        """The JSON lines of the log."""
        lines = self.log_path.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


class Register:
    """A whole register: database, keys, settings, mail server, services."""

    def __init__(self, programs=BIN, epoch=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(
            prefix="register-", dir=os.environ.get("UPTAKE_TEST_DIR")))
        self.programs = programs
        self.epoch = epoch
        self.mail = mailserver.MailServer()
        names = ("push", "doorbell", "fetch", "http", *SERVICES)
        self.ports = dict(zip(names, free_ports(len(names))))
        self.config = self.folder / "uptake.conf"
        self.keys = self.folder / "keys"
        self.database = None
        self.services = {name: Service(name, self) for name in SERVICES}
        self.ingest, self.workflow, self.reporting = (self.services[name] for name in SERVICES)

    def __enter__(self):
        try:
            self.mail.start()
            self.database = database.fresh(self.epoch)
            self.write_config()
            done = self.run("keys", "bootstrap", "--database", self.database.conninfo("postgres"),
                            "--keys", self.keys)
            assert done.returncode == 0, done.stderr
        except BaseException:
            self.release(failed=True)
            raise
        return self

    def __exit__(self, kind, value, trace):
        failed = kind is not None
        try:
            if not failed:
                self.stop()
        except BaseException:
            failed = True
            raise
        finally:
            self.release(failed)

    def release(self, failed):
        for service in self.services.values():
            if service.process is not None:
                service.kill()
        self.mail.stop()
        if self.database:
            self.database.drop()
        if failed:
            print(f"kept for inspection: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder)

    def key(self, name):
        """(public, secret) of a key file; secret is None where only the public half stands."""
        lines = dict(line.split() for line in (self.keys / name).read_text().splitlines())
        return lines["public"], lines.get("secret")

    def settings(self):
        """Section -> settings, as deploy/up writes them."""
        port, keys = self.ports, self.keys
        url = f"http://127.0.0.1:{port['http']}"
        service = {name: {"database": self.database.conninfo(f"uptake_{name}"),
                          "key": f"{keys}/{name}.key",
                          "health_listen": f"127.0.0.1:{port[name]}"} for name in SERVICES}
        service["workflow"] |= {"smtp_url": f"smtp://127.0.0.1:{self.mail.port}",
                                # What waits for minutes in production waits seconds here.
                                "poll_ms": 100, "settle_s": 1, "attempt_lease_s": 12, "retry_s": 1}
        service["ingest"] |= {"in_hand": self.folder / "ingest.in_hand"}
        service["reporting"] |= {"listen": f"127.0.0.1:{port['http']}"}
        return {
            "uptake": {"register_zone": "Europe/Zurich",
                       "push_endpoint": f"tcp://127.0.0.1:{port['push']}",
                       "doorbell_endpoint": f"tcp://127.0.0.1:{port['doorbell']}",
                       "fetch_endpoint": f"tcp://127.0.0.1:{port['fetch']}",
                       "ingest_key_public": f"{keys}/ingest.public",
                       "reporting_key_public": f"{keys}/reporting.public",
                       "reporting_url": url,
                       "token_key": f"{keys}/token.key",
                       "mail_from": "uptake@localhost"},
            **service,
            "cli": {"key": f"{keys}/cli.key", "token": f"{keys}/cli.token"},
        }

    def write_config(self, path=None, settings=None):
        path = path or self.config
        lines = []
        for section, values in (settings or self.settings()).items():
            lines += [f"[{section}]", *(f"{name} = {value}" for name, value in values.items()), ""]
        path.write_text("\n".join(lines))
        return path

    def start(self, *names):
        """Starts the named services (all when none is named) and waits until they are ready."""
        chosen = [self.services[name] for name in names or SERVICES]
        for service in chosen:
            service.start(wait=False)
        for service in chosen:
            service.wait_ready()

    def stop(self):
        for name in reversed(SERVICES):
            self.services[name].stop()

    def begin(self, *arguments, stdin=subprocess.DEVNULL):
        """Starts the command-line program; finish() waits for it."""
        return subprocess.Popen(
            [self.programs / "uptake", "--config", self.config, *map(str, arguments)],
            cwd=self.folder, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment())

    def finish(self, process, seconds=120):
        """Waits for what begin() started, which has to succeed; gives its standard output."""
        output, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, f"{process.args[3:]} ended with {process.returncode}\n{output}{errors}"
        return output

    def run(self, *arguments, stdin=None, seconds=120):
        """Runs the command-line program; the caller judges returncode, stdout and stderr."""
        process = self.begin(*arguments,
                             stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
        try:
            output, errors = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def must(self, *arguments, **options):
        """run(), and the run has to succeed; gives its standard output."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, (
            f"uptake {' '.join(map(str, arguments))} ended with {done.returncode}\n"
            f"{done.stdout}{done.stderr}")
        return done.stdout

    def sql(self, query, values=None):
        return self.database.sql(query, values)

    def one(self, query, values=None):
        """The only column of the only row."""
        ((value,),) = self.sql(query, values)
        return value

    def http(self, path, method="GET", token=None, body=None):
        """(status, headers, bytes) of reporting; with the operator's token unless told otherwise."""
        if token is None:
            token = (self.keys / "cli.token").read_text().strip()
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["http"], timeout=PATIENCE)
        try:
            connection.request(method, path, body=body,
                               headers={"Authorization": f"Bearer {token}"} if token else {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def json(self, path):
        status, _, body = self.http(path)
        assert status == 200, f"GET {path} answered {status}: {body[:400]!r}"
        return json.loads(body)


def random_seed():
    """Seed of this run: UPTAKE_TEST_SEED repeats an earlier one; always printed by its user."""
    return int(os.environ.get("UPTAKE_TEST_SEED", secrets.randbelow(2**31)))
