# SPDX-License-Identifier: Apache-2.0
"""The ways to record updates, each run once by a call and checked afterwards.

A way returns a dict: rate (updates a second), committed, latencies in microseconds, and what else it knows.
"""
import json
import os
import re
import subprocess

import broker
import checks
from ground import harness, waited

MIB = 1 << 20


class Ways:
    def __init__(self, ground, tools, options):
        self.ground = ground
        self.tools = tools
        self.options = options
        self.log = ground.folder / "fresh.log"      # of the last fresh run
        self.old_log = ground.folder / "old.log"    # of the run that is replayed
        self.copies = False  # the tables of copy are there

    # Through ingest ---------------------------------------------------------------------------------

    def load_command(self, endpoint, keys, **options):
        given = {"senders": 10, "window": self.options.window, "frame": 50, "seconds": self.options.seconds,
                 "warmup": self.options.warmup, **options}
        command = [self.tools / "bench_load", "--endpoint", endpoint, "--server-key", f"{keys}/ingest.public",
                   "--key", f"{keys}/cli.key"]
        for name, value in given.items():
            command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        return command

    def begin(self, command, **environment):
        return subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=harness.environment(**environment))

    def through_ingest(self, way, environment=None, expected=("committed",), **options):
        """One run of the load against the real service, started for it and ended after it."""
        ground, register = self.ground, self.ground.register
        actions = ground.list_actions()
        before = checks.Before(register)
        environment = environment or {}
        service = ground.start_ingest(**environment)
        wal, cpu = ground.wal_bytes(), ground.server_cpu_seconds()
        result = json.loads(waited(self.begin(self.load_command(
            f"tcp://127.0.0.1:{register.ports['push']}", register.keys, actions=actions, **options),
            **environment), 600))
        result["wal_bytes"] = ground.wal_bytes() - wal
        result["server_cpu_seconds"] = ground.server_cpu_seconds() - cpu
        result |= watched(service.process.pid)
        register.stop()
        self.judge(way, result, expected)
        result["fold_seconds"] = ground.fold()
        result["whole_rate"] = result["committed"] / (result["all_seconds"] + result["fold_seconds"])
        before.after(way, result["committed"] + result["merged"] - result["duplicates"])
        return per_update(result)

    @staticmethod
    def judge(way, result, expected):
        for word in ("committed", "merged", "duplicates", "refused", "conflict", "parked", "no_op"):
            if result[word] and word not in expected:
                raise checks.Lost(f"{way}: {result[word]} {word}: {result['problem']}")
        if not result["counted"]:
            raise checks.Lost(f"{way}: nothing was answered")

    def fast(self):
        return self.through_ingest("fast", log=self.log)

    def careful(self):
        return self.through_ingest("careful", beside=True)

    def one_sender(self):
        return self.through_ingest("one sender", senders=1)

    def hundred_senders(self):
        return self.through_ingest("a hundred senders", senders=100, frame=20)

    def at_half(self, rate):
        return self.through_ingest("at half of the maximum", rate=rate / 2)

    def replay(self):
        """Old messages once more, in random order, with both the service and the server fresh."""
        self.ground.restart_server()
        result = self.through_ingest("replay", expected=("committed", "duplicates"), replay=self.old_log, warmup=0)
        if result["duplicates"] != result["committed"]:
            raise checks.Lost(f"replay: {result['committed']} answered, {result['duplicates']} known")
        return result

    def make_old(self):
        """A run to be replayed, and a history on top of it."""
        self.fast()
        self.log.replace(self.old_log)
        self.ground.age(self.options.old)

    # With CURVE and without -------------------------------------------------------------------------

    def without_curve(self):
        """The same programs, their libzmq told to leave out CURVE; see plain.c."""
        public = self.ground.register.key("cli.key")[0]
        return {"LD_PRELOAD": str(self.tools / "libbench_plain.so"), "UPTAKE_BENCH_PEER": public}

    def plain(self):
        return self.through_ingest("without CURVE", environment=self.without_curve())

    def stub(self, environment=None):
        """Frames, keys and checks as in ingest, and a writer that has nothing to write to."""
        register = self.ground.register
        actions = self.ground.list_actions()
        port = harness.free_ports(1)[0]
        environment = environment or {}
        config = self.ground.folder / "stub.conf"
        config.write_text(f"[ingest]\nkey = {register.keys}/ingest.key\npeer_key = {register.keys}/cli.key\n"
                          f"push_endpoint = tcp://127.0.0.1:{port}\n")
        with open(self.ground.folder / "stub.log", "ab") as log:
            stub = subprocess.Popen([self.tools / "bench_stub", "--config", config], stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log, env=harness.environment(**environment))
        try:
            result = json.loads(waited(self.begin(self.load_command(
                f"tcp://127.0.0.1:{port}", register.keys, actions=actions), **environment), 60))
            result |= watched(stub.pid)
        finally:
            stub.terminate()
            stub.wait(30)
        self.judge("stub", result, ("committed",))
        return per_update(result)

    def stub_plain(self):
        return self.stub(self.without_curve())

    # Without ingest ---------------------------------------------------------------------------------

    def naive(self, way, connections, recorded=True):
        ground = self.ground
        actions = ground.list_actions()
        before = checks.Before(ground.register)
        wal, cpu = ground.wal_bytes(), ground.server_cpu_seconds()
        result = json.loads(waited(self.begin([
            self.tools / "bench_naive", way, ground.conninfo, actions, ground.sender, connections,
            self.options.seconds, self.options.warmup]), 600))
        result["wal_bytes"] = ground.wal_bytes() - wal
        result["server_cpu_seconds"] = ground.server_cpu_seconds() - cpu
        before.after(way, result["committed"] if recorded else 0)
        return per_update(result)

    def statements(self):
        return self.naive("statements", 8)

    def one(self):
        return self.naive("one", 8)

    def copy(self):
        if not self.copies:
            self.ground.script("copies.sql")
            self.ground.settle()
            self.copies = True
        return self.naive("copy", 2, recorded=False)

    def rabbit(self):
        """The node is started for the run and ended after it: an idle one takes time from the others."""
        actions = self.ground.list_actions()
        node = broker.Broker(self.ground.folder)
        try:
            node.start()
            return json.loads(waited(self.begin([
                self.tools / "bench_rabbit", actions, node.port, self.options.seconds, self.options.warmup]), 600))
        finally:
            node.stop()


def watched(pid):
    """Most memory a process had, and the processor time it took."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        most = re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        ticks = sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
    return {"memory_mib": int(most) * 1024 / MIB, "service_cpu_seconds": ticks / os.sysconf("SC_CLK_TCK")}


def per_update(result):
    done = result["committed"] + result.get("merged", 0)
    for whole, part, factor in (("wal_bytes", "wal_per_update", 1),
                                ("server_cpu_seconds", "server_cpu_us", 1e6),
                                ("service_cpu_seconds", "service_cpu_us", 1e6)):
        if whole in result and done:
            result[part] = result[whole] * factor / done
    return result
